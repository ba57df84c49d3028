/* What is wrong with the spans that a candidate shows, in words, once a proved function has said
 * that something is. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "follow.h"
#include "joined.h"
#include "judge_internal.h"

static struct saying saying_of(enum clause clause, uint64_t base, uint64_t npages,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

static struct saying saying_of(enum clause clause, uint64_t base, uint64_t npages,
                               const char *format, ...)
{
  struct saying saying = {
      .clause = clause, .side = SIDE_CANDIDATE, .base = base, .npages = npages};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(saying.text, sizeof saying.text, format, arguments);
  va_end(arguments);
  return saying;
}

/* Of this span. */
static struct saying saying_of_span(const struct judge *judge, struct complaint why)
{
  return saying_of(why.clause, why.span.base, why.span.npages, "%s",
                   complaint_print(&why, judge->page_bytes).text);
}

struct saying says_past_limit(const struct span_heap *shown)
{
  if (shown->count > SPAN_HEAP_CAPACITY)
    return saying_of(NO_CLAUSE, 0, 0, "it shows %" PRIu64
                   " spans, more than the judge has room for", shown->count);
  uint64_t i = 0;
  while (i + 1 < shown->count &&
         pages_are_below_limit(shown->spans[i].base, shown->spans[i].npages))
    i++;
  const struct span *span = &shown->spans[i];
  return saying_of(CLAUSE_LIMIT, span->base, span->npages,
                   "span 0x%" PRIx64 " +%" PRIu64 " reaches past page 2^40",
                   span->base, span->npages);
}

struct saying says_out_of_order(const struct span_heap *shown)
{
  uint64_t i = 0, end = 0;
  while (i + 1 < shown->count && shown->spans[i].npages > 0 && shown->spans[i].base >= end)
    end = shown->spans[i].base + shown->spans[i].npages, i++;
  const struct span *span = &shown->spans[i];
  return saying_of(NO_CLAUSE, span->base, span->npages,
                   "span 0x%" PRIx64 " +%" PRIu64 " %s", span->base, span->npages,
                   span->npages == 0 ? "is empty" : "begins before the previous span ends");
}

/* --- What it shows is not what it holds -------------------------------------------------- */

static void append(struct span_heap *list, struct span span)
{
  struct span *last = list->count > 0 ? &list->spans[list->count - 1] : NULL;
  if (last != NULL && span.free && last->free && last->base + last->npages == span.base)
    last->npages += span.npages;
  else if (list->count < SPAN_HEAP_CAPACITY)
    list->spans[list->count++] = span;
}

/* The spans as the reference that follows has them: what is free and touches is one, and there
 * are no flags but manual. What is pending nobody shows. reserved: pages that are free and in none
 * of the spans. Of bytes only what is in use counts: what is free is the candidate's own affair. */
static void flatten(const struct judge *judge, struct span_heap *list,
                    const struct span_heap *shown, enum side side, struct span_range reserved)
{
  bool has_manual = judge_about(judge)->says_manual;
  const struct span extra = {.base = reserved.base, .npages = reserved.npages, .free = true};
  bool is_due = reserved.npages > 0;
  list->count = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (is_due && extra.base < span->base) append(list, extra);
    is_due = is_due && extra.base >= span->base;
    bool is_shown = side == SIDE_CANDIDATE || !follow_is_pending(judge, span->base);
    if (is_shown && (!span->free || !judge_is_in_bytes(judge)))
      append(list, (struct span){.base = span->base, .npages = span->npages,
                                 .free = span->free, .manual = span->manual && has_manual});
  }
  if (is_due) append(list, extra);
}

/* The first span that ends behind the page; NULL: there is none. */
static const struct span *at_page(const struct span_heap *list, uint64_t page)
{
  for (uint64_t i = 0; i < list->count; i++)
    if (page < list->spans[i].base + list->spans[i].npages) return &list->spans[i];
  return NULL;
}

static struct saying says_in_use(const struct span *says,
                                    const struct span *is)
{
  bool is_same = is != NULL && !is->free && is->base == says->base;
  uint64_t npages = is_same ? is->npages : 0;
  if (is_same && npages == says->npages)
    return saying_of(NO_CLAUSE, says->base, npages,
                   "it shows 0x%" PRIx64 " +%" PRIu64 " with manual = %d, but it is in use "
                   "with manual = %d", says->base, npages, says->manual, is->manual);
  return saying_of(NO_CLAUSE, says->base, says->npages,
                   "it shows 0x%" PRIx64 " +%" PRIu64 " in use, but %" PRIu64
                   " pages are in use there", says->base, says->npages, npages);
}

static struct saying says_lost(const struct span_heap *theirs,
                                     uint64_t from, uint64_t end)
{
  const struct span *next = at_page(theirs, from);
  if (next != NULL && next->base < end) end = next->base;
  return saying_of(NO_CLAUSE, from, end - from,
                   "pages 0x%" PRIx64 " +%" PRIu64
                   " were obtained and aren't in use, but it shows them nowhere",
                   from, end - from);
}

/* The lists part where one of them has a span and the other has none, or another one. */
static struct saying says_in_lists(const struct span_heap *ours,
                                     const struct span_heap *theirs)
{
  const struct span none = {.base = UINT64_MAX, .free = true};
  uint64_t i = 0;
  while (i < ours->count && i < theirs->count &&
         spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  const struct span *is = i < ours->count ? &ours->spans[i] : &none;
  const struct span *says = i < theirs->count ? &theirs->spans[i] : &none;
  if (says->base <= is->base && !says->free)
    return says_in_use(says, at_page(ours, says->base));
  if (is->base <= says->base && !is->free)
    return saying_of(NO_CLAUSE, is->base, is->npages,
                   "0x%" PRIx64 " +%" PRIu64 " is in use, and it doesn't show that",
                   is->base, is->npages);
  if (is->base < says->base)
    return says_lost(theirs, is->base, is->base + is->npages);
  if (is->base == says->base && is->npages > says->npages)
    return says_lost(theirs, is->base + says->npages, is->base + is->npages);
  return saying_of(NO_CLAUSE, says->base, says->npages,
                   "it shows 0x%" PRIx64 " +%" PRIu64
                   " free, not all of which was obtained and is free",
                   says->base, says->npages);
}

struct saying says_in_list(struct judge *judge, const struct span_heap *shown,
                           struct span_range reserved)
{
  for (int side = 0; side < SIDES; side++)
    if (judge->lists[side] == NULL && (judge->lists[side] = malloc(sizeof *shown)) == NULL)
      return saying_of(NO_CLAUSE, 0, 0, "it shows other memory than it holds");
  struct span_heap *ours = judge->lists[SIDE_REFERENCE], *theirs = judge->lists[SIDE_CANDIDATE];
  if (judge_is_in_bytes(judge)) reserved.npages = 0;
  flatten(judge, ours, judge->shown[SIDE_REFERENCE], SIDE_REFERENCE, (struct span_range){0, 0});
  flatten(judge, theirs, shown, SIDE_CANDIDATE, reserved);
  return says_in_lists(ours, theirs);
}

struct saying says_reserved(struct span_range reserved)
{
  return saying_of(CLAUSE_INV_ARENA, reserved.base, reserved.npages,
                   "its arena, 0x%" PRIx64 " +%" PRIu64 ", is in a span, too, or past page 2^40",
                   reserved.base, reserved.npages);
}

struct saying says_free_manual(const struct judge *judge, const struct span_heap *shown)
{
  uint64_t i = 0;
  while (i + 1 < shown->count && !(shown->spans[i].free && shown->spans[i].manual)) i++;
  return saying_of_span(judge, wrong_span(CLAUSE_SPANS, "a free span is of kind manual",
                                          &shown->spans[i]));
}

/* --- What else is wrong with the list ------------------------------------------------------ */

struct saying says_uncoalesced(const struct judge *judge, const struct span_heap *shown,
                               enum join_rule rule, bool by_flag)
{
  uint64_t i = 1;
  while (i + 1 < shown->count && !spans_must_join(judge->grants, rule, by_flag,
                                                  shown->spans[i - 1], shown->spans[i]))
    i++;
  const struct span *a = &shown->spans[i - 1], *b = &shown->spans[i];
  return saying_of(NO_CLAUSE, a->base, a->npages + b->npages,
                   "0x%" PRIx64 " +%" PRIu64 " and 0x%" PRIx64 " +%" PRIu64
                   " are free, adjacent and of one kind, but two spans",
                   a->base, a->npages, b->base, b->npages);
}

struct saying says_unclean(const struct judge *judge, const struct span_heap *shown)
{
  return saying_of_span(judge, complaint_of_unclean(shown, judge->given));
}

struct saying says_in_use_at_end(const struct judge *judge, const struct span_heap *shown)
{
  uint64_t i = 0;
  while (i + 1 < shown->count && shown->spans[i].free) i++;
  return saying_of_span(judge, wrong_span(CLAUSE_FREE_BASE,
                                          "a span is still in use after everything was freed",
                                          &shown->spans[i]));
}

/* --- Beside the reference ------------------------------------------------------------------ */

struct saying says_not_found(const struct judge *judge, const struct span *span)
{
  return saying_of_span(judge,
                        wrong_span(CLAUSE_INV_MAP, "lookup doesn't find this span", span));
}

struct saying says_in_a_span(const struct judge *judge, const struct span_heap *ours,
                             const struct span_heap *theirs)
{
  uint64_t i = 0, count = theirs->count;
  while (i < ours->count && i < count && spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  const struct span *span = i < count ? &theirs->spans[i] : &ours->spans[i];
  struct saying saying = saying_of(
      NO_CLAUSE, span->base, span->npages, "span number %" PRIu64
      ": the reference has %s, the candidate has %s",
      i + 1, i < ours->count ? span_print(&ours->spans[i], judge->page_bytes).text : "none",
      i < count ? span_print(&theirs->spans[i], judge->page_bytes).text : "none");
  saying.side = i < count ? SIDE_CANDIDATE : SIDE_REFERENCE;
  return saying;
}
