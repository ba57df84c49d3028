/* Runs one workload on one heap, and prints one line of figures.
 *
 *   bench HEAP WORKLOAD REPEATS [each]
 *
 * Every repeat prepares a new heap and then measures it.
 *
 * Without `each` the thread's processor time is read before and after all measured
 * operations, so other programs on the machine count only by what they do to the caches.
 * The figure is that of the median repeat. With `each` the clock is read around each
 * operation, and the median time of reading the clock is subtracted. A line says:
 *
 *   ns          what `per` operations take (operations.h); 0 with each
 *   p50 p99 max of single operations, in ns; 0 without each
 *   metadata    bytes at the end; 0: the heap doesn't say
 *   extent      pages from the first live one to the last, at the end
 *   live        live pages at the end
 *   refused     of all requests, as many
 *   hash        of all addresses answered, in order, less the region's base
 *
 * Measured time includes taking an operation from the list, reading or writing its slot,
 * and writing the answer down. The slots may be more than the caches hold, so they are
 * prefetched some operations ahead, to keep their cache misses out of the figures. bench/go
 * does the same in Go. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peer.h"

static const struct peer *const peers[] = {&peer_opt,      &peer_ref,      &peer_treap,
                                           &peer_bitmap,   &peer_glibc,    &peer_jemalloc,
                                           &peer_mimalloc, &peer_tcmalloc};

struct slot {
  uint64_t base, npages; /* npages 0: nothing is live here */
};

/* A heap and whoever uses it. */
struct run {
  const struct peer *peer;
  void *heap;
  struct slot *slots;
  const struct span_request *requests; /* NULL: the workload has none */
  uint64_t *answers; /* of all allocations so far */
  size_t nanswers;
};

struct figures {
  double ns;
  uint32_t *each; /* NULL: not wanted */
  size_t metadata_bytes;
  uint64_t extent, live, refused, hash;
};

static void fail(const char *why)
{
  fprintf(stderr, "bench: %s\n", why);
  exit(1);
}

/* Written to, so that none of its pages is touched for the first time while the clock runs. */
static void *array_new(uint64_t count, size_t bytes)
{
  void *array = malloc(count * bytes + 1);
  if (array == NULL) fail("out of memory");
  memset(array, 0, count * bytes + 1);
  return array;
}

static uint64_t now_ns(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void operate(struct run *run, struct operation operation)
{
  struct slot *slot = &run->slots[operation_slot(operation)];
  switch (operation_kind(operation)) {
  case OPERATION_ALLOC:
    slot->base = run->peer->alloc(run->heap, operation.npages);
    if (slot->base == PEER_NO_MEMORY) fail("an allocation was refused");
    slot->npages = operation.npages;
    run->answers[run->nanswers++] = slot->base;
    break;
  case OPERATION_FREE:
    run->peer->free(run->heap, slot->base, slot->npages);
    slot->npages = 0;
    break;
  case OPERATION_SCAVENGE:
    run->peer->scavenge(run->heap, operation.npages);
    break;
  case OPERATION_REQUEST:
    break; /* not in these workloads */
  }
}

/* Of a workload of requests. To refuse is an answer, and the slot stays empty. */
static inline void operate_request(struct run *run, struct operation operation)
{
  uint32_t number = operation_slot(operation);
  struct slot *slot = &run->slots[number];
  if (operation_kind(operation) == OPERATION_FREE) {
    if (slot->npages > 0)
      run->peer->free_request(run->heap, number, slot->base, slot->npages);
    slot->npages = 0;
    return;
  }
  const struct span_request *request = &run->requests[operation.npages];
  slot->base = run->peer->alloc_request(run->heap, number, request);
  slot->npages = slot->base == PEER_NO_MEMORY ? 0 : request->npages;
  run->answers[run->nanswers++] = slot->base;
}

static inline void operate_either(struct run *run, struct operation operation)
{
  if (run->requests != NULL)
    operate_request(run, operation);
  else
    operate(run, operation);
}

static void prepare(struct run *run, const struct operation *list, uint64_t count)
{
  for (uint64_t i = 0; i < count; i++) operate_either(run, list[i]);
}

/* Not inlined: callgrind counts what happens in here. */
__attribute__((noinline)) void measured(struct run *run, const struct operation *list,
                                        uint64_t count);
__attribute__((noinline)) void measured_requests(struct run *run,
                                                 const struct operation *list,
                                                 uint64_t count);

static inline void fetch_ahead(const struct run *run, const struct operation *list,
                               uint64_t i, uint64_t count)
{
  enum { AHEAD = 8 };
  if (i + AHEAD < count)
    __builtin_prefetch(&run->slots[operation_slot(list[i + AHEAD])]);
}

void measured(struct run *run, const struct operation *list, uint64_t count)
{
  for (uint64_t i = 0; i < count; i++) {
    fetch_ahead(run, list, i, count);
    operate(run, list[i]);
  }
}

void measured_requests(struct run *run, const struct operation *list, uint64_t count)
{
  for (uint64_t i = 0; i < count; i++) {
    fetch_ahead(run, list, i, count);
    operate_request(run, list[i]);
  }
}

static void measure_each(struct run *run, const struct operation *list, uint64_t count,
                         uint32_t *each)
{
  for (uint64_t i = 0; i < count; i++) {
    fetch_ahead(run, list, i, count);
    uint64_t began = now_ns(CLOCK_MONOTONIC);
    operate_either(run, list[i]);
    each[i] = (uint32_t)(now_ns(CLOCK_MONOTONIC) - began);
  }
}

static void look_at_the_end(struct run *run, const struct workload *workload,
                            struct figures *figures)
{
  uint64_t low = UINT64_MAX, high = 0;
  figures->live = 0;
  for (uint64_t i = 0; i < workload->nslots; i++) {
    const struct slot *slot = &run->slots[i];
    if (slot->npages == 0) continue;
    if (slot->base < low) low = slot->base;
    if (slot->base + slot->npages > high) high = slot->base + slot->npages;
    figures->live += slot->npages;
  }
  figures->extent = figures->live > 0 ? high - low : 0;
  figures->hash = 14695981039346656037u; /* FNV-1a, a word at a time */
  figures->refused = 0;
  for (size_t i = 0; i < run->nanswers; i++) {
    figures->hash =
        (figures->hash ^ (run->answers[i] - workload->region_base)) * 1099511628211u;
    figures->refused += run->answers[i] == PEER_NO_MEMORY;
  }
  figures->metadata_bytes =
      run->peer->metadata_bytes ? run->peer->metadata_bytes(run->heap) : 0;
}

/* Whoever can't be destroyed gets back what is live. */
static void end(struct run *run, const struct workload *workload)
{
  if (run->peer->destroy != NULL) {
    run->peer->destroy(run->heap);
    return;
  }
  for (uint64_t i = 0; i < workload->nslots; i++)
    if (run->slots[i].npages > 0)
      run->peer->free(run->heap, run->slots[i].base, run->slots[i].npages);
}

static void repeat(struct run *run, const struct operations *operations,
                   struct figures *figures)
{
  const struct workload *workload = &operations->workload;
  const struct operation *timed = operations->list + workload->nsetup;
  memset(run->slots, 0, workload->nslots * sizeof *run->slots);
  run->nanswers = 0;
  run->heap = run->peer->create(workload);
  if (run->heap == NULL) fail("no heap");
  prepare(run, operations->list, workload->nsetup);
  if (figures->each != NULL) {
    measure_each(run, timed, workload->ntimed, figures->each);
  } else {
    uint64_t began = now_ns(CLOCK_THREAD_CPUTIME_ID);
    (run->requests != NULL ? measured_requests : measured)(run, timed, workload->ntimed);
    figures->ns = (double)(now_ns(CLOCK_THREAD_CPUTIME_ID) - began) * (double)workload->per /
                  (double)workload->ntimed;
  }
  look_at_the_end(run, workload, figures);
  end(run, workload);
}

static int by_double(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int by_uint32(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* What an interval is found to take that has nothing in it. */
static uint32_t clock_cost(void)
{
  enum { COUNT = 10001 };
  static uint32_t took[COUNT];
  for (int i = 0; i < COUNT; i++) {
    uint64_t began = now_ns(CLOCK_MONOTONIC);
    took[i] = (uint32_t)(now_ns(CLOCK_MONOTONIC) - began);
  }
  qsort(took, COUNT, sizeof *took, by_uint32);
  return took[COUNT / 2];
}

/* each is sorted, or NULL. */
static uint32_t quantile(const uint32_t *each, uint64_t count, double part)
{
  if (each == NULL) return 0;
  uint32_t cost = clock_cost(), took = each[(uint64_t)((double)(count - 1) * part)];
  return took > cost ? took - cost : 0;
}

static void print(const struct peer *peer, const struct workload *workload,
                  const struct figures *figures)
{
  const uint32_t *each = figures->each;
  uint64_t n = workload->ntimed;
  printf("heap=%s ns=%.2f p50=%u p99=%u max=%u ", peer->name, figures->ns,
         quantile(each, n, .5), quantile(each, n, .99), quantile(each, n, 1));
  printf("metadata=%zu extent=%" PRIu64 " live=%" PRIu64 " refused=%" PRIu64
         " hash=%016" PRIx64 "\n",
         figures->metadata_bytes, figures->extent, figures->live, figures->refused,
         figures->hash);
}

static const struct peer *peer_named(const char *program, const char *name)
{
  for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
    if (strcmp(peers[i]->name, name) == 0) return peers[i];
  const struct peer *peer = peer_kernel(program, name);
  if (peer == NULL) fail("no such heap");
  return peer;
}

/* Of all repeats; the median's time is returned, the rest is the last one's. */
static double run_repeats(struct run *run, const struct operations *operations,
                          size_t repeats, struct figures *figures)
{
  double *ns = array_new(repeats, sizeof *ns);
  for (size_t i = 0; i < repeats; i++) {
    repeat(run, operations, figures);
    ns[i] = figures->ns;
  }
  qsort(ns, repeats, sizeof *ns, by_double);
  double median = ns[repeats / 2];
  free(ns);
  return median;
}

int main(int argc, char **argv)
{
  struct operations operations = {0};
  if (argc < 4 || atoi(argv[3]) < 1) fail("usage: bench HEAP WORKLOAD REPEATS [each]");
  FILE *from = fopen(argv[2], "rb");
  if (from == NULL || !operations_read(&operations, from)) fail("not a workload");
  fclose(from);
  const struct workload *workload = &operations.workload;
  struct run run = {.peer = peer_named(argv[0], argv[1]),
                    .requests = workload->nrequests > 0 ? operations.requests : NULL,
                    .slots = array_new(workload->nslots, sizeof *run.slots),
                    .answers = array_new(operations.count, sizeof *run.answers)};
  if (run.requests != NULL ? run.peer->alloc_request == NULL : run.peer->alloc == NULL)
    fail("this heap can't carry out this workload");
  struct figures figures = {0};
  if (argc > 4) figures.each = array_new(workload->ntimed, sizeof *figures.each);
  figures.ns = run_repeats(&run, &operations, (size_t)atoi(argv[3]), &figures);
  if (figures.each != NULL)
    qsort(figures.each, workload->ntimed, sizeof *figures.each, by_uint32);
  print(run.peer, workload, &figures);
  operations_delete(&operations);
  free(run.slots);
  free(run.answers);
  free(figures.each);
  return 0;
}
