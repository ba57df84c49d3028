/* One plain sentence on a departure: where the pages would have fitted, or why they don't
 * fit where they were put. It is said of the reference's memory, so only where the
 * candidate's was the same until then. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "judge_internal.h"

static void say(struct judge *judge, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct judge *judge, const char *format, ...)
{
  struct departure *departure = &judge->departure;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(departure->explanation, sizeof departure->explanation, format, arguments);
  va_end(arguments);
}

static const char *plural(uint64_t n) { return n == 1 ? "" : "s"; }

static void say_not_held(struct judge *judge, uint64_t base)
{
  uint64_t npages = judge->call.number;
  say(judge, "no single free span holds %" PRIu64 " page%s at 0x%" PRIx64, npages,
      plural(npages), base * judge->page_bytes);
}

/* --- Best fit ------------------------------------------------------------------------------ */

static bool holds(struct span_range range, uint64_t page)
{
  return range.base <= page && page < range.base + range.npages;
}

/* The free span that the reference took its answer from. What is left of a span keeps its
 * flag where a physical page is a page, and no two free neighbours had the same. */
static struct span_range taken_from(const struct span_heap *after, uint64_t at, bool scavenged)
{
  const struct span *spans = after->spans;
  struct span_range range = {spans[at].base, spans[at].npages};
  uint64_t above = at + 1;
  if (at > 0 && spans[at - 1].free && spans[at - 1].scavenged == scavenged &&
      spans[at - 1].base + spans[at - 1].npages == range.base) {
    range.base = spans[at - 1].base;
    range.npages += spans[at - 1].npages;
  }
  if (above < after->count && spans[above].free && spans[above].scavenged == scavenged &&
      spans[above].base == range.base + range.npages)
    range.npages += spans[above].npages;
  return range;
}

/* The free spans in which the two answers lie, as they were before the reference took its
 * own; 0 pages: none. false: it isn't known. */
static bool find_spans(const struct judge *judge, struct span_range spans[SIDES])
{
  const struct span_heap *after = judge->after;
  const struct spanref_answer *ours = &judge->said[SIDE_REFERENCE].answer;
  uint64_t theirs = judge->said[SIDE_CANDIDATE].answer.base, at = 0;
  if (judge->geometry.phys_pages > 1 || after == NULL || after->count > SPAN_HEAP_CAPACITY)
    return false;
  while (at < after->count && after->spans[at].base != ours->base) at++;
  if (at == after->count) return false;
  spans[SIDE_REFERENCE] = taken_from(after, at, ours->ready_pages > 0);
  spans[SIDE_CANDIDATE] = (struct span_range){0, 0};
  if (holds(spans[SIDE_REFERENCE], theirs)) spans[SIDE_CANDIDATE] = spans[SIDE_REFERENCE];
  for (uint64_t i = 0; i < after->count && spans[SIDE_CANDIDATE].npages == 0; i++) {
    struct span_range range = {after->spans[i].base, after->spans[i].npages};
    if (after->spans[i].free && holds(range, theirs)) spans[SIDE_CANDIDATE] = range;
  }
  return true;
}

static void explain_best(struct judge *judge, uint64_t ours, uint64_t theirs)
{
  struct span_range spans[SIDES];
  uint64_t ours_bytes = ours * judge->page_bytes;
  if (!find_spans(judge, spans)) {
    say(judge, "in the shortest free span that has room, 0x%" PRIx64 " would have fitted",
        ours_bytes);
    return;
  }
  const struct span_range *best = &spans[SIDE_REFERENCE], *other = &spans[SIDE_CANDIDATE];
  uint64_t best_bytes = best->base * judge->page_bytes;
  if (theirs + judge->call.number > other->base + other->npages)
    say_not_held(judge, theirs);
  else if (best->base == other->base)
    say(judge, "lower in the same free span, at 0x%" PRIx64 ", would have fitted", ours_bytes);
  else if (best->npages < other->npages)
    say(judge, "a shorter free span, of %" PRIu64 " page%s at 0x%" PRIx64 ", would have served",
        best->npages, plural(best->npages), best_bytes);
  else
    say(judge, "a free span of the same length, lower, at 0x%" PRIx64 ", would have served",
        best_bytes);
}

/* --- Allocations ---------------------------------------------------------------------------- */

/* Both got pages, the candidate others. */
static void explain_place(struct judge *judge, uint64_t ours, uint64_t theirs)
{
  enum span_fit fit = judge_fit(judge);
  enum departs what = judge->departure.what;
  uint64_t ours_bytes = ours * judge->page_bytes;
  bool is_possible = what != DEPARTS_OVERLAP && what != DEPARTS_OUTSIDE &&
                     judge->departure.clause != CLAUSE_PLACEMENT;
  if (!is_possible)
    say(judge, "at 0x%" PRIx64 " it would have fitted", ours_bytes);
  else if (judge->kind == OP_CLAIM)
    return; /* the one that was claimed: no more is to be said */
  else if (judge_is_next_fit(judge))
    say(judge, "the last allocation ended at 0x%" PRIx64, judge->next_page * judge->page_bytes);
  else if (fit == SPAN_BEST_FIT)
    explain_best(judge, ours, theirs);
  else if ((ours < theirs) == (fit == SPAN_LAST_FIT))
    say_not_held(judge, theirs); /* else it would come first */
  else
    say(judge, "%s, at 0x%" PRIx64 ", would have fitted",
        fit == SPAN_LAST_FIT ? "higher" : "lower", ours_bytes);
}

static void explain_alloc(struct judge *judge, bool we_got, bool they_got)
{
  uint64_t ours = judge->said[SIDE_REFERENCE].answer.base,
           theirs = judge->said[SIDE_CANDIDATE].answer.base;
  bool is_claim = judge->kind == OP_CLAIM;
  if (we_got && they_got && ours != theirs)
    explain_place(judge, ours, theirs);
  else if (we_got && !they_got)
    say(judge, "%sat 0x%" PRIx64 " it would have fitted",
        judge_grew(judge) ? "once the heap had grown, " : "", ours * judge->page_bytes);
  else if (!we_got && !is_claim && judge->departure.clause == CLAUSE_PLACEMENT)
    say(judge, "nothing fits, so the answer is no memory");
  else if (!we_got)
    say_not_held(judge, is_claim ? judge->call.page : theirs);
}

/* --- Resizing ------------------------------------------------------------------------------- */

static void explain_resize(struct judge *judge, bool we_got, bool they_got)
{
  const struct call *call = &judge->call;
  uint64_t held = call->held_pages, npages = call->number;
  uint64_t end_bytes = (call->page + held) * judge->page_bytes;
  if (!we_got)
    say(judge, "no free span of %" PRIu64 " page%s or more begins at 0x%" PRIx64, npages - held,
        plural(npages - held), end_bytes);
  else if (they_got)
    return;
  else if (npages > held)
    say(judge, "the next %" PRIu64 " page%s, at 0x%" PRIx64 ", would have fitted", npages - held,
        plural(npages - held), end_bytes);
  else
    say(judge, "it has %" PRIu64 " page%s, and may always keep %" PRIu64 " of them", held,
        plural(held), npages);
}

/* --- All of it ------------------------------------------------------------------------------ */

/* Is the departure about where pages are, or about whether there are any? */
static bool is_about_place(const struct judge *judge)
{
  const field_set place = 1U << FIELD_STATUS | 1U << FIELD_BASE;
  enum departs what = judge->departure.what;
  if (judge->is_exact) return (judge->departure.fields & place) != 0;
  return what == DEPARTS_ADDRESS || what == DEPARTS_OVERLAP || what == DEPARTS_OUTSIDE ||
         what == DEPARTS_REFUSED;
}

void judge_explain(struct judge *judge)
{
  int ours = judge->said[SIDE_REFERENCE].status, theirs = judge->said[SIDE_CANDIDATE].status;
  bool we_got = ours == SPAN_OK, they_got = theirs == SPANREF_OK;
  /* What can't be asked for has a sentence of its own. */
  if (!is_about_place(judge) || (!we_got && (ours != SPAN_NO_MEMORY || !they_got))) return;
  if (op_gives(judge->kind)) explain_alloc(judge, we_got, they_got);
  if (judge->kind == OP_RESIZE) explain_resize(judge, we_got, they_got);
}
