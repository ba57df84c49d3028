/* The optimised heap and the reference. Both begin with the workload's region as retained
 * free memory, which is how Go's heap and the baselines see all memory: handed in, given
 * out whole and taken back. */
#include <stdio.h>
#include <stdlib.h>

#include "../trace/fake_os.h"
#include "../opt/opt_heap.h"
#include "../ref/span_heap.h"
#include "../spec/request.h"
#include "peer.h"

/* 8 KiB pages, 4 KiB physical ones, 2 MiB huge ones, 64 MiB arenas. */
static struct span_geometry geometry_of(const struct workload *workload)
{
  return (struct span_geometry){.phys_pages = 1,
                                .huge_pages = 256,
                                .arena_pages = 8192,
                                .has_goal = workload->goal_pages > 0,
                                .goal_pages = workload->goal_pages};
}

static void must(enum span_status status)
{
  if (status == SPAN_OK) return;
  fprintf(stderr, "bench: a heap answers %d\n", (int)status);
  exit(1);
}

/* The door of both heaps: the OS of the traces. */
struct span_os {
  struct fake_os fake;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  return fake_os_reserve(&os->fake, npages);
}

#define HEAP struct opt_heap
#define CALL(what) opt_heap_##what
#define NAME(what) opt_##what
#define NEW opt_heap_create(NULL)
#define DELETE(heap) opt_heap_destroy(heap)
#include "span_heap_peer.h"

const struct peer peer_opt = {
    "opt",        opt_create,         opt_destroy,       opt_alloc,       opt_free,
    opt_scavenge, opt_metadata_bytes, opt_alloc_request, opt_free_request};

/* The table is as long as it was built; what counts are the records there are. */
static size_t span_heap_metadata_bytes(const struct span_heap *heap)
{
  return sizeof *heap - sizeof heap->spans + heap->count * sizeof heap->spans[0];
}

/* What the reference gives back, which nobody asks for here. */
static struct span_range_list gone;
static struct span_alloc_result span_heap_alloc_request(struct span_heap *heap,
                                                        struct span_os *os,
                                                        struct span_request request)
{
  return span_heap_alloc(heap, os, request, &gone);
}
#define span_heap_add(heap, base, npages) span_heap_add(heap, base, npages, &gone)
#define span_heap_alloc(heap, os, npages, manual) \
  span_heap_alloc(heap, os, span_plain_request(npages, manual), &gone)
#define span_heap_scavenge(heap, npages) span_heap_scavenge(heap, npages, &gone)

#define HEAP struct span_heap
#define CALL(what) span_heap_##what
#define span_heap_reset span_heap_init
#define NAME(what) ref_##what
#define NEW malloc(sizeof(struct span_heap))
#define DELETE(heap) free(heap)
#include "span_heap_peer.h"

const struct peer peer_ref = {
    "ref",        ref_create,         ref_destroy,       ref_alloc,       ref_free,
    ref_scavenge, ref_metadata_bytes, ref_alloc_request, ref_free_request};
