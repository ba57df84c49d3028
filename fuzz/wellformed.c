#include "wellformed.h"

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

static uint64_t whole_huge(const struct span *span, uint64_t huge_pages)
{
  if (huge_pages == 0 || span->npages < huge_pages) return 0;
  uint64_t lo = (span->base + huge_pages - 1) / huge_pages;
  uint64_t hi = end_of(span) / huge_pages;
  return lo < hi ? hi - lo : 0;
}

static struct complaint span_alone(const struct span *span,
                                   const struct span_stats *stats,
                                   const struct span_geometry *geometry,
                                   const struct page_set *given)
{
  if (span->npages == 0) return about(CLAUSE_INV_ORDER, "a span without pages", span);
  if (span->npages > SPAN_LIMIT_PAGES || span->base > SPAN_LIMIT_PAGES - span->npages)
    return about(CLAUSE_LIMIT, "a span past the limit", span);
  if (stats->arena_base < stats->arena_end && span->base < stats->arena_end &&
      stats->arena_base < end_of(span))
    return about(CLAUSE_INV_ORDER, "a span overlaps the current arena", span);
  if (span->scavenged && !span->free)
    return about(CLAUSE_INV_RELEASABLE, "a span in use is scavenged", span);
  if (span->scavenged && whole_pages(span, geometry->phys_pages) == 0)
    return about(CLAUSE_INV_RELEASABLE,
                 "a scavenged span holds no whole physical page", span);
  if (given != NULL && span->free && !span->needzero &&
      page_set_meets(given, span->base, end_of(span)))
    return about(CLAUSE_INV_NEEDZERO,
                 "a free span with needzero=0 holds a page that was given out", span);
  return none;
}

static struct complaint two_spans(const struct span *a, const struct span *b,
                                  const struct span_geometry *geometry)
{
  if (b->base < end_of(a))
    return about(CLAUSE_INV_ORDER, "a span overlaps the next one, or comes after it", a);
  if (b->base != end_of(a) || !a->free || !b->free) return none;
  if (a->scavenged == b->scavenged)
    return about(CLAUSE_INV_COALESCED, "a free span meets the next one of the same flag",
                 a);
  if (b->base % geometry->phys_pages != 0)
    return about(CLAUSE_INV_BOUNDARY,
                 "the boundary to the next free span is inside a physical page", a);
  return none;
}

static struct complaint arena_alone(const struct span_stats *stats,
                                    const struct span_geometry *geometry)
{
  struct complaint complaint = {.clause = CLAUSE_INV_ARENA};
  if (stats->arena_base > stats->arena_end)
    complaint.reason = "the current arena ends before it begins";
  else if (stats->arena_base % geometry->phys_pages != 0)
    complaint.reason = "the current arena begins inside a physical page";
  else if (stats->arena_end % geometry->arena_pages != 0)
    complaint.reason = "the current arena ends inside a reservation unit";
  else if (stats->arena_end > SPAN_LIMIT_PAGES)
    complaint = (struct complaint){CLAUSE_LIMIT, "the current arena is past the limit",
                                   false, {0}, false, 0, 0};
  return complaint;
}

static struct span_stats totals(const struct span_list *list,
                                const struct span_stats *stats,
                                const struct span_geometry *geometry)
{
  uint64_t r = stats->arena_end - stats->arena_base;
  struct span_stats sum = {.idle = r, .released = r};
  for (size_t i = 0; i < list->count; i++) {
    const struct span *span = &list->spans[i];
    if (!span->free) {
      *(span->manual ? &sum.manual : &sum.in_use) += span->npages;
      continue;
    }
    sum.nfree++;
    sum.idle += span->npages;
    if (span->scavenged)
      sum.released += whole_pages(span, geometry->phys_pages);
    else
      sum.huge_free += whole_huge(span, geometry->huge_pages);
  }
  sum.sys = sum.idle + sum.in_use;
  return sum;
}

static struct complaint accounting(const struct span_stats *says,
                                   const struct span_stats *is)
{
  const struct {
    enum clause clause;
    const char *reason;
    uint64_t says, is;
  } sums[] = {
      {CLAUSE_STATS_IDLE, "idle isn't what the spans add up to", says->idle, is->idle},
      {CLAUSE_STATS_IN_USE, "in_use isn't what the spans add up to", says->in_use,
       is->in_use},
      {CLAUSE_STATS_MANUAL, "manual isn't what the spans add up to", says->manual,
       is->manual},
      {CLAUSE_STATS_RELEASED, "released isn't what the spans add up to", says->released,
       is->released},
      {CLAUSE_STATS_SYS, "sys isn't idle + in_use", says->sys, is->sys},
      {CLAUSE_STATS_HUGE_FREE, "huge_free isn't what the spans add up to",
       says->huge_free, is->huge_free},
      {CLAUSE_STATS_NFREE, "nfree isn't the number of free spans", says->nfree,
       is->nfree},
  };
  for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
    if (sums[i].says != sums[i].is)
      return (struct complaint){sums[i].clause, sums[i].reason, false,       {0},
                                true,           sums[i].says,   sums[i].is};
  return none;
}

struct complaint why_malformed(const struct span_list *list,
                               const struct span_stats *stats,
                               const struct span_geometry *geometry,
                               const struct page_set *given)
{
  struct complaint complaint = arena_alone(stats, geometry);
  for (size_t i = 0; complaint.reason == NULL && i < list->count; i++) {
    complaint = span_alone(&list->spans[i], stats, geometry, given);
    if (complaint.reason == NULL && i > 0)
      complaint = two_spans(&list->spans[i - 1], &list->spans[i], geometry);
  }
  if (complaint.reason != NULL) return complaint;
  struct span_stats is = totals(list, stats, geometry);
  return accounting(stats, &is);
}
