#include "shrinker.h"

#include <string.h>

#include "../trace/draw.h"

/* Only histories of so many operations or fewer are changed at random. */
#define SEARCH_OPS 24
/* Histories no longer than this are made up anew as well. */
#define INVENT_OPS 4
/* Tries before a walk begins again at the best history. */
#define WALK_TRIES 20000

/* --- Numbers that could matter ------------------------------------------------------ */

static uint64_t draw_size(struct draw *draw, const struct trace *next)
{
  switch (draw_below(draw, 6)) {
  case 0: return next->phys_bytes / next->page_bytes * draw_range(draw, 1, 4);
  case 1: return next->huge_bytes / next->page_bytes * draw_range(draw, 1, 2);
  case 2: return next->arena_bytes / next->page_bytes;
  case 3: return draw_range(draw, 1, 4);
  default: return next->ops[draw_below(draw, next->nops)].number;
  }
}

/* One of these, or the sum or the difference of two; or one page beside it. */
static uint64_t draw_number(struct draw *draw, const struct trace *next)
{
  uint64_t number = draw_size(draw, next);
  uint64_t other = draw_size(draw, next);
  switch (draw_below(draw, 8)) {
  case 0: return number + other;
  case 1: return number > other ? number - other : other - number;
  case 2: return number + 1;
  case 3: return number - 1;
  default: return number;
  }
}

/* In front of or behind other memory, or where an arena fits, from below or from the
 * limit down. */
static uint64_t draw_address(struct draw *draw, const struct trace *next, uint64_t npages)
{
  const struct trace_op *other = &next->ops[draw_below(draw, next->nops)];
  uint64_t page_bytes = next->page_bytes, arena_bytes = next->arena_bytes;
  uint64_t other_bytes =
      other->kind == OP_REGION ? arena_bytes : other->number * page_bytes;
  uint64_t gap_bytes = 0, address = 0;
  switch (draw_below(draw, 4)) {
  case 0: gap_bytes = draw_size(draw, next) * page_bytes; break;
  case 1: gap_bytes = page_bytes << draw_below(draw, 16); break;
  default: break;
  }
  switch (draw_below(draw, 5)) {
  case 0: address = gap_bytes; break;
  case 1: address = other->address - npages * page_bytes - gap_bytes; break;
  case 2: address = arena_bytes * draw_below(draw, 16); break;
  case 3:
    address = SPAN_LIMIT_PAGES * page_bytes - arena_bytes * draw_below(draw, 4);
    break;
  default: address = other->address + other_bytes + gap_bytes; break;
  }
  return address - address % page_bytes; /* it may have wrapped */
}

/* --- Changes ------------------------------------------------------------------------- */

static void change_header(struct draw *draw, struct trace *header)
{
  uint64_t page_bytes = header->page_bytes;
  switch (draw_below(draw, 5)) {
  case 0: header->phys_bytes = page_bytes << draw_below(draw, 5); break;
  case 1: header->huge_bytes = page_bytes << draw_below(draw, 7); break;
  case 2: header->arena_bytes = header->phys_bytes << draw_below(draw, 10); break;
  case 3: header->arena_bytes = page_bytes << draw_below(draw, 13); break;
  default:
    header->has_goal = !header->has_goal;
    header->goal_bytes = 0;
    if (header->has_goal && draw_once_in(draw, 2))
      header->goal_bytes = draw_number(draw, header) * page_bytes;
    break;
  }
}

static uint64_t fresh_name(const struct trace *next)
{
  uint64_t name = 0;
  for (size_t i = 0; i < next->nops; i++)
    if (op_gives(next->ops[i].kind) && next->ops[i].name >= name) name = next->ops[i].name + 1;
  return name;
}

static struct trace_op draw_op(struct draw *draw, const struct trace *next)
{
  const struct trace_op *other = &next->ops[draw_below(draw, next->nops)];
  uint64_t number = draw_number(draw, next);
  uint64_t page_bytes = next->page_bytes;
  switch (draw_below(draw, 9)) {
  case 0:
  case 1:
    return (struct trace_op){.kind = OP_ADD, .number = number,
                             .address = draw_address(draw, next, number)};
  case 2:
    number = draw_once_in(draw, 2) ? UINT64_MAX : number * page_bytes;
    return (struct trace_op){.kind = OP_SCAVENGE, .number = number};
  case 3: return (struct trace_op){.kind = OP_FREE_AT};
  case 4:
    return (struct trace_op){.kind = OP_REGION, .down = draw_once_in(draw, 2),
                             .address = draw_address(draw, next, 0)};
  case 5:
  case 6:
    return (struct trace_op){.kind = OP_HEAP, .name = fresh_name(next), .number = number};
  default: return (struct trace_op){.kind = OP_FREE, .name = other->name};
  }
}

/* Another operation in its place, or another number, or another place. */
static void change_op(struct draw *draw, struct trace *next)
{
  struct trace_op *op = &next->ops[draw_below(draw, next->nops)];
  struct trace_op *other = &next->ops[draw_below(draw, next->nops)];
  struct trace_op was = *op;
  switch (draw_below(draw, 4)) {
  case 0:
    *op = *other;
    *other = was;
    break;
  case 1: *op = draw_op(draw, next); break;
  case 2:
    if (op->kind == OP_ADD || op->kind == OP_CLAIM || op->kind == OP_REGION ||
        op->kind == OP_FREE_AT)
      op->address = draw_address(draw, next, op->number);
    break;
  default:
    if (op->kind == OP_SCAVENGE)
      op->number = draw_number(draw, next) * next->page_bytes;
    else if (op->kind != OP_REGION && op->kind != OP_FREE)
      op->number = draw_number(draw, next);
    break;
  }
}

static void leave_out(struct draw *draw, struct trace *next)
{
  size_t i = (size_t)draw_below(draw, next->nops);
  memmove(&next->ops[i], &next->ops[i + 1], (--next->nops - i) * sizeof *next->ops);
}

static bool was_allocated(const struct trace *history, size_t before, uint64_t name)
{
  for (size_t i = 0; i < before; i++)
    if (op_gives(history->ops[i].kind) && history->ops[i].name == name) return true;
  return false;
}

/* Frees and resizes of names that nothing has, and second allocations of a name, go. */
static void drop_nameless(struct trace *next)
{
  size_t kept = 0;
  for (size_t i = 0; i < next->nops; i++) {
    const struct trace_op *op = &next->ops[i];
    bool known = was_allocated(next, kept, op->name);
    if ((op_takes_name(op->kind) && !known) || (op_gives(op->kind) && known)) continue;
    next->ops[kept++] = *op;
  }
  next->nops = kept;
}

/* --- The search ---------------------------------------------------------------------- */

/* Quite another history, one operation shorter. */
static void invent(struct draw *draw, struct trace *next)
{
  next->nops--;
  for (size_t i = 0; i < next->nops; i++) next->ops[i] = draw_op(draw, next);
}

static void change(struct draw *draw, struct trace *next)
{
  uint64_t left_out = draw_below(draw, 2), changes = draw_range(draw, left_out == 0, 3);
  uint64_t headers = draw_below(draw, 6);
  if (next->nops <= INVENT_OPS && draw_once_in(draw, 4)) {
    invent(draw, next);
    changes = 0;
  } else if (left_out > 0) {
    leave_out(draw, next);
  }
  for (; changes > 0; changes--) change_op(draw, next);
  for (; headers > 3; headers--) change_header(draw, next);
  drop_nameless(next);
}

/* A walk over histories of the same kind and length: what can't be left out of one can
 * often be left out of a neighbour of it. The first shorter one is the best, and the
 * next walk begins there. Always the same walks for the same history. */
bool shrink_search(struct shrinker *shrinker)
{
  struct draw draw = {1};
  struct trace *best = &shrinker->best, *walk = &shrinker->walk;
  bool any = false;
  shrink_copy(walk, best);
  while (shrinker->searched < shrinker->tries_max && !shrinker->failed) {
    if (best->nops > SEARCH_OPS || best->nops < 2) break;
    if (shrinker->searched++ % WALK_TRIES == 0) shrink_copy(walk, best);
    shrink_copy(&shrinker->next, walk);
    change(&draw, &shrinker->next);
    if (shrinker->next.nops == 0 || !shrink_shows(shrinker)) continue;
    struct trace was = *walk;
    *walk = shrinker->next;
    shrinker->next = was;
    if (walk->nops >= best->nops) continue;
    shrink_copy(best, walk);
    any = true;
  }
  return any;
}
