/* A candidate called in this process: the reference and our own heaps by the judge, any
 * other by the process of a cell (cell.h). Contents of memory are written and looked at
 * here, since this is whose memory it is. */
#ifndef SPANREF_IN_PROCESS_H
#define SPANREF_IN_PROCESS_H

#include "../spec/model.h"
#include "../trace/call.h"
#include "observation.h"
#include "tags.h"

struct in_process {
  const struct spanref_candidate *candidate;
  void *heap; /* NULL: none */
  uint64_t page_bytes;
  /* Whom the candidate may ask for memory, while alloc runs; else it is refused. */
  struct spanref_os *os;
  struct spanref_os door; /* the door that the candidate has */
  bool is_allocating;
};

/* os: asked for memory in the candidate's name. It must stay where it is, and so must
 * *here, while there is a heap. */
void in_process_begin(struct in_process *here, const struct spanref_candidate *candidate,
                      struct spanref_os *os);
/* An empty heap; the one before is destroyed. false: it answered NULL. */
bool in_process_create(struct in_process *here, const struct spanref_geometry *geometry,
                       struct observation *said);
void in_process_destroy(struct in_process *here);

/* These two need a heap. */

/* The candidate has a function for the call. grant: what is freed, where that is known to
 * be in use, or else no pages; what is allocated gets its tag. */
void in_process_call(struct in_process *here, const struct call *call, struct grant grant,
                     struct observation *said);
/* What it answers to a lookup, without its statistics. */
void in_process_lookup(struct in_process *here, uint64_t page, struct observation *said);
/* All spans it shows, and how many that is, which may be more than there is room for.
 * self_check: what it says of itself; NULL: sound, or it can't say. */
void in_process_walk(struct in_process *here, struct span_heap *shown,
                     const char **self_check, struct observation *said);

#endif
