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
  /* What was released since the last call that changes the heap: in this one, or where nothing
   * may be, while spanref looked at the heap. */
  struct gone gone;
  /* Is told of every range of it; NULL: nobody is. in_process_begin makes it NULL. */
  void (*told)(void *context, uint64_t base, uint64_t npages);
  void *told_context;
};

enum request {
  REQUEST_LOAD,    /* of a cell's process: not served here */
  REQUEST_CREATE,  /* an empty heap; the one before is destroyed */
  REQUEST_DESTROY, /* the heap, if there is one */
  REQUEST_CALLS,   /* many, of a cell's process: not served here */
  REQUEST_WALK     /* all spans it shows, and self_check */
};

/* A request and its answer. */
struct exchange {
  enum request request;
  struct spanref_geometry geometry; /* create */

  bool done; /* load, create: it worked */
  uint64_t kept_bytes; /* destroy: what a cell's process has allocated after it */
  struct observation said;
  char self_check[120];   /* walk: "": sound, or it can't say */
  struct span_heap shown; /* walk: count may be more than there is room for */
};

/* os: asked for memory in the candidate's name. It must stay where it is, and so must
 * *here, while there is a heap. */
void in_process_begin(struct in_process *here, const struct spanref_candidate *candidate,
                      struct spanref_os *os);
void in_process_serve(struct in_process *here, struct exchange *exchange);
void in_process_destroy(struct in_process *here);

/* These two need a heap. */

/* The candidate has a function for the call. grant: what is freed or resized, where that is known to
 * be in use, or else no pages. */
void in_process_call(struct in_process *here, const struct call *call,
                     const struct grant *grant, struct observation *said);
/* What it answers to a lookup, without its statistics. */
void in_process_lookup(const struct in_process *here, uint64_t page, struct observation *said);

#endif
