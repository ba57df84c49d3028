/* What a cell (cell.h) and its process share: one request at a time, and its answer. */
#ifndef SPANREF_CELL_CHANNEL_H
#define SPANREF_CELL_CHANNEL_H

#include <semaphore.h>

#include "../spec/model.h"
#include "../trace/call.h"
#include "about.h"
#include "observation.h"
#include "tags.h"

enum cell_request { CELL_LOAD, CELL_CREATE, CELL_DESTROY, CELL_CALL, CELL_WALK };

struct cell_channel {
  sem_t asked, answered;

  enum cell_request request;
  struct spanref_geometry geometry; /* CELL_CREATE */
  struct call call;                 /* CELL_CALL */
  struct grant grant;               /* the same */

  /* The process asks the OS in the midst of a call. */
  bool asks_os;
  uint64_t os_wanted, os_base, os_pages;
  bool os_granted;

  /* The answer. */
  bool done; /* load, create: it worked */
  struct about about;
  char why[160];
  uint64_t kept_bytes;
  struct observation said;
  char self_check[120]; /* "": sound, or not asked */
  struct span_heap shown;
};

/* Wait for one, and count it down; a moment of trying first, since sleeping costs more
 * than most calls. false: not within so many milliseconds. */
bool cell_wait(sem_t *semaphore, unsigned milliseconds);

#endif
