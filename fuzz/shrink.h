/* Shortens a history in which a candidate departs, as long as it departs in the same way: the
 * same kind, the same sentence, after the same operation.
 *
 * It deletes operations, makes two allocations one, and simplifies numbers and the header,
 * over and over until nothing more can be taken away. Then a random walk over histories of
 * the same length looks for one that can be shortened. Allocations have names, so deleting
 * one deletes its frees, and changes the meaning of nothing else. The same history always
 * becomes the same short one, if the candidate answers the same.
 *
 * There may be a shorter one that it doesn't find. */
#ifndef SPANREF_SHRINK_H
#define SPANREF_SHRINK_H

#include "../judge/judge.h"

struct shrink_counts {
  uint64_t replays, operations_before, operations_after; /* so far */
  /* The short history departs in so many of so many new processes. */
  unsigned shown, tries;
  size_t at; /* the operation after which it departs, the last one as a rule; or all: at the end */
  /* Passed over on the way: the short history departs otherwise before its end. */
  bool has_other;
  struct departure other;

  /* Given by the caller. */
  size_t runs; /* it departs as one of so many runs in a new process; 0: alone */
  bool has_limit;
  uint64_t limit; /* of replays that look for a shorter one. 0: it stays as it is */
  /* Or NULL: called after each replay. */
  void (*watch)(void *context, const struct shrink_counts *counts);
  void *watch_context;
  bool (*is_over)(void); /* or NULL. true: no more replays, what was found is short enough */
};

/* Shortens *trace, which must parse. Names become 0, 1, 2 ..., expectations and comments go.
 * *counts begins anew, except what is given; judge.tally stays as it is. From now on a candidate
 * in a process of its own has less time for a call, unless it outgrew its memory.
 *
 * All histories run in the process there is. If the short one doesn't depart in a new process,
 * since the candidate keeps something from one history to the next, all is done again with a new
 * process for each history.
 *
 * Where no history of a few operations is found, but many depart otherwise, those departures are
 * passed over, as if they were waived.
 *
 * JUDGED_DEPARTED: *trace is short, and judge.departure is that of its last operation; or
 * counts.shown is 0, the short one departs in no new process, and *trace is as it was.
 * JUDGED_FAILED: the judging failed. Anything else: the history doesn't depart but ends so,
 * and *trace is as it was. */
enum judgement shrink(struct judge *judge, struct trace *trace,
                      struct shrink_counts *counts);

#endif
