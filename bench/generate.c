/* Writes a workload of bench/operations.h to standard output.
 *
 *   generate w1 LIVE          LIVE spans: free a random one, allocate another
 *   generate w2b              one page allocated and freed, on a churned heap of 1e5 spans,
 *                             for each of 200 places where the lowest hole may lie
 *   generate w3               two pages allocated and freed, above 5e4 holes of one
 *   generate w4a | w4f        1e5 allocations; their frees, in random order
 *   generate w5 TRACE...      recordings of real programs, one after the other
 *   generate w6               one span in four of 64 to 65536 pages, the others small
 *   generate w7               a heap of 2^27 pages (1 TiB), small spans in 4096 places
 *   generate w8               growth, load that comes and goes, scavenging
 *   generate w9 LIVE          as w1, but each base is a multiple of 2, 4, 8, 16, 32 or 64 pages
 *   generate w10 LIVE         as w1, but each span lies in a window of its own
 *   generate w11 LIVE         as w1, but by last fit
 *   generate w12 LIVE         as w1, but by best fit
 *
 * A small size is k ... 2k-1 pages, k = 2^geometric, 64 at most, 5 on average. The same
 * arguments make the same operations, everywhere. */
#include <stdlib.h>
#include <string.h>

#include "../spec/request.h"
#include "../trace/draw.h"
#include "../trace/trace.h"
#include "operations.h"

#define REGION_BASE (1ULL << 27) /* 2^40 bytes: inside everyone's address space */
#define SMALL_MAX_PAGES 64
#define TIMED_PAIRS 200000
#define REQUEST_PAIRS 100000
#define CHURNED_SPANS 100000

static struct operations operations;
static struct draw draw = {6};

static uint64_t small_size(void)
{
  uint64_t k = 1;
  while (k < SMALL_MAX_PAGES && draw_once_in(&draw, 2)) k *= 2;
  uint64_t npages = k + draw_below(&draw, k);
  return npages < SMALL_MAX_PAGES ? npages : SMALL_MAX_PAGES;
}

/* In Go's chunks of 512 pages. */
static void hand_in(uint64_t npages)
{
  operations.workload.region_pages = (npages + 511) / 512 * 512;
}

static void fill(uint64_t nlive)
{
  for (uint64_t slot = 0; slot < nlive; slot++)
    operations_alloc(&operations, slot, small_size());
}

static void replace(uint64_t slot, uint64_t npages)
{
  operations_free(&operations, slot);
  operations_alloc(&operations, slot, npages);
}

static void churn(uint64_t nlive, uint64_t npairs)
{
  for (uint64_t i = 0; i < npairs; i++)
    replace(draw_below(&draw, nlive), small_size());
}

/* Each span replaced twice on average: holes everywhere. */
static void fill_and_churn(uint64_t nlive)
{
  hand_in(16 * nlive + (1 << 16));
  fill(nlive);
  churn(nlive, 2 * nlive);
}

static void pairs_of(uint64_t slot, uint64_t npages, int npairs)
{
  for (int i = 0; i < npairs; i++) {
    operations_alloc(&operations, slot, npages);
    operations_free(&operations, slot);
  }
}

static void begin_timed_pairs(void)
{
  operations_begin_timed(&operations);
  operations.workload.per = 2;
}

static void random_pairs(uint64_t nlive)
{
  fill_and_churn(nlive);
  begin_timed_pairs();
  churn(nlive, TIMED_PAIRS);
}

/* What one page costs depends on where the lowest hole lies: in Go 45 to 140 ns. So one
 * pair in a hundred is one of W1, and moves it. */
static void one_page_pairs(void)
{
  enum { SAMPLES = 200, MOVES = TIMED_PAIRS / SAMPLES / 100 };
  fill_and_churn(CHURNED_SPANS);
  begin_timed_pairs();
  for (int i = 0; i < SAMPLES; i++) {
    churn(CHURNED_SPANS, MOVES);
    pairs_of(CHURNED_SPANS, 1, TIMED_PAIRS / SAMPLES - MOVES);
  }
}

static void two_pages_above_holes(void)
{
  hand_in(2 * CHURNED_SPANS);
  for (uint64_t slot = 0; slot < CHURNED_SPANS; slot++)
    operations_alloc(&operations, slot, 1);
  for (uint64_t slot = 0; slot < CHURNED_SPANS; slot += 2)
    operations_free(&operations, slot);
  begin_timed_pairs();
  pairs_of(CHURNED_SPANS, 2, TIMED_PAIRS);
}

static void allocations(void)
{
  hand_in(16 * CHURNED_SPANS);
  operations_begin_timed(&operations);
  fill(CHURNED_SPANS);
}

static uint64_t *shuffled(uint64_t count)
{
  uint64_t *order = malloc(count * sizeof *order);
  if (order == NULL) abort();
  for (uint64_t i = 0; i < count; i++) {
    uint64_t other = draw_below(&draw, i + 1);
    order[i] = order[other];
    order[other] = i;
  }
  return order;
}

static void frees(void)
{
  hand_in(16 * CHURNED_SPANS);
  fill(CHURNED_SPANS);
  operations_begin_timed(&operations);
  uint64_t *order = shuffled(CHURNED_SPANS);
  for (uint64_t i = 0; i < CHURNED_SPANS; i++) operations_free(&operations, order[i]);
  free(order);
}

/* Slots of a recording: of each name, 0 where it isn't live, else slot + 1; and those that
 * can be taken anew, the last one freed first. */
struct slots {
  uint64_t *of_name, *spare;
  uint64_t nspare, nslots, nnames;
};

static struct slots slots_new(const struct trace *trace)
{
  struct slots slots = {0};
  for (size_t i = 0; i < trace->nops; i++)
    if (trace->ops[i].name >= slots.nnames) slots.nnames = trace->ops[i].name + 1;
  slots.of_name = calloc(slots.nnames, sizeof *slots.of_name);
  slots.spare = calloc(slots.nnames, sizeof *slots.spare);
  if (slots.of_name == NULL || slots.spare == NULL) abort();
  return slots;
}

static void take_slot(struct slots *slots, uint64_t name, uint64_t npages)
{
  uint64_t slot = slots->nspare > 0 ? slots->spare[--slots->nspare] : slots->nslots++;
  slots->of_name[name] = slot + 1;
  operations_alloc(&operations, slot, npages);
}

static void give_slot(struct slots *slots, uint64_t name)
{
  uint64_t slot = slots->of_name[name] - 1;
  slots->of_name[name] = 0;
  slots->spare[slots->nspare++] = slot;
  operations_free(&operations, slot);
}

/* What the program left when it ended is freed in the order it was allocated. */
static void recording(const char *path)
{
  struct trace trace;
  struct trace_error error;
  if (!trace_read(path, &trace, &error)) {
    fprintf(stderr, "%s:%llu: %s\n", path, (unsigned long long)error.line, error.text);
    exit(2);
  }
  struct slots slots = slots_new(&trace);
  for (size_t i = 0; i < trace.nops; i++) {
    const struct trace_op *op = &trace.ops[i];
    if (op->kind == OP_HEAP || op->kind == OP_MANUAL)
      take_slot(&slots, op->name, op->number);
    else if (op->kind == OP_FREE)
      give_slot(&slots, op->name);
  }
  for (uint64_t name = 0; name < slots.nnames; name++)
    if (slots.of_name[name] > 0) give_slot(&slots, name);
  free(slots.of_name);
  free(slots.spare);
  trace_free(&trace);
}

static void recordings(char **paths, int count)
{
  hand_in(1 << 18);
  operations_begin_timed(&operations);
  for (int i = 0; i < count; i++) recording(paths[i]);
}

/* 64 ... 65536, each doubling as likely. */
static uint64_t large_size(void)
{
  uint64_t k = 64ULL << draw_below(&draw, 10);
  return k + draw_below(&draw, k + 1);
}

static uint64_t mixed_size(uint64_t slot)
{
  return slot % 4 == 0 ? large_size() : small_size();
}

static void large_among_small(void)
{
  const uint64_t nlive = 4000;
  hand_in(1 << 25);
  for (uint64_t slot = 0; slot < nlive; slot++)
    operations_alloc(&operations, slot, mixed_size(slot));
  for (uint64_t i = 0; i < 2 * nlive + TIMED_PAIRS / 2; i++) {
    if (i == 2 * nlive) operations_begin_timed(&operations);
    uint64_t slot = draw_below(&draw, nlive);
    replace(slot, mixed_size(slot));
  }
  operations.workload.per = 2;
}

/* 25 small spans, then one that fills up the 256 MiB, and so on: what is replaced lies all
 * over the heap, and so do the holes. */
static void sparse(void)
{
  const uint64_t nplaces = 4096, crowd = 25, place_pages = 1 << 15;
  hand_in(place_pages * (nplaces + 8)); /* room for what grows */
  for (uint64_t place = 0; place < nplaces; place++) {
    uint64_t taken = 0;
    for (uint64_t i = 0; i < crowd; i++) {
      uint64_t npages = small_size();
      operations_alloc(&operations, place * crowd + i, npages);
      taken += npages;
    }
    operations_alloc(&operations, nplaces * crowd + place, place_pages - taken);
  }
  churn(nplaces * crowd, 2 * nplaces * crowd);
  begin_timed_pairs();
  churn(nplaces * crowd, TIMED_PAIRS);
}

/* Forty tides: up to 2000 live spans and down to 500, some scavenging in each. */
static void tides(void)
{
  const uint64_t high = 2000, low = 500;
  operations.workload.goal_pages = 4096;
  fill(low);
  operations_begin_timed(&operations);
  for (int tide = 0; tide < 40; tide++) {
    for (uint64_t slot = low; slot < high; slot++)
      operations_alloc(&operations, slot, mixed_size(slot));
    churn(high, high);
    for (uint64_t slot = low; slot < high; slot++) {
      operations_free(&operations, slot);
      if (slot % 50 == 0) operations_scavenge(&operations, 64);
    }
  }
}

static struct span_request aligned_request(void)
{
  struct span_request request = span_plain_request(small_size(), false);
  request.align = 2ULL << draw_below(&draw, 6);
  return request;
}

/* The window is the region, or a half, a quarter ... a 64th of it, anywhere, and 1024 pages at
 * least. What it has no place for is refused. */
static struct span_request windowed_request(void)
{
  const struct workload *workload = &operations.workload;
  struct span_request request = span_plain_request(small_size(), false);
  uint64_t length = workload->region_pages >> draw_below(&draw, 7);
  if (length < 1024) length = 1024;
  request.from =
      workload->region_base + draw_below(&draw, workload->region_pages - length + 1);
  request.below = request.from + length;
  return request;
}

static struct span_request last_fit_request(void)
{
  struct span_request request = span_plain_request(small_size(), false);
  request.fit = SPAN_LAST_FIT;
  return request;
}

static struct span_request best_fit_request(void)
{
  struct span_request request = span_plain_request(small_size(), false);
  request.fit = SPAN_BEST_FIT;
  return request;
}

/* As random_pairs. region_pages is for each live span. */
static void random_requests(uint64_t nlive, uint64_t region_pages,
                            struct span_request (*make)(void))
{
  hand_in(region_pages * nlive);
  for (uint64_t i = 0; i < 3 * nlive + REQUEST_PAIRS; i++) {
    uint64_t slot = i < nlive ? i : draw_below(&draw, nlive);
    if (i == 3 * nlive) begin_timed_pairs();
    if (i >= nlive) operations_free(&operations, slot);
    struct span_request request = make();
    operations_request(&operations, slot, &request);
  }
}

/* The region is long enough, but that of windows: there six pages in ten are live. */
static bool generate_requests(const char *name, uint64_t nlive)
{
  static const struct {
    const char *name;
    uint64_t region_pages;
    struct span_request (*make)(void);
  } kinds[] = {{"w9", 64, aligned_request},
               {"w10", 8, windowed_request},
               {"w11", 64, last_fit_request},
               {"w12", 64, best_fit_request}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(name, kinds[i].name) != 0) continue;
    random_requests(nlive, kinds[i].region_pages, kinds[i].make);
    return true;
  }
  return false;
}

static bool generate(char **arguments, int count)
{
  static const struct {
    const char *name;
    void (*make)(void);
  } plain[] = {{"w2b", one_page_pairs}, {"w3", two_pages_above_holes}, {"w4a", allocations},
               {"w4f", frees},          {"w6", large_among_small},     {"w7", sparse},
               {"w8", tides}};
  bool is_pairs = strcmp(arguments[0], "w1") == 0 && count == 2;
  bool is_recordings = strcmp(arguments[0], "w5") == 0;
  if (is_pairs) random_pairs(strtoull(arguments[1], NULL, 10));
  if (is_recordings) recordings(arguments + 1, count - 1);
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (strcmp(arguments[0], plain[i].name) != 0) continue;
    plain[i].make();
    return true;
  }
  return is_pairs || is_recordings ||
         (count == 2 && generate_requests(arguments[0], strtoull(arguments[1], NULL, 10)));
}

int main(int argc, char **argv)
{
  operations.workload.per = 1;
  operations.workload.region_base = REGION_BASE;
  if (argc < 2 || !generate(argv + 1, argc - 1)) {
    fputs("usage: generate w1|w9|w10|w11|w12 LIVE >FILE\n"
          "       generate w2b|w3|w4a|w4f|w5 TRACE...|w6|w7|w8 >FILE\n",
          stderr);
    return 2;
  }
  return operations_write(&operations, stdout) ? 0 : 1;
}
