/* Safety: what was given out, refused, given back. The reference is led where the candidate went. */
#include "follow.h"
#include "judge_internal.h"

/* --- Pages, and what was asked for ------------------------------------------------------------ */

/* Numbers have no contents, but a history. */
enum judgement judge_clean(struct judge *judge, uint64_t base, uint64_t npages, bool needzero)
{
  uint64_t end = base + npages;
  if (judge_is_in_bytes(judge)) return JUDGED_SAME;
  bool was_given = !needzero && page_set_meets(judge->given, base, end);
  /* What was given before, in part, needs no more room. */
  if (!page_set_add(judge->given, base, end)) return JUDGED_FULL;
  return judge_finds(judge, was_given ? FAULT_GIVEN_BEFORE : FAULT_NONE, base, npages);
}

/* Pages that it says it gave out: are they there, and nobody else's? Then the reference gives
 * them out, too. */
static enum judgement judge_pages(struct judge *judge, uint64_t base, uint64_t npages)
{
  struct span other;
  if (!pages_are_below_limit(base, npages))
    return judge_finds(judge, FAULT_OUTSIDE, base, npages);
  switch (follow_claim(judge, base, npages, judge->kind == OP_MANUAL, &other)) {
  case SPOT_FREE: return JUDGED_SAME;
  case SPOT_FULL: return JUDGED_FULL;
  case SPOT_OUTSIDE: return judge_finds(judge, FAULT_OUTSIDE, base, npages);
  default: return judge_departs_over(judge, base, npages, &other);
  }
}

/* What was asked for it must be, wherever that is. */
static enum judgement judge_request(struct judge *judge)
{
  const struct call *call = &judge->call;
  uint64_t base = judge->said[SIDE_CANDIDATE].answer.base;
  enum fault fault = call->kind != OP_CLAIM  ? rule_request(call->request, base)
                     : base == call->page ? FAULT_NONE
                                          : FAULT_NOT_CLAIMED;
  return judge_finds(judge, fault, base, call->number);
}

/* The reference takes the place that the candidate is bound to. */
static struct observation take_place(struct judge *judge)
{
  struct call call = follow_bound_call(judge);
  if (judge_is_next_fit(judge) && judge->next_page > 0) {
    call.request.from = judge->next_page;
    struct observation ours = follow_give(judge, call);
    if (ours.status == SPANREF_OK) return ours;
    call.request.from = 0;
  }
  return follow_give(judge, call);
}

/* Where the candidate is bound to a place, the reference takes its own. true: the candidate's
 * is the same. Otherwise it has none afterwards. */
static bool is_same_place(struct judge *judge)
{
  uint64_t theirs = judge->said[SIDE_CANDIDATE].answer.base;
  struct observation ours = take_place(judge);
  follow_says(judge, ours);
  if (ours.status != SPANREF_OK) return false;
  if (ours.answer.base == theirs) return true;
  (void)follow_keep(judge); /* without it the explanation says less */
  follow_free(judge, ours.answer.base);
  return false;
}

static struct span span_at(struct judge *judge, uint64_t page)
{
  struct observation said;
  (void)transport_lookup(judge->sides[SIDE_REFERENCE], page, &said);
  return span_of(&said.span);
}

/* Next fit, and the page where it goes on has become part of a free span: theirs may begin where
 * that does. */
static bool is_joined(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  if (!judge_is_next_fit(judge)) return false;
  struct span at = span_at(judge, judge->next_page);
  return at.free && at.base == said->answer.base && at.npages >= said->takes_pages;
}

/* Best fit, and any of the shortest spans will do: is theirs the first placement in a free span as
 * long as the one that the reference took its own from? Neither has been taken. */
static bool is_as_good(struct judge *judge)
{
  uint64_t ours_at = judge->said[SIDE_REFERENCE].answer.base,
           theirs_at = judge->said[SIDE_CANDIDATE].answer.base;
  struct call call = follow_bound_call(judge);
  if (!judge_about(judge)->has_any_best || call.request.fit != SPAN_BEST_FIT ||
      !op_is_alloc(call.kind))
    return false;
  struct span ours = span_at(judge, ours_at), theirs = span_at(judge, theirs_at);
  uint64_t end = theirs.base + theirs.npages;
  if (!theirs.free || theirs.npages != ours.npages) return false;
  if (call.request.from < theirs.base) call.request.from = theirs.base;
  if (call.request.below > end) call.request.below = end;
  struct observation first = follow_give(judge, call);
  if (first.status == SPANREF_OK) follow_free(judge, first.answer.base);
  return first.status == SPANREF_OK && first.answer.base == theirs_at;
}

/* --- Memory given out ---------------------------------------------------------------------- */

/* As many as may be, and no fewer than were asked for? */
static enum judgement judge_size(struct judge *judge, uint64_t base)
{
  uint64_t npages = judge->call.number;
  return judge_finds(judge, rule_size(npages, judge_about(judge)->request_max_pages,
                                      judge->said[SIDE_CANDIDATE].takes_pages),
                     base, npages);
}

/* What it says it gave out the reference gives out as well. */
static enum judgement judge_place(struct judge *judge, uint64_t base, uint64_t npages)
{
  bool is_bound = judge->is_pages || judge->kind == OP_CLAIM;
  if (is_bound && is_same_place(judge)) return JUDGED_SAME;
  judge->is_as_good = is_bound && (is_as_good(judge) || is_joined(judge));
  enum judgement judgement = judge_pages(judge, base, npages);
  if (!is_bound) {
    struct observation ours = {.status = judgement == JUDGED_SAME ? SPAN_OK : SPAN_NO_MEMORY,
                               .answer.base = base};
    follow_says(judge, ours);
  }
  return judgement;
}

/* 0 pages are nobody's: if that is waived, all goes on. */
static enum judgement take_nothing(struct judge *judge)
{
  enum judgement judgement = judge_size(judge, judge->said[SIDE_CANDIDATE].answer.base);
  follow_says(judge, (struct observation){.status = SPAN_BAD_SIZE});
  judge->has_empty = true;
  return judgement == JUDGED_OVER ? JUDGED_SAME : judgement;
}

/* What is left behind it of the free span is taken up as well, if it is less than is ever left. */
static void take_remainder(struct judge *judge, uint64_t base, uint64_t npages)
{
  uint64_t least_pages = judge_about(judge)->remainder_min_pages;
  struct span rest = {.free = false};
  if (least_pages > 1) rest = span_at(judge, base + npages);
  if (!rest.free || rest.npages >= least_pages) return;
  const struct call all = {.kind = OP_RESIZE, .page = base, .number = npages + rest.npages};
  (void)follow_ask(judge, all);
}

static enum judgement take_memory(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  uint64_t base = said->answer.base, npages = judge->call.number;
  if (npages == 0) return take_nothing(judge);
  enum judgement judgement = judge_size(judge, base);
  if (judgement == JUDGED_SAME) judgement = judge_place(judge, base, said->takes_pages);
  judge->carried_out = judgement == JUDGED_SAME;
  if (judge->carried_out) take_remainder(judge, base, said->takes_pages);
  if (judgement == JUDGED_SAME) judgement = judge_request(judge);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY) return judge_finds(judge, FAULT_NOT_ZERO, base, npages);
  return judge_clean(judge, base, npages, said->answer.needzero);
}

/* --- Memory given back, or more of it --------------------------------------------------------- */

/* It is free again, or pending; and never given out, as it were, if it was cleared. false: there
 * is no room. */
static bool take_back(struct judge *judge, const struct span *span, const struct observation *said)
{
  bool is_clean = judge_about(judge)->is_cleared && !said->answer.needzero;
  return follow_take_back(judge, span) &&
         (!is_clean || page_set_remove(judge->given, span->base, span->base + span->npages));
}

enum judgement judge_release(struct judge *judge, const struct observation *said)
{
  if (said->status != SPANREF_OK) return judge_finds_in(judge, FAULT_NOT_RELEASED, said, 0, 0);
  follow_release(judge);
  return JUDGED_SAME;
}

static enum judgement judge_reload(struct judge *judge)
{
  bool is_done = judge->said[SIDE_CANDIDATE].status == SPANREF_OK;
  follow_says(judge, (struct observation){.status = SPAN_OK});
  return judge_finds(judge, is_done ? FAULT_NONE : FAULT_NOT_RELOADED, 0, 0);
}

enum judgement judge_free(struct judge *judge, const struct call *call, uint64_t npages,
                          const struct observation *said)
{
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  bool is_freed = said->status == SPANREF_OK;
  if (was_live && is_freed && !take_back(judge, &span, said)) return JUDGED_FULL;
  follow_says(judge, (struct observation){.status = was_live ? SPAN_OK : SPAN_NOT_IN_USE});
  return judge_finds_in(judge, rule_free(was_live, is_freed, said->scribble == SCRIBBLE_CHANGED),
                        said, call->page, npages);
}

/* The reference is asked the same, of what the candidate has in use. What it did is undone where
 * the candidate refused. */
static void resize_reference(struct judge *judge, bool was_live, uint64_t old_pages)
{
  struct call back = judge->call;
  if (!was_live) {
    follow_says(judge, (struct observation){.status = SPAN_NOT_IN_USE});
    return;
  }
  struct observation ours = follow_ask(judge, follow_bound_call(judge));
  follow_says(judge, ours);
  back.number = old_pages;
  if (ours.status == SPANREF_OK &&
      judge->said[SIDE_CANDIDATE].status != SPANREF_OK)
    (void)follow_ask(judge, back);
}

/* What was in use at that page, of so many pages, has got as many as was asked: those behind it
 * are nobody else's, and clean if that is said. */
static enum judgement take_more(struct judge *judge, uint64_t old_pages)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  uint64_t end = judge->call.page + old_pages, npages = said->takes_pages;
  uint64_t more_pages = npages > old_pages ? npages - old_pages : 0;
  struct span now;
  enum judgement judgement = JUDGED_SAME;
  bool is_done = follow_in_use(judge, judge->call.page, &now) && now.npages == npages;
  if (!is_done) judgement = judge_pages(judge, end, more_pages);
  return judgement == JUDGED_SAME && more_pages > 0
             ? judge_clean(judge, end, more_pages, said->answer.needzero)
             : judgement;
}

static enum judgement judge_resize(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  resize_reference(judge, was_live, span.npages);
  if (said->scribble == SCRIBBLE_CHANGED) return judge_finds(judge, FAULT_CHANGED, call->page, 1);
  if (said->status != SPANREF_OK) return judge_refuse_in_place(judge);
  enum fault fault = rule_resize(was_live, call->number, judge_about(judge)->request_max_pages,
                                 said->takes_pages);
  enum judgement judgement =
      judge_finds(judge, fault, call->page, was_live ? call->number : 1);
  if (judgement == JUDGED_SAME) judgement = take_more(judge, span.npages);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_finds(judge, FAULT_NOT_ZERO, call->page, said->takes_pages);
  /* What it had taken up already, too, its user may write now. */
  return page_set_add(judge->given, call->page, call->page + call->number) ? JUDGED_SAME
                                                                           : JUDGED_FULL;
}

enum judgement judge_safety(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  if (op_gives(call->kind) && said->status == SPANREF_OK) return take_memory(judge);
  if (op_is_alloc(call->kind)) return judge_refuse_memory(judge);
  if (call->kind == OP_CLAIM) return judge_refuse_claim(judge);
  if (call->kind == OP_RESIZE) return judge_resize(judge);
  bool is_of_nothing = call->kind == OP_FREE && call->held_pages == 0;
  struct span used;
  if (is_of_nothing && !follow_in_use(judge, call->page, &used)) return JUDGED_SAME;
  if (op_is_free(call->kind)) return judge_free(judge, call, 1, said);
  if (call->kind == OP_RELEASE) {
    follow_says(judge, (struct observation){.status = SPAN_OK});
    return judge_release(judge, said);
  }
  if (call->kind == OP_RELOAD) return judge_reload(judge);
  if (call->kind == OP_LOOKUP) follow_says(judge, follow_ask(judge, *call));
  return JUDGED_SAME;
}
