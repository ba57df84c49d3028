/* A workload: a list of operations on a page-run allocator, of which the first ones
 * prepare the heap and the rest is measured. It is a file, so that programs in C and in Go
 * run the very same one:
 *
 *   struct workload | operations: nsetup, then ntimed
 *
 * Operations name what they allocate by a slot, and whoever runs them keeps the slots:
 * base and length of what is live. Native byte order; it is made and read on one machine. */
#ifndef SPANREF_BENCH_OPERATIONS_H
#define SPANREF_BENCH_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define WORKLOAD_MAGIC 0x31736e6170730a57ULL

enum operation_kind {
  OPERATION_ALLOC,   /* npages into the slot */
  OPERATION_FREE,    /* what is in the slot */
  OPERATION_SCAVENGE /* npages or more, as far as there are any */
};

struct operation {
  uint32_t npages;
  uint32_t slot_kind; /* slot * 4 + kind */
};

struct workload {
  uint64_t magic;
  uint64_t nslots;
  uint64_t nsetup, ntimed;
  uint64_t per;          /* operations in what a figure is of: 2 is a pair */
  uint64_t region_base;  /* pages; addresses begin here */
  uint64_t region_pages; /* handed in before the first operation, free and retained; */
  uint64_t goal_pages;   /* or, if 0, the heap grows by itself, with this scavenging goal */
};

static inline enum operation_kind operation_kind(struct operation operation)
{
  return (enum operation_kind)(operation.slot_kind & 3);
}

static inline uint32_t operation_slot(struct operation operation)
{
  return operation.slot_kind >> 2;
}

/* A workload being made. */
struct operations {
  struct workload workload;
  struct operation *list;
  uint64_t count, room;
};

/* What comes from here on is measured. */
void operations_begin_timed(struct operations *operations);
void operations_alloc(struct operations *operations, uint64_t slot, uint64_t npages);
void operations_free(struct operations *operations, uint64_t slot);
void operations_scavenge(struct operations *operations, uint64_t npages);

bool operations_write(struct operations *operations, FILE *to);
/* false: not a workload, or no memory. */
bool operations_read(struct operations *operations, FILE *from);

#endif
