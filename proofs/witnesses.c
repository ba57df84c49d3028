/* Witnesses: what the invariants refuse and a heap they don't, what operations
 * come to on it, and claims that must not hold. Those are the clauses named wrong:
 * the gate fails unless every prover gives up on each, and nothing may lean on a
 * function of this file. Never compiled. */
#include "../ref/span_heap.h"
#include "../spec/bounds.h"

/* What is not a heap. */

/*@ ghost
  /@ requires range: i < j < h.count;
     requires overlap: overlaps(h.spans[i], h.spans[j].base, end_of(h.spans[j]));
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void overlapping_spans(struct span_heap h, uint64_t i, uint64_t j) { }
*/

/*@ ghost
  /@ requires range: i < j < h.count;
     requires order: h.spans[j].base < h.spans[i].base;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void spans_out_of_order(struct span_heap h, uint64_t i, uint64_t j) { }
*/

/*@ ghost
  /@ requires range: i < h.count;
     requires pages: h.spans[i].npages == 0 || end_of(h.spans[i]) > SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void a_span_of_no_size(struct span_heap h, uint64_t i) { }
*/

/*@ ghost
  /@ requires range: i + 1 < h.count;
     requires adjacent: adjacent_free(h.spans[i], h.spans[i + 1]);
     requires alike: h.spans[i].scavenged == h.spans[i + 1].scavenged;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void neighbours_not_coalesced(struct span_heap h, uint64_t i)
  {
    /@ assert settled: well_formed(h) ==>
         settled(h.spans[i], h.spans[i + 1], h.geometry.phys_pages); @/
  }
*/

/*@ ghost
  /@ requires range: i + 1 < h.count;
     requires adjacent: adjacent_free(h.spans[i], h.spans[i + 1]);
     requires inside: h.geometry.phys_pages == 8 && h.spans[i + 1].base % 8 == 3;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void a_boundary_inside_a_physical_page(struct span_heap h, uint64_t i)
  {
    /@ assert settled: well_formed(h) ==>
         settled(h.spans[i], h.spans[i + 1], h.geometry.phys_pages); @/
  }
*/

/*@ ghost
  /@ requires range: i < h.count;
     requires scavenged: h.spans[i].scavenged;
     requires small: h.spans[i].npages < h.geometry.phys_pages || !h.spans[i].free;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void nothing_there_to_be_scavenged(struct span_heap h, uint64_t i) { }
*/

/*@ ghost
  /@ requires range: i < h.count;
     requires free: h.spans[i].free && h.spans[i].manual;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void manual_and_free(struct span_heap h, uint64_t i) { }
*/

/*@ ghost
  /@ requires range: i < h.count;
     requires inside: overlaps(h.spans[i], h.arena_base, h.arena_end);
     requires arena: h.arena_base < h.arena_end;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(h); @/
  void a_span_in_the_arena(struct span_heap h, uint64_t i) { }
*/

/* Of two heaps that differ in one statistic only, one is wrong. */
/*@ ghost
  /@ requires right: well_formed(h);
     requires same: same_table(h, g) && same_arena(h, g);
     requires off: g.idle != h.idle || g.in_use != h.in_use || g.manual != h.manual ||
       g.released != h.released || g.sys != h.sys;
     terminates \true; exits \false; assigns \nothing;
     ensures refused: !well_formed(g); @/
  void a_statistic_that_is_off(struct span_heap h, struct span_heap g)
  {
    lemma_sums_frame(h, g, 0, h.count);
  }
*/

/* What is one, and what it answers; and nothing of that contradicts itself. */

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void a_heap_at_work(struct span_heap *h, struct span_os *os,
                    struct span_range_list *gone)
{
  struct span_geometry geometry = {8, 0, 64, false, 0};
  /*@ assert fits: geometry_ok(geometry); */
  span_heap_init(h, geometry);
  /*@ assert begins: well_formed(*h) && h->count == 0; */
  /*@ assert new: may_add(*h, 64, 64); */
  enum span_status added = span_heap_add(h, 64, 64, gone);
  /*@ assert added: added == SPAN_OK && held_free(*h, 64, 128); */
  enum span_status again = span_heap_add(h, 120, 16, gone);
  /*@ assert overlap: again == SPAN_BAD_RANGE; */
  struct span_request empty = {0, 1, 0, 0, SPAN_LIMIT_PAGES, SPAN_FIRST_FIT, false};
  struct span_alloc_result none = span_heap_alloc(h, os, empty, gone);
  /*@ assert nothing: none.status == SPAN_BAD_SIZE; */
  struct span_request unaligned = {1, 0, 0, 0, SPAN_LIMIT_PAGES, SPAN_FIRST_FIT, false};
  struct span_alloc_result not_there = span_heap_alloc(h, os, unaligned, gone);
  /*@ assert no_align: not_there.status == SPAN_BAD_SIZE; */
  struct span_free_result early = span_heap_free(h, 64);
  /*@ assert early: early.status == SPAN_NOT_IN_USE; */
  /*@ assert held: held_free(*h, 64, 128); */
  /*@ assert there: \exists integer i; 0 <= i < h->count && holds_page(h->spans[i], 100) &&
        h->spans[i].free; */
  struct span_lookup_result found = span_heap_lookup(h, 100);
  /*@ assert found: found.found && found.span.free; */
  struct span_stats stats = span_heap_stats(h);
  /*@ assert counted: stats.sys == 64 && stats.idle == 64 && stats.in_use == 0; */
  /*@ check wrong_end: \false; */
}

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires one: h->count == 1 && h->spans[0].free && h->spans[0].base == 64 &&
      h->spans[0].npages == 64;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void given_out_and_taken_back(struct span_heap *h, struct span_os *os,
                              struct span_range_list *gone)
{
  struct span_request five = {5, 1, 0, 0, SPAN_LIMIT_PAGES, SPAN_FIRST_FIT, false};
  /*@ assert phase: \forall integer x; x % 1 == 0; */
  /*@ assert placed: placed_in(h->spans[0], five, 64); */
  struct span_alloc_result given = span_heap_alloc(h, os, five, gone);
  /*@ assert given: given.status == SPAN_OK && given.base == 64; */
  struct span_free_result interior = span_heap_free(h, 66);
  /*@ assert interior: interior.status == SPAN_NOT_IN_USE; */
  struct span_free_result freed = span_heap_free(h, 64);
  /*@ assert freed: freed.status == SPAN_OK; */
  struct span_scavenge_result done = span_heap_scavenge(h, 1, gone);
  /*@ assert done: done.status == SPAN_OK || h->count == SPAN_HEAP_CAPACITY; */
  /*@ check wrong_end: \false; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires one: h->count == 1 && h->spans[0].free && h->spans[0].base == 64 &&
      h->spans[0].npages == 64;
    terminates \true; exits \false; assigns *h; */
void claimed_and_resized(struct span_heap *h)
{
  struct span_alloc_result beyond = span_heap_claim(h, 1000, 8, false);
  /*@ assert beyond: beyond.status == SPAN_NO_MEMORY; */
  /*@ assert there: free_there(*h, 0, 80, 8); */
  struct span_alloc_result claimed = span_heap_claim(h, 80, 8, false);
  /*@ assert claimed: claimed.status == SPAN_OK && claimed.base == 80; */
  struct span_alloc_result nothing = span_heap_resize(h, 80, 0);
  /*@ assert nothing: nothing.status == SPAN_BAD_SIZE; */
  struct span_alloc_result same = span_heap_resize(h, 80, 8);
  /*@ assert same: same.status == SPAN_OK; */
  struct span_alloc_result interior = span_heap_resize(h, 82, 4);
  /*@ assert interior: interior.status == SPAN_NOT_IN_USE; */
  struct span_alloc_result less = span_heap_resize(h, 80, 4);
  /*@ assert less: less.status == SPAN_OK || h->count == SPAN_HEAP_CAPACITY; */
  /*@ check wrong_end: \false; */
}

/* What must not hold. */

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires request: request_ok(q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_always_succeeds(struct span_heap *h, struct span_os *os, struct span_request q,
                           struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ check wrong_success: given.status == SPAN_OK; */
}

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires request: request_ok(q);
    requires first: q.fit == SPAN_FIRST_FIT;
    requires both: i < j < h->count && placed_in(h->spans[i], q, h->spans[i].base) &&
      placed_in(h->spans[j], q, h->spans[j].base);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_takes_a_higher_fit(struct span_heap *h, struct span_os *os, struct span_request q,
                              uint64_t i, uint64_t j,
                              struct span_range_list *gone)
{
  uint64_t base = h->spans[j].base;
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ check wrong_fit: given.status == SPAN_OK ==> given.base >= base; */
}

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void the_os_is_believed(struct span_heap *h, struct span_os *os, struct span_request q,
                        struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ check wrong_trust: given.status != SPAN_BAD_ANSWER; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void freed_memory_is_clean(struct span_heap *h, uint64_t base)
{
  struct span_free_result freed = span_heap_free(h, base);
  if (freed.status != SPAN_OK) return;
  struct span_lookup_result after = span_heap_lookup(h, base);
  /*@ check wrong_clean: !after.span.needzero; */
}

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void scavenging_takes_what_is_in_use(struct span_heap *h, uint64_t want_pages,
                                     struct span_range_list *gone)
{
  uint64_t in_use = h->in_use;
  struct span_scavenge_result done = span_heap_scavenge(h, want_pages, gone);
  /*@ check wrong_in_use: done.released_pages > 0 ==> h->in_use < in_use; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing; */
void all_idle_memory_is_released(const struct span_heap *h)
{
  struct span_stats stats = span_heap_stats(h);
  /*@ check wrong_released: stats.released == stats.idle; */
}

/*@ ghost
  /@ requires well_formed: well_formed(h);
     requires range: i < h.count;
     terminates \true; exits \false; assigns \nothing;
     check ensures wrong_flag: !h.spans[i].scavenged; @/
  void nothing_is_ever_scavenged(struct span_heap h, uint64_t i) { }
*/

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires best: q.fit == SPAN_BEST_FIT;
    requires placed: i < h->count && placed_in(h->spans[i], q, base);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void best_fit_is_first_fit(struct span_heap *h, struct span_os *os, struct span_request q,
                           uint64_t i, uint64_t base, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ check wrong_lowest: given.status == SPAN_OK ==> given.base <= base; */
}

/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires request: request_ok(q) && !may_grow(q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void a_window_has_no_memory(struct span_heap *h, struct span_os *os, struct span_request q,
                            struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ check wrong_refusal: given.status == SPAN_NO_MEMORY; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void claims_are_refused(struct span_heap *h, uint64_t base, uint64_t npages)
{
  struct span_alloc_result given = span_heap_claim(h, base, npages, false);
  /*@ check wrong_claim: given.status != SPAN_OK; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizing_gives_clean_pages(struct span_heap *h, uint64_t base, uint64_t npages)
{
  struct span_alloc_result more = span_heap_resize(h, base, npages);
  /*@ check wrong_clean: !more.needzero; */
}

/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizing_always_succeeds(struct span_heap *h, uint64_t base, uint64_t npages)
{
  struct span_alloc_result more = span_heap_resize(h, base, npages);
  /*@ check wrong_success: more.status == SPAN_OK || more.status == SPAN_TABLE_FULL ||
        more.status == SPAN_NOT_IN_USE || more.status == SPAN_BAD_SIZE; */
}
