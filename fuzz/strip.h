/* A history as a strip of text: a line an operation, and behind it the heap, its spans in
 * the order of addresses.
 *
 *   a 0 8     |#8 #######|.56 #######|
 *   f 0       |.64 ........|
 *
 * #: in use, m: in use manually, .: free, ~: free and scavenged, and so many pages; a line
 * of its own where the candidate shows another heap. */
#ifndef SPANREF_STRIP_H
#define SPANREF_STRIP_H

#include <stdio.h>

#include "../judge/judge.h"

/* Runs the trace, up to the departure where there is one; then says in words what it is.
 * judge.tally stays. false: the stream failed, or the judging. */
bool strip_print(FILE *to, const struct trace *trace, struct judge *judge);

#endif
