/* What the files of the judge share, and nobody else:
 *
 *   judge.c          leads
 *   judge_ahead.c    asks a candidate in a cell many things at once
 *   judge_pool.c     hands in memory
 *   judge_safety.c   is an answer safe?
 *   judge_refused.c  may it be a refusal?
 *   judge_wrong.c    asks what must be refused
 *   judge_answer.c   all else about an answer
 *   judge_spans.c    looks at all spans
 *   judge_end.c      ends a history
 *   judge_departs.c  says that a candidate departs
 *   judge_faults.c   and in which words, for what rules.h has found
 *   judge_explain.c  and what would have been right
 *   judge_explain_spans.c  and what is wrong with the spans that it shows */
#ifndef SPANREF_JUDGE_INTERNAL_H
#define SPANREF_JUDGE_INTERNAL_H

#include "joined.h"
#include "judge.h"
#include "rules.h"
#include "wellformed.h"

/* --- judge_departs.c */

/* It departs, on these pages of its heap (none: 0, 0), in words as in printf. clause: the
 * sentence that it violates; NO_CLAUSE: the one that departs_clause knows. The answer is
 * JUDGED_SAME or JUDGED_OVER where that is waived. */
enum judgement judge_departs(struct judge *judge, enum departs what, enum clause clause,
                             uint64_t base, uint64_t npages, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The same in this field. */
enum judgement judge_departs_in(struct judge *judge, enum departs what, enum clause clause,
                                enum field field, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* It departs, since this is wrong with it. */
enum judgement judge_complains(struct judge *judge, enum departs what,
                               struct complaint why);
/* It departs, if that is a fault, by what it said last. Pages of its heap as above. */
enum judgement judge_finds(struct judge *judge, enum fault fault, uint64_t base,
                           uint64_t npages);
/* The same by what it said elsewhere. */
enum judgement judge_finds_in(struct judge *judge, enum fault fault,
                              const struct observation *said, uint64_t base, uint64_t npages);
/* It departs: these pages, given out, overlap what is in use there, or pending. */
enum judgement judge_departs_over(struct judge *judge, uint64_t base, uint64_t npages,
                                  const struct span *other);
/* Its process is gone: why? */
enum judgement judge_fate(struct judge *judge);
/* The judging itself can't go on. */
enum judgement judge_fails(struct judge *judge, const char *why);
/* The level's table takes note of a call that isn't done. */
enum judgement judge_skips(struct judge *judge);

static inline bool judge_is_in_bytes(const struct judge *judge)
{
  return judge_about(judge)->memory == SPANREF_BYTES;
}

static inline bool judge_knows(const struct judge *judge, enum number number)
{
  return judge->known >> number & 1;
}

/* Does it say a number that can be held against the reference's after each operation? */
static inline bool judge_counts_stats(const struct judge *judge)
{
  return judge_knows(judge, NUMBER_IN_USE) || judge_knows(judge, NUMBER_MANUAL) ||
         (judge_knows(judge, NUMBER_IDLE) && !judge_is_in_bytes(judge));
}

static inline bool judge_declares(const struct judge *judge, enum level level)
{
  return about_declares(judge_about(judge), level);
}

static inline struct judge_counts *judge_counts(struct judge *judge, enum level level)
{
  return &judge->tally.counts[level][judge->kind];
}

/* What the candidate holds, by the reference's statistics. */
static inline const struct spanref_stats *judge_holds(const struct judge *judge)
{
  return judge->follows ? &judge->holds : &judge->said[SIDE_REFERENCE].stats;
}

/* Which placement the last allocation had to take. */
static inline enum span_fit judge_fit(const struct judge *judge)
{
  return about_fit(judge_about(judge), judge->can, &judge->call.request);
}

/* Did the reference's heap grow, for the last operation? */
static inline bool judge_grew(const struct judge *judge)
{
  return stats_differ(&judge->before, &judge->said[SIDE_REFERENCE].stats,
                      1U << NUMBER_ARENA_BASE | 1U << NUMBER_ARENA_END) != 0;
}

/* --- judge_ahead.c */

/* Is the operation asked, and as which call? */
bool judge_resolves(struct judge *judge, const struct trace_op *op, struct call *call);
/* What the candidate has in use where the call frees or resizes, as far as that is known: what was
 * asked for, which may be written. */
struct grant judge_grant_of(struct judge *judge, const struct call *call);

/* The operation is judged now. */
void judge_comes(struct judge *judge, const struct trace_op *op);
/* A candidate in a cell is asked that operation and those behind it, unless it was. */
void judge_ask_ahead(struct judge *judge);
/* Has it been asked more than what is judged now, so that it can't be looked at? Only where the
 * candidate departs anyway: judge_locate looks then. */
bool judge_is_hasty(struct judge *judge);
/* It is asked to free what these names got, or these spans in use, from number `end` - 1
 * downwards. */
void judge_free_names_ahead(struct judge *judge, size_t end);
void judge_free_ahead(struct judge *judge, const struct span_heap *held, uint64_t end);
/* It is asked for its spans, or only to look up so many of those that it showed last. */
void judge_look_ahead(struct judge *judge, bool shows, uint64_t spans_max);

/* --- judge_explain.c */

/* After a departure in the last answer: judge.departure.explanation. The two sides' memory was
 * the same before it. */
void judge_explain(struct judge *judge);

static inline bool judge_refuses(const struct judge *judge, uint32_t promises)
{
  return (judge_about(judge)->promises & promises) != 0;
}

/* Is the last call an allocation by next fit? */
static inline bool judge_is_next_fit(const struct judge *judge)
{
  return judge_about(judge)->is_next_fit && op_is_alloc(judge->kind) &&
         request_needs(&judge->call.request) == 0;
}

/* --- judge_pool.c */

/* Before its memory is settled: the operation hands in a piece of it. false: it does something
 * else, and the memory is settled if need be, which may end the history. */
bool judge_pool_step(struct judge *judge, const struct trace_op *op, enum judgement *judgement);
/* Whatever was handed in, no more is. */
enum judgement judge_pool_settle(struct judge *judge);
/* How many pages a pool of the candidate's own shall have; 0: it isn't said. */
uint64_t judge_pool_bytes(const struct judge *judge);
/* Takes note of the last call, if a closed pool is still being filled for the first time. false:
 * out of memory. */
bool judge_pool_fills(struct judge *judge);

/* --- judge_wrong.c */

/* Frees by address that whoever refuses them is asked for. */
#define REFUSES_PLAIN \
  ((uint32_t)(SPANREF_REFUSES_SECOND | SPANREF_REFUSES_INSIDE | SPANREF_REFUSES_FOREIGN))

/* May the call, a free by address, be asked? Either it is right, or it must be refused. Then
 * call->held_pages is what was asked for. */
bool judge_may_free_at(struct judge *judge, struct call *call);
/* The span is about to be freed, or was: the wrong frees around that. */
enum judgement judge_wrong_frees(struct judge *judge, const struct call *call,
                                 const struct span *span, bool is_freed);

/* --- judge_end.c has judge_finish alone. */

/* --- judge_answer.c */


/* A number that the candidate has said once it says in all of its history. */
void judge_learns_numbers(struct judge *judge);
/* What was said to judge.call. */
enum judgement judge_answer(struct judge *judge);
/* --- judge_safety.c */

/* The last answer, behind which the reference follows: is it safe? Afterwards the reference holds
 * what the candidate does. */
enum judgement judge_safety(struct judge *judge);
/* What is said of a free of what was in use, or wasn't. */
enum judgement judge_free(struct judge *judge, const struct call *call, uint64_t npages,
                          const struct observation *said);
/* What is said to a release of what is pending. */
enum judgement judge_release(struct judge *judge, const struct observation *said);
/* These pages are given out. Where they are said to need no zeroing, they never were before. */
enum judgement judge_clean(struct judge *judge, uint64_t base, uint64_t npages, bool needzero);

/* --- judge_refused.c */

/* An allocation, a claim, and what is to be done in place were refused. */
enum judgement judge_refuse_memory(struct judge *judge);
enum judgement judge_refuse_claim(struct judge *judge);
enum judgement judge_refuse_in_place(struct judge *judge);
/* After the last call, an allocation, and before what the OS granted is the reference's: it asked
 * the OS, though it must have had a free run that surely serves. */
bool judge_grew_for_nothing(struct judge *judge);

/* --- judge_explain_spans.c: what is said once a proved function has refused what it shows. Of the
 * spans that are wrong one is named; which one decides nothing. */

struct saying {
  enum clause clause;
  enum side side;
  uint64_t base, npages; /* pages of this side's heap */
  char text[272];
};

struct saying says_past_limit(const struct span_heap *shown);
/* From here on the list is below the limit. */
struct saying says_out_of_order(const struct span_heap *shown);
/* In use or free otherwise than it is. */
struct saying says_in_list(struct judge *judge, const struct span_heap *shown,
                           struct span_range reserved);
/* What it reserved is in a span, too, or past the limit. */
struct saying says_reserved(struct span_range reserved);
struct saying says_free_manual(const struct judge *judge, const struct span_heap *shown);
struct saying says_uncoalesced(const struct judge *judge, const struct span_heap *shown,
                               enum join_rule rule, bool by_flag);
struct saying says_unclean(const struct judge *judge, const struct span_heap *shown);
struct saying says_in_use_at_end(const struct judge *judge, const struct span_heap *shown);
/* By lookup. */
struct saying says_not_found(const struct judge *judge, const struct span *span);
struct saying says_in_a_span(const struct judge *judge, const struct span_heap *ours,
                             const struct span_heap *theirs);

/* --- judge_spans.c */

/* All spans of both sides, and the candidate's self_check. lookups_max: of so many spans
 * it is asked whether lookup finds them. */
enum judgement judge_spans(struct judge *judge, size_t lookups_max);
/* All that was in use has been given back: is nothing in use any more? */
enum judgement judge_nothing_left(struct judge *judge);

#endif
