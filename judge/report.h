/* A departure, for people: where, which operation, who said what, and the sentence that
 * decides who is wrong. */
#ifndef SPANREF_REPORT_H
#define SPANREF_REPORT_H

#include <stdio.h>

#include "../trace/trace.h"
#include "departure.h"

/* "FILE:LINE: ", or "FILE: " for line 0. */
void print_place(FILE *to, const char *path, uint64_t line);
/* The operation as text, without its expectation. */
void print_op(FILE *to, const struct trace_op *op);
/* The same as a string; "" for NULL. */
struct op_text {
  char text[128];
};
struct op_text op_print(const struct trace_op *op);

/* op: NULL at the end of a history. */
void report_departure(FILE *to, const char *path, const struct trace_op *op,
                      const struct departure *departure);

#endif
