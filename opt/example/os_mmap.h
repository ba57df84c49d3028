/* A body of the door to the OS (spec/os.h) that asks the real one, by mmap and mprotect; and what
 * a program does with the memory that the heap answers about.
 *
 * os_mmap_init reserves addresses, which cost no memory and can't be touched. span_os_reserve hands
 * them out, the lowest first. They can be touched between os_mmap_ready and os_mmap_release:
 *
 *   |.......|--- handed out ---|--- not yet ---|.......|     a reservation, and in it what begins
 *         whole arena         next            end            and ends with an arena
 *
 * A page's number is its address divided by page_bytes. */
#ifndef SPANREF_OPT_OS_MMAP_H
#define SPANREF_OPT_OS_MMAP_H

#include <stddef.h>

#include "../../spec/os.h"

struct span_os {
  /* Constant after os_mmap_init. */
  size_t page_bytes; /* of a heap page */
  void *reservation; /* from mmap, */
  size_t reservation_bytes;
  uint64_t end; /* pages: the first that is never handed out */
  /* Changes with every answer. */
  uint64_t next; /* pages: the first that isn't handed out yet; next <= end */
};

/* Reserve addresses for limit_pages, less what is no whole arena. arena_pages as in the heap's
 * geometry: an arena is a multiple of the OS's page. false: the OS refused. */
bool os_mmap_init(struct span_os *os, size_t page_bytes, uint64_t arena_pages,
                  uint64_t limit_pages);
/* All goes back to the OS: nobody uses the memory any more. */
void os_mmap_destroy(struct span_os *os);

void *os_mmap_address(const struct span_os *os, uint64_t page);
uint64_t os_mmap_page(const struct span_os *os, const void *address);

/* What an allocation answered as ready can be read and written, and is zero. false: the OS has no
 * memory, or no room for one more piece of address space that differs from its neighbours. */
bool os_mmap_ready(const struct span_os *os, struct span_range ready);
/* The OS takes the memory, which can't be touched any more. For opt_heap_tell, with the struct
 * span_os as its context. */
void os_mmap_release(void *os, struct span_range range);
/* Of how many bytes the OS says that there is memory behind them. */
uint64_t os_mmap_resident_bytes(const struct span_os *os);
/* Pass the heap's advice on: the OS should back this with huge pages. */
void os_mmap_advise(const struct span_os *os, struct span_advice advice);

#endif
