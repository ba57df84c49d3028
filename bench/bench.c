/* How fast the optimised heap is beside the reference: the same operations on
 * both in one run, and the same addresses answered, or it fails.
 *
 *   build/bench
 *
 * The operation is one pair: with L live spans, free a random one and allocate
 * one of k ... 2k-1 pages, k = 2^geometric, 64 pages at most, 5 on average.
 * A line is the median over the rounds, with the fastest and the slowest. Beside
 * ref, each round is run by opt and then by ref, which leaves the caches cold
 * for opt; alone, opt keeps them. Time includes reading the address to free and
 * noting the one answered, not the drawing.
 *
 * It measures the heap's own work: no page is touched, the OS is the fake one.
 * The reference is a plain table, made to be proved and not to be fast. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../candidates/candidate.h"
#include "../fuzz/draw.h"
#include "../fuzz/fake_os.h"

#define ROUNDS 9
#define SIZE_MAX_PAGES 64
#define CLAIM_SPANS 100000

/* 8 KiB pages, 4 KiB physical ones, 2 MiB huge ones, 64 MiB arenas. */
static const struct span_geometry geometry = {
    .phys_pages = 1, .huge_pages = 256, .arena_pages = 8192};

struct pair {
  size_t which; /* of the live spans is freed, and replaced */
  uint64_t npages;
};

struct contestant {
  const struct candidate *candidate;
  void *heap;
  struct span_os os;
  uint64_t *live;      /* base of each live span */
  uint64_t *placed;    /* what this round's allocations answered */
  uint64_t placements; /* all answers so far, hashed in order, */
  uint64_t nplaced;    /* and how many */
  double ns[ROUNDS];   /* a pair */
};

static void fail(const char *why)
{
  fprintf(stderr, "bench: %s\n", why);
  exit(1);
}

static void *array_new(size_t count, size_t bytes)
{
  void *array = calloc(count, bytes);
  if (!array) fail("out of memory");
  return array;
}

static double now_ns(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t size_draw(struct draw *draw)
{
  uint64_t k = 1;
  while (k < SIZE_MAX_PAGES && draw_once_in(draw, 2)) k *= 2;
  uint64_t npages = k + draw_below(draw, k);
  return npages < SIZE_MAX_PAGES ? npages : SIZE_MAX_PAGES;
}

static struct contestant enter(const struct candidate *candidate, size_t nlive,
                               size_t npairs)
{
  struct contestant c = {.candidate = candidate, .heap = candidate->create()};
  if (!c.heap || candidate->reset(c.heap, geometry) != SPAN_OK)
    fail("no heap");
  c.live = array_new(nlive, sizeof *c.live);
  c.placed = array_new(npairs, sizeof *c.placed);
  fake_os_reset(&c.os);
  fake_os_add_region(&c.os, geometry.arena_pages, false);
  return c;
}

static void leave(struct contestant *c)
{
  c->candidate->destroy(c->heap);
  free(c->live);
  free(c->placed);
}

static uint64_t alloc(struct contestant *c, uint64_t npages)
{
  struct span_alloc_result result =
      c->candidate->alloc(c->heap, &c->os, npages, false);
  if (result.status != SPAN_OK) fail("an allocation was refused");
  return result.base;
}

static void hash_in(struct contestant *c, uint64_t base)
{
  c->placements = (c->placements ^ base) * 0x9e3779b97f4a7c15u;
  c->placements ^= c->placements >> 29;
  c->nplaced++;
}

static void fill(struct contestant *c, size_t nlive, struct draw draw)
{
  for (size_t i = 0; i < nlive; i++) {
    c->live[i] = alloc(c, size_draw(&draw));
    hash_in(c, c->live[i]);
  }
}

/* Returns the time it took, per pair. */
static double run(struct contestant *c, const struct pair *pairs, size_t npairs)
{
  double began = now_ns();
  for (size_t i = 0; i < npairs; i++) {
    if (c->candidate->free(c->heap, c->live[pairs[i].which]).status != SPAN_OK)
      fail("a free was refused");
    c->placed[i] = c->live[pairs[i].which] = alloc(c, pairs[i].npages);
  }
  double took = now_ns() - began;
  for (size_t i = 0; i < npairs; i++) hash_in(c, c->placed[i]);
  return took / (double)npairs;
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(struct contestant *c)
{
  qsort(c->ns, ROUNDS, sizeof *c->ns, by_size);
  return c->ns[ROUNDS / 2];
}

static void print_row(struct contestant *c, size_t nlive)
{
  double middle = median(c);
  printf("%8zu  %-9s %9.0f %9.0f %9.0f", nlive, c->candidate->name, middle,
         c->ns[0], c->ns[ROUNDS - 1]);
}

/* One round of the same pairs after the other, the first nwarm not counted. */
static void run_rounds(struct contestant *contestants, int n, size_t nlive,
                       size_t npairs, size_t nwarm)
{
  struct draw draw = {nlive};
  struct pair *pairs = array_new(npairs, sizeof *pairs);
  for (int i = 0; i < n; i++) fill(&contestants[i], nlive, draw);
  draw.state = ~draw.state;
  for (size_t round = 0; round < nwarm + ROUNDS; round++) {
    for (size_t i = 0; i < npairs; i++)
      pairs[i] = (struct pair){draw_below(&draw, nlive), size_draw(&draw)};
    for (int i = 0; i < n; i++) {
      double ns = run(&contestants[i], pairs, npairs);
      if (round >= nwarm) contestants[i].ns[round - nwarm] = ns;
    }
  }
  free(pairs);
}

static void measure_alone(size_t nlive, size_t npairs, size_t nwarm)
{
  struct contestant opt = enter(&candidate_opt, nlive, npairs);
  run_rounds(&opt, 1, nlive, npairs, nwarm);
  print_row(&opt, nlive);
  puts("   alone");
  fflush(stdout);
  leave(&opt);
}

/* How many times faster opt is. */
static double measure_both(size_t nlive, size_t npairs, size_t nwarm)
{
  struct contestant both[2] = {enter(&candidate_opt, nlive, npairs),
                               enter(&candidate_ref, nlive, npairs)};
  run_rounds(both, 2, nlive, npairs, nwarm);
  if (both[0].placements != both[1].placements)
    fail("opt and ref placed an allocation differently");
  double ratio = median(&both[1]) / median(&both[0]);
  print_row(&both[0], nlive);
  puts("");
  print_row(&both[1], nlive);
  printf(" %7.1f   %" PRIu64 " placed alike\n", ratio, both[0].nplaced);
  fflush(stdout);
  for (int i = 0; i < 2; i++) leave(&both[i]);
  return ratio;
}

int main(void)
{
  printf("Free one of the live spans and allocate another: ns a pair, %d rounds\n\n"
         "    live  heap         median   fastest   slowest ref/opt\n",
         ROUNDS);
  measure_both(1000, 20000, 2);
  measure_both(10000, 20000, 2);
  double ratio = measure_both(CLAIM_SPANS, 5000, 1);
  /* Beyond the reference's table, and long enough to leave holes everywhere. */
  measure_alone(1000, 100000, 2);
  measure_alone(10000, 100000, 2);
  measure_alone(CLAIM_SPANS, 100000, 10);
  measure_alone(1000000, 100000, 50);
  printf("\nopt is %.0f times faster than ref at %d live spans\n", ratio,
         CLAIM_SPANS);
  return 0;
}
