#include "shown.h"

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> base + npages <= SPAN_LIMIT_PAGES;
*/
static bool is_below(uint64_t base, uint64_t npages)
{
  return npages <= SPAN_LIMIT_PAGES && base <= SPAN_LIMIT_PAGES - npages;
}

bool shown_is_below_limit(const struct span_heap *h)
{
  if (h->count > SPAN_HEAP_CAPACITY) return false;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==>
        end_of(h->spans[k]) <= SPAN_LIMIT_PAGES;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (!is_below(h->spans[i].base, h->spans[i].npages)) return false;
  return true;
}

bool shown_is_in_order(const struct span_heap *h)
{
  uint64_t end = 0; /* of the span before */
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant end: 0 < i ==> end == end_of(h->spans[i - 1]);
      loop invariant below: \forall integer k; 0 <= k < i ==> end_of(h->spans[k]) <= end;
      loop invariant filled: \forall integer k; 0 <= k < i ==> 0 < h->spans[k].npages;
      loop invariant so_far: \forall integer j, k; 0 <= j < k < i ==>
        end_of(h->spans[j]) <= h->spans[k].base;
      loop invariant none: i == 0 ==> end == 0;
      loop assigns i, end;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    if (h->spans[i].npages == 0 || h->spans[i].base < end) return false;
    end = h->spans[i].base + h->spans[i].npages;
  }
  return true;
}

/* --- What is in use ------------------------------------------------------------------------- */

/* The first from i on that is in use and not pending; count: there is none. */
/*@ requires valid: \valid(is) && \valid(pending);
    requires separate: \separated(is, pending);
    requires order: shown_in_order(*is);
    requires set: page_set_ok(*pending);
    requires from: i <= is->count;
    terminates \true; exits \false; assigns \nothing;
    ensures from: i <= \result <= is->count;
    ensures none: \forall integer k; i <= k < \result ==> !held_at(*is, *pending, k);
    ensures held: \result < is->count ==> held_at(*is, *pending, \result);
*/
static uint64_t next_held(const struct span_heap *is, const struct page_set *pending, uint64_t i)
{
  /*@ loop invariant range: \at(i, Pre) <= i <= is->count;
      loop invariant none: \forall integer k; \at(i, Pre) <= k < i ==>
        !held_at(*is, *pending, k);
      loop assigns i;
      loop variant is->count - i; */
  while (i < is->count && (is->spans[i].free ||
                           page_set_meets(pending, is->spans[i].base, is->spans[i].base + 1)))
    i++;
  return i;
}

/*@ requires valid: \valid(shows);
    requires from: j <= shows->count <= SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing;
    ensures from: j <= \result <= shows->count;
    ensures none: \forall integer k; j <= k < \result ==> !used_at(*shows, k);
    ensures used: \result < shows->count ==> used_at(*shows, \result);
*/
static uint64_t next_used(const struct span_heap *shows, uint64_t j)
{
  /*@ loop invariant range: \at(j, Pre) <= j <= shows->count;
      loop invariant none: \forall integer k; \at(j, Pre) <= k < j ==> !used_at(*shows, k);
      loop assigns j;
      loop variant shows->count - j; */
  while (j < shows->count && shows->spans[j].free) j++;
  return j;
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> same_use(a, b, has_manual);
*/
static bool is_same_use(struct span a, struct span b, bool has_manual)
{
  return a.base == b.base && a.npages == b.npages && (!has_manual || a.manual == b.manual);
}

bool shown_uses_are_same(const struct span_heap *is, const struct page_set *pending,
                         const struct span_heap *shows, bool has_manual)
{
  uint64_t i = next_held(is, pending, 0), j = next_used(shows, 0);
  /*@ loop invariant range: 0 <= i <= is->count && 0 <= j <= shows->count;
      loop invariant held: i < is->count ==> held_at(*is, *pending, i);
      loop invariant used: j < shows->count ==> used_at(*shows, j);
      loop invariant shown: used_below(*is, i, *pending, *shows, j, has_manual);
      loop invariant real: real_below(*is, i, *pending, *shows, j, has_manual);
      loop invariant is_before: \forall integer k; 0 <= k < i && held_at(*is, *pending, k) &&
        j < shows->count ==> is->spans[k].base < shows->spans[j].base;
      loop invariant shows_before: \forall integer k; 0 <= k < j && used_at(*shows, k) &&
        i < is->count ==> shows->spans[k].base < is->spans[i].base;
      loop assigns i, j;
      loop variant is->count - i; */
  while (i < is->count && j < shows->count) {
    if (!is_same_use(is->spans[i], shows->spans[j], has_manual)) {
      /*@ assert is_lower: is->spans[i].base < shows->spans[j].base ==>
            \forall integer k; used_at(*shows, k) ==> shows->spans[k].base != is->spans[i].base; */
      /*@ assert shows_lower: shows->spans[j].base < is->spans[i].base ==>
            \forall integer k; held_at(*is, *pending, k) ==>
              is->spans[k].base != shows->spans[j].base; */
      /*@ assert no_other: is->spans[i].base == shows->spans[j].base ==>
            \forall integer k; used_at(*shows, k) && k != j ==>
              shows->spans[k].base != is->spans[i].base; */
      return false;
    }
    i = next_held(is, pending, i + 1);
    j = next_used(shows, j + 1);
  }
  return i == is->count && j == shows->count;
}

bool shown_free_is_plain(const struct span_heap *h)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i && h->spans[k].free ==>
        !h->spans[k].manual;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].free && h->spans[i].manual) return false;
  return true;
}

/* --- What is free --------------------------------------------------------------------------- */

void shown_free_pages(struct page_set *set, const struct span_heap *h)
{
  page_set_clear(set);
  /*@ assert nothing: 0 < set->count ==> in_set(*set, set->runs[0].base); */
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant set: page_set_ok(*set);
      loop invariant few: set->count <= i;
      loop invariant free: \forall integer page;
        in_set(*set, page) <==> free_below(*h, i, page);
      loop assigns i, *set;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].free)
      (void)page_set_add(set, h->spans[i].base, h->spans[i].base + h->spans[i].npages);
}

bool shown_free_is_same(const struct span_heap *is, const struct span_heap *shows,
                        struct span_range reserved, struct page_set *ours,
                        struct page_set *theirs)
{
  shown_free_pages(ours, is);
  shown_free_pages(theirs, shows);
  if (reserved.npages > 0) {
    uint64_t end = reserved.base + reserved.npages;
    if (page_set_meets(theirs, reserved.base, end)) return false;
    (void)page_set_add(theirs, reserved.base, end);
  }
  return page_sets_are_same(ours, theirs);
}

bool shown_is_clean(const struct span_heap *h, const struct page_set *given)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==> clean_span(h->spans[k], *given);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    struct span s = h->spans[i];
    if (s.free && !s.needzero && s.npages > 0 &&
        page_set_meets(given, s.base, s.base + s.npages))
      return false;
  }
  return true;
}

bool shown_is_unused(const struct span_heap *h)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==> h->spans[k].free;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (!h->spans[i].free) return false;
  return true;
}

bool shown_has_room(const struct span_heap *h, uint64_t npages)
{
  /*@ loop invariant range: 0 <= i <= h->count && i <= SPAN_HEAP_CAPACITY;
      loop invariant so_far: \forall integer k; 0 <= k < i ==>
        !(fits(h->spans[k], npages) && end_of(h->spans[k]) <= SPAN_LIMIT_PAGES);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count && i < SPAN_HEAP_CAPACITY; i++)
    if (h->spans[i].free && h->spans[i].npages >= npages &&
        is_below(h->spans[i].base, h->spans[i].npages))
      return true;
  return false;
}

bool shown_leaves(const struct span_heap *h, uint64_t base, uint64_t npages)
{
  if (!is_below(base, npages)) return false;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i &&
        overlaps(h->spans[k], base, base + npages) ==> h->spans[k].npages == 0;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    struct span s = h->spans[i];
    if (s.npages > 0 && s.base < base + npages && base < s.base + s.npages) return false;
  }
  return true;
}
