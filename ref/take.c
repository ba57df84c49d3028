#include "take.h"
#include "coalesce.h"
#include "rounding.h"
#include "table.h"

/* Free span i keeps its flag only if it holds a whole physical page. */
/*@ requires valid: \valid(h);
    requires range: 0 < i < h->count;
    requires sound: sound_except(*h, i - 1, i);
    requires free: h->spans[i].free;
    terminates \true; exits \false; assigns h->spans[i].scavenged;
    ensures flag: h->spans[i].scavenged <==> \old(h->spans[i].scavenged) &&
      holds_physical_page(h->spans[i], h->geometry.phys_pages);
    ensures sound: sound_except(*h, i - 1, i - 1);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures sums: sums_moved(\old(*h), *h, 0, 0, 0,
      released_of(h->spans[i], h->geometry.phys_pages) -
        released_of(\old(h->spans[i]), h->geometry.phys_pages));
*/
static void settle_flag(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  if (!has_physical_page(h->spans[i], h->geometry.phys_pages))
    h->spans[i].scavenged = false;
  /*@ ghost lemma_sums_update(before, *h, i); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert releasable: releasable_except(*h, i - 1, i - 1); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
}

/* Free span i is in use from now on. */
/*@ requires valid: \valid(h);
    requires range: i < h->count;
    requires sound: sound_except(*h, i, i);
    requires free: h->spans[i].free;
    terminates \true; exits \false;
    assigns h->spans[i].free, h->spans[i].manual, h->spans[i].scavenged;
    ensures given: given_out(h->spans[i], \old(h->spans[i]), \old(h->spans[i].npages), manual);
    ensures sound: sound(*h);
    ensures apart: apart(\old(*h), *h);
    ensures kept: kept(\old(*h), *h);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures sums: sums_taken(\old(*h), *h, h->spans[i].npages, manual,
      released_of(\old(h->spans[i]), h->geometry.phys_pages));
*/
static void mark_in_use(struct span_heap *h, uint64_t i, bool manual)
{
  /*@ ghost struct span_heap before = *h; */
  h->spans[i].free = false;
  h->spans[i].manual = manual;
  h->spans[i].scavenged = false;
  /*@ ghost lemma_sums_update(before, *h, i); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert releasable: releasable(*h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert dirty: stays_dirty(before, *h); */
}

/* Free span i becomes its low npages pages and, behind it, what remains. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires free: h->spans[i].free;
    requires inside: 0 < npages < h->spans[i].npages;
    terminates \true; exits \false; assigns h->spans[i .. h->count], h->count;
    ensures parted: parted(\old(*h), *h, i, npages);
    ensures sound: sound_except(*h, i, i);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures sums: sums_moved(\old(*h), *h, 0, 0, 0, released_in_two(*h, i) -
      released_of(\old(h->spans[i]), h->geometry.phys_pages));
*/
static void cut_remainder(struct span_heap *h, uint64_t i, uint64_t npages)
{
  /*@ ghost struct span_heap before = *h; */
  span_split(h, i, npages);
  /*@ ghost struct span_heap split = *h; */
  settle_flag(h, i + 1);
  /*@ assert low: unchanged(split, *h, 0, i + 1); */
  /*@ assert high: unchanged(split, *h, i + 2, h->count); */
  /*@ assert itself: h->spans[i] == split.spans[i]; */
  /*@ assert rest: remains(h->spans[i + 1], before.spans[i], npages,
        h->geometry.phys_pages); */
  /*@ assert tail: shifted(before, *h, i + 1, before.count, 1); */
  /*@ ghost lemma_undisturbed(before, split, *h); */
}

/* What is settled below span i and above span i + 1 is settled but around span i + 1. */
/*@ ghost
  /@ requires low: \forall integer a, b; 0 <= a < b <= i && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     requires high: \forall integer a, b; i + 1 < a < b < h.count && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures except: coalesced_except(h, i + 1); @/
  void lemma_except(struct span_heap h, uint64_t i) { }
*/

/* The low npages pages of free span i are in use from now on. Returns what of the
 * remainder stays released; where the remainder lost its flag it may have to be
 * coalesced. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires gives: can_give(*h, i, npages);
    terminates \true; exits \false; assigns h->spans[i .. h->count], h->count;
    ensures taken: taken_from(\old(*h), *h, i, npages, manual);
    ensures rest: \old(h->spans[i].npages) == npages ? \result == 0 :
      \result == released_of(h->spans[i + 1], h->geometry.phys_pages);
    ensures coalesced: \old(h->spans[i].npages) == npages ||
      h->spans[i + 1].scavenged == \old(h->spans[i].scavenged) ==> coalesced(*h);
    ensures except: \old(h->spans[i].npages) != npages ==> coalesced_except(*h, i + 1);
    ensures sound: sound(*h);
    ensures apart: apart(\old(*h), *h);
    ensures kept: kept(\old(*h), *h);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures sums: sums_taken(\old(*h), *h, npages, manual,
      released_of(\old(h->spans[i]), h->geometry.phys_pages) - \result);
*/
static uint64_t take_low_pages(struct span_heap *h, uint64_t i, uint64_t npages, bool manual)
{
  bool whole = h->spans[i].npages == npages;
  /*@ ghost struct span_heap before = *h; */
  /*@ assert settled_before: i + 1 < before.count ==>
        settled(before.spans[i], before.spans[i + 1], before.geometry.phys_pages); */
  if (!whole) cut_remainder(h, i, npages);
  /*@ ghost struct span_heap middle = *h; */
  /*@ assert itself: whole ==> *h == before; */
  /*@ assert parted: !whole ==> parted(before, *h, i, npages); */
  /*@ assert undisturbed: undisturbed(before, *h); */
  mark_in_use(h, i, manual);
  /*@ ghost lemma_kept(before, middle, *h);
            lemma_stays_dirty(before, middle, *h);
            lemma_apart(before, middle, *h); */
  /*@ assert below: unchanged(middle, *h, 0, i); */
  /*@ assert above: unchanged(middle, *h, i + 1, h->count); */
  /*@ assert head: unchanged(before, *h, 0, i); */
  /*@ assert given: given_out(h->spans[i], before.spans[i], npages, manual); */
  /*@ assert tail_whole: whole ==> unchanged(before, *h, i + 1, before.count); */
  /*@ assert tail: !whole ==> shifted(before, *h, i + 1, before.count, 1); */
  /*@ assert rest: !whole ==> remains(h->spans[i + 1], before.spans[i], npages,
        h->geometry.phys_pages); */
  /*@ assert settled_low: \forall integer a, b; 0 <= a < b <= i && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert settled_seam: i + 1 < h->count ==>
        settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages); */
  /*@ assert settled_whole: whole ==> \forall integer a, b; i < a < b < h->count &&
        b <= a + 1 ==> settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert moved: !whole ==> \forall integer a; i + 1 < a < h->count ==>
        h->spans[a] == before.spans[a - 1]; */
  /*@ assert were_settled: !whole ==> \forall integer a, b; i + 1 < a < b < h->count &&
        b <= a + 1 ==> settled(before.spans[a - 1], before.spans[b - 1],
                               before.geometry.phys_pages); */
  /*@ assert settled_high: !whole ==> \forall integer a, b; i + 1 < a < b < h->count &&
        b <= a + 1 ==> settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ ghost struct span_heap now = *h;
            if (!whole) lemma_except(now, i); */
  /*@ assert except: !whole ==> coalesced_except(*h, i + 1); */
  /*@ assert next: !whole && i + 2 < h->count ==> h->spans[i + 2] == before.spans[i + 1]; */
  /*@ assert settled_rest: !whole && i + 2 < h->count &&
        h->spans[i + 1].scavenged == before.spans[i].scavenged ==>
          settled(h->spans[i + 1], h->spans[i + 2], h->geometry.phys_pages); */
  /*@ assert settled_part: !whole && h->spans[i + 1].scavenged == before.spans[i].scavenged ==>
        \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  return whole ? 0 : released_pages_in(h->spans[i + 1], h->geometry.phys_pages);
}

/*@ ghost
  /@ requires taken: taken_from(a, b, i, npages, manual);
     requires same: same_table(b, c);
     requires range: i < b.count;
     requires whole: a.spans[i].npages == npages || i + 1 < b.count;
     terminates \true; exits \false; assigns \nothing;
     ensures taken: taken_from(a, c, i, npages, manual); @/
  void lemma_taken(struct span_heap a, struct span_heap b, struct span_heap c, uint64_t i,
                   uint64_t npages, bool manual) { }
*/

/*@ ghost
  /@ requires taken: taken_from(a, b, i, npages, manual);
     requires range: i < a.count;
     terminates \true; exits \false; assigns \nothing;
     ensures no_more: kept_but(b, a, a.spans[i].base); @/
  void lemma_taken_no_more(struct span_heap a, struct span_heap b, uint64_t i,
                           uint64_t npages, bool manual)
  {
    /@ assert below: \forall integer j; 0 <= j < i ==> a.spans[j] == b.spans[j]; @/
    /@ assert whole: a.spans[i].npages == npages ==>
         \forall integer j; i < j < b.count ==> a.spans[j] == b.spans[j]; @/
    /@ assert part: a.spans[i].npages != npages ==> b.spans[i + 1].free &&
         \forall integer j; i + 1 < j < b.count ==> a.spans[j - 1] == b.spans[j]; @/
    /@ assert found_below: \forall integer j; 0 <= j < i ==>
         \exists integer k; 0 <= k < a.count && a.spans[k] == b.spans[j]; @/
    /@ assert found_whole: a.spans[i].npages == npages ==>
         \forall integer j; i < j < b.count ==>
           \exists integer k; 0 <= k < a.count && a.spans[k] == b.spans[j]; @/
    /@ assert found_part: a.spans[i].npages != npages ==>
         \forall integer j; i + 1 < j < b.count ==>
           \exists integer k; 0 <= k < a.count && a.spans[k] == b.spans[j]; @/
    /@ assert others: \forall integer j; 0 <= j < b.count && !b.spans[j].free &&
         b.spans[j].base != a.spans[i].base ==>
           j < i || (i < j && (a.spans[i].npages == npages || i + 1 < j)); @/
  }
*/

/* What has to be made ready: the pages that the span gave back and what remains of it
 * doesn't hold any more. */
/*@ ghost
  /@ requires taken: taken_from(a, b, i, npages, manual);
     requires geometry: a.geometry == b.geometry;
     requires sound: sound(a);
     requires range: i < a.count;
     requires inside: 0 < npages <= a.spans[i].npages;
     requires whole: a.spans[i].npages == npages || i + 1 < b.count;
     requires pages: ready.npages == released_of(a.spans[i], a.geometry.phys_pages) -
       (a.spans[i].npages == npages ? 0 :
         released_of(b.spans[i + 1], a.geometry.phys_pages));
     requires base: ready.base ==
       (0 < ready.npages ? up(a.spans[i].base, a.geometry.phys_pages) : 0);
     terminates \true; exits \false; assigns \nothing;
     ensures ready: readied(a, b, ready); @/
  void lemma_taken_ready(struct span_heap a, struct span_heap b, uint64_t i,
                         uint64_t npages, bool manual, struct span_range ready)
  {
    /@ assert forth: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
           backed_in(b.spans[i], page, b.geometry.phys_pages) ||
           (a.spans[i].npages != npages &&
            backed_in(b.spans[i + 1], page, b.geometry.phys_pages)); @/
    /@ assert back: \forall integer page;
         backed_in(b.spans[i], page, b.geometry.phys_pages) ||
         (a.spans[i].npages != npages &&
          backed_in(b.spans[i + 1], page, b.geometry.phys_pages)) ==>
           in_range(ready, page) || backed_in(a.spans[i], page, a.geometry.phys_pages); @/
    /@ assert was_not: \forall integer page; in_range(ready, page) ==>
         holds_page(a.spans[i], page) &&
         !backed_in(a.spans[i], page, a.geometry.phys_pages); @/
    /@ assert is_now: \forall integer page; in_range(ready, page) ==>
         backed_in(b.spans[i], page, b.geometry.phys_pages) ||
         (a.spans[i].npages != npages &&
          backed_in(b.spans[i + 1], page, b.geometry.phys_pages)); @/
    /@ assert backs_below: \forall integer j, page; 0 <= j < i &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert shifted_up: \forall integer j; i < j < a.count ==>
         (a.spans[i].npages == npages ? j < b.count && b.spans[j] == a.spans[j] :
                                        j + 1 < b.count && b.spans[j + 1] == a.spans[j]); @/
    /@ assert backs_above: \forall integer j, page; i < j < a.count &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs_here: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs: backs(a, b); @/
    /@ assert backed_below: \forall integer j, page; 0 <= j < i &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backed_whole: a.spans[i].npages == npages ==>
         \forall integer j, page; i < j < b.count &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backed_above: a.spans[i].npages != npages ==>
         \forall integer j, page; i + 1 < j < b.count &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backed: \forall integer j, page; 0 <= j < b.count &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==>
           in_range(ready, page) || backed_at(a, page); @/
    /@ assert elsewhere: \forall integer j, page; 0 <= j < a.count && j != i &&
         holds_page(a.spans[i], page) ==> !holds_page(a.spans[j], page); @/
    /@ assert was_nowhere: \forall integer page; in_range(ready, page) ==>
         !backed_at(a, page); @/
    /@ assert is_somewhere: \forall integer page; in_range(ready, page) ==>
         backed_at(b, page); @/
  }
*/

/* npages pages from the first whole physical page behind base. */
/*@ requires phys: phys_ok(phys_pages);
    requires base: base <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures pages: \result.npages == npages;
    ensures base: \result.base == (0 < npages ? up(base, phys_pages) : 0);
*/
static struct span_range first_pages(uint64_t base, uint64_t phys_pages, uint64_t npages)
{
  struct span_range range = {0, 0};
  if (npages == 0) return range;
  range.base = round_up(base, phys_pages);
  range.npages = npages;
  return range;
}

/* Give out the low npages pages of free span i. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires gives: can_give(*h, i, npages);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures kept: kept(\old(*h), *h);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures no_more: kept_but(*h, \old(*h), \result.base);
    ensures next: carved(\old(*h), *h, i, npages, manual, \result.advice);
    ensures status: \result.status == SPAN_OK;
    ensures span: is_allocation(*h, i, \result.base, npages, manual);
    ensures base: \result.base == \old(h->spans[i].base);
    ensures needzero: \result.needzero <==> \old(h->spans[i].needzero);
    ensures ready: readied(\old(*h), *h, \result.ready);
    ensures ready_pages: \result.ready.npages ==
      released_of(\old(h->spans[i]), h->geometry.phys_pages) -
      released_beyond(\old(h->spans[i]), \old(h->spans[i].base) + npages,
                      h->geometry.phys_pages);
    ensures ready_base: \result.ready.base ==
      (0 < \result.ready.npages ? up(\old(h->spans[i].base), h->geometry.phys_pages) : 0);
    ensures no_below: no_advice(\result.advice_below);
    ensures status: \result.status == SPAN_OK;
    ensures itself: is_allocation(*h, i, \old(h->spans[i].base), npages, manual);
*/
static struct span_alloc_result carve(struct span_heap *h, uint64_t i, uint64_t npages,
                                      bool manual)
{
  struct span_alloc_result result = {
    SPAN_OK, h->spans[i].base, h->spans[i].needzero, {0, 0}, {0, 0}, {0, 0}};
  bool flag = h->spans[i].scavenged, whole = h->spans[i].npages == npages;
  /*@ ghost struct span_heap before = *h;
            lemma_sums_bounded(*h, 0, h->count);
            lemma_sums_hold(*h, i); */
  uint64_t was_released = released_pages_in(h->spans[i], h->geometry.phys_pages);
  uint64_t rest_released = take_low_pages(h, i, npages, manual);
  /*@ ghost struct span_heap low = *h; */
  /*@ assert up_grows: up(before.spans[i].base, h->geometry.phys_pages) <=
        up(before.spans[i].base + npages, h->geometry.phys_pages); */
  /*@ assert fewer: rest_released <= was_released; */
  /*@ assert no_page: whole ==> down(end_of(before.spans[i]), h->geometry.phys_pages) <=
        up(before.spans[i].base + npages, h->geometry.phys_pages); */
  /*@ assert beyond_part: !whole ==> released_of(h->spans[i + 1], h->geometry.phys_pages) ==
        released_beyond(before.spans[i], before.spans[i].base + npages,
                        h->geometry.phys_pages); */
  /*@ assert beyond: rest_released == released_beyond(before.spans[i],
        before.spans[i].base + npages, h->geometry.phys_pages); */
  result.ready = first_pages(result.base, h->geometry.phys_pages, was_released - rest_released);
  h->released = h->released - was_released + rest_released;
  h->idle -= npages;
  h->in_use += manual ? 0 : npages;
  h->manual += manual ? npages : 0;
  h->sys -= manual ? npages : 0;
  /*@ ghost struct span_heap taken = *h;
            lemma_sums_frame(low, taken, 0, h->count);
            lemma_same_table(low, taken);
            lemma_taken(before, low, taken, i, npages, manual);
            lemma_taken_no_more(before, taken, i, npages, manual); */
  /*@ assert taken: taken_from(before, taken, i, npages, manual); */
  /*@ ghost struct span_range ready = result.ready;
            lemma_taken_ready(before, taken, i, npages, manual, ready); */
  /*@ assert ready: readied(before, taken, result.ready); */
  /*@ assert counted: counted_out(before, taken, npages, manual); */
  /*@ assert released: released_after(before, taken, i, npages); */
  /*@ assert accounted: accounted(*h); */
  /*@ assert clear: clear_of_arena(*h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ assert no_more: kept_but(*h, before, result.base); */
  /*@ assert rest: !whole ==> remains(h->spans[i + 1], before.spans[i], npages,
        h->geometry.phys_pages); */
  if (whole || !flag || h->spans[i + 1].scavenged) {
    /*@ assert keeps: whole ||
          !loses_its_flag(before.spans[i], npages, h->geometry.phys_pages); */
    /*@ assert no_loss: !(before.spans[i].npages != npages &&
          loses_its_flag(before.spans[i], npages, before.geometry.phys_pages)); */
    /*@ assert same: same_heap(taken, *h); */
    /*@ assert no_advice: no_advice(result.advice); */
    /*@ assert next: carved_at(before, taken, *h, i, npages, manual, result.advice); */
    /*@ assert carved: carved(before, *h, i, npages, manual, result.advice); */
    /*@ assert coalesced: coalesced(*h); */
    /*@ assert table: table_ok(*h); */
    /*@ assert arena: arena_ok(*h); */
    /*@ assert no_more_now: kept_but(*h, before, result.base); */
    /*@ assert well_formed: well_formed(*h); */
    /*@ assert span: is_allocation(*h, i, result.base, npages, manual); */
    /*@ assert ready_now: readied(before, *h, result.ready); */
    return result;
  }
  /*@ assert loses: loses_its_flag(before.spans[i], npages, h->geometry.phys_pages); */
  /*@ assert in_use: !h->spans[i].free; */
  struct coalesce_result rest = span_coalesce(h, i + 1);
  result.advice = rest.advice;
  /*@ assert index: rest.index == i + 1; */
  /*@ assert given: h->spans[i] == taken.spans[i]; */
  /*@ assert at: coalesced_at(taken, *h, i + 1, i + 1); */
  /*@ assert advice: coalesce_advice(taken, i + 1, h->spans[i + 1], result.advice); */
  /*@ assert next: carved_at(before, taken, *h, i, npages, manual, result.advice); */
  /*@ assert carved: carved(before, *h, i, npages, manual, result.advice); */
  /*@ assert well_formed: well_formed(*h); */
  /*@ ghost lemma_kept(before, taken, *h);
            lemma_stays_dirty(before, taken, *h);
            lemma_kept_but(*h, taken, before, result.base);
            struct span_heap now = *h;
            lemma_readied(before, taken, now, ready); */
  /*@ assert no_more_now: kept_but(*h, before, result.base); */
  /*@ assert span: is_allocation(*h, i, result.base, npages, manual); */
  /*@ assert ready_now: readied(before, *h, result.ready); */
  return result;
}

/* What is settled below span i and above it is settled but around span i. */
/*@ ghost
  /@ requires low: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     requires high: \forall integer a, b; i < a < b < h.count && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures except: coalesced_except(h, i); @/
  void lemma_but_around(struct span_heap h, uint64_t i) { }
*/

/*@ ghost
  /@ requires left: left_below(a, b, i, npages, was);
     requires coalesced: coalesced(a);
     requires range: i < a.count;
     requires in_use: !a.spans[i].free;
     requires settled: 0 < i ==> settled(a.spans[i - 1], was, a.geometry.phys_pages);
     requires was: was.free;
     terminates \true; exits \false; assigns \nothing;
     ensures except: coalesced_except(b, i);
     ensures coalesced: b.spans[i].scavenged == was.scavenged ==> coalesced(b); @/
  void lemma_left_coalesced(struct span_heap a, struct span_heap b, uint64_t i,
                            uint64_t npages, struct span was)
  {
    /@ assert low: \forall integer k, l; 0 <= k < l < i && l <= k + 1 ==>
         settled(b.spans[k], b.spans[l], b.geometry.phys_pages); @/
    /@ assert used: !b.spans[i + 1].free; @/
    /@ assert next: i + 2 < b.count ==>
         settled(b.spans[i + 1], b.spans[i + 2], b.geometry.phys_pages); @/
    /@ assert high: \forall integer k, l; i + 1 < k < l < b.count && l <= k + 1 ==>
         settled(b.spans[k], b.spans[l], b.geometry.phys_pages); @/
    lemma_but_around(b, i);
    /@ assert before: b.spans[i].scavenged == was.scavenged && 0 < i ==>
         settled(b.spans[i - 1], b.spans[i], b.geometry.phys_pages); @/
    /@ assert after: settled(b.spans[i], b.spans[i + 1], b.geometry.phys_pages); @/
  }
*/

/* Spans i and i + 1 adjoin; what lies below and what lies above is ordered. */
/*@ ghost
  /@ requires bounded: bounded(h);
     requires range: i + 1 < h.count;
     requires below: \forall integer j, k; 0 <= j < k < i ==>
       end_of(h.spans[j]) <= h.spans[k].base;
     requires here: \forall integer j; 0 <= j < i ==> end_of(h.spans[j]) <= h.spans[i].base;
     requires adjoin: end_of(h.spans[i]) == h.spans[i + 1].base;
     requires next: \forall integer k; i + 1 < k < h.count ==>
       end_of(h.spans[i + 1]) <= h.spans[k].base;
     requires above: \forall integer j, k; i + 1 < j < k < h.count ==>
       end_of(h.spans[j]) <= h.spans[k].base;
     terminates \true; exits \false; assigns \nothing;
     ensures ordered: ordered(h); @/
  void lemma_ordered_around(struct span_heap h, uint64_t i)
  {
    /@ assert over: \forall integer j, k; 0 <= j < i && i < k < h.count ==>
         end_of(h.spans[j]) <= h.spans[k].base; @/
    /@ assert own: \forall integer k; i < k < h.count ==>
         end_of(h.spans[i]) <= h.spans[k].base; @/
  }
*/

/*@ ghost
  /@ requires left: left_below(a, b, i, npages, was);
     requires sound: sound(a);
     requires range: i < a.count < SPAN_HEAP_CAPACITY;
     requires in_use: !a.spans[i].free;
     requires inside: 0 < npages < a.spans[i].npages;
     requires base: was.base == a.spans[i].base;
     terminates \true; exits \false; assigns \nothing;
     ensures sound: sound(b);
     ensures apart: apart(a, b);
     ensures kept: kept_but(a, b, was.base);
     ensures no_more: kept_but(b, a, was.base + npages); @/
  void lemma_left_sound(struct span_heap a, struct span_heap b, uint64_t i, uint64_t npages,
                        struct span was)
  {
    /@ assert low: \forall integer k; 0 <= k < i ==> b.spans[k] == a.spans[k]; @/
    /@ assert high: \forall integer k; i + 1 < k < b.count ==> b.spans[k] == a.spans[k - 1]; @/
    /@ assert moved: \forall integer k; i < k < a.count ==> b.spans[k + 1] == a.spans[k]; @/
    /@ assert bounded: bounded(b); @/
    /@ assert below: \forall integer j, k; 0 <= j < k < i ==>
         end_of(b.spans[j]) <= b.spans[k].base; @/
    /@ assert here: \forall integer j; 0 <= j < i ==> end_of(b.spans[j]) <= b.spans[i].base; @/
    /@ assert next: \forall integer k; i + 1 < k < b.count ==>
         end_of(b.spans[i + 1]) <= b.spans[k].base; @/
    /@ assert above: \forall integer j, k; i + 1 < j < k < b.count ==>
         end_of(b.spans[j]) <= b.spans[k].base; @/
    lemma_ordered_around(b, i);
    /@ assert ordered: ordered(b); @/
    /@ assert flagged: flagged(b); @/
    /@ assert whole: b.spans[i].scavenged ==>
         holds_physical_page(b.spans[i], b.geometry.phys_pages); @/
    /@ assert used: !b.spans[i + 1].scavenged; @/
    /@ assert releasable_low: \forall integer k; 0 <= k < i && b.spans[k].scavenged ==>
         holds_physical_page(b.spans[k], b.geometry.phys_pages); @/
    /@ assert releasable_high: \forall integer k; i + 1 < k < b.count && b.spans[k].scavenged ==>
         holds_physical_page(b.spans[k], b.geometry.phys_pages); @/
    /@ assert releasable: releasable(b); @/
    /@ assert apart: apart(a, b); @/
  }
*/

/*@ ghost
  /@ requires left: left_below(a, b, i, npages, was);
     requires sound: sound(a);
     requires sound_too: sound(b);
     requires range: i < a.count;
     requires in_use: !a.spans[i].free;
     requires inside: 0 < npages < a.spans[i].npages;
     requires base: was.base == a.spans[i].base;
     requires pages: range.npages == released_of(b.spans[i], b.geometry.phys_pages);
     requires first: range.base ==
       (0 < range.npages ? up(was.base, b.geometry.phys_pages) : 0);
     terminates \true; exits \false; assigns \nothing;
     ensures given: 0 < range.npages ==> given_back(a, b, range);
     ensures not_given: range.npages == 0 ==> same_backing(a, b);
     ensures dirty: \forall integer page; dirty_at(a, page) ==>
       dirty_at(b, page) || (holds_page(b.spans[i], page) && !was.needzero); @/
  void lemma_left_backing(struct span_heap a, struct span_heap b, uint64_t i,
                          uint64_t npages, struct span was, struct span_range range)
  {
    /@ assert low: \forall integer k; 0 <= k < i ==> b.spans[k] == a.spans[k]; @/
    /@ assert high: \forall integer k; i + 1 < k < b.count ==> b.spans[k] == a.spans[k - 1]; @/
    /@ assert moved: \forall integer k; i < k < a.count ==>
         k + 1 < b.count && b.spans[k + 1] == a.spans[k]; @/
    /@ assert here: \forall integer page; holds_page(a.spans[i], page) <==>
         holds_page(b.spans[i], page) || holds_page(b.spans[i + 1], page); @/
    /@ assert used: \forall integer page; holds_page(b.spans[i + 1], page) ==>
         backed_at(b, page) && dirty_at(b, page); @/
    /@ assert own: \forall integer page; holds_page(b.spans[i], page) ==>
         in_range(range, page) || backed_in(b.spans[i], page, b.geometry.phys_pages); @/
    /@ assert own_not: \forall integer page; in_range(range, page) ==>
         holds_page(b.spans[i], page) && !backed_in(b.spans[i], page, b.geometry.phys_pages); @/
    /@ assert forth_low: \forall integer k, page; 0 <= k < i &&
         backed_in(a.spans[k], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert forth_high: \forall integer k, page; i < k < a.count &&
         backed_in(a.spans[k], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert forth_here: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
           in_range(range, page) || backed_at(b, page); @/
    /@ assert back_low: \forall integer k, page; 0 <= k < i &&
         backed_in(b.spans[k], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert back_here: \forall integer page;
         backed_in(b.spans[i], page, b.geometry.phys_pages) ||
         backed_in(b.spans[i + 1], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert back_high: \forall integer k, page; i + 1 < k < b.count &&
         backed_in(b.spans[k], page, b.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backs: backs(b, a); @/
    /@ assert was_backed: \forall integer page; in_range(range, page) ==> backed_at(a, page); @/
    /@ assert elsewhere: \forall integer k, page; 0 <= k < b.count && k != i &&
         holds_page(b.spans[i], page) ==> !holds_page(b.spans[k], page); @/
    /@ assert is_not: \forall integer page; in_range(range, page) ==> !backed_at(b, page); @/
    /@ assert dirty_low: \forall integer k, page; 0 <= k < i && holds_page(a.spans[k], page) &&
         (!a.spans[k].free || a.spans[k].needzero) ==> dirty_at(b, page); @/
    /@ assert dirty_high: \forall integer k, page; i < k < a.count &&
         holds_page(a.spans[k], page) && (!a.spans[k].free || a.spans[k].needzero) ==>
           dirty_at(b, page); @/
    /@ assert dirty_here: \forall integer page; holds_page(b.spans[i], page) ==>
         dirty_at(b, page) || !was.needzero; @/
  }
*/

/* The low npages pages of span i, in use, are free again, as they were in was. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires in_use: !h->spans[i].free;
    requires inside: 0 < npages < h->spans[i].npages;
    requires was: was.free && !was.manual && was.base == h->spans[i].base;
    requires settled: 0 < i ==>
      settled(h->spans[i - 1], was, h->geometry.phys_pages);
    terminates \true; exits \false; assigns *h;
    ensures left: left_below(\old(*h), *h, i, npages, was);
    ensures sound: sound(*h);
    ensures accounted: accounted(*h);
    ensures apart: apart(\old(*h), *h);
    ensures kept: kept_but(\old(*h), *h, was.base);
    ensures no_more: kept_but(*h, \old(*h), was.base + npages);
    ensures ready: may_coalesce(*h, i);
    ensures coalesced: h->spans[i].scavenged == was.scavenged ==> coalesced(*h);
    ensures dirty: \forall integer page; dirty_at(\old(*h), page) ==>
      dirty_at(*h, page) || (holds_page(h->spans[i], page) && !was.needzero);
    ensures pages: \result.npages == released_of(h->spans[i], h->geometry.phys_pages);
    ensures base: \result.base ==
      (0 < \result.npages ? up(was.base, h->geometry.phys_pages) : 0);
    ensures given: 0 < \result.npages ==> given_back(\old(*h), *h, \result);
    ensures not_given: \result.npages == 0 ==> same_backing(\old(*h), *h);
*/
static struct span_range leave_below(struct span_heap *h, uint64_t i, uint64_t npages, struct span was)
{
  struct span low = {was.base, npages, true, false, was.scavenged, was.needzero};
  if (!has_physical_page(low, h->geometry.phys_pages)) low.scavenged = false;
  /*@ assert stays: stays_below(low, was, npages, h->geometry.phys_pages); */
  uint64_t released = released_pages_in(low, h->geometry.phys_pages);
  /*@ ghost struct span_heap before = *h;
            lemma_sums_bounded(*h, 0, h->count);
            lemma_sums_hold(*h, i); */
  h->spans[i].base += npages;
  h->spans[i].npages -= npages;
  /*@ ghost struct span_heap shorter = *h;
            lemma_sums_update(before, shorter, i); */
  table_insert(h, i, low);
  /*@ ghost struct span_heap inserted = *h;
            lemma_sums_insert(shorter, inserted, i); */
  if (h->spans[i + 1].manual) {
    h->manual -= npages;
    h->sys += npages;
  } else {
    h->in_use -= npages;
  }
  h->idle += npages;
  h->released += released;
  /*@ ghost struct span_heap now = *h;
            lemma_sums_frame(inserted, now, 0, h->count); */
  /*@ assert low: stays_below(h->spans[i], was, npages, h->geometry.phys_pages); */
  /*@ assert itself: without_low_pages(h->spans[i + 1], before.spans[i], npages); */
  /*@ assert head: unchanged(before, *h, 0, i); */
  /*@ assert tail: shifted(before, *h, i + 1, before.count, 1); */
  /*@ assert counted: counted_back(before, *h, npages, before.spans[i].manual,
        released_of(h->spans[i], h->geometry.phys_pages)); */
  /*@ assert left: left_below(before, *h, i, npages, was); */
  /*@ ghost lemma_left_sound(before, now, i, npages, was);
            lemma_left_coalesced(before, now, i, npages, was); */
  /*@ assert accounted: accounted(*h); */
  struct span_range unbacked = first_pages(was.base, h->geometry.phys_pages, released);
  /*@ ghost lemma_left_backing(before, now, i, npages, was, unbacked); */
  return unbacked;
}

/*@ ghost
  /@ requires taken: stays_dirty(a, m) && kept(a, m) && kept_but(m, a, was.base);
     requires left: \forall integer page; dirty_at(m, page) ==>
       dirty_at(l, page) || (holds_page(l.spans[i], page) && !was.needzero);
     requires kept: kept_but(m, l, was.base) && kept_but(l, m, base);
     requires ordered: ordered(a) && bounded(a) && ordered(l) && bounded(l);
     requires range: i < a.count && i < l.count;
     requires was: a.spans[i] == was && was.free;
     requires low: l.spans[i].free && l.spans[i].base == was.base &&
       end_of(l.spans[i]) <= end_of(was);
     terminates \true; exits \false; assigns \nothing;
     ensures dirty: stays_dirty(a, l);
     ensures kept: kept(a, l);
     ensures no_more: kept_but(l, a, base); @/
  void lemma_taken_frame(struct span_heap a, struct span_heap m, struct span_heap l,
                         uint64_t i, struct span was, uint64_t base)
  {
    /@ assert clean: \forall integer page; holds_page(l.spans[i], page) && !was.needzero ==>
         !dirty_at(a, page); @/
    /@ assert not_there: \forall integer j; 0 <= j < a.count && !a.spans[j].free ==>
         a.spans[j].base != was.base; @/
    /@ assert nor_then: \forall integer j; 0 <= j < l.count && !l.spans[j].free ==>
         l.spans[j].base != was.base; @/
  }
*/

/* What is made ready, and given back at once, is not made ready. */
/*@ ghost
  /@ requires ready: readied(a, m, ready);
     requires given: 0 < unbacked.npages ==> given_back(m, l, unbacked);
     requires not_given: unbacked.npages == 0 ==> same_backing(m, l);
     requires first: 0 < unbacked.npages ==> unbacked.base == ready.base;
     requires inside: unbacked.npages <= ready.npages;
     requires rest: rest.npages == ready.npages - unbacked.npages;
     requires base: rest.base == (0 < rest.npages ? ready.base + unbacked.npages : 0);
     terminates \true; exits \false; assigns \nothing;
     ensures rest: readied(a, l, rest); @/
  void lemma_ready_rest(struct span_heap a, struct span_heap m, struct span_heap l,
                        struct span_range ready, struct span_range unbacked,
                        struct span_range rest)
  {
    /@ assert parts: \forall integer page; in_range(ready, page) <==>
         in_range(rest, page) || (0 < unbacked.npages && in_range(unbacked, page)); @/
    /@ assert backed: \forall integer page; backed_at(m, page) <==>
         backed_at(l, page) || (0 < unbacked.npages && in_range(unbacked, page)); @/
    /@ assert was: \forall integer page; backed_at(m, page) <==>
         backed_at(a, page) || in_range(ready, page); @/
  }
*/

/* What lies in a free span is nobody's, and clean where the span is. */
/*@ ghost
  /@ requires ordered: ordered(h);
     requires range: i < h.count;
     requires free: h.spans[i].free;
     requires inside: inside(h.spans[i], base, npages);
     terminates \true; exits \false; assigns \nothing;
     ensures fresh: nobodys(h, base, base + npages);
     ensures clean: !h.spans[i].needzero ==> none_dirty(h, base, base + npages); @/
  void lemma_free_pages(struct span_heap h, uint64_t i, uint64_t base, uint64_t npages) { }
*/

/* What lies below is no more than what was made ready. */
/*@ ghost
  /@ requires phys: phys_ok(r);
     requires free: was.free;
     requires whole: was.scavenged ==> holds_physical_page(was, r);
     requires inside: was.base < base && base + npages <= end_of(was) <= SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures less: (was.scavenged && up(was.base, r) < down(base, r) ?
         down(base, r) - up(was.base, r) : 0) <=
       released_of(was, r) - released_beyond(was, base + npages, r); @/
  void lemma_ready_is_enough(struct span was, uint64_t base, uint64_t npages, uint64_t r)
  {
    /@ assert up: base + npages <= up(base + npages, r); @/
    /@ assert down: down(base, r) <= base && down(base, r) <= down(end_of(was), r); @/
    /@ assert mono: up(was.base, r) <= up(base + npages, r); @/
    /@ assert not: !was.scavenged ==>
         released_of(was, r) == 0 && released_beyond(was, base + npages, r) == 0; @/
    /@ assert some: was.scavenged && up(base + npages, r) < down(end_of(was), r) ==>
         released_of(was, r) - released_beyond(was, base + npages, r) ==
           up(base + npages, r) - up(was.base, r); @/
    /@ assert none: was.scavenged && !(up(base + npages, r) < down(end_of(was), r)) ==>
         released_beyond(was, base + npages, r) == 0; @/
  }
*/

struct span_alloc_result span_take(struct span_heap *h, uint64_t i, uint64_t base,
                                   uint64_t npages, bool manual)
{
  struct span was = h->spans[i];
  uint64_t below_pages = base - was.base;
  /*@ ghost struct span_heap before = *h;
            lemma_free_pages(before, i, base, npages); */
  struct span_alloc_result result = carve(h, i, below_pages + npages, manual);
  if (below_pages == 0) {
    /*@ assert next: taken(before, *h, i, base, npages, manual, result.advice_below,
          result.advice); */
    /*@ assert well_formed: well_formed(*h); */
    /*@ assert span: has_allocation(*h, base, npages, manual); */
    return result;
  }
  /*@ ghost struct span_heap out = *h; */
  struct span_range unbacked = leave_below(h, i, below_pages, was);
  /*@ ghost struct span_heap left = *h;
            struct span_range ready = result.ready;
            lemma_taken_frame(before, out, left, i, was, base);
            lemma_ready_is_enough(was, base, npages, before.geometry.phys_pages); */
  /*@ assert enough: unbacked.npages <= ready.npages; */
  /*@ assert carved: carved(before, out, i, base + npages - was.base, manual, result.advice); */
  /*@ assert given: is_allocation(left, i + 1, base, npages, manual); */
  result.base = base;
  result.ready.npages -= unbacked.npages;
  result.ready.base = result.ready.npages > 0 ? result.ready.base + unbacked.npages : 0;
  /*@ ghost struct span_range rest = result.ready;
            lemma_ready_rest(before, out, left, ready, unbacked, rest); */
  if (h->spans[i].scavenged == was.scavenged) {
    /*@ assert same: below_settled(left, *h, i, was, result.advice_below); */
    /*@ assert next: taken_above(before, *h, i, base, npages, manual, result.advice_below,
          result.advice); */
    /*@ assert clear: clear_of_arena(*h); */
    /*@ assert well_formed: well_formed(*h); */
    /*@ assert span: has_allocation(*h, base, npages, manual); */
    return result;
  }
  /*@ assert clear_before: clear_of_arena(*h); */
  struct coalesce_result low = span_coalesce(h, i);
  /*@ assert accounted: accounted(*h); */
  /*@ assert clear: clear_of_arena(*h); */
  /*@ assert table: table_ok(*h); */
  /*@ assert arena: arena_ok(*h); */
  /*@ assert well_formed: well_formed(*h); */
  result.advice_below = low.advice;
  /*@ assert settled: below_settled(left, *h, i, was, result.advice_below); */
  /*@ assert next: taken_above(before, *h, i, base, npages, manual, result.advice_below,
        result.advice); */
  /*@ assert next_all: taken(before, *h, i, base, npages, manual, result.advice_below,
        result.advice); */
  /*@ assert behind: h->spans[low.index + 1] == left.spans[i + 1]; */
  /*@ assert inside: low.index + 1 < h->count; */
  /*@ assert span: is_allocation(*h, low.index + 1, base, npages, manual); */
  /*@ ghost struct span_heap last = *h;
            lemma_kept(before, left, last);
            lemma_stays_dirty(before, left, last);
            lemma_kept_but(last, left, before, base);
            lemma_readied(before, left, last, rest); */
  /*@ assert found: has_allocation(*h, base, npages, manual); */
  return result;
}
