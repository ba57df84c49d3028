/* A history as a strip of text: a line an operation, and behind it the heap, its
 * spans in the order of addresses.
 *
 *   a 0 8     |#8 #######|.56 #######|
 *   f 0       |.64 ........|
 *
 * #: in use, m: in use manually, .: free, ~: free and scavenged, and so many pages;
 * a line of its own where the candidate's heap is another. */
#ifndef SPANREF_STRIP_H
#define SPANREF_STRIP_H

#include <stdio.h>

#include "../judge/oracle.h"

/* Runs the trace, up to the divergence where there is one; then says in words what
 * differs. false: the stream failed, or memory ran out. */
bool strip_print(FILE *to, const struct trace *trace, struct oracle *oracle);

#endif
