/* A program that has opt as its heap of pages: it takes pages from the OS, writes to them, gives
 * some back to the heap and some of those to the OS, and prints what the heap says of it, and
 * what the OS says. It stops if they disagree.
 *
 *   make build/opt/example/page_heap && build/opt/example/page_heap
 *
 * For a program of your own take os_mmap.[ch], or write your own body of the door, and of opt/
 * and spec/ what they include. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../opt_heap.h"
#include "os_mmap.h"

enum {
  PAGE_BYTES = 8192,
  HUGE_PAGES = 256,   /* 2 MiB */
  ARENA_PAGES = 8192, /* 64 MiB are asked of the OS at a time, */
  LIMIT_PAGES = 4 * ARENA_PAGES, /* and never more than this in all */
  BUFFERS = 1000
};

struct page_heap {
  struct opt_heap *heap;
  struct span_os os;
};

static void fail(const char *what)
{
  fprintf(stderr, "page_heap: %s\n", what);
  exit(1);
}

/* A physical page is a heap page, or several. */
static void page_heap_begin(struct page_heap *h)
{
  *h = (struct page_heap){.heap = opt_heap_create(NULL)};
  long os_page_bytes = sysconf(_SC_PAGESIZE);
  struct span_geometry geometry = {
      .phys_pages = os_page_bytes > PAGE_BYTES ? (uint64_t)os_page_bytes / PAGE_BYTES : 1,
      .huge_pages = HUGE_PAGES,
      .arena_pages = ARENA_PAGES};
  if (!h->heap || opt_heap_reset(h->heap, geometry) != SPAN_OK) fail("no heap");
  if (!os_mmap_init(&h->os, PAGE_BYTES, ARENA_PAGES, LIMIT_PAGES)) fail("no addresses");
  opt_heap_tell(h->heap, os_mmap_release, &h->os);
}

/* Clean memory. */
static char *take(struct page_heap *h, size_t npages)
{
  struct span_alloc_result got = opt_heap_alloc(h->heap, &h->os, npages, false);
  if (got.status != SPAN_OK || !os_mmap_ready(&h->os, got.ready)) fail("no memory");
  os_mmap_advise(&h->os, got.advice);
  char *memory = os_mmap_address(&h->os, got.base);
  if (got.needzero) memset(memory, 0, npages * PAGE_BYTES);
  return memory;
}

static void give(struct page_heap *h, const char *memory)
{
  struct span_free_result result = opt_heap_free(h->heap, os_mmap_page(&h->os, memory));
  if (result.status != SPAN_OK) fail("this was not taken");
  os_mmap_advise(&h->os, result.advice);
}

/* Free memory goes back to the OS, the highest first. */
static void release(struct page_heap *h, uint64_t npages)
{
  if (opt_heap_scavenge(h->heap, npages).status != SPAN_OK) fail("no memory");
}

/* This program writes to all that it takes. So the OS has memory behind all pages but those that
 * it has back, or has not been asked for yet. */
static void print(const struct page_heap *h, const char *when)
{
  struct span_stats stats = opt_heap_stats(h->heap);
  uint64_t resident_pages = os_mmap_resident_bytes(&h->os) / PAGE_BYTES;
  printf("%-24s in use %5" PRIu64 "  idle %5" PRIu64 ", of it with the OS %5" PRIu64
         "  free spans %4" PRIu64 "  resident, says the OS %5" PRIu64 "\n",
         when, stats.in_use, stats.idle, stats.released, stats.nfree, resident_pages);
  if (resident_pages != stats.sys - stats.released) fail("the OS counts otherwise");
}

int main(void)
{
  static char *buffers[BUFFERS];
  struct page_heap h; /* it stays where it is: the heap knows the door's address */
  page_heap_begin(&h);
  puts("pages of 8 KiB");
  for (unsigned i = 0; i < BUFFERS; i++) {
    buffers[i] = take(&h, 1 + i % 7);
    memset(buffers[i], (char)i, (1 + i % 7) * PAGE_BYTES);
  }
  print(&h, "1000 buffers");
  for (unsigned i = 0; i < BUFFERS; i += 2) give(&h, buffers[i]);
  print(&h, "every other one freed");
  release(&h, UINT64_MAX);
  print(&h, "what is free released");
  for (unsigned i = 1; i < BUFFERS; i += 2) { /* of the others nothing was lost */
    for (unsigned byte = 0; byte < (1 + i % 7) * PAGE_BYTES; byte++)
      if (buffers[i][byte] != (char)i) fail("a buffer has changed");
    give(&h, buffers[i]);
  }
  print(&h, "all freed");
  opt_heap_destroy(h.heap);
  os_mmap_destroy(&h.os);
  return 0;
}
