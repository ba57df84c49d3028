/* Memory that is all there from the start. */
#include <inttypes.h>

#include "../trace/array.h"
#include "follow.h"
#include "judge_internal.h"

static const struct grant nothing = {0, 0};

/* may_refuse: it may have no use for memory there. */
static enum judgement hand_in(struct judge *judge, uint64_t base, uint64_t npages, bool may_refuse)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  struct observation said;
  const struct call call = {.kind = OP_ADD, .page = base, .number = npages};
  if (!candidate->about.has_add) return JUDGED_SAME;
  judge->kind = OP_ADD;
  if (!transport_call(candidate, &call, nothing, &said)) return judge_fate(judge);
  if (may_refuse && said.status == SPANREF_BAD_RANGE) return judge_skips(judge);
  if (said.status != SPANREF_OK)
    return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                         "it answered status %d when 0x%" PRIx64 " +%" PRIu64
                         " were handed in", said.status, base, npages);
  return candidate->door.failed ? judge_fails(judge, "out of memory") : JUDGED_SAME;
}

static uint64_t round_up(uint64_t npages, uint64_t unit)
{
  return npages / unit * unit + (npages % unit > 0 ? unit : 0);
}

/* Three pieces, or as many as it may have; the last of them has what is left, and so much that the
 * pool isn't too small. */
#define USUAL_PIECES 3

static uint64_t usual_pages(const struct judge *judge, size_t i, uint64_t pieces_max,
                            uint64_t given_pages)
{
  const struct about *about = judge_about(judge);
  const uint64_t usual[USUAL_PIECES] = {512, 1024, judge->given_pages};
  uint64_t npages = usual[i], least = about->pool_min_pages;
  if (i + 1 < pieces_max) return npages;
  for (size_t next = i + 1; next < USUAL_PIECES; next++) npages += usual[next];
  return given_pages + npages < least ? least - given_pages : npages;
}

static enum judgement hand_in_usual(struct judge *judge)
{
  static const uint64_t bases[USUAL_PIECES] = {0x1000, 0x1400, 0x4000};
  const struct about *about = judge_about(judge);
  uint64_t count = about->pool_pieces_max < USUAL_PIECES ? about->pool_pieces_max : USUAL_PIECES;
  uint64_t unit = about->pool_unit_pages, given_pages = 0, page = 0;
  enum judgement judgement = JUDGED_SAME;
  for (size_t i = 0; i < count && judgement == JUDGED_SAME; i++) {
    uint64_t npages = round_up(usual_pages(judge, i, count, given_pages), unit);
    uint64_t left_pages = about->pool_max_pages - given_pages;
    if (npages > left_pages) npages = left_pages;
    page = round_up(page < bases[i] ? bases[i] : page, unit);
    if (npages > 0) judgement = hand_in(judge, page, npages, false);
    given_pages += npages;
    page += npages + 1;
  }
  return judgement;
}

static uint64_t pages_in_pieces(const struct judge *judge)
{
  uint64_t npages = 0;
  for (size_t i = 0; i < judge->npieces; i++) npages += judge->pieces[i].npages;
  return npages;
}

/* The highest piece gets what lacks to the least pool. */
static void fill_up(struct judge *judge)
{
  uint64_t has_pages = pages_in_pieces(judge), least_pages = judge_about(judge)->pool_min_pages;
  struct span_range *highest = &judge->pieces[0];
  for (size_t i = 1; i < judge->npieces; i++)
    if (judge->pieces[i].base > highest->base) highest = &judge->pieces[i];
  if (judge->npieces > 0 && has_pages < least_pages) highest->npages += least_pages - has_pages;
}

enum judgement judge_pool_settle(struct judge *judge)
{
  enum judgement judgement = JUDGED_SAME;
  if (judge->is_settled) return JUDGED_SAME;
  judge->is_settled = true;
  fill_up(judge);
  for (size_t i = 0; i < judge->npieces && !judgement_ends(judgement); i++)
    judgement = hand_in(judge, judge->pieces[i].base, judge->pieces[i].npages, true);
  if (judgement_ends(judgement)) return judgement;
  judgement = JUDGED_SAME; /* whatever it had no use for */
  if (judge->sides[SIDE_CANDIDATE]->door.ngrants == 0) judgement = hand_in_usual(judge);
  follow_grants(judge);
  return judgement;
}

/* May these pages become part of it? */
static bool is_piece(const struct judge *judge, uint64_t base, uint64_t npages)
{
  const struct about *about = judge_about(judge);
  uint64_t gap_pages = about->joins == SPANREF_JOINS_IN_PIECES;
  uint64_t unit = about->pool_unit_pages;
  if (npages == 0 || !pages_are_below_limit(base, npages) || base % unit != 0 || npages % unit != 0)
    return false;
  if (judge->npieces == JUDGE_PIECES_MAX || judge->npieces >= about->pool_pieces_max) return false;
  for (size_t i = 0; i < judge->npieces; i++) {
    const struct span_range *other = &judge->pieces[i];
    if (base < other->base + other->npages + gap_pages && other->base < base + npages + gap_pages)
      return false;
  }
  return npages <= about->pool_max_pages - pages_in_pieces(judge);
}

bool judge_pool_step(struct judge *judge, const struct trace_op *op, enum judgement *judgement)
{
  uint64_t base = op->address / judge->page_bytes;
  *judgement = JUDGED_SAME;
  if (op->kind == OP_REGION || op->kind == OP_REFUSE) return false;
  if (op->kind != OP_ADD) {
    *judgement = judge_pool_settle(judge);
    judge->kind = (enum op_kind)op->kind;
    return false;
  }
  if (judge_about(judge)->is_closed && is_piece(judge, base, op->number))
    judge->pieces[judge->npieces++] = (struct span_range){base, op->number};
  else
    *judgement = judge_skips(judge);
  return true;
}

uint64_t judge_pool_bytes(const struct judge *judge)
{
  const struct about *about = judge_about(judge);
  uint64_t npages = judge->pool_pages;
  if (!about->is_closed || !judge_is_in_bytes(judge) || npages == 0) return 0;
  npages = round_up(npages, about->pool_unit_pages);
  if (npages < about->pool_min_pages) npages = about->pool_min_pages;
  return npages < about->pool_max_pages ? npages : about->pool_max_pages;
}

bool judge_pool_fills(struct judge *judge)
{
  const struct call *call = &judge->call;
  if (!judge->is_filling || call->kind == OP_LOOKUP || call->kind == OP_DUMP) return true;
  judge->is_filling = op_is_alloc(call->kind) && request_needs(&call->request) == 0;
  if (!judge->is_filling) return true;
  if (!ARRAY_ROOM(judge->filled, judge->nfilled, 1, &judge->filled_room)) return false;
  judge->filled[judge->nfilled++] = (struct judge_filled){
      call->number, call->kind == OP_MANUAL, judge->said[SIDE_CANDIDATE].status == SPANREF_OK};
  return true;
}
