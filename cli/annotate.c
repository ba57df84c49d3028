#include "annotate.h"

#include <stdlib.h>

#include "../judge/expect.h"

static bool append_dump(struct trace *out, const struct player *player)
{
  for (size_t i = 0; i < player->nspans; i++) {
    const struct span *span = &player->spans[i];
    if (span->free && !trace_append_free_span(out, free_span_of(span, player->page_bytes)))
      return false;
  }
  return true;
}

static bool append_op(struct trace *out, struct player *player, const struct trace_op *op)
{
  enum play played = player_step(player, op);
  if (player->failed || !trace_append(out, *op)) return false;
  if (played == PLAY_DUMPED) return append_dump(out, player);
  if (played != PLAY_ANSWERED) return true;
  return trace_expect(out, expect_of(&player->call, &player->said, player->page_bytes));
}

bool annotate(FILE *to, struct player *player, const struct trace *trace)
{
  struct trace out = *trace; /* the header and the comments are the same */
  out.ops = NULL;
  out.expects = NULL;
  out.free_spans = NULL;
  out.nops = out.nexpects = out.nfree_spans = 0;
  out.ops_room = out.expects_room = out.free_spans_room = 0;
  player_begin(player, trace);
  bool ok = !player->failed;
  for (size_t i = 0; ok && i < trace->nops; i++)
    ok = append_op(&out, player, &trace->ops[i]);
  ok = ok && trace_print(to, &out);
  free(out.ops);
  free(out.expects);
  free(out.free_spans);
  return ok;
}
