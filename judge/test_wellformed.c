/* Each invariant broken once, in an otherwise well-formed heap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wellformed.h"

/* R = 4, H = 8, A = 64. Pages 64 ... 127 are carved, [128, 192) is the arena:
 *
 *   64    72        88       96          112         128       192
 *   +-----+---------+--------+-----------+-----------+---------+
 *   | use | free    | free   | in use    | in use    | arena   |
 *   |heap | retained| scav.  | manual    | heap      |         |
 *   +-----+---------+--------+-----------+-----------+---------+ */
struct heap {
  struct span_geometry geometry;
  struct span spans[5];
  struct spanref_stats stats;
  struct page_run run; /* ever given out */
};

static struct heap good(void)
{
  return (struct heap){
      .geometry = {.phys_pages = 4, .huge_pages = 8, .arena_pages = 64},
      .spans = {{64, 8, false, false, false, false},
                {72, 16, true, false, false, true},
                {88, 8, true, false, true, false},
                {96, 16, false, true, false, true},
                {112, 16, false, false, false, false}},
      .stats = {.sys = 16 + 8 + 64 + 24,
                .idle = 16 + 8 + 64,
                .in_use = 24,
                .manual = 16,
                .released = 8 + 64,
                .huge_free = 2,
                .nfree = 2,
                .arena_base = 128,
                .arena_end = 192},
      .run = {64, 88},
  };
}

static struct span_heap shown;
static struct page_set given, other_set;

static void show(const struct span *spans, uint64_t count, const struct spanref_stats *stats,
                 const struct span_geometry *geometry)
{
  memcpy(shown.spans, spans, (count < SPAN_HEAP_CAPACITY ? count : SPAN_HEAP_CAPACITY) *
                                 sizeof *spans);
  shown.count = count;
  span_heap_complete(&shown, stats, geometry);
}

static struct complaint judge(struct heap *heap)
{
  page_set_clear(&given);
  assert_true(page_set_add(&given, heap->run.base, heap->run.end));
  show(heap->spans, 5, &heap->stats, &heap->geometry);
  struct complaint complaint = {.reason = NULL};
  bool is_bad = is_malformed(&shown, &heap->stats, &given, &complaint);
  assert_int_equal(is_bad, complaint.reason != NULL);
  return complaint;
}

static void assert_broken(struct heap heap, const char *label, uint64_t base)
{
  struct complaint complaint = judge(&heap);
  assert_non_null(complaint.reason);
  assert_string_equal(clause_label(complaint.clause), label);
  assert_int_equal(complaint.has_span, base != 0);
  if (base != 0) assert_int_equal(complaint.span.base, base);
}

static void a_good_heap_is_well_formed(void **state)
{
  (void)state;
  struct heap heap = good();
  assert_null(judge(&heap).reason);
}

static void an_empty_heap_is_well_formed(void **state)
{
  (void)state;
  const struct spanref_stats stats = {0};
  const struct span_geometry geometry = {.phys_pages = 1, .arena_pages = 1};
  show(good().spans, 0, &stats, &geometry);
  struct complaint complaint;
  assert_false(is_malformed(&shown, &stats, NULL, &complaint));
}

static void overlap_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[1].npages = 17;
  assert_broken(heap, "inv.order", 72);
  heap = good();
  heap.spans[4].npages = 17; /* into the current arena */
  assert_broken(heap, "inv.order", 112);
  heap = good();
  heap.spans[0].base = 200; /* not by address */
  assert_broken(heap, "inv.order", 200);
  heap = good();
  heap.spans[3].npages = 0;
  assert_broken(heap, "inv.order", 96);
}

static void a_span_past_the_limit_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[4].base = SPAN_LIMIT_PAGES - 15;
  assert_broken(heap, "limit", SPAN_LIMIT_PAGES - 15);
  heap = good();
  heap.spans[4].npages = UINT64_MAX;
  assert_broken(heap, "limit", 112);
  heap = good();
  heap.stats.arena_end = SPAN_LIMIT_PAGES + 64;
  assert_broken(heap, "limit", 0);
}

static void unmerged_neighbours_are_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[2].scavenged = false;
  assert_broken(heap, "inv.coalesced", 72);
}

static void an_unsettled_boundary_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[1].npages += 1;
  heap.spans[2].base += 1;
  heap.spans[2].npages -= 1;
  assert_broken(heap, "inv.boundary", 72);
}

static void an_unreleasable_scavenged_span_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[2] = (struct span){93, 3, true, false, true, false};
  assert_broken(heap, "inv.releasable", 93);
  heap = good();
  heap.spans[3].scavenged = true;
  assert_broken(heap, "inv.releasable", 96);
}

static void a_crooked_arena_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.stats.arena_base = 130;
  assert_broken(heap, "inv.arena", 0);
  heap = good();
  heap.stats.arena_end = 188;
  assert_broken(heap, "inv.arena", 0);
  heap = good();
  heap.stats.arena_base = 196;
  assert_broken(heap, "inv.arena", 0);
}

static void a_free_span_of_a_kind_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.spans[1].manual = true;
  assert_broken(heap, "spans", 72);
}

static void a_geometry_that_does_not_fit_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.geometry.phys_pages = 0;
  assert_broken(heap, "geometry", 0);
}

static void more_spans_than_the_table_holds_are_seen(void **state)
{
  (void)state;
  static struct span spans[SPAN_HEAP_CAPACITY + 1];
  struct heap heap = good();
  for (uint64_t i = 0; i <= SPAN_HEAP_CAPACITY; i++)
    spans[i] = (struct span){200 + i, 1, false, false, false, false};
  heap.stats.in_use = SPAN_HEAP_CAPACITY + 1;
  heap.stats.manual = heap.stats.huge_free = heap.stats.nfree = 0;
  heap.stats.idle = heap.stats.released = 64;
  heap.stats.sys = heap.stats.idle + heap.stats.in_use;
  show(spans, SPAN_HEAP_CAPACITY + 1, &heap.stats, &heap.geometry);
  struct complaint complaint;
  assert_true(is_malformed(&shown, &heap.stats, NULL, &complaint));
  assert_string_equal(complaint.reason, "more spans than the table has room for");
  shown.count--; /* one less, and it would be well-formed */
  shown.in_use--;
  shown.sys--;
  assert_false(is_malformed(&shown, &heap.stats, NULL, &complaint));
}

/* Were a heap malformed in a way that the explanation overlooks. */
static void what_has_no_explanation_is_still_malformed(void **state)
{
  (void)state;
  struct heap heap = good();
  assert_null(judge(&heap).reason);
  assert_string_equal(explain_malformed(&shown).reason, "the spans break an invariant");
}

static void each_wrong_total_is_seen(void **state)
{
  (void)state;
  static const struct {
    size_t offset;
    const char *label;
  } totals[] = {
      {offsetof(struct spanref_stats, sys), "stats.sys"},
      {offsetof(struct spanref_stats, idle), "stats.idle"},
      {offsetof(struct spanref_stats, in_use), "stats.in_use"},
      {offsetof(struct spanref_stats, manual), "stats.manual"},
      {offsetof(struct spanref_stats, released), "stats.released"},
      {offsetof(struct spanref_stats, huge_free), "stats.huge_free"},
      {offsetof(struct spanref_stats, nfree), "stats.nfree"},
  };
  for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
    struct heap heap = good();
    uint64_t *total = (uint64_t *)((char *)&heap.stats + totals[i].offset);
    *total += 1;
    assert_broken(heap, totals[i].label, 0);
    struct complaint complaint = judge(&heap);
    assert_int_equal(complaint.says_pages, complaint.is_pages + 1);
    /* Where the past isn't known, too. */
    assert_true(is_malformed(&shown, &heap.stats, NULL, &complaint));
    assert_string_equal(clause_label(complaint.clause), totals[i].label);
  }
}

static void dirty_memory_said_to_be_clean_is_seen(void **state)
{
  (void)state;
  struct heap heap = good();
  heap.run.end = 89;
  assert_broken(heap, "inv.needzero", 88);
  heap.run = (struct page_run){95, 97}; /* its last page */
  assert_broken(heap, "inv.needzero", 88);
  heap.spans[2].needzero = true;
  assert_null(judge(&heap).reason);
}

static void spans_are_equal_in_all_their_fields(void **state)
{
  (void)state;
  const struct span span = {1, 2, true, false, true, false};
  const struct span others[] = {
      {2, 2, true, false, true, false},  {1, 3, true, false, true, false},
      {1, 2, false, false, true, false}, {1, 2, true, true, true, false},
      {1, 2, true, false, false, false}, {1, 2, true, false, true, true},
  };
  assert_true(spans_are_equal(&span, &span));
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(spans_are_equal(&span, &others[i]));
}

/* A field that is added and not compared shows here: each byte that isn't padding counts. */
static void observations_differ_in_each_byte(void **state)
{
  (void)state;
  enum {
    FIELD_BYTES = offsetof(struct observation, takes_pages),
    SHOWN_BYTES = sizeof(struct gone) - offsetof(struct gone, ranges), /* not compared */
    PADDING_BYTES = 22
  };
  unsigned char bytes[sizeof(struct observation)] = {0};
  struct observation one, other;
  size_t seen = 0;
  memcpy(&one, bytes, sizeof one);
  assert_int_equal(observations_differ(&one, &one, NUMBERS_ALL), 0);
  for (size_t i = 0; i < FIELD_BYTES; i++) {
    bytes[i] = 1;
    memcpy(&other, bytes, sizeof other);
    bytes[i] = 0;
    seen += observations_differ(&one, &other, NUMBERS_ALL) != 0;
  }
  assert_int_equal(seen, FIELD_BYTES - SHOWN_BYTES - PADDING_BYTES);
}

/* --- Sets of pages --------------------------------------------------------------------------- */

static void a_page_set_merges_what_meets(void **state)
{
  (void)state;
  page_set_clear(&given);
  assert_true(page_set_add(&given, 10, 20));
  assert_true(page_set_add(&given, 30, 40));
  assert_true(page_set_add(&given, 50, 60));
  assert_int_equal(given.count, 3);
  assert_false(page_set_meets(&given, 20, 30));
  assert_true(page_set_meets(&given, 20, 31));
  assert_true(page_set_meets(&given, 19, 20));
  assert_false(page_set_meets(&given, 60, 70));
  assert_true(page_set_add(&given, 20, 30)); /* fills the gap exactly */
  assert_int_equal(given.count, 2);
  assert_true(page_set_add(&given, 5, 70));
  assert_int_equal(given.count, 1);
  assert_int_equal(given.runs[0].base, 5);
  assert_int_equal(given.runs[0].end, 70);
}

/* The set has these runs, a base and an end each. */
static void assert_runs(const struct page_set *set, const uint64_t *pages, size_t count)
{
  assert_int_equal(set->count, count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(set->runs[i].base, pages[2 * i]);
    assert_int_equal(set->runs[i].end, pages[2 * i + 1]);
  }
}
#define ASSERT_RUNS(set, ...) \
  assert_runs(set, (const uint64_t[]){__VA_ARGS__}, \
              sizeof (const uint64_t[]){__VA_ARGS__} / (2 * sizeof(uint64_t)))

static void a_page_set_is_cut_where_pages_go(void **state)
{
  (void)state;
  page_set_clear(&given);
  assert_true(page_set_add(&given, 10, 20));
  assert_true(page_set_add(&given, 30, 40));
  assert_true(page_set_add(&given, 50, 60));
  assert_true(page_set_remove(&given, 20, 30)); /* none of them is in it */
  ASSERT_RUNS(&given, 10, 20, 30, 40, 50, 60);
  assert_true(page_set_remove(&given, 33, 35)); /* out of the middle of a run */
  ASSERT_RUNS(&given, 10, 20, 30, 33, 35, 40, 50, 60);
  assert_true(page_set_remove(&given, 15, 36)); /* the end of one, a whole one, the start of one */
  ASSERT_RUNS(&given, 10, 15, 36, 40, 50, 60);
  assert_true(page_set_remove(&given, 10, 11));
  ASSERT_RUNS(&given, 11, 15, 36, 40, 50, 60);
  assert_true(page_set_remove(&given, 30, 55));
  ASSERT_RUNS(&given, 11, 15, 55, 60);
  assert_true(page_set_remove(&given, 0, UINT64_MAX));
  assert_int_equal(given.count, 0);
}

static void page_sets_are_the_same_by_their_pages(void **state)
{
  (void)state;
  page_set_clear(&given);
  page_set_clear(&other_set);
  assert_true(page_sets_are_same(&given, &other_set));
  assert_true(page_set_add(&given, 10, 40));
  assert_false(page_sets_are_same(&given, &other_set));
  assert_false(page_sets_are_same(&other_set, &given));
  assert_true(page_set_add(&other_set, 30, 40));
  assert_false(page_sets_are_same(&given, &other_set)); /* another base */
  assert_true(page_set_add(&other_set, 10, 20));
  assert_false(page_sets_are_same(&given, &other_set));
  assert_true(page_set_add(&other_set, 20, 30));
  assert_true(page_sets_are_same(&given, &other_set));
  assert_true(page_set_remove(&other_set, 39, 40));
  assert_false(page_sets_are_same(&given, &other_set)); /* another end */
}

static void a_full_page_set_stays_as_it_is(void **state)
{
  (void)state;
  page_set_clear(&given);
  page_set_clear(&other_set);
  for (uint64_t i = 0; i < PAGE_SET_CAPACITY; i++) {
    assert_true(page_set_add(&given, 4 * i, 4 * i + 3));
    assert_true(page_set_add(&other_set, 4 * i, 4 * i + 3));
  }
  assert_false(page_set_add(&given, UINT64_MAX - 1, UINT64_MAX));
  assert_false(page_set_remove(&given, 1, 2));
  assert_true(page_sets_are_same(&given, &other_set));
  assert_true(page_set_add(&given, 3, 4)); /* needs no room */
  assert_int_equal(given.count, PAGE_SET_CAPACITY - 1);
  assert_true(page_set_remove(&given, 1, 2));
  assert_int_equal(given.count, PAGE_SET_CAPACITY);
}

/* Of 64 pages, beside a bit for each. */
static void a_page_set_is_what_was_added_and_not_removed(void **state)
{
  uint64_t drawn = 1, pages = 0;
  (void)state;
  page_set_clear(&given);
  for (int step = 0; step < 20000; step++) {
    drawn = drawn * 6364136223846793005U + 1442695040888963407U;
    uint64_t base = drawn >> 58, end = base + 1 + (drawn >> 40) % (step % 2 == 0 ? 64 - base : 3);
    uint64_t mask = (end < 64 ? (UINT64_C(1) << end) - 1 : UINT64_MAX) &
                    ~((UINT64_C(1) << base) - 1);
    if (end > 64) continue;
    assert_int_equal(page_set_meets(&given, base, end), (pages & mask) != 0);
    bool adds = drawn >> 57 & 1;
    pages = adds ? pages | mask : pages & ~mask;
    assert_true(adds ? page_set_add(&given, base, end) : page_set_remove(&given, base, end));
    for (uint64_t page = 0; page < 64; page++)
      assert_int_equal(page_set_meets(&given, page, page + 1), pages >> page & 1);
    for (uint64_t i = 0; i + 1 < given.count; i++)
      assert_true(given.runs[i].base < given.runs[i].end &&
                  given.runs[i].end < given.runs[i + 1].base);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_heap_is_well_formed),
      cmocka_unit_test(an_empty_heap_is_well_formed),
      cmocka_unit_test(overlap_is_seen),
      cmocka_unit_test(a_span_past_the_limit_is_seen),
      cmocka_unit_test(unmerged_neighbours_are_seen),
      cmocka_unit_test(an_unsettled_boundary_is_seen),
      cmocka_unit_test(an_unreleasable_scavenged_span_is_seen),
      cmocka_unit_test(a_crooked_arena_is_seen),
      cmocka_unit_test(a_free_span_of_a_kind_is_seen),
      cmocka_unit_test(a_geometry_that_does_not_fit_is_seen),
      cmocka_unit_test(more_spans_than_the_table_holds_are_seen),
      cmocka_unit_test(what_has_no_explanation_is_still_malformed),
      cmocka_unit_test(each_wrong_total_is_seen),
      cmocka_unit_test(dirty_memory_said_to_be_clean_is_seen),
      cmocka_unit_test(spans_are_equal_in_all_their_fields),
      cmocka_unit_test(observations_differ_in_each_byte),
      cmocka_unit_test(a_page_set_merges_what_meets),
      cmocka_unit_test(a_page_set_is_cut_where_pages_go),
      cmocka_unit_test(page_sets_are_the_same_by_their_pages),
      cmocka_unit_test(a_full_page_set_stays_as_it_is),
      cmocka_unit_test(a_page_set_is_what_was_added_and_not_removed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
