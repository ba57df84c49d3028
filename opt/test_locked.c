/* opt/locked: threads that share a heap never share a page.
 *
 *   test_locked [rounds [seed]]
 *
 * Each thread writes its number to all pages that it was given, and takes the number away before
 * it frees them. No lock is held for that. So pages that two threads have at a time are seen here,
 * and by ThreadSanitizer (CFLAGS="-O1 -g -fsanitize=thread"), which also sees where the heap lacks
 * a lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "locked.h"

enum {
  THREADS = 4,
  SPANS = 40,         /* of each thread, at most */
  SPAN_PAGES = 64,
  OS_PAGES = 1024,    /* what the OS has: less than all threads want together */
  ADDED_PAGES = 256,  /* what each thread brings */
  ALL_PAGES = OS_PAGES + THREADS * ADDED_PAGES
};

/* The door: pages from 0 on, until there are none left. It needs no lock: the heap's is held. */
struct span_os {
  uint64_t next;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  if (npages > OS_PAGES - os->next) return (struct span_os_answer){.granted = false};
  os->next += npages;
  return (struct span_os_answer){true, os->next - npages, npages};
}

/* Whose a page is: 1 ... THREADS, or 0, nobody's. */
static unsigned char owner[ALL_PAGES];

struct taken {
  uint64_t base, npages; /* npages is 0: none */
};

struct thread {
  pthread_t id;
  unsigned char number;
  uint64_t rounds, random;
  struct locked_heap *locked;
  struct span_os *os;
  pthread_barrier_t *start; /* so that the first isn't done before the last begins */
  struct taken spans[SPANS];
  uint64_t nallocs, nrefused;
  const char *wrong; /* NULL, or what is wrong; only main's thread may fail a cmocka test */
};

static uint64_t draw(struct thread *thread, uint64_t below)
{
  thread->random ^= thread->random << 13;
  thread->random ^= thread->random >> 7;
  thread->random ^= thread->random << 17;
  return (thread->random >> 11) % below;
}

static void check(struct thread *thread, bool holds, const char *what)
{
  if (!holds && !thread->wrong) thread->wrong = what;
}

static void change_owner(struct thread *thread, struct taken taken, unsigned char from,
                         unsigned char to)
{
  for (uint64_t page = taken.base; page < taken.base + taken.npages; page++) {
    check(thread, owner[page] == from, "another thread has the page, too");
    owner[page] = to;
  }
}

static void take(struct thread *thread, struct taken *taken)
{
  uint64_t npages = 1 + draw(thread, SPAN_PAGES);
  struct span_alloc_result got =
      locked_heap_alloc(thread->locked, thread->os, npages, draw(thread, 2));
  if (got.status != SPAN_OK) {
    check(thread, got.status == SPAN_NO_MEMORY, "alloc's status");
    thread->nrefused++;
    return;
  }
  thread->nallocs++;
  check(thread, got.base + npages <= ALL_PAGES, "pages that nobody has");
  if (thread->wrong) return;
  *taken = (struct taken){got.base, npages};
  change_owner(thread, *taken, 0, thread->number);
}

static void give(struct thread *thread, struct taken *taken)
{
  struct span_lookup_result found =
      locked_heap_lookup(thread->locked, taken->base + draw(thread, taken->npages));
  check(thread,
        found.found && !found.span.free && found.span.base == taken->base &&
            found.span.npages == taken->npages,
        "lookup of a span in use");
  change_owner(thread, *taken, thread->number, 0);
  check(thread, locked_heap_free(thread->locked, taken->base).status == SPAN_OK,
        "free's status");
  taken->npages = 0;
}

static void count_pages(void *context, const struct span *span)
{
  uint64_t *npages = context;
  *npages += span->npages;
}

/* This holds whatever the other threads do. */
static void ask(struct thread *thread)
{
  struct span_stats stats = locked_heap_stats(thread->locked);
  check(thread, stats.sys == stats.idle + stats.in_use, "statistics of half an operation");
  uint64_t npages = 0;
  locked_heap_walk(thread->locked, count_pages, &npages);
  check(thread, npages >= ADDED_PAGES && npages <= ALL_PAGES, "walk");
}

static void *work(void *context)
{
  struct thread *thread = context;
  pthread_barrier_wait(thread->start);
  uint64_t added = OS_PAGES + (thread->number - 1u) * ADDED_PAGES;
  check(thread, locked_heap_add(thread->locked, added, ADDED_PAGES) == SPAN_OK, "add");
  for (uint64_t i = 0; i < thread->rounds && !thread->wrong; i++) {
    struct taken *taken = &thread->spans[draw(thread, SPANS)];
    if (taken->npages > 0) give(thread, taken);
    else take(thread, taken);
    if (draw(thread, 64) == 0) locked_heap_scavenge(thread->locked, draw(thread, 200));
    if (draw(thread, 64) == 0) ask(thread);
  }
  for (int i = 0; i < SPANS; i++)
    if (thread->spans[i].npages > 0) give(thread, &thread->spans[i]);
  return NULL;
}

static void assert_all_free(struct opt_heap *heap, const struct span_os *os)
{
  struct span_stats stats = opt_heap_stats(heap);
  uint64_t npages = 0;
  assert_int_equal(stats.in_use, 0);
  assert_int_equal(stats.manual, 0);
  assert_int_equal(stats.sys, os->next + THREADS * ADDED_PAGES);
  assert_int_equal(stats.idle, stats.sys);
  opt_heap_walk(heap, count_pages, &npages);
  assert_int_equal(npages + (stats.arena_end - stats.arena_base), stats.sys);
  assert_null(opt_heap_why_invalid(heap));
  for (int page = 0; page < ALL_PAGES; page++) assert_int_equal(owner[page], 0);
}

static void threads_share_a_heap_and_no_page(void **state)
{
  const uint64_t *asked = *state; /* rounds, seed */
  static struct thread threads[THREADS];
  struct locked_heap locked;
  struct span_os os = {0};
  pthread_barrier_t start;
  struct opt_heap *heap = opt_heap_create(NULL);
  assert_non_null(heap);
  assert_true(locked_heap_init(&locked, heap));
  struct span_geometry geometry = {.phys_pages = 1, .arena_pages = 64, .huge_pages = 128};
  assert_int_equal(locked_heap_reset(&locked, geometry), SPAN_OK);
  assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
  for (int i = 0; i < THREADS; i++) {
    threads[i] = (struct thread){.number = (unsigned char)(i + 1), .rounds = asked[0],
                                 .random = asked[1] + (uint64_t)i, .locked = &locked,
                                 .os = &os, .start = &start};
    assert_int_equal(pthread_create(&threads[i].id, NULL, work, &threads[i]), 0);
  }
  uint64_t nallocs = 0, nrefused = 0;
  for (int i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(threads[i].id, NULL), 0);
    nallocs += threads[i].nallocs;
    nrefused += threads[i].nrefused;
  }
  for (int i = 0; i < THREADS; i++)
    if (threads[i].wrong) fail_msg("thread %d: %s", i + 1, threads[i].wrong);
  assert_in_range(nrefused, 1, THREADS * asked[0] / 4); /* some: otherwise it is too easy */
  assert_true(nallocs > THREADS * asked[0] / 4);
  assert_null(locked_heap_why_invalid(&locked));
  assert_int_equal(locked_heap_metadata_bytes(&locked), opt_heap_metadata_bytes(heap));
  pthread_barrier_destroy(&start);
  locked_heap_destroy(&locked);
  assert_all_free(heap, &os);
  opt_heap_destroy(heap);
}

int main(int argc, char **argv)
{
  uint64_t asked[2] = {200000, 4711}; /* rounds, seed */
  for (int i = 0; i < 2 && i + 1 < argc; i++)
    asked[i] = strtoull(argv[i + 1], NULL, 0);
  if (asked[1] == 0) asked[1] = 1; /* the generator needs a bit */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(threads_share_a_heap_and_no_page, asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
