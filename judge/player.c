#include "player.h"

#include <stdlib.h>

#include "../trace/array.h"
#include "fields.h"

static void take_range(void *context, uint64_t base, uint64_t npages)
{
  struct player *player = context;
  if (ARRAY_ROOM(player->gone, player->ngone, 1, &player->gone_room))
    player->gone[player->ngone++] = (struct span_range){base, npages};
  else
    player->failed = true;
}

bool player_create(struct player *player, const struct spanref_candidate *candidate)
{
  *player = (struct player){.failed = false};
  bool is_open = transport_open_here(&player->heap, candidate);
  player->heap.here.told = take_range;
  player->heap.here.told_context = player;
  return is_open;
}

void player_destroy(struct player *player)
{
  transport_close(&player->heap);
  holdings_free(&player->holdings);
  free(player->spans);
  free(player->gone);
}

void player_begin(struct player *player, const struct trace *trace)
{
  bool serves;
  player->failed = !transport_create(&player->heap, trace->geometry, trace->page_bytes,
                                     &serves, &player->said) ||
                   !serves;
  player->page_bytes = trace->page_bytes;
  holdings_clear(&player->holdings);
}

static void take_span(void *context, const struct spanref_span *span)
{
  struct player *player = context;
  if (ARRAY_ROOM(player->spans, player->nspans, 1, &player->spans_room))
    player->spans[player->nspans++] = span_of(span);
  else
    player->failed = true;
}

enum play player_step(struct player *player, const struct trace_op *op)
{
  const struct grant nothing = {0, 0};
  struct observation unsaid;
  struct call *call = &player->call;
  if (op_is_apart((enum op_kind)op->kind) ||
      !call_resolve(op, player->page_bytes, &player->holdings, call))
    return PLAY_SKIPPED;
  if (call->kind == OP_DUMP) {
    player->nspans = 0;
    player->heap.here.candidate->walk(player->heap.here.heap, take_span, player);
    return PLAY_DUMPED;
  }
  bool is_answered = op_is_answered(call->kind);
  player->ngone = 0;
  (void)transport_call(&player->heap, call, nothing, is_answered ? &player->said : &unsaid);
  if (!is_answered) return PLAY_OS;
  bool is_ok = player->said.status == SPANREF_OK;
  struct holding what = {is_ok, player->said.answer.base, call->number};
  if (call->kind == OP_RESIZE && is_ok) what.base = call->page;
  if ((op_gives(call->kind) || (call->kind == OP_RESIZE && is_ok)) &&
      !holdings_set(&player->holdings, op->name, what))
    player->failed = true;
  return PLAY_ANSWERED;
}
