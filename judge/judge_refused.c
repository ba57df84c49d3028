/* Memory refused, and memory asked for: was there any? */
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
           shown_has_room(shown, npages);
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

/* What was refused, and what is declared of such. */
static struct refusal refusal_of(const struct judge *judge)
{
  const struct about *about = judge_about(judge);
  return (struct refusal){.npages = judge->call.number,
                          .max_pages = about->request_max_pages,
                          .nalive = judge->follows ? judge->nused - judge->npending : 0,
                          .alive_max = about->alive_max,
                          .is_plain = request_needs(&judge->call.request) == 0,
                          .is_placed = judge->chose || judge->is_pages};
}

enum judgement judge_refuse_memory(struct judge *judge)
{
  struct refusal refusal = refusal_of(judge);
  bool would = would_give(judge);
  /* Of the reference that chose itself its own answer counts: it has grown, if need be. */
  bool would_have = judge->chose ? judge->said[SIDE_REFERENCE].status == SPAN_OK : would;
  if (rule_is_excused(refusal)) return JUDGED_SAME;
  /* Whoever says what surely serves is held to that; else to a free span that is long enough. */
  bool has_run = judge_about(judge)->has_needs
                     ? surely_serves(judge)
                     : would && !judge->is_pages &&
                           holds_free(judge, judge->said[SIDE_CANDIDATE].takes_pages);
  bool would_serve =
      would_have || (!judge->is_pages && !judge->chose && os_would_serve(judge, refusal.npages));
  return judge_finds(judge, rule_refusal(has_run && refusal.is_plain, would_serve, is_there(judge)),
                     0, 0);
}

/* Without an OS a claim and a resize can be done or can't. */
enum judgement judge_refuse_in_place(struct judge *judge)
{
  const struct call *call = &judge->call;
  bool can_be_done = judge->is_pages && judge->said[SIDE_REFERENCE].status == SPAN_OK;
  return judge_finds(judge, rule_in_place(can_be_done, call->number > call->held_pages,
                                          rule_is_beyond(refusal_of(judge))),
                     call->page, 1);
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
