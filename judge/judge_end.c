/* The end of a history. */
#include <inttypes.h>

#include "../spec/request.h"
#include "follow.h"
#include "judge_internal.h"

/* Histories in a row after each of which more is allocated than after the one before. */
#define LEAK_HISTORIES 8

static const struct grant nothing = {0, 0};

/* This span in use is freed, and is what it was. asked_pages: as many as it was asked for. */
static enum judgement give_back_one(struct judge *judge, const struct span *span,
                                    uint64_t asked_pages)
{
  const struct call call = {.kind = OP_FREE_AT, .page = span->base, .held_pages = asked_pages};
  struct observation said;
  if (!transport_call(judge->sides[SIDE_CANDIDATE], &call,
                      (struct grant){span->base, asked_pages}, &said))
    return judge_fate(judge);
  return judge_free(judge, &call, span->npages, &said);
}

/* By name, where it matters what was asked for. What has got 0 pages is in nobody's use, and
 * freed all the same, unless that would be somebody else's. */
static enum judgement give_back_names(struct judge *judge)
{
  enum judgement judgement = JUDGED_SAME;
  for (size_t i = judge->held.names.count; judgement == JUDGED_SAME && i > 0; i--) {
    const struct holding *held = &judge->held.held[i - 1];
    const struct call empty = {.kind = OP_FREE_AT, .page = held->base};
    struct observation said;
    struct span span;
    bool is_used = held->granted && follow_in_use(judge, held->base, &span);
    if (is_used) judge_free_names_ahead(judge, i);
    if (is_used && held->npages > 0)
      judgement = give_back_one(judge, &span, held->npages);
    else if (held->granted && !is_used && held->npages == 0 &&
             !transport_call(judge->sides[SIDE_CANDIDATE], &empty, nothing, &said))
      return judge_fate(judge);
  }
  return judgement;
}

/* Is anything pending? */
static enum judgement release(struct judge *judge)
{
  struct observation said;
  const struct call call = {.kind = OP_RELEASE};
  if (!judge_about(judge)->has_release) return JUDGED_SAME;
  if (!transport_call(judge->sides[SIDE_CANDIDATE], &call, nothing, &said))
    return judge_fate(judge);
  return judge_release(judge, &said);
}

/* All that is in use is freed; nothing is left. */
static enum judgement give_back(struct judge *judge)
{
  enum judgement judgement = JUDGED_SAME;
  judge->kind = OP_FREE_AT;
  bool by_name = judge_about(judge)->has_free_sized || judge_is_in_bytes(judge);
  if (by_name || judge->has_empty) judgement = give_back_names(judge);
  const struct span_heap *held = judge_holding(judge);
  if (held == NULL) return judge_fails(judge, "out of memory");
  for (uint64_t i = held->count; judgement == JUDGED_SAME && i > 0; i--) {
    const struct span *span = &held->spans[i - 1];
    if (span->free || follow_is_pending(judge, span->base)) continue;
    judge_free_ahead(judge, held, i);
    judgement = give_back_one(judge, span, span->npages);
  }
  if (judgement == JUDGED_SAME) judgement = release(judge);
  judge->kind = OP_DUMP;
  return judgement == JUDGED_SAME ? judge_nothing_left(judge) : judgement;
}

/* One of the requests that the history began with, asked of the empty pool. */
static enum judgement ask_again(struct judge *judge, size_t i)
{
  const struct judge_filled *first = &judge->filled[i];
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  judge->kind = first->manual ? OP_MANUAL : OP_HEAP;
  judge->call = (struct call){.kind = judge->kind, .number = first->npages,
                              .request = span_plain_request(first->npages, first->manual)};
  if (!transport_call(judge->sides[SIDE_CANDIDATE], &judge->call, nothing,
                      &judge->said[SIDE_CANDIDATE]))
    return judge_fate(judge);
  if (first->is_granted && said->status != SPANREF_OK)
    return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                         "the empty pool refuses %" PRIu64 " page%s, request number %zu, which it "
                         "granted the first time", first->npages, first->npages == 1 ? "" : "s",
                         i + 1);
  const struct holding held = {said->status == SPANREF_OK, said->answer.base, first->npages};
  enum judgement judgement = judge_safety(judge);
  return holdings_set(&judge->held, i, held) ? judgement : judge_fails(judge, "out of memory");
}

/* Where it puts what it gives out depends on what is free alone: then all goes as it went. */
static bool repeats_itself(const struct judge *judge)
{
  return judge->is_pages && !judge_about(judge)->is_next_fit;
}

/* An empty pool is asked what it was asked at first. Of a pool whose placement isn't known the
 * greatest of these alone is sure to be granted: the others may lie elsewhere now, where they are
 * in its way. */
static enum judgement fill_again(struct judge *judge)
{
  enum spanref_joins joins = judge_about(judge)->joins;
  bool asks_all = repeats_itself(judge);
  enum judgement judgement = JUDGED_SAME;
  size_t greatest = judge->nfilled;
  if (joins == SPANREF_JOINS_WHEN_PURGED || joins == SPANREF_JOINS_NEVER) return JUDGED_SAME;
  holdings_clear(&judge->held);
  for (size_t i = 0; judgement == JUDGED_SAME && i < judge->nfilled; i++) {
    const struct judge_filled *first = &judge->filled[i];
    bool is_greater =
        greatest == judge->nfilled || first->npages > judge->filled[greatest].npages;
    if (asks_all) judgement = ask_again(judge, i);
    if (first->is_granted && is_greater) greatest = i;
  }
  if (!asks_all && greatest < judge->nfilled) judgement = ask_again(judge, greatest);
  return judgement == JUDGED_SAME ? give_back(judge) : judgement;
}

static enum judgement judge_kept(struct judge *judge, uint64_t kept_bytes)
{
  struct judge_tally *tally = &judge->tally;
  uint64_t more = kept_bytes - tally->kept_bytes;
  tally->kept_more = kept_bytes > tally->kept_bytes ? tally->kept_more + 1 : 0;
  tally->kept_bytes = kept_bytes;
  if (tally->kept_more < LEAK_HISTORIES) return JUDGED_SAME;
  tally->kept_more = 0;
  return judge_departs(judge, DEPARTS_LEAK, NO_CLAUSE, 0, 0,
                       "more was left allocated after each of the last %d histories, after "
                       "this one by %" PRIu64 " bytes", LEAK_HISTORIES, more);
}

enum judgement judge_finish(struct judge *judge)
{
  uint64_t kept_bytes;
  enum judgement judgement = judge_pool_settle(judge);
  judge->kind = OP_DUMP;
  if (judgement == JUDGED_SAME) judgement = judge_spans(judge, SIZE_MAX);
  if (judgement == JUDGED_SAME && judge->must_give_back) judgement = give_back(judge);
  if (judgement == JUDGED_SAME && judge_about(judge)->is_closed) judgement = fill_again(judge);
  if (judgement != JUDGED_SAME) return judgement;
  if (!transport_destroy(judge->sides[SIDE_CANDIDATE], &kept_bytes))
    return judge_fate(judge);
  return judge_kept(judge, kept_bytes);
}
