/* One step of scavenge(want): the one span that is to be taken and the one place
 * where it is to be cut. docs/semantics.md, "scavenge(want)". */
#ifndef SPANREF_SPEC_SCAVENGE_PARTS_H
#define SPANREF_SPEC_SCAVENGE_PARTS_H

#include "coalesce.h"
#include "sums.h"

/*@
  // A free span that still holds a whole physical page to give back.
  predicate can_scavenge(struct span s, integer r) =
    s.free && !s.scavenged && holds_physical_page(s, r);
  predicate holds_huge(struct span s, integer huge_pages) =
    huge_of(s, huge_pages) > 0;
  predicate no_candidate(struct span_heap h, integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==>
      !can_scavenge(h.spans[i], h.geometry.phys_pages);
  predicate no_huge_candidate(struct span_heap h, integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==>
      !(can_scavenge(h.spans[i], h.geometry.phys_pages) &&
        holds_huge(h.spans[i], h.geometry.huge_pages));
  // What is taken next: the highest span with huge pages, else the highest.
  predicate candidate(struct span_heap h, integer i) =
    0 <= i < h.count && can_scavenge(h.spans[i], h.geometry.phys_pages) &&
    (holds_huge(h.spans[i], h.geometry.huge_pages) ?
      no_huge_candidate(h, i + 1, h.count) :
      no_huge_candidate(h, 0, h.count) && no_candidate(h, i + 1, h.count));

  // Where [lo, hi), whole physical pages, is cut, so that its high part has want pages
  // or more. If want is all of it or more, it isn't cut: then boundary is lo. If the
  // cut would go through a huge page and the start of that lies in [lo, hi), it is
  // made there instead.
  logic integer huge_down(integer x, integer huge_pages) = x - x % huge_pages;
  predicate cut_boundary(struct span_geometry g, integer lo, integer hi, integer want,
                         integer boundary) =
    hi - lo <= want ? boundary == lo :
    g.phys_pages < g.huge_pages &&
        lo <= huge_down(down(hi - want, g.phys_pages), g.huge_pages) ?
      boundary == huge_down(down(hi - want, g.phys_pages), g.huge_pages) :
      boundary == down(hi - want, g.phys_pages);

  // Free span i of a is cut at boundary; its high part is span k of b. At the first
  // whole physical page it isn't cut, and k is i.
  predicate cut_from(struct span_heap a, struct span_heap b, integer i, integer boundary,
                     integer k) =
    same_accounts(a, b) &&
    (boundary == up(a.spans[i].base, a.geometry.phys_pages) ?
      k == i && same_heap(a, b) :
      k == i + 1 && split_at(a, b, i, boundary - a.spans[i].base));
  // Span k gives its whole physical pages back.
  predicate gave_back(struct span_heap a, struct span_heap b, integer k) =
    a.geometry == b.geometry && a.sys == b.sys && a.idle == b.idle &&
    a.in_use == b.in_use && a.manual == b.manual &&
    a.arena_base == b.arena_base && a.arena_end == b.arena_end &&
    b.released == a.released + released_of(b.spans[k], b.geometry.phys_pages) &&
    b.count == a.count && unchanged(a, b, 0, k) && unchanged(a, b, k + 1, a.count) &&
    b.spans[k].base == a.spans[k].base && b.spans[k].npages == a.spans[k].npages &&
    b.spans[k].free == a.spans[k].free && b.spans[k].manual == a.spans[k].manual &&
    b.spans[k].scavenged && b.spans[k].needzero == a.spans[k].needzero;

  // A step: span i is cut, the high part is scavenged (marked), then coalesced.
  predicate flagged_from(struct span_heap a, struct span_heap b, integer i,
                         integer boundary, integer k) =
    \exists struct span_heap cut; cut_from(a, cut, i, boundary, k) && gave_back(cut, b, k);
  predicate scavenged_from(struct span_heap a, struct span_heap b, integer i,
                           integer boundary) =
    \exists struct span_heap marked, integer k, integer now;
      flagged_from(a, marked, i, boundary, k) && coalesced_at(marked, b, k, now);
  predicate cut_of(struct span_heap a, integer i, integer want, integer boundary) =
    cut_boundary(a.geometry, up(a.spans[i].base, a.geometry.phys_pages),
                 down(end_of(a.spans[i]), a.geometry.phys_pages), want, boundary);
  predicate scavenged_span(struct span_heap a, struct span_heap b, integer i, integer want) =
    \exists integer boundary;
      cut_of(a, i, want, boundary) && scavenged_from(a, b, i, boundary);
  predicate scavenge_step(struct span_heap a, struct span_heap b, integer want) =
    \exists integer i; candidate(a, i) && scavenged_span(a, b, i, want);

  predicate next_step(struct span_heap a, struct span_heap m, struct span_heap b,
                      integer want) =
    m.released - a.released < want &&
    scavenge_step(m, b, want - (m.released - a.released));
  // b is what n steps make of a. Each is taken only while fewer than want pages have
  // been released.
  predicate scavenge_steps(struct span_heap a, struct span_heap b, integer want, integer n) =
    n <= 0 ? same_heap(a, b) :
    \exists struct span_heap m; scavenge_steps(a, m, want, n - 1) &&
      next_step(a, m, b, want);
  // It ends when enough is released, or when no span is left to take. Each step
  // releases a page or more, so that want steps are enough.
  predicate scavenge_ends(struct span_heap a, struct span_heap b, integer want) =
    want <= b.released - a.released || no_candidate(b, 0, b.count);
*/

#endif
