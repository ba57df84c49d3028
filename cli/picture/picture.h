/* The picture: one HTML file that needs nothing else. What a heap departed in, drawn as a
 * map of pages, an operation below the other, the reference above the candidate; the
 * sentence it violates, and how to see it again. The page itself is cli/picture/picture.html. */
#ifndef SPANREF_PICTURE_H
#define SPANREF_PICTURE_H

#include "../evidence.h"
#include "film.h"

struct picture { /* {0}: there is nothing to draw */
  struct film film;
  char *report;     /* what differs, as it is printed */
  char *reproducer; /* the history as a trace; NULL: it is too long to be shown */
  const char *kind; /* of departure; NULL: of none of these */
  bool has_clause;
  enum clause clause;
  int side; /* whose pages [base, base + npages) it is about; 0 pages: none's */
  uint64_t base, npages;
};

/* What differs after the first nops operations, the last of which oracle.divergence speaks
 * of. path: where the history is. false: out of memory. */
bool picture_of_oracle(struct picture *picture, struct oracle *oracle,
                       const struct trace *trace, size_t nops, const char *path);
/* The same of judge.departure, which a new run of the trace may move. */
bool picture_of_judge(struct picture *picture, struct judge *judge, const struct trace *trace,
                      const char *path);
void picture_free(struct picture *picture);

/* What stands around it. */
struct picture_words {
  const char *candidate, *summary;
  const char *argument; /* of --candidate */
  const char *verdict;  /* as it is printed, a line or more */
  bool conforms;
  const struct judge *judge; /* for its counts; NULL: the candidate is built in */
  const struct evidence *evidence; /* the same */
};

/* false: not written, and that was said. */
bool picture_write(const struct picture *picture, const struct picture_words *words,
                   const char *path);

#endif
