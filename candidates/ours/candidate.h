/* One small interface behind which every heap looks the same to the oracle.
 *
 * A candidate is a table of functions over a heap of its own type. Sizes and
 * addresses are pages; statuses and results are those of spec/types.h. The heap
 * owns its memory; `os` belongs to the caller and outlives the heap's use. */
#ifndef SPANREF_CANDIDATE_H
#define SPANREF_CANDIDATE_H

#include "../../spec/os.h"
#include "../../spec/types.h"

typedef void span_visit(void *context, const struct span *span);

struct candidate {
  const char *name;
  const char *summary; /* one line for people */

  void *(*create)(void); /* NULL: no memory; must be reset before use */
  void (*destroy)(void *heap);
  /* An empty heap of this geometry; costs no more than the operations run
   * since the last reset. SPAN_OK or SPAN_BAD_GEOMETRY. */
  enum span_status (*reset)(void *heap, struct span_geometry geometry);

  struct span_alloc_result (*alloc)(void *heap, struct span_os *os,
                                    uint64_t npages, bool manual);
  struct span_free_result (*free)(void *heap, uint64_t base);
  struct span_scavenge_result (*scavenge)(void *heap, uint64_t want_pages);
  enum span_status (*add)(void *heap, uint64_t base, uint64_t npages);
  struct span_lookup_result (*lookup)(void *heap, uint64_t page);
  struct span_stats (*stats)(void *heap);
  /* All spans, free and in use, in address order. */
  void (*walk)(void *heap, span_visit *visit, void *context);
};

extern const struct candidate candidate_ref;
extern const struct candidate candidate_opt;

/* By name, or NULL. */
const struct candidate *candidate_named(const char *name);

#endif
