/* The shortest history found that shows the same kind of divergence.
 *
 * Operations are deleted, two allocations become one, numbers and the header get
 * simpler, over and over until nothing more can be taken away; then a random walk over
 * histories as long looks for one that can be shortened. It is done on named
 * allocations: deleting one deletes its frees, and changes the meaning of nothing else.
 * The same history always shrinks to the same one.
 *
 * It does not say that there is no shorter one. */
#ifndef SPANREF_SHRINK_H
#define SPANREF_SHRINK_H

#include "../judge/oracle.h"

struct shrink_counts {
  uint64_t replays, operations_before, operations_after; /* so far */
  /* Given by the caller, or NULL: called after each replay. */
  void (*watch)(void *context, const struct shrink_counts *counts);
  void *watch_context;
};

/* Make *trace, which must parse, such a history; *counts begins anew, but for watch: the sentence of docs/semantics.md that
 * is violated (oracle.divergence.clause) stays the one that spanref check names. Counts
 * nothing in oracle.counts. Names become 0, 1, 2 ..., expectations and comments go.
 * ORACLE_DIVERGED: done; oracle.divergence is that of its last operation.
 * Anything else: how a history ended that shows no divergence, *trace as it was,
 * or ORACLE_NO_MEMORY. */
enum oracle_outcome shrink(struct oracle *oracle, struct trace *trace,
                           struct shrink_counts *counts);

#endif
