#include "expect.h"

#include <inttypes.h>

static enum answer_kind kind_of(const struct call *call, const struct observation *said)
{
  switch (status_of(said->status)) {
  case SPAN_OK: break;
  case SPAN_NO_MEMORY: return ANSWER_NOMEM;
  case SPAN_TABLE_FULL: return ANSWER_FULL;
  default: return ANSWER_INVALID;
  }
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL:
  case OP_CLAIM: return ANSWER_ADDRESS;
  case OP_SCAVENGE: return ANSWER_BYTES;
  case OP_LOOKUP: return said->found ? ANSWER_ADDRESS : ANSWER_NONE;
  default: return ANSWER_OK;
  }
}

/* in_use is written only where it isn't 0; without it, it means 0. */
static void write_stats(struct expectation *expect, const struct spanref_stats *stats,
                        uint64_t page_bytes)
{
  expect->stat[STAT_SYS] = stats->sys * page_bytes;
  expect->stat[STAT_IDLE] = stats->idle * page_bytes;
  expect->stat[STAT_IN_USE] = stats->in_use * page_bytes;
  expect->stat[STAT_MANUAL] = stats->manual * page_bytes;
  expect->stat[STAT_RELEASED] = stats->released * page_bytes;
  expect->stat[STAT_HUGE_FREE] = stats->huge_free;
  expect->stat[STAT_NFREE] = stats->nfree;
  expect->stat[STAT_ARENA] = stats->arena_base * page_bytes;
  expect->arena_end = stats->arena_end * page_bytes;
  expect->has = (uint16_t)((1U << STAT_KEYS) - 1 - (1U << STAT_NEEDZERO));
}

struct expectation expect_of(const struct call *call, const struct observation *said,
                             uint64_t page_bytes)
{
  const struct spanref_answer *answer = &said->answer;
  struct expectation expect = {.kind = (uint8_t)kind_of(call, said)};
  write_stats(&expect, &said->stats, page_bytes);
  if (expect.kind == ANSWER_BYTES) expect.number = answer->released_pages * page_bytes;
  if (expect.kind == ANSWER_ADDRESS && call->kind == OP_LOOKUP) {
    expect.number = said->span.base * page_bytes;
  } else if (expect.kind == ANSWER_ADDRESS) {
    expect.number = answer->base * page_bytes;
    expect.stat[STAT_NEEDZERO] = answer->needzero;
    expect.has |= 1U << STAT_NEEDZERO;
  }
  /* A resize says so of the pages that it gained, where it gained any. */
  if (call->kind == OP_RESIZE && expect.kind == ANSWER_OK && call->number > call->held_pages) {
    expect.stat[STAT_NEEDZERO] = answer->needzero;
    expect.has |= 1U << STAT_NEEDZERO;
  }
  return expect;
}

unsigned expect_differs(const struct expectation *trace, const struct expectation *heap)
{
  unsigned differs = 0;
  if (trace->kind != heap->kind || trace->number != heap->number)
    differs |= EXPECT_ANSWER;
  for (int key = 0; key < STAT_KEYS; key++) {
    if (!(trace->has >> key & 1)) continue;
    if (!(heap->has >> key & 1) || trace->stat[key] != heap->stat[key] ||
        (key == STAT_ARENA && trace->arena_end != heap->arena_end))
      differs |= 1U << key;
  }
  return differs;
}

static void print_answer(FILE *to, const struct expectation *expect)
{
  switch ((enum answer_kind)expect->kind) {
  case ANSWER_ADDRESS: fprintf(to, "0x%" PRIx64, expect->number); break;
  case ANSWER_BYTES: fprintf(to, "%" PRIu64, expect->number); break;
  case ANSWER_OK: fputs("ok", to); break;
  case ANSWER_NOMEM: fputs("nomem", to); break;
  case ANSWER_INVALID: fputs("invalid", to); break;
  case ANSWER_FULL: fputs("full", to); break;
  case ANSWER_NONE: fputs("none", to); break;
  case ANSWER_DUMP: fprintf(to, "%zu free spans", expect->count); break;
  }
}

struct expect_text expect_print(const struct expectation *expect, unsigned which)
{
  struct expect_text out = {""};
  FILE *to = fmemopen(out.text, sizeof out.text, "w");
  if (to == NULL) return out;
  print_answer(to, expect);
  for (int key = 0; key < STAT_KEYS; key++) {
    if (!(which & expect->has & 1U << key)) continue;
    fprintf(to, key == STAT_ARENA ? " %s=0x%" PRIx64 : " %s=%" PRIu64,
            trace_stat_names[key], expect->stat[key]);
    if (key == STAT_ARENA) fprintf(to, "-0x%" PRIx64, expect->arena_end);
  }
  fclose(to);
  return out;
}

struct free_span free_span_of(const struct span *span, uint64_t page_bytes)
{
  return (struct free_span){span->base * page_bytes, span->npages, span->scavenged,
                            span->needzero};
}

bool free_spans_are_equal(const struct free_span *a, const struct free_span *b)
{
  return a->base_bytes == b->base_bytes && a->npages == b->npages &&
         a->scavenged == b->scavenged && a->needzero == b->needzero;
}
