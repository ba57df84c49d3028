/* opt/: each mistake by name, and random histories against test_model.h.
 *
 *   test_opt [histories [seed]]
 *
 * Not covered here: memory that is refused (test_memory.c), speed, and the traces of the
 * real Go heap (fuzz/). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "../spec/request.h"
#include "opt_heap.h"
#include "page_tree.h"
#include "test_model.h"

/* The door: it gives one answer, whatever is asked. */
struct span_os {
  struct span_os_answer answer;
  uint64_t asked_pages;
  unsigned calls;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  os->asked_pages = npages;
  os->calls++;
  return os->answer;
}

static struct span_os os_granting(uint64_t base, uint64_t npages)
{
  return (struct span_os){.answer = {true, base, npages}};
}

static const struct span_geometry plain = {.phys_pages = 1, .arena_pages = 64};

static struct opt_heap *heap_new(struct span_geometry geometry)
{
  struct opt_heap *heap = opt_heap_create(NULL);
  assert_non_null(heap);
  assert_int_equal(opt_heap_reset(heap, geometry), SPAN_OK);
  return heap;
}

/* Random histories. */

struct history {
  struct opt_heap *heap;
  struct model model;
  uint64_t unit;   /* real pages that one page of the model stands for */
  uint64_t random; /* state of the generator */
  /* The operation going on. */
  unsigned os_mode;
  struct span_os os;
  /* Comparing walks. */
  uint64_t next;
  /* Pages that the heap said the OS may have, in the last operation. */
  uint64_t told_pages;
};

static uint64_t draw(struct history *h, uint64_t below)
{
  h->random ^= h->random << 13;
  h->random ^= h->random >> 7;
  h->random ^= h->random << 17;
  return (h->random >> 11) % below;
}

/* A page of the model's window. */
static uint64_t draw_page(struct history *h)
{
  return h->model.origin + draw(h, MODEL_PAGES);
}

static struct span_os_answer decide(struct history *h, uint64_t asked)
{
  uint64_t arena = h->model.geometry.arena_pages;
  uint64_t limit = SPAN_LIMIT_PAGES / h->unit;
  uint64_t random = draw_page(h);
  random -= random % arena;
  switch (h->os_mode) {
  case 0: case 1: return (struct span_os_answer){false, 0, 0};
  case 2: case 3: case 4:
    return (struct span_os_answer){true, h->model.arena_end, asked};
  case 5: return (struct span_os_answer){true, random, asked + 2 * arena};
  case 6: return (struct span_os_answer){true, random + 1, asked};
  case 7: return (struct span_os_answer){true, random, asked - 1};
  case 8: return (struct span_os_answer){true, random, asked - arena};
  case 9: return (struct span_os_answer){true, random, asked + 1};
  case 10: return (struct span_os_answer){true, limit, asked};
  case 11:
    return (struct span_os_answer){
        true, h->model.arena_base - h->model.arena_base % arena, asked};
  case 12: /* wraps, or ends beyond the limit */
    return (struct span_os_answer){
        true, h->unit == 1 ? UINT64_MAX - arena + 1 : limit + arena, asked};
  default: return (struct span_os_answer){true, random, asked};
  }
}

/* The model's door. The heap's door will give the same answer. Where the model can't see the
 * memory but the heap could use it, the answer is a refusal. */
static struct span_os_answer model_door(void *context, uint64_t asked)
{
  struct history *h = context;
  struct span_os_answer answer = decide(h, asked);
  uint64_t limit = SPAN_LIMIT_PAGES / h->unit;
  bool seen = answer.base >= h->model.origin &&
              answer.base - h->model.origin <= MODEL_PAGES &&
              answer.npages <= MODEL_PAGES - (answer.base - h->model.origin);
  if (!seen && answer.base < limit && answer.npages <= limit)
    answer = (struct span_os_answer){false, 0, 0};
  h->os.answer = (struct span_os_answer){
      answer.granted, answer.base * h->unit, answer.npages * h->unit};
  h->os.asked_pages = asked * h->unit;
  h->os.calls++;
  return answer;
}

static void assert_advice(const struct history *h, struct span_advice got,
                          struct span_advice want)
{
  assert_int_equal(got.base, want.base * h->unit);
  assert_int_equal(got.npages, want.npages * h->unit);
}

/* The heap says it of what the model gave back, and once. */
static void hear(void *context, struct span_range range)
{
  struct history *h = context;
  assert_int_equal(range.base % h->unit, 0);
  assert_int_equal(range.npages % h->unit, 0);
  uint64_t low = range.base / h->unit - h->model.origin;
  for (uint64_t i = low; i < low + range.npages / h->unit; i++) {
    assert_true(h->model.gone[i]);
    h->model.gone[i] = false;
  }
  h->told_pages += range.npages;
}

static void assert_all_told(const struct history *h)
{
  for (uint64_t i = 0; i < MODEL_PAGES; i++) assert_false(h->model.gone[i]);
}

static void assert_span(const struct history *h, struct span got,
                        struct span want)
{
  assert_int_equal(got.base, want.base * h->unit);
  assert_int_equal(got.npages, want.npages * h->unit);
  assert_int_equal(got.free, want.free);
  assert_int_equal(got.manual, want.manual);
  assert_int_equal(got.scavenged, want.scavenged);
  assert_int_equal(got.needzero, want.needzero);
}

static void step_alloc(struct history *h)
{
  static const uint64_t most[] = {2, 8, 8, 8, 64, 64, 300, 3000};
  uint64_t npages = 1 + draw(h, most[draw(h, 8)]);
  if (npages > SPAN_LIMIT_PAGES / h->unit) npages = SPAN_LIMIT_PAGES / h->unit;
  if (h->unit == 1 && draw(h, 50) == 0)
    npages = draw(h, 2) ? 0 : UINT64_C(1) << (40 + draw(h, 24));
  if (h->unit == 1 && draw(h, 50) == 0) npages = SPAN_LIMIT_PAGES + draw(h, 2);
  bool manual = draw(h, 2);
  h->os_mode = (unsigned)draw(h, 20);
  h->os = (struct span_os){.calls = 0};
  struct span_alloc_result want =
      model_alloc(&h->model, model_door, h, npages, manual);
  struct span_os wanted_os = h->os;
  h->os.calls = 0;
  struct span_alloc_result got =
      opt_heap_alloc(h->heap, &h->os, npages * h->unit, manual);
  assert_int_equal(got.status, want.status);
  assert_int_equal(got.base, want.base * h->unit);
  assert_int_equal(got.needzero, want.needzero);
  assert_advice(h, got.advice, want.advice);
  assert_int_equal(got.ready.base, want.ready.base * h->unit);
  assert_int_equal(got.ready.npages, want.ready.npages * h->unit);
  assert_all_told(h);
  assert_int_equal(h->os.calls, wanted_os.calls);
  assert_int_equal(h->os.asked_pages, wanted_os.asked_pages);
}

static void step_free(struct history *h)
{
  uint64_t base = draw_page(h);
  if (draw(h, 10) > 0) { /* mostly what can be freed */
    uint64_t i = base - h->model.origin;
    while (i > 0 && !(h->model.first[i] && !model_is_free(&h->model, i))) i--;
    base = h->model.origin + i;
  }
  struct span_free_result want = model_free(&h->model, base);
  struct span_free_result got = opt_heap_free(h->heap, base * h->unit);
  assert_int_equal(got.status, want.status);
  assert_advice(h, got.advice, want.advice);
}

static void step_scavenge(struct history *h)
{
  uint64_t want_pages = draw(h, draw(h, 2) ? 10 : 400);
  if (h->unit == 1 && draw(h, 10) == 0) want_pages = UINT64_MAX;
  uint64_t want = model_scavenge(&h->model, want_pages);
  h->told_pages = 0;
  struct span_scavenge_result got =
      opt_heap_scavenge(h->heap, want_pages * h->unit);
  assert_int_equal(got.status, SPAN_OK);
  assert_int_equal(got.released_pages, want * h->unit);
  assert_int_equal(h->told_pages, got.released_pages);
  assert_all_told(h);
}

static void step_add(struct history *h)
{
  uint64_t base = draw_page(h), npages = draw(h, 40), phys;
  phys = h->model.geometry.phys_pages;
  if (draw(h, 8) > 0) {
    base -= base % phys;
    npages -= npages % phys;
  }
  if (npages > MODEL_PAGES - (base - h->model.origin)) return; /* unseen */
  enum span_status want = model_add(&h->model, base, npages);
  assert_int_equal(opt_heap_add(h->heap, base * h->unit, npages * h->unit),
                   want);
  assert_all_told(h);
}

static void check_lookup(struct history *h)
{
  uint64_t page = draw_page(h), i = page - h->model.origin;
  struct span_lookup_result got =
      opt_heap_lookup(h->heap, page * h->unit + draw(h, h->unit));
  assert_int_equal(got.found, h->model.state[i] != UNHELD);
  if (got.found)
    assert_span(h, got.span, model_span(&h->model, model_first(&h->model, i)));
}

static void visit_compare(void *context, const struct span *span)
{
  struct history *h = context;
  while (h->next < MODEL_PAGES && !h->model.first[h->next]) h->next++;
  assert_true(h->next < MODEL_PAGES);
  assert_span(h, *span, model_span(&h->model, h->next++));
}

static void check_all(struct history *h)
{
  struct span_stats got = opt_heap_stats(h->heap);
  struct span_stats want = model_stats(&h->model);
  assert_int_equal(got.sys, want.sys * h->unit);
  assert_int_equal(got.idle, want.idle * h->unit);
  assert_int_equal(got.in_use, want.in_use * h->unit);
  assert_int_equal(got.manual, want.manual * h->unit);
  assert_int_equal(got.released, want.released * h->unit);
  assert_int_equal(got.huge_free, want.huge_free);
  assert_int_equal(got.nfree, want.nfree);
  assert_int_equal(got.arena_base, want.arena_base * h->unit);
  assert_int_equal(got.arena_end, want.arena_end * h->unit);
  h->next = 0;
  opt_heap_walk(h->heap, visit_compare, h);
  while (h->next < MODEL_PAGES && !h->model.first[h->next]) h->next++;
  assert_int_equal(h->next, MODEL_PAGES);
  assert_null(opt_heap_why_invalid(h->heap));
}

/* Draw sizes, an origin (low, in the middle, or up to the very limit) and a unit (single pages,
 * or giants). */
static void history_begin(struct history *h)
{
  static const uint64_t phys[] = {1, 2, 4, 8, 16};
  struct span_geometry *geometry = &h->model.geometry;
  memset(&h->model, 0, sizeof h->model);
  h->unit = 1;
  geometry->phys_pages = phys[draw(h, 5)];
  if (draw(h, 4) == 0) { /* rounding to small physical pages doesn't scale */
    geometry->phys_pages = 1;
    h->unit = UINT64_C(1) << (draw(h, 2) ? 29 : draw(h, 30));
  }
  const uint64_t huge[] = {0, 1, 3 * geometry->phys_pages, 48, 256};
  geometry->huge_pages = huge[draw(h, 5)];
  geometry->arena_pages = geometry->phys_pages << draw(h, 5);
  if (draw(h, 3) == 0) geometry->arena_pages = 48;
  geometry->has_goal = draw(h, 2);
  if (geometry->has_goal) geometry->goal_pages = draw(h, 2) * draw(h, 300);
  uint64_t top = SPAN_LIMIT_PAGES / h->unit - MODEL_PAGES;
  uint64_t origin = draw(h, 2) ? top * draw(h, 2) : draw(h, top);
  h->model.origin = origin - origin % geometry->arena_pages;
  struct span_geometry real = *geometry;
  real.huge_pages *= h->unit;
  real.arena_pages *= h->unit;
  real.goal_pages *= h->unit;
  assert_int_equal(opt_heap_reset(h->heap, real), SPAN_OK);
}

static void random_histories_answer_as_the_model(void **state)
{
  const uint64_t *asked = *state; /* histories, seed */
  struct history h = {.heap = opt_heap_create(NULL), .random = asked[1]};
  opt_heap_tell(h.heap, hear, &h);
  assert_non_null(h.heap);
  for (uint64_t history = 0; history < asked[0]; history++) {
    history_begin(&h);
    uint64_t frees = 20 + draw(&h, 30); /* of 100 */
    for (int step = 0; step < 400; step++) {
      uint64_t kind = draw(&h, 100);
      if (kind < frees) step_free(&h);
      else if (kind < 85) step_alloc(&h);
      else if (kind < 95) step_scavenge(&h);
      else step_add(&h);
      check_lookup(&h);
      check_all(&h);
    }
  }
  opt_heap_destroy(h.heap);
}

/* Mistakes and their statuses. */

static void bad_geometry_is_refused_and_changes_nothing(void **state)
{
  (void)state;
  static const struct span_geometry bad[] = {
      {.phys_pages = 0, .arena_pages = 64},
      {.phys_pages = 3, .arena_pages = 63},
      {.phys_pages = 32, .arena_pages = 64},
      {.phys_pages = 4, .arena_pages = 0},
      {.phys_pages = 4, .arena_pages = 66},
      {.phys_pages = 1, .arena_pages = SPAN_LIMIT_PAGES + 1},
      {.phys_pages = 4, .arena_pages = 64, .huge_pages = 6},
      {.phys_pages = 1, .arena_pages = 64, .huge_pages = SPAN_LIMIT_PAGES + 1},
      {.phys_pages = 1, .arena_pages = 64, .goal_pages = 1},
  };
  struct opt_heap *heap = heap_new(plain);
  assert_int_equal(opt_heap_add(heap, 64, 8), SPAN_OK);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(opt_heap_reset(heap, bad[i]), SPAN_BAD_GEOMETRY);
  assert_true(opt_heap_lookup(heap, 71).found);
  struct span_geometry good = {.phys_pages = 4, .arena_pages = 12,
                               .huge_pages = 3};
  assert_int_equal(opt_heap_reset(heap, good), SPAN_OK);
  assert_false(opt_heap_lookup(heap, 71).found);
  opt_heap_destroy(heap);
}

static void bad_sizes_are_refused(void **state)
{
  (void)state;
  static const uint64_t bad[] = {0, SPAN_LIMIT_PAGES + 1, UINT64_C(1) << 51,
                                 UINT64_MAX};
  struct opt_heap *heap = heap_new(plain);
  struct span_os os = os_granting(0, SPAN_LIMIT_PAGES);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(opt_heap_alloc(heap, &os, bad[i], false).status,
                     SPAN_BAD_SIZE);
  assert_int_equal(os.calls, 0);
  struct span_alloc_result all =
      opt_heap_alloc(heap, &os, SPAN_LIMIT_PAGES, false);
  assert_int_equal(all.status, SPAN_OK);
  assert_int_equal(opt_heap_free(heap, all.base).status, SPAN_OK);
  assert_null(opt_heap_why_invalid(heap));
  opt_heap_destroy(heap);
}

/* And a request for pages alone is answered as alloc does. */
static void bad_requests_are_refused(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  struct span_os os = os_granting(0, SPAN_LIMIT_PAGES);
  struct span_request bad[] = {span_plain_request(0, false), span_plain_request(1, false),
                               span_plain_request(1, false), span_plain_request(1, false)};
  bad[1].align = 0;
  bad[2].align = SPAN_LIMIT_PAGES + 1;
  bad[3].align = bad[3].phase = 4;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(opt_heap_alloc_request(heap, &os, bad[i]).status, SPAN_BAD_SIZE);
  assert_int_equal(os.calls, 0);
  struct span_request all = span_plain_request(SPAN_LIMIT_PAGES, false);
  struct span_alloc_result answer = opt_heap_alloc_request(heap, &os, all);
  assert_int_equal(answer.status, SPAN_OK);
  assert_int_equal(answer.base, 0);
  assert_null(opt_heap_why_invalid(heap));
  opt_heap_destroy(heap);
}

static void wrong_frees_are_refused(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  struct span_os os = os_granting(64, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 3, false).base, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 3, true).base, 67);
  static const uint64_t wrong[] = {0, 63, 65, 66, 70, 127, 128,
                                   SPAN_LIMIT_PAGES, UINT64_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(opt_heap_free(heap, wrong[i]).status, SPAN_NOT_IN_USE);
  assert_int_equal(opt_heap_free(heap, 64).status, SPAN_OK);
  assert_int_equal(opt_heap_free(heap, 64).status, SPAN_NOT_IN_USE);
  assert_int_equal(opt_heap_stats(heap).in_use, 0);
  assert_int_equal(opt_heap_stats(heap).manual, 3);
  opt_heap_destroy(heap);
}

static void bad_ranges_are_refused(void **state)
{
  (void)state;
  struct span_geometry geometry = {.phys_pages = 4, .arena_pages = 64};
  struct opt_heap *heap = heap_new(geometry);
  struct span_os os = os_granting(128, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 8, false).base, 128);
  assert_int_equal(opt_heap_add(heap, 64, 16), SPAN_OK);
  static const uint64_t bad[][2] = {
      {256, 0},  {257, 4},  {256, 6},  {60, 8},   {64, 4},    {72, 4},
      {76, 8},   {32, 96},  {128, 4},  {132, 4},  {136, 4},   {188, 8},
      {80, 52},  {SPAN_LIMIT_PAGES, 4},           {SPAN_LIMIT_PAGES - 4, 8},
      {UINT64_MAX - 3, 4},  {UINT64_MAX - 3, 8},  {256, UINT64_MAX - 3}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(opt_heap_add(heap, bad[i][0], bad[i][1]), SPAN_BAD_RANGE);
  assert_int_equal(opt_heap_add(heap, 80, 48), SPAN_OK);
  assert_int_equal(opt_heap_add(heap, SPAN_LIMIT_PAGES - 4, 4), SPAN_OK);
  assert_int_equal(opt_heap_lookup(heap, 64).span.npages, 64);
  assert_null(opt_heap_why_invalid(heap));
  opt_heap_destroy(heap);
}

static void bad_answers_are_refused_and_change_nothing(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  struct span_os os = os_granting(640, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 8, false).base, 640);
  struct span_stats before = opt_heap_stats(heap);
  static const struct span_os_answer bad[] = {
      {true, 705, 128},                 /* misaligned */
      {true, 704, 64},                  /* too small */
      {true, 704, 0},                   /* nothing */
      {true, 704, 129},                 /* not whole arenas */
      {true, 576, 128},                 /* overlaps a span */
      {true, 640, 128},                 /* ... and the arena */
      {true, 0, 1024},                  /* ... from far below */
      {true, SPAN_LIMIT_PAGES, 128},    /* above the limit */
      {true, SPAN_LIMIT_PAGES - 64, 128},
      {true, UINT64_MAX - 63, 128},     /* wraps */
      {true, 704, UINT64_MAX - 63}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    os.answer = bad[i];
    assert_int_equal(opt_heap_alloc(heap, &os, 65, true).status,
                     SPAN_BAD_ANSWER);
    assert_int_equal(os.asked_pages, 128);
    struct span_stats after = opt_heap_stats(heap);
    assert_memory_equal(&after, &before, sizeof after);
  }
  os.answer.granted = false;
  assert_int_equal(opt_heap_alloc(heap, &os, 65, true).status, SPAN_NO_MEMORY);
  os.answer = (struct span_os_answer){true, 704, 128};
  assert_int_equal(opt_heap_alloc(heap, &os, 65, true).base, 648);
  opt_heap_destroy(heap);
}

static void lookup_of_any_page_is_safe(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  assert_false(opt_heap_lookup(heap, 0).found);
  assert_false(opt_heap_lookup(heap, UINT64_MAX).found);
  struct span_os os = os_granting(SPAN_LIMIT_PAGES - 64, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 1, false).status, SPAN_OK);
  assert_true(opt_heap_lookup(heap, SPAN_LIMIT_PAGES - 64).found);
  assert_false(opt_heap_lookup(heap, SPAN_LIMIT_PAGES - 63).found); /* arena */
  assert_false(opt_heap_lookup(heap, SPAN_LIMIT_PAGES).found);
  assert_false(opt_heap_lookup(heap, 0).found);
  assert_false(opt_heap_lookup(heap, UINT64_MAX).found);
  opt_heap_destroy(heap);
}

static void small_remainder_joins_the_retained_neighbour(void **state)
{
  (void)state; /* go1.13-traces/gap/d1-witness.trace */
  struct span_geometry geometry = {.phys_pages = 2, .arena_pages = 64};
  struct opt_heap *heap = heap_new(geometry);
  struct span_os os = os_granting(64, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 2, true).base, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 2, true).base, 66);
  assert_int_equal(opt_heap_free(heap, 64).status, SPAN_OK);
  assert_int_equal(opt_heap_scavenge(heap, 2).released_pages, 2);
  assert_int_equal(opt_heap_free(heap, 66).status, SPAN_OK);
  assert_int_equal(opt_heap_alloc(heap, &os, 1, true).base, 64);
  assert_int_equal(opt_heap_stats(heap).nfree, 1);
  assert_int_equal(opt_heap_alloc(heap, &os, 3, true).base, 65);
  opt_heap_destroy(heap);
}

static void scavenging_takes_huge_pages_first_and_whole(void **state)
{
  (void)state;
  struct span_geometry geometry = plain;
  geometry.huge_pages = 4;
  struct opt_heap *heap = heap_new(geometry);
  struct span_os os = os_granting(64, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 8, false).base, 64);
  assert_int_equal(opt_heap_alloc(heap, &os, 1, false).base, 72);
  assert_int_equal(opt_heap_alloc(heap, &os, 3, false).base, 73);
  assert_int_equal(opt_heap_alloc(heap, &os, 1, false).base, 76);
  assert_int_equal(opt_heap_free(heap, 64).status, SPAN_OK);
  assert_int_equal(opt_heap_free(heap, 73).status, SPAN_OK);
  assert_int_equal(opt_heap_stats(heap).huge_free, 2);
  assert_int_equal(opt_heap_scavenge(heap, 1).released_pages, 4);
  assert_true(opt_heap_lookup(heap, 68).span.scavenged);
  assert_false(opt_heap_lookup(heap, 67).span.scavenged);
  assert_int_equal(opt_heap_scavenge(heap, 5).released_pages, 5);
  assert_false(opt_heap_lookup(heap, 74).span.scavenged);
  assert_true(opt_heap_lookup(heap, 75).span.scavenged); /* its high end */
  assert_int_equal(opt_heap_scavenge(heap, UINT64_MAX).released_pages, 2);
  assert_int_equal(opt_heap_scavenge(heap, UINT64_MAX).released_pages, 0);
  opt_heap_destroy(heap);
}

/* A heap never parts with memory: only here a tree becomes empty. */
static void tree_without_boundaries_has_no_nodes(void **state)
{
  (void)state;
  static const uint64_t pages[] = {SPAN_LIMIT_PAGES, 0, 1 << 20, 63, 64};
  struct page_tree tree;
  uint64_t boundary;
  page_tree_init(&tree, &opt_memory_malloc);
  for (size_t i = 0; i < 5; i++) {
    assert_true(page_tree_reserve(&tree, 1));
    page_tree_put(&tree, pages[i], CODE_GAP);
    page_tree_settle(&tree);
    assert_null(page_tree_why_invalid(&tree, NULL));
  }
  assert_true(page_tree_at_or_after(&tree, 65, &boundary));
  assert_int_equal(boundary, 1 << 20);
  assert_true(page_tree_at_or_before(&tree, SPAN_LIMIT_PAGES - 1, &boundary));
  assert_int_equal(boundary, 1 << 20);
  for (size_t i = 0; i < 5; i++) {
    page_tree_put(&tree, pages[i], CODE_NONE);
    page_tree_settle(&tree);
    assert_null(page_tree_why_invalid(&tree, NULL));
  }
  assert_null(tree.root);
  assert_false(page_tree_at_or_after(&tree, 0, &boundary));
  page_tree_release(&tree);
}

/* page_tree_why_invalid says what is wrong when one field is. */
static void each_wrong_field_is_seen(void **state)
{
  (void)state;
#define WRONG(type, field, value, why)                            \
  do {                                                            \
    type was = field;                                             \
    field = value;                                                \
    assert_string_equal(page_tree_why_invalid(&tree, NULL), why); \
    field = was;                                                  \
    assert_null(page_tree_why_invalid(&tree, NULL));              \
  } while (0)
  struct page_tree tree;
  page_tree_init(&tree, &opt_memory_malloc);
  assert_true(page_tree_reserve(&tree, 5));
  page_tree_put(&tree, 0, CODE_START | CODE_FREE);
  page_tree_put(&tree, 5, CODE_START);
  page_tree_put(&tree, 9, CODE_GAP);
  page_tree_put(&tree, 1 << 20, CODE_START);
  page_tree_put(&tree, (1 << 20) + 8, CODE_GAP);
  page_tree_gain(&tree, 0, 5);
  page_tree_retain(&tree, 0, 5);
  page_tree_settle(&tree);
  assert_null(page_tree_why_invalid(&tree, NULL));
  struct tree_node *root = tree.root, *low = tree_node(root->children[0]);
  struct tree_block *block = page_tree_block(&tree, 0);
  WRONG(unsigned, tree.npending, 1, "not settled");
  WRONG(struct tree_node *, root->head.parent, low, "the root has a parent");
  WRONG(uint8_t, root->head.level, TREE_LEVELS + 1, "the root's level");
  WRONG(uint16_t, root->head.mask[TREE_BOUNDARY], 0, "an empty root");
  WRONG(uint16_t, root->head.mask[TREE_BOUNDARY], UINT16_MAX, "a mask without a child");
  WRONG(uint16_t, root->head.mask[TREE_RELEASABLE], 0, "a child's masks");
  WRONG(struct tree_node *, low->head.parent, low, "a child out of place");
  WRONG(uint32_t, low->head.number, 7, "a child out of place");
  WRONG(uint32_t, root->longest[0], 4, "a child's longest span");
  WRONG(uint32_t, root->longest[9], 4, "a longest span of no child");
  WRONG(uint16_t, block->word_longest[0], 4, "a word's longest span");
  WRONG(uint16_t, block->head.mask[TREE_BOUNDARY], 3, "a word's masks");
  WRONG(uint16_t, block->head.mask[TREE_RELEASABLE], 2, "a word's masks");
  WRONG(uint64_t, block->words[0].free, 3, "free where no span begins");
  WRONG(uint64_t, block->words[0].kind, 2, "a kind where no span begins");
  /* Four of the span's five pages are left from its first odd one on. Five are ruled out. */
  uint64_t base;
  struct tree_wanted wanted = {5, {.align = 2, .phase = 1}};
  assert_false(page_tree_fit_upto(&tree, &wanted, 1 << 20, &base));
  WRONG(uint16_t, block->head.bounds->ruled_out[0][0], LANES16_MAX - 3, "a bound on aligned pages");
  WRONG(uint16_t, root->head.bounds->ruled_out[0][0], LANES16_MAX - 3, "a bound on aligned pages");
  page_tree_tell(block, 4);
  assert_string_equal(page_tree_why_invalid(&tree, NULL), "a block's longest span");
  page_tree_release(&tree);
#undef WRONG
}

/* Memory of the heap's own. */

static void reset_reuses_the_nodes(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  size_t bytes = 0;
  for (int round = 0; round < 3; round++) {
    assert_int_equal(opt_heap_reset(heap, plain), SPAN_OK);
    for (uint64_t i = 0; i < 1000; i++)
      assert_int_equal(opt_heap_add(heap, i << 30, 1), SPAN_OK);
    if (round == 0) bytes = opt_heap_metadata_bytes(heap);
    assert_int_equal(opt_heap_metadata_bytes(heap), bytes);
  }
  opt_heap_destroy(heap);
}

/* Processor seconds of many small lives. */
static double small_lives_seconds(struct opt_heap *heap)
{
  clock_t start = clock();
  for (int round = 0; round < 20000; round++) {
    assert_int_equal(opt_heap_reset(heap, plain), SPAN_OK);
    assert_int_equal(opt_heap_add(heap, 1 << 20, 1 << 10), SPAN_OK);
  }
  return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void reset_costs_nothing_for_past_lives(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  double fresh = small_lives_seconds(heap);
  for (uint64_t i = 0; i < 20000; i++) /* 100 MB of nodes */
    assert_int_equal(opt_heap_add(heap, i << 25, 1), SPAN_OK);
  assert_int_equal(opt_heap_reset(heap, plain), SPAN_OK);
  /* A look at the old nodes would take a thousand times as long. */
  assert_true(small_lives_seconds(heap) < 10 * fresh + 0.5);
  opt_heap_destroy(heap);
}

static void metadata_is_small_beside_the_pages(void **state)
{
  (void)state;
  struct opt_heap *heap = heap_new(plain);
  struct span_os os = os_granting(0, 1 << 20);
  for (uint64_t i = 0; i < 1 << 20; i++)
    assert_int_equal(opt_heap_alloc(heap, &os, 1, false).base, i);
  assert_true(opt_heap_metadata_bytes(heap) < (size_t)((1 << 20) * 0.65));
  for (uint64_t i = 0; i < 1 << 20; i++)
    assert_int_equal(opt_heap_free(heap, i).status, SPAN_OK);
  assert_int_equal(opt_heap_stats(heap).nfree, 1);
  assert_null(opt_heap_why_invalid(heap));
  opt_heap_destroy(heap);
}

int main(int argc, char **argv)
{
  uint64_t asked[2] = {100, 4711}; /* histories, seed */
  for (int i = 0; i < 2 && i + 1 < argc; i++)
    asked[i] = strtoull(argv[i + 1], NULL, 0);
  if (asked[1] == 0) asked[1] = 1; /* the generator needs a bit */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_geometry_is_refused_and_changes_nothing),
      cmocka_unit_test(bad_sizes_are_refused),
      cmocka_unit_test(bad_requests_are_refused),
      cmocka_unit_test(wrong_frees_are_refused),
      cmocka_unit_test(bad_ranges_are_refused),
      cmocka_unit_test(bad_answers_are_refused_and_change_nothing),
      cmocka_unit_test(lookup_of_any_page_is_safe),
      cmocka_unit_test(small_remainder_joins_the_retained_neighbour),
      cmocka_unit_test(scavenging_takes_huge_pages_first_and_whole),
      cmocka_unit_test(tree_without_boundaries_has_no_nodes),
      cmocka_unit_test(each_wrong_field_is_seen),
      cmocka_unit_test(reset_reuses_the_nodes),
      cmocka_unit_test(reset_costs_nothing_for_past_lives),
      cmocka_unit_test(metadata_is_small_beside_the_pages),
      cmocka_unit_test_prestate(random_histories_answer_as_the_model, asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
