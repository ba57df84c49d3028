/* What holds over a whole history of operations.
 *
 * needzero: an allocation that is said to need no zeroing holds no page that was given out
 * before. docs/semantics.md, invariant 8. Memory: whoever makes ready what he is told to,
 * and gives back what he is told that the OS may have, has memory behind every page in use.
 *
 * No body is visible here, so that this follows from the contracts alone. Never compiled.
 *
 * A page is dirty in a heap if it is in use there, or free and said to need zeroing. What
 * is given out is dirty; no operation makes a dirty page clean (stays_dirty); and what is
 * given out as clean was not dirty. */
#include "../ref/span_heap.h"

enum history_kind {
  HISTORY_ALLOC,
  HISTORY_CLAIM,
  HISTORY_FREE,
  HISTORY_RESIZE,
  HISTORY_SCAVENGE,
  HISTORY_ADD
};

/* Any operation, with any arguments. */
struct history_step {
  enum history_kind kind;
  struct span_request request;
  uint64_t base, npages;
  bool manual;
};

/* What is given out is dirty from then on. */
/*@ ghost
  /@ requires given: \exists integer i; in_use_at(h, base, i) && h.spans[i].npages == npages;
     requires inside: base <= page < base + npages;
     terminates \true; exits \false; assigns \nothing;
     ensures dirty: dirty_at(h, page); @/
  void what_is_given_out_is_dirty(struct span_heap h, uint64_t base, uint64_t npages,
                                  uint64_t page) { }
*/

/* A free span that needs no zeroing holds no such page. */
/*@ ghost
  /@ requires ordered: ordered(h);
     requires dirty: dirty_at(h, page);
     requires range: i < h.count;
     requires free: h.spans[i].free;
     requires inside: holds_page(h.spans[i], page);
     terminates \true; exits \false; assigns \nothing;
     ensures law: h.spans[i].needzero; @/
  void clean_free_spans_hold_nothing_dirty(struct span_heap h, uint64_t i, uint64_t page) { }
*/

/* One step. The answer: whether it gave this page out. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires remembers: given_out_before ==> dirty_at(*h, page);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures well_formed: well_formed(*h);
    ensures stays: stays_dirty(\old(*h), *h);
    ensures remembers: \result ==> dirty_at(*h, page);
*/
static bool one_step(struct span_heap *h, struct span_os *os, struct history_step step,
                     uint64_t page, bool given_out_before, struct span_range_list *gone)
{
  switch (step.kind) {
  case HISTORY_ALLOC: {
    /*@ ghost struct span_heap before = *h; */
    struct span_alloc_result got = span_heap_alloc(h, os, step.request, gone);
    uint64_t npages = step.request.npages;
    if (got.status != SPAN_OK || page < got.base || page >= got.base + npages) return false;
    /*@ assert law: given_out_before ==> got.needzero; */
    /*@ ghost struct span_heap after = *h;
              what_is_given_out_is_dirty(after, got.base, npages, page); */
    return true;
  }
  case HISTORY_CLAIM: {
    struct span_alloc_result got = span_heap_claim(h, step.base, step.npages, step.manual);
    if (got.status != SPAN_OK || page < step.base || page >= step.base + step.npages)
      return false;
    /*@ assert law: given_out_before ==> got.needzero; */
    /*@ ghost struct span_heap after = *h;
              what_is_given_out_is_dirty(after, step.base, step.npages, page); */
    return true;
  }
  case HISTORY_RESIZE: {
    struct span_lookup_result own = span_heap_lookup(h, step.base);
    /*@ ghost struct span_heap before = *h; */
    struct span_alloc_result got = span_heap_resize(h, step.base, step.npages);
    if (got.status != SPAN_OK || page < own.span.base + own.span.npages ||
        page >= step.base + step.npages)
      return false;
    /*@ assert own: \exists integer i; in_use_at(before, step.base, i) &&
          before.spans[i] == own.span; */
    /*@ assert law: given_out_before ==> got.needzero; */
    /*@ ghost struct span_heap after = *h;
              what_is_given_out_is_dirty(after, step.base, step.npages, page); */
    return true;
  }
  case HISTORY_FREE: span_heap_free(h, step.base); return false;
  case HISTORY_SCAVENGE: span_heap_scavenge(h, step.npages, gone); return false;
  case HISTORY_ADD: span_heap_add(h, step.base, step.npages, gone); return false;
  }
  return false;
}

/* Any number of steps, from an empty heap on, and any page. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone, steps + (..));
    requires steps: \valid_read(steps + (0 .. nsteps - 1));
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
*/
void clean_pages_were_never_given_out(struct span_heap *h, struct span_os *os,
                                      struct span_geometry geometry,
                                      const struct history_step *steps, uint64_t nsteps,
                                      uint64_t page, struct span_range_list *gone)
{
  bool given_out = false;
  if (span_heap_init(h, geometry) != SPAN_OK) return;
  /*@ loop invariant range: 0 <= i <= nsteps;
      loop invariant well_formed: well_formed(*h);
      loop invariant law: given_out ==> dirty_at(*h, page);
      loop assigns i, given_out, *h, span_os_log, *gone;
      loop variant nsteps - i; */
  for (uint64_t i = 0; i < nsteps; i++) {
    /*@ ghost struct span_heap before = *h; */
    bool now = one_step(h, os, steps[i], page, given_out, gone);
    /*@ assert stays: stays_dirty(before, *h); */
    given_out = given_out || now;
  }
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> in_range(range, page);
*/
static bool holds(struct span_range range, uint64_t page)
{
  return range.base <= page && page - range.base < range.npages;
}

/* Whether the list has the page. */
/*@ requires valid: \valid(list);
    requires room: list->count <= 2 * SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> in_list(*list, 0, page);
*/
static bool is_listed(const struct span_range_list *list, uint64_t page)
{
  /*@ loop invariant range: 0 <= k <= list->count;
      loop invariant none: \forall integer j; 0 <= j < k ==> !in_range(list->ranges[j], page);
      loop assigns k;
      loop variant list->count - k; */
  for (uint64_t k = 0; k < list->count; k++)
    if (holds(list->ranges[k], page)) return true;
  return false;
}

/* One step. backed: whether the caller has memory behind the page. The answer: whether he
 * has it afterwards, if he does as he is told. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires backed: backed <==> backed_at(*h, page);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures well_formed: well_formed(*h);
    ensures backed: \result <==> backed_at(*h, page);
*/
static bool step_with_memory(struct span_heap *h, struct span_os *os,
                             struct history_step step, uint64_t page, bool backed,
                             struct span_range_list *gone)
{
  switch (step.kind) {
  case HISTORY_ALLOC: {
    struct span_alloc_result got = span_heap_alloc(h, os, step.request, gone);
    return (backed && !is_listed(gone, page)) || holds(got.ready, page);
  }
  case HISTORY_CLAIM: {
    struct span_alloc_result got = span_heap_claim(h, step.base, step.npages, step.manual);
    return backed || holds(got.ready, page);
  }
  case HISTORY_RESIZE: {
    struct span_alloc_result got = span_heap_resize(h, step.base, step.npages);
    return backed || holds(got.ready, page);
  }
  case HISTORY_FREE: span_heap_free(h, step.base); return backed;
  case HISTORY_SCAVENGE:
    span_heap_scavenge(h, step.npages, gone);
    return backed && !is_listed(gone, page);
  case HISTORY_ADD:
    span_heap_add(h, step.base, step.npages, gone);
    return backed && !is_listed(gone, page);
  }
  return backed;
}

/* Any number of steps, from an empty heap on, and any page. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone, steps + (..));
    requires steps: \valid_read(steps + (0 .. nsteps - 1));
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
*/
void pages_in_use_have_memory(struct span_heap *h, struct span_os *os,
                              struct span_geometry geometry,
                              const struct history_step *steps, uint64_t nsteps,
                              uint64_t page, struct span_range_list *gone)
{
  bool backed = false;
  if (span_heap_init(h, geometry) != SPAN_OK) return;
  /*@ loop invariant range: 0 <= i <= nsteps;
      loop invariant well_formed: well_formed(*h);
      loop invariant backed: backed <==> backed_at(*h, page);
      loop assigns i, backed, *h, span_os_log, *gone;
      loop variant nsteps - i; */
  for (uint64_t i = 0; i < nsteps; i++) {
    backed = step_with_memory(h, os, steps[i], page, backed, gone);
    struct span_lookup_result found = span_heap_lookup(h, page);
    /*@ assert law: found.found && !found.span.free ==> backed; */
  }
}
