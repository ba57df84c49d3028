/* scavenge(want): retained memory goes back to the OS, a span at a time.
 *
 * "Scavenging takes retained free spans that hold a whole physical page, first
 * those with huge(s) > 0, then the others, each from the highest address down,
 * searching afresh after every span. It goes on until it has released at least what
 * was wanted or no span is left to take." docs/semantics.md, "scavenge(want)"; D5.
 *
 *       10              20             12      pages, R = 1, H = 0; scavenge(16):
 *   +----------+------+------------+------+--------+
 *   | retained |in use| retained   |in use|retained|     before
 *   +----------+------+------------+------+--------+
 *   | retained |in use| retained   |in use|scaveng.|     1st step: the highest, whole
 *   +----------+------+--------+---+------+--------+
 *   | retained |in use| ret.   |sc.|in use|scaveng.|     2nd step: 4 pages are missing,
 *   +----------+------+--------+---+------+--------+     so the high 4 of the next
 *
 * A single step, which span it takes and where it cuts: scavenge_parts.h. Growth
 * scavenges too, as much as would leave more backed memory than the goal allows: sys -
 * released, which counts what is in use. */
#ifndef SPANREF_SPEC_SCAVENGE_H
#define SPANREF_SPEC_SCAVENGE_H

#include "scavenge_parts.h"

/*@
  predicate scavenged(struct span_heap a, struct span_heap b, integer want) =
    scavenge_ends(a, b, want) &&
    \exists integer n; 0 <= n <= want && scavenge_steps(a, b, want, n);

  // How many pages growth by npages scavenges: as many as would be backed by memory,
  // in use or retained, above the goal; npages at the most.
  logic integer above_goal(struct span_heap h, integer npages) =
    h.sys - h.released + npages - h.geometry.goal_pages;
  logic integer growth_want(struct span_heap h, integer npages) =
    !h.geometry.has_goal || above_goal(h, npages) <= 0 ? 0 :
    above_goal(h, npages) < npages ? above_goal(h, npages) : npages;
  predicate scavenged_for_growth(struct span_heap a, struct span_heap b, integer npages) =
    scavenged(a, b, growth_want(a, npages));

  predicate same_but_released(struct span_heap a, struct span_heap b) =
    a.geometry == b.geometry && same_arena(a, b) && a.sys == b.sys && a.idle == b.idle &&
    a.in_use == b.in_use && a.manual == b.manual;
*/

#endif
