/* A divergence, for people: where, which operation, who said what, and the
 * sentence that decides who is wrong. */
#ifndef SPANREF_REPORT_H
#define SPANREF_REPORT_H

#include "../fuzz/oracle.h"

/* op: NULL for a difference that was there before the first operation. To
 * standard output. */
void report_divergence(const char *path, const struct trace_op *op,
                       const struct oracle *oracle);

#endif
