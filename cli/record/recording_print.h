/* A recording as a trace, ready to be replayed. */
#ifndef SPANREF_RECORDING_PRINT_H
#define SPANREF_RECORDING_PRINT_H

#include <stdio.h>

#include "recording.h"

/* `command` (ends in NULL) and how many processes logged go into comments at the
 * top. `to` is flushed and stays the caller's. false: it couldn't be written, errno
 * tells why. */
bool recording_print(FILE *to, const struct recording *r, unsigned logged,
                     char **command);

#endif
