/* A candidate in a process of its own, loaded from a shared object, so that whatever it
 * does is an answer: a crash, a hang and a scribble are fates with a name.
 *
 *   here                            the cell
 *   cell_call   --- request ------>  candidate->alloc
 *               <-- "ask the OS" --    os->reserve
 *               --- granted ------>
 *               <-- answer, statistics, fate
 *
 * One request at a time goes through memory that both share (cell_channel.h). A cell whose
 * process is gone answers nothing any more; cell_revive starts another. */
#ifndef SPANREF_CELL_H
#define SPANREF_CELL_H

#include "../spec/model.h"
#include "../trace/call.h"
#include "about.h"
#include "observation.h"
#include "tags.h"

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

struct cell;

/* NULL: no memory. Its fate may be FATE_UNLOADABLE or FATE_NOT_STARTED already: see
 * cell_why. os: asked in the candidate's name, while alloc runs. */
struct cell *cell_open(const char *path, struct cell_limits limits, struct spanref_os *os);
void cell_close(struct cell *cell);
const struct about *cell_about(const struct cell *cell);
enum fate cell_fate(const struct cell *cell, int *number);
/* Why it couldn't be loaded, or not started, for people. */
const char *cell_why(const struct cell *cell);
/* Another process, if this one is gone. false: there is none. */
bool cell_revive(struct cell *cell);
/* From now on a call may take so long. */
void cell_hurry(struct cell *cell, uint64_t seconds);

/* Each of these is false where the process is gone, before or by it. They do as those of
 * in_process.h. */

bool cell_create(struct cell *cell, const struct spanref_geometry *geometry, bool *serves,
                 struct observation *said);
/* *kept_bytes: what the process had allocated when the heap was destroyed. */
bool cell_destroy(struct cell *cell, uint64_t *kept_bytes);
bool cell_call(struct cell *cell, const struct call *call, struct grant grant,
               struct observation *said);
/* *shown stays until the next call. */
bool cell_walk(struct cell *cell, struct span_heap **shown, const char **self_check,
               struct observation *said);

#endif
