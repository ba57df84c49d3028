/* The OS of the traces: a list of regions, each growing up or down.
 *
 * It serves from the first region; one that refuses is dropped for good and the
 * next one is asked; none left: no memory. docs/semantics.md, "OS". It can be
 * told to answer badly (hostile), to see the heaps refuse. */
#ifndef SPANREF_FAKE_OS_H
#define SPANREF_FAKE_OS_H

#include "../spec/os.h"

#define FAKE_OS_REGIONS_MAX 64

struct span_os_region {
  uint64_t next; /* pages: where it grows from next */
  bool down;
};

struct span_os {
  struct span_os_region regions[FAKE_OS_REGIONS_MAX];
  uint64_t nregions;
  uint64_t first;   /* the region that serves; those before it are dropped */
  uint64_t refuse;  /* regions still to refuse when asked */
};

void fake_os_reset(struct span_os *os);
/* false: FAKE_OS_REGIONS_MAX are there already. */
bool fake_os_add_region(struct span_os *os, uint64_t base, bool down);
void fake_os_refuse(struct span_os *os, uint64_t regions);

#endif
