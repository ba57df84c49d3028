/* What each operation makes of a heap, completely: one relation an operation,
 * the next heap fixed to the last record. Steps inside an operation are heaps
 * in between; that a relation admits one next heap only is the business of
 * proofs/determinism*.c. docs/semantics.md, "Operations". */
#ifndef SPANREF_SPEC_OPERATIONS_H
#define SPANREF_SPEC_OPERATIONS_H

#include "os.h"
#include "scavenge.h"

/* Records an allocation may need once it has to grow: the remainder of the old
 * arena and the new memory, each with a split while scavenging for it, and the
 * split of what is found then. */
#define GROW_HEADROOM 5

/*@
  predicate same_arena(struct span_heap a, struct span_heap b) =
    a.arena_base == b.arena_base && a.arena_end == b.arena_end;

  predicate same_but_released(struct span_heap a, struct span_heap b) =
    a.geometry == b.geometry && same_arena(a, b) && a.sys == b.sys && a.idle == b.idle &&
    a.in_use == b.in_use && a.manual == b.manual;

  // find(n)
  predicate nothing_fits(struct span_heap h, integer npages) =
    \forall integer i; 0 <= i < h.count ==> !fits(h.spans[i], npages);
  predicate something_fits(struct span_heap h, integer npages) =
    \exists integer i; 0 <= i < h.count && fits(h.spans[i], npages);
  predicate lowest_fit(struct span_heap h, integer npages, integer i) =
    0 <= i < h.count && fits(h.spans[i], npages) &&
    \forall integer j; 0 <= j < i ==> !fits(h.spans[j], npages);

  predicate held_free(struct span_heap h, integer base, integer end) =
    \exists integer i; 0 <= i < h.count && h.spans[i].free &&
      h.spans[i].base <= base && end <= end_of(h.spans[i]);

  // Memory that may be handed in: in range and nobody's.
  predicate new_range(struct span_heap h, integer base, integer npages) =
    0 < npages && base + npages <= SPAN_LIMIT_PAGES &&
    (h.arena_base < h.arena_end ==>
      base + npages <= h.arena_base || h.arena_end <= base) &&
    \forall integer i; 0 <= i < h.count ==> !overlaps(h.spans[i], base, base + npages);

  predicate may_add(struct span_heap h, integer base, integer npages) =
    new_range(h, base, npages) && aligned(base, h.geometry.phys_pages) &&
    aligned(npages, h.geometry.phys_pages);
  predicate no_span(struct span s) =
    s.base == 0 && s.npages == 0 && !s.free && !s.manual && !s.scavenged && !s.needzero;

  // add_span: room is made, the span inserted at its place, and coalesced.
  predicate new_span(struct span s, integer base, integer npages) =
    s.base == base && s.npages == npages && s.free && !s.manual && s.scavenged &&
    !s.needzero;
  predicate inserted(struct span_heap a, struct span_heap b, integer at, integer base,
                     integer npages) =
    same_accounts(a, b) && 0 <= at <= a.count && b.count == a.count + 1 &&
    (\forall integer i; 0 <= i < at ==> a.spans[i].base < base) &&
    (\forall integer i; at <= i < a.count ==> base <= a.spans[i].base) &&
    unchanged(a, b, 0, at) && new_span(b.spans[at], base, npages) &&
    shifted(a, b, at, a.count, 1);
  predicate placed(struct span_heap a, struct span_heap b, integer base, integer npages) =
    \exists struct span_heap m, integer at, integer now;
      inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now);
  predicate span_added(struct span_heap a, struct span_heap b, integer base,
                       integer npages) =
    \exists struct span_heap m; scavenged_for_growth(a, m, npages) &&
      placed(m, b, base, npages);

  // add(base, n)
  predicate counted_in(struct span_heap a, struct span_heap b, integer npages) =
    same_table(a, b) && same_arena(a, b) && b.sys == a.sys + npages &&
    b.idle == a.idle + npages && b.released == a.released + npages &&
    b.in_use == a.in_use && b.manual == a.manual;
  predicate added(struct span_heap a, struct span_heap b, integer base, integer npages) =
    \exists struct span_heap m; counted_in(a, m, npages) && span_added(m, b, base, npages);

  // grow(n), where the current arena has room for it.
  logic integer grown_base(struct span_heap h, integer npages) =
    up(h.arena_base + npages, h.geometry.phys_pages);
  predicate arena_carved(struct span_heap a, struct span_heap b, integer npages) =
    same_table(a, b) && b.sys == a.sys && b.idle == a.idle && b.released == a.released &&
    b.in_use == a.in_use && b.manual == a.manual &&
    b.arena_base == grown_base(a, npages) && b.arena_end == a.arena_end;
  predicate arena_enough(struct span_heap h, integer npages) =
    grown_base(h, npages) <= h.arena_end;
  predicate grown(struct span_heap a, struct span_heap b, integer npages) =
    \exists struct span_heap m; arena_carved(a, m, npages) &&
      span_added(m, b, a.arena_base, grown_base(a, npages) - a.arena_base);

  // grow(n), where it has not: the OS's answer becomes, or extends, the arena.
  logic integer reservation(struct span_heap h, integer npages) =
    npages % h.geometry.arena_pages == 0 ? npages :
    npages - npages % h.geometry.arena_pages + h.geometry.arena_pages;
  predicate good_answer(struct span_heap h, struct span_os_answer answer, integer asked) =
    asked <= answer.npages && answer.base % h.geometry.arena_pages == 0 &&
    answer.npages % h.geometry.arena_pages == 0 &&
    new_range(h, answer.base, answer.npages);
  predicate answered(struct span_heap h, struct span_os_answer said, integer asked,
                     integer status) =
    !said.granted ? status == SPAN_NO_MEMORY :
    good_answer(h, said, asked) ? status == SPAN_OK : status == SPAN_BAD_ANSWER;
  predicate arena_opened(struct span_heap a, struct span_heap b,
                         struct span_os_answer answer) =
    same_table(a, b) && b.sys == a.sys + answer.npages && b.idle == a.idle &&
    b.released == a.released && b.in_use == a.in_use && b.manual == a.manual &&
    b.arena_end == answer.base + answer.npages &&
    (answer.base == a.arena_end ? b.arena_base == a.arena_base :
                                  b.arena_base == answer.base);
  predicate rest_added(struct span_heap a, struct span_heap b, struct span_heap old,
                       struct span_os_answer answer) =
    answer.base == old.arena_end || old.arena_base == old.arena_end ? same_heap(a, b) :
      span_added(a, b, old.arena_base, old.arena_end - old.arena_base);
  predicate answer_counted(struct span_heap a, struct span_heap b,
                           struct span_os_answer answer) =
    same_table(a, b) && same_arena(a, b) && b.sys == a.sys &&
    b.idle == a.idle + answer.npages && b.released == a.released + answer.npages &&
    b.in_use == a.in_use && b.manual == a.manual;
  predicate reserved(struct span_heap a, struct span_heap b, struct span_os_answer answer) =
    \exists struct span_heap opened, struct span_heap rest;
      arena_opened(a, opened, answer) && rest_added(opened, rest, a, answer) &&
      answer_counted(rest, b, answer);
  predicate reserved_and_grown(struct span_heap a, struct span_heap b,
                               struct span_os_answer answer, integer npages) =
    \exists struct span_heap m; reserved(a, m, answer) && grown(m, b, npages);

  // alloc(n): the low pages of free span i; a remainder without a whole
  // physical page becomes retained and is coalesced (D1).
  predicate given_out(struct span s, struct span was, integer npages, bool manual) =
    s.base == was.base && s.npages == npages && !s.free && (s.manual <==> manual) &&
    !s.scavenged && s.needzero == was.needzero;
  predicate remains(struct span s, struct span was, integer npages, integer r) =
    s.base == was.base + npages && end_of(s) == end_of(was) && s.free && !s.manual &&
    (s.scavenged <==> (was.scavenged && holds_physical_page(s, r))) &&
    s.needzero == was.needzero;
  predicate loses_its_flag(struct span s, integer npages, integer r) =
    s.scavenged && !page_inside(s.base + npages, end_of(s), r);
  predicate taken_from(struct span_heap a, struct span_heap b, integer i, integer npages,
                       bool manual) =
    unchanged(a, b, 0, i) && given_out(b.spans[i], a.spans[i], npages, manual) &&
    (a.spans[i].npages == npages ?
      b.count == a.count && unchanged(a, b, i + 1, a.count) :
      b.count == a.count + 1 && shifted(a, b, i + 1, a.count, 1) &&
      remains(b.spans[i + 1], a.spans[i], npages, a.geometry.phys_pages));
  predicate counted_out(struct span_heap a, struct span_heap b, integer npages,
                        bool manual) =
    a.geometry == b.geometry && same_arena(a, b) && b.idle == a.idle - npages &&
    (manual ? b.manual == a.manual + npages && b.in_use == a.in_use &&
                b.sys == a.sys - npages :
              b.in_use == a.in_use + npages && b.manual == a.manual && b.sys == a.sys);
  predicate released_after(struct span_heap a, struct span_heap b, integer i,
                           integer npages) =
    a.spans[i].npages == npages ?
      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) :
      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) +
        released_of(b.spans[i + 1], a.geometry.phys_pages);
  predicate carved_at(struct span_heap a, struct span_heap m, struct span_heap b, integer i,
                      integer npages, bool manual, struct span_advice advice) =
    taken_from(a, m, i, npages, manual) && counted_out(a, m, npages, manual) &&
    released_after(a, m, i, npages) &&
    (a.spans[i].npages != npages &&
     loses_its_flag(a.spans[i], npages, a.geometry.phys_pages) ?
      coalesced_at(m, b, i + 1, i + 1) &&
        coalesce_advice(m, i + 1, b.spans[i + 1], advice) :
      same_heap(m, b) && no_advice(advice));
  predicate carved(struct span_heap a, struct span_heap b, integer i, integer npages,
                   bool manual, struct span_advice advice) =
    \exists struct span_heap m; carved_at(a, m, b, i, npages, manual, advice);
  predicate allocated(struct span_heap a, struct span_heap b, integer npages,
                      bool manual, struct span_alloc_result result) =
    \exists integer i; lowest_fit(a, npages, i) &&
      carved(a, b, i, npages, manual, result.advice) && result.base == a.spans[i].base &&
      (result.needzero <==> a.spans[i].needzero);

  // The lowest fit is larger than npages and the table has no room for the rest.
  predicate no_room_to_split(struct span_heap h, integer npages) =
    h.count == SPAN_HEAP_CAPACITY &&
    \exists integer i; lowest_fit(h, npages, i) && h.spans[i].npages != npages;

  // The spans in use of a are spans of b, but for the one at base.
  predicate kept_but(struct span_heap a, struct span_heap b, integer base) =
    \forall integer i; 0 <= i < a.count && !a.spans[i].free && a.spans[i].base != base ==>
      \exists integer j; 0 <= j < b.count && b.spans[j] == a.spans[i];

  // free(base): span i, in use, becomes free, retained and dirty, and coalesces.
  predicate in_use_at(struct span_heap h, integer base, integer i) =
    0 <= i < h.count && h.spans[i].base == base && !h.spans[i].free;
  predicate dropped(struct span_heap a, struct span_heap b, integer i) =
    a.geometry == b.geometry && same_arena(a, b) && b.released == a.released &&
    b.idle == a.idle + a.spans[i].npages &&
    (a.spans[i].manual ?
      b.manual == a.manual - a.spans[i].npages && b.in_use == a.in_use &&
        b.sys == a.sys + a.spans[i].npages :
      b.in_use == a.in_use - a.spans[i].npages && b.manual == a.manual && b.sys == a.sys) &&
    b.count == a.count && unchanged(a, b, 0, i) && unchanged(a, b, i + 1, a.count) &&
    b.spans[i].base == a.spans[i].base && b.spans[i].npages == a.spans[i].npages &&
    b.spans[i].free && !b.spans[i].manual && !b.spans[i].scavenged && b.spans[i].needzero;
  predicate freed_at(struct span_heap a, struct span_heap m, struct span_heap b, integer i,
                     integer k, struct span_advice advice) =
    dropped(a, m, i) && coalesced_at(m, b, i, k) && coalesce_advice(m, i, b.spans[k], advice);
  predicate freed(struct span_heap a, struct span_heap b, integer base,
                  struct span_advice advice) =
    \exists struct span_heap m, integer i, integer k; in_use_at(a, base, i) &&
      freed_at(a, m, b, i, k, advice);
*/

#endif
