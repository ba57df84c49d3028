/* A trace played on one heap in this process, operation by operation. */
#ifndef SPANREF_PLAYER_H
#define SPANREF_PLAYER_H

#include "../trace/trace.h"
#include "transport.h"

enum play {
  PLAY_SKIPPED, /* frees a name that got nothing, or is of another contract: not run */
  PLAY_OS,      /* changed the OS only */
  PLAY_DUMPED,  /* the spans are in player.spans */
  PLAY_ANSWERED /* player.call was answered with player.said */
};

struct player {
  struct transport heap;
  struct holdings holdings;
  uint64_t page_bytes;
  struct call call;
  struct observation said;
  struct span_range *gone; /* what it gave back; of the last call that was answered */
  size_t ngone, gone_room;
  struct span *spans; /* however many */
  size_t nspans, spans_room;
  bool failed; /* memory ran out */
};

/* false: out of memory; player_destroy works all the same. */
bool player_create(struct player *player, const struct spanref_candidate *candidate);
void player_destroy(struct player *player);
/* An empty heap, of the geometry in the trace's header. */
void player_begin(struct player *player, const struct trace *trace);
enum play player_step(struct player *player, const struct trace_op *op);

#endif
