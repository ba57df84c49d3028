/* In what a candidate departs from what it declares, and the departures that are known
 * and accepted: its waivers. */
#ifndef SPANREF_DEPARTURE_H
#define SPANREF_DEPARTURE_H

#include "about.h"
#include "clauses.h"
#include "fields.h"
#include "words.h"

enum departs {
  /* Safety. */
  DEPARTS_CRASHED,
  DEPARTS_HUNG,
  DEPARTS_EXITED,
  DEPARTS_OUTGREW,  /* its process is too big */
  DEPARTS_OVERLAP,  /* memory that is in use is given out again */
  DEPARTS_OUTSIDE,  /* memory that was never obtained, or can't be */
  DEPARTS_REFUSED,  /* no memory, though there is */
  DEPARTS_GREW,     /* it asked the OS, though it had what surely serves */
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
  /* Backing. */
  DEPARTS_MEMORY, /* in the pages to be made ready, or in those given back */
  DEPARTURES
};

/* "overlap"; what waivers and reports call it. */
const char *departs_name(enum departs what);
enum level departs_level(enum departs what);
/* NO_CLAUSE: no sentence of docs/semantics.md speaks of it, or it depends on more which. */
#define NO_CLAUSE CLAUSES
enum clause departs_clause(enum departs what);

struct departure {
  enum departs what;
  bool has_clause;
  enum clause clause; /* that it violates */
  char text[272];     /* what was asked, said and expected, for people */
  char explanation[160]; /* where it would have fitted, or why it doesn't; "": not said */
  struct words_text last_words; /* of its process, on standard error */
  /* The pages that it is about, of this side's heap; 0 pages: none in particular. */
  enum side side;
  uint64_t base, npages;
  enum field field; /* the number or the part of the answer that it is about; FIELDS: neither */
  /* At SPANREF_GO113: all fields in which the two answers differ, text has the first. */
  field_set fields;
  enum op_kind kind;
  uint64_t page_bytes;
  struct observation said[SIDES];
  /* Only seen because all spans were looked at: an earlier operation may be the cause. */
  bool late;
};

/* It has to do with its process, which is gone. */
static inline bool departs_by_fate(enum departs what) { return what <= DEPARTS_OUTGREW; }

/* The same kind, the same sentence, and after the same operation: an allocation, be it manual or
 * not; a free, by name or by address; or the very same. */
bool departures_are_alike(const struct departure *a, const struct departure *b);

#define WAIVERS_MAX 32

struct waiver {
  enum departs what;
  bool is_of_field; /* of that field alone */
  enum field field;
  char why[160];
  uint64_t line, used;
};

struct waivers {
  struct waiver list[WAIVERS_MAX];
  size_t count;
};

/* Lines "waive KIND[.FIELD] [in VERB]: WHY", blank lines and #-comments. Those in another verb
 * than this one are left out; NULL: none is. false: *line and *expected say where and what. No such
 * file is no waivers. */
bool waivers_read(struct waivers *waivers, const char *path, const char *verb, uint64_t *line,
                  const char **expected);
/* Counts it. field: FIELDS where the departure is about none. NULL: it isn't waived. */
struct waiver *waivers_use(struct waivers *waivers, enum departs what, enum field field);
/* "stats.nfree"; as it was written. */
struct waiver_name {
  char text[40];
};
struct waiver_name waiver_name(const struct waiver *waiver);

#endif
