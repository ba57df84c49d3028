/* Two heaps side by side: the reference, and the candidate that is to behave
 * like it.
 *
 * Every operation runs on both, each on an OS of its own; the answers and all
 * statistics are compared after each, the lists of all spans every so often.
 * Then both must also be well-formed (wellformed.h), and the candidate's lookup
 * must find its own spans. The first difference ends a history. Whether a heap is
 * well-formed, and both are the same, is decided by functions that are proved
 * (ref/decide.h).
 *
 *   oracle_begin, oracle_step ..., oracle_finish
 *
 * It says that two heaps behave the same on the operations they were given;
 * it says nothing about speed, memory use or what no operation shows. */
#ifndef SPANREF_ORACLE_H
#define SPANREF_ORACLE_H

#include "clauses.h"
#include "page_set.h"
#include "run.h"
#include "span_list.h"
#include "wellformed.h"

enum { ORACLE_REFERENCE, ORACLE_CANDIDATE, ORACLE_SIDES };

#define ORACLE_LIST_EVERY 64  /* operations between two comparisons of all spans */
#define ORACLE_LOOKUPS_MAX 32 /* spans looked up at each, others each time */

enum oracle_outcome {
  ORACLE_SAME,
  ORACLE_SKIPPED,   /* frees a name that got nothing: not run */
  ORACLE_FULL,      /* the reference has no room: nothing to compare from here */
  ORACLE_DIVERGED,  /* see oracle.divergence */
  ORACLE_NO_MEMORY  /* for the comparison itself */
};

struct divergence {
  field_set fields;
  enum clause clause;  /* speaks of the first of them */
  struct call call;    /* the operation after which it was seen */
  struct observation said[ORACLE_SIDES];
  /* FIELD_SPANS: the first spans that differ, number span_number of each list. */
  uint64_t span_number;
  bool has_span[ORACLE_SIDES];
  struct span span[ORACLE_SIDES];
  /* FIELD_INVARIANT: whose spans are malformed, and why. */
  int side;
  struct complaint complaint;
  /* Only seen because all spans were compared: an earlier operation may be the
   * cause. */
  bool late;
};

/* Since oracle_create; never reset. */
struct oracle_counts {
  uint64_t operations; /* run on both */
  uint64_t answers;    /* compared */
  uint64_t statistics; /* single numbers compared */
  uint64_t span_lists; /* compared and found well-formed */
};

struct oracle {
  /* May be set at any time. */
  uint64_t list_every; /* 1: after every operation */
  size_t lookups_max;
  struct oracle_counts counts;
  struct call call;                      /* the last operation that ran, */
  struct observation said[ORACLE_SIDES]; /* what was seen after it, */
  struct span_stats before;              /* and the reference's statistics before */
  struct divergence divergence;
  struct span_heap *shown; /* of each side, all that was last compared: values for
                              the proved functions, 6 MB each */

  struct machine machines[ORACLE_SIDES];
  struct span_geometry geometry;
  uint64_t page_bytes;
  struct holdings holdings;
  struct page_set given; /* pages that were ever given out */
  uint64_t ran;          /* operations since oracle_begin, */
  uint64_t listed;       /* and how many of them when all spans were last the same */
  size_t lookup_turn;    /* which spans are looked up next */
};

/* false: out of memory. */
bool oracle_create(struct oracle *oracle, const struct candidate *reference,
                   const struct candidate *candidate);
void oracle_destroy(struct oracle *oracle);

/* Both heaps empty. ORACLE_DIVERGED: they disagree whether the geometry fits, or
 * both refuse it. */
enum oracle_outcome oracle_begin(struct oracle *oracle, struct span_geometry geometry,
                                 uint64_t page_bytes);
enum oracle_outcome oracle_step(struct oracle *oracle, const struct trace_op *op);
/* Compare all spans, and look all of them up. Not after ORACLE_FULL. */
enum oracle_outcome oracle_finish(struct oracle *oracle);
/* The same, where all that was in use has been freed: on both sides nothing is. */
enum oracle_outcome oracle_drained(struct oracle *oracle);

/* Steps up to the first that is neither the same nor skipped; *at: which one. */
enum oracle_outcome oracle_steps(struct oracle *oracle, const struct trace_op *ops,
                                 size_t nops, size_t *at);
/* After a divergence: run the operations again, comparing all spans after each, so
 * that *at and oracle.divergence are of the first after which anything differs.
 * Counts nothing. */
enum oracle_outcome oracle_locate(struct oracle *oracle, const struct trace_op *ops,
                                  size_t nops, size_t *at);

#endif
