/* In what a plug-in departs from what it declares, and the departures that are known
 * and accepted: its waivers. */
#ifndef SPANREF_DEPARTURE_H
#define SPANREF_DEPARTURE_H

#include "clauses.h"

/* candidates/spanref_candidate.h, enum spanref_level, as places in a table. */
enum level { LEVEL_SAFETY, LEVEL_ACCOUNTING, LEVEL_COALESCING, LEVEL_PLACEMENT, LEVELS };

enum departs {
  /* Safety. */
  DEPARTS_CRASHED,
  DEPARTS_HUNG,
  DEPARTS_EXITED,
  DEPARTS_OUTGREW,  /* its process is too big */
  DEPARTS_OVERLAP,  /* memory that is in use is given out again */
  DEPARTS_OUTSIDE,  /* memory that was never obtained, or can't be */
  DEPARTS_REFUSED,  /* no memory, though there is */
  DEPARTS_ACCEPTED, /* it does what can't be done */
  DEPARTS_NOT_FREED,
  DEPARTS_CHANGED,  /* contents of memory in use */
  DEPARTS_DIRTY,    /* memory said to be zero isn't */
  DEPARTS_UNSOUND,  /* by its own self_check */
  DEPARTS_LEAK,
  /* Accounting. */
  DEPARTS_STATS,
  /* Coalescing. */
  DEPARTS_SPANS, /* the spans it shows aren't what is in use, or are out of order */
  DEPARTS_UNCOALESCED,
  /* Placement. */
  DEPARTS_ADDRESS,
  DEPARTS_ANSWER, /* in another field than the address */
  DEPARTS_STATE,  /* in the spans it shows */
  DEPARTURES
};

/* "overlap"; what waivers and reports call it. */
const char *departs_name(enum departs what);
enum level departs_level(enum departs what);
/* false: no sentence of docs/semantics.md speaks of it, or which one depends on more. */
bool departs_clause(enum departs what, enum clause *clause);
const char *level_name(enum level level);

struct departure {
  enum departs what;
  bool has_clause;
  enum clause clause;
  uint64_t base, npages; /* whose pages it is about; 0 pages: none in particular */
  char text[256]; /* what was asked, said and expected, for people */
};

#define WAIVERS_MAX 32

struct waiver {
  enum departs what;
  char why[160];
  uint64_t line, used;
};

struct waivers {
  struct waiver list[WAIVERS_MAX];
  size_t count;
};

/* Lines "waive KIND: WHY", blank lines and #-comments. false: *line and *expected say
 * where and what. No such file is no waivers. */
bool waivers_read(struct waivers *waivers, const char *path, uint64_t *line,
                  const char **expected);
/* Counts it. NULL: it isn't waived. */
struct waiver *waivers_use(struct waivers *waivers, enum departs what);

#endif
