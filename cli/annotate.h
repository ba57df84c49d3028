/* A trace with a heap's answers written into it: how golden answers are made. */
#ifndef SPANREF_ANNOTATE_H
#define SPANREF_ANNOTATE_H

#include "../judge/player.h"

/* Play the trace and print it with its comments, and with the answers in place
 * of those it has. false: out of memory, or the stream failed. */
bool annotate(FILE *to, struct player *player, const struct trace *trace);

#endif
