/* What a cell (cell.h) and its process share: one request at a time, and its answer. */
#ifndef SPANREF_CELL_CHANNEL_H
#define SPANREF_CELL_CHANNEL_H

#include <semaphore.h>
#include <sys/types.h>

#include "about.h"
#include "in_process.h"

struct cell_channel {
  sem_t asked, answered;
  struct exchange exchange;
  /* What was loaded, or why not. */
  struct about about;
  char why[160];
  /* The process asks the OS in the midst of a call. */
  bool asks_os;
  uint64_t os_wanted, os_base, os_pages;
  bool os_granted;
};

/* Wait for one, and count it down; a moment of trying first, since sleeping costs more
 * than most calls. false: not within so many milliseconds. */
bool cell_wait(sem_t *semaphore, unsigned milliseconds);

/* The process of a cell: it loads the candidate, and does as it is asked until the parent
 * is gone; never returns. */
void cell_serve(struct cell_channel *channel, const char *path, pid_t parent);

#endif
