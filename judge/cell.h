/* A plug-in (candidates/spanref_candidate.h) in a process of its own, so that whatever
 * it does is an answer: a crash, a hang and a scribble are fates with a name.
 *
 *   here                            the cell
 *   cell_alloc  --- request ------>  candidate->alloc
 *               <-- "ask the OS" --    os->reserve
 *               --- granted ------>
 *               <-- answer, statistics, fate
 *
 * One request at a time goes through memory that both share. A cell whose process is
 * gone answers nothing any more; cell_revive starts another. */
#ifndef SPANREF_CELL_H
#define SPANREF_CELL_H

#include <stddef.h>
#include <sys/types.h>

#include "../candidates/spanref_candidate.h"
#include "../trace/fake_os.h"
#include "page_set.h"

enum fate {
  FATE_ALIVE,
  FATE_UNLOADABLE, /* no such file, no such symbol, another version */
  FATE_CRASHED,    /* fate_number: the signal */
  FATE_EXITED,     /* fate_number: the status */
  FATE_HUNG,       /* fate_number: seconds it was given */
  FATE_OUTGREW     /* fate_number: MiB of memory it was given */
};

/* What was found wrong with the contents of memory, where there are any. */
enum scribble {
  SCRIBBLE_NONE,
  SCRIBBLE_CHANGED, /* what was written there while in use isn't there any more */
  SCRIBBLE_DIRTY    /* needzero was denied, and it isn't zero */
};

struct cell_limits {
  uint64_t seconds;        /* for one call */
  uint64_t memory_bytes;   /* address space of the process; 0: no limit */
  uint64_t resident_bytes; /* of it in memory, looked at now and then; 0: no limit */
};

/* What the plug-in says of itself. */
struct cell_about {
  char name[32], summary[128];
  uint32_t levels, profile, memory;
  bool has_scavenge, has_add, has_lookup, has_stats, has_walk, has_self_check;
};

/* All that a call brings back. */
struct cell_reply {
  int status; /* enum spanref_status, or what it returned instead */
  struct spanref_answer answer;
  struct spanref_stats stats; /* after it, SPANREF_UNKNOWN where it has none */
  bool found;                 /* lookup */
  struct spanref_span span;   /* the same */
  enum scribble scribble;
  uint64_t scribble_page;
  char self_check[120]; /* "": sound, or not asked */
};

/* The OS that a plug-in asks, and what came of it. */
struct cell_door {
  struct span_os os;
  struct page_set obtained; /* all it was ever granted */
  bool refused;             /* since this was last set to false: it refused, or granted
                               what it had granted before */
};

/* Memory that is in use, for its contents to be looked at. */
struct cell_grant {
  uint64_t base, npages;
  uint64_t tag; /* another one for each allocation */
};

struct cell;

/* NULL: no memory. Its fate may be FATE_UNLOADABLE already: see cell_why. */
struct cell *cell_open(const char *path, struct cell_limits limits);
void cell_close(struct cell *cell);
const struct cell_about *cell_about(const struct cell *cell);
enum fate cell_fate(const struct cell *cell, int *number);
/* Of FATE_UNLOADABLE, for people. */
const char *cell_why(const struct cell *cell);
/* Another process, if this one is gone. false: it is gone again. */
bool cell_revive(struct cell *cell);

/* From now on a call may take so long. */
void cell_hurry(struct cell *cell, uint64_t seconds);

/* Each of these is false where the process is gone, before or by it. */

/* An empty heap; the one before is destroyed. *serves: not NULL. */
bool cell_create(struct cell *cell, const struct spanref_geometry *geometry, bool *serves);
/* The heap is destroyed. *kept_bytes: what the process had allocated after it. */
bool cell_destroy(struct cell *cell, uint64_t *kept_bytes);
bool cell_alloc(struct cell *cell, struct cell_door *door, uint64_t npages, bool manual,
                uint64_t tag, struct cell_reply *reply);
/* grant.npages 0: not known to be in use, and not looked at. */
bool cell_free(struct cell *cell, struct cell_grant grant, struct cell_reply *reply);
bool cell_scavenge(struct cell *cell, uint64_t want_pages, struct cell_reply *reply);
bool cell_add(struct cell *cell, uint64_t base, uint64_t npages, struct cell_reply *reply);
bool cell_lookup(struct cell *cell, uint64_t page, struct cell_reply *reply);
/* Is what was written still there? */
bool cell_inspect(struct cell *cell, struct cell_grant grant, struct cell_reply *reply);
/* All spans, in memory that the next call uses again, and self_check. */
bool cell_walk(struct cell *cell, const struct spanref_span **spans, uint64_t *nspans,
               struct cell_reply *reply);

#endif
