/* The parts of grow(n): carving where there is room, what the OS is asked, which
 * answer is good, and what a good one makes of the current arena. docs/semantics.md,
 * "grow(n)" and "OS".
 *
 *   old remainder [cb, ce)      what the OS gave, anywhere
 *   +-----------+         +--------------------------+
 *   |           |         |                          |  apart: the remainder becomes a
 *   +-----------+         +--------------------------+  span, the new memory the arena
 *   +-----------+--------------------------+
 *   |           |                          |            it begins at ce: ce moves up
 *   +-----------+--------------------------+
 *
 * The order shows, and is Go's: sys rises before the old remainder becomes a span, idle
 * and released after. So while that span is added, scavenging takes the whole answer for
 * memory that is backed. */
#ifndef SPANREF_SPEC_GROW_PARTS_H
#define SPANREF_SPEC_GROW_PARTS_H

#include "accounts.h"
#include "add_span.h"
#include "new_range.h"
#include "os.h"

/*@
  // Where the current arena has room: [arena_base, grown_base) becomes a span.
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

  // Where it has not: what the OS is asked for, and which answer is good. Such an
  // answer becomes the current arena, or extends it.
  logic integer reservation(struct span_heap h, integer npages) =
    npages % h.geometry.arena_pages == 0 ? npages :
    npages - npages % h.geometry.arena_pages + h.geometry.arena_pages;
  predicate good_answer(struct span_heap h, struct span_os_answer answer, integer asked) =
    asked <= answer.npages && answer.base % h.geometry.arena_pages == 0 &&
    answer.npages % h.geometry.arena_pages == 0 &&
    new_range(h, answer.base, answer.npages);

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
  predicate reserved(struct span_heap a, struct span_heap b, struct span_os_answer answer) =
    \exists struct span_heap opened, struct span_heap rest;
      arena_opened(a, opened, answer) && rest_added(opened, rest, a, answer) &&
      answer_counted(rest, b, answer);
*/

#endif
