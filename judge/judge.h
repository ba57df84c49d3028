/* A plug-in beside the reference on one history, held to the levels that it declares
 * (candidates/spanref_candidate.h).
 *
 * Both get the same operations, each in terms of what it was given itself; what the
 * plug-in has no function for isn't done by either, and counts as skipped. After each
 * operation its answer and statistics are looked at, its spans every JUDGE_LIST_EVERY
 * operations and at the end.
 *
 * At the level of placement as in SPANREF_PAGES there is no OS and no scavenging: both
 * get the same memory, retained, before the first operation, since only then are free
 * runs of pages and free spans the same (docs/semantics.md, "Profile pages"). */
#ifndef SPANREF_JUDGE_H
#define SPANREF_JUDGE_H

#include "../spec/model.h"
#include "cell.h"
#include "departure.h"
#include "live.h"
#include "run.h"

#define JUDGE_LIST_EVERY 64

/* Memory of so many bytes is there: whoever is asked for more may refuse. */
#define JUDGE_THERE_BYTES (UINT64_C(1) << 28)

enum judgement {
  JUDGED_SAME,
  JUDGED_SKIPPED,  /* not run */
  JUDGED_OVER,     /* a waived departure after which there is nothing to go on with */
  JUDGED_FULL,     /* the reference has no room: nothing to compare from here */
  JUDGED_DEPARTED, /* see judge.departure: this history is over */
  JUDGED_NO_MEMORY /* for the judging itself */
};

struct judge_counts {
  uint64_t exercised; /* the plug-in was asked */
  uint64_t compared;  /* and what it said was looked at */
  uint64_t skipped;   /* it can't say, or wasn't asked */
  uint64_t differed;  /* waived or not */
};

struct judge {
  struct judge_counts counts[LEVELS][OP_KINDS]; /* since judge_create */
  uint64_t compared; /* operations, whatever the level */
  struct departure departure;
  struct waivers waivers;

  struct cell *cell;
  struct machine reference;
  struct holdings ours, theirs; /* names, as the reference and the plug-in placed them */
  struct cell_door door;
  struct live_set live;
  struct page_set given; /* pages that were ever given out */
  struct span_heap *shown; /* the reference's spans, and the plug-in's */
  struct span_geometry geometry;
  uint64_t page_bytes;
  uint64_t ran;          /* operations of this history */
  uint64_t list_every;   /* JUDGE_LIST_EVERY, or what is wanted; 1: after each */
  uint64_t given_pages;  /* SPANREF_PAGES: how much memory there is, beside two small
                            pieces; may be set before judge_begin */
  uint64_t next_tag;
  bool placement_is_lost; /* a waived difference: addresses don't compare any more */
  struct call call;       /* the last that the plug-in answered, */
  struct observation ours_said; /* what the reference said to it, */
  struct cell_reply reply;      /* and what it said itself */
  uint64_t kept_bytes;    /* after the last history, and how often it was more again */
  unsigned kept_more;
};

/* cell: stays the caller's. false: out of memory. */
bool judge_create(struct judge *judge, struct cell *cell);
void judge_destroy(struct judge *judge);

/* Both heaps empty. JUDGED_SKIPPED: the plug-in doesn't serve this geometry. */
enum judgement judge_begin(struct judge *judge, struct span_geometry geometry,
                           uint64_t page_bytes);
/* *ours: what the reference answered, for whoever makes up the next operation. */
enum judgement judge_step(struct judge *judge, const struct trace_op *op,
                          struct observation *ours);
/* All spans, and the contents of all memory in use; then it must give all back. */
enum judgement judge_finish(struct judge *judge);

/* What the plug-in said, in the reference's terms; what it can't say is as the reference
 * says it. */
void judge_observe(const struct cell_reply *reply, const struct observation *ours,
                   struct observation *theirs);

/* Inside judge.c and judge_spans.c. */

bool judge_declares(const struct judge *judge, enum level level);
/* Does it declare to be docs/semantics.md, in all it answers? */
bool judge_is_exact(const struct judge *judge);
/* Does it declare to be first fit in the memory that it is given beforehand? */
bool judge_is_pages(const struct judge *judge);
/* It departs, in words as in printf; JUDGED_SAME or JUDGED_OVER where that is waived. */
enum judgement judge_departs(struct judge *judge, enum op_kind kind, enum departs what,
                             const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A departure that isn't waived violates this sentence. */
enum judgement judge_cites(struct judge *judge, enum judgement judgement,
                           enum clause clause);
/* It is about these pages. */
enum judgement judge_places(struct judge *judge, enum judgement judgement, uint64_t base,
                            uint64_t npages);
/* What was freed, and what is to be said of it. */
enum judgement judge_free(struct judge *judge, const struct call *call,
                          const struct cell_reply *reply);
/* The process is gone: why? */
enum judgement judge_fate(struct judge *judge, enum op_kind kind);
/* Its spans and its self_check. */
enum judgement judge_spans(struct judge *judge, enum op_kind kind);

#endif
