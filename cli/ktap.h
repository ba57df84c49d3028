/* A verdict as KTAP, the form of the Linux kernel's tests: docs.kernel.org/dev-tools/ktap.html. */
#ifndef SPANREF_KTAP_H
#define SPANREF_KTAP_H

#include "evidence.h"

/* unused: waivers that should have been needed. false: not written, and that was said. */
bool ktap_write(const struct evidence *evidence, const struct judge *judge, uint64_t unused,
                const char *path);

#endif
