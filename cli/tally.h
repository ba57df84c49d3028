/* What random histories exercised: how often each kind of operation was answered
 * how, and which events could be seen in the statistics. A run that never merged
 * or never ran out of memory says little, and this shows it. */
#ifndef SPANREF_TALLY_H
#define SPANREF_TALLY_H

#include "../judge/judge.h"

/* As tally_print names them. EVENT_WHOLE is a span taken whole, or its remainder merged. */
enum event {
  EVENT_WHOLE, EVENT_SPLIT, EVENT_ARENA, EVENT_CONTINUED, EVENT_MOVED,
  EVENT_CLEAN, EVENT_DIRTY, EVENT_MERGED_0, EVENT_MERGED_1, EVENT_MERGED_2,
  EVENT_ADVICE, EVENT_RELEASED, EVENT_OVERSHOT,
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
