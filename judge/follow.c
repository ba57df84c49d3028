#include "follow.h"

#include <stdlib.h>
#include <string.h>

#include "../spec/request.h"
#include "judge_internal.h"

const struct span_geometry follow_geometry = {.phys_pages = 1, .arena_pages = 1};

static const struct grant nothing = {0, 0};

/* What is pending the reference has in use, and the candidate hasn't. */
static void leave_out_pending(struct judge *judge)
{
  judge->holds = judge->led;
  judge->holds.in_use -= judge->pending_pages[false];
  judge->holds.sys -= judge->pending_pages[false];
  judge->holds.manual -= judge->pending_pages[true];
}

struct observation follow_ask(struct judge *judge, struct call call)
{
  struct observation said;
  (void)transport_call(judge->sides[SIDE_REFERENCE], &call, nothing, &said);
  judge->led = said.stats;
  leave_out_pending(judge);
  return said;
}

struct observation follow_give(struct judge *judge, struct call call)
{
  struct observation said = follow_ask(judge, call);
  judge->nused += said.status == SPANREF_OK;
  return said;
}

/* Handed in, memory is scavenged; claimed and freed, it is retained. */
static bool hold(struct judge *judge, uint64_t base, uint64_t npages)
{
  const struct call add = {.kind = OP_ADD, .page = base, .number = npages},
                    claim = {.kind = OP_CLAIM, .page = base, .number = npages};
  if (follow_ask(judge, add).status != SPANREF_OK) return false;
  (void)follow_give(judge, claim);
  follow_free(judge, base);
  return true;
}

void follow_begin(struct judge *judge)
{
  struct observation said;
  bool serves;
  (void)transport_create(judge->sides[SIDE_REFERENCE], follow_geometry, judge->page_bytes,
                         &serves, &said);
  judge->follows = true;
  judge->cuts_pages = false;
  judge->holds = judge->led = said.stats;
  judge->ngrants = 0;
  judge->nused = 0;
  if (judge_is_in_bytes(judge)) (void)hold(judge, 0, SPAN_LIMIT_PAGES);
}

/* Whoever asks for parts of physical pages makes the OS cut them. */
static bool is_of_use(struct judge *judge, const struct door_grant *grant)
{
  uint64_t phys_pages = judge->geometry.phys_pages;
  if (grant->asked_pages % phys_pages != 0) judge->cuts_pages = true;
  return rule_grant_is_of_use((struct span_range){grant->base, grant->npages},
                              grant->asked_pages, phys_pages, judge->cuts_pages);
}

void follow_grants(struct judge *judge)
{
  struct door *door = &judge->sides[SIDE_CANDIDATE]->door;
  for (; judge->ngrants < door->ngrants; judge->ngrants++) {
    struct door_grant *grant = &door->grants[judge->ngrants];
    if (is_of_use(judge, grant) && hold(judge, grant->base, grant->npages)) continue;
    grant->npages = 0; /* for good */
    if (judge->ngrants >= judge->ngrants_before) door->refused = true;
  }
}

bool follow_in_use(struct judge *judge, uint64_t base, struct span *span)
{
  struct observation said;
  (void)transport_lookup(judge->sides[SIDE_REFERENCE], base, &said);
  *span = span_of(&said.span);
  return said.found && !span->free && span->base == base && !follow_is_pending(judge, base);
}

void follow_free(struct judge *judge, uint64_t base)
{
  (void)follow_ask(judge, (struct call){.kind = OP_FREE_AT, .page = base});
  judge->nused--;
}

/* --- What is pending ---------------------------------------------------------------------- */

bool follow_is_pending(const struct judge *judge, uint64_t base)
{
  return page_set_meets(judge->pending, base, base + 1);
}

bool follow_take_back(struct judge *judge, const struct span *span)
{
  if (!judge_about(judge)->has_release) {
    follow_free(judge, span->base);
    return true;
  }
  if (!page_set_add(judge->pending, span->base, span->base + span->npages)) return false;
  judge->npending++;
  judge->pending_pages[span->manual] += span->npages;
  leave_out_pending(judge);
  return true;
}

void follow_release(struct judge *judge)
{
  judge->npending = 0;
  judge->pending_pages[false] = judge->pending_pages[true] = 0;
  for (uint64_t i = 0; i < judge->pending->count; i++) {
    const struct page_run *run = &judge->pending->runs[i];
    struct observation said;
    for (uint64_t page = run->base; page < run->end; page += said.span.npages) {
      (void)transport_lookup(judge->sides[SIDE_REFERENCE], page, &said);
      follow_free(judge, page);
    }
  }
  page_set_clear(judge->pending);
}

/* --- What is given out -------------------------------------------------------------------- */

/* A claim gives pages that aren't manual. */
static enum span_status claim(struct judge *judge, uint64_t base, uint64_t npages, bool manual)
{
  struct span_request request = span_plain_request(npages, manual);
  request.from = base;
  request.below = base + npages;
  const struct call call = {.kind = manual ? OP_MANUAL : OP_HEAP, .number = npages,
                            .request = request};
  return (enum span_status)follow_give(judge, call).status;
}

enum follow_spot follow_claim(struct judge *judge, uint64_t base, uint64_t npages, bool manual,
                              struct span *other)
{
  enum span_status status = claim(judge, base, npages, manual);
  if (status == SPAN_OK) return SPOT_FREE;
  if (status == SPAN_TABLE_FULL) return SPOT_FULL;
  for (uint64_t page = base; page < base + npages; page = other->base + other->npages) {
    struct observation said;
    (void)transport_lookup(judge->sides[SIDE_REFERENCE], page, &said);
    *other = span_of(&said.span);
    if (!said.found) return SPOT_OUTSIDE;
    if (!other->free) return SPOT_IN_USE;
  }
  return SPOT_OUTSIDE; /* not reached: no free page is refused */
}

const struct span_heap *judge_holding(struct judge *judge)
{
  struct span_heap *shown, **list = &judge->lists[SIDE_REFERENCE];
  if (*list == NULL && (*list = malloc(sizeof **list)) == NULL) return NULL;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, NULL, NULL);
  (*list)->count = shown->count;
  memcpy((*list)->spans, shown->spans, (size_t)shown->count * sizeof *shown->spans);
  return *list;
}

/* --- What it would have answered ------------------------------------------------------- */

struct call follow_bound_call(const struct judge *judge)
{
  struct call call = judge->call;
  if (call.number > 0 && call.number <= SPAN_LIMIT_PAGES)
    call.number = call.request.npages = judge->said[SIDE_CANDIDATE].takes_pages;
  if (op_is_alloc(call.kind)) call.request.fit = judge_fit(judge);
  return call;
}

void follow_says(struct judge *judge, struct observation said)
{
  if (judge->chose) return;
  said.stats = judge->holds;
  judge->said[SIDE_REFERENCE] = said;
}

/* --- From being alike to following --------------------------------------------------------- */

/* The reference's spans in use before the last operation, from those after it. */
static bool is_before(const struct judge *judge, const struct span *span)
{
  const struct observation *said = &judge->said[SIDE_REFERENCE];
  bool was_given = op_gives(judge->kind) && said->status == SPANREF_OK;
  return !span->free && !(was_given && span->base == said->answer.base);
}

/* What the last operation freed or resized becomes what it was: by the statistics before and
 * after it. */
static void take_again(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct spanref_stats *was = &judge->before, *is = &judge->said[SIDE_REFERENCE].stats;
  uint64_t npages = was->in_use + was->manual - is->in_use - is->manual;
  bool manual = was->manual != is->manual;
  struct span other;
  if (judge->said[SIDE_REFERENCE].status != SPANREF_OK) return;
  if (call->kind == OP_RESIZE) {
    (void)follow_in_use(judge, call->page, &other);
    manual = other.manual;
    npages += call->number;
    follow_free(judge, call->page);
  } else if (!op_is_free(call->kind)) {
    return;
  }
  (void)follow_claim(judge, call->page, npages, manual, &other);
}

bool follow_keep(struct judge *judge)
{
  struct span_heap *shown;
  if (judge->after == NULL) judge->after = malloc(sizeof *judge->after);
  if (judge->after == NULL) return false;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, NULL, NULL);
  judge->after->count = shown->count;
  memcpy(judge->after->spans, shown->spans, (size_t)shown->count * sizeof *shown->spans);
  return true;
}

bool follow_from_here(struct judge *judge)
{
  if (!follow_keep(judge)) return false;
  follow_begin(judge);
  follow_grants(judge);
  for (uint64_t i = 0; i < judge->after->count; i++) {
    const struct span *span = &judge->after->spans[i];
    struct span other;
    if (is_before(judge, span))
      (void)follow_claim(judge, span->base, span->npages, span->manual, &other);
  }
  take_again(judge);
  return true;
}

/* --- Many spans ---------------------------------------------------------------------------- */

bool follow_with_many(struct judge *judge)
{
  if (judge->nused < JUDGE_MANY || judge->has_many || judge->many == NULL) return true;
  const struct span_heap *held = judge_holding(judge);
  size_t ngrants_before = judge->ngrants_before;
  if (held == NULL) return false;
  if (judge->ours[1] == NULL) {
    judge->ours[1] = malloc(sizeof *judge->ours[1]);
    if (judge->ours[1] == NULL || !transport_open_here(judge->ours[1], judge->many)) return false;
  }
  judge->sides[SIDE_REFERENCE] = judge->ours[1];
  judge->has_many = true;
  judge->tally.many++;
  judge->ngrants_before = SIZE_MAX; /* what was of no use was said then */
  follow_begin(judge);
  follow_grants(judge);
  judge->ngrants_before = ngrants_before;
  for (uint64_t i = 0; i < held->count; i++) {
    const struct span *span = &held->spans[i];
    if (span->free) continue;
    (void)claim(judge, span->base, span->npages, span->manual);
  }
  return true;
}
