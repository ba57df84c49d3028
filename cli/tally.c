#include "tally.h"

#include <inttypes.h>

/* sys + manual grow by exactly what the OS gave. */
static enum event growth_event(const struct spanref_stats *before,
                               const struct spanref_stats *now)
{
  uint64_t held = now->sys + now->manual - (before->sys + before->manual);
  if (held == 0) return EVENT_ARENA;
  return now->arena_end == before->arena_end + held ? EVENT_CONTINUED : EVENT_MOVED;
}

static void tally_alloc(struct tally *tally, const struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_REFERENCE];
  const struct spanref_stats *before = &judge->before, *now = &said->stats;
  tally->events[said->answer.needzero ? EVENT_DIRTY : EVENT_CLEAN]++;
  if (before->arena_base != now->arena_base || before->arena_end != now->arena_end)
    tally->events[growth_event(before, now)]++;
  else
    tally->events[now->nfree < before->nfree ? EVENT_WHOLE : EVENT_SPLIT]++;
}

static void tally_events(struct tally *tally, const struct judge *judge)
{
  const struct spanref_answer *answer = &judge->said[SIDE_REFERENCE].answer;
  uint64_t merged = judge->before.nfree + 1 - judge->said[SIDE_REFERENCE].stats.nfree;
  if (answer->advice_pages > 0) tally->events[EVENT_ADVICE]++;
  switch (judge->call.kind) {
  case OP_HEAP:
  case OP_MANUAL:
  case OP_CLAIM: tally_alloc(tally, judge); break;
  case OP_FREE:
  case OP_FREE_AT:
    if (merged <= 2) tally->events[EVENT_MERGED_0 + merged]++;
    break;
  case OP_SCAVENGE:
    tally->events[EVENT_RELEASED] += answer->released_pages > 0;
    tally->events[EVENT_OVERSHOT] += answer->released_pages > judge->call.number;
    break;
  default: break;
  }
}

void tally_step(struct tally *tally, const struct judge *judge,
                const struct trace_op *op, enum judgement judgement)
{
  enum span_status status = status_of(judge->said[SIDE_REFERENCE].status);
  if (judgement == JUDGED_SKIPPED) {
    tally->skipped++;
  } else if (!op_is_answered((enum op_kind)op->kind)) {
    tally->environment[op->kind]++;
  } else {
    tally->answers[op->kind][status]++;
    if (status == SPAN_OK) tally_events(tally, judge);
  }
}

static const char *const kind_names[OP_KINDS] = {
    [OP_HEAP] = "a heap",          [OP_MANUAL] = "m manual",      [OP_CLAIM] = "c claim",
    [OP_RESIZE] = "r resize",      [OP_FREE] = "f by name",       [OP_FREE_AT] = "f by address",
    [OP_SCAVENGE] = "s scavenge",  [OP_REFUSE] = "refuse",        [OP_ADD] = "g add",
    [OP_LOOKUP] = "l lookup",      [OP_DUMP] = "d dump",          [OP_REGION] = "region",
    [OP_RELEASE] = "release",      [OP_RELOAD] = "reload"};

static const char *const status_names[] = {
    [SPAN_OK] = "ok",                 [SPAN_NO_MEMORY] = "no memory",
    [SPAN_BAD_SIZE] = "bad size",     [SPAN_NOT_IN_USE] = "not in use",
    [SPAN_BAD_RANGE] = "bad range",   [SPAN_BAD_ANSWER] = "bad OS answer",
    [SPAN_TABLE_FULL] = "table full", [SPAN_BAD_GEOMETRY] = "bad geometry",
};

static const char *const event_names[EVENTS] = {
    [EVENT_WHOLE] = "allocations that left one free span fewer",
    [EVENT_SPLIT] = "allocations that left a remainder",
    [EVENT_ARENA] = "growths inside the current arena",
    [EVENT_CONTINUED] = "growths that extended the current arena",
    [EVENT_MOVED] = "growths that began a new arena",
    [EVENT_CLEAN] = "allocations answered needzero=0",
    [EVENT_DIRTY] = "allocations answered needzero=1",
    [EVENT_MERGED_0] = "frees that merged with no neighbour",
    [EVENT_MERGED_1] = "frees that merged with one neighbour",
    [EVENT_MERGED_2] = "frees that merged with both neighbours",
    [EVENT_ADVICE] = "pieces of huge-page advice",
    [EVENT_RELEASED] = "scavenges that released something",
    [EVENT_OVERSHOT] = "scavenges that released more than was wanted",
};

void tally_print(const struct tally *tally)
{
  for (int kind = 0; kind < OP_KINDS; kind++) {
    uint64_t count = tally->environment[kind];
    for (int status = 0; status <= SPAN_BAD_GEOMETRY; status++)
      count += tally->answers[kind][status];
    printf("  %-12s %10" PRIu64, kind_names[kind], count);
    for (int status = 0; status <= SPAN_BAD_GEOMETRY; status++)
      if (tally->answers[kind][status] > 0)
        printf("  %s %" PRIu64, status_names[status], tally->answers[kind][status]);
    putchar('\n');
  }
  printf("  %-12s %10" PRIu64 "  frees of names that got nothing\n", "skipped",
         tally->skipped);
  for (int event = 0; event < EVENTS; event++)
    printf("  %10" PRIu64 "  %s\n", tally->events[event], event_names[event]);
}
