/* A candidate in a cell is asked many things at once, ahead of the judging, since a round trip to
 * its process costs as much as many calls. What can't be known yet ends what is sent: where all
 * spans are due to be looked at, and where a refusal makes the judge look at them. What an earlier
 * operation gets and a later one frees the process of the cell finds by itself. */
#include <assert.h>

#include "../trace/call.h"
#include "follow.h"
#include "judge_internal.h"

void judge_expect(struct judge *judge, const struct trace_op *ops, size_t nops, bool is_all)
{
  judge->coming = ops;
  judge->ncoming = nops;
  judge->is_all = is_all;
}

/* --- How an operation is asked -------------------------------------------------------------- */

bool judge_resolves(struct judge *judge, const struct trace_op *op, struct call *call)
{
  if (!(judge->asked >> op->kind & 1) || !call_resolve(op, judge->page_bytes, &judge->held, call))
    return false;
  if (op->kind == OP_FREE_AT && !judge->is_exact) return judge_may_free_at(judge, call);
  if (op->kind == OP_RESIZE && call->held_pages == 0) return false;
  uint32_t needs = op_is_alloc(call->kind) ? request_needs(&call->request) : 0;
  return (needs & ~judge->can) == 0 &&
         (needs == 0 || call->request.align <= judge_about(judge)->align_max_pages);
}

struct grant judge_grant_of(struct judge *judge, const struct call *call)
{
  struct span span;
  bool is_asked = op_is_free(call->kind) || call->kind == OP_RESIZE;
  if (!is_asked || !judge_is_in_bytes(judge) || !follow_in_use(judge, call->page, &span))
    return (struct grant){0, 0};
  return (struct grant){span.base, call->held_pages > 0 ? call->held_pages : span.npages};
}

/* --- Ahead ---------------------------------------------------------------------------------- */

bool judge_is_hasty(struct judge *judge)
{
  bool is_hasty = transport_left(judge->sides[SIDE_CANDIDATE]) > 0;
  judge->is_hasty |= is_hasty;
  return is_hasty;
}

/* Where a departure may be waived that a look decides, or that lets the reference follow from then
 * on, what is to be asked next depends on it. */
static bool is_one_by_one(const struct judge *judge)
{
  const struct waivers *waivers = &judge->tally.waivers;
  bool waives_stats = false;
  for (size_t i = 0; i < waivers->count; i++)
    waives_stats |= waivers->list[i].what == DEPARTS_STATS;
  return waives_stats || (waivers->count > 0 && judge->is_exact);
}

/* What is going to be sent. An operation may be several calls, of which one is its own. */
struct batch {
  struct judge *judge;
  struct cell_call *calls;
  uint32_t own[CELL_CALLS]; /* of each operation: the number of its own call */
  uint32_t nops, ncalls;
  bool adds; /* memory is handed in */
  bool is_one; /* no more than an operation is sent, and then its answer is looked at */
};

#define NO_CALL UINT32_MAX
#define CALLS_OF_ONE 4 /* at most */

/* The last call that has to do with the operation's name; NO_CALL: none has. */
static uint32_t last_of_name(const struct batch *batch, const struct trace_op *ops,
                             const struct trace_op *op)
{
  if (!op_takes_name((enum op_kind)op->kind)) return NO_CALL;
  for (uint32_t k = batch->nops; k-- > 0;) {
    bool has_name = op_gives((enum op_kind)ops[k].kind) ||
                    op_takes_name((enum op_kind)ops[k].kind);
    if (has_name && ops[k].name == op->name && batch->calls[batch->own[k]].is_asked)
      return batch->own[k];
  }
  return NO_CALL;
}

/* Was what begins there freed or resized by one of these calls? Two names may have the same page,
 * after a free by address. */
static bool is_touched(const struct batch *batch, uint64_t page)
{
  for (uint32_t k = 0; k < batch->nops; k++) {
    const struct cell_call *own = &batch->calls[batch->own[k]];
    bool takes = op_takes_name(own->call.kind) || own->call.kind == OP_FREE_AT;
    bool is_known = own->after == batch->own[k];
    if (own->is_asked && takes && is_known && own->call.page == page) return true;
  }
  return false;
}

/* Is that in use when it is asked for, as it is now? */
static bool stays_in_use(const struct batch *batch, uint64_t page)
{
  struct span span;
  return !is_touched(batch, page) && follow_in_use(batch->judge, page, &span);
}

/* Around a free wrong ones are asked for: is it known which, and of what else has a name what it
 * has? */
static bool are_wrong_ones_known(const struct batch *batch, const struct trace_op *op,
                                 uint32_t last)
{
  struct judge *judge = batch->judge;
  const struct about *about = judge_about(judge);
  struct holding held;
  if (!judge->follows || batch->is_one || batch->adds || about->remainder_min_pages > 1 ||
      (about->promises & ~REFUSES_PLAIN) != 0)
    return false;
  return last != NO_CALL || !holdings_find(&judge->held, op->name, &held) ||
         stays_in_use(batch, held.base);
}

/* A right free by address, or one before which nothing happens. */
static bool is_free_at_known(const struct batch *batch, const struct trace_op *op)
{
  return batch->judge->is_exact || batch->nops == 0 ||
         stays_in_use(batch, op->address / batch->judge->page_bytes);
}

/* Is it known now what the operation will be asked as? What 0 pages were granted to may have
 * nothing, and what a free by address means depends on what is in use then. */
static bool is_known(const struct batch *batch, const struct trace_op *ops,
                     const struct trace_op *op)
{
  const struct judge *judge = batch->judge;
  bool asks_wrongly = judge_about(judge)->promises != 0;
  enum op_kind kind = (enum op_kind)op->kind;
  if (kind == OP_FREE_AT) return is_free_at_known(batch, op);
  if (!op_takes_name(kind)) return true;
  uint32_t last = last_of_name(batch, ops, op);
  const struct call *before = last != NO_CALL ? &batch->calls[last].call : NULL;
  if (before != NULL && before->kind == OP_FREE)
    return kind == OP_FREE && (judge->follows || !asks_wrongly);
  if (before != NULL && before->number == 0) return false;
  return !asks_wrongly || are_wrong_ones_known(batch, op, last);
}

static struct cell_call *add_call(struct batch *batch, uint32_t after)
{
  struct cell_call *added = &batch->calls[batch->ncalls];
  added->wrong = CELL_RIGHT;
  added->op = batch->nops;
  added->after = after != NO_CALL ? after : batch->ncalls;
  batch->ncalls++;
  return added;
}

/* The operation's own call, as judge_resolves will have it by then. Where the reference follows,
 * what is freed is forgotten. */
static void add_own(struct batch *batch, const struct trace_op *op, uint32_t last)
{
  struct judge *judge = batch->judge;
  struct cell_call *own = add_call(batch, last);
  struct span span;
  batch->own[batch->nops] = batch->ncalls - 1;
  own->is_asked = false;
  if (op->kind == OP_DUMP) return;
  if (last == NO_CALL) {
    own->is_asked = judge_resolves(judge, op, &own->call);
    if (own->is_asked) own->grant = judge_grant_of(judge, &own->call);
    if (op->kind == OP_RESIZE && follow_in_use(judge, own->call.page, &span))
      own->takes_pages = span.npages;
    return;
  }
  own->call = (struct call){.kind = (enum op_kind)op->kind, .number = op->number};
  own->is_asked = (judge->asked >> op->kind & 1) &&
                  !(judge->follows && batch->calls[last].call.kind == OP_FREE);
}

static void add_wrong(struct batch *batch, enum cell_wrong wrong, uint32_t after, uint64_t page)
{
  struct cell_call *added = add_call(batch, after);
  added->wrong = wrong;
  added->is_asked = true;
  added->call = (struct call){.kind = OP_FREE_AT, .page = page, .held_pages = 1};
  added->grant = (struct grant){0, 0};
}

/* The same ones as judge_wrong_frees asks for. */
static void add_free_and_wrong_ones(struct batch *batch, const struct trace_op *op, uint32_t last)
{
  struct judge *judge = batch->judge;
  uint32_t promises = judge_about(judge)->promises;
  struct holding held;
  struct span span = {.npages = 0};
  struct observation far;
  if (last == NO_CALL && holdings_find(&judge->held, op->name, &held))
    (void)follow_in_use(judge, held.base, &span);
  bool is_inside = span.npages > 1 ||
                   (last != NO_CALL && batch->calls[last].call.kind != OP_FREE);
  if ((promises & SPANREF_REFUSES_INSIDE) != 0 && is_inside)
    add_wrong(batch, CELL_WRONG_INSIDE, last, span.base + span.npages - 1);
  add_own(batch, op, last);
  uint32_t own = batch->ncalls - 1;
  if ((promises & SPANREF_REFUSES_SECOND) != 0) add_wrong(batch, CELL_WRONG_AGAIN, own, 0);
  (void)transport_lookup(judge->sides[SIDE_REFERENCE], CELL_FAR, &far);
  if ((promises & SPANREF_REFUSES_FOREIGN) != 0 && !far.found)
    add_wrong(batch, CELL_WRONG_FAR, own, CELL_FAR);
}

/* true: it is asked. */
static bool add(struct batch *batch, const struct trace_op *ops, const struct trace_op *op)
{
  uint32_t last = last_of_name(batch, ops, op);
  if (op->kind == OP_FREE && judge_about(batch->judge)->promises != 0)
    add_free_and_wrong_ones(batch, op, last);
  else
    add_own(batch, op, last);
  batch->adds |= op->kind == OP_ADD;
  return batch->calls[batch->own[batch->nops++]].is_asked;
}

/* Does a refusal make the judge look at its spans? (holds_free) */
static bool looks_at_refusal(const struct judge *judge)
{
  const struct about *about = judge_about(judge);
  return about->has_walk && !judge->is_pages && judge->follows &&
         (judge_is_in_bytes(judge) ? about->is_closed : !about->has_needs);
}

/* What is looked at where all spans are. Who is where the reference is must find them, too. */
static struct cell_look look_of(const struct judge *judge, bool shows, uint64_t spans_max)
{
  const struct about *about = judge_about(judge);
  bool looks_up = !judge->follows && about->has_walk && about->has_lookup;
  return (struct cell_look){.shows = shows && (about->has_walk || about->has_self_check),
                            .from = judge->lookup_turn,
                            .spans_max = looks_up ? spans_max : 0};
}

void judge_comes(struct judge *judge, const struct trace_op *op)
{
  if (judge->ncoming == 0) judge_expect(judge, op, 1, false);
  assert(judge->coming == op);
  judge->coming++;
  judge->ncoming--;
}

void judge_ask_ahead(struct judge *judge)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  const struct trace_op *ops = judge->coming - 1;
  size_t nops = judge->ncoming + 1;
  if (candidate->cell == NULL || !judge->is_settled || transport_left(candidate) > 0) return;
  uint64_t until_due = judge_until_due(judge);
  struct batch batch = {.judge = judge, .calls = transport_calls(candidate)};
  bool is_due = false;
  batch.is_one = nops == 1 || judge->list_every == 1 || is_one_by_one(judge);
  while (batch.nops < nops && !is_due && batch.ncalls + CALLS_OF_ONE <= CELL_CALLS &&
         !(batch.is_one && batch.nops > 0)) {
    const struct trace_op *op = &ops[batch.nops];
    if (!is_known(&batch, ops, op)) break;
    until_due -= add(&batch, ops, op);
    is_due = op->kind == OP_DUMP || op->kind == OP_RELOAD || until_due == 0;
  }
  bool is_end = judge->is_all && batch.nops == nops;
  uint64_t spans_max = is_end ? SIZE_MAX : is_due ? judge->lookups_max : 0;
  if (batch.nops > 0)
    transport_send(candidate, batch.ncalls, looks_at_refusal(judge),
                   look_of(judge, is_due || is_end, spans_max));
}

/* --- The end --------------------------------------------------------------------------------- */

static bool has_room(const struct judge *judge, uint32_t ncalls)
{
  return ncalls < CELL_CALLS && judge->sides[SIDE_CANDIDATE]->cell != NULL;
}

/* One more free of those to be sent, if it is none of them. */
static void add_free(struct judge *judge, uint32_t *ncalls, uint64_t page, uint64_t asked_pages)
{
  struct cell_call *calls = transport_calls(judge->sides[SIDE_CANDIDATE]);
  for (uint32_t i = 0; i < *ncalls; i++)
    if (calls[i].call.page == page) return;
  calls[*ncalls] = (struct cell_call){
      .is_asked = true,
      .call = {.kind = OP_FREE_AT, .page = page, .held_pages = asked_pages},
      .grant = {page, asked_pages},
      .after = *ncalls};
  ++*ncalls;
}

void judge_free_names_ahead(struct judge *judge, size_t end)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  uint32_t n = 0;
  struct span span;
  if (judge->has_empty || transport_left(candidate) > 0) return;
  for (; end > 0 && has_room(judge, n); end--) {
    const struct holding *held = &judge->held.held[end - 1];
    if (held->granted && held->npages > 0 && follow_in_use(judge, held->base, &span))
      add_free(judge, &n, held->base, held->npages);
  }
  if (n > 0) transport_send(candidate, n, false, look_of(judge, false, 0));
}

void judge_free_ahead(struct judge *judge, const struct span_heap *held, uint64_t end)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  const struct about *about = judge_about(judge);
  uint32_t n = 0;
  if (transport_left(candidate) > 0) return;
  for (; end > 0 && has_room(judge, n); end--) {
    const struct span *span = &held->spans[end - 1];
    if (!span->free && !follow_is_pending(judge, span->base))
      add_free(judge, &n, span->base, span->npages);
  }
  /* A closed pool is filled once more, and what is pending is released. */
  bool is_last = end == 0 && !about->has_release;
  struct cell_look look = look_of(judge, is_last, 0);
  look.destroys = is_last && !about->is_closed;
  if (n > 0) transport_send(candidate, n, false, look);
}

void judge_look_ahead(struct judge *judge, bool shows, uint64_t spans_max)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  if (candidate->cell != NULL) transport_look(candidate, look_of(judge, shows, spans_max));
}
