/* What random histories exercised: how often each kind of operation was answered
 * how, and which events could be seen in the statistics. A run that never merged
 * or never ran out of memory says little, and this shows it. */
#ifndef SPANREF_TALLY_H
#define SPANREF_TALLY_H

#include "../judge/judge.h"

enum event {
  EVENT_WHOLE,      /* a span was taken whole, or its remainder merged */
  EVENT_SPLIT,      /* a remainder stayed */
  EVENT_ARENA,      /* growth within the current arena */
  EVENT_CONTINUED,  /* growth by memory beginning at the arena's end */
  EVENT_MOVED,      /* growth by memory elsewhere */
  EVENT_CLEAN,      /* needzero=0 */
  EVENT_DIRTY,      /* needzero=1 */
  EVENT_MERGED_0,   /* a free that merged with no, one, both neighbours */
  EVENT_MERGED_1,
  EVENT_MERGED_2,
  EVENT_ADVICE,
  EVENT_RELEASED,   /* a scavenge that released something, */
  EVENT_OVERSHOT,   /* and more than was wanted */
  EVENTS
};

struct tally {
  uint64_t answers[OP_KINDS][SPAN_BAD_GEOMETRY + 1]; /* by status */
  uint64_t environment[OP_KINDS]; /* dumps, refusals, regions */
  uint64_t skipped;
  uint64_t events[EVENTS];
};

/* After a step that was the same or skipped: what the reference made of it. */
void tally_step(struct tally *tally, const struct judge *judge, const struct trace_op *op,
                enum judgement judgement);
/* To standard output. */
void tally_print(const struct tally *tally);

#endif
