/* Every operation leads to one next heap and one answer: two heaps that can't be told apart
 * stay so under the same operation. First the relations of spec/, then the functions by
 * their contracts, bodies unseen. Never compiled. */
#include "../ref/span_heap.h"
#include "determinism.h"

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures dropped: \forall struct span_heap a, a2, b, b2, integer i;
       same_heap(a, a2) && 0 <= i < a.count && dropped(a, b, i) && dropped(a2, b2, i) ==>
         same_heap(b, b2);
     ensures here: \forall struct span_heap a, a2, integer base, i, i2;
       ordered(a) && bounded(a) && same_heap(a, a2) && in_use_at(a, base, i) && in_use_at(a2, base, i2) ==>
         i == i2; @/
  void dropping_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base,
         struct span_advice advice, advice2;
       ordered(a) && bounded(a) && same_heap(a, a2) && freed(a, b, base, advice) &&
       freed(a2, b2, base, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void freeing_is_determined(void)
  {
    dropping_is_determined();
    coalesce_is_determined();
    advice_is_determined();
  }
*/

/* Claimed, resized. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures here: \forall struct span_heap a, a2, integer base, npages, i, i2;
       ordered(a) && bounded(a) && same_heap(a, a2) && 0 < npages &&
       free_there(a, i, base, npages) && free_there(a2, i2, base, npages) ==> i == i2;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, npages, bool manual,
         struct span_alloc_result given, given2;
       ordered(a) && bounded(a) && same_heap(a, a2) && 0 < npages &&
       claimed(a, b, base, npages, manual, given) &&
       claimed(a2, b2, base, npages, manual, given2) ==>
         same_heap(b, b2) && same_gift(given, given2); @/
  void claiming_is_determined(void)
  {
    allocating_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures parted: \forall struct span_heap a, a2, b, b2, integer i, npages;
       same_heap(a, a2) && 0 <= i < a.count && parted_in_use(a, b, i, npages) &&
       parted_in_use(a2, b2, i, npages) ==> same_heap(b, b2);
     ensures joined: \forall struct span_heap a, a2, b, b2, integer i;
       same_heap(a, a2) && 0 <= i && i + 1 < a.count && joined_in_use(a, b, i) &&
       joined_in_use(a2, b2, i) ==> same_heap(b, b2);
     ensures shrunk: \forall struct span_heap a, a2, b, b2, integer i, npages,
         struct span_advice advice, advice2;
       same_heap(a, a2) && 0 <= i < a.count && shrunk(a, b, i, npages, advice) &&
       shrunk(a2, b2, i, npages, advice2) ==> same_heap(b, b2) && advice == advice2;
     ensures lengthened: \forall struct span_heap a, a2, b, b2, integer i, npages,
         struct span_advice advice, advice2;
       same_heap(a, a2) && 0 <= i && i + 1 < a.count && lengthened(a, b, i, npages, advice) &&
       lengthened(a2, b2, i, npages, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void resizing_in_place_is_determined(void)
  {
    dropping_is_determined();
    coalesce_is_determined();
    advice_is_determined();
    carving_is_determined();
    /@ assert parted: \forall struct span_heap a, a2, b, b2, integer i, npages;
         same_heap(a, a2) && 0 <= i < a.count && parted_in_use(a, b, i, npages) &&
         parted_in_use(a2, b2, i, npages) ==> b.spans[i] == b2.spans[i] &&
           b.spans[i + 1] == b2.spans[i + 1] && unchanged(b, b2, i + 2, b.count); @/
    /@ assert table: \forall struct span_heap a, a2, b, b2, integer i, npages;
         same_heap(a, a2) && 0 <= i < a.count && parted_in_use(a, b, i, npages) &&
         parted_in_use(a2, b2, i, npages) ==>
           i + 1 < b.count && b.count == b2.count && unchanged(b, b2, 0, b.count); @/
    /@ assert middle: \forall struct span_heap a, a2, b, b2, integer i, npages;
         same_heap(a, a2) && 0 <= i < a.count && parted_in_use(a, b, i, npages) &&
         parted_in_use(a2, b2, i, npages) ==> same_heap(b, b2) && i + 1 < b.count; @/
    /@ assert joined: \forall struct span_heap a, a2, b, b2, integer i;
         same_heap(a, a2) && 0 <= i && i + 1 < a.count && joined_in_use(a, b, i) &&
         joined_in_use(a2, b2, i) ==> b.spans[i] == b2.spans[i] &&
           unchanged(b, b2, i + 1, b.count); @/
    /@ assert freed: \forall struct span_heap m, m2, d, d2, b, b2, integer i, k, k2,
           struct span_advice advice, advice2;
         same_heap(m, m2) && 0 <= i < m.count && freed_at(m, d, b, i, k, advice) &&
         freed_at(m2, d2, b2, i, k2, advice2) ==>
           same_heap(d, d2) && k == k2 && same_heap(b, b2) && advice == advice2; @/
    /@ assert shrunk: \forall struct span_heap a, a2, m, m2, d, d2, b, b2,
           integer i, k, k2, npages, struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i < a.count && parted_in_use(a, m, i, npages) &&
         freed_at(m, d, b, i + 1, k, advice) && parted_in_use(a2, m2, i, npages) &&
         freed_at(m2, d2, b2, i + 1, k2, advice2) ==>
           same_heap(m, m2) && same_heap(b, b2) && advice == advice2; @/
    /@ assert whole: \forall struct span_heap a, a2, b, b2, integer i;
         same_heap(a, a2) && 0 <= i && i + 1 < a.count && joined_in_use(a, b, i) &&
         joined_in_use(a2, b2, i) ==> same_heap(b, b2); @/
    /@ assert count: \forall struct span_heap a, m, integer i, npages, bool manual,
           struct span_advice advice;
         0 <= i < a.count && carved(a, m, i, npages, manual, advice) ==> i < m.count; @/
    /@ assert lengthened: \forall struct span_heap a, a2, m, m2, b, b2, integer i, npages,
           struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i && i + 1 < a.count &&
         carved(a, m, i + 1, npages - a.spans[i].npages, a.spans[i].manual, advice) &&
         joined_in_use(m, b, i) &&
         carved(a2, m2, i + 1, npages - a2.spans[i].npages, a2.spans[i].manual, advice2) &&
         joined_in_use(m2, b2, i) ==> same_heap(m, m2) && advice == advice2; @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures less: \forall struct span_heap a, a2, b, b2, integer base, npages,
         struct span_alloc_result given, given2;
       ordered(a) && bounded(a) && same_heap(a, a2) && given.base == given2.base &&
       resized_to_less(a, b, base, npages, given) &&
       resized_to_less(a2, b2, base, npages, given2) ==>
         same_heap(b, b2) && given.advice == given2.advice;
     ensures more: \forall struct span_heap a, a2, b, b2, integer base, npages,
         struct span_alloc_result given, given2;
       ordered(a) && bounded(a) && same_heap(a, a2) && to_more(a, base, npages) &&
       resized_to_more(a, b, base, npages, given) &&
       resized_to_more(a2, b2, base, npages, given2) ==>
         same_heap(b, b2) && given.advice == given2.advice && given.ready == given2.ready &&
         (given.needzero <==> given2.needzero); @/
  void resizing_is_determined(void)
  {
    dropping_is_determined();
    resizing_in_place_is_determined();
    backing_is_determined();
  }
*/

/* Allocated from what growth made, without an answer of the OS and with one. */
/*@ ghost
  /@ requires limit: 0 < npages == grown_pages(q) <= SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures grown: \forall struct span_heap a, a2, b, b2,
         struct span_alloc_result given, given2, struct span_range_list gone, gone2;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       grown_and_allocated(a, b, q, given, gone) &&
       grown_and_allocated(a2, b2, q, given2, gone2) ==>
         same_heap(b, b2) && same_gift(given, given2);
     ensures reserved: \forall struct span_heap a, a2, b, b2,
         struct span_alloc_result given, given2, struct span_os_answer said,
         struct span_range_list gone, gone2;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= SPAN_LIMIT_PAGES &&
       reserved_and_allocated(a, b, said, q, given, gone) &&
       reserved_and_allocated(a2, b2, said, q, given2, gone2) ==>
         same_heap(b, b2) && same_gift(given, given2); @/
  void growing_to_allocate_is_determined(struct span_request q, uint64_t npages)
  {
    allocating_is_determined();
    growing_is_determined(2 * SPAN_LIMIT_PAGES);
    growth_is_rounded(2 * SPAN_LIMIT_PAGES, npages);
    reserving_and_growing_is_determined(2 * SPAN_LIMIT_PAGES, npages);
  }
*/

/*@ ghost
  /@ requires limit: 0 < npages == grown_pages(q) <= SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures grown: \forall struct span_heap a, a2, b, b2,
         struct span_alloc_result given, given2, struct span_range_list gone, gone2,
         integer page;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       grown_and_allocated(a, b, q, given, gone) &&
       grown_and_allocated(a2, b2, q, given2, gone2) &&
       in_list(gone, 0, page) ==> in_list(gone2, 0, page);
     ensures reserved: \forall struct span_heap a, a2, b, b2,
         struct span_alloc_result given, given2, struct span_os_answer said,
         struct span_range_list gone, gone2, integer page;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= SPAN_LIMIT_PAGES &&
       reserved_and_allocated(a, b, said, q, given, gone) &&
       reserved_and_allocated(a2, b2, said, q, given2, gone2) &&
       in_list(gone, 0, page) ==> in_list(gone2, 0, page); @/
  void giving_back_to_allocate_is_determined(struct span_request q, uint64_t npages)
  {
    backing_is_determined();
    growing_is_determined(2 * SPAN_LIMIT_PAGES);
    growth_is_rounded(2 * SPAN_LIMIT_PAGES, npages);
    reserving_and_growing_is_determined(2 * SPAN_LIMIT_PAGES, npages);
  }
*/

/* What a behaviour assumes of one heap holds of the other. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures in_use: \forall struct span_heap a, a2, integer base; same_heap(a, a2) &&
       (\exists integer i; in_use_at(a, base, i)) ==> \exists integer i; in_use_at(a2, base, i);
     ensures may_add: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && may_add(a, base, npages) ==> may_add(a2, base, npages);
     ensures claims: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && held_free(a, base, base + npages) ==>
         held_free(a2, base, base + npages);
     ensures room: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && no_room_to_claim(a, base, npages) ==>
         no_room_to_claim(a2, base, npages);
     ensures to_same: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && to_same(a, base, npages) ==> to_same(a2, base, npages);
     ensures to_less: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && to_less(a, base, npages) ==> to_less(a2, base, npages);
     ensures to_more: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && to_more(a, base, npages) ==> to_more(a2, base, npages);
     ensures too_much: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && to_too_much(a, base, npages) ==> to_too_much(a2, base, npages);
     ensures full: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && resize_full(a, base, npages) ==> resize_full(a2, base, npages);
     ensures enough: \forall struct span_heap a, a2, integer npages;
       same_heap(a, a2) && arena_enough(a, npages) ==> arena_enough(a2, npages);
     ensures answer: \forall struct span_heap a, a2, struct span_os_answer said,
         integer asked, status;
       same_heap(a, a2) && answered(a, said, asked, status) ==>
         answered(a2, said, asked, status); @/
  void behaviours_are_alike(void) { }
*/

/* The functions, on two heaps at once. */

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    terminates \true; exits \false; assigns *h, *g; */
void inits_are_alike(struct span_heap *h, struct span_heap *g, struct span_geometry geometry)
{
  enum span_status status = span_heap_init(h, geometry);
  enum span_status again = span_heap_init(g, geometry);
  /*@ assert same: status == again && (status == SPAN_OK ==> same_heap(*h, *g)); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g; */
void frees_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base)
{
  /*@ ghost behaviours_are_alike();
            freeing_is_determined(); */
  /*@ assert back: same_heap(*g, *h); */
  /*@ assert in_use: (\exists integer i; in_use_at(*h, base, i)) <==>
        (\exists integer i; in_use_at(*g, base, i)); */
  struct span_free_result freed = span_heap_free(h, base);
  struct span_free_result again = span_heap_free(g, base);
  /*@ assert status: freed.status == again.status; */
  /*@ assert same: freed.advice == again.advice && same_heap(*h, *g); */
}

/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, *gone, *gone2; */
void scavenges_are_alike(struct span_heap *h, struct span_heap *g, uint64_t want_pages,
                         struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost struct span_heap a = *h;
            struct span_heap a2 = *g;
            scavenging_is_determined(want_pages); */
  struct span_scavenge_result done = span_heap_scavenge(h, want_pages, gone);
  struct span_scavenge_result again = span_heap_scavenge(g, want_pages, gone2);
  /*@ assert same: done == again && same_heap(*h, *g); */
  /*@ ghost backing_is_determined(); */
  /*@ assert back: same_heap(a2, a) && same_heap(*g, *h); */
  /*@ assert gone: same_gone(*gone, *gone2); */
}

/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, *gone, *gone2; */
void adds_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base, uint64_t npages,
                    struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost struct span_heap a = *h;
            struct span_heap a2 = *g;
            behaviours_are_alike();
            adding_is_determined(npages); */
  /*@ assert back: same_heap(*g, *h); */
  /*@ assert may: may_add(*h, base, npages) <==> may_add(*g, base, npages); */
  enum span_status status = span_heap_add(h, base, npages, gone);
  enum span_status again = span_heap_add(g, base, npages, gone2);
  /*@ assert status: status == again; */
  /*@ assert same: same_heap(*h, *g); */
  /*@ ghost backing_is_determined(); */
  /*@ assert back: same_heap(a2, a) && same_heap(*g, *h); */
  /*@ assert gone: same_gone(*gone, *gone2); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns \nothing; */
void lookups_are_alike(const struct span_heap *h, const struct span_heap *g, uint64_t page)
{
  struct span_lookup_result found = span_heap_lookup(h, page);
  struct span_lookup_result again = span_heap_lookup(g, page);
  /*@ assert same: found == again; */
}

/* As long as the OS, where it is asked, says the same. */
/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, span_os_log, *gone, *gone2; */
void allocs_are_alike(struct span_heap *h, struct span_heap *g, struct span_os *os,
                      struct span_request q, struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost uint64_t size_pages = q.npages <= SPAN_LIMIT_PAGES && q.align <= SPAN_LIMIT_PAGES &&
                                  0 < q.npages && 0 < q.align ? q.npages + q.align - 1 : 0;
            struct span_heap a = *h;
            struct span_heap a2 = *g;
            bool grows = 0 < size_pages && size_pages <= SPAN_LIMIT_PAGES;
            behaviours_are_alike();
            choosing_is_determined();
            allocating_is_determined();
            if (grows) growing_to_allocate_is_determined(q, size_pages); */
  /*@ assert back: same_heap(*g, *h); */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ ghost struct span_os_answer said = span_os_log.said; */
  /*@ assert fits: given.status == SPAN_OK && has_placement(a, q) ==>
        allocated(a, *h, q, given); */
  /*@ assert grows: given.status == SPAN_OK && !has_placement(a, q) &&
        arena_enough(a, grown_pages(q)) ==> grown_and_allocated(a, *h, q, given, *gone); */
  /*@ assert asks: given.status == SPAN_OK && !has_placement(a, q) &&
        !arena_enough(a, grown_pages(q)) ==>
          reserved_and_allocated(a, *h, said, q, given, *gone); */
  struct span_alloc_result again = span_heap_alloc(g, os, q, gone2);
  /*@ assert status: said == span_os_log.said ==> given.status == again.status; */
  /*@ assert fits: again.status == SPAN_OK && has_placement(a, q) ==>
        allocated(a2, *g, q, again); */
  /*@ assert grows: again.status == SPAN_OK && !has_placement(a, q) &&
        arena_enough(a, grown_pages(q)) ==> grown_and_allocated(a2, *g, q, again, *gone2); */
  /*@ assert asks: again.status == SPAN_OK && !has_placement(a, q) &&
        !arena_enough(a, grown_pages(q)) ==>
          reserved_and_allocated(a2, *g, span_os_log.said, q, again, *gone2); */
  /*@ assert refused: given.status != SPAN_OK && again.status != SPAN_OK ==>
        same_heap(*h, *g) && same_gift(given, again); */
  /*@ assert size: given.status == SPAN_OK ==> size_pages == grown_pages(q); */
  /*@ assert same: said == span_os_log.said ==>
        same_heap(*h, *g) && same_gift(given, again); */
  /*@ ghost if (grows) giving_back_to_allocate_is_determined(q, size_pages); */
  /*@ assert none: given.status != SPAN_OK || has_placement(a, q) ==> gone->count == 0; */
  /*@ assert none: again.status != SPAN_OK || has_placement(a, q) ==> gone2->count == 0; */
  /*@ assert grows: given.status == SPAN_OK && again.status == SPAN_OK &&
        !has_placement(a, q) && arena_enough(a, grown_pages(q)) ==> same_gone(*gone, *gone2); */
  /*@ assert asks: given.status == SPAN_OK && said == span_os_log.said &&
        !has_placement(a, q) && !arena_enough(a, grown_pages(q)) ==>
          \forall integer page; in_list(*gone, 0, page) ==> in_list(*gone2, 0, page); */
  /*@ assert asks: given.status == SPAN_OK && said == span_os_log.said &&
        !has_placement(a, q) && !arena_enough(a, grown_pages(q)) ==>
          \forall integer page; in_list(*gone2, 0, page) ==> in_list(*gone, 0, page); */
  /*@ assert gone: said == span_os_log.said ==> same_gone(*gone, *gone2); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g; */
void claims_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base,
                      uint64_t npages, bool manual)
{
  /*@ ghost behaviours_are_alike();
            claiming_is_determined(); */
  /*@ assert back: same_heap(*g, *h); */
  /*@ assert free: held_free(*h, base, base + npages) <==> held_free(*g, base, base + npages); */
  /*@ assert room: no_room_to_claim(*h, base, npages) <==>
        no_room_to_claim(*g, base, npages); */
  struct span_alloc_result given = span_heap_claim(h, base, npages, manual);
  struct span_alloc_result again = span_heap_claim(g, base, npages, manual);
  /*@ assert status: given.status == again.status; */
  /*@ assert same: same_heap(*h, *g) && same_gift(given, again); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g; */
void resizes_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base,
                       uint64_t npages)
{
  /*@ ghost behaviours_are_alike();
            resizing_is_determined(); */
  /*@ assert back: same_heap(*g, *h); */
  struct span_alloc_result given = span_heap_resize(h, base, npages);
  struct span_alloc_result again = span_heap_resize(g, base, npages);
  /*@ assert status: given.status == again.status; */
  /*@ assert same: same_heap(*h, *g) && same_gift(given, again); */
}
