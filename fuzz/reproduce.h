/* The four forms in which a divergence is handed on: BASE.trace for spanref check,
 * BASE.bytes for a fuzz target, BASE.c to compile, BASE.txt to look at. */
#ifndef SPANREF_REPRODUCE_H
#define SPANREF_REPRODUCE_H

#include "../judge/oracle.h"

/* false: it could not be written, and standard error says why. */
bool trace_write(const char *path, const struct trace *trace);

/* Of a history that diverges and that shrink() has made short. What can't be written
 * is said on standard error, and the others are; false: not all were. */
bool reproduce(const char *base, const struct trace *trace, struct oracle *oracle);

#endif
