#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise, mincore */
#include "os_mmap.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

bool os_mmap_init(struct span_os *os, size_t page_bytes, uint64_t arena_pages,
                  uint64_t limit_pages)
{
  assert(page_bytes > 0 && arena_pages > 0 && "there is something to hand out");
  uint64_t most_pages = SIZE_MAX / page_bytes;
  limit_pages -= limit_pages % arena_pages;
  if (arena_pages > most_pages || limit_pages > most_pages - arena_pages) return false;
  size_t arena_bytes = (size_t)arena_pages * page_bytes;
  assert(arena_bytes % (size_t)sysconf(_SC_PAGESIZE) == 0 && "arenas are made of its pages");
  /* An arena more, so that one begins in the first. */
  size_t bytes = (size_t)limit_pages * page_bytes + arena_bytes;
  void *memory =
      mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  uint64_t first = ((uintptr_t)memory + arena_bytes - 1) / arena_bytes * arena_pages;
  *os = (struct span_os){page_bytes, memory, bytes, first + limit_pages, first};
  return true;
}

void os_mmap_destroy(struct span_os *os)
{
  int status = munmap(os->reservation, os->reservation_bytes);
  assert(status == 0 && "it is what mmap gave");
  (void)status;
}

void *os_mmap_address(const struct span_os *os, uint64_t page)
{
  return (void *)(uintptr_t)(page * os->page_bytes);
}

uint64_t os_mmap_page(const struct span_os *os, const void *address)
{
  return (uintptr_t)address / os->page_bytes;
}

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  struct span_os_answer answer = {true, os->next, npages};
  if (npages > os->end - os->next) return (struct span_os_answer){.granted = false};
  os->next += npages;
  return answer;
}

static size_t bytes_of(const struct span_os *os, uint64_t npages)
{
  return (size_t)npages * os->page_bytes;
}

bool os_mmap_ready(const struct span_os *os, struct span_range ready)
{
  return ready.npages == 0 || mprotect(os_mmap_address(os, ready.base), bytes_of(os, ready.npages),
                                       PROT_READ | PROT_WRITE) == 0;
}

void os_mmap_release(void *context, struct span_range range)
{
  const struct span_os *os = context;
  void *memory = os_mmap_address(os, range.base);
  int status = madvise(memory, bytes_of(os, range.npages), MADV_DONTNEED);
  assert(status == 0 && "it is memory of the reservation");
  (void)status;
  /* Where this is refused, for the reason that os_mmap_ready gives, nothing is lost but a guard. */
  (void)mprotect(memory, bytes_of(os, range.npages), PROT_NONE);
}

uint64_t os_mmap_resident_bytes(const struct span_os *os)
{
  size_t unit_bytes = (size_t)sysconf(_SC_PAGESIZE);
  char *from = os->reservation;
  uint64_t bytes = 0;
  for (size_t at = 0; at < os->reservation_bytes; at += unit_bytes) {
    unsigned char is_resident = 0;
    int status = mincore(from + at, unit_bytes, &is_resident);
    assert(status == 0 && "it is the reservation's");
    (void)status;
    bytes += (is_resident & 1) * unit_bytes;
  }
  return bytes;
}

/* The OS may refuse: nothing depends on it. */
void os_mmap_advise(const struct span_os *os, struct span_advice advice)
{
  uintptr_t unit_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t low = (uintptr_t)os_mmap_address(os, advice.base);
  uintptr_t high = low + bytes_of(os, advice.npages);
  low += (unit_bytes - low % unit_bytes) % unit_bytes;
  high -= high % unit_bytes;
  if (low < high) (void)madvise((void *)low, high - low, MADV_HUGEPAGE);
}
