/* The four forms of a reproducer: BASE.trace for spanref check, BASE.bytes for a fuzz
 * target, BASE.c to compile, BASE.txt to look at. */
#ifndef SPANREF_REPRODUCE_H
#define SPANREF_REPRODUCE_H

#include "../judge/judge.h"

/* Returns false if it could not be written; standard error says why. */
bool trace_write(const char *path, const struct trace *trace);

/* Writes the four forms of a history whose last operation ends in judge.departure; a history with
 * a release or a reload has no bytes. Returns
 * false if a form could not be written; standard error says which, and the others are. */
bool reproduce(const char *base, const struct trace *trace, struct judge *judge);
/* Removes what an earlier run wrote there: it shows something else. */
void reproduce_remove(const char *base);

#endif
