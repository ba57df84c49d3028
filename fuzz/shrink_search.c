#include "shrinker.h"

#include <string.h>

#include "draw.h"

/* Only short histories are changed at random, so often in vain in a row. */
#define SEARCH_OPS 24
#define SEARCH_TRIES 40000

static uint64_t draw_number(struct draw *draw, const struct history *next)
{
  uint64_t page_bytes = next->header.page_bytes;
  uint64_t near = next->header.phys_bytes / page_bytes;
  switch (draw_below(draw, 6)) {
  case 0: near = next->header.huge_bytes / page_bytes; break;
  case 1: near = next->header.arena_bytes / page_bytes; break;
  case 2: near = next->ops[draw_below(draw, next->nops)].number; break;
  case 3: near = draw_range(draw, 1, 4); break;
  default: near = near * draw_range(draw, 1, 4); break;
  }
  return draw_once_in(draw, 2) ? near : near + draw_below(draw, 3) - 1;
}

static void change_header(struct draw *draw, struct trace *header)
{
  uint64_t page_bytes = header->page_bytes;
  switch (draw_below(draw, 4)) {
  case 0: header->phys_bytes = page_bytes << draw_below(draw, 5); break;
  case 1: header->huge_bytes = page_bytes << draw_below(draw, 7); break;
  case 2: header->arena_bytes = page_bytes << (4 + draw_below(draw, 6)); break;
  default:
    header->has_goal = !header->has_goal;
    header->goal_bytes = 0;
    break;
  }
}

/* Another operation in its place, or another number, or another place. */
static void change_op(struct draw *draw, struct history *next)
{
  struct trace_op *op = &next->ops[draw_below(draw, next->nops)];
  struct trace_op *other = &next->ops[draw_below(draw, next->nops)];
  struct trace_op was = *op;
  switch (draw_below(draw, 7)) {
  case 0:
    *op = *other;
    *other = was;
    break;
  case 1: *op = (struct trace_op){.kind = OP_ADD, .number = draw_number(draw, next)}; break;
  case 2:
    *op = (struct trace_op){.kind = OP_SCAVENGE,
                            .number = draw_once_in(draw, 2) ? 1 : UINT64_MAX};
    break;
  case 3: *op = (struct trace_op){.kind = OP_FREE_AT}; break;
  case 4:
    *op = (struct trace_op){.kind = OP_REGION,
                            .down = draw_once_in(draw, 2),
                            .address = next->header.arena_bytes * draw_below(draw, 16)};
    break;
  case 5:
    if (is_alloc(other)) *op = (struct trace_op){.kind = OP_FREE, .name = other->name};
    break;
  default:
    if (op->kind != OP_REGION && op->kind != OP_FREE) op->number = draw_number(draw, next);
    break;
  }
}

static bool was_allocated(const struct history *history, size_t before, uint64_t name)
{
  for (size_t i = 0; i < before; i++)
    if (is_alloc(&history->ops[i]) && history->ops[i].name == name) return true;
  return false;
}

/* Frees of names that nothing has, and second allocations of a name, go. */
static void drop_nameless(struct history *next)
{
  size_t kept = 0;
  for (size_t i = 0; i < next->nops; i++) {
    const struct trace_op *op = &next->ops[i];
    bool known = was_allocated(next, kept, op->name);
    if ((op->kind == OP_FREE && !known) || (is_alloc(op) && known)) continue;
    next->ops[kept++] = *op;
  }
  next->nops = kept;
}

/* Leave out one to three operations, change a few others, and see. Always the same
 * changes for the same history. */
bool shrink_search(struct shrinker *shrinker)
{
  struct draw draw = {1};
  bool any = false;
  shrinker->must_be_shorter = true;
  for (unsigned tries = 0; tries < SEARCH_TRIES && !shrinker->failed; tries++) {
    if (shrinker->best.nops > SEARCH_OPS || shrinker->best.nops < 2) break;
    struct history *next = shrink_draft(shrinker);
    uint64_t left_out = draw_range(&draw, 1, 3), changes = draw_below(&draw, 4);
    for (; left_out > 0 && next->nops > 1; left_out--) {
      size_t i = (size_t)draw_below(&draw, next->nops);
      memmove(&next->ops[i], &next->ops[i + 1], (--next->nops - i) * sizeof *next->ops);
    }
    for (; changes > 0; changes--) change_op(&draw, next);
    for (changes = draw_below(&draw, 3); changes > 0; changes--)
      change_header(&draw, &next->header);
    drop_nameless(next);
    if (next->nops == 0 || !shrink_try(shrinker)) continue;
    any = true;
    tries = 0;
  }
  shrinker->must_be_shorter = false;
  return any;
}
