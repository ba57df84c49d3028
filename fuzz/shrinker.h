/* Inside the shrinker: on what histories are tried, the one that is the best so far, and
 * how another one is tried in its place. */
#ifndef SPANREF_SHRINKER_H
#define SPANREF_SHRINKER_H

#include "shrink.h"

/* A history: the header of a trace, and operations of one's own. */
struct history {
  struct trace header;
  struct trace_op *ops;
  size_t nops;
};

/* What the reference answered to an operation of the best history. */
struct answered {
  bool is_run;
  enum span_status status;
  uint64_t base; /* of an allocation, where it got memory */
};

/* Two heaps that a history is run on, and what is to be seen then: a difference of some
 * kind, in the subject's own numbers. */
struct subject {
  void *context;
  /* ORACLE_DIVERGED: *at is the first operation after which it shows, *kind which. */
  enum oracle_outcome (*run)(void *context, const struct history *history, size_t *at,
                             int *kind);
  /* What the reference answers to each, as far as it comes; all zero before. */
  void (*survey)(void *context, const struct history *history, struct answered *answered);
  /* All spans there are before operation number at; NULL: it doesn't come so far. */
  const struct span_heap *(*spans_before)(void *context, const struct history *history,
                                          size_t at);
  unsigned tries_max; /* histories tried by chance */
};

struct shrinker {
  const struct subject *subject;
  int kind;
  struct history best, next; /* room for all operations each; */
  struct history walk;       /* where the search is, as long as best */
  bool *doomed;              /* of best: operations to leave out */
  struct answered *answered; /* of best, as of the last survey */
  struct shrink_counts *counts;
  unsigned searched;         /* histories tried by chance */
  bool failed;               /* memory ran out */
};

void history_copy(struct history *to, const struct history *from);
/* next becomes best, to be changed. */
struct history *shrink_draft(struct shrinker *shrinker);
/* Is what is in next a history of the same kind? Then it ends where that shows. */
bool shrink_shows(struct shrinker *shrinker);
/* The same, and then it is the best. */
bool shrink_try(struct shrinker *shrinker);
/* The same of best without what is doomed, and the frees of that; then nothing is. */
bool shrink_without_doomed(struct shrinker *shrinker);
/* Run the best history once more for its answers. */
void shrink_survey(struct shrinker *shrinker);
/* All spans there are before its operation number at; NULL: it doesn't come so far. */
const struct span_heap *shrink_spans_before(struct shrinker *shrinker, size_t at);

/* Each of these is true where the history got better. */

/* Whatever can be taken away, merged, or made plainer (shrink_steps.c). */
bool shrink_steps(struct shrinker *shrinker);
/* A shorter one, by chance (shrink_search.c). */
bool shrink_search(struct shrinker *shrinker);

/* Make *trace, which must parse, the shortest that shows the same kind; see shrink.h. */
enum oracle_outcome shrink_on(const struct subject *subject, struct trace *trace,
                              struct shrink_counts *counts);

static inline bool is_alloc(const struct trace_op *op)
{
  return op->kind == OP_HEAP || op->kind == OP_MANUAL;
}

#endif
