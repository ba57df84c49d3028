/* Safety: what was given out, refused, given back. The reference is led where the candidate went. */
#include <inttypes.h>

#include "../spec/request.h"
#include "follow.h"
#include "judge_internal.h"

/* --- Pages, and what was asked for ------------------------------------------------------------ */

/* Numbers have no contents, but a history. */
enum judgement judge_clean(struct judge *judge, uint64_t base, uint64_t npages, bool needzero)
{
  uint64_t end = base + npages;
  if (judge_is_in_bytes(judge)) return JUDGED_SAME;
  bool was_given = !needzero && page_set_meets(judge->given, base, end);
  if (!page_set_add(judge->given, base, end)) return JUDGED_FULL;
  if (!was_given) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " are said to need no zeroing, but were given out before",
                       base, npages);
}

static enum judgement judge_outside(struct judge *judge, uint64_t base, uint64_t npages)
{
  return judge_departs(judge, DEPARTS_OUTSIDE, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " were never obtained, or reach past page 2^40", base, npages);
}

/* Pages that it says it gave out: are they there, and nobody else's? Then the reference gives
 * them out, too. */
static enum judgement judge_pages(struct judge *judge, uint64_t base, uint64_t npages)
{
  struct span other;
  if (!pages_are_below_limit(base, npages)) return judge_outside(judge, base, npages);
  switch (follow_claim(judge, base, npages, judge->kind == OP_MANUAL, &other)) {
  case SPOT_FREE: return JUDGED_SAME;
  case SPOT_FULL: return JUDGED_FULL;
  case SPOT_OUTSIDE: return judge_outside(judge, base, npages);
  default: break;
  }
  return judge_departs(judge, DEPARTS_OVERLAP, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64 " overlap 0x%" PRIx64 " +%" PRIu64
                       ", which is %s", base, npages, other.base, other.npages,
                       follow_is_pending(judge, other.base) ? "pending" : "in use");
}

/* A size that can't be has to be refused. */
static enum judgement judge_size(struct judge *judge, uint64_t base, uint64_t npages)
{
  uint64_t max_pages = judge_about(judge)->request_max_pages;
  if (npages > 0 && npages <= max_pages) return JUDGED_SAME;
  if (npages > 0 && npages <= SPAN_LIMIT_PAGES)
    return judge_departs(judge, DEPARTS_ACCEPTED, NO_CLAUSE, base, npages,
                         "it answered ok to %" PRIu64 " pages, though its greatest request is %"
                         PRIu64, npages, max_pages);
  return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_ERROR_SIZE, base, npages,
                       "it answered ok to %" PRIu64 " pages, a size that must be refused",
                       npages);
}

/* What was asked for it must be, wherever that is. */
static enum judgement judge_request(struct judge *judge)
{
  const struct span_request *of = &judge->call.request;
  uint64_t base = judge->said[SIDE_CANDIDATE].answer.base, end = base + of->npages;
  bool is_claim = judge->kind == OP_CLAIM;
  if (is_claim && base == judge->call.page) return JUDGED_SAME;
  if (is_claim)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_CLAIM, base, judge->call.number,
                         "0x%" PRIx64 " was claimed, it answered 0x%" PRIx64,
                         judge->call.page * judge->page_bytes, base * judge->page_bytes);
  if (of->align == 0 || of->align > SPAN_LIMIT_PAGES || of->phase >= of->align)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_ERROR_ALIGN, base, of->npages,
                         "it answered ok to an alignment that must be refused");
  if (base % of->align != of->phase)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_PLACEMENT, base, of->npages,
                         "0x%" PRIx64 " is off its phase: page 0x%" PRIx64 " is %" PRIu64
                         " modulo %" PRIu64 ", not %" PRIu64, base * judge->page_bytes, base,
                         base % of->align, of->align, of->phase);
  if (base < of->from || end > of->below)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_PLACEMENT, base, of->npages,
                         "the window is from 0x%" PRIx64 " to 0x%" PRIx64 ", it answered %" PRIu64
                         " page%s at 0x%" PRIx64, of->from * judge->page_bytes,
                         of->below * judge->page_bytes, of->npages, of->npages == 1 ? "" : "s",
                         base * judge->page_bytes);
  return JUDGED_SAME;
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

static enum judgement judge_takes(struct judge *judge)
{
  uint64_t takes_pages = judge->said[SIDE_CANDIDATE].takes_pages, npages = judge->call.number;
  if (takes_pages >= npages) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_UNSOUND, NO_CLAUSE, 0, 0,
                       "%" PRIu64 " pages take up %" PRIu64 ", it says", npages, takes_pages);
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
  enum judgement judgement = judge_size(judge, judge->said[SIDE_CANDIDATE].answer.base, 0);
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
  enum judgement judgement = judge_size(judge, base, npages);
  if (judgement == JUDGED_SAME) judgement = judge_takes(judge);
  if (judgement == JUDGED_SAME) judgement = judge_place(judge, base, said->takes_pages);
  judge->carried_out = judgement == JUDGED_SAME;
  if (judge->carried_out) take_remainder(judge, base, said->takes_pages);
  if (judgement == JUDGED_SAME) judgement = judge_request(judge);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, base, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
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
  if (said->status == SPANREF_OK) {
    follow_release(judge);
    return JUDGED_SAME;
  }
  return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                       "it answered %s (%d) to the release of what is pending",
                       status_name(said->status), said->status);
}

static enum judgement judge_reload(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  follow_says(judge, (struct observation){.status = SPAN_OK});
  if (status == SPANREF_OK) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0, "it answered %s (%d) to a reload",
                       status_name(status), status);
}

enum judgement judge_free(struct judge *judge, const struct call *call, uint64_t npages,
                          const struct observation *said)
{
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  bool is_freed = said->status == SPANREF_OK;
  if (was_live && is_freed && !take_back(judge, &span, said)) return JUDGED_FULL;
  follow_says(judge, (struct observation){.status = was_live ? SPAN_OK : SPAN_NOT_IN_USE});
  if (said->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, DEPARTS_CHANGED, NO_CLAUSE, call->page, npages,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         said->scribble_page);
  if (was_live && !is_freed)
    return judge_departs(judge, DEPARTS_NOT_FREED, NO_CLAUSE, call->page, npages,
                         "it answered %s (%d) to the free of page 0x%" PRIx64
                         ", which is in use", status_name(said->status), said->status,
                         call->page);
  if (!was_live && is_freed)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_FREE_BASE, call->page, npages,
                         "it answered ok to the free of page 0x%" PRIx64
                         ", which isn't in use", call->page);
  return JUDGED_SAME;
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

/* What was in use at that page has as many pages as was asked. */
static enum judgement judge_resize(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  resize_reference(judge, was_live, span.npages);
  if (said->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, DEPARTS_CHANGED, NO_CLAUSE, call->page, 1,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         said->scribble_page);
  if (said->status != SPANREF_OK) return judge_refuse_in_place(judge);
  if (!was_live)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_RESIZE_LESS, call->page, 1,
                         "it answered ok to the resizing of page 0x%" PRIx64
                         ", which isn't in use", call->page);
  uint64_t old_pages = span.npages, npages = said->takes_pages;
  uint64_t more_pages = npages > old_pages ? npages - old_pages : 0;
  enum judgement judgement = judge_size(judge, call->page, call->number);
  if (judgement == JUDGED_SAME) judgement = judge_takes(judge);
  struct span now;
  bool is_done = follow_in_use(judge, call->page, &now) && now.npages == npages;
  if (judgement == JUDGED_SAME && !is_done)
    judgement = judge_pages(judge, call->page + old_pages, more_pages);
  if (judgement == JUDGED_SAME && more_pages > 0)
    judgement = judge_clean(judge, call->page + old_pages, more_pages, said->answer.needzero);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, CLAUSE_RESIZE_NEEDZERO, call->page, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
  /* What it had taken up already, too, its user may write now. */
  if (!page_set_add(judge->given, call->page, call->page + call->number)) return JUDGED_FULL;
  return judgement;
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
