/* The general-purpose mallocs as allocators of page runs: aligned_alloc of whole pages.
 * Each library is loaded beside the C library, and only asked through the two functions
 * found in it. What was handed in is not theirs, they have their own from the OS; that
 * they keep it is for the environment to say (bench.py). */
#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "peer.h"

#define PAGE_BYTES 8192

static struct {
  void *(*aligned_alloc)(size_t alignment, size_t size_bytes);
  void (*free)(void *memory);
} library;

static void *load(const char *name)
{
  void *object = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (object == NULL) {
    fprintf(stderr, "bench: %s\n", dlerror());
    return NULL;
  }
  *(void **)&library.aligned_alloc = dlsym(object, "aligned_alloc");
  *(void **)&library.free = dlsym(object, "free");
  return library.aligned_alloc != NULL && library.free != NULL ? &library : NULL;
}

static void *glibc_create(const struct workload *workload)
{
  (void)workload;
  return load("libc.so.6");
}

static void *jemalloc_create(const struct workload *workload)
{
  (void)workload;
  return load("libjemalloc.so.2");
}

static void *mimalloc_create(const struct workload *workload)
{
  (void)workload;
  return load("libmimalloc.so.2");
}

static void *tcmalloc_create(const struct workload *workload)
{
  (void)workload;
  return load("libtcmalloc_minimal.so.4");
}

static uint64_t alloc(void *heap, uint64_t npages)
{
  (void)heap;
  void *memory = library.aligned_alloc(PAGE_BYTES, npages * PAGE_BYTES);
  return memory == NULL ? PEER_NO_MEMORY : (uintptr_t)memory / PAGE_BYTES;
}

static void free_span(void *heap, uint64_t base, uint64_t npages)
{
  (void)heap;
  (void)npages;
  library.free((void *)(uintptr_t)(base * PAGE_BYTES));
}

const struct peer peer_glibc = {"glibc",   glibc_create, NULL, alloc,
                                free_span, NULL,         NULL};
const struct peer peer_jemalloc = {"jemalloc", jemalloc_create, NULL, alloc,
                                   free_span,  NULL,            NULL};
const struct peer peer_mimalloc = {"mimalloc", mimalloc_create, NULL, alloc,
                                   free_span,  NULL,            NULL};
const struct peer peer_tcmalloc = {"tcmalloc", tcmalloc_create, NULL, alloc,
                                   free_span,  NULL,            NULL};
