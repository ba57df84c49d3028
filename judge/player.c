#include "player.h"

bool player_create(struct player *player, const struct candidate *candidate)
{
  *player = (struct player){.failed = false};
  return machine_create(&player->machine, candidate);
}

void player_destroy(struct player *player)
{
  machine_destroy(&player->machine);
  holdings_free(&player->holdings);
  span_list_free(&player->spans);
}

void player_begin(struct player *player, const struct trace *trace)
{
  struct span_geometry geometry;
  struct trace_error error;
  player->failed = !trace_geometry(trace, &geometry, &error) ||
                   machine_reset(&player->machine, geometry) != SPAN_OK;
  player->page_bytes = trace->page_bytes;
  holdings_clear(&player->holdings);
}

enum play player_step(struct player *player, const struct trace_op *op)
{
  struct machine *machine = &player->machine;
  if (!call_resolve(op, player->page_bytes, &player->holdings, &player->call))
    return PLAY_SKIPPED;
  machine_run(machine, &player->call, &player->said.answer);
  if (op->kind == OP_DUMP) {
    if (!span_list_collect(&player->spans, machine->candidate, machine->heap))
      player->failed = true;
    return PLAY_DUMPED;
  }
  if (!call_is_answered(&player->call)) return PLAY_OS;
  player->said.stats = machine_stats(machine);
  if (!call_learn(op, &player->said.answer, &player->holdings)) player->failed = true;
  return PLAY_ANSWERED;
}
