/* Inside the shrinker: the history that is the best so far, and how another one is tried
 * in its place. */
#ifndef SPANREF_SHRINKER_H
#define SPANREF_SHRINKER_H

#include "shrink.h"

/* What the reference answered to an operation of the best history. */
struct answered {
  bool is_run;
  int status;
  uint64_t base; /* of an allocation, where it got memory */
};

struct shrinker {
  struct judge *judge;
  unsigned kind;             /* of departure: it stays the same */
  struct trace best, next;   /* room for all operations each; */
  struct trace walk;         /* where the search is, as long as best */
  bool *doomed;              /* of best: operations to leave out */
  struct answered *answered; /* of best, as of the last survey */
  struct shrink_counts *counts;
  unsigned tries_max, searched; /* histories tried by chance */
  unsigned lost;             /* processes of the candidate */
  bool failed;               /* the judging did */
};

/* Run a history up to the first operation, *at, after which it shows; JUDGED_SKIPPED: its
 * header doesn't fit. */
enum judgement shrink_run(struct shrinker *shrinker, struct trace *history, size_t *at);
/* The kind and the sentence of a departure in one number. */
unsigned shrink_kind_of(const struct departure *departure);
/* Header and operations; there is room for them. */
void shrink_copy(struct trace *to, const struct trace *from);
/* next becomes best, to be changed. */
struct trace *shrink_draft(struct shrinker *shrinker);
/* Is what is in next a history of the same kind? Then it ends where that shows. */
bool shrink_shows(struct shrinker *shrinker);
/* The same, and then it is the best. */
bool shrink_try(struct shrinker *shrinker);
/* The same of best without what is doomed, and the frees of that; then nothing is. */
bool shrink_without_doomed(struct shrinker *shrinker);
/* Run the best history once more for its answers. */
void shrink_survey(struct shrinker *shrinker);
/* All spans there are before its operation number at; NULL: it doesn't come so far, or
 * the candidate takes no memory over. */
const struct span_heap *shrink_spans_before(struct shrinker *shrinker, size_t at);

/* Each of these is true where the history got better. */

/* Whatever can be taken away, merged, or made plainer (shrink_steps.c). */
bool shrink_steps(struct shrinker *shrinker);
/* A shorter one, by chance (shrink_search.c). */
bool shrink_search(struct shrinker *shrinker);

#endif
