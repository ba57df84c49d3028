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

#define PEER(malloc_name, library_name)                              \
  static void *malloc_name##_create(const struct workload *workload) \
  {                                                                  \
    (void)workload;                                                  \
    return load(library_name);                                       \
  }                                                                  \
  const struct peer peer_##malloc_name = {.name = #malloc_name,      \
                                          .create = malloc_name##_create, \
                                          .alloc = alloc,            \
                                          .free = free_span};
PEER(glibc, "libc.so.6")
PEER(jemalloc, "libjemalloc.so.2")
PEER(mimalloc, "libmimalloc.so.2")
PEER(tcmalloc, "libtcmalloc_minimal.so.4")
