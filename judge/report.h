/* A divergence, for people: where, which operation, who said what, and the
 * sentence that decides who is wrong. */
#ifndef SPANREF_REPORT_H
#define SPANREF_REPORT_H

#include <stdio.h>

#include "departure.h"
#include "oracle.h"

/* "FILE:LINE: ", or "FILE: " for line 0. */
void print_place(FILE *to, const char *path, uint64_t line);
/* The operation as text, without its expectation. */
void print_op(FILE *to, const struct trace_op *op);

/* op: NULL for a difference that was there before the first operation. */
void report_divergence(FILE *to, const char *path, const struct trace_op *op,
                       const struct oracle *oracle);

/* The same of a plug-in's departure. op: NULL at the end of a history. */
void report_departure(FILE *to, const char *path, const struct trace_op *op,
                      const struct departure *departure);

#endif
