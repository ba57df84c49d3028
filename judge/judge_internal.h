/* What the files of the judge share, and nobody else: judge_departs.c says that a
 * candidate departs, judge_explain.c what would have been right, judge_safety.c whether an answer
 * is safe, judge_answer.c all else about it, judge_spans.c looks at all spans, and judge.c leads. */
#ifndef SPANREF_JUDGE_INTERNAL_H
#define SPANREF_JUDGE_INTERNAL_H

#include "judge.h"
#include "wellformed.h"

/* --- judge_departs.c */

/* It departs, on these pages of its heap (none: 0, 0), in words as in printf. clause: the
 * sentence that it violates; NO_CLAUSE: the one that departs_clause knows. The answer is
 * JUDGED_SAME or JUDGED_OVER where that is waived. */
enum judgement judge_departs(struct judge *judge, enum departs what, enum clause clause,
                             uint64_t base, uint64_t npages, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* It departs, since this is wrong with it. */
enum judgement judge_complains(struct judge *judge, enum departs what,
                               struct complaint why);
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
  const struct span_request *of = &judge->call.request;
  return request_needs(of) == 0 ? judge_about(judge)->fit : of->fit;
}

/* Did the reference's heap grow, for the last operation? */
static inline bool judge_grew(const struct judge *judge)
{
  return stats_differ(&judge->before, &judge->said[SIDE_REFERENCE].stats,
                      1U << NUMBER_ARENA_BASE | 1U << NUMBER_ARENA_END) != 0;
}

/* --- judge_explain.c */

/* After a departure in the last answer: judge.departure.explanation. The two sides' memory was
 * the same before it. */
void judge_explain(struct judge *judge);

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
/* These pages are given out. Where they are said to need no zeroing, they never were before. */
enum judgement judge_clean(struct judge *judge, uint64_t base, uint64_t npages, bool needzero);

/* --- judge_spans.c */

/* All spans of both sides, and the candidate's self_check. lookups_max: of so many spans
 * it is asked whether lookup finds them. */
enum judgement judge_spans(struct judge *judge, size_t lookups_max);
/* All that was in use has been given back: is nothing in use any more? */
enum judgement judge_nothing_left(struct judge *judge);

#endif
