/* The optimised heap and the reference. Both begin with the workload's region as retained
 * free memory, which is how Go's heap and the baselines see all memory: handed in, given
 * out whole and taken back. */
#include <stdio.h>
#include <stdlib.h>

#include "../trace/fake_os.h"
#include "../opt/opt_heap.h"
#include "../ref/span_heap.h"
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

struct opt {
  struct opt_heap *heap;
  struct span_os os;
};

static void *opt_create(const struct workload *workload)
{
  struct opt *opt = malloc(sizeof *opt);
  if (opt == NULL || (opt->heap = opt_heap_create(NULL)) == NULL) return NULL;
  must(opt_heap_reset(opt->heap, geometry_of(workload)));
  fake_os_reset(&opt->os.fake);
  fake_os_add_region(&opt->os.fake, workload->region_base, false);
  if (workload->region_pages == 0) return opt;
  must(opt_heap_add(opt->heap, workload->region_base, workload->region_pages));
  must(opt_heap_alloc(opt->heap, &opt->os, workload->region_pages, false).status);
  must(opt_heap_free(opt->heap, workload->region_base).status);
  return opt;
}

static void opt_destroy(void *heap)
{
  struct opt *opt = heap;
  opt_heap_destroy(opt->heap);
  free(opt);
}

static uint64_t opt_alloc(void *heap, uint64_t npages)
{
  struct opt *opt = heap;
  struct span_alloc_result result = opt_heap_alloc(opt->heap, &opt->os, npages, false);
  return result.status == SPAN_OK ? result.base : PEER_NO_MEMORY;
}

static void opt_free(void *heap, uint64_t base, uint64_t npages)
{
  struct opt *opt = heap;
  (void)npages;
  must(opt_heap_free(opt->heap, base).status);
}

static void opt_scavenge(void *heap, uint64_t npages)
{
  struct opt *opt = heap;
  must(opt_heap_scavenge(opt->heap, npages).status);
}

static size_t opt_metadata_bytes(void *heap)
{
  struct opt *opt = heap;
  return opt_heap_metadata_bytes(opt->heap);
}

const struct peer peer_opt = {"opt",    opt_create,   opt_destroy,       opt_alloc,
                              opt_free, opt_scavenge, opt_metadata_bytes};

struct ref {
  struct span_os os;
  struct span_heap heap;
};

static void *ref_create(const struct workload *workload)
{
  struct ref *ref = malloc(sizeof *ref);
  if (ref == NULL) return NULL;
  must(span_heap_init(&ref->heap, geometry_of(workload)));
  fake_os_reset(&ref->os.fake);
  fake_os_add_region(&ref->os.fake, workload->region_base, false);
  if (workload->region_pages == 0) return ref;
  must(span_heap_add(&ref->heap, workload->region_base, workload->region_pages));
  must(span_heap_alloc(&ref->heap, &ref->os, workload->region_pages, false).status);
  must(span_heap_free(&ref->heap, workload->region_base).status);
  return ref;
}

static uint64_t ref_alloc(void *heap, uint64_t npages)
{
  struct ref *ref = heap;
  struct span_alloc_result result = span_heap_alloc(&ref->heap, &ref->os, npages, false);
  return result.status == SPAN_OK ? result.base : PEER_NO_MEMORY;
}

static void ref_free(void *heap, uint64_t base, uint64_t npages)
{
  struct ref *ref = heap;
  (void)npages;
  must(span_heap_free(&ref->heap, base).status);
}

static void ref_scavenge(void *heap, uint64_t npages)
{
  struct ref *ref = heap;
  must(span_heap_scavenge(&ref->heap, npages).status);
}

/* The table is as long as it was built; what counts are the records there are. */
static size_t ref_metadata_bytes(void *heap)
{
  struct ref *ref = heap;
  return sizeof ref->heap - sizeof ref->heap.spans +
         ref->heap.count * sizeof ref->heap.spans[0];
}

const struct peer peer_ref = {"ref",    ref_create,   free,              ref_alloc,
                              ref_free, ref_scavenge, ref_metadata_bytes};
