/* What is seen of a heap after one call: everything that its caller can see, but the
 * spans. In the terms of candidates/spanref_candidate.h, for the reference as for a
 * candidate, so that two of them compare field by field. */
#ifndef SPANREF_OBSERVATION_H
#define SPANREF_OBSERVATION_H

#include "../candidates/spanref_candidate.h"
#include "../spec/types.h"
#include "differ.h"

/* Do they end at page 2^40 or below? */
static inline bool pages_are_below_limit(uint64_t base, uint64_t npages)
{
  return npages <= SPAN_LIMIT_PAGES && base <= SPAN_LIMIT_PAGES - npages;
}

/* Two heaps are asked; arrays of what they say are indexed by these. */
enum side { SIDE_REFERENCE, SIDE_CANDIDATE, SIDES };

/* What was found wrong with the contents of memory, where there are any. */
enum scribble {
  SCRIBBLE_NONE,
  SCRIBBLE_CHANGED, /* what was written there while in use isn't there any more */
  SCRIBBLE_DIRTY    /* needzero was denied, and it isn't zero */
};

/* The pages that os->release was told of, in any order: their number, and a sum that any two
 * sets of as many pages have in common by chance alone. The first ranges are kept to be
 * shown; they aren't compared, since a set may be told of in other ranges. */
#define GONE_SHOWN 8
#define GONE_NOWHERE UINT64_MAX /* pages, where a range ends above 2^40 */
struct gone {
  uint64_t pages, digest;
  uint64_t ranges;
  struct span_range shown[GONE_SHOWN];
};

struct observation {
  int status; /* enum spanref_status, or what was returned instead */
  struct spanref_answer answer;
  struct gone gone;
  bool found;                 /* lookup */
  struct spanref_span span;   /* the same; all zero where none was found */
  struct spanref_stats stats; /* after the call; SPANREF_UNKNOWN where it can't say */
  /* Not part of what is compared. Of an allocation, a claim or a resize: how many pages it takes
   * up, and which run surely serves it (UINT64_MAX: none). */
  uint64_t takes_pages, needs_pages;
  enum scribble scribble;
  uint64_t scribble_page;
};

#define NUMBERS_ALL ((1U << NUMBERS) - 1) /* a set of them: bit 1 << enum number */

static inline const uint64_t *stats_numbers(const struct spanref_stats *stats)
{
  return &stats->sys;
}

#endif
