#include "explain.h"

#include "../ref/decide.h"

static const struct complaint none;

static struct complaint about(enum clause clause, const char *reason,
                              const struct span *span)
{
  return (struct complaint){
      .clause = clause, .reason = reason, .has_span = true, .span = *span};
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
  if (span->npages == 0) return about(CLAUSE_INV_ORDER, "a span without pages", span);
  if (span->npages > SPAN_LIMIT_PAGES || span->base > SPAN_LIMIT_PAGES - span->npages)
    return about(CLAUSE_LIMIT, "a span past the limit", span);
  if (heap->arena_base < heap->arena_end && span->base < heap->arena_end &&
      heap->arena_base < end_of(span))
    return about(CLAUSE_INV_ORDER, "a span overlaps the current arena", span);
  if (span->manual && span->free)
    return about(CLAUSE_SPANS, "a free span is of kind manual", span);
  if (span->scavenged && !span->free)
    return about(CLAUSE_INV_RELEASABLE, "a span in use is scavenged", span);
  if (span->scavenged && whole_pages(span, heap->geometry.phys_pages) == 0)
    return about(CLAUSE_INV_RELEASABLE,
                 "a scavenged span holds no whole physical page", span);
  return none;
}

static struct complaint two_spans(const struct span_heap *heap, const struct span *a,
                                  const struct span *b)
{
  if (b->base < end_of(a))
    return about(CLAUSE_INV_ORDER, "a span overlaps the next one, or comes after it", a);
  if (b->base != end_of(a) || !a->free || !b->free) return none;
  if (a->scavenged == b->scavenged)
    return about(CLAUSE_INV_COALESCED, "a free span touches the next, of the same flag",
                 a);
  if (b->base % heap->geometry.phys_pages != 0)
    return about(CLAUSE_INV_BOUNDARY,
                 "the boundary to the next free span is inside a physical page", a);
  return none;
}

static struct complaint arena_alone(const struct span_heap *heap)
{
  struct complaint complaint = {.clause = CLAUSE_INV_ARENA};
  if (heap->arena_base > heap->arena_end)
    complaint.reason = "the current arena ends before it begins";
  else if (heap->arena_base % heap->geometry.phys_pages != 0)
    complaint.reason = "the current arena begins inside a physical page";
  else if (heap->arena_end % heap->geometry.arena_pages != 0)
    complaint.reason = "the current arena ends inside a reservation unit";
  else if (heap->arena_end > SPAN_LIMIT_PAGES)
    complaint = (struct complaint){.clause = CLAUSE_LIMIT,
                                   .reason = "the current arena is past the limit"};
  return complaint;
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

static struct complaint accounting(const struct span_heap *says)
{
  struct span_stats is = totals(says);
  const struct {
    enum clause clause;
    const char *reason;
    uint64_t says, is;
  } sums[] = {
      {CLAUSE_STATS_IDLE, "idle isn't what the spans add up to", says->idle, is.idle},
      {CLAUSE_STATS_IN_USE, "in_use isn't what the spans add up to", says->in_use,
       is.in_use},
      {CLAUSE_STATS_MANUAL, "manual isn't what the spans add up to", says->manual,
       is.manual},
      {CLAUSE_STATS_RELEASED, "released isn't what the spans add up to", says->released,
       is.released},
      {CLAUSE_STATS_SYS, "sys isn't idle + in_use", says->sys, is.sys},
  };
  for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
    if (sums[i].says != sums[i].is)
      return (struct complaint){.clause = sums[i].clause,
                                .reason = sums[i].reason,
                                .has_numbers = true,
                                .says_pages = sums[i].says,
                                .is_pages = sums[i].is};
  return none;
}

struct complaint explain_malformed(const struct span_heap *heap)
{
  if (!span_geometry_is_ok(heap->geometry))
    return (struct complaint){.clause = CLAUSE_GEOMETRY,
                              .reason = "the geometry doesn't fit"};
  if (heap->count > SPAN_HEAP_CAPACITY)
    return (struct complaint){.clause = CLAUSE_SPANS,
                              .reason = "more spans than the table has room for"};
  struct complaint complaint = arena_alone(heap);
  for (uint64_t i = 0; complaint.reason == NULL && i < heap->count; i++) {
    complaint = span_alone(heap, &heap->spans[i]);
    if (complaint.reason == NULL && i > 0)
      complaint = two_spans(heap, &heap->spans[i - 1], &heap->spans[i]);
  }
  if (complaint.reason == NULL) complaint = accounting(heap);
  if (complaint.reason == NULL)
    complaint = (struct complaint){.clause = CLAUSE_SPANS,
                                   .reason = "the spans break an invariant"};
  return complaint;
}
