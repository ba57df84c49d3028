#include "wellformed.h"

#include <inttypes.h>
#include <stdio.h>

#include "../ref/decide.h"
#include "../ref/span_heap.h"
#include "shown.h"

void span_heap_complete(struct span_heap *shown, const struct spanref_stats *stats,
                        const struct span_geometry *geometry)
{
  shown->geometry = *geometry;
  shown->sys = stats->sys;
  shown->idle = stats->idle;
  shown->in_use = stats->in_use;
  shown->manual = stats->manual;
  shown->released = stats->released;
  shown->arena_base = stats->arena_base;
  shown->arena_end = stats->arena_end;
}

/* --- The culprit, where a proved function says that there is one -------------------- */

static const struct complaint none;

static struct complaint of_heap(enum clause clause, const char *reason)
{
  return (struct complaint){.clause = clause, .reason = reason};
}

struct complaint wrong_span(enum clause clause, const char *reason,
                            const struct span *span)
{
  return (struct complaint){clause, reason, .has_span = true, .span = *span};
}

static uint64_t end_of(const struct span *span) { return span->base + span->npages; }

/* A scavenged span: the whole physical pages inside, 0 if there is none. */
static uint64_t whole_pages(const struct span *span, uint64_t phys_pages)
{
  uint64_t lo = (span->base + phys_pages - 1) / phys_pages * phys_pages;
  uint64_t hi = end_of(span) / phys_pages * phys_pages;
  return lo < hi ? hi - lo : 0;
}

static struct complaint span_alone(const struct span_heap *heap, const struct span *span)
{
  if (span->npages == 0) return wrong_span(CLAUSE_INV_ORDER, "a span without pages", span);
  if (!pages_are_below_limit(span->base, span->npages))
    return wrong_span(CLAUSE_LIMIT, "a span past the limit", span);
  if (heap->arena_base < heap->arena_end && span->base < heap->arena_end &&
      heap->arena_base < end_of(span))
    return wrong_span(CLAUSE_INV_ORDER, "a span overlaps the current arena", span);
  if (span->manual && span->free)
    return wrong_span(CLAUSE_SPANS, "a free span is of kind manual", span);
  if (span->scavenged && !span->free)
    return wrong_span(CLAUSE_INV_RELEASABLE, "a span in use is scavenged", span);
  if (span->scavenged && whole_pages(span, heap->geometry.phys_pages) == 0)
    return wrong_span(CLAUSE_INV_RELEASABLE,
                      "a scavenged span holds no whole physical page", span);
  return none;
}

static struct complaint two_spans(const struct span_heap *heap, const struct span *a,
                                  const struct span *b)
{
  if (b->base < end_of(a))
    return wrong_span(CLAUSE_INV_ORDER,
                      "a span overlaps the next one, or comes after it", a);
  if (b->base != end_of(a) || !a->free || !b->free) return none;
  if (a->scavenged == b->scavenged)
    return wrong_span(CLAUSE_INV_COALESCED,
                      "a free span touches the next, of the same flag", a);
  if (b->base % heap->geometry.phys_pages != 0)
    return wrong_span(CLAUSE_INV_BOUNDARY,
                      "the boundary to the next free span is inside a physical page", a);
  return none;
}

static struct complaint arena_alone(const struct span_heap *heap)
{
  uint64_t base = heap->arena_base, end = heap->arena_end;
  if (base > end)
    return of_heap(CLAUSE_INV_ARENA, "the current arena ends before it begins");
  if (base % heap->geometry.phys_pages != 0)
    return of_heap(CLAUSE_INV_ARENA, "the current arena begins inside a physical page");
  if (end % heap->geometry.arena_pages != 0)
    return of_heap(CLAUSE_INV_ARENA, "the current arena ends inside a reservation unit");
  if (end > SPAN_LIMIT_PAGES)
    return of_heap(CLAUSE_LIMIT, "the current arena is past the limit");
  return none;
}

static struct span_stats totals(const struct span_heap *heap)
{
  uint64_t r = heap->arena_end - heap->arena_base;
  struct span_stats sum = {.idle = r, .released = r};
  for (uint64_t i = 0; i < heap->count; i++) {
    const struct span *span = &heap->spans[i];
    if (!span->free) {
      *(span->manual ? &sum.manual : &sum.in_use) += span->npages;
      continue;
    }
    sum.idle += span->npages;
    if (span->scavenged) sum.released += whole_pages(span, heap->geometry.phys_pages);
  }
  sum.sys = sum.idle + sum.in_use;
  return sum;
}

struct sum {
  enum clause clause;
  const char *reason;
  uint64_t says, is;
};

/* About the first that is wrong. */
static struct complaint about_sums(const struct sum *sums, size_t count)
{
  size_t i = 0;
  while (i < count && sums[i].says == sums[i].is) i++;
  if (i == count) return none;
  return (struct complaint){.clause = sums[i].clause,
                            .reason = sums[i].reason,
                            .has_numbers = true,
                            .says_pages = sums[i].says,
                            .is_pages = sums[i].is};
}

static struct complaint accounting(const struct span_heap *says)
{
  struct span_stats is = totals(says);
  const struct sum sums[] = {
      {CLAUSE_STATS_IDLE, "idle isn't what the spans add up to", says->idle, is.idle},
      {CLAUSE_STATS_IN_USE, "in_use isn't what the spans add up to", says->in_use,
       is.in_use},
      {CLAUSE_STATS_MANUAL, "manual isn't what the spans add up to", says->manual,
       is.manual},
      {CLAUSE_STATS_RELEASED, "released isn't what the spans add up to", says->released,
       is.released},
      {CLAUSE_STATS_SYS, "sys isn't idle + in_use", says->sys, is.sys},
  };
  return about_sums(sums, sizeof sums / sizeof *sums);
}

struct complaint explain_malformed(const struct span_heap *heap)
{
  if (!span_geometry_is_ok(heap->geometry))
    return of_heap(CLAUSE_GEOMETRY, "the geometry doesn't fit");
  if (heap->count > SPAN_HEAP_CAPACITY)
    return of_heap(CLAUSE_SPANS, "more spans than the table has room for");
  struct complaint complaint = arena_alone(heap);
  for (uint64_t i = 0; complaint.reason == NULL && i < heap->count; i++) {
    complaint = span_alone(heap, &heap->spans[i]);
    if (complaint.reason == NULL && i > 0)
      complaint = two_spans(heap, &heap->spans[i - 1], &heap->spans[i]);
  }
  if (complaint.reason == NULL) complaint = accounting(heap);
  if (complaint.reason == NULL)
    complaint = of_heap(CLAUSE_SPANS, "the spans break an invariant");
  return complaint;
}

/* --- Well-formed --------------------------------------------------------------------- */

struct complaint complaint_of_unclean(const struct span_heap *heap, const struct page_set *given)
{
  const struct span *span = heap->spans, *last = heap->spans + heap->count - 1;
  while (span < last && !(span->free && !span->needzero &&
                          page_set_meets(given, span->base, end_of(span))))
    span++;
  return wrong_span(CLAUSE_INV_NEEDZERO,
                    "a free span with needzero=0 holds a page that was given out", span);
}

static struct complaint counting(const struct span_heap *heap,
                                 const struct spanref_stats *says)
{
  struct span_stats is = span_heap_stats(heap);
  const struct sum sums[] = {
      {CLAUSE_STATS_HUGE_FREE, "huge_free isn't what the spans add up to", says->huge_free,
       is.huge_free},
      {CLAUSE_STATS_NFREE, "nfree isn't the number of free spans", says->nfree, is.nfree},
  };
  return about_sums(sums, sizeof sums / sizeof *sums);
}

static bool counts_are_right(const struct span_heap *heap, const struct spanref_stats *says)
{
  struct span_stats is = span_heap_stats(heap);
  return says->huge_free == is.huge_free && says->nfree == is.nfree;
}

bool is_malformed(const struct span_heap *heap, const struct spanref_stats *stats,
                  const struct page_set *given, struct complaint *why)
{
  bool is_well_formed = span_heap_is_well_formed(heap);
  bool is_clean = given == NULL || (is_well_formed && shown_is_clean(heap, given));
  *why = none;
  if (!is_well_formed)
    *why = explain_malformed(heap);
  else if (!is_clean)
    *why = complaint_of_unclean(heap, given);
  else
    *why = counting(heap, stats);
  return !is_well_formed || !is_clean || !counts_are_right(heap, stats);
}

struct complaint_text complaint_print(const struct complaint *complaint,
                                      uint64_t page_bytes)
{
  struct complaint_text out;
  bool is_count = complaint->clause == CLAUSE_STATS_HUGE_FREE ||
                  complaint->clause == CLAUSE_STATS_NFREE;
  uint64_t unit = is_count ? 1 : page_bytes;
  if (complaint->has_numbers)
    snprintf(out.text, sizeof out.text, "%s: it is %" PRIu64 ", but should be %" PRIu64,
             complaint->reason, complaint->says_pages * unit, complaint->is_pages * unit);
  else
    snprintf(out.text, sizeof out.text, "%s%s%s", complaint->reason,
             complaint->has_span ? ": " : "",
             complaint->has_span ? span_print(&complaint->span, page_bytes).text : "");
  return out;
}
