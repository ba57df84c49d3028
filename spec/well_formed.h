/* The invariants together: what holds between operations, and what of it the
 * steps inside an operation rely on. docs/semantics.md, "Invariants"; not in
 * here: 8 (needzero). */
#ifndef SPANREF_SPEC_WELL_FORMED_H
#define SPANREF_SPEC_WELL_FORMED_H

#include "invariants.h"
#include "sums.h"

/*@
  predicate geometry_ok(struct span_geometry g) =
    phys_ok(g.phys_pages) && 0 < g.arena_pages <= SPAN_LIMIT_PAGES &&
    aligned(g.arena_pages, g.phys_pages) && g.huge_pages <= SPAN_LIMIT_PAGES &&
    (g.huge_pages < g.phys_pages || aligned(g.huge_pages, g.phys_pages)) &&
    (g.has_goal || g.goal_pages == 0);

  // 5. The current arena lies on physical pages, below the limit, and ends
  // where a unit of the OS ends.
  predicate arena_ok(struct span_heap h) =
    h.arena_base <= h.arena_end <= SPAN_LIMIT_PAGES &&
    aligned(h.arena_base, h.geometry.phys_pages) &&
    aligned(h.arena_end, h.geometry.phys_pages) &&
    h.arena_end % h.geometry.arena_pages == 0;

  // All that speaks of the table alone: 1 to 4.
  predicate table_ok(struct span_heap h) =
    geometry_ok(h.geometry) && sound(h) && clear_of_arena(h) && coalesced(h);

  // 7. The statistics are the sums, exactly. The current arena is idle and released.
  logic integer arena_rest(struct span_heap h) = h.arena_end - h.arena_base;
  predicate accounted(struct span_heap h) =
    h.idle == idle_sum(h, 0, h.count) + arena_rest(h) &&
    h.released == released_sum(h, 0, h.count) + arena_rest(h) &&
    h.in_use == in_use_sum(h, 0, h.count) &&
    h.manual == manual_sum(h, 0, h.count) &&
    h.sys == h.idle + h.in_use;

  predicate well_formed(struct span_heap h) =
    table_ok(h) && arena_ok(h) && accounted(h);
*/

/* What is said of the table alone holds whatever the accounts say. */
/*@ ghost
  /@ requires same: same_table(a, b);
     terminates \true; exits \false;
     assigns \nothing;
     ensures bounded: bounded(a) ==> bounded(b);
     ensures ordered: ordered(a) ==> ordered(b);
     ensures flagged: flagged(a) ==> flagged(b);
     ensures releasable: releasable(a) ==> releasable(b);
     ensures coalesced: coalesced(a) ==> coalesced(b);
     ensures undisturbed: undisturbed(a, b); @/
  void lemma_same_table(struct span_heap a, struct span_heap b);
*/

#endif
