/* What the process of a candidate writes to standard output and standard error: it is passed
 * on to standard error, and the last of it is kept. The process writes to a file without a
 * name, so that it never waits for a reader; the file is emptied now and then. */
#ifndef SPANREF_WORDS_H
#define SPANREF_WORDS_H

#include <stdbool.h>
#include <stdio.h>

/* Bytes that are kept of a history. Reports of AddressSanitizer have some 4 to 16 KiB. */
#define WORDS_KEPT 32768

struct words {
  FILE *file; /* NULL: there is none, and the process writes to our standard error */
  bool is_muted;
  char kept[WORDS_KEPT];
  size_t used;
};

/* The last lines, as text without control characters, each ended; "": none. */
#define WORDS_LINES 10
struct words_text {
  char text[2048];
};

void words_open(struct words *words);
void words_close(struct words *words);
/* In the process of the candidate: from now on it writes there. */
void words_begin(const struct words *words);
/* What was written since is passed on, unless it is muted, and kept. */
void words_take(struct words *words);
/* A history begins: what is kept is of no interest any more. */
void words_forget(struct words *words);
/* The last lines of what is kept. Of a sanitizer's report, which ends in numbers of its own
 * memory, the first lines and the summary. */
struct words_text words_last(const struct words *words);

#endif
