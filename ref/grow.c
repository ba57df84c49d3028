#include "grow.h"
#include "../spec/bounds.h"
#include "coalesce.h"
#include "rounding.h"
#include "scavenge.h"
#include "span_heap.h"
#include "table.h"

/* Two ordered halves around span i are ordered. */
/*@ ghost
  /@ requires range: i < h.count;
     requires below: \forall integer a; 0 <= a < i ==> end_of(h.spans[a]) <= h.spans[i].base;
     requires above: \forall integer a; i < a < h.count ==>
       end_of(h.spans[i]) <= h.spans[a].base;
     requires low: \forall integer a, b; 0 <= a < b < i ==>
       end_of(h.spans[a]) <= h.spans[b].base;
     requires high: \forall integer a, b; i < a < b < h.count ==>
       end_of(h.spans[a]) <= h.spans[b].base;
     requires pages: 0 < h.spans[i].npages;
     terminates \true; exits \false; assigns \nothing;
     ensures ordered: ordered(h); @/
  void lemma_ordered_around(struct span_heap h, uint64_t i) { }
*/

/* New memory is scavenged: nothing of it is backed. */
/*@ ghost
  /@ requires inserted: inserted(a, b, at, base, npages);
     requires phys: phys_ok(a.geometry.phys_pages);
     requires base: aligned(base, a.geometry.phys_pages);
     requires end: aligned(base + npages, a.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures backing: same_backing(a, b); @/
  void lemma_inserted_backing(struct span_heap a, struct span_heap b, uint64_t at,
                              uint64_t base, uint64_t npages)
  {
    /@ assert whole: up(base, a.geometry.phys_pages) == base; @/
    /@ assert none: \forall integer page;
         !backed_in(b.spans[at], page, b.geometry.phys_pages); @/
    /@ assert backs_below: \forall integer j, page; 0 <= j < at &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert shifted_up: \forall integer j; at <= j < a.count ==>
         j + 1 < b.count && b.spans[j + 1] == a.spans[j]; @/
    /@ assert backs_above: \forall integer j, page; at <= j < a.count &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs: backs(a, b); @/
    /@ assert backed_below: \forall integer j, page; 0 <= j < at &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert shifted_down: \forall integer j; at < j < b.count ==>
         0 <= j - 1 < a.count && a.spans[j - 1] == b.spans[j]; @/
    /@ assert backed_above: \forall integer j, page; at < j < b.count &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backed: backs(b, a); @/
  }
*/

/* A record for [base, base + npages), free and scavenged; returns its place. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires room: h->count < SPAN_HEAP_CAPACITY;
    requires new: may_add(*h, base, npages);
    terminates \true; exits \false; assigns h->spans[0 .. h->count], h->count;
    ensures next: inserted(\old(*h), *h, \result, base, npages);
    ensures ready: may_coalesce(*h, \result);
    ensures sound: sound(*h);
    ensures contents: contents_stay(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures apart: apart_but(\old(*h), *h, base, base + npages);
    ensures sums: sums_moved(\old(*h), *h, npages, 0, 0, npages);
*/
static uint64_t insert_scavenged(struct span_heap *h, uint64_t base, uint64_t npages)
{
  /*@ ghost struct span_heap before = *h; */
  struct span s = {base, npages, true, false, true, false};
  /*@ ghost lemma_aligned_sum(base, npages, h->geometry.phys_pages); */
  /*@ assert nowhere: nowhere(*h, base, base + npages); */
  /*@ assert coalesced: coalesced(*h); */
  uint64_t at = table_position(h, base);
  table_insert(h, at, s);
  /*@ assert released: released_of(h->spans[at], h->geometry.phys_pages) == npages; */
  /*@ ghost lemma_sums_insert(before, *h, at); */
  /*@ assert below: \forall integer i; 0 <= i < at ==> end_of(h->spans[i]) <= base; */
  /*@ assert above: \forall integer j; at < j < h->count ==>
        base + npages <= h->spans[j].base; */
  /*@ assert low: \forall integer i, j; 0 <= i < j < at ==>
        end_of(h->spans[i]) <= h->spans[j].base; */
  /*@ assert high: \forall integer i, j; at < i < j < h->count ==>
        end_of(h->spans[i]) <= h->spans[j].base; */
  /*@ ghost lemma_ordered_around(*h, at); */
  /*@ assert holds: holds_physical_page(h->spans[at], h->geometry.phys_pages); */
  /*@ assert settled_low: \forall integer i, j; 0 <= i < j < at && j <= i + 1 ==>
        settled(h->spans[i], h->spans[j], h->geometry.phys_pages); */
  /*@ assert moved: \forall integer j; at < j < h->count ==>
        h->spans[j] == before.spans[j - 1]; */
  /*@ assert were_settled: \forall integer i, j; at < i < j < h->count && j <= i + 1 ==>
        settled(before.spans[i - 1], before.spans[j - 1], h->geometry.phys_pages); */
  /*@ assert settled_high: \forall integer i, j; at < i < j < h->count && j <= i + 1 ==>
        settled(h->spans[i], h->spans[j], h->geometry.phys_pages); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert releasable: releasable(*h); */
  /*@ assert except: coalesced_except(*h, at); */
  /*@ assert aligned_before: aligned_before(*h, at); */
  /*@ assert aligned_after: aligned_after(*h, at); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ ghost struct span_heap now = *h;
            lemma_inserted_backing(before, now, at, base, npages); */
  return at;
}

/* [base, base + npages), reserved and accounted for, becomes a free span that
 * holds no memory yet. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count <= SPAN_HEAP_CAPACITY;
    requires table: table_ok(*h);
    requires room: h->count <= SPAN_HEAP_CAPACITY - 2;
    requires new: may_add(*h, base, npages);
    requires released: h->released <= h->sys <= 4 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count + 1], h->count, h->released, *gone;
    ensures begins: begins_with(\old(*gone), *gone);
    ensures gave: gave(\old(*h), *h, *gone, \old(gone->count));
    ensures list: gone->count <= \old(gone->count) + \old(h->count);
    ensures table: table_ok(*h);
    ensures next: span_added(\old(*h), *h, base, npages);
    ensures contents: contents_stay(\old(*h), *h);
    ensures room: h->count <= \old(h->count) + 2;
    ensures sums: sums_moved(\old(*h), *h, npages, 0, 0,
      npages + h->released - \old(h->released));
    ensures held: held_free(*h, base, base + npages);
*/
static void add_span(struct span_heap *h, uint64_t base, uint64_t npages,
                     struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h;
            struct span_range_list was = *gone; */
  /*@ assert nowhere: nowhere(*h, base, base + npages); */
  span_scavenge_if_needed(h, npages, gone);
  /*@ assert still_nowhere: nowhere(*h, base, base + npages); */
  /*@ assert new: may_add(*h, base, npages); */
  /*@ ghost struct span_heap scavenged = *h; */
  uint64_t at = insert_scavenged(h, base, npages);
  /*@ ghost struct span_heap inserted = *h;
            lemma_contents_stay(before, scavenged, inserted); */
  /*@ assert clear: clear_of_arena(*h); */
  span_coalesce(h, at);
  /*@ assert placed: placed(scavenged, *h, base, npages); */
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            lemma_contents_stay(before, inserted, now);
            lemma_same_backing(scavenged, inserted, now);
            lemma_gave(before, before, scavenged, now, list, was.count); */
}

/* Whether [base, base + npages) is in range and nobody's. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> new_range(*h, base, npages);
*/
static bool is_new_memory(const struct span_heap *h, uint64_t base, uint64_t npages)
{
  if (npages == 0 || npages > SPAN_LIMIT_PAGES || base > SPAN_LIMIT_PAGES - npages)
    return false;
  bool in_arena = h->arena_base < h->arena_end && base < h->arena_end &&
                  h->arena_base < base + npages;
  return !in_arena && !table_overlaps(h, base, base + npages);
}

/* Whether what the OS answered can become the current arena. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires unit: 0 < h->geometry.arena_pages;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> good_answer(*h, answer, asked);
*/
static bool answer_is_good(const struct span_heap *h, struct span_os_answer answer,
                           uint64_t asked)
{
  uint64_t unit = h->geometry.arena_pages;
  return answer.npages >= asked && answer.base % unit == 0 && answer.npages % unit == 0 &&
         is_new_memory(h, answer.base, answer.npages);
}

/*@ ghost
  /@ requires order: h.arena_base <= h.arena_end <= SPAN_LIMIT_PAGES;
     requires base: aligned(h.arena_base, h.geometry.phys_pages);
     requires end: aligned(h.arena_end, h.geometry.phys_pages);
     requires unit: h.arena_end % h.geometry.arena_pages == 0;
     terminates \true; exits \false; assigns \nothing;
     ensures arena: arena_ok(h); @/
  void lemma_arena(struct span_heap h) { }
*/

/* What the OS answered becomes the current arena, or more of it. sys knows of
 * the new memory before the old remainder is added, idle and released only
 * afterwards: Go 1.13's order, seen by scavenge_if_needed. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count == 0;
    requires well_formed: well_formed(*h);
    requires room: room_to_grow(*h, 0);
    requires good: good_answer(*h, answer, answer.npages);
    terminates \true; exits \false; assigns *h, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures list: gone->count <= SPAN_HEAP_CAPACITY;
    ensures well_formed: well_formed(*h);
    ensures geometry: h->geometry == \old(h->geometry);
    ensures next: reserved(\old(*h), *h, answer);
    ensures contents: contents_stay(\old(*h), *h);
    ensures enough: h->arena_base + answer.npages <= h->arena_end;
    ensures room: h->count <= \old(h->count) + 2;
*/
static void take_answer(struct span_heap *h, struct span_os_answer answer,
                        struct span_range_list *gone)
{
  bool extends = answer.base == h->arena_end;
  uint64_t rest_base = h->arena_base;
  uint64_t rest_pages = extends ? 0 : h->arena_end - h->arena_base;
  /*@ ghost struct span_heap before = *h;
            lemma_sums_bounded(*h, 0, h->count);
            lemma_aligned_multiple(answer.base, h->geometry.arena_pages,
                                   h->geometry.phys_pages);
            lemma_aligned_multiple(answer.npages, h->geometry.arena_pages,
                                   h->geometry.phys_pages);
            lemma_aligned_sum(answer.base, answer.npages, h->geometry.phys_pages);
            lemma_aligned_sum(h->arena_end, h->arena_base, h->geometry.phys_pages);
            lemma_multiples(answer.base, answer.npages, h->geometry.arena_pages); */
  h->sys += answer.npages;
  h->arena_base = extends ? h->arena_base : answer.base;
  h->arena_end = answer.base + answer.npages;
  /*@ ghost struct span_heap opened = *h;
            lemma_sums_frame(before, opened, 0, before.count);
            struct span_range_list was = *gone;
            lemma_gave_nothing(before, opened, was);
            lemma_gave_nothing(opened, opened, was);
            lemma_same_table(before, opened); */
  /*@ assert opened: arena_opened(before, opened, answer); */
  /*@ ghost lemma_arena(*h); */
  /*@ assert clear: clear_of_arena(*h); */
  /*@ assert nowhere: 0 < rest_pages ==> nowhere(*h, rest_base, rest_base + rest_pages); */
  /*@ assert beside: 0 < rest_pages ==>
        rest_base + rest_pages <= h->arena_base || h->arena_end <= rest_base; */
  /*@ assert pages: aligned(rest_pages, h->geometry.phys_pages); */
  /*@ assert new: 0 < rest_pages ==> may_add(*h, rest_base, rest_pages); */
  if (rest_pages > 0) add_span(h, rest_base, rest_pages, gone);
  /*@ assert none: rest_pages == 0 ==> same_heap(opened, *h); */
  /*@ ghost struct span_heap rest = *h;
            lemma_sums_bounded(*h, 0, h->count); */
  /*@ assert rest: rest_added(opened, rest, before, answer); */
  h->released += answer.npages;
  h->idle += answer.npages;
  /*@ assert counted: answer_counted(rest, *h, answer); */
  /*@ ghost lemma_sums_frame(rest, *h, 0, h->count);
            lemma_same_table(rest, *h);
            lemma_contents_stay(before, opened, rest);
            lemma_contents_stay(before, rest, *h); */
  /*@ assert accounted: accounted(*h); */
  /*@ assert table: table_ok(*h); */
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            lemma_gave_nothing(rest, now, list);
            if (rest_pages == 0) lemma_gave_nothing(opened, rest, list); */
  /*@ assert gave: gave(opened, rest, list, 0); */
  /*@ ghost lemma_gave(before, opened, rest, now, list, 0); */
}

/* Ask the OS for npages. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count == 0;
    requires well_formed: well_formed(*h);
    requires room: room_to_grow(*h, 0);
    requires size: size_ok(npages);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures none: \result != SPAN_OK ==> gone->count == 0;
    ensures list: gone->count <= SPAN_HEAP_CAPACITY;
    ensures asked: os_asked_once{Pre, Post}(os, reservation(\old(*h), npages));
    ensures status: answered(\old(*h), span_os_log.said, span_os_log.asked_pages, \result);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures well_formed: well_formed(*h);
    ensures geometry: h->geometry == \old(h->geometry);
    ensures next: \result == SPAN_OK ==> reserved(\old(*h), *h, span_os_log.said);
    ensures contents: contents_stay(\old(*h), *h);
    ensures enough: \result == SPAN_OK ==> arena_enough(*h, npages);
    ensures room: h->count <= \old(h->count) + 2;
*/
static enum span_status reserve(struct span_heap *h, struct span_os *os, uint64_t npages,
                                struct span_range_list *gone)
{
  uint64_t asked = round_up_to(npages, h->geometry.arena_pages);
  /*@ ghost struct span_heap before = *h;
            struct span_range_list was = *gone;
            lemma_gave_nothing(before, before, was); */
  /*@ assert covers: npages <= asked == reservation(*h, npages); */
  struct span_os_answer answer = span_os_reserve(os, asked);
  if (!answer.granted) return SPAN_NO_MEMORY;
  if (!answer_is_good(h, answer, asked)) return SPAN_BAD_ANSWER;
  take_answer(h, answer, gone);
  /*@ assert enough: arena_enough(*h, npages); */
  return SPAN_OK;
}

/* The low pages of the current arena become a free span. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count <= SPAN_HEAP_CAPACITY;
    requires well_formed: well_formed(*h);
    requires room: h->count <= SPAN_HEAP_CAPACITY - 2;
    requires size: size_ok(npages);
    requires enough: arena_enough(*h, npages);
    terminates \true; exits \false; assigns *h, *gone;
    ensures begins: begins_with(\old(*gone), *gone);
    ensures gave: gave(\old(*h), *h, *gone, \old(gone->count));
    ensures list: gone->count <= \old(gone->count) + \old(h->count);
    ensures well_formed: well_formed(*h);
    ensures geometry: h->geometry == \old(h->geometry);
    ensures next: grown(\old(*h), *h, npages);
    ensures contents: contents_stay(\old(*h), *h);
    ensures fits: something_fits(*h, npages);
    ensures room: h->count <= \old(h->count) + 2;
*/
static void carve_arena(struct span_heap *h, uint64_t npages, struct span_range_list *gone)
{
  /*@ ghost struct span_range_list was = *gone; */
  /*@ ghost struct span_heap before = *h;
            lemma_sums_bounded(*h, 0, h->count); */
  uint64_t base = h->arena_base;
  h->arena_base = round_up(base + npages, h->geometry.phys_pages);
  /*@ ghost struct span_heap carved = *h; */
  /*@ assert carved: arena_carved(before, carved, npages); */
  /*@ ghost lemma_same_table(before, carved);
            lemma_gave_nothing(before, carved, was); */
  /*@ assert clear: clear_of_arena(*h); */
  /*@ ghost lemma_sums_frame(before, carved, 0, h->count); */
  /*@ ghost lemma_aligned_sum(h->arena_base, base, h->geometry.phys_pages); */
  /*@ assert nowhere: nowhere(*h, base, h->arena_base); */
  /*@ assert new: may_add(*h, base, h->arena_base - base); */
  add_span(h, base, h->arena_base - base, gone);
  /*@ assert added: span_added(carved, *h, before.arena_base,
        grown_base(before, npages) - before.arena_base); */
  /*@ assert next: grown(before, *h, npages); */
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            lemma_contents_stay(before, carved, now);
            lemma_gave(before, carved, now, now, list, was.count); */
}

enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages,
                           struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h;
            struct span_range_list none = *gone;
            lemma_gave_nothing(before, before, none); */
  if (h->count > SPAN_HEAP_CAPACITY - GROW_HEADROOM) return SPAN_TABLE_FULL;
  if (round_up(h->arena_base + npages, h->geometry.phys_pages) > h->arena_end) {
    enum span_status status = reserve(h, os, npages, gone);
    if (status != SPAN_OK) return status;
  }
  /*@ ghost struct span_heap middle = *h;
            struct span_range_list list = *gone; */
  carve_arena(h, npages, gone);
  /*@ ghost struct span_heap now = *h;
            struct span_range_list longer = *gone;
            lemma_contents_stay(before, middle, now);
            lemma_gave_twice(before, middle, now, list, longer, 0); */
  return SPAN_OK;
}

enum span_status span_heap_add(struct span_heap *h, uint64_t base, uint64_t npages,
                               struct span_range_list *gone)
{
  uint64_t phys_pages = h->geometry.phys_pages;
  gone->count = 0;
  /*@ ghost struct span_heap before = *h;
            struct span_range_list was = *gone;
            lemma_gave_nothing(before, before, was); */
  if (!is_new_memory(h, base, npages) || base != round_down(base, phys_pages) ||
      npages != round_down(npages, phys_pages))
    return SPAN_BAD_RANGE;
  if (h->count > SPAN_HEAP_CAPACITY - 2) return SPAN_TABLE_FULL;
  /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
  h->sys += npages;
  h->idle += npages;
  h->released += npages;
  /*@ ghost struct span_heap counted = *h;
            lemma_sums_frame(before, counted, 0, h->count);
            lemma_gave_nothing(before, counted, was);
            lemma_same_table(before, counted); */
  /*@ ghost lemma_aligned_sum(base, npages, phys_pages); */
  /*@ assert counted: counted_in(before, counted, npages); */
  /*@ assert table: table_ok(*h); */
  /*@ assert new: may_add(*h, base, npages); */
  add_span(h, base, npages, gone);
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            lemma_contents_stay(before, counted, now);
            lemma_gave(before, counted, now, now, list, 0); */
  return SPAN_OK;
}
