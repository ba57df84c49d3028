#include "judge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../ref/decide.h"
#include "../spec/request.h"
#include "follow.h"
#include "judge_internal.h"

static const struct grant nothing = {0, 0};

/* What it has no function for is not done. A claim, a lookup and a free by address mean what the
 * trace means only where addresses are the same; but whoever refuses wrong frees is asked any. In
 * SPANREF_PAGES memory neither comes nor goes. */
static bool can_do(const struct judge *judge, enum op_kind kind)
{
  const struct about *about = judge_about(judge);
  bool is_placed = judge->is_exact || judge->is_pages;
  switch (kind) {
  case OP_CLAIM: return is_placed && about->has_claim;
  case OP_RESIZE: return about->has_resize;
  case OP_RELEASE: return about->has_release;
  case OP_RELOAD: return about->has_reload;
  case OP_SCAVENGE: return about->has_scavenge && !judge->is_pages;
  case OP_ADD: return about->has_add && !judge_is_in_bytes(judge) && !judge->is_given;
  case OP_FREE_AT:
    return judge->is_exact || (!judge_is_in_bytes(judge) && judge_refuses(judge, REFUSES_PLAIN));
  case OP_LOOKUP: return is_placed && about->has_lookup;
  case OP_REFUSE:
  case OP_REGION: return !judge->is_given;
  default: return true;
  }
}

/* What is not written takes no memory. */
static bool find_room(struct judge *judge)
{
  judge->given = malloc(sizeof *judge->given);
  judge->pending = malloc(sizeof *judge->pending);
  judge->grants = malloc(sizeof *judge->grants);
  for (int side = 0; side < SIDES; side++) judge->free[side] = malloc(sizeof *judge->free[side]);
  return judge->given != NULL && judge->pending != NULL && judge->grants != NULL &&
         judge->free[SIDE_REFERENCE] != NULL && judge->free[SIDE_CANDIDATE] != NULL;
}

bool judge_create(struct judge *judge, struct transport *candidate,
                  const struct spanref_candidate *reference)
{
  struct transport *ours = malloc(sizeof *ours);
  bool is_placed = about_declares(&candidate->about, LEVEL_PLACEMENT);
  bool is_exact = is_placed && candidate->about.profile == SPANREF_GO113;
  *judge = (struct judge){.list_every = JUDGE_LIST_EVERY,
                          .lookups_max = JUDGE_LOOKUPS_MAX,
                          .given_pages = 4096,
                          .must_give_back = true,
                          .sides = {[SIDE_REFERENCE] = ours, [SIDE_CANDIDATE] = candidate},
                          .ours = {ours, NULL},
                          .is_exact = is_exact,
                          .is_pages = is_placed && !is_exact};
  judge->is_given = judge->is_pages || (candidate->about.is_closed && !judge_is_in_bytes(judge));
  for (int kind = 0; kind < OP_KINDS; kind++)
    judge->asked |= (uint32_t)can_do(judge, (enum op_kind)kind) << kind;
  if (ours == NULL || !transport_open_here(ours, reference)) return false;
  if (!find_room(judge)) return false;
  judge->can = candidate->about.can & ours->about.can;
  if (!ours->about.has_claim) judge->asked &= ~(UINT32_C(1) << OP_CLAIM);
  if (!ours->about.has_resize) judge->asked &= ~(UINT32_C(1) << OP_RESIZE);
  return true;
}

void judge_destroy(struct judge *judge)
{
  for (int i = 0; i < 2; i++) {
    if (judge->ours[i] != NULL) transport_close(judge->ours[i]);
    free(judge->ours[i]);
  }
  for (int side = 0; side < SIDES; side++) {
    free(judge->lists[side]);
    free(judge->free[side]);
  }
  free(judge->after);
  holdings_free(&judge->held);
  free(judge->given);
  free(judge->pending);
  free(judge->grants);
  free(judge->filled);
}

void judge_renew(struct judge *judge)
{
  transport_renew(judge->sides[SIDE_CANDIDATE]);
  judge->tally.kept_bytes = 0;
  judge->tally.kept_more = 0;
}

/* --- Beginning ------------------------------------------------------------------------ */

static void begin_history(struct judge *judge)
{
  judge->kind = OP_DUMP;
  judge->ncoming = 0;
  judge->is_hasty = false;
  judge->ran = judge->listed = 0;
  judge->call = (struct call){.kind = OP_KINDS};
  judge->before = (struct spanref_stats){0};
  judge->known = 0;
  judge->lookup_turn = 0;
  judge->sides[SIDE_REFERENCE] = judge->ours[0];
  judge->has_many = judge->follows = false;
  judge->nfilled = 0;
  judge->is_filling = judge_about(judge)->is_closed;
  judge->is_settled = !judge->is_given;
  judge->npieces = 0;
  judge->npending = judge->pending_pages[false] = judge->pending_pages[true] = 0;
  judge->next_page = 0;
  judge->has_empty = false;
  judge->ngrants = judge->ngrants_before = 0;
  judge->why = NULL;
  for (int side = 0; side < SIDES; side++) {
    judge->shown[side] = NULL;
    judge->said[side] = (struct observation){.status = SPANREF_OK};
  }
  holdings_clear(&judge->held);
  page_set_clear(judge->given);
  page_set_clear(judge->pending);
}

/* What both made of the geometry. */
static enum judgement judge_geometry(struct judge *judge, bool fits, bool serves)
{
  const struct observation *said = judge->said;
  enum judgement judgement =
      judge_finds(judge, rule_geometry(fits, serves, judge->must_serve), 0, 0);
  if (judgement != JUDGED_SAME) return judgement;
  if (!serves) return JUDGED_SKIPPED;
  judge_learns_numbers(judge);
  if (judge->is_exact && stats_differ(&said[SIDE_REFERENCE].stats,
                                      &said[SIDE_CANDIDATE].stats, judge->known) != 0)
    return judge_departs(judge, DEPARTS_ANSWER, CLAUSE_GEOMETRY, 0, 0,
                         "the statistics of its empty heap aren't zero");
  return JUDGED_SAME;
}

enum judgement judge_begin(struct judge *judge, struct span_geometry geometry,
                           uint64_t page_bytes)
{
  struct observation *said = judge->said;
  bool serves[SIDES] = {false, false};
  if (judge->is_pages)
    geometry = (struct span_geometry){.phys_pages = 1, .arena_pages = geometry.arena_pages};
  bool fits = span_geometry_is_ok(geometry);
  judge->geometry = geometry;
  judge->page_bytes = page_bytes;
  begin_history(judge);
  judge->sides[SIDE_CANDIDATE]->pool_pages = judge_pool_bytes(judge);
  (void)transport_create(judge->sides[SIDE_REFERENCE], geometry, page_bytes,
                         &serves[SIDE_REFERENCE], &said[SIDE_REFERENCE]);
  if (fits && !serves[SIDE_REFERENCE]) return judge_fails(judge, "out of memory");
  if (!fits && !judge->is_exact) return JUDGED_SKIPPED;
  if (!transport_create(judge->sides[SIDE_CANDIDATE], geometry, page_bytes,
                        &serves[SIDE_CANDIDATE], &said[SIDE_CANDIDATE]))
    return judge_fate(judge);
  enum judgement judgement = judge_geometry(judge, fits, serves[SIDE_CANDIDATE]);
  if (judgement != JUDGED_SAME || judge->is_exact) return judgement;
  follow_begin(judge);
  return JUDGED_SAME;
}

/* --- One operation ---------------------------------------------------------------------- */

/* It is freed by its address: no name has it any more. */
static void forget_base(struct judge *judge, uint64_t base)
{
  for (size_t i = 0; i < judge->held.names.count; i++)
    if (judge->held.held[i].base == base) judge->held.held[i].granted = false;
}

/* What is freed is forgotten where the reference follows: its memory may be another name's by
 * then. Whoever answers as the reference does answers a second free. */
static bool learn(struct judge *judge, const struct trace_op *op)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  bool is_plain = op_is_alloc(judge->kind) && request_needs(&judge->call.request) == 0;
  struct span span;
  if (is_plain && judge->carried_out && judge->follows &&
      follow_in_use(judge, said->answer.base, &span))
    judge->next_page = span.base + span.npages;
  bool gives = op_gives((enum op_kind)op->kind), is_ok = said->status == SPANREF_OK;
  struct holding held = {gives && is_ok, said->answer.base, judge->call.number};
  if (op->kind == OP_FREE_AT && judge->follows && is_ok) forget_base(judge, judge->call.page);
  if (op->kind == OP_RESIZE) { /* where it is, if anywhere */
    uint64_t npages = held.npages;
    if (!is_ok || !holdings_find(&judge->held, op->name, &held)) return true;
    held.npages = npages;
  } else if (!gives && !(op->kind == OP_FREE && judge->follows)) {
    return true;
  }
  return holdings_set(&judge->held, op->name, held);
}

static enum judgement step_candidate(struct judge *judge, const struct trace_op *op)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  const struct call *call = &judge->call;
  judge->ngrants_before = candidate->door.ngrants;
  if (!transport_call(candidate, call, judge_grant_of(judge, call), &judge->said[SIDE_CANDIDATE]))
    return judge_fate(judge);
  bool grew = judge_grew_for_nothing(judge);
  if (judge->follows) follow_grants(judge);
  if (candidate->door.failed) return judge_fails(judge, "out of memory");
  if (!op_is_answered(call->kind)) return JUDGED_SAME;
  enum judgement judgement = judge_answer(judge);
  if (judgement == JUDGED_SAME && !(learn(judge, op) && judge_pool_fills(judge)))
    return judge_fails(judge, "out of memory");
  return judgement == JUDGED_SAME && grew ? judge_finds(judge, FAULT_GREW, 0, 0) : judgement;
}

/* A free, and the wrong ones that it refuses, before it and after it. */
static enum judgement step_free(struct judge *judge, const struct trace_op *op)
{
  struct span span;
  const struct call call = judge->call;
  if (!follow_in_use(judge, call.page, &span)) return step_candidate(judge, op);
  enum judgement judgement = judge_wrong_frees(judge, &call, &span, false);
  if (judgement == JUDGED_SAME) judgement = step_candidate(judge, op);
  if (judgement == JUDGED_SAME) judgement = judge_wrong_frees(judge, &call, &span, true);
  return judgement;
}

/* The reference chooses for itself. */
static enum judgement step_reference(struct judge *judge)
{
  struct observation *said = &judge->said[SIDE_REFERENCE];
  judge->before = said->stats;
  if (judge->kind == OP_RELOAD) { /* it is as it was */
    *said = (struct observation){.status = SPANREF_OK, .stats = judge->before};
    return JUDGED_SAME;
  }
  (void)transport_call(judge->sides[SIDE_REFERENCE], &judge->call, nothing, said);
  return said->status == SPAN_TABLE_FULL ? JUDGED_FULL : JUDGED_SAME;
}

enum judgement judge_step(struct judge *judge, const struct trace_op *op)
{
  enum judgement judgement = JUDGED_SAME;
  judge->kind = (enum op_kind)op->kind;
  judge_comes(judge, op);
  if (!judge->is_settled) {
    bool is_piece = judge_pool_step(judge, op, &judgement);
    if (is_piece || judgement != JUDGED_SAME) return judgement;
  }
  judge_ask_ahead(judge);
  bool is_asked = judge_resolves(judge, op, &judge->call);
  if ((!is_asked || op->kind == OP_DUMP) && !transport_pass(judge->sides[SIDE_CANDIDATE]))
    return judge_fate(judge);
  if (!is_asked) return judge_skips(judge);
  judge->chose = !judge->follows;
  judge->carried_out = judge->is_as_good = false;
  if (judge->chose)
    judgement = step_reference(judge);
  else if (!follow_with_many(judge))
    return judge_fails(judge, "out of memory");
  else
    judge->before = judge->holds;
  if (judgement != JUDGED_SAME) return judgement;
  judge->ran++;
  bool asks_wrongly = op->kind == OP_FREE && judge_about(judge)->promises != 0;
  if (op->kind != OP_DUMP)
    judgement = asks_wrongly ? step_free(judge, op) : step_candidate(judge, op);
  bool is_due = op->kind == OP_DUMP || op->kind == OP_RELOAD ||
                judge->ran - judge->listed >= judge->list_every;
  return judgement == JUDGED_SAME && is_due ? judge_spans(judge, judge->lookups_max)
                                            : judgement;
}

/* --- Whole histories ------------------------------------------------------------------------- */

enum judgement judge_steps(struct judge *judge, const struct trace_op *ops, size_t nops,
                           size_t *at)
{
  judge_expect(judge, ops, nops, false);
  for (*at = 0; *at < nops; ++*at) {
    enum judgement judgement = judge_step(judge, &ops[*at]);
    if (judgement_ends(judgement)) return judgement;
  }
  return JUDGED_SAME;
}

enum judgement judge_begin_trace(struct judge *judge, const struct trace *trace)
{
  judge->pool_pages = 0;
  for (size_t i = 0; i < trace->nops && trace->ops[i].kind == OP_ADD; i++)
    judge->pool_pages += trace->ops[i].number;
  return judge_begin(judge, trace->geometry, trace->page_bytes);
}

enum judgement judge_trace(struct judge *judge, const struct trace *trace, size_t *at)
{
  *at = 0;
  enum judgement judgement = judge_begin_trace(judge, trace);
  if (judgement == JUDGED_SAME) judgement = judge_steps(judge, trace->ops, trace->nops, at);
  return judgement == JUDGED_SAME ? judge_finish(judge) : judgement;
}

/* All spans are looked at after each operation from number `from` on. */
static enum judgement judge_closely(struct judge *judge, const struct trace *trace,
                                    uint64_t from, size_t *at)
{
  enum judgement judgement = judge_begin_trace(judge, trace);
  judge->list_every = UINT64_MAX;
  judge->lookups_max = SIZE_MAX;
  for (*at = 0; *at < trace->nops && !judgement_ends(judgement); ++*at) {
    if (judge->ran == from && judge->list_every > 1) {
      judge->listed = judge->ran; /* as it was found then */
      judge->list_every = 1;
    }
    judgement = judge_step(judge, &trace->ops[*at]);
  }
  if (judgement_ends(judgement))
    *at -= *at > 0; /* 0: the geometry */
  else
    judgement = judge_finish(judge);
  return judgement;
}

/* What differed is counted as what it turned out to be, once it was looked at. */
static void count_anew(struct judge *judge, const struct departure *was)
{
  const struct departure *is = &judge->departure;
  enum level level = departs_level(is->what);
  judge->tally.counts[departs_level(was->what)][was->kind].differed--;
  judge->tally.counts[level][is->kind].differed++;
  judge->tally.counts[level][is->kind].compared += level == LEVEL_COALESCING;
}

enum judgement judge_locate(struct judge *judge, const struct trace *trace, size_t *at)
{
  struct judge_tally tally = judge->tally;
  struct departure departure = judge->departure;
  uint64_t list_every = judge->list_every;
  bool was_hasty = judge->is_hasty;
  size_t lookups_max = judge->lookups_max, closely_at;
  /* Nothing was overlooked: at an operation that one may not have been looked at, at the end none. */
  if (judge->ran - judge->listed <= (*at < trace->nops) && !was_hasty) return JUDGED_DEPARTED;
  enum judgement judgement = judge_closely(judge, trace, judge->listed, &closely_at);
  judge->list_every = list_every;
  judge->lookups_max = lookups_max;
  judge->tally = tally;
  if (judgement != JUDGED_DEPARTED) {
    judge->departure = departure;
    return JUDGED_SAME;
  }
  if (was_hasty) count_anew(judge, &departure);
  *at = closely_at;
  return judgement;
}
