/* opt/ over memory of the real OS, which is written to: alignment, the limit, giving back. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../opt_heap.h"
#include "os_mmap.h"

enum { PAGE_BYTES = 16384, ARENA_PAGES = 64, LIMIT_PAGES = 10 * ARENA_PAGES, SPANS = 64 };

static const struct span_geometry geometry = {.phys_pages = 1, .arena_pages = ARENA_PAGES};

struct memory {
  struct span_os os;
  struct opt_heap *heap;
};

static int begin(void **state)
{
  static struct memory m;
  *state = &m;
  m.heap = opt_heap_create(NULL);
  assert_non_null(m.heap);
  assert_int_equal(opt_heap_reset(m.heap, geometry), SPAN_OK);
  assert_true(os_mmap_init(&m.os, PAGE_BYTES, ARENA_PAGES, LIMIT_PAGES + 1));
  opt_heap_tell(m.heap, os_mmap_release, &m.os);
  return 0;
}

static int end(void **state)
{
  struct memory *m = *state;
  assert_null(opt_heap_why_invalid(m->heap));
  opt_heap_destroy(m->heap);
  os_mmap_destroy(&m->os);
  return 0;
}

static struct span_alloc_result take(struct memory *m, uint64_t npages)
{
  struct span_alloc_result got = opt_heap_alloc(m->heap, &m->os, npages, false);
  assert_true(os_mmap_ready(&m->os, got.ready));
  return got;
}

static unsigned char *bytes(struct memory *m, uint64_t page)
{
  return os_mmap_address(&m->os, page);
}

static void assert_all_bytes(struct memory *m, struct span span, unsigned char value)
{
  const unsigned char *first = bytes(m, span.base);
  assert_int_equal(first[0], value);
  assert_memory_equal(first, first + 1, span.npages * PAGE_BYTES - 1);
}

/* Can the OS read there? */
static bool is_readable(const unsigned char *address)
{
  int pipes[2];
  assert_int_equal(pipe(pipes), 0);
  ssize_t written = write(pipes[1], address, 1);
  assert_true(written == 1 || errno == EFAULT);
  close(pipes[0]);
  close(pipes[1]);
  return written == 1;
}

static void arenas_are_aligned_clean_and_side_by_side(void **state)
{
  struct memory *m = *state;
  struct span_os_answer first = span_os_reserve(&m->os, ARENA_PAGES);
  struct span_os_answer second = span_os_reserve(&m->os, 2 * ARENA_PAGES);
  assert_true(first.granted && second.granted);
  assert_int_equal(first.base % ARENA_PAGES, 0);
  assert_int_equal(second.base, first.base + ARENA_PAGES);
  assert_int_equal((uintptr_t)bytes(m, first.base) % (ARENA_PAGES * PAGE_BYTES), 0);
  assert_int_equal(os_mmap_page(&m->os, bytes(m, first.base) + PAGE_BYTES - 1), first.base);
  assert_true(os_mmap_ready(&m->os, (struct span_range){first.base, 3 * ARENA_PAGES}));
  assert_all_bytes(m, (struct span){.base = first.base, .npages = 3 * ARENA_PAGES}, 0);
}

static void memory_that_is_not_ready_is_out_of_reach(void **state)
{
  struct memory *m = *state;
  struct span_os_answer answer = span_os_reserve(&m->os, ARENA_PAGES);
  unsigned char *first = bytes(m, answer.base), *behind = bytes(m, answer.base + 2);
  assert_false(is_readable(first));
  assert_true(os_mmap_ready(&m->os, (struct span_range){answer.base, 2}));
  assert_true(is_readable(first) && is_readable(behind - 1));
  assert_false(is_readable(behind));
  memset(first, 1, 2 * PAGE_BYTES);
  assert_int_equal(os_mmap_resident_bytes(&m->os), 2 * PAGE_BYTES);
  os_mmap_release(&m->os, (struct span_range){answer.base, 1});
  assert_false(is_readable(first));
  assert_true(is_readable(first + PAGE_BYTES));
  assert_int_equal(os_mmap_resident_bytes(&m->os), PAGE_BYTES);
}

static void a_reached_limit_is_a_refusal_until_memory_is_freed(void **state)
{
  struct memory *m = *state;
  uint64_t bases[LIMIT_PAGES / ARENA_PAGES];
  for (unsigned i = 0; i < LIMIT_PAGES / ARENA_PAGES; i++) {
    struct span_alloc_result got = take(m, ARENA_PAGES);
    assert_int_equal(got.status, SPAN_OK);
    bases[i] = got.base;
  }
  struct span_stats before = opt_heap_stats(m->heap);
  assert_int_equal(before.in_use, LIMIT_PAGES);
  assert_int_equal(take(m, 1).status, SPAN_NO_MEMORY);
  struct span_stats after = opt_heap_stats(m->heap);
  assert_memory_equal(&before, &after, sizeof before);
  assert_false(span_os_reserve(&m->os, UINT64_MAX).granted);
  assert_int_equal(opt_heap_free(m->heap, bases[3]).status, SPAN_OK);
  assert_int_equal(take(m, 1).base, bases[3]);
}

static void addresses_that_there_are_not_are_refused(void **state)
{
  (void)state;
  struct span_os os;
  assert_false(os_mmap_init(&os, PAGE_BYTES, ARENA_PAGES, SPAN_LIMIT_PAGES));
  assert_false(os_mmap_init(&os, PAGE_BYTES, ARENA_PAGES, UINT64_MAX));
}

/* Everything that was taken was written to: what the OS doesn't have is resident. */
static void assert_resident(struct memory *m)
{
  struct span_stats stats = opt_heap_stats(m->heap);
  assert_int_equal(os_mmap_resident_bytes(&m->os), (stats.sys - stats.released) * PAGE_BYTES);
}

/* What can be touched is what isn't scavenged. */
static void visit_touch(void *context, const struct span *span)
{
  for (uint64_t page = span->base; page < span->base + span->npages; page++)
    assert_int_equal(is_readable(bytes(context, page)), !span->scavenged);
}

/* Each span's pages hold its number until it is freed. */
static void spans_keep_what_was_written(void **state)
{
  struct memory *m = *state;
  struct span spans[SPANS] = {{.npages = 0}};
  uint64_t random = 4711, refused = 0;
  for (int round = 0; round < 4000; round++) {
    random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
    unsigned char number = (unsigned char)(random >> 40) % SPANS;
    struct span *span = &spans[number];
    if (span->npages > 0) {
      assert_all_bytes(m, *span, number);
      assert_int_equal(opt_heap_free(m->heap, span->base).status, SPAN_OK);
      span->npages = 0;
      continue;
    }
    uint64_t npages = 1 + (random >> 50) % 24;
    struct span_alloc_result got = take(m, npages);
    refused += got.status == SPAN_NO_MEMORY;
    if (got.status != SPAN_OK) continue;
    *span = (struct span){.base = got.base, .npages = npages};
    if (!got.needzero) assert_all_bytes(m, *span, 0);
    memset(bytes(m, got.base), number, npages * PAGE_BYTES);
    if (random >> 60) continue;
    assert_int_equal(opt_heap_scavenge(m->heap, npages).status, SPAN_OK);
    assert_resident(m);
    opt_heap_walk(m->heap, visit_touch, m);
  }
  assert_true(refused > 0); /* or it is too easy */
}

static void what_is_scavenged_goes_back_and_nothing_else(void **state)
{
  struct memory *m = *state;
  struct span low = {.base = take(m, 8).base, .npages = 8}, kept = low, high = low;
  kept.base = take(m, 8).base;
  high.base = take(m, 8).base;
  memset(bytes(m, low.base), 1, 24 * PAGE_BYTES);
  assert_int_equal(opt_heap_free(m->heap, low.base).status, SPAN_OK);
  assert_int_equal(opt_heap_free(m->heap, high.base).status, SPAN_OK);
  assert_int_equal(opt_heap_scavenge(m->heap, 8).released_pages, 8);
  assert_resident(m);
  assert_false(is_readable(bytes(m, high.base)));
  assert_int_equal(take(m, 16).base, high.base); /* and what lies behind it */
  assert_all_bytes(m, high, 0);
  assert_all_bytes(m, kept, 1);
  assert_all_bytes(m, low, 1);
  os_mmap_advise(&m->os, (struct span_advice){low.base, 24}); /* changes nothing to be seen */
  assert_all_bytes(m, kept, 1);
}

#define WITH_MEMORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_MEMORY(arenas_are_aligned_clean_and_side_by_side),
      WITH_MEMORY(memory_that_is_not_ready_is_out_of_reach),
      WITH_MEMORY(a_reached_limit_is_a_refusal_until_memory_is_freed),
      cmocka_unit_test(addresses_that_there_are_not_are_refused),
      WITH_MEMORY(spans_keep_what_was_written),
      WITH_MEMORY(what_is_scavenged_goes_back_and_nothing_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
