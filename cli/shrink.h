/* What is said and written of a history that was made short. */
#ifndef SPANREF_CLI_SHRINK_H
#define SPANREF_CLI_SHRINK_H

#include "../fuzz/shrink.h"
#include "progress.h"

/* Counts whose shrinking is told of on that line. */
struct shrink_counts shrink_counts_shown(struct progress *progress);

/* The four reproducers (fuzz/reproduce.h) beside output, whose ".trace" is left out
 * for the others; and two lines on standard output. false: not all were written. */
bool shrunk_write(const char *output, const struct trace *trace, struct oracle *oracle,
                  const struct shrink_counts *counts);
/* The same as a picture. verdict: the line that stands above it. */
bool shrunk_draw(const char *html, const char *output, const struct trace *trace,
                 struct oracle *oracle, const char *verdict);

#endif
