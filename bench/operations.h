/* A workload: a list of operations on a page-run allocator. The first ones prepare the heap,
 * and the rest is measured. It is a file, so that programs in C and in Go run the same one:
 *
 *   struct workload | nsetup operations | ntimed operations | nrequests requests
 *
 * An operation names what it allocates or frees by a slot. Whoever runs the operations keeps
 * the slots: base and length of each live span. Byte order is the machine's: a workload is
 * made and read on one machine. */
#ifndef SPANREF_BENCH_OPERATIONS_H
#define SPANREF_BENCH_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../spec/types.h"

#define WORKLOAD_MAGIC 0x32736e6170730a57ULL

enum operation_kind {
  OPERATION_ALLOC,   /* npages into the slot */
  OPERATION_FREE,    /* what is in the slot */
  OPERATION_SCAVENGE, /* npages or more, as far as there are any */
  OPERATION_REQUEST   /* what the request of this number asks for, into the slot */
};

struct operation {
  uint32_t npages; /* OPERATION_REQUEST: the request's number */
  uint32_t slot_kind; /* slot * 4 + kind */
};

struct workload {
  uint64_t magic;
  uint64_t nslots;
  uint64_t nsetup, ntimed;
  uint64_t per;          /* operations that a figure is for: 2 for a pair */
  uint64_t region_base;  /* pages; addresses begin here */
  uint64_t region_pages; /* handed in before the first operation, free and retained */
  uint64_t goal_pages;   /* if region_pages is 0 the heap grows, with this scavenging goal */
  uint64_t nrequests;    /* 0: all allocations are OPERATION_ALLOC; else none is */
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
  struct span_request *requests;
  uint64_t requests_room;
};

/* Operations added after this call are measured. */
void operations_begin_timed(struct operations *operations);
void operations_alloc(struct operations *operations, uint64_t slot, uint64_t npages);
void operations_request(struct operations *operations, uint64_t slot,
                        const struct span_request *request);
void operations_free(struct operations *operations, uint64_t slot);
void operations_scavenge(struct operations *operations, uint64_t npages);

bool operations_write(struct operations *operations, FILE *to);
/* Returns false if it isn't a workload, or out of memory. */
bool operations_read(struct operations *operations, FILE *from);
void operations_delete(struct operations *operations);

#endif
