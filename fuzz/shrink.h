/* Shortens a history in which a candidate departs, as long as the departure stays of the
 * same kind.
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
  /* Given by the caller, or NULL: called after each replay. */
  void (*watch)(void *context, const struct shrink_counts *counts);
  void *watch_context;
  bool (*is_over)(void); /* or NULL. true: no more replays, what was found is short enough */
};

/* Shortens *trace, which must parse. The kind of departure stays the same, and so does the
 * sentence that it violates. Names become 0, 1, 2 ..., expectations and comments go.
 * *counts begins anew, except watch; judge.tally stays as it is. From now on a candidate in
 * a process of its own has less time for a call, unless it outgrew its memory.
 *
 * JUDGED_DEPARTED: *trace is short, and judge.departure is that of its last operation.
 * JUDGED_FAILED: the judging failed. Anything else: the history doesn't depart but ends so,
 * and *trace is as it was. */
enum judgement shrink(struct judge *judge, struct trace *trace,
                      struct shrink_counts *counts);

#endif
