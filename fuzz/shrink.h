/* The shortest history found that shows the same kind of departure.
 *
 * Operations are deleted, two allocations become one, numbers and the header get
 * simpler, over and over until nothing more can be taken away; then a random walk over
 * histories as long looks for one that can be shortened. It is done on named
 * allocations: deleting one deletes its frees, and changes the meaning of nothing else.
 * The same history always shrinks to the same one, if the candidate answers the same.
 *
 * It does not say that there is no shorter one. */
#ifndef SPANREF_SHRINK_H
#define SPANREF_SHRINK_H

#include "../judge/judge.h"

struct shrink_counts {
  uint64_t replays, operations_before, operations_after; /* so far */
  /* Given by the caller, or NULL: called after each replay. */
  void (*watch)(void *context, const struct shrink_counts *counts);
  void *watch_context;
};

/* Make *trace, which must parse, such a history: the kind of departure and the sentence
 * that it violates stay as they are. *counts begins anew, but for watch; judge.tally stays
 * as it is. Names become 0, 1, 2 ..., expectations and comments go. A candidate in a
 * process of its own has less time for a call from now on, where it didn't outgrow it.
 * JUDGED_DEPARTED: done, and judge.departure is that of the last operation. Anything else:
 * how a history ended that doesn't depart, with *trace as it was; or JUDGED_FAILED. */
enum judgement shrink(struct judge *judge, struct trace *trace,
                      struct shrink_counts *counts);

#endif
