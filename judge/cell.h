/* A candidate in a process of its own, loaded from a shared object, so that whatever it
 * does is an answer: a crash, a hang and a scribble are fates with a name.
 *
 *   here                           the cell
 *   cell_ask   --- request ------>  candidate->alloc
 *              <-- "ask the OS" --    os->reserve
 *              --- granted ------>
 *              <-- answer, statistics, fate
 *
 * One request at a time goes through memory that both share. A cell whose process is gone
 * answers nothing any more; cell_revive starts another. */
#ifndef SPANREF_CELL_H
#define SPANREF_CELL_H

#include <semaphore.h>
#include <sys/types.h>

#include "about.h"
#include "in_process.h"
#include "libraries.h"
#include "words.h"

enum fate {
  FATE_ALIVE,
  FATE_UNLOADABLE,  /* no such file, no such symbol, another version */
  FATE_NOT_STARTED, /* number: errno; the machine has no process for it */
  FATE_CRASHED,     /* number: the signal */
  FATE_EXITED,      /* number: the status */
  FATE_HUNG,        /* number: seconds it was given */
  FATE_OUTGREW      /* number: MiB of memory it was given */
};

struct cell_limits {
  /* Of its processor's time, for one call. By the clock a call may take CELL_PATIENCE
   * times as long, so that a machine under load lets nobody hang who works. */
  uint64_t seconds;
  uint64_t memory_bytes;   /* address space of the process; 0: no limit */
  uint64_t resident_bytes; /* of it in memory, looked at now and then; 0: no limit */
};

#define CELL_PATIENCE 6

/* What both share. */
struct cell_channel {
  sem_t asked, answered;
  struct exchange exchange;
  /* What was loaded, or why not. */
  struct about about;
  char why[512];
  struct libraries libraries;
  /* The process asks the OS in the midst of a call. */
  bool asks_os;
  uint64_t os_wanted, os_base, os_pages;
  bool os_granted;
};

struct cell {
  struct cell_channel *channel;
  struct about about; /* once it was loaded */
  enum fate fate;
  int fate_number;
  char why[512]; /* it couldn't be loaded, or not started, for people */
  struct cell_limits limits;
  char path[4096];
  struct spanref_os *os;
  struct words words;
  pid_t process; /* 0: gone */
  double begun; /* the call that runs, by the clock; */
  double cpu;   /* and what its processor had worked soon after that; negative: the call
                   wasn't looked at yet */
  double next_look; /* at how big it is, and at what it wrote */
};

/* NULL: no memory. Its fate may be FATE_UNLOADABLE or FATE_NOT_STARTED already. os: asked
 * in the candidate's name, while alloc runs. */
struct cell *cell_open(const char *path, struct cell_limits limits, struct spanref_os *os);
void cell_close(struct cell *cell);
/* Another process, if this one is gone. false: there is none. */
bool cell_revive(struct cell *cell);
/* The request in channel->exchange is answered there. false: the process is gone, before
 * or by it. */
bool cell_ask(struct cell *cell);

/* --- Of both processes */

/* Wait for one, and count it down; a moment of trying first, since sleeping costs more
 * than most calls. false: not within so many milliseconds. */
bool cell_wait(sem_t *semaphore, unsigned milliseconds);

/* The process of a cell: it loads the candidate, and does as it is asked until the parent
 * is gone; never returns. */
void cell_serve(struct cell_channel *channel, const char *path, pid_t parent);

#endif
