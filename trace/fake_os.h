/* The OS of the traces: a list of regions, each growing up or down.
 *
 * It serves from the first region. A region that refuses is dropped for good, and the
 * next one is asked; where none is left there is no memory. docs/semantics.md, "OS". */
#ifndef SPANREF_FAKE_OS_H
#define SPANREF_FAKE_OS_H

#include "../spec/os.h"
#include "trace.h"

struct fake_os_region {
  uint64_t next; /* pages: where it grows from next */
  bool down;
};

struct fake_os {
  struct fake_os_region regions[TRACE_REGIONS_MAX];
  uint64_t nregions;
  uint64_t first;  /* the region that serves; those before it are dropped */
  uint64_t refuse; /* regions still to refuse when asked */
};

void fake_os_reset(struct fake_os *os);
/* There must be fewer than TRACE_REGIONS_MAX: the trace's reader counts them. */
void fake_os_add_region(struct fake_os *os, uint64_t base, bool down);
/* The next so many regions that are asked refuse. */
void fake_os_refuse(struct fake_os *os, uint64_t regions);
/* Ask for npages. Whether the answer is any good is for the heap to say. */
struct span_os_answer fake_os_reserve(struct fake_os *os, uint64_t npages);

#endif
