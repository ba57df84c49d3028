/* Laws: what the contracts of ref/span_heap.h say, taken together. No body is
 * visible here, so each `law` is proved from contracts alone; a contract that
 * says too little leaves a law open. Never compiled.
 *
 * The last assertion of each function is the law. */
#include "../ref/decide.h"
#include "../ref/span_heap.h"
#include "../spec/bounds.h"
#include "determinism.h"

/* No page belongs to two spans. */
/*@ ghost
  /@ requires well_formed: well_formed(h);
     terminates \true; exits \false; assigns \nothing;
     ensures law: \forall integer i, j, page; 0 <= i < h.count && 0 <= j < h.count &&
       holds_page(h.spans[i], page) && holds_page(h.spans[j], page) ==> i == j; @/
  void no_page_has_two_spans(struct span_heap h) { }
*/

/* For every physical page size: adjacent free spans differ in flag, and meet on a
 * physical page. */
/*@ ghost
  /@ requires well_formed: well_formed(h);
     requires range: 0 < i < h.count;
     requires adjacent: adjacent_free(h.spans[i - 1], h.spans[i]);
     terminates \true; exits \false; assigns \nothing;
     ensures law: h.spans[i - 1].scavenged != h.spans[i].scavenged &&
       aligned(h.spans[i].base, h.geometry.phys_pages); @/
  void neighbours_are_settled(struct span_heap h, uint64_t i) { }
*/

/* What is flagged as released holds something that was. */
/*@ ghost
  /@ requires well_formed: well_formed(h);
     requires range: i < h.count;
     requires scavenged: h.spans[i].scavenged;
     terminates \true; exits \false; assigns \nothing;
     ensures law: h.spans[i].free &&
       0 < released_of(h.spans[i], h.geometry.phys_pages) <= h.spans[i].npages; @/
  void scavenged_spans_hold_released_pages(struct span_heap h, uint64_t i) { }
*/

/* What is the same as a well-formed heap is well-formed: the oracle needn't ask twice. */
/*@ ghost
  /@ requires same: same_heap(a, b);
     requires well_formed: well_formed(a);
     terminates \true; exits \false; assigns \nothing;
     ensures law: well_formed(b); @/
  void the_same_is_well_formed(struct span_heap a, struct span_heap b)
  {
    lemma_same_table(a, b);
    lemma_sums_frame(a, b, 0, a.count);
  }
*/

/* What is decided to be the same is so in all that can be seen, and what is the same is
 * decided to be. */
/*@ requires valid: \valid(a) && \valid(b);
    requires separate: \separated(a, b);
    requires well_formed: well_formed(*a);
    terminates \true; exits \false; assigns \nothing; */
void heaps_that_are_decided_the_same_are(const struct span_heap *a, const struct span_heap
                                         *b, uint64_t i)
{
  bool same = span_heaps_are_same(a, b);
  /*@ assert equal: *a == *b ==> same; */
  /*@ assert law: same ==> a->count == b->count && a->geometry == b->geometry &&
        a->sys == b->sys && a->idle == b->idle && a->in_use == b->in_use &&
        a->manual == b->manual && a->released == b->released &&
        a->arena_base == b->arena_base && a->arena_end == b->arena_end &&
        (i < a->count ==> a->spans[i] == b->spans[i]); */
}

/* A heap can be made of the geometries that are decided to fit, and of no others, and is
 * well-formed then. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns *h; */
void heaps_are_made_of_what_fits(struct span_heap *h, struct span_geometry geometry)
{
  bool fits = span_geometry_is_ok(geometry);
  enum span_status status = span_heap_init(h, geometry);
  bool decided = span_heap_is_well_formed(h);
  /*@ assert law: fits ? status == SPAN_OK && decided : status == SPAN_BAD_GEOMETRY; */
}

/* What is decided to be well-formed may be given to every operation, and is so afterwards. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void operations_keep_what_is_decided(struct span_heap *h, struct span_os *os,
                                     struct span_request q, uint64_t base, uint64_t npages,
                                     struct span_range_list *gone)
{
  if (!span_heap_is_well_formed(h)) return;
  span_heap_alloc(h, os, q, gone);
  bool allocated = span_heap_is_well_formed(h);
  span_heap_claim(h, base, npages, q.manual);
  bool claimed = span_heap_is_well_formed(h);
  span_heap_resize(h, base, npages);
  bool resized = span_heap_is_well_formed(h);
  span_heap_free(h, base);
  bool freed = span_heap_is_well_formed(h);
  span_heap_scavenge(h, npages, gone);
  bool scavenged = span_heap_is_well_formed(h);
  span_heap_add(h, base, npages, gone);
  bool added = span_heap_is_well_formed(h);
  /*@ assert law: allocated && claimed && resized && freed && scavenged && added; */
}

/* What is decided not to be well-formed no heap can come to: its geometry doesn't fit, its table
 * or its arena is wrong, or its accounts. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns \nothing; */
void what_is_wrong_is_decided_so(const struct span_heap *h, uint64_t i)
{
  bool fits = span_geometry_is_ok(h->geometry), decided = span_heap_is_well_formed(h);
  /*@ assert law: decided ==> fits; */
  /*@ assert law_order: 0 < i < h->count && h->spans[i].base < end_of(h->spans[i - 1]) ==>
        !decided; */
  /*@ assert law_empty: i < h->count && h->spans[i].npages == 0 ==> !decided; */
  /*@ assert law_joined: 0 < i < h->count && joins(h->spans[i - 1], h->spans[i]) ==> !decided; */
  /*@ assert law_sums: h->sys != h->idle + h->in_use ==> !decided; */
}

/* No statistic underflows: released <= idle <= sys = idle + in_use. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing; */
void statistics_never_underflow(const struct span_heap *h)
{
  /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
  struct span_stats stats = span_heap_stats(h);
  /*@ assert law: stats.released <= stats.idle <= stats.sys &&
        stats.sys == stats.idle + stats.in_use; */
}

/* Every page of an allocation is looked up as that allocation. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_then_lookup(struct span_heap *h, struct span_os *os, struct span_request q,
                       uint64_t page, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK || page < given.base || page >= given.base + q.npages) return;
  struct span_lookup_result found = span_heap_lookup(h, page);
  /*@ assert law: found.found && found.span.base == given.base &&
        found.span.npages == q.npages && !found.span.free &&
        (found.span.manual <==> q.manual); */
}

/* What one allocation gave, the next does not give. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void two_allocs_are_disjoint(struct span_heap *h, struct span_os *os, struct span_request
                             q, struct span_request r, struct span_range_list *gone)
{
  struct span_alloc_result a = span_heap_alloc(h, os, q, gone);
  struct span_alloc_result b = span_heap_alloc(h, os, r, gone);
  if (a.status != SPAN_OK || b.status != SPAN_OK) return;
  /*@ assert law: a.base + q.npages <= b.base || b.base + r.npages <= a.base; */
}

/* A request of n pages and nothing else takes the lowest there are. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires plain: plain(q) && 0 < q.npages;
    requires fits: i < h->count && fits(h->spans[i], q.npages);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_is_the_lowest_fit(struct span_heap *h, struct span_os *os, struct span_request
                             q, uint64_t i, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  /*@ assert phase: \forall integer x; x % 1 == 0; */
  /*@ assert placed: placed_in(before.spans[i], q, before.spans[i].base); */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_OK ==> given.base <= before.spans[i].base; */
}

/* "No memory" is said only where there is no placement, and growth is out of the question
 * or the OS refused. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void no_memory_means_none(struct span_heap *h, struct span_os *os, struct span_request q,
                          struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_NO_MEMORY ==>
        !has_placement(before, q) && *h == before &&
        (may_grow(q) ==> !arena_enough(before, grown_pages(q)) && !span_os_log.said.granted); */
}

/* An answer of the OS is believed only where it is new memory, and enough. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires none: must_grow(*h, q) && !arena_enough(*h, grown_pages(q));
    requires room: room_for(*h, q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void the_os_is_not_trusted(struct span_heap *h, struct span_os *os, struct span_request q,
                           struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert asked: grown_pages(q) <= span_os_log.asked_pages; */
  /*@ assert law: given.status == SPAN_OK ==> span_os_log.said.npages >= q.npages &&
        nowhere(before, span_os_log.said.base, span_os_log.said.base + span_os_log.said.npages); */
}

/* The OS is asked once at the most, and it is the caller's. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void the_os_is_asked_once(struct span_heap *h, struct span_os *os, struct span_request q,
                          struct span_range_list *gone)
{
  /*@ ghost uint64_t calls = span_os_log.calls; */
  span_heap_alloc(h, os, q, gone);
  /*@ assert law: span_os_log.calls == calls ||
        (span_os_log.calls == (uint64_t)(calls + 1) && span_os_log.os == os); */
}

/* Growth is all or nothing. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void failure_changes_nothing(struct span_heap *h, struct span_os *os, struct span_request
                             q, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_OK || *h == before; */
}

/* What can't be asked for is refused, and the OS isn't asked. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires bad: q.npages == 0 || q.npages > SPAN_LIMIT_PAGES || q.align == 0 ||
      q.align > SPAN_LIMIT_PAGES || q.phase >= q.align;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void bad_requests_are_refused(struct span_heap *h, struct span_os *os, struct span_request
                              q, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h;
            struct span_os_answer said = span_os_log.said; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_BAD_SIZE && *h == before && span_os_log.said == said; */
}

/* Memory of one's own stays one's own while others allocate. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_moves_nobody(struct span_heap *h, struct span_os *os, struct span_request q,
                        uint64_t page, struct span_range_list *gone)
{
  struct span_lookup_result before = span_heap_lookup(h, page);
  if (!before.found || before.span.free) return;
  span_heap_alloc(h, os, q, gone);
  /*@ assert there: \exists integer j; 0 <= j < h->count && h->spans[j] == before.span; */
  struct span_lookup_result after = span_heap_lookup(h, page);
  /*@ assert law: after.found && after.span == before.span; */
}

/* ... and while memory is given back to the OS. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void scavenging_moves_nobody(struct span_heap *h, uint64_t want_pages, uint64_t page,
                             struct span_range_list *gone)
{
  struct span_lookup_result before = span_heap_lookup(h, page);
  if (!before.found || before.span.free) return;
  /*@ ghost struct span_heap was = *h; */
  span_heap_scavenge(h, want_pages, gone);
  /*@ assert kept: kept(was, *h); */
  /*@ assert there: \exists integer j; 0 <= j < h->count && h->spans[j] == before.span; */
  struct span_lookup_result after = span_heap_lookup(h, page);
  /*@ assert law: after.found && after.span == before.span; */
}

/* ... and while memory comes in. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void adding_moves_nobody(struct span_heap *h, uint64_t base, uint64_t npages, uint64_t
                         page, struct span_range_list *gone)
{
  struct span_lookup_result before = span_heap_lookup(h, page);
  if (!before.found || before.span.free) return;
  /*@ ghost struct span_heap was = *h; */
  span_heap_add(h, base, npages, gone);
  /*@ assert kept: kept(was, *h); */
  /*@ assert there: \exists integer j; 0 <= j < h->count && h->spans[j] == before.span; */
  struct span_lookup_result after = span_heap_lookup(h, page);
  /*@ assert law: after.found && after.span == before.span; */
}

/* What was allocated can be freed. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_then_free(struct span_heap *h, struct span_os *os, struct span_request q, struct
                     span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  struct span_free_result freed = span_heap_free(h, given.base);
  /*@ assert law: freed.status == SPAN_OK; */
}

/* Free undoes what alloc counted, where nothing had to grow. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires placed: has_placement(*h, q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void free_undoes_the_accounts(struct span_heap *h, struct span_os *os, struct span_request
                              q, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  /*@ ghost struct span_heap taken = *h; */
  /*@ assert counted: counted_out(before, taken, q.npages, q.manual); */
  /*@ assert one: \forall integer i; in_use_at(taken, given.base, i) ==>
        taken.spans[i].npages == q.npages && (taken.spans[i].manual <==> q.manual); */
  span_heap_free(h, given.base);
  /*@ assert law: h->sys == before.sys && h->idle == before.idle &&
        h->in_use == before.in_use && h->manual == before.manual &&
        same_arena(*h, before); */
}

/* ... and leaves the same spans in use, no more and no less. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void free_undoes_alloc(struct span_heap *h, struct span_os *os, struct span_request q,
                       struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  /*@ ghost struct span_heap taken = *h; */
  /*@ assert old: \forall integer i; 0 <= i < before.count && !before.spans[i].free ==>
        before.spans[i].base != given.base; */
  span_heap_free(h, given.base);
  /*@ assert held: held_free(*h, given.base, given.base + 1); */
  /*@ assert gone: \forall integer i; 0 <= i < h->count && !h->spans[i].free ==>
        h->spans[i].base != given.base; */
  /*@ assert stay: kept(before, *h); */
  /*@ assert law: kept(before, *h) && kept(*h, before); */
}

/* A second free of the same memory is an error, and changes nothing. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void double_free_is_refused(struct span_heap *h, uint64_t base)
{
  struct span_free_result once = span_heap_free(h, base);
  /*@ assert held: once.status == SPAN_OK ==> held_free(*h, base, base + 1); */
  /*@ assert gone: \forall integer i; !in_use_at(*h, base, i); */
  /*@ ghost struct span_heap before = *h; */
  struct span_free_result twice = span_heap_free(h, base);
  /*@ assert law: twice.status == SPAN_NOT_IN_USE && *h == before; */
}

/* An address inside an allocation can't be freed. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void interior_free_is_refused(struct span_heap *h, struct span_os *os, struct span_request
                              q, uint64_t page, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK || page <= given.base || page >= given.base + q.npages) return;
  struct span_free_result freed = span_heap_free(h, page);
  /*@ assert law: freed.status == SPAN_NOT_IN_USE; */
}

/* What was freed is found free, with all its pages. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void free_then_lookup(struct span_heap *h, uint64_t base)
{
  struct span_lookup_result before = span_heap_lookup(h, base);
  struct span_free_result freed = span_heap_free(h, base);
  if (freed.status != SPAN_OK) return;
  struct span_lookup_result after = span_heap_lookup(h, base);
  /*@ assert held: before.found && before.span.base == base; */
  /*@ assert law: after.found && after.span.free && !after.span.scavenged &&
        after.span.needzero && after.span.base <= base &&
        end_of(before.span) <= end_of(after.span); */
}

/* Whoever frees n pages can have n pages again, without the OS. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires in_use: i < h->count && !h->spans[i].free;
    requires plain: plain(q);
    requires size: 0 < q.npages <= h->spans[i].npages;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_after_free_succeeds(struct span_heap *h, struct span_os *os, uint64_t i, struct
                               span_request q, struct span_range_list *gone)
{
  /*@ assert phase: \forall integer x; x % 1 == 0; */
  uint64_t base = h->spans[i].base;
  /*@ ghost struct span_os_answer said = span_os_log.said; */
  span_heap_free(h, base);
  /*@ assert there: held_free(*h, base, base + q.npages); */
  /*@ assert placed: \exists integer j; 0 <= j < h->count && h->spans[j].base <= base &&
        placed_in(h->spans[j], q, h->spans[j].base); */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert unasked: span_os_log.said == said; */
  /*@ assert status: given.status == SPAN_OK || given.status == SPAN_TABLE_FULL; */
  /*@ assert law: (given.status == SPAN_OK && given.base <= base ||
                   given.status == SPAN_TABLE_FULL) && span_os_log.said == said; */
}

/* Manual memory is no part of sys. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires manual: has_placement(*h, q) && q.manual;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void manual_memory_is_counted_apart(struct span_heap *h, struct span_os *os, struct
                                    span_request q, struct span_range_list *gone)
{
  struct span_stats before = span_heap_stats(h);
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  struct span_stats after = span_heap_stats(h);
  /*@ assert law: after.manual == before.manual + q.npages &&
        after.sys == before.sys - q.npages && after.in_use == before.in_use &&
        after.idle == before.idle - q.npages; */
}

/* Memory nobody holds is nobody's: no span, and nothing to free. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires nowhere: nowhere(*h, page, page + 1);
    terminates \true; exits \false; assigns *h; */
void unknown_pages_are_nobodys(struct span_heap *h, uint64_t page)
{
  struct span_lookup_result found = span_heap_lookup(h, page);
  struct span_free_result freed = span_heap_free(h, page);
  /*@ assert law: !found.found && freed.status == SPAN_NOT_IN_USE; */
}

/* Memory handed in is there, and can be given out at once. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void added_memory_is_free(struct span_heap *h, uint64_t base, uint64_t npages, struct
                          span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  enum span_status status = span_heap_add(h, base, npages, gone);
  /*@ assert law: status == SPAN_OK ==> h->sys == before.sys + npages &&
        h->idle == before.idle + npages && h->in_use == before.in_use &&
        h->manual == before.manual; */
}

/* The same memory can't be handed in twice. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void adding_twice_is_refused(struct span_heap *h, uint64_t base, uint64_t npages, struct
                             span_range_list *gone)
{
  enum span_status once = span_heap_add(h, base, npages, gone);
  if (once != SPAN_OK) return;
  /*@ ghost struct span_heap before = *h; */
  enum span_status twice = span_heap_add(h, base, npages, gone);
  /*@ assert law: twice == SPAN_BAD_RANGE && *h == before; */
}

/* A heap begins with nothing. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns *h; */
void a_new_heap_is_empty(struct span_heap *h, struct span_geometry geometry, uint64_t page)
{
  if (span_heap_init(h, geometry) != SPAN_OK) return;
  struct span_stats stats = span_heap_stats(h);
  struct span_lookup_result found = span_heap_lookup(h, page);
  /*@ assert law: !found.found && stats.sys == 0 && stats.idle == 0 && stats.manual == 0 &&
        stats.released == 0 && stats.nfree == 0 && stats.huge_free == 0; */
}

/* Where scavenging found nothing it finds nothing, and leaves the heap as it was. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void scavenging_nothing_changes_nothing(struct span_heap *h, uint64_t want_pages, struct
                                        span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_scavenge_result once = span_heap_scavenge(h, want_pages, gone);
  if (once.status != SPAN_OK || once.released_pages > 0) return;
  /*@ assert same: same_heap(before, *h); */
  /*@ ghost struct span_heap middle = *h; */
  /*@ assert first: scavenged(before, middle, want_pages); */
  struct span_scavenge_result twice = span_heap_scavenge(h, want_pages, gone);
  /*@ assert status: twice.status == SPAN_OK; */
  /*@ assert second: scavenged(middle, *h, want_pages); */
  /*@ ghost scavenging_is_determined(want_pages); */
  /*@ assert again: same_heap(middle, *h); */
  /*@ assert law: twice.released_pages == 0 && same_heap(before, *h); */
}

/* No page is given back twice, and none that is in use. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone; */
void pages_are_given_back_once(struct span_heap *h, uint64_t want_pages, uint64_t page,
                               uint64_t j, uint64_t k, struct span_range_list *gone)
{
  span_heap_scavenge(h, want_pages, gone);
  struct span_lookup_result found = span_heap_lookup(h, page);
  /*@ assert law: j < k < gone->count && in_range(gone->ranges[j], page) ==>
        !in_range(gone->ranges[k], page); */
  /*@ assert idle: found.found && !found.span.free && j < gone->count ==>
        !in_range(gone->ranges[j], page); */
}

/* What is in use is ready, and isn't made so again. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires placed: has_placement(*h, q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void pages_are_made_ready_once(struct span_heap *h, struct span_os *os, struct span_request
                               q, uint64_t page, struct span_range_list *gone)
{
  struct span_lookup_result found = span_heap_lookup(h, page);
  if (!found.found || found.span.free) return;
  /*@ ghost struct span_heap before = *h; */
  /*@ assert backed: backed_at(before, page); */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert readied: given.status == SPAN_OK ==> readied(before, *h, given.ready); */
  /*@ assert nothing: given.status != SPAN_OK ==> given.ready.npages == 0; */
  /*@ assert law: !in_range(given.ready, page); */
}

/* What is given out lies in its window, on its phase. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void alloc_is_where_it_was_asked_for(struct span_heap *h, struct span_os *os,
                                     struct span_request q, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_OK ==> q.from <= given.base &&
        given.base + q.npages <= q.below && given.base % q.align == q.phase; */
}

/* First fit is the least of all placements, and last fit the greatest. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires placed: i < h->count && placed_in(h->spans[i], q, base);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void first_is_least_and_last_greatest(struct span_heap *h, struct span_os *os,
                                      struct span_request q, uint64_t i, uint64_t base,
                                      struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  /*@ assert least: q.fit == SPAN_FIRST_FIT ==> given.base <= base; */
  /*@ assert law: q.fit == SPAN_LAST_FIT ==> base <= given.base; */
}

/* Last fit is first fit in the window that begins where it is. */
/*@ requires valid: \valid(h) && \valid(g) && \valid(gone);
    requires apart: \separated(h, g, gone);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    requires last: q.fit == SPAN_LAST_FIT && has_placement(*h, q);
    terminates \true; exits \false; assigns *h, *g, span_os_log, *gone; */
void last_fit_is_first_fit_from_there(struct span_heap *h, struct span_heap *g,
                                      struct span_os *os, struct span_request q,
                                      struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result last = span_heap_alloc(h, os, q, gone);
  if (last.status != SPAN_OK) return;
  struct span_request r = q;
  r.fit = SPAN_FIRST_FIT;
  r.from = last.base;
  /*@ assert there: \exists integer i; chosen(before, q, i, last.base); */
  /*@ assert same: \forall integer i; 0 <= i < g->count ==> g->spans[i] == before.spans[i]; */
  /*@ assert placed: \exists integer i; 0 <= i < g->count &&
        placed_in(g->spans[i], r, last.base); */
  struct span_alloc_result first = span_heap_alloc(g, os, r, gone);
  /*@ assert law: first.status == SPAN_OK ==> first.base == last.base; */
}

/* Best fit leaves no shorter span that would have served. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires best: q.fit == SPAN_BEST_FIT;
    requires placed: i < h->count && placed_in(h->spans[i], q, base);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void best_fit_leaves_no_better(struct span_heap *h, struct span_os *os,
                               struct span_request q, uint64_t i, uint64_t base,
                               struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert law: given.status == SPAN_OK ==> \exists integer k; 0 <= k < before.count &&
        before.spans[k].free && inside(before.spans[k], given.base, q.npages) &&
        before.spans[k].npages <= before.spans[i].npages; */
}

/* A window that holds nothing changes nothing, and the OS isn't asked. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires request: request_ok(q);
    requires window: q.below < q.from + q.npages;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void an_empty_window_changes_nothing(struct span_heap *h, struct span_os *os,
                                     struct span_request q, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h;
            uint64_t calls = span_os_log.calls; */
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  /*@ assert none: !has_placement(before, q); */
  /*@ assert law: given.status == SPAN_NO_MEMORY && *h == before &&
        span_os_log.calls == calls; */
}

/* Pages that lookup says are free can be claimed. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires size: 0 < npages;
    terminates \true; exits \false; assigns *h; */
void free_pages_can_be_claimed(struct span_heap *h, uint64_t base, uint64_t npages,
                               bool manual)
{
  struct span_lookup_result found = span_heap_lookup(h, base);
  if (!found.found || !found.span.free ||
      npages > found.span.base + found.span.npages - base)
    return;
  /*@ assert there: \exists integer i; free_there(*h, i, base, npages); */
  /*@ assert room: h->count <= SPAN_HEAP_CAPACITY - 2 ==> !no_room_to_claim(*h, base, npages); */
  /*@ ghost uint64_t count = h->count; */
  struct span_alloc_result given = span_heap_claim(h, base, npages, manual);
  /*@ assert law: count <= SPAN_HEAP_CAPACITY - 2 ==>
        given.status == SPAN_OK && given.base == base; */
}

/* ... and no others: what is in use can't. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void pages_in_use_cannot_be_claimed(struct span_heap *h, uint64_t base, uint64_t npages,
                                    bool manual, uint64_t page)
{
  /*@ ghost struct span_heap before = *h; */
  struct span_lookup_result found = span_heap_lookup(h, page);
  if (!found.found || found.span.free || page < base || page - base >= npages) return;
  struct span_alloc_result given = span_heap_claim(h, base, npages, manual);
  /*@ assert law: given.status != SPAN_OK && *h == before; */
}

/* The same pages can't be claimed twice. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void claiming_twice_is_refused(struct span_heap *h, uint64_t base, uint64_t npages,
                               bool manual)
{
  struct span_alloc_result once = span_heap_claim(h, base, npages, manual);
  if (once.status != SPAN_OK) return;
  /*@ ghost struct span_heap before = *h; */
  /*@ assert in_use: \exists integer i; in_use_at(before, base, i) &&
        holds_page(before.spans[i], base); */
  /*@ assert none: !held_free(before, base, base + npages); */
  struct span_alloc_result twice = span_heap_claim(h, base, npages, manual);
  /*@ assert law: twice.status == SPAN_NO_MEMORY && *h == before; */
}

/* What was claimed can be freed. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void claim_then_free(struct span_heap *h, uint64_t base, uint64_t npages, bool manual)
{
  struct span_alloc_result given = span_heap_claim(h, base, npages, manual);
  if (given.status != SPAN_OK) return;
  struct span_free_result freed = span_heap_free(h, base);
  /*@ assert law: freed.status == SPAN_OK; */
}

/* Resizing never moves: the span is where it was, with as many pages as it was to have. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizing_never_moves(struct span_heap *h, uint64_t base, uint64_t npages)
{
  struct span_alloc_result resized = span_heap_resize(h, base, npages);
  if (resized.status != SPAN_OK) return;
  struct span_lookup_result found = span_heap_lookup(h, base);
  /*@ assert law: found.found && !found.span.free && found.span.base == base &&
        found.span.npages == npages && resized.base == base; */
}

/* ... and disturbs nobody. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizing_moves_nobody(struct span_heap *h, uint64_t base, uint64_t npages, uint64_t page)
{
  struct span_lookup_result before = span_heap_lookup(h, page);
  if (!before.found || before.span.free || before.span.base == base) return;
  span_heap_resize(h, base, npages);
  /*@ assert there: \exists integer j; 0 <= j < h->count && h->spans[j] == before.span; */
  struct span_lookup_result after = span_heap_lookup(h, page);
  /*@ assert law: after.found && after.span == before.span; */
}

/* What a span gains was free. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizing_takes_free_pages(struct span_heap *h, uint64_t base, uint64_t npages,
                               uint64_t page)
{
  struct span_lookup_result own = span_heap_lookup(h, base);
  struct span_lookup_result there = span_heap_lookup(h, page);
  struct span_alloc_result resized = span_heap_resize(h, base, npages);
  if (resized.status != SPAN_OK || page >= base + npages) return;
  /*@ assert law: own.found && (end_of(own.span) <= page && there.found ==> there.span.free); */
}

/* To less and back gives the old span, where nothing came between. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires in_use: in_use_at(*h, base, i);
    requires room: h->count < SPAN_HEAP_CAPACITY - 1;
    requires less: 0 < npages < h->spans[i].npages;
    terminates \true; exits \false; assigns *h; */
void resizing_back_gives_the_old_span(struct span_heap *h, uint64_t base, uint64_t i,
                                      uint64_t npages)
{
  uint64_t old_pages = h->spans[i].npages;
  struct span_alloc_result less = span_heap_resize(h, base, npages);
  /*@ assert less: less.status == SPAN_OK; */
  /*@ assert behind: held_free(*h, base + npages, base + old_pages); */
  /*@ assert may: to_more(*h, base, old_pages); */
  struct span_alloc_result back = span_heap_resize(h, base, old_pages);
  struct span_lookup_result found = span_heap_lookup(h, base);
  /*@ assert law: back.status == SPAN_OK && found.span.base == base &&
        found.span.npages == old_pages && !found.span.free; */
}

/* A size that is no other changes nothing. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires in_use: in_use_at(*h, base, i);
    terminates \true; exits \false; assigns *h; */
void the_same_size_changes_nothing(struct span_heap *h, uint64_t base, uint64_t i)
{
  uint64_t npages = h->spans[i].npages;
  /*@ ghost struct span_heap before = *h; */
  /*@ assert same: to_same(*h, base, npages); */
  struct span_alloc_result resized = span_heap_resize(h, base, npages);
  /*@ assert law: resized.status == SPAN_OK && *h == before; */
}
