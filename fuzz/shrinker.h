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
  struct departure sought, found; /* found: that of the best, in a new process */
  size_t nops; /* with which the history given departs; the rest doesn't matter */
  bool is_at_end; /* it departed at the end; else it has to go on departing at an operation */
  size_t runs;    /* it departs in one of so many runs in a row */
  bool is_fresh;  /* each history begins in a new process */
  bool met_other; /* a history departed, but otherwise */
  struct trace best, next;   /* room for all operations each; */
  struct trace walk;         /* where the search is, as long as best */
  struct trace plain;        /* the shortest that departs in no other way before */
  bool *doomed;              /* of best: operations to leave out */
  struct answered *answered; /* of best, as of the last survey */
  struct shrink_counts *counts;
  unsigned tries_max, searched; /* histories tried by chance */
  unsigned lost;             /* processes of the candidate */
  uint64_t asked;            /* how often it asked the OS */
  uint64_t replays_max;
  bool failed;               /* the judging did */
};

/* Runs a history up to the first operation, *at, after which it departs. JUDGED_SKIPPED: its
 * header doesn't fit. */
enum judgement shrink_run(struct shrinker *shrinker, struct trace *history, size_t *at);
/* After a run that departed: not at an operation, but when all was given back? */
bool shrink_is_at_end(const struct judge *judge, const struct trace *history, size_t at);
/* What comes after the departure isn't needed; unless the history runs more than once. */
void shrink_cut(const struct shrinker *shrinker, struct trace *history, size_t at);
/* Copies header and operations; *to must have room for them. */
void shrink_copy(struct trace *to, const struct trace *from);
/* Makes next a copy of best, and returns it, to be changed. */
struct trace *shrink_draft(struct shrinker *shrinker);
/* After such a run: is it the departure that is looked for? */
bool shrink_is_sought(struct shrinker *shrinker, const struct trace *history, size_t at);
/* Does next depart in the same way? Then it is cut off after the departure. */
bool shrink_shows(struct shrinker *shrinker);
/* The same; and if it does, next becomes the best. */
bool shrink_try(struct shrinker *shrinker);
/* The same for best without the doomed operations and the frees of what they allocate.
 * Afterwards no operation is doomed. */
bool shrink_without_doomed(struct shrinker *shrinker);
/* Runs the best history once more, for its answers. */
void shrink_survey(struct shrinker *shrinker);
/* All spans before operation number at of the best history. NULL: the history ends before
 * that, or the candidate can't take memory over. */
const struct span_heap *shrink_spans_before(struct shrinker *shrinker, size_t at);

/* Each of these returns true if the history got shorter or simpler. */

/* Takes away, merges and simplifies what it can (shrink_steps.c). */
bool shrink_steps(struct shrinker *shrinker);
/* Looks for a shorter one by chance (shrink_search.c). */
bool shrink_search(struct shrinker *shrinker);

#endif
