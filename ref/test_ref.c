/* The reference by itself: errors change nothing, the table fills up, and each
 * deviation from Go 1.13 (docs/semantics.md, D1 to D5) is what it says.
 * Built with room for 16 spans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "coalesce.h"
#include "grow.h"
#include "span_heap.h"

struct span_os {
  struct span_os_answer answer;
  uint64_t asked_pages;
  int calls;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  os->asked_pages = npages;
  os->calls++;
  return os->answer;
}

static struct span_heap heap, before;

static void remember(void) { before = heap; }

/* Equal in everything that an operation could see. */
static void assert_unchanged(void)
{
  assert_memory_equal(&heap.geometry, &before.geometry, sizeof heap.geometry);
  assert_int_equal(heap.sys, before.sys);
  assert_int_equal(heap.idle, before.idle);
  assert_int_equal(heap.in_use, before.in_use);
  assert_int_equal(heap.manual, before.manual);
  assert_int_equal(heap.released, before.released);
  assert_int_equal(heap.arena_base, before.arena_base);
  assert_int_equal(heap.arena_end, before.arena_end);
  assert_int_equal(heap.count, before.count);
  for (uint64_t i = 0; i < heap.count; i++) {
    assert_int_equal(heap.spans[i].base, before.spans[i].base);
    assert_int_equal(heap.spans[i].npages, before.spans[i].npages);
    assert_int_equal(heap.spans[i].free, before.spans[i].free);
    assert_int_equal(heap.spans[i].manual, before.spans[i].manual);
    assert_int_equal(heap.spans[i].scavenged, before.spans[i].scavenged);
    assert_int_equal(heap.spans[i].needzero, before.spans[i].needzero);
  }
}

static void begin(uint64_t phys_pages, uint64_t arena_pages)
{
  struct span_geometry g = {phys_pages, 0, arena_pages, false, 0};
  memset(&heap, 0, sizeof heap);
  assert_int_equal(span_heap_init(&heap, g), SPAN_OK);
}

static struct span_os granting(uint64_t base, uint64_t npages)
{
  return (struct span_os){{true, base, npages}, 0, 0};
}

static uint64_t allocate(struct span_os *os, uint64_t npages)
{
  struct span_alloc_result result = span_heap_alloc(&heap, os, npages, true);
  assert_int_equal(result.status, SPAN_OK);
  return result.base;
}

static void refuses_a_geometry_that_does_not_fit(void **state)
{
  static const struct span_geometry bad[] = {
      {3, 0, 8, false, 0}, {0, 0, 8, false, 0},  {32, 0, 32, false, 0},
      {2, 0, 7, false, 0}, {2, 0, 0, false, 0},  {2, 3, 8, false, 0},
      {1, 0, SPAN_LIMIT_PAGES + 1, false, 0},    {1, SPAN_LIMIT_PAGES + 1, 8, false, 0},
      {1, 0, 8, false, 5},
  };
  (void)state;
  begin(2, 8);
  remember();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(span_heap_init(&heap, bad[i]), SPAN_BAD_GEOMETRY);
    assert_unchanged();
  }
}

static void refuses_sizes_of_nothing_and_too_much(void **state)
{
  static const uint64_t bad[] = {0, SPAN_LIMIT_PAGES + 1, 1ULL << 51, UINT64_MAX};
  struct span_os os = granting(64, 8);
  (void)state;
  begin(1, 8);
  allocate(&os, 3);
  remember();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct span_alloc_result result = span_heap_alloc(&heap, &os, bad[i], false);
    assert_int_equal(result.status, SPAN_BAD_SIZE);
    assert_int_equal(result.base, 0);
    assert_unchanged();
  }
  assert_int_equal(os.calls, 1);
}

static void refuses_to_free_what_is_not_the_base_of_a_span_in_use(void **state)
{
  struct span_os os = granting(64, 8);
  (void)state;
  begin(1, 8);
  uint64_t a = allocate(&os, 3);
  uint64_t b = allocate(&os, 2);
  assert_int_equal(span_heap_free(&heap, a).status, SPAN_OK);
  remember();
  const uint64_t bad[] = {a, a + 1, b + 1, b + 2, 0, 63, 72, UINT64_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(span_heap_free(&heap, bad[i]).status, SPAN_NOT_IN_USE);
    assert_unchanged();
  }
  assert_int_equal(span_heap_free(&heap, b).status, SPAN_OK);
}

static void refuses_a_refusing_and_a_lying_os(void **state)
{
  static const struct {
    struct span_os_answer answer;
    enum span_status status;
  } bad[] = {
      {{false, 64, 8}, SPAN_NO_MEMORY},
      {{true, 84, 16}, SPAN_BAD_ANSWER},                    /* base off the unit */
      {{true, 128, 8}, SPAN_BAD_ANSWER},                    /* less than asked */
      {{true, 128, 20}, SPAN_BAD_ANSWER},                   /* size off the unit */
      {{true, 128, 0}, SPAN_BAD_ANSWER},                    /* nothing */
      {{true, SPAN_LIMIT_PAGES - 8, 16}, SPAN_BAD_ANSWER},  /* past the limit */
      {{true, UINT64_MAX - 7, 16}, SPAN_BAD_ANSWER},        /* wraps */
      {{true, 0, UINT64_MAX - 7}, SPAN_BAD_ANSWER},         /* wraps */
      {{true, 64, 16}, SPAN_BAD_ANSWER},                    /* overlaps spans */
      {{true, 56, 16}, SPAN_BAD_ANSWER},                    /* reaches into them */
      {{true, 64 + 8, 16}, SPAN_OK},                        /* continues the arena */
  };
  struct span_os os = granting(64, 8);
  (void)state;
  begin(1, 8);
  allocate(&os, 3);
  remember();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    os.answer = bad[i].answer;
    assert_int_equal(span_heap_alloc(&heap, &os, 9, true).status, bad[i].status);
    assert_int_equal(os.asked_pages, 16);
    if (bad[i].status != SPAN_OK) assert_unchanged();
  }
}

static void refuses_memory_it_holds_already_or_cannot_use(void **state)
{
  static const struct {
    uint64_t base, npages;
  } bad[] = {{128, 0},  {129, 2}, {128, 3},  {64, 2},          {62, 4},
             {70, 2},   {66, 2},  {2, 1ULL << 41}, {UINT64_MAX - 1, 2},
             {SPAN_LIMIT_PAGES, 2}};
  struct span_os os = granting(64, 8);
  (void)state;
  begin(2, 8);
  allocate(&os, 2);
  remember();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(span_heap_add(&heap, bad[i].base, bad[i].npages), SPAN_BAD_RANGE);
    assert_unchanged();
  }
  assert_int_equal(span_heap_add(&heap, 72, 2), SPAN_OK);
  assert_int_equal(heap.sys, before.sys + 2);
  assert_int_equal(heap.released, before.released + 2);
}

/* Every other one of `spans` one-page allocations freed: no two of them merge. */
static void fill(struct span_os *os, uint64_t spans)
{
  begin(1, 64);
  *os = granting(64, 64);
  for (uint64_t i = 0; i < spans; i++) allocate(os, 1);
  for (uint64_t i = 1; i < spans; i += 2)
    assert_int_equal(span_heap_free(&heap, 64 + i).status, SPAN_OK);
}

static void says_when_the_table_is_full(void **state)
{
  struct span_os os;
  (void)state;
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM + 1);
  assert_int_equal(heap.count, SPAN_HEAP_CAPACITY - GROW_HEADROOM + 1);
  int calls = os.calls;
  remember();
  assert_int_equal(span_heap_alloc(&heap, &os, 2, false).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(os.calls, calls);
  /* What fits exactly needs no record. */
  assert_int_equal(span_heap_alloc(&heap, &os, 1, false).base, 65);
}

static void says_so_for_split_scavenge_and_add_too(void **state)
{
  struct span_os os;
  (void)state;
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM);
  for (uint64_t base = 1000; heap.count < SPAN_HEAP_CAPACITY - 1; base += 100)
    assert_int_equal(span_heap_add(&heap, base, 10), SPAN_OK);
  remember();
  assert_int_equal(span_heap_add(&heap, 5000, 10), SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_alloc(&heap, &os, 9, true).base, 1000); /* the last record */
  remember();
  assert_int_equal(heap.count, SPAN_HEAP_CAPACITY);
  assert_int_equal(span_heap_alloc(&heap, &os, 9, true).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_scavenge(&heap, 1).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_free(&heap, 1000).status, SPAN_OK);
}

static void d1_a_remainder_that_loses_its_flag_is_merged(void **state)
{
  struct span_os os = granting(64, 64);
  (void)state;
  begin(2, 64);
  uint64_t a = allocate(&os, 2), b = allocate(&os, 2);
  span_heap_free(&heap, a);
  assert_int_equal(span_heap_scavenge(&heap, 2).released_pages, 2);
  span_heap_free(&heap, b);
  assert_int_equal(allocate(&os, 1), a);
  assert_int_equal(heap.count, 2); /* one free span of three pages is left */
  assert_int_equal(allocate(&os, 3), a + 1);
}

static void d2_realign_passes_needzero_on(void **state)
{
  (void)state;
  begin(4, 64);
  heap.count = 2;
  heap.spans[0] = (struct span){64, 6, true, false, false, false};
  heap.spans[1] = (struct span){70, 10, true, false, true, true};
  span_realign(&heap, 0);
  assert_int_equal(heap.spans[0].npages, 8);
  assert_true(heap.spans[0].needzero);
  assert_int_equal(heap.spans[1].base, 72);
}

static void d4_an_allocation_is_in_use_on_return(void **state)
{
  struct span_os os = granting(64, 64);
  (void)state;
  begin(1, 64);
  uint64_t a = allocate(&os, 2), b = allocate(&os, 2);
  assert_false(span_heap_lookup(&heap, b).span.free);
  span_heap_free(&heap, a);
  assert_int_equal(span_heap_lookup(&heap, b).span.npages, 2);
  assert_int_equal(span_heap_free(&heap, b).status, SPAN_OK);
}

static void d5_scavenging_goes_on_after_records_moved(void **state)
{
  struct span_os os = granting(64, 64);
  uint64_t base[5];
  (void)state;
  begin(2, 64);
  /* Growth by four pages each: three and a page that stays free behind them. */
  for (int i = 0; i < 5; i++) base[i] = allocate(&os, 3);
  for (int i = 0; i < 5; i += 2) span_heap_free(&heap, base[i]);
  assert_int_equal(span_heap_scavenge(&heap, 100).released_pages, 3 * 4);
  assert_int_equal(span_heap_scavenge(&heap, 100).released_pages, 0);
}

static void looks_up_every_page_and_no_other(void **state)
{
  struct span_os os = granting(64, 8);
  (void)state;
  begin(1, 8);
  allocate(&os, 3);
  allocate(&os, 2);
  span_heap_free(&heap, 64);
  for (uint64_t page = 60; page < 76; page++) {
    struct span_lookup_result result = span_heap_lookup(&heap, page);
    assert_int_equal(result.found, page >= 64 && page < 69);
    if (result.found) assert_int_equal(result.span.base, page < 67 ? 64 : 67);
  }
  assert_false(span_heap_lookup(&heap, UINT64_MAX).found);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_a_geometry_that_does_not_fit),
      cmocka_unit_test(refuses_sizes_of_nothing_and_too_much),
      cmocka_unit_test(refuses_to_free_what_is_not_the_base_of_a_span_in_use),
      cmocka_unit_test(refuses_a_refusing_and_a_lying_os),
      cmocka_unit_test(refuses_memory_it_holds_already_or_cannot_use),
      cmocka_unit_test(says_when_the_table_is_full),
      cmocka_unit_test(says_so_for_split_scavenge_and_add_too),
      cmocka_unit_test(d1_a_remainder_that_loses_its_flag_is_merged),
      cmocka_unit_test(d2_realign_passes_needzero_on),
      cmocka_unit_test(d4_an_allocation_is_in_use_on_return),
      cmocka_unit_test(d5_scavenging_goes_on_after_records_moved),
      cmocka_unit_test(looks_up_every_page_and_no_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
