/* A history drawn as text: a line for each operation, and after it the heap's spans in the
 * order of addresses.
 *
 *   a 0 8     |#8 #######|.56 #######|
 *   f 0       |.64 ........|
 *
 * #: in use, m: in use and manual, .: free, ~: free and scavenged. The number is the span's
 * pages. If the candidate shows other spans, they follow on a line of their own. */
#ifndef SPANREF_STRIP_H
#define SPANREF_STRIP_H

#include <stdio.h>

#include "../judge/judge.h"

/* Runs the trace, up to the departure if there is one, and then says in words what that is.
 * judge.tally stays as it is. Returns false if the stream or the judging failed. */
bool strip_print(FILE *to, const struct trace *trace, struct judge *judge);

#endif
