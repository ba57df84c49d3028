/* A candidate in a process of its own, loaded from a shared object, so that whatever it
 * does is an answer: a crash, a hang and a scribble are fates with a name.
 *
 *   here                              the cell
 *   cell_ask   --- many calls ------>  candidate->alloc ... free ... alloc ...
 *              <-- all answers, fate
 *
 * A request goes through memory that both share, and two pipes wake who waits for it. One request
 * asks for many calls: a later one may free what an earlier one gets.
 * The OS that the candidate asks is played there, by a copy of its state here; what was asked
 * and granted is noted, and done again here (transport.h).
 *
 * The process says after each call how many are done. So when it ends the culprit is known.
 * A cell whose process is gone answers nothing any more; cell_revive starts another. */
#ifndef SPANREF_CELL_H
#define SPANREF_CELL_H

#include <sys/types.h>

#include "../trace/fake_os.h"
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
  FATE_OUTGREW,     /* number: MiB of memory it was given */
  FATE_FORGED       /* what both share says what can't be: it was written over */
};

struct cell_limits {
  /* Of its processor's time, for one call. By the clock a call may take CELL_PATIENCE
   * times as long, so that a machine under load lets nobody hang who works. */
  uint64_t seconds;
  uint64_t memory_bytes;   /* address space of the process; 0: no limit */
  uint64_t resident_bytes; /* of it in memory, looked at now and then; 0: no limit */
};

#define CELL_PATIENCE 6
#define CELL_CALLS 256 /* at once */
#define CELL_PAGES 512 /* the same, to be looked up */
#define CELL_NOTES 64  /* of the OS, until the other side has to take them */
#define CELL_FAR (SPAN_LIMIT_PAGES - 1) /* where it is granted, no more calls are done */

/* Beside the free that an operation asks for, wrong ones that must be refused (judge_wrong.c). */
enum cell_wrong {
  CELL_RIGHT,
  CELL_WRONG_INSIDE, /* at the last page, if there is another */
  CELL_WRONG_AGAIN,
  CELL_WRONG_FAR     /* at a page that is given */
};

/* One of the calls that are asked for at once. */
struct cell_call {
  bool is_asked; /* false: it is passed over */
  enum cell_wrong wrong;
  uint32_t op; /* which operation asks for it: the calls of one come one after the other */
  struct call call;
  struct grant grant; /* as in in_process_call */
  /* The last call before this one that has to do with the same name: what that left is what
   * this one frees or resizes. Its own number: page and grant are known already. */
  uint32_t after;

  bool ran; /* it was asked, and its name had something */
  struct observation said;
  bool is_left; /* its name has something after it: so many pages as were asked for, */
  struct grant left;
  uint64_t takes_pages; /* and they take up so many; of a resize, known before it */
};

/* What is to be looked at after the calls. */
struct cell_look {
  bool shows; /* its spans, as by REQUEST_WALK; */
  uint64_t from, spans_max; /* then so many of the spans that it showed last are looked up, from
                               number `from` on, round and round, by their first and last page */
  bool destroys; /* then its heap is destroyed, as by REQUEST_DESTROY */
};

/* What a lookup finds. */
struct cell_page {
  uint64_t page;
  bool found;
  struct spanref_span span;
};

/* The candidate has asked the OS in call number `call`. */
struct cell_note {
  uint32_t call;
  uint64_t wanted_pages;
  struct span_os_answer answer;
};

/* What both share. All but the request is written by the process of the cell, where the
 * candidate may write as well: nothing in it is believed unseen. */
struct cell_channel {
  struct exchange exchange;
  /* How often either side has woken the other; and how often a side that waits looks at that
   * before it sleeps. On an idle machine to be woken takes longer than most answers. 0: both share
   * one processor. */
  volatile uint32_t nasked, nanswered;
  uint32_t looks;
  /* What was loaded, or why not. */
  struct about about;
  char why[512];
  struct libraries libraries;
  /* REQUEST_CALLS. */
  struct fake_os os; /* before the first */
  struct cell_call calls[CELL_CALLS];
  uint32_t ncalls;
  bool stops_at_refusal; /* what comes after an allocation that was refused isn't done */
  struct cell_look look;
  volatile uint32_t done; /* calls, from the first one on */
  bool has_shown;         /* in `exchange`, as by REQUEST_WALK; */
  struct cell_page pages[CELL_PAGES]; /* and then these were looked up */
  uint32_t npages;
  bool has_destroyed;
  struct cell_note notes[CELL_NOTES];
  uint32_t nnotes, notes_max; /* so many, then they are to be taken */
  bool is_full; /* they are, in the midst of a call */
};

#define CELL_LOOKS 100000 /* some ten microseconds */

static inline void cell_glance(const struct cell_channel *channel, const volatile uint32_t *count,
                               uint32_t was)
{
  for (uint32_t i = 0; i < channel->looks && *count == was; i++) {}
}

struct cell {
  struct cell_channel *channel;
  struct about about; /* once it was loaded */
  enum fate fate;
  int fate_number;
  char why[512]; /* it couldn't be loaded, or not started, for people */
  struct cell_limits limits;
  char path[4096];
  struct words words;
  pid_t process; /* 0: gone */
  int asks[2];   /* pipes, where there is a process. Both ends of this one are open here, so */
  int answers[2]; /* that writing to it is no signal; of this one the end to read from */
  double begun; /* the call that runs, by the clock; */
  double cpu;   /* and what its processor had worked soon after that; negative: the call
                   wasn't looked at yet */
  double next_look; /* at how big it is, and at what it wrote */
  /* Of the last REQUEST_CALLS. */
  uint32_t answered; /* calls; who is gone was lost by the next one */
  struct cell_note *notes;
  size_t nnotes, notes_room;
  bool lacks_notes; /* memory for them ran out */
};

/* NULL: no memory. Its fate may be FATE_UNLOADABLE or FATE_NOT_STARTED already. */
struct cell *cell_open(const char *path, struct cell_limits limits);
void cell_close(struct cell *cell);
/* Another process, if this one is gone. false: there is none. */
bool cell_revive(struct cell *cell);
/* Ends the process, which answered well so far: cell_revive starts another. */
void cell_end(struct cell *cell);
/* The request in channel->exchange is answered there. false: the process is gone, before
 * or by it. */
bool cell_ask(struct cell *cell);
/* It has written over what both share: its process is ended. */
void cell_distrust(struct cell *cell);

/* --- The process of a cell */

/* It loads the candidate, and does as it is asked by one pipe, says so by the other, until the
 * first is closed; never returns. */
void cell_serve(struct cell_channel *channel, const char *path, int asks, int answers);

#endif
