/* A set of pages, as the runs it consists of: which memory was ever given out.
 *
 *   runs[0]      runs[1]          runs[2]
 *   +----+       +---------+      +--+
 *   |    |  gap  |         | gap  |  |
 *   +----+       +---------+      +--+
 *   ^ base  ^ end
 *
 * There is a gap between any two, so equal sets have equal runs. A page is any
 * number below 2^64 - 1. */
#ifndef SPANREF_PAGE_SET_H
#define SPANREF_PAGE_SET_H

#include "../spec/model.h"

/* Runs there is room for. */
#ifndef PAGE_SET_CAPACITY
#define PAGE_SET_CAPACITY 1048576
#endif
typedef char page_set_has_room_for_a_heap[PAGE_SET_CAPACITY > SPAN_HEAP_CAPACITY ? 1 : -1];

struct page_run {
  uint64_t base, end; /* pages [base, end) */
};

/* Runs at count and above don't exist. */
struct page_set {
  uint64_t count;
  struct page_run runs[PAGE_SET_CAPACITY];
};

/*@
  predicate runs_hold_pages(struct page_set s) =
    \forall integer i; 0 <= i < s.count ==> s.runs[i].base < s.runs[i].end;
  predicate runs_lie_apart(struct page_set s) =
    \forall integer i, j; 0 <= i < j < s.count ==> s.runs[i].end < s.runs[j].base;
  predicate page_set_ok(struct page_set s) =
    s.count <= PAGE_SET_CAPACITY && runs_hold_pages(s) && runs_lie_apart(s);

  predicate in_run(struct page_run r, integer page) = r.base <= page < r.end;
  predicate in_set(struct page_set s, integer page) =
    \exists integer i; 0 <= i < s.count && in_run(s.runs[i], page);
*/

/* Nothing is in it, whatever it was before. */
/*@ requires valid: \valid(s);
    terminates \true; exits \false; assigns s->count;
    ensures ok: page_set_ok(*s);
    ensures empty: \forall integer page; !in_set(*s, page);
*/
void page_set_clear(struct page_set *s);

/* Is a page of [base, end) in it? */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \exists integer page; base <= page < end && in_set(*s, page);
*/
bool page_set_meets(const struct page_set *s, uint64_t base, uint64_t end);

/* [base, end) becomes part of it. false: there is no room for a run that touches none,
 * and nothing changes. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s;
    ensures ok: page_set_ok(*s);
    ensures added: \result ==> \forall integer page;
      in_set(*s, page) <==> in_set(\old(*s), page) || base <= page < end;
    ensures kept: !\result ==> *s == \old(*s);
    ensures one_more: s->count <= \old(s->count) + 1;
    ensures full: !\result ==> \old(s->count) == PAGE_SET_CAPACITY;
    ensures apart: !\result ==> \forall integer page; base - 1 <= page <= end ==>
      !in_set(\old(*s), page);
*/
bool page_set_add(struct page_set *s, uint64_t base, uint64_t end);

/* No page of [base, end) is in it any more. false: there is no room for what is left
 * of a run on both sides, and nothing changes. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s;
    ensures ok: page_set_ok(*s);
    ensures removed: \result ==> \forall integer page;
      in_set(*s, page) <==> in_set(\old(*s), page) && !(base <= page < end);
    ensures kept: !\result ==> *s == \old(*s);
    ensures full: !\result ==> \old(s->count) == PAGE_SET_CAPACITY;
    ensures inside: !\result ==> \forall integer page; base - 1 <= page <= end ==>
      in_set(\old(*s), page);
*/
bool page_set_remove(struct page_set *s, uint64_t base, uint64_t end);

/* Are the same pages in both? */
/*@ requires valid: \valid(a) && \valid(b);
    requires separate: \separated(a, b);
    requires ok: page_set_ok(*a) && page_set_ok(*b);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \forall integer page; in_set(*a, page) <==> in_set(*b, page);
*/
bool page_sets_are_same(const struct page_set *a, const struct page_set *b);

#endif
