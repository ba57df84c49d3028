#include "fields.h"

#include <inttypes.h>

static field_set bit(enum field field, bool differs)
{
  return differs ? 1U << field : 0;
}

static bool lookups_differ(const struct span_lookup_result *a,
                           const struct span_lookup_result *b)
{
  return a->found != b->found || a->span.base != b->span.base ||
         a->span.npages != b->span.npages || a->span.free != b->span.free ||
         a->span.manual != b->span.manual || a->span.scavenged != b->span.scavenged ||
         a->span.needzero != b->span.needzero;
}

field_set answers_differ(const struct answer *a, const struct answer *b)
{
  return bit(FIELD_STATUS, a->status != b->status) | bit(FIELD_BASE, a->base != b->base) |
         bit(FIELD_NEEDZERO, a->needzero != b->needzero) |
         bit(FIELD_RELEASED_PAGES, a->released_pages != b->released_pages) |
         bit(FIELD_LOOKUP, lookups_differ(&a->lookup, &b->lookup)) |
         bit(FIELD_ADVICE,
             a->advice.base != b->advice.base || a->advice.npages != b->advice.npages);
}

field_set stats_differ(const struct span_stats *a, const struct span_stats *b)
{
  return bit(FIELD_SYS, a->sys != b->sys) | bit(FIELD_IDLE, a->idle != b->idle) |
         bit(FIELD_IN_USE, a->in_use != b->in_use) |
         bit(FIELD_MANUAL, a->manual != b->manual) |
         bit(FIELD_RELEASED, a->released != b->released) |
         bit(FIELD_HUGE_FREE, a->huge_free != b->huge_free) |
         bit(FIELD_NFREE, a->nfree != b->nfree) |
         bit(FIELD_ARENA,
             a->arena_base != b->arena_base || a->arena_end != b->arena_end);
}

static const char *const names[FIELDS] = {
    [FIELD_STATUS] = "status",       [FIELD_BASE] = "base",
    [FIELD_NEEDZERO] = "needzero",   [FIELD_RELEASED_PAGES] = "answer",
    [FIELD_LOOKUP] = "span",         [FIELD_ADVICE] = "advice",
    [FIELD_SYS] = "sys",             [FIELD_IDLE] = "idle",
    [FIELD_IN_USE] = "in_use",       [FIELD_MANUAL] = "manual",
    [FIELD_RELEASED] = "released",   [FIELD_HUGE_FREE] = "huge_free",
    [FIELD_NFREE] = "nfree",         [FIELD_ARENA] = "arena",
    [FIELD_SPANS] = "spans",         [FIELD_INVARIANT] = "invariant",
};

const char *field_name(enum field field) { return names[field]; }

static const char *const status_texts[] = {
    [SPAN_OK] = "ok",
    [SPAN_NO_MEMORY] = "nomem",
    [SPAN_BAD_SIZE] = "invalid: bad size",
    [SPAN_NOT_IN_USE] = "invalid: not the base of a span in use",
    [SPAN_BAD_RANGE] = "invalid: bad range",
    [SPAN_BAD_ANSWER] = "invalid: bad answer from the OS",
    [SPAN_TABLE_FULL] = "full",
    [SPAN_BAD_GEOMETRY] = "invalid: bad geometry",
};

struct field_text span_print(const struct span *span, uint64_t page_bytes)
{
  struct field_text out;
  const char *state = span->free ? (span->scavenged ? "free scavenged" : "free retained")
                                 : (span->manual ? "in use manual" : "in use heap");
  snprintf(out.text, sizeof out.text, "0x%" PRIx64 " %" PRIu64 " %s%s needzero=%d",
           span->base * page_bytes, span->npages, state,
           !span->free && span->scavenged ? " scavenged" : "", span->needzero);
  return out;
}

static struct field_text stat_print(enum field field, const struct span_stats *stats,
                                    uint64_t page_bytes)
{
  struct field_text out;
  uint64_t number = 0, unit = page_bytes;
  switch (field) {
  case FIELD_SYS: number = stats->sys; break;
  case FIELD_IDLE: number = stats->idle; break;
  case FIELD_IN_USE: number = stats->in_use; break;
  case FIELD_MANUAL: number = stats->manual; break;
  case FIELD_RELEASED: number = stats->released; break;
  case FIELD_HUGE_FREE: number = stats->huge_free, unit = 1; break;
  default: number = stats->nfree, unit = 1; break;
  }
  snprintf(out.text, sizeof out.text, "%" PRIu64, number * unit);
  return out;
}

struct field_text field_print(enum field field, enum op_kind kind,
                              const struct observation *said, uint64_t page_bytes)
{
  struct field_text out = {""};
  const struct answer *answer = &said->answer;
  switch (field) {
  case FIELD_STATUS:
    snprintf(out.text, sizeof out.text, "%s", status_texts[answer->status]);
    return out;
  case FIELD_BASE:
    snprintf(out.text, sizeof out.text, "0x%" PRIx64, answer->base * page_bytes);
    return out;
  case FIELD_NEEDZERO:
    snprintf(out.text, sizeof out.text, "%d", answer->needzero);
    return out;
  case FIELD_RELEASED_PAGES:
    snprintf(out.text, sizeof out.text, "%" PRIu64, answer->released_pages * page_bytes);
    return out;
  case FIELD_LOOKUP:
    if (kind == OP_LOOKUP && answer->lookup.found)
      return span_print(&answer->lookup.span, page_bytes);
    snprintf(out.text, sizeof out.text, "none");
    return out;
  case FIELD_ADVICE:
    if (answer->advice.npages == 0)
      snprintf(out.text, sizeof out.text, "none");
    else
      snprintf(out.text, sizeof out.text, "0x%" PRIx64 " %" PRIu64,
               answer->advice.base * page_bytes, answer->advice.npages);
    return out;
  case FIELD_ARENA:
    snprintf(out.text, sizeof out.text, "0x%" PRIx64 "-0x%" PRIx64,
             said->stats.arena_base * page_bytes, said->stats.arena_end * page_bytes);
    return out;
  default: return stat_print(field, &said->stats, page_bytes);
  }
}
