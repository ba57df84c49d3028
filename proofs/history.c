/* needzero over a whole history: an allocation that is said to need no zeroing holds no
 * page that was given out before. docs/semantics.md, invariant 8.
 *
 * No body is visible here, so that this follows from the contracts alone. Never compiled.
 *
 * A page is dirty in a heap if it is in use there, or free and said to need zeroing. What
 * is given out is dirty; no operation makes a dirty page clean (stays_dirty); and what is
 * given out as clean was not dirty. */
#include "../ref/span_heap.h"

enum history_kind { HISTORY_ALLOC, HISTORY_FREE, HISTORY_SCAVENGE, HISTORY_ADD };

/* Any operation, with any arguments. */
struct history_step {
  enum history_kind kind;
  uint64_t base, npages;
  bool manual;
};

/* What is given out is dirty from then on. */
/*@ ghost
  /@ requires given: has_allocation(h, base, npages, manual);
     requires inside: base <= page < base + npages;
     terminates \true; exits \false; assigns \nothing;
     ensures dirty: dirty_at(h, page); @/
  void what_is_given_out_is_dirty(struct span_heap h, uint64_t base, uint64_t npages,
                                  bool manual, uint64_t page) { }
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
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires remembers: given_out_before ==> dirty_at(*h, page);
    terminates \true; exits \false; assigns *h, span_os_log;
    ensures well_formed: well_formed(*h);
    ensures stays: stays_dirty(\old(*h), *h);
    ensures remembers: \result ==> dirty_at(*h, page);
*/
static bool one_step(struct span_heap *h, struct span_os *os, struct history_step step,
                     uint64_t page, bool given_out_before)
{
  switch (step.kind) {
  case HISTORY_ALLOC: {
    /*@ ghost struct span_heap before = *h; */
    struct span_alloc_result got = span_heap_alloc(h, os, step.npages, step.manual);
    if (got.status != SPAN_OK || page < got.base || page >= got.base + step.npages)
      return false;
    /*@ assert law: given_out_before ==> got.needzero; */
    /*@ ghost struct span_heap after = *h;
              what_is_given_out_is_dirty(after, got.base, step.npages, step.manual, page); */
    return true;
  }
  case HISTORY_FREE: span_heap_free(h, step.base); return false;
  case HISTORY_SCAVENGE: span_heap_scavenge(h, step.npages); return false;
  case HISTORY_ADD: span_heap_add(h, step.base, step.npages); return false;
  }
  return false;
}

/* Any number of steps, from an empty heap on, and any page. */
/*@ requires valid: \valid(h);
    requires steps: \valid_read(steps + (0 .. nsteps - 1));
    requires apart: \separated(h, steps + (..));
    terminates \true; exits \false; assigns *h, span_os_log;
*/
void clean_pages_were_never_given_out(struct span_heap *h, struct span_os *os,
                                      struct span_geometry geometry,
                                      const struct history_step *steps, uint64_t nsteps,
                                      uint64_t page)
{
  bool given_out = false;
  if (span_heap_init(h, geometry) != SPAN_OK) return;
  /*@ loop invariant range: 0 <= i <= nsteps;
      loop invariant well_formed: well_formed(*h);
      loop invariant law: given_out ==> dirty_at(*h, page);
      loop assigns i, given_out, *h, span_os_log;
      loop variant nsteps - i; */
  for (uint64_t i = 0; i < nsteps; i++) {
    /*@ ghost struct span_heap before = *h; */
    bool now = one_step(h, os, steps[i], page, given_out);
    /*@ assert stays: stays_dirty(before, *h); */
    given_out = given_out || now;
  }
}
