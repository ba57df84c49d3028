#include "table.h"

uint64_t table_position(const struct span_heap *h, uint64_t base)
{
  uint64_t i = 0;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant below: \forall integer k; 0 <= k < i ==> h->spans[k].base < base;
      loop assigns i;
      loop variant h->count - i; */
  while (i < h->count && h->spans[i].base < base) i++;
  return i;
}

uint64_t table_holding(const struct span_heap *h, uint64_t page)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant first: \forall integer k; 0 <= k < i ==> !holds_page(h->spans[k], page);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].base <= page && page - h->spans[i].base < h->spans[i].npages)
      return i;
  return h->count;
}

bool table_overlaps(const struct span_heap *h, uint64_t base, uint64_t end)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant none: \forall integer k; 0 <= k < i ==> !overlaps(h->spans[k], base, end);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].base < end && base < h->spans[i].base + h->spans[i].npages)
      return true;
  return false;
}

void table_insert(struct span_heap *h, uint64_t at, struct span s)
{
  uint64_t i = h->count;
  /*@ loop invariant range: at <= i <= h->count;
      loop invariant below: unchanged(\at(*h, Pre), *h, 0, i);
      loop invariant above: shifted(\at(*h, Pre), *h, i, h->count, 1);
      loop assigns i, h->spans[at .. h->count];
      loop variant i; */
  for (; i > at; i--) h->spans[i] = h->spans[i - 1];
  h->spans[at] = s;
  h->count++;
}

void table_erase(struct span_heap *h, uint64_t at)
{
  uint64_t i = at;
  /*@ loop invariant range: at <= i <= h->count - 1;
      loop invariant below: unchanged(\at(*h, Pre), *h, 0, at);
      loop invariant above: unchanged(\at(*h, Pre), *h, i + 1, h->count);
      loop invariant moved: shifted(*h, \at(*h, Pre), at, i, 1);
      loop assigns i, h->spans[at .. h->count - 1];
      loop variant h->count - i; */
  for (; i + 1 < h->count; i++) h->spans[i] = h->spans[i + 1];
  h->count--;
}

/*@ ghost
  /@ requires range: i < a.count;
     requires split: split_at(a, b, i, npages);
     requires geometry: a.geometry == b.geometry;
     terminates \true; exits \false; assigns \nothing;
     ensures coalesced: coalesced(a) ==> coalesced_but_at(b, i); @/
  void lemma_split_coalesced(struct span_heap a, struct span_heap b, uint64_t i,
                             uint64_t npages)
  {
    /@ assert low: coalesced(a) ==> \forall integer k, l; 0 <= k < l <= i && l <= k + 1 ==>
         settled(b.spans[k], b.spans[l], b.geometry.phys_pages); @/
    /@ assert next: coalesced(a) && i + 2 < b.count ==>
         settled(b.spans[i + 1], b.spans[i + 2], b.geometry.phys_pages); @/
    /@ assert high: coalesced(a) ==>
         \forall integer k, l; i + 1 < k < l < b.count && l <= k + 1 ==>
           settled(b.spans[k], b.spans[l], b.geometry.phys_pages); @/
  }
*/

/* A retained span is backed, and so are both of its parts. */
/*@ ghost
  /@ requires split: split_at(a, b, i, npages);
     requires range: i < a.count;
     requires geometry: a.geometry == b.geometry;
     requires inside: 0 < npages < a.spans[i].npages;
     terminates \true; exits \false; assigns \nothing;
     ensures backing: !a.spans[i].scavenged ==> same_backing(a, b); @/
  void lemma_split_backing(struct span_heap a, struct span_heap b, uint64_t i,
                           uint64_t npages)
  {
    /@ assert backs_below: \forall integer j, page; 0 <= j < i &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert shifted_up: \forall integer j; i < j < a.count ==>
         j + 1 < b.count && b.spans[j + 1] == a.spans[j]; @/
    /@ assert backs_above: \forall integer j, page; i < j < a.count &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs_here: !a.spans[i].scavenged ==> \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs: !a.spans[i].scavenged ==> backs(a, b); @/
    /@ assert backed: !a.spans[i].scavenged ==> backs(b, a); @/
  }
*/

void span_split(struct span_heap *h, uint64_t i, uint64_t npages)
{
  /*@ ghost struct span_heap before = *h; */
  struct span rest = h->spans[i];
  rest.base += npages;
  rest.npages -= npages;
  table_insert(h, i + 1, rest);
  h->spans[i].npages = npages;
  /*@ assert bounded_below: \forall integer k; 0 <= k < i ==> 0 < h->spans[k].npages &&
        end_of(h->spans[k]) <= SPAN_LIMIT_PAGES; */
  /*@ assert bounded_above: \forall integer k; i + 1 < k < h->count ==>
        0 < h->spans[k].npages && end_of(h->spans[k]) <= SPAN_LIMIT_PAGES; */
  /*@ ghost lemma_split_coalesced(before, *h, i, npages); */
  /*@ ghost lemma_sums_split(before, 0, i, before.count);
            lemma_sums_split(before, i, i + 1, before.count);
            lemma_sums_frame(before, *h, 0, i);
            lemma_sums_shift(before, *h, i + 1, before.count);
            lemma_sums_split(*h, 0, i, h->count);
            lemma_sums_split(*h, i, i + 2, h->count);
            lemma_sums_split(*h, i, i + 1, i + 2); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert releasable: releasable_except(*h, i, i + 1); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ ghost struct span_heap now = *h;
            lemma_split_backing(before, now, i, npages); */
}
