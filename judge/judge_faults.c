/* How each fault is called, which sentence it violates, and in which words it is said. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "follow.h"
#include "judge_internal.h"

/* NO_CLAUSE: the one of departs_clause, or it depends. */
static const struct {
  enum departs what;
  enum clause clause;
} faults[FAULTS] = {
    [FAULT_SIZE] = {DEPARTS_ACCEPTED, CLAUSE_ERROR_SIZE},
    [FAULT_TOO_GREAT] = {DEPARTS_ACCEPTED, NO_CLAUSE},
    [FAULT_TAKES_LESS] = {DEPARTS_UNSOUND, NO_CLAUSE},
    [FAULT_ALIGN] = {DEPARTS_ACCEPTED, CLAUSE_ERROR_ALIGN},
    [FAULT_PHASE] = {DEPARTS_ADDRESS, CLAUSE_PLACEMENT},
    [FAULT_WINDOW] = {DEPARTS_ADDRESS, CLAUSE_PLACEMENT},
    [FAULT_NOT_CLAIMED] = {DEPARTS_ADDRESS, CLAUSE_CLAIM},
    [FAULT_OUTSIDE] = {DEPARTS_OUTSIDE, NO_CLAUSE},
    [FAULT_GIVEN_BEFORE] = {DEPARTS_DIRTY, NO_CLAUSE},
    [FAULT_NOT_ZERO] = {DEPARTS_DIRTY, NO_CLAUSE},
    [FAULT_PLACE] = {DEPARTS_ADDRESS, NO_CLAUSE},
    [FAULT_CHANGED] = {DEPARTS_CHANGED, NO_CLAUSE},
    [FAULT_NOT_FREED] = {DEPARTS_NOT_FREED, NO_CLAUSE},
    [FAULT_FREED_OTHER] = {DEPARTS_ACCEPTED, CLAUSE_FREE_BASE},
    [FAULT_RESIZED_OTHER] = {DEPARTS_ACCEPTED, CLAUSE_RESIZE_LESS},
    [FAULT_NOT_RELEASED] = {DEPARTS_REFUSED, NO_CLAUSE},
    [FAULT_NOT_RELOADED] = {DEPARTS_REFUSED, NO_CLAUSE},
    [FAULT_HAS_FREE_RUN] = {DEPARTS_REFUSED, NO_CLAUSE},
    [FAULT_HAS_MEMORY] = {DEPARTS_REFUSED, NO_CLAUSE},
    [FAULT_GREW] = {DEPARTS_GREW, NO_CLAUSE},
    [FAULT_IN_PLACE] = {DEPARTS_REFUSED, NO_CLAUSE},
    [FAULT_GEOMETRY_REFUSED] = {DEPARTS_REFUSED, CLAUSE_GEOMETRY},
    [FAULT_GEOMETRY_ACCEPTED] = {DEPARTS_ACCEPTED, CLAUSE_GEOMETRY},
    [FAULT_IN_USE] = {DEPARTS_STATS, CLAUSE_STATS_IN_USE},
    [FAULT_MANUAL] = {DEPARTS_STATS, CLAUSE_STATS_MANUAL},
    [FAULT_SYS] = {DEPARTS_STATS, CLAUSE_STATS_SYS},
    [FAULT_IDLE] = {DEPARTS_STATS, CLAUSE_STATS_IDLE},
    [FAULT_LOOKUP] = {DEPARTS_ANSWER, CLAUSE_LOOKUP},
};

/* The statistic that it is about; FIELDS: none. */
static enum field field_of(enum fault fault)
{
  switch (fault) {
  case FAULT_IN_USE: return FIELD_IN_USE;
  case FAULT_MANUAL: return FIELD_MANUAL;
  case FAULT_SYS: return FIELD_SYS;
  case FAULT_IDLE: return FIELD_IDLE;
  default: return FIELDS;
  }
}

static enum clause clause_of_fault(const struct judge *judge, enum fault fault,
                                   const struct observation *said)
{
  static const enum clause fits[] = {[SPAN_FIRST_FIT] = CLAUSE_FIND,
                                     [SPAN_LAST_FIT] = CLAUSE_FIND_LAST,
                                     [SPAN_BEST_FIT] = CLAUSE_FIND_BEST};
  if (fault == FAULT_PLACE) return fits[judge_fit(judge)];
  if (fault == FAULT_NOT_ZERO && judge->kind == OP_RESIZE) return CLAUSE_RESIZE_NEEDZERO;
  if (fault == FAULT_IN_PLACE)
    return clause_of(&judge->call, FIELD_STATUS, SPAN_OK, status_of(said->status), false);
  return faults[fault].clause;
}

/* --- Words ---------------------------------------------------------------------------------- */

struct text {
  char text[272];
};

static struct text text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct text text_of(const char *format, ...)
{
  struct text out;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out.text, sizeof out.text, format, arguments);
  va_end(arguments);
  return out;
}

static const char *plural(uint64_t n) { return n == 1 ? "" : "s"; }

/* What was given out, at base. */
static struct text text_of_gift(const struct judge *judge, enum fault fault,
                                const struct observation *said, uint64_t base, uint64_t npages)
{
  static const char *const fits[] = {"lowest address", "highest address",
                                     "lowest address in the shortest span"};
  const struct span_request *of = &judge->call.request;
  uint64_t unit = judge->page_bytes;
  switch (fault) {
  case FAULT_SIZE:
    return text_of("it answered ok to %" PRIu64 " pages, a size that must be refused", npages);
  case FAULT_TOO_GREAT:
    return text_of("it answered ok to %" PRIu64 " pages, though its greatest request is %" PRIu64,
                   npages, judge_about(judge)->request_max_pages);
  case FAULT_TAKES_LESS:
    return text_of("%" PRIu64 " pages take up %" PRIu64 ", it says", npages, said->takes_pages);
  case FAULT_ALIGN: return text_of("it answered ok to an alignment that must be refused");
  case FAULT_PHASE:
    return text_of("0x%" PRIx64 " is off its phase: page 0x%" PRIx64 " is %" PRIu64 " modulo %" PRIu64
                   ", not %" PRIu64, base * unit, base, base % of->align, of->align, of->phase);
  case FAULT_WINDOW:
    return text_of("the window is from 0x%" PRIx64 " to 0x%" PRIx64 ", it answered %" PRIu64
                   " page%s at 0x%" PRIx64, of->from * unit, of->below * unit, npages,
                   plural(npages), base * unit);
  case FAULT_NOT_CLAIMED:
    return text_of("0x%" PRIx64 " was claimed, it answered 0x%" PRIx64, judge->call.page * unit,
                   base * unit);
  case FAULT_PLACE:
    return text_of("the %s that fits is 0x%" PRIx64 ", the candidate says 0x%" PRIx64,
                   judge_is_next_fit(judge) ? "next address" : fits[judge_fit(judge)],
                   judge->said[SIDE_REFERENCE].answer.base * unit, base * unit);
  case FAULT_OUTSIDE:
    return text_of("pages 0x%" PRIx64 " +%" PRIu64 " were never obtained, or reach past page 2^40",
                   base, npages);
  case FAULT_GIVEN_BEFORE:
    return text_of("pages 0x%" PRIx64 " +%" PRIu64 " are said to need no zeroing, but were given "
                   "out before", base, npages);
  default:
    return text_of("page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                   said->scribble_page);
  }
}

/* What was taken back, changed in place, or refused. */
static struct text text_of_rest(const struct judge *judge, enum fault fault,
                                const struct observation *said, uint64_t page)
{
  const struct call *call = &judge->call;
  const char *status = status_name(said->status);
  switch (fault) {
  case FAULT_CHANGED:
    return text_of("page 0x%" PRIx64 " doesn't hold what was written there", said->scribble_page);
  case FAULT_NOT_FREED:
    return text_of("it answered %s (%d) to the free of page 0x%" PRIx64 ", which is in use", status,
                   said->status, page);
  case FAULT_FREED_OTHER:
    return text_of("it answered ok to the free of page 0x%" PRIx64 ", which isn't in use", page);
  case FAULT_RESIZED_OTHER:
    return text_of("it answered ok to the resizing of page 0x%" PRIx64 ", which isn't in use", page);
  case FAULT_NOT_RELEASED:
    return text_of("it answered %s (%d) to the release of what is pending", status, said->status);
  case FAULT_NOT_RELOADED: return text_of("it answered %s (%d) to a reload", status, said->status);
  case FAULT_GREW:
    return text_of("it asked the OS for %" PRIu64 " page%s, though it has a free run of %" PRIu64
                   ", which surely serves", call->number, plural(call->number), said->needs_pages);
  case FAULT_IN_PLACE:
    return text_of("page 0x%" PRIx64 " +%" PRIu64 " refused with %s (%d), though %s", page,
                   call->number, status, said->status,
                   call->kind == OP_CLAIM            ? "these pages are free"
                   : call->number > call->held_pages ? "the pages behind it are free"
                                                     : "it has as many");
  case FAULT_GEOMETRY_REFUSED: return text_of("it refused a geometry that fits");
  case FAULT_GEOMETRY_ACCEPTED: return text_of("it accepted a geometry that doesn't fit");
  default:
    return text_of("%" PRIu64 " page%s refused with %s (%d), though %s", call->number,
                   plural(call->number), status, said->status,
                   fault == FAULT_HAS_FREE_RUN ? "it holds a free run that is long enough"
                                               : "there is memory for that");
  }
}

/* What it says of itself. */
static struct text text_of_number(const struct judge *judge, enum fault fault,
                                  const struct observation *said)
{
  enum field field = field_of(fault);
  unsigned number = (unsigned)field - FIELD_SYS;
  uint64_t says = stats_numbers(&said->stats)[number], is = stats_numbers(&judge->holds)[number];
  if (fault == FAULT_SYS)
    return text_of("sys is idle + in_use, %" PRIu64 " + %" PRIu64 " pages, the candidate says %"
                   PRIu64, said->stats.idle, said->stats.in_use, says);
  return text_of("%s is %" PRIu64 " page%s, the candidate says %" PRIu64, field_name(field), is,
                 plural(is), says);
}

static struct text text_of_fault(const struct judge *judge, enum fault fault,
                                 const struct observation *said, uint64_t base, uint64_t npages)
{
  if (fault <= FAULT_PLACE) return text_of_gift(judge, fault, said, base, npages);
  if (fault == FAULT_LOOKUP)
    return text_of("lookup: the reference says %s, the candidate says %s",
                   field_print(FIELD_LOOKUP, judge->kind, &judge->said[SIDE_REFERENCE],
                               judge->page_bytes).text,
                   field_print(FIELD_LOOKUP, judge->kind, said, judge->page_bytes).text);
  return field_of(fault) != FIELDS ? text_of_number(judge, fault, said)
                                   : text_of_rest(judge, fault, said, base);
}

/* --- All of it ------------------------------------------------------------------------------ */

enum judgement judge_finds_in(struct judge *judge, enum fault fault,
                              const struct observation *said, uint64_t base, uint64_t npages)
{
  if (fault == FAULT_NONE) return JUDGED_SAME;
  struct text text = text_of_fault(judge, fault, said, base, npages);
  enum clause clause = clause_of_fault(judge, fault, said);
  enum field field = field_of(fault);
  return field == FIELDS
             ? judge_departs(judge, faults[fault].what, clause, base, npages, "%s", text.text)
             : judge_departs_in(judge, faults[fault].what, clause, field, "%s", text.text);
}

enum judgement judge_finds(struct judge *judge, enum fault fault, uint64_t base, uint64_t npages)
{
  return judge_finds_in(judge, fault, &judge->said[SIDE_CANDIDATE], base, npages);
}

enum judgement judge_departs_over(struct judge *judge, uint64_t base, uint64_t npages,
                                  const struct span *other)
{
  return judge_departs(judge, DEPARTS_OVERLAP, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64 " overlap 0x%" PRIx64 " +%" PRIu64
                       ", which is %s", base, npages, other->base, other->npages,
                       follow_is_pending(judge, other->base) ? "pending" : "in use");
}
