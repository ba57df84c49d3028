/* The four forms in which a departure is handed on: BASE.trace for spanref check,
 * BASE.bytes for a fuzz target, BASE.c to compile, BASE.txt to look at. */
#ifndef SPANREF_REPRODUCE_H
#define SPANREF_REPRODUCE_H

#include "../judge/judge.h"

/* false: it could not be written, and standard error says why. */
bool trace_write(const char *path, const struct trace *trace);

/* Of a history in which judge.departure was seen after the last operation. What can't be
 * written is said on standard error, and the others are; false: not all were. */
bool reproduce(const char *base, const struct trace *trace, struct judge *judge);

#endif
