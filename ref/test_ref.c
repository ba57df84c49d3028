/* The reference by itself: errors change nothing, the table fills up, each
 * deviation from Go 1.13 (docs/semantics.md, D1 to D5) is what it says, and each
 * clause of spec/well_formed.h, broken alone, is refused.
 * Built with room for 16 spans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../spec/request.h"
#include "coalesce.h"
#include "decide.h"
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
static struct span_range_list gone;

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
  struct span_alloc_result result = span_heap_alloc(&heap, os, span_plain_request(npages, true), &gone);
  assert_int_equal(result.status, SPAN_OK);
  return result.base;
}

static void refuses_a_geometry_that_does_not_fit(void **state)
{
  static const struct span_geometry bad[] = {
      {3, 0, 8, false, 0}, {0, 0, 8, false, 0},  {32, 0, 32, false, 0},
      {2, 0, 7, false, 0}, {2, 0, 0, false, 0},  {2, 3, 8, false, 0},
      {1, 0, SPAN_LIMIT_PAGES + 1, false, 0},    {1, SPAN_LIMIT_PAGES + 1, 8, false, 0},
      {1, 0, 8, false, 5},                       {3, 0, 9, false, 0},
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
    struct span_alloc_result result = span_heap_alloc(&heap, &os, span_plain_request(bad[i], false), &gone);
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
      {{true, 64 + 8, 24}, SPAN_OK},                        /* continues, with more */
  };
  struct span_os os = granting(64, 8);
  (void)state;
  begin(1, 8);
  allocate(&os, 3);
  remember();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    os.answer = bad[i].answer;
    assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(9, true), &gone).status, bad[i].status);
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
    assert_int_equal(span_heap_add(&heap, bad[i].base, bad[i].npages, &gone), SPAN_BAD_RANGE);
    assert_unchanged();
  }
  assert_int_equal(span_heap_add(&heap, 72, 2, &gone), SPAN_OK);
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
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM);
  assert_int_equal(heap.count, SPAN_HEAP_CAPACITY - GROW_HEADROOM);
  int calls = os.calls;
  remember();
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(2, false), &gone).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(os.calls, calls);
  /* What fits exactly needs no record. */
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(1, false), &gone).base, 65);
}

/* What is left below an aligned placement takes one record more. */
static void says_so_sooner_where_it_aligns(void **state)
{
  struct span_os os;
  (void)state;
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM - 1);
  struct span_request q = span_plain_request(2, false);
  q.align = 4;
  remember();
  assert_int_equal(span_heap_alloc(&heap, &os, q, &gone).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_not_equal(span_heap_alloc(&heap, &os, span_plain_request(2, false), &gone).status, SPAN_TABLE_FULL);
}

static void says_so_for_split_scavenge_and_add_too(void **state)
{
  struct span_os os;
  (void)state;
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM - 1);
  for (uint64_t base = 1000; heap.count < SPAN_HEAP_CAPACITY - 1; base += 100)
    assert_int_equal(span_heap_add(&heap, base, 10, &gone), SPAN_OK);
  remember();
  assert_int_equal(span_heap_add(&heap, 5000, 10, &gone), SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_scavenge(&heap, 1, &gone).released_pages, 1);
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(9, true), &gone).base, 1000); /* the last record */
  remember();
  assert_int_equal(heap.count, SPAN_HEAP_CAPACITY);
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(9, true), &gone).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_scavenge(&heap, 1, &gone).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_claim(&heap, 1104, 2, true).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_resize(&heap, 1000, 5).status, SPAN_TABLE_FULL);
  assert_unchanged();
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(10, true), &gone).base, 1100); /* needs none */
  assert_int_equal(span_heap_free(&heap, 1000).status, SPAN_OK);
}

static void d1_a_remainder_that_loses_its_flag_is_merged(void **state)
{
  struct span_os os = granting(64, 64);
  (void)state;
  begin(2, 64);
  uint64_t a = allocate(&os, 2), b = allocate(&os, 2);
  span_heap_free(&heap, a);
  assert_int_equal(span_heap_scavenge(&heap, 2, &gone).released_pages, 2);
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
  assert_int_equal(span_heap_scavenge(&heap, 100, &gone).released_pages, 3 * 4);
  assert_int_equal(span_heap_scavenge(&heap, 100, &gone).released_pages, 0);
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

/* Statistics that fit the table, whatever it looks like. */
static void settle_accounts(void)
{
  uint64_t rest = heap.arena_end - heap.arena_base;
  heap.idle = heap.released = rest;
  heap.in_use = heap.manual = 0;
  for (uint64_t i = 0; i < heap.count && i < SPAN_HEAP_CAPACITY; i++) {
    struct span s = heap.spans[i];
    *(s.free ? &heap.idle : s.manual ? &heap.manual : &heap.in_use) += s.npages;
    if (s.free && s.scavenged)
      heap.released += (s.base + s.npages) / 4 * 4 - (s.base + 3) / 4 * 4;
  }
  heap.sys = heap.idle + heap.in_use;
}

/*   64    72         88      96        112       128      192
 *   | use | free    | free   | in use  | in use  | arena  |
 *   |heap | retained| scav.  | manual  | heap    |        |  R = 4, A = 64 */
static void begin_well_formed(void)
{
  static const struct span spans[] = {{64, 8, false, false, false, false},
                                      {72, 16, true, false, false, true},
                                      {88, 8, true, false, true, false},
                                      {96, 16, false, true, false, true},
                                      {112, 16, false, false, false, false}};
  heap.geometry = (struct span_geometry){4, 8, 64, true, 7};
  heap.arena_base = 128;
  heap.arena_end = 192;
  heap.count = 5;
  memcpy(heap.spans, spans, sizeof spans);
  settle_accounts();
}

/* What was just changed, and no statistic, is why. The next change is to a
 * well-formed heap again. */
static void assert_refused(void)
{
  settle_accounts();
  assert_false(span_heap_is_well_formed(&heap));
  begin_well_formed();
}

static void well_formed_is_what_just_meets_the_clauses(void **state)
{
  (void)state;
  begin_well_formed();
  assert_true(span_heap_is_well_formed(&heap));
  /* Behind the arena, and too small to scavenge. */
  heap.spans[5] = (struct span){192, 1, true, false, false, false};
  heap.count++;
  settle_accounts();
  assert_true(span_heap_is_well_formed(&heap));
  begin_well_formed();
  heap.spans[0] = (struct span){60, 12, false, false, false, false};
  heap.arena_base = heap.arena_end = 64; /* empty: in no span */
  settle_accounts();
  assert_true(span_heap_is_well_formed(&heap));
}

static void well_formed_are_empty_heaps_and_a_full_one(void **state)
{
  struct span_os os;
  (void)state;
  for (uint64_t phys_pages = 1; phys_pages <= 16; phys_pages *= 2) {
    begin(phys_pages, 64);
    assert_true(span_heap_is_well_formed(&heap));
  }
  fill(&os, SPAN_HEAP_CAPACITY - GROW_HEADROOM - 1);
  for (uint64_t base = 1000; heap.count < SPAN_HEAP_CAPACITY - 1; base += 100)
    assert_int_equal(span_heap_add(&heap, base, 10, &gone), SPAN_OK);
  assert_int_equal(span_heap_alloc(&heap, &os, span_plain_request(9, true), &gone).status, SPAN_OK);
  assert_int_equal(heap.count, SPAN_HEAP_CAPACITY);
  assert_true(span_heap_is_well_formed(&heap));
}

static void a_geometry_that_does_not_fit_is_not_well_formed(void **state)
{
  static const struct span_geometry bad[] = {
      {0, 8, 64, false, 0}, {3, 9, 192, false, 0}, {4, 8, 0, false, 0},
      {4, 6, 64, false, 0}, {4, 8, 64, false, 1},  {4, 8, 2, false, 0},
      {4, SPAN_LIMIT_PAGES + 4, 64, false, 0},     {4, 8, SPAN_LIMIT_PAGES + 64, false, 0},
  };
  (void)state;
  begin_well_formed();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    heap.geometry = bad[i];
    heap.arena_base = heap.arena_end = 0;
    assert_refused();
  }
}

static void spans_out_of_bounds_are_not_well_formed(void **state)
{
  static const uint64_t counts[] = {SPAN_HEAP_CAPACITY + 1, UINT64_MAX};
  static const struct span bad[] = {
      {112, 0, false, false, false, false},
      {112, UINT64_MAX, false, false, false, false},
      {112, SPAN_LIMIT_PAGES, false, false, false, false},
      {SPAN_LIMIT_PAGES - 15, 16, false, false, false, false},
      {UINT64_MAX - 15, 16, false, false, false, false},
      {UINT64_MAX, UINT64_MAX, false, false, false, false},
  };
  (void)state;
  begin_well_formed();
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    heap.count = counts[i];
    assert_refused();
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    heap.spans[4] = bad[i];
    assert_refused();
  }
}

static void spans_out_of_order_are_not_well_formed(void **state)
{
  (void)state;
  begin_well_formed();
  heap.spans[4].base = 111; /* overlaps the one before */
  assert_refused();
  heap.spans[4].base = 40; /* below all */
  assert_refused();
  heap.spans[3].npages = 64; /* over the next one */
  heap.arena_base = heap.arena_end = 192;
  assert_refused();
}

static void flags_without_meaning_are_not_well_formed(void **state)
{
  (void)state;
  begin_well_formed();
  heap.spans[1].manual = true;
  assert_refused();
  heap.spans[3].scavenged = true;
  assert_refused();
}

static void unreleasable_spans_are_not_well_formed(void **state)
{
  (void)state;
  begin_well_formed();
  heap.spans[2] = (struct span){89, 6, true, false, true, false};
  assert_refused();
  heap.spans[2].base = 93; /* holds a boundary, but no page */
  heap.spans[2].npages = 3;
  assert_refused();
}

static void spans_in_the_arena_are_not_well_formed(void **state)
{
  (void)state;
  begin_well_formed();
  heap.spans[4].base = 113; /* its last page is in it */
  assert_refused();
  heap.spans[4].base = 191; /* its first */
  assert_refused();
  heap.spans[4].base = 140; /* all of it */
  assert_refused();
  heap.arena_base = 64; /* the arena is all there is */
  heap.arena_end = 128;
  assert_refused();
}

static void unmerged_and_unsettled_neighbours_are_not_well_formed(void **state)
{
  (void)state;
  begin_well_formed();
  heap.spans[0].free = true;
  assert_refused();
  heap.spans[2].scavenged = false;
  assert_refused();
  heap.spans[1].scavenged = true;
  assert_refused();
  heap.spans[1].npages++;
  heap.spans[2].base++;
  heap.spans[2].npages--;
  assert_refused();
}

static void crooked_arenas_are_not_well_formed(void **state)
{
  static const struct {
    uint64_t base, end;
  } bad[] = {{130, 192}, {128, 188}, {256, 192}, {128, SPAN_LIMIT_PAGES + 64},
             {128, UINT64_MAX - 63}, {UINT64_MAX, UINT64_MAX}};
  (void)state;
  begin_well_formed();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    heap.arena_base = bad[i].base;
    heap.arena_end = bad[i].end;
    assert_refused();
  }
}

static void wrong_statistics_are_not_well_formed(void **state)
{
  uint64_t *const statistics[] = {&heap.sys, &heap.idle, &heap.in_use, &heap.manual,
                                  &heap.released};
  (void)state;
  for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++) {
    begin_well_formed();
    uint64_t right = *statistics[i];
    const uint64_t wrong[] = {right - 1, right + 1, 0, UINT64_MAX};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      *statistics[i] = wrong[k];
      assert_false(span_heap_is_well_formed(&heap));
    }
  }
  begin_well_formed(); /* sys is the sum still */
  heap.idle++;
  heap.sys++;
  assert_false(span_heap_is_well_formed(&heap));
}

static void heaps_are_the_same_but_for_each_number(void **state)
{
  uint64_t *const numbers[] = {
      &heap.geometry.phys_pages, &heap.geometry.huge_pages, &heap.geometry.arena_pages,
      &heap.geometry.goal_pages, &heap.sys,                 &heap.idle,
      &heap.in_use,              &heap.manual,              &heap.released,
      &heap.arena_base,          &heap.arena_end,           &heap.count,
      &heap.spans[0].base,       &heap.spans[0].npages,     &heap.spans[4].base,
      &heap.spans[4].npages};
  (void)state;
  begin_well_formed();
  remember();
  assert_true(span_heaps_are_same(&heap, &before));
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    --*numbers[i];
    assert_false(span_heaps_are_same(&heap, &before));
    assert_false(span_heaps_are_same(&before, &heap));
    ++*numbers[i];
  }
  assert_true(span_heaps_are_same(&heap, &before));
}

static void heaps_are_the_same_but_for_each_flag(void **state)
{
  bool *const flags[] = {
      &heap.geometry.has_goal, &heap.spans[0].free,      &heap.spans[0].manual,
      &heap.spans[0].scavenged, &heap.spans[0].needzero, &heap.spans[4].free,
      &heap.spans[4].manual,   &heap.spans[4].scavenged, &heap.spans[4].needzero};
  (void)state;
  begin_well_formed();
  remember();
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    *flags[i] = !*flags[i];
    assert_false(span_heaps_are_same(&heap, &before));
    assert_false(span_heaps_are_same(&before, &heap));
    *flags[i] = !*flags[i];
  }
  heap.spans[5].base++; /* a record that doesn't exist */
  assert_true(span_heaps_are_same(&heap, &before));
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
      cmocka_unit_test(says_so_sooner_where_it_aligns),
      cmocka_unit_test(says_so_for_split_scavenge_and_add_too),
      cmocka_unit_test(d1_a_remainder_that_loses_its_flag_is_merged),
      cmocka_unit_test(d2_realign_passes_needzero_on),
      cmocka_unit_test(d4_an_allocation_is_in_use_on_return),
      cmocka_unit_test(d5_scavenging_goes_on_after_records_moved),
      cmocka_unit_test(looks_up_every_page_and_no_other),
      cmocka_unit_test(well_formed_is_what_just_meets_the_clauses),
      cmocka_unit_test(well_formed_are_empty_heaps_and_a_full_one),
      cmocka_unit_test(a_geometry_that_does_not_fit_is_not_well_formed),
      cmocka_unit_test(spans_out_of_bounds_are_not_well_formed),
      cmocka_unit_test(spans_out_of_order_are_not_well_formed),
      cmocka_unit_test(flags_without_meaning_are_not_well_formed),
      cmocka_unit_test(unreleasable_spans_are_not_well_formed),
      cmocka_unit_test(spans_in_the_arena_are_not_well_formed),
      cmocka_unit_test(unmerged_and_unsettled_neighbours_are_not_well_formed),
      cmocka_unit_test(crooked_arenas_are_not_well_formed),
      cmocka_unit_test(wrong_statistics_are_not_well_formed),
      cmocka_unit_test(heaps_are_the_same_but_for_each_number),
      cmocka_unit_test(heaps_are_the_same_but_for_each_flag),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
