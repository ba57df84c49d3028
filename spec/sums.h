/* What the statistics count: sums over a stretch of the table, and the lemma
 * functions that move such sums about. docs/semantics.md, "Invariants" 7.
 *
 * A lemma function is a ghost C function on heap values; its loop is the
 * induction and its contract the lemma. Proved in sums.c. */
#ifndef SPANREF_SPEC_SUMS_H
#define SPANREF_SPEC_SUMS_H

#include "model.h"

/*@
  logic integer idle_of(struct span s) = s.free ? s.npages : 0;
  logic integer in_use_of(struct span s) = !s.free && !s.manual ? s.npages : 0;
  logic integer manual_of(struct span s) = !s.free && s.manual ? s.npages : 0;
  // Whole physical pages of a scavenged span; below 0 where it ends in the physical
  // page that it begins in.
  logic integer released_of(struct span s, integer r) =
    s.free && s.scavenged ? down(end_of(s), r) - up(s.base, r) : 0;

  logic integer idle_sum(struct span_heap h, integer lo, integer hi) =
    hi <= lo ? 0 : idle_sum(h, lo, hi - 1) + idle_of(h.spans[hi - 1]);
  logic integer in_use_sum(struct span_heap h, integer lo, integer hi) =
    hi <= lo ? 0 : in_use_sum(h, lo, hi - 1) + in_use_of(h.spans[hi - 1]);
  logic integer manual_sum(struct span_heap h, integer lo, integer hi) =
    hi <= lo ? 0 : manual_sum(h, lo, hi - 1) + manual_of(h.spans[hi - 1]);
  logic integer released_sum(struct span_heap h, integer lo, integer hi) =
    hi <= lo ? 0 : released_sum(h, lo, hi - 1) +
                   released_of(h.spans[hi - 1], h.geometry.phys_pages);

  predicate same_sums(struct span_heap a, integer a_lo, integer a_hi,
                      struct span_heap b, integer b_lo, integer b_hi) =
    idle_sum(a, a_lo, a_hi) == idle_sum(b, b_lo, b_hi) &&
    in_use_sum(a, a_lo, a_hi) == in_use_sum(b, b_lo, b_hi) &&
    manual_sum(a, a_lo, a_hi) == manual_sum(b, b_lo, b_hi) &&
    released_sum(a, a_lo, a_hi) == released_sum(b, b_lo, b_hi);

  // The sums over the table below record hi.
  predicate sums_are(struct span_heap h, integer hi, integer idle, integer in_use,
                     integer manual, integer released) =
    idle_sum(h, 0, hi) == idle && in_use_sum(h, 0, hi) == in_use &&
    manual_sum(h, 0, hi) == manual && released_sum(h, 0, hi) == released;

  // From the table of a to that of b each sum moves by so many pages.
  predicate sums_moved(struct span_heap a, struct span_heap b, integer idle,
                       integer in_use, integer manual, integer released) =
    idle_sum(b, 0, b.count) == idle_sum(a, 0, a.count) + idle &&
    in_use_sum(b, 0, b.count) == in_use_sum(a, 0, a.count) + in_use &&
    manual_sum(b, 0, b.count) == manual_sum(a, 0, a.count) + manual &&
    released_sum(b, 0, b.count) == released_sum(a, 0, a.count) + released;
  predicate sums_stay(struct span_heap a, struct span_heap b) = sums_moved(a, b, 0, 0, 0, 0);
  // Only what is released moves, and the statistic with it.
  predicate only_released_moved(struct span_heap a, struct span_heap b) =
    sums_moved(a, b, 0, 0, 0, b.released - a.released);
*/

/* Equal stretches have equal sums. */
/*@ ghost
  /@ requires range: 0 <= lo <= hi <= SPAN_HEAP_CAPACITY;
     requires same: unchanged(a, b, lo, hi);
     requires phys: a.geometry.phys_pages == b.geometry.phys_pages;
     terminates \true; exits \false;
     assigns \nothing;
     ensures sums: same_sums(a, lo, hi, b, lo, hi); @/
  void lemma_sums_frame(struct span_heap a, struct span_heap b,
                        uint64_t lo, uint64_t hi);
*/

/* A stretch shifted up by one record has equal sums. */
/*@ ghost
  /@ requires range: 0 <= lo <= hi < SPAN_HEAP_CAPACITY;
     requires same: shifted(a, b, lo, hi, 1);
     requires phys: a.geometry.phys_pages == b.geometry.phys_pages;
     terminates \true; exits \false;
     assigns \nothing;
     ensures sums: same_sums(a, lo, hi, b, lo + 1, hi + 1); @/
  void lemma_sums_shift(struct span_heap a, struct span_heap b,
                        uint64_t lo, uint64_t hi);
*/

/* A sum is the sum of its parts. */
/*@ ghost
  /@ requires range: 0 <= lo <= mid <= hi <= SPAN_HEAP_CAPACITY;
     terminates \true; exits \false;
     assigns \nothing;
     ensures idle: idle_sum(a, lo, hi) == idle_sum(a, lo, mid) + idle_sum(a, mid, hi);
     ensures in_use: in_use_sum(a, lo, hi) == in_use_sum(a, lo, mid) + in_use_sum(a, mid, hi);
     ensures manual: manual_sum(a, lo, hi) == manual_sum(a, lo, mid) + manual_sum(a, mid, hi);
     ensures released:
       released_sum(a, lo, hi) == released_sum(a, lo, mid) + released_sum(a, mid, hi); @/
  void lemma_sums_split(struct span_heap a, uint64_t lo, uint64_t mid, uint64_t hi);
*/

/* One record changes, the others stay. */
/*@ ghost
  /@ requires range: at < a.count <= SPAN_HEAP_CAPACITY && b.count == a.count;
     requires below: unchanged(a, b, 0, at);
     requires above: unchanged(a, b, at + 1, a.count);
     requires phys: a.geometry.phys_pages == b.geometry.phys_pages;
     terminates \true; exits \false;
     assigns \nothing;
     ensures sums: sums_moved(a, b, idle_of(b.spans[at]) - idle_of(a.spans[at]),
       in_use_of(b.spans[at]) - in_use_of(a.spans[at]),
       manual_of(b.spans[at]) - manual_of(a.spans[at]),
       released_of(b.spans[at], a.geometry.phys_pages) -
         released_of(a.spans[at], a.geometry.phys_pages)); @/
  void lemma_sums_update(struct span_heap a, struct span_heap b, uint64_t at);
*/

/* One record comes in between the others. */
/*@ ghost
  /@ requires range: at <= a.count < SPAN_HEAP_CAPACITY && b.count == a.count + 1;
     requires below: unchanged(a, b, 0, at);
     requires above: shifted(a, b, at, a.count, 1);
     requires phys: a.geometry.phys_pages == b.geometry.phys_pages;
     terminates \true; exits \false;
     assigns \nothing;
     ensures sums: sums_moved(a, b, idle_of(b.spans[at]), in_use_of(b.spans[at]),
       manual_of(b.spans[at]), released_of(b.spans[at], a.geometry.phys_pages)); @/
  void lemma_sums_insert(struct span_heap a, struct span_heap b, uint64_t at);
*/

#endif
