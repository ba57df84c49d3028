/* What a candidate shows of its spans, held against what it must have. Each function decides
 * exactly what its contract says, of any list; docs/judge.md says where each is asked.
 *
 * `is` has the spans that the reference has which followed: what the candidate was given out is
 * in use there. `shows` is the candidate's own list. What is pending was freed, is in use with
 * the reference until it is released, and is shown by nobody. */
#ifndef SPANREF_SHOWN_H
#define SPANREF_SHOWN_H

#include "../spec/invariants.h"
#include "page_set.h"

/*@
  // Nothing of it reaches past the limit, and no more spans than fit are shown.
  predicate shown_below(struct span_heap h) =
    h.count <= SPAN_HEAP_CAPACITY &&
    \forall integer i; 0 <= i < h.count ==> end_of(h.spans[i]) <= SPAN_LIMIT_PAGES;
  predicate shown_filled(struct span_heap h) =
    \forall integer i; 0 <= i < h.count ==> 0 < h.spans[i].npages;
  predicate shown_in_order(struct span_heap h) =
    shown_below(h) && shown_filled(h) && ordered(h);

  predicate used_at(struct span_heap h, integer i) = 0 <= i < h.count && !h.spans[i].free;
  // In use, and not pending.
  predicate held_at(struct span_heap h, struct page_set pending, integer i) =
    used_at(h, i) && !in_set(pending, h.spans[i].base);
  predicate same_use(struct span a, struct span b, integer has_manual) =
    a.base == b.base && a.npages == b.npages && (has_manual != 0 ==> a.manual == b.manual);
  // (No `is`: CVC4 takes it for a word of its own.)
  // Of the spans of `has` below hi each is one of `shows` below lo, and the other way round.
  predicate used_below(struct span_heap has, integer hi, struct page_set pending,
                       struct span_heap shows, integer lo, integer has_manual) =
    \forall integer i; 0 <= i < hi && held_at(has, pending, i) ==>
      \exists integer j; 0 <= j < lo && used_at(shows, j) &&
        same_use(has.spans[i], shows.spans[j], has_manual);
  predicate real_below(struct span_heap has, integer hi, struct page_set pending,
                       struct span_heap shows, integer lo, integer has_manual) =
    \forall integer j; 0 <= j < lo && used_at(shows, j) ==>
      \exists integer i; 0 <= i < hi && held_at(has, pending, i) &&
        same_use(has.spans[i], shows.spans[j], has_manual);
  // What is in use is shown so, and nothing else is.
  predicate same_uses(struct span_heap has, struct page_set pending, struct span_heap shows,
                      integer has_manual) =
    used_below(has, has.count, pending, shows, shows.count, has_manual) &&
    real_below(has, has.count, pending, shows, shows.count, has_manual);

  predicate free_below(struct span_heap h, integer hi, integer page) =
    \exists integer i; 0 <= i < hi && h.spans[i].free && holds_page(h.spans[i], page);
  predicate free_page(struct span_heap h, integer page) = free_below(h, h.count, page);
  predicate is_reserved(struct span_range r, integer page) =
    r.base <= page < r.base + r.npages;
  predicate clean_span(struct span s, struct page_set given) =
    s.free && !s.needzero ==> \forall integer page; holds_page(s, page) ==> !in_set(given, page);
*/

/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> shown_below(*h);
*/
bool shown_is_below_limit(const struct span_heap *h);

/* In order, without overlap, and none empty. */
/*@ requires valid: \valid(h);
    requires below: shown_below(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> shown_in_order(*h);
*/
bool shown_is_in_order(const struct span_heap *h);

/* Is what is in use shown so, span by span, and nothing else? has_manual: its kind, too. */
/*@ requires valid: \valid(is) && \valid(pending) && \valid(shows);
    requires separate: \separated(is, pending, shows);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires set: page_set_ok(*pending);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> same_uses(*is, *pending, *shows, has_manual);
*/
bool shown_uses_are_same(const struct span_heap *is, const struct page_set *pending,
                         const struct span_heap *shows, bool has_manual);

/* Is no free span said to be manual? */
/*@ requires valid: \valid(h);
    requires below: shown_below(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==>
      \forall integer i; 0 <= i < h->count && h->spans[i].free ==> !h->spans[i].manual;
*/
bool shown_free_is_plain(const struct span_heap *h);

/* The set becomes that of its free pages. There is room: each span is a run at the most. */
/*@ requires valid: \valid(set) && \valid(h);
    requires separate: \separated(set, h);
    requires order: shown_in_order(*h);
    terminates \true; exits \false; assigns *set;
    ensures set: page_set_ok(*set);
    ensures few: set->count <= h->count;
    ensures free: \forall integer page; in_set(*set, page) <==> free_page(*h, page);
*/
void shown_free_pages(struct page_set *set, const struct span_heap *h);

/* Is the same memory free, page by page? What was `reserved` is free as well, and in none of the
 * spans that are shown; none: 0 pages. Both sets are written. */
/*@ requires valid: \valid(is) && \valid(shows) && \valid(ours) && \valid(theirs);
    requires separate: \separated(is, shows, ours, theirs);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires range: reserved.base + reserved.npages <= 18446744073709551615;
    terminates \true; exits \false; assigns *ours, *theirs;
    ensures same: \result ==>
      \forall integer page; free_page(*is, page) <==>
        free_page(*shows, page) || is_reserved(reserved, page);
    ensures once: \result ==>
      \forall integer page; !(free_page(*shows, page) && is_reserved(reserved, page));
    ensures differ: !\result ==>
      (\exists integer page; free_page(*shows, page) && is_reserved(reserved, page)) ||
      \exists integer page; !(free_page(*is, page) <==>
        free_page(*shows, page) || is_reserved(reserved, page));
*/
bool shown_free_is_same(const struct span_heap *is, const struct span_heap *shows,
                        struct span_range reserved, struct page_set *ours,
                        struct page_set *theirs);

/* No free span is said to be clean, of which a page is in `given`. */
/*@ requires valid: \valid(h) && \valid(given);
    requires separate: \separated(h, given);
    requires below: shown_below(*h);
    requires set: page_set_ok(*given);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==>
      \forall integer i; 0 <= i < h->count ==> clean_span(h->spans[i], *given);
*/
bool shown_is_clean(const struct span_heap *h, const struct page_set *given);

/* Is no span in use? */
/*@ requires valid: \valid(h);
    requires below: shown_below(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \forall integer i; 0 <= i < h->count ==> h->spans[i].free;
*/
bool shown_is_unused(const struct span_heap *h);

/* Is a span free below the limit that has so many pages? Of a list that may say anything. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \exists integer i; 0 <= i < h->count &&
      i < SPAN_HEAP_CAPACITY && fits(h->spans[i], npages) && end_of(h->spans[i]) <= SPAN_LIMIT_PAGES;
*/
bool shown_has_room(const struct span_heap *h, uint64_t npages);

/* Does no span reach into these pages, which end at the limit or below? */
/*@ requires valid: \valid(h);
    requires below: shown_below(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> base + npages <= SPAN_LIMIT_PAGES &&
      \forall integer i; 0 <= i < h->count && overlaps(h->spans[i], base, base + npages) ==>
        h->spans[i].npages == 0;
*/
bool shown_leaves(const struct span_heap *h, uint64_t base, uint64_t npages);

#endif
