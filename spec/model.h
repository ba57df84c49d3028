/* The heap as a value: one address-ordered table of all spans, free and in use.
 *
 *   spans[0]        spans[1]   spans[2]                   current arena
 *   +---------------+----------+-----------------+  gap  +--------------+
 *   | in use        | free     | free, scavenged |       | not carved   |
 *   +---------------+----------+-----------------+       +--------------+
 *   ^ base, npages                                     arena_base    arena_end
 *
 * There is no page map and no tree: which span holds a page and who the
 * neighbour is are questions to the table. Predicates take the heap by value,
 * so that a proof sees a record of maps and no memory. docs/semantics.md,
 * "Invariants". */
#ifndef SPANREF_SPEC_MODEL_H
#define SPANREF_SPEC_MODEL_H

#include "physical.h"
#include "types.h"

/* Records the table has room for. An allocation may need 6 (spec/alloc.h). */
#ifndef SPAN_HEAP_CAPACITY
#define SPAN_HEAP_CAPACITY 262144
#endif
typedef char span_heap_capacity_is_8_or_more[SPAN_HEAP_CAPACITY >= 8 ? 1 : -1];

struct span_heap {
  /* Constant after init. */
  struct span_geometry geometry;
  /* Statistics, pages: semantics.md, "Invariants" 7. */
  uint64_t sys, idle, in_use, manual, released;
  /* The current arena [arena_base, arena_end): reserved, not yet carved. */
  uint64_t arena_base, arena_end;
  /* The table: spans[0 .. count - 1], by address. */
  uint64_t count;
  struct span spans[SPAN_HEAP_CAPACITY];
};

/* What one operation gave back to the OS, in the order in which it did. Growth
 * scavenges twice at the most, and takes every span once at the most (spec/backing.h). */
struct span_range_list {
  uint64_t count;
  struct span_range ranges[2 * SPAN_HEAP_CAPACITY];
};

/*@
  logic integer end_of(struct span s) = s.base + s.npages;
  predicate fits(struct span s, integer npages) = s.free && s.npages >= npages;
  predicate holds_page(struct span s, integer page) = s.base <= page < end_of(s);
  predicate overlaps(struct span s, integer base, integer end) =
    s.base < end && base < end_of(s);

  // Span i is in use and begins at base.
  predicate in_use_at(struct span_heap h, integer base, integer i) =
    0 <= i < h.count && h.spans[i].base == base && !h.spans[i].free;
  // One free span holds all of [base, end).
  predicate held_free(struct span_heap h, integer base, integer end) =
    \exists integer i; 0 <= i < h.count && h.spans[i].free &&
      h.spans[i].base <= base && end <= end_of(h.spans[i]);
  predicate no_span(struct span s) =
    s.base == 0 && s.npages == 0 && !s.free && !s.manual && !s.scavenged && !s.needzero;
  predicate same_flags(struct span a, struct span b) =
    a.free == b.free && a.manual == b.manual && a.scavenged == b.scavenged &&
    a.needzero == b.needzero;

  // Two tables: the same from lo to hi, or the same but for a shift.
  predicate unchanged(struct span_heap a, struct span_heap b,
                      integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==> a.spans[i] == b.spans[i];
  predicate shifted(struct span_heap a, struct span_heap b,
                    integer lo, integer hi, integer by) =
    (\forall integer i; lo <= i < hi ==> a.spans[i] == b.spans[i + by]) &&
    (\forall integer j; lo + by <= j < hi + by ==> b.spans[j] == a.spans[j - by]);

  predicate same_arena(struct span_heap a, struct span_heap b) =
    a.arena_base == b.arena_base && a.arena_end == b.arena_end;
  // The same but for the table.
  predicate same_accounts(struct span_heap a, struct span_heap b) =
    a.geometry == b.geometry && a.sys == b.sys && a.idle == b.idle &&
    a.in_use == b.in_use && a.manual == b.manual && a.released == b.released &&
    a.arena_base == b.arena_base && a.arena_end == b.arena_end;
  // The same table. Records at count and above don't exist.
  predicate same_table(struct span_heap a, struct span_heap b) =
    a.geometry == b.geometry && a.count == b.count && unchanged(a, b, 0, a.count);
  // Two heaps that nobody can tell apart.
  predicate same_heap(struct span_heap a, struct span_heap b) =
    same_accounts(a, b) && a.count == b.count && unchanged(a, b, 0, a.count);
*/

#endif
