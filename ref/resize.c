#include "span_heap.h"
#include "table.h"
#include "take.h"

/*@
  // Span i of a is spans i and i + 1 of b; all three are in use.
  predicate in_pieces(struct span_heap a, struct span_heap b, integer i) =
    a.geometry == b.geometry && same_arena(a, b) && b.count == a.count + 1 &&
    unchanged(a, b, 0, i) && shifted(a, b, i + 1, a.count, 1) &&
    b.spans[i].base == a.spans[i].base && end_of(b.spans[i]) == b.spans[i + 1].base &&
    end_of(b.spans[i + 1]) == end_of(a.spans[i]) && 0 < b.spans[i].npages &&
    0 < b.spans[i + 1].npages && !a.spans[i].free && !b.spans[i].free &&
    !b.spans[i + 1].free && !a.spans[i].scavenged && !b.spans[i].scavenged &&
    !b.spans[i + 1].scavenged;
*/

/* The pieces hold the pages that the whole does. */
/*@ ghost
  /@ requires pieces: in_pieces(a, b, i);
     requires range: i < a.count < SPAN_HEAP_CAPACITY;
     terminates \true; exits \false; assigns \nothing;
     ensures apart: apart(a, b) && apart(b, a);
     ensures dirty: stays_dirty(a, b) && stays_dirty(b, a);
     ensures backing: same_backing(a, b); @/
  void lemma_pieces(struct span_heap a, struct span_heap b, uint64_t i)
  {
    /@ assert low: \forall integer k; 0 <= k < i ==> b.spans[k] == a.spans[k]; @/
    /@ assert high: \forall integer k; i + 1 < k < b.count ==> b.spans[k] == a.spans[k - 1]; @/
    /@ assert moved: \forall integer k; i < k < a.count ==>
         k + 1 < b.count && b.spans[k + 1] == a.spans[k]; @/
    /@ assert here: \forall integer page; holds_page(a.spans[i], page) <==>
         holds_page(b.spans[i], page) || holds_page(b.spans[i + 1], page); @/
    /@ assert forth: \forall integer page; holds_page(a.spans[i], page) ==>
         dirty_at(b, page) && backed_at(b, page); @/
    /@ assert back: \forall integer page;
         holds_page(b.spans[i], page) || holds_page(b.spans[i + 1], page) ==>
           dirty_at(a, page) && backed_at(a, page); @/
    /@ assert dirty_high: \forall integer k, page; i < k < a.count &&
         holds_page(a.spans[k], page) && (!a.spans[k].free || a.spans[k].needzero) ==>
           dirty_at(b, page); @/
    /@ assert dirty_back: \forall integer k, page; i + 1 < k < b.count &&
         holds_page(b.spans[k], page) && (!b.spans[k].free || b.spans[k].needzero) ==>
           dirty_at(a, page); @/
    /@ assert backs_high: \forall integer k, page; i < k < a.count &&
         backed_in(a.spans[k], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs_back: \forall integer k, page; i + 1 < k < b.count &&
         backed_in(b.spans[k], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backs: backs(a, b); @/
    /@ assert backed: backs(b, a); @/
  }
*/

/* Whole or in pieces, a span in use disturbs no invariant. */
/*@ ghost
  /@ requires pieces: in_pieces(a, b, i);
     requires range: i < a.count < SPAN_HEAP_CAPACITY;
     requires one: sound(a) && coalesced(a) && clear_of_arena(a);
     terminates \true; exits \false; assigns \nothing;
     ensures sound: sound(b);
     ensures coalesced: coalesced(b);
     ensures clear: clear_of_arena(b); @/
  void lemma_in_pieces(struct span_heap a, struct span_heap b, uint64_t i)
  {
    /@ assert high: \forall integer k; i + 1 < k < b.count ==> b.spans[k] == a.spans[k - 1]; @/
    /@ assert bounded: bounded(b); @/
    /@ assert ordered_low: \forall integer j, k; 0 <= j < k < b.count && j < i ==>
         end_of(b.spans[j]) <= b.spans[k].base; @/
    /@ assert ordered_here: \forall integer k; i < k < b.count ==>
         end_of(b.spans[i]) <= b.spans[k].base; @/
    /@ assert ordered_next: \forall integer k; i + 1 < k < b.count ==>
         end_of(b.spans[i + 1]) <= b.spans[k].base; @/
    /@ assert ordered_high: \forall integer j, k; i + 1 < j < k < b.count ==>
         end_of(b.spans[j]) <= b.spans[k].base; @/
    /@ assert ordered: ordered(b); @/
    /@ assert flagged: flagged(b); @/
    /@ assert releasable: releasable(b); @/
    /@ assert settled_low: \forall integer j, k; 0 <= j < k <= i && k <= j + 1 ==>
         settled(b.spans[j], b.spans[k], b.geometry.phys_pages); @/
    /@ assert settled_here: settled(b.spans[i], b.spans[i + 1], b.geometry.phys_pages); @/
    /@ assert settled_next: i + 2 < b.count ==>
         settled(b.spans[i + 1], b.spans[i + 2], b.geometry.phys_pages); @/
    /@ assert settled_high: \forall integer j, k; i + 1 < j < k < b.count && k <= j + 1 ==>
         settled(b.spans[j], b.spans[k], b.geometry.phys_pages); @/
    lemma_pieces(a, b, i);
  }
*/
/*@ ghost
  /@ requires pieces: in_pieces(a, b, i);
     requires range: i < a.count < SPAN_HEAP_CAPACITY;
     requires two: sound(b) && coalesced(b) && clear_of_arena(b);
     terminates \true; exits \false; assigns \nothing;
     ensures sound: sound(a);
     ensures coalesced: coalesced(a);
     ensures clear: clear_of_arena(a); @/
  void lemma_in_one(struct span_heap a, struct span_heap b, uint64_t i)
  {
    /@ assert high: \forall integer k; i < k < a.count ==>
         k + 1 < b.count && a.spans[k] == b.spans[k + 1]; @/
    /@ assert bounded: bounded(a); @/
    /@ assert ordered_low: \forall integer j, k; 0 <= j < k < a.count && j < i ==>
         end_of(a.spans[j]) <= a.spans[k].base; @/
    /@ assert ordered_here: \forall integer k; i < k < a.count ==>
         end_of(a.spans[i]) <= a.spans[k].base; @/
    /@ assert ordered_high: \forall integer j, k; i < j < k < a.count ==>
         end_of(a.spans[j]) <= a.spans[k].base; @/
    /@ assert ordered: ordered(a); @/
    /@ assert flagged: flagged(a); @/
    /@ assert releasable: releasable(a); @/
    /@ assert settled_low: \forall integer j, k; 0 <= j < k <= i && k <= j + 1 ==>
         settled(a.spans[j], a.spans[k], a.geometry.phys_pages); @/
    /@ assert settled_next: i + 1 < a.count ==>
         settled(a.spans[i], a.spans[i + 1], a.geometry.phys_pages); @/
    /@ assert settled_high: \forall integer j, k; i < j < k < a.count && k <= j + 1 ==>
         settled(a.spans[j], a.spans[k], a.geometry.phys_pages); @/
    lemma_pieces(a, b, i);
  }
*/

/* Span i, in use, becomes its low npages pages and, behind it, the rest, in use as well. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires in_use: !h->spans[i].free;
    requires inside: 0 < npages < h->spans[i].npages;
    terminates \true; exits \false; assigns h->spans[i .. h->count], h->count;
    ensures parted: parted_in_use(\old(*h), *h, i, npages);
    ensures well_formed: well_formed(*h);
    ensures others: kept_but(\old(*h), *h, \old(h->spans[i].base));
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
*/
static void part_in_use(struct span_heap *h, uint64_t i, uint64_t npages)
{
  struct span rest = h->spans[i];
  /*@ ghost struct span_heap before = *h; */
  rest.base += npages;
  rest.npages -= npages;
  h->spans[i].npages = npages;
  /*@ ghost struct span_heap shorter = *h;
            lemma_sums_update(before, shorter, i); */
  table_insert(h, i + 1, rest);
  /*@ ghost struct span_heap now = *h;
            lemma_sums_insert(shorter, now, i + 1); */
  /*@ assert parted: parted_in_use(before, now, i, npages); */
  /*@ assert pieces: in_pieces(before, now, i); */
  /*@ ghost lemma_pieces(before, now, i);
            lemma_in_pieces(before, now, i); */
  /*@ assert accounted: accounted(*h); */
}

/* Spans i and i + 1, in use, become one. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i + 1 < h->count;
    requires in_use: !h->spans[i].free && !h->spans[i + 1].free;
    requires alike: h->spans[i].manual == h->spans[i + 1].manual;
    requires adjacent: h->spans[i + 1].base == end_of(h->spans[i]);
    terminates \true; exits \false; assigns h->spans[i .. h->count - 1], h->count;
    ensures joined: joined_in_use(\old(*h), *h, i);
    ensures well_formed: well_formed(*h);
    ensures others: \forall integer j; 0 <= j < \old(h->count) && j != i && j != i + 1 &&
      !\old(*h).spans[j].free ==>
        \exists integer k; 0 <= k < h->count && h->spans[k] == \old(*h).spans[j];
    ensures no_more: kept_but(*h, \old(*h), \old(h->spans[i].base));
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
*/
static void join_in_use(struct span_heap *h, uint64_t i)
{
  struct span next = h->spans[i + 1];
  /*@ ghost struct span_heap before = *h; */
  table_erase(h, i + 1);
  /*@ ghost struct span_heap shorter = *h;
            lemma_sums_insert(shorter, before, i + 1); */
  h->spans[i].npages += next.npages;
  h->spans[i].needzero = h->spans[i].needzero || next.needzero;
  /*@ ghost struct span_heap now = *h;
            lemma_sums_update(shorter, now, i); */
  /*@ assert joined: joined_in_use(before, now, i); */
  /*@ assert pieces: in_pieces(now, before, i); */
  /*@ ghost lemma_pieces(now, before, i);
            lemma_in_one(now, before, i); */
  /*@ assert accounted: accounted(*h); */
}

/* Span i gets npages pages, fewer than it has. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires in_use: !h->spans[i].free;
    requires less: 0 < npages < h->spans[i].npages;
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures next: shrunk(\old(*h), *h, i, npages, \result);
    ensures others: kept_but(\old(*h), *h, \old(h->spans[i].base));
    ensures no_more: kept_but(*h, \old(*h), \old(h->spans[i].base));
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures span: is_allocation(*h, i, \old(h->spans[i].base), npages,
                                \old(h->spans[i].manual));
*/
static struct span_advice shrink(struct span_heap *h, uint64_t i, uint64_t npages)
{
  uint64_t base = h->spans[i].base;
  /*@ ghost struct span_heap before = *h; */
  part_in_use(h, i, npages);
  /*@ ghost struct span_heap parted = *h; */
  /*@ assert tail: in_use_at(parted, base + npages, i + 1); */
  /*@ assert only: \forall integer j; in_use_at(parted, base + npages, j) ==> j == i + 1; */
  struct span_free_result tail = span_heap_free(h, base + npages);
  /*@ ghost struct span_heap now = *h;
            lemma_stays_dirty(before, parted, now);
            lemma_same_backing(before, parted, now); */
  /*@ assert span: is_allocation(now, i, base, npages, before.spans[i].manual); */
  /*@ assert freed: \forall integer j; 0 <= j < now.count && !now.spans[j].free ==>
        now.spans[j].base != base + npages; */
  return tail.advice;
}

/* Span i gets npages pages, more than it has. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count;
    requires in_use: !h->spans[i].free;
    requires more: h->spans[i].npages < npages;
    requires free: can_lengthen(*h, i, npages);
    requires room: !no_room_to_resize(*h, i, npages);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures status: \result.status == SPAN_OK;
    ensures next: lengthened(\old(*h), *h, i, npages, \result.advice);
    ensures no_below: no_advice(\result.advice_below);
    ensures needzero: \result.needzero <==> \old(*h).spans[i + 1].needzero;
    ensures others: kept_but(\old(*h), *h, \old(h->spans[i].base));
    ensures no_more: kept_but(*h, \old(*h), \old(h->spans[i].base));
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures ready: readied(\old(*h), *h, \result.ready);
    ensures span: is_allocation(*h, i, \old(h->spans[i].base), npages,
                                \old(h->spans[i].manual));
    ensures fresh: nobodys(\old(*h), \old(end_of(h->spans[i])),
                           \old(h->spans[i].base) + npages);
    ensures clean: !\result.needzero ==>
      none_dirty(\old(*h), \old(end_of(h->spans[i])), \old(h->spans[i].base) + npages);
*/
static struct span_alloc_result lengthen(struct span_heap *h, uint64_t i, uint64_t npages)
{
  struct span own = h->spans[i];
  uint64_t more_pages = npages - own.npages;
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result result =
    span_take(h, i + 1, own.base + own.npages, more_pages, own.manual);
  /*@ ghost struct span_heap taken = *h; */
  /*@ assert carved: carved(before, taken, i + 1, more_pages, own.manual, result.advice); */
  /*@ assert itself: taken.spans[i] == own; */
  /*@ assert beyond: taken.spans[i + 1].base == end_of(own) && !taken.spans[i + 1].free &&
        taken.spans[i + 1].npages == more_pages &&
        (taken.spans[i + 1].manual <==> own.manual) && !taken.spans[i + 1].scavenged; */
  join_in_use(h, i);
  /*@ ghost struct span_heap now = *h;
            struct span_range ready = result.ready;
            lemma_stays_dirty(before, taken, now);
            lemma_readied(before, taken, now, ready); */
  /*@ assert apart: \forall integer j; 0 <= j < before.count && !before.spans[j].free ==>
        before.spans[j].base != end_of(own); */
  /*@ assert others: \forall integer j; 0 <= j < taken.count && !taken.spans[j].free &&
        taken.spans[j].base != own.base && taken.spans[j].base != end_of(own) ==>
          \exists integer k; 0 <= k < now.count && now.spans[k] == taken.spans[j]; */
  /*@ assert no_more: \forall integer j; 0 <= j < now.count && !now.spans[j].free ==>
        now.spans[j].base != end_of(own); */
  return result;
}

struct span_alloc_result span_heap_resize(struct span_heap *h, uint64_t base, uint64_t npages)
{
  struct span_alloc_result result = {SPAN_NOT_IN_USE, 0, false, {0, 0}, {0, 0}, {0, 0}};
  /*@ ghost struct span_heap before = *h;
            struct span_range no_pages = result.ready;
            lemma_same_table(before, before);
            lemma_readied_nothing(before, before, no_pages); */
  uint64_t i = table_position(h, base);
  if (i == h->count || h->spans[i].base != base || h->spans[i].free) return result;
  /*@ assert in_use: in_use_at(before, base, i); */
  /*@ assert only: \forall integer j; in_use_at(before, base, j) ==> j == i; */
  result.status = SPAN_BAD_SIZE;
  if (npages == 0 || npages > SPAN_LIMIT_PAGES) return result;
  uint64_t own_pages = h->spans[i].npages;
  bool more = npages > own_pages;
  result.status = SPAN_NO_MEMORY;
  if (more && !(i + 1 < h->count && h->spans[i + 1].free &&
                h->spans[i + 1].base == base + own_pages &&
                h->spans[i + 1].npages >= npages - own_pages))
    return result;
  result.status = SPAN_TABLE_FULL;
  bool parts = npages < own_pages || (more && h->spans[i + 1].npages > npages - own_pages);
  if (parts && h->count == SPAN_HEAP_CAPACITY) return result;
  result.base = base;
  result.status = SPAN_OK;
  if (more) {
    result = lengthen(h, i, npages);
    result.base = base;
  } else if (npages < own_pages) {
    result.advice = shrink(h, i, npages);
    /*@ ghost struct span_heap now = *h;
              lemma_readied_nothing(before, now, no_pages); */
  }
  return result;
}
