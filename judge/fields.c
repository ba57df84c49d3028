#include "fields.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct span_stats stats_of(const struct spanref_stats *stats)
{
  return (struct span_stats){.sys = stats->sys,
                             .idle = stats->idle,
                             .in_use = stats->in_use,
                             .manual = stats->manual,
                             .released = stats->released,
                             .huge_free = stats->huge_free,
                             .nfree = stats->nfree,
                             .arena_base = stats->arena_base,
                             .arena_end = stats->arena_end};
}

static struct seen seen_of(const struct observation *said)
{
  const struct spanref_answer *answer = &said->answer;
  return (struct seen){.status = said->status,
                       .base = answer->base,
                       .needzero = answer->needzero,
                       .released_pages = answer->released_pages,
                       .found = said->found,
                       .span = span_of(&said->span),
                       .advice = {answer->advice_base, answer->advice_pages},
                       .advice_below = {answer->below_base, answer->below_pages},
                       .ready = {answer->ready_base, answer->ready_pages},
                       .gone_pages = said->gone.pages,
                       .gone_digest = said->gone.digest,
                       .stats = stats_of(&said->stats)};
}

field_set stats_differ(const struct spanref_stats *a, const struct spanref_stats *b,
                       uint32_t numbers)
{
  return seen_stats_differ(stats_of(a), stats_of(b), numbers);
}

field_set observations_differ(const struct observation *a, const struct observation *b,
                              uint32_t numbers)
{
  return seen_differ(seen_of(a), seen_of(b), numbers);
}

static const char *const names[FIELDS] = {
    [FIELD_STATUS] = "status",       [FIELD_BASE] = "base",
    [FIELD_NEEDZERO] = "needzero",   [FIELD_RELEASED_PAGES] = "answer",
    [FIELD_LOOKUP] = "span",         [FIELD_ADVICE] = "advice",
    [FIELD_ADVICE_BELOW] = "advice below",
    [FIELD_READY] = "ready",         [FIELD_GONE] = "gone",
    [FIELD_SYS] = "sys",             [FIELD_IDLE] = "idle",
    [FIELD_IN_USE] = "in_use",       [FIELD_MANUAL] = "manual",
    [FIELD_RELEASED] = "released",   [FIELD_HUGE_FREE] = "huge_free",
    [FIELD_NFREE] = "nfree",         [FIELD_ARENA] = "arena",
    [FIELD_SPANS] = "spans",
};

const char *field_name(enum field field) { return names[field]; }

static const struct {
  const char *name, *text; /* for who called, and as the trace has it */
} statuses[] = {
    [SPAN_OK] = {"OK", "ok"},
    [SPAN_NO_MEMORY] = {"NO_MEMORY", "nomem"},
    [SPAN_BAD_SIZE] = {"BAD_SIZE", "invalid: bad size"},
    [SPAN_NOT_IN_USE] = {"NOT_IN_USE", "invalid: not the base of a span in use"},
    [SPAN_BAD_RANGE] = {"BAD_RANGE", "invalid: bad range"},
    [SPAN_BAD_ANSWER] = {"BAD_ANSWER", "invalid: bad answer from the OS"},
    [SPAN_TABLE_FULL] = {"TABLE_FULL", "full"},
    [SPAN_BAD_GEOMETRY] = {"an unknown status", "an unknown status"},
};

const char *status_name(int status) { return statuses[status_of(status)].name; }

static struct field_text text_of(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static struct field_text text_of(const char *format, ...)
{
  struct field_text out;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out.text, sizeof out.text, format, arguments);
  va_end(arguments);
  return out;
}

struct field_text span_print(const struct span *span, uint64_t page_bytes)
{
  const char *state = span->free ? (span->scavenged ? "free scavenged" : "free retained")
                                 : (span->manual ? "in use manual" : "in use heap");
  return text_of("0x%" PRIx64 " %" PRIu64 " %s%s needzero=%d", span->base * page_bytes,
                 span->npages, state, !span->free && span->scavenged ? " scavenged" : "",
                 span->needzero);
}

static struct field_text range_print(uint64_t base, uint64_t npages, uint64_t page_bytes)
{
  return npages == 0 ? text_of("none")
                     : text_of("0x%" PRIx64 " %" PRIu64, base * page_bytes, npages);
}

/* As many of its ranges as there is room for. */
static struct field_text gone_print(const struct gone *gone, uint64_t page_bytes)
{
  struct field_text said = text_of("%s", gone->ranges == 0 ? "none" : "");
  for (uint64_t i = 0; i < gone->ranges; i++) {
    size_t used = strlen(said.text);
    if (i == GONE_SHOWN || used + 60 > sizeof said.text) {
      snprintf(said.text + used, sizeof said.text - used, ", ...: %" PRIu64 " pages",
               gone->pages);
      break;
    }
    snprintf(said.text + used, sizeof said.text - used, "%s0x%" PRIx64 " %" PRIu64,
             i == 0 ? "" : ", ", gone->shown[i].base * page_bytes, gone->shown[i].npages);
  }
  return said;
}

struct field_text field_print(enum field field, enum op_kind kind,
                              const struct observation *said, uint64_t page_bytes)
{
  const struct spanref_answer *answer = &said->answer;
  const struct spanref_stats *stats = &said->stats;
  struct span span = span_of(&said->span);
  bool found = kind == OP_LOOKUP && said->found;
  switch (field) {
  case FIELD_STATUS: return text_of("%s", statuses[status_of(said->status)].text);
  case FIELD_BASE: return text_of("0x%" PRIx64, answer->base * page_bytes);
  case FIELD_NEEDZERO: return text_of("%d", answer->needzero);
  case FIELD_RELEASED_PAGES:
    return text_of("%" PRIu64, answer->released_pages * page_bytes);
  case FIELD_LOOKUP: return found ? span_print(&span, page_bytes) : text_of("none");
  case FIELD_ADVICE: return range_print(answer->advice_base, answer->advice_pages, page_bytes);
  case FIELD_ADVICE_BELOW:
    return range_print(answer->below_base, answer->below_pages, page_bytes);
  case FIELD_READY: return range_print(answer->ready_base, answer->ready_pages, page_bytes);
  case FIELD_GONE: return gone_print(&said->gone, page_bytes);
  case FIELD_ARENA:
    return text_of("0x%" PRIx64 "-0x%" PRIx64, stats->arena_base * page_bytes,
                   stats->arena_end * page_bytes);
  case FIELD_HUGE_FREE:
  case FIELD_NFREE: page_bytes = 1; break; /* they are counts */
  default: break;
  }
  return text_of("%" PRIu64, stats_numbers(stats)[field - FIELD_SYS] * page_bytes);
}
