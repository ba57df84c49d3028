/* A candidate beside the reference on one history, held to the levels that it declares
 * (candidates/spanref_candidate.h). Every candidate is judged here, ours included.
 *
 * Who declares placement as in SPANREF_GO113 must answer all that the reference answers. Behind
 * everybody else the reference follows (follow.h): each answer is judged by the reference's
 * state, and then carried out on it. So it does behind the former, too, once a departure of
 * theirs is waived. What the candidate has no function for isn't done, and counts as skipped.
 * After each operation its answer and its statistics are looked at, its spans every so often and
 * at the end. Whether a heap is well-formed, and whether two are the same, is decided by
 * functions that are proved (ref/decide.h). docs/judge.md lists all that is compared.
 *
 *   judge_begin, judge_step ..., judge_finish
 *
 * At the level of placement as in SPANREF_PAGES there is no OS and no scavenging: both
 * get the same memory, retained, before the first operation, since only then are free
 * runs of pages and free spans the same (docs/semantics.md, "Profile pages").
 *
 * It says that a candidate keeps to what it declares on the operations it was given; it
 * says nothing about speed, memory use or what no operation shows. */
#ifndef SPANREF_JUDGE_H
#define SPANREF_JUDGE_H

#include "../trace/trace.h"
#include "departure.h"
#include "page_set.h"
#include "transport.h"

#define JUDGE_LIST_EVERY 64  /* operations between two looks at all spans */
#define JUDGE_LOOKUPS_MAX 32 /* spans looked up at each, others each time */

/* Spans in use; where there are more, a heap may follow that isn't proved, but faster. */
#define JUDGE_MANY 4096

#define JUDGE_PIECES_MAX 64 /* of a pool that a history hands in */

/* Memory of so many bytes is there: whoever is asked for more may refuse. */
#define JUDGE_THERE_BYTES (UINT64_C(1) << 28)

enum judgement {
  JUDGED_SAME,
  JUDGED_SKIPPED,  /* not run: it frees a name that got nothing, or can't be asked */
  JUDGED_OVER,     /* a waived departure after which there is nothing to go on with */
  JUDGED_FULL,     /* the reference, or a page set, has no room: nothing to compare from here */
  JUDGED_DEPARTED, /* see judge.departure: this history is over */
  JUDGED_FAILED    /* the judging itself: see judge.why */
};

static inline bool judgement_ends(enum judgement judgement)
{
  return judgement != JUDGED_SAME && judgement != JUDGED_SKIPPED;
}

struct judge_counts {
  uint64_t compared;  /* the candidate was asked, and what it said was looked at */
  uint64_t skipped;   /* it can't say, or wasn't asked */
  uint64_t differed;  /* waived or not */
};

/* Of all histories since judge_create. */
struct judge_tally {
  uint64_t exercised[OP_KINDS]; /* the candidate was asked, whatever the level, */
  uint64_t compared;            /* and how often in all */
  struct judge_counts counts[LEVELS][OP_KINDS];
  uint64_t span_lists; /* looked at, and found as they should be */
  uint64_t many;       /* histories in which `many` followed, in place of the reference */
  struct waivers waivers;
  /* What the candidate's process had allocated after the last history, and how often in
   * a row that was more. */
  uint64_t kept_bytes;
  unsigned kept_more;
};

struct judge_filled {
  uint64_t npages;
  bool manual, is_granted;
};

struct judge {
  struct judge_tally tally;
  struct departure departure;
  const char *why; /* JUDGED_FAILED, for people */

  /* May be set before judge_begin. */
  uint64_t list_every;  /* 1: all spans are looked at after every operation */
  size_t lookups_max;
  uint64_t given_pages; /* how much memory the judge hands in, beside two pieces */
  bool must_serve;      /* a geometry that fits, as our own heaps do */
  bool must_give_back;  /* at the end, what is still in use */
  uint64_t pool_pages; /* of a closed pool with SPANREF_BYTES; 0: any */
  /* Departures of another kind than `sought` are passed over as if they were waived. */
  bool passes_others;
  enum departs sought;
  /* Follows once more than JUDGE_MANY spans are in use. Its lists are looked at as the
   * reference's. NULL: the reference follows for ever. */
  const struct spanref_candidate *many;

  struct transport *sides[SIDES];
  struct transport *ours[2]; /* one of them is sides[SIDE_REFERENCE]: the reference, many */
  /* What the candidate declares to be: docs/semantics.md in all it answers; or first fit
   * in the memory that it is given beforehand. */
  bool is_exact, is_pages;
  /* Its memory is handed in before the first operation that is another; there is no OS. The
   * history's first operations do so; if it has none such, the judge does. */
  bool is_given;
  uint32_t asked; /* bit 1 << enum op_kind: it can be asked that */
  uint32_t can;   /* of enum spanref_can: what both sides can */

  /* Of this history. */
  const struct trace_op *coming; /* what comes next, as far as that was said: a candidate in a */
  size_t ncoming;                /* cell is asked many of these at once (judge_ahead.c) */
  bool is_all;                   /* and then comes the end */
  bool is_hasty; /* a look at the candidate was left out, since it was asked more already */
  struct span_geometry geometry;
  uint64_t page_bytes;
  enum op_kind kind;     /* what is judged now; OP_DUMP: nothing that was asked */
  uint64_t ran;          /* operations, */
  uint64_t listed;       /* and how many of them when all spans were last looked at */
  struct call call;      /* the last that ran, in the candidate's terms, */
  struct observation said[SIDES]; /* what was seen after it, */
  struct spanref_stats before;    /* and the reference's statistics before */
  struct span_heap *shown[SIDES]; /* the spans last looked at; NULL: none were */
  struct holdings held;           /* what each name got */
  struct page_set *given;         /* pages that were ever given out */
  uint32_t known;        /* bit i: it has said number i of its statistics */
  size_t lookup_turn;    /* which spans are looked up next */
  /* The reference follows. Otherwise both have answered all alike. */
  bool follows;
  bool chose; /* it didn't when the last operation began: said[SIDE_REFERENCE] is its own choice */
  bool has_many; /* `many` follows */
  uint64_t nused;  /* spans in use, where the reference or `many` follows */
  bool is_as_good; /* the last placement: in another span that fits as well */
  bool carried_out; /* what the last answer gave out, the reference gave out as well */
  struct spanref_stats led;   /* what the reference that follows holds, by its statistics, */
  struct spanref_stats holds; /* and the candidate: the same without what is pending */
  /* Pages that were freed, and that the reference has in use until they are released; how many
   * allocations these were, and how many pages, the manual ones second. */
  struct page_set *pending;
  uint64_t npending, pending_pages[2];
  /* Of the door's grants so many are the reference's; so many there were before this call. */
  size_t ngrants, ngrants_before;
  /* Of a closed pool: the allocations that the history began with, and which were granted. */
  struct judge_filled *filled;
  size_t nfilled, filled_room;
  bool is_filling; /* nothing else was done yet */
  bool is_settled; /* nothing more is handed in; before that, what will be */
  struct span_range pieces[JUDGE_PIECES_MAX];
  size_t npieces;
  bool has_empty;  /* a name has got 0 pages, which was waived */
  uint64_t next_page; /* where the last allocation of pages alone ended */
  bool cuts_pages; /* it has asked for parts of physical pages */
  /* The reference's spans after the last answer of its own, where the candidate's was another;
   * NULL: there was none. */
  struct span_heap *after;
  struct span_heap *lists[SIDES]; /* room to word what is wrong with what is shown; or NULL */
  struct page_set *free[SIDES];   /* room for the pages that each shows free, */
  struct span_range_list *grants; /* and for what the door has granted */
};

/* The candidate stays the caller's. reference: whose answers decide, ref as a rule.
 * false: out of memory; judge_destroy works all the same. */
bool judge_create(struct judge *judge, struct transport *candidate,
                  const struct spanref_candidate *reference);
void judge_destroy(struct judge *judge);
/* The next history is the first in a process of the candidate's started anew, and what was
 * left allocated before counts no more. One of ours stays in this process. */
void judge_renew(struct judge *judge);

/* What it has in use, and what it has free, as far as the reference knows. Valid until the judge
 * is asked again. NULL: out of memory. */
const struct span_heap *judge_holding(struct judge *judge);

/* What the candidate says of itself. */
static inline const struct about *judge_about(const struct judge *judge)
{
  return &judge->sides[SIDE_CANDIDATE]->about;
}

/* Has the table nothing to tell of this level and kind? */
static inline bool judge_counts_none(const struct judge *judge, enum level level,
                                     enum op_kind kind)
{
  const struct judge_counts *counts = &judge->tally.counts[level][kind];
  uint64_t exercised =
      about_declares(judge_about(judge), level) ? judge->tally.exercised[kind] : 0;
  return exercised + counts->compared + counts->skipped + counts->differed == 0;
}

/* Both heaps empty, of a geometry that fits or doesn't. JUDGED_SKIPPED: the candidate
 * doesn't serve it, as it may where it fits, and must where it doesn't. */
enum judgement judge_begin(struct judge *judge, struct span_geometry geometry,
                           uint64_t page_bytes);
/* The same for a trace, whose first operations say how big a pool is. */
enum judgement judge_begin_trace(struct judge *judge, const struct trace *trace);
enum judgement judge_step(struct judge *judge, const struct trace_op *op);
/* The next steps will be these operations, which stay where they are, and then, if they are all,
 * the end. A candidate in a cell is asked many of them at once; what is judged is the same. */
void judge_expect(struct judge *judge, const struct trace_op *ops, size_t nops, bool is_all);
/* So many operations, and all spans are looked at again. */
static inline uint64_t judge_until_due(const struct judge *judge)
{
  uint64_t since = judge->ran - judge->listed;
  return since < judge->list_every ? judge->list_every - since : 1;
}
/* Looks at all spans; then what is in use must be given back, contents and all, and
 * nothing be left (must_give_back). Not after JUDGED_FULL. */
enum judgement judge_finish(struct judge *judge);

/* Steps up to the first that is neither the same nor skipped; *at: which one. */
enum judgement judge_steps(struct judge *judge, const struct trace_op *ops, size_t nops,
                           size_t *at);
/* All of a trace, from begin to finish; *at: as in judge_steps, nops at the end. */
enum judgement judge_trace(struct judge *judge, const struct trace *trace, size_t *at);
/* After a departure at *at: run the trace again one by one, and look at all spans after each
 * operation, so that *at and the departure are of the first after which anything shows. Where it
 * doesn't depart again, what was seen stands, and this is JUDGED_SAME. Counts nothing. */
enum judgement judge_locate(struct judge *judge, const struct trace *trace, size_t *at);

#endif
