/* Memory refused, and memory asked for: was there any? */
#include <inttypes.h>

#include "../spec/request.h"
#include "follow.h"
#include "judge_internal.h"

/* Would it give pages? It has given none afterwards. */
static bool would_give(struct judge *judge)
{
  struct observation ours = follow_give(judge, follow_bound_call(judge));
  if (ours.status == SPANREF_OK) follow_free(judge, ours.answer.base);
  follow_says(judge, ours);
  return ours.status == SPANREF_OK;
}

/* Is there memory for sure? Whoever was refused by the OS may have none that fits; but
 * where all memory was handed in, no OS matters. */
static bool is_there(const struct judge *judge)
{
  if (judge->is_pages) return true;
  if (judge_about(judge)->is_closed) return false;
  return judge->call.number <= JUDGE_THERE_BYTES / judge->page_bytes &&
         (judge_is_in_bytes(judge) || !judge->sides[SIDE_CANDIDATE]->door.refused);
}

/* A free span that long, below the limit. */
static bool shows_free(const struct span_heap *shown, uint64_t npages)
{
  for (uint64_t i = 0; i < shown->count && i < SPAN_HEAP_CAPACITY; i++) {
    const struct span *span = &shown->spans[i];
    if (span->free && span->npages >= npages &&
        pages_are_below_limit(span->base, span->npages))
      return true;
  }
  return false;
}

/* The reference has a free run that long. Has the candidate, since nothing is in use, or by its
 * own list of spans? */
static bool holds_free(struct judge *judge, uint64_t npages)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  struct span_heap *shown;
  bool is_in_bytes = judge_is_in_bytes(judge);
  if (is_in_bytes && !candidate->about.is_closed) return false;
  if (candidate->about.has_walk)
    return !judge_is_hasty(judge) && transport_walk(candidate, &shown, NULL, NULL) &&
           shows_free(shown, npages);
  return !is_in_bytes && judge->holds.in_use + judge->holds.manual == 0;
}

/* Would its OS grant so many, if it were asked? */
static bool os_would_serve(const struct judge *judge, uint64_t npages)
{
  struct fake_os os = judge->sides[SIDE_CANDIDATE]->door.fake; /* a copy */
  uint64_t arena_pages = judge->geometry.arena_pages, over = npages % arena_pages;
  struct span_os_answer answer =
      fake_os_reserve(&os, over == 0 ? npages : npages - over + arena_pages);
  return answer.granted && pages_are_below_limit(answer.base, answer.npages) &&
         answer.base % judge->geometry.phys_pages == 0;
}

/* Is a run free that surely serves, as the candidate declares? */
static bool surely_serves(struct judge *judge)
{
  uint64_t npages = judge->said[SIDE_CANDIDATE].needs_pages;
  const struct call call = {.kind = OP_HEAP, .number = npages,
                            .request = span_plain_request(npages, false)};
  if (judge->chose || !judge_about(judge)->has_needs || npages == 0 || npages > SPAN_LIMIT_PAGES)
    return false;
  /* Of bytes the reference has all pages that there are. */
  if (judge_is_in_bytes(judge)) return judge_about(judge)->has_walk && holds_free(judge, npages);
  struct observation ours = follow_give(judge, call);
  if (ours.status == SPANREF_OK) follow_free(judge, ours.answer.base);
  return ours.status == SPANREF_OK;
}

/* Does it declare a limit by which it may refuse? */
static bool is_beyond_limits(const struct judge *judge)
{
  const struct about *about = judge_about(judge);
  return judge->call.number > about->request_max_pages ||
         (judge->follows && judge->nused - judge->npending >= about->alive_max);
}

enum judgement judge_refuse_memory(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  uint64_t npages = judge->call.number, takes_pages = judge->said[SIDE_CANDIDATE].takes_pages;
  bool is_plain = request_needs(&judge->call.request) == 0;
  bool can_be = npages > 0 && npages <= SPAN_LIMIT_PAGES && !is_beyond_limits(judge);
  bool would = would_give(judge);
  /* Of the reference that chose itself its own answer counts: it has grown, if need be. */
  bool would_have = judge->chose ? judge->said[SIDE_REFERENCE].status == SPAN_OK : would;
  if (!can_be || (!is_plain && !judge->chose && !judge->is_pages)) return JUDGED_SAME;
  /* Whoever says what surely serves is held to that; else to a free span that is long enough. */
  bool is_held = judge_about(judge)->has_needs
                     ? surely_serves(judge)
                     : would && !judge->is_pages && holds_free(judge, takes_pages);
  is_held = is_held && is_plain;
  bool serves = would_have || (!judge->is_pages && !judge->chose && os_would_serve(judge, npages));
  if (!is_held && !(serves && is_there(judge))) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                       "%" PRIu64 " page%s refused with %s (%d), though %s", npages,
                       npages == 1 ? "" : "s", status_name(status), status,
                       is_held ? "it holds a free run that is long enough"
                               : "there is memory for that");
}

/* Without an OS a claim and a resize can be done or can't. */
enum judgement judge_refuse_in_place(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  const struct call *call = &judge->call;
  if (!judge->is_pages || judge->said[SIDE_REFERENCE].status != SPAN_OK ||
      (call->number > call->held_pages && is_beyond_limits(judge)))
    return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED,
                       clause_of(call, FIELD_STATUS, SPAN_OK, status_of(status), false),
                       call->page, 1,
                       "page 0x%" PRIx64 " +%" PRIu64 " refused with %s (%d), though %s",
                       call->page, call->number, status_name(status), status,
                       call->kind == OP_CLAIM ? "these pages are free"
                       : call->number > call->held_pages ? "the pages behind it are free"
                                                         : "it has as many");
}

bool judge_grew_for_nothing(struct judge *judge)
{
  const struct door *door = &judge->sides[SIDE_CANDIDATE]->door;
  bool has_asked = door->refused || door->ngrants > judge->ngrants_before;
  return has_asked && op_is_alloc(judge->kind) && request_needs(&judge->call.request) == 0 &&
         !judge_refuses(judge, SPANREF_MAY_GROW) && surely_serves(judge);
}

enum judgement judge_refuse_claim(struct judge *judge)
{
  (void)would_give(judge);
  return judge_refuse_in_place(judge);
}
