/* What a cell (cell.h) and its process share, and the process's side of it. */
#ifndef SPANREF_CELL_SHARED_H
#define SPANREF_CELL_SHARED_H

#include <semaphore.h>

#include "../spec/model.h"
#include "cell.h"

#define CELL_SPANS_MAX SPAN_HEAP_CAPACITY

enum cell_call {
  CELL_LOAD,
  CELL_CREATE,
  CELL_DESTROY,
  CELL_ALLOC,
  CELL_FREE,
  CELL_SCAVENGE,
  CELL_ADD,
  CELL_LOOKUP,
  CELL_INSPECT,
  CELL_WALK,
  CELL_QUIT
};

struct cell_shared {
  sem_t asked, answered;

  /* The request. */
  enum cell_call call;
  struct spanref_geometry geometry; /* CELL_CREATE; kept */
  struct cell_grant grant;          /* alloc: npages and tag; free, inspect: all */
  uint64_t page, npages;            /* the other calls */
  bool manual;

  /* The process asks the OS in the midst of a call. */
  bool asks_os;
  uint64_t os_wanted, os_base, os_pages;
  bool os_granted;

  /* The answer. */
  bool done; /* load, create: it worked */
  struct cell_about about;
  char why[160];
  uint64_t kept_bytes;
  struct cell_reply reply;
  uint64_t nspans; /* may be more than fit */
  struct spanref_span spans[CELL_SPANS_MAX];
};

/* Serve requests until CELL_QUIT or until the parent is gone; never returns. */
void cell_serve(struct cell_shared *shared, const char *path, pid_t parent);

/* Wait for one, and count it down; a moment of trying first, since sleeping costs more
 * than most calls. false: not within so many milliseconds. */
bool cell_wait(sem_t *semaphore, unsigned milliseconds);

#endif
