#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "draw.h"
#include "fake_os.h"
#include "names.h"

#define MUTATIONS_MAX 4 /* at a time */

static bool is_alloc(const struct trace_op *op)
{
  return op->kind == OP_HEAP || op->kind == OP_MANUAL;
}

static size_t draw_index(struct draw *draw, size_t count)
{
  return (size_t)draw_below(draw, count);
}

/* --- Operations, anew ---------------------------------------------------------------- */

/* What sizes are interesting: small ones, those around the geometry's, and those that
 * the history has already. */
static uint64_t draw_pages(struct draw *draw, const struct trace *trace)
{
  uint64_t unit = 1;
  switch (draw_below(draw, 6)) {
  case 0: return draw_range(draw, 1, 4);
  case 1: unit = trace->phys_bytes / trace->page_bytes; break;
  case 2: unit = trace->huge_bytes / trace->page_bytes; break;
  case 3: unit = trace->arena_bytes / trace->page_bytes; break;
  case 4:
    if (trace->nops > 0) unit = trace->ops[draw_below(draw, trace->nops)].number;
    return unit + draw_below(draw, 3) - 1;
  default: return draw_log(draw, 8);
  }
  return unit * draw_range(draw, 1, 3) + draw_below(draw, 3) - 1;
}

static uint64_t draw_address(struct draw *draw, const struct trace *trace)
{
  uint64_t address = BYTES_REGION_0;
  if (trace->nops > 0) address = trace->ops[draw_below(draw, trace->nops)].address;
  return address - address % trace->page_bytes + draw_below(draw, 64) * trace->page_bytes;
}

static struct trace_op draw_free(struct draw *draw, const struct trace *trace, size_t before)
{
  for (int tries = 0; tries < 8 && before > 0; tries++) {
    const struct trace_op *op = &trace->ops[draw_below(draw, before)];
    if (is_alloc(op)) return (struct trace_op){.kind = OP_FREE, .name = op->name};
  }
  return (struct trace_op){.kind = OP_FREE_AT, .address = draw_address(draw, trace)};
}

/* An operation to stand before number `before`. Its name is fresh. */
static struct trace_op draw_op(struct draw *draw, const struct trace *trace, size_t before)
{
  struct trace_op op = {.kind = OP_HEAP, .name = UINT64_MAX - draw_below(draw, 1U << 30)};
  op.number = draw_pages(draw, trace);
  switch (draw_below(draw, 16)) {
  case 0:
  case 1:
  case 2:
  case 3:
  case 4: return draw_free(draw, trace, before);
  case 5:
    op.kind = OP_SCAVENGE;
    op.number *= trace->page_bytes;
    break;
  case 6:
    op.kind = OP_ADD;
    op.address = draw_address(draw, trace);
    break;
  case 7:
    op.kind = OP_REFUSE;
    op.number = draw_below(draw, 3);
    break;
  case 8:
    op.kind = OP_LOOKUP;
    op.address = draw_address(draw, trace);
    break;
  case 9:
    op.kind = OP_REGION;
    op.down = draw_once_in(draw, 2);
    op.address = draw_address(draw, trace);
    break;
  case 10: op.kind = OP_MANUAL; break;
  default: break;
  }
  return op;
}

/* --- Mutations ----------------------------------------------------------------------- */

/* Room for count operations at `at`. false: out of memory. */
static bool open_gap(struct trace *trace, size_t at, size_t count)
{
  size_t behind = trace->nops - at;
  for (size_t i = 0; i < count; i++)
    if (!trace_append(trace, (struct trace_op){.kind = OP_DUMP})) return false;
  memmove(&trace->ops[at + count], &trace->ops[at], behind * sizeof *trace->ops);
  return true;
}

static void delete_ops(struct trace *trace, size_t at, size_t count)
{
  memmove(&trace->ops[at], &trace->ops[at + count],
          (trace->nops - at - count) * sizeof *trace->ops);
  trace->nops -= count;
}

static bool insert_op(struct draw *draw, struct trace *trace)
{
  size_t at = draw_index(draw, trace->nops + 1);
  struct trace_op op = draw_op(draw, trace, at);
  if (!open_gap(trace, at, 1)) return false;
  trace->ops[at] = op;
  return true;
}

static void delete_some(struct draw *draw, struct trace *trace)
{
  size_t at = draw_index(draw, trace->nops);
  size_t most = trace->nops - at < 8 ? trace->nops - at : 8;
  delete_ops(trace, at, draw_once_in(draw, 2) ? 1 : 1 + draw_index(draw, most));
}

/* Some operations once more, with names of their own where they allocate. */
static bool duplicate_some(struct draw *draw, struct trace *trace)
{
  size_t from = draw_index(draw, trace->nops), at = draw_index(draw, trace->nops + 1);
  size_t most = trace->nops - from < 8 ? trace->nops - from : 8;
  size_t count = 1 + draw_index(draw, most);
  struct trace_op copy[8];
  uint64_t names = UINT64_MAX / 2 + draw_below(draw, 1U << 30);
  memcpy(copy, &trace->ops[from], count * sizeof *copy);
  if (!open_gap(trace, at, count)) return false;
  for (size_t i = 0; i < count; i++) {
    uint64_t was = copy[i].name;
    if (is_alloc(&copy[i])) {
      copy[i].name = names + i;
      for (size_t j = i + 1; j < count; j++)
        if (copy[j].kind == OP_FREE && copy[j].name == was) copy[j].name = names + i;
    }
    trace->ops[at + i] = copy[i];
  }
  return true;
}

static void swap_two(struct draw *draw, struct trace *trace)
{
  size_t i = draw_index(draw, trace->nops), j = draw_index(draw, trace->nops);
  struct trace_op op = trace->ops[i];
  trace->ops[i] = trace->ops[j];
  trace->ops[j] = op;
}

static void resize(struct draw *draw, struct trace *trace)
{
  for (int tries = 0; tries < 8; tries++) {
    struct trace_op *op = &trace->ops[draw_below(draw, trace->nops)];
    if (op->kind == OP_SCAVENGE)
      op->number = draw_pages(draw, trace) * trace->page_bytes;
    else if (is_alloc(op) || op->kind == OP_ADD)
      op->number = draw_pages(draw, trace);
    else
      continue;
    return;
  }
}

/* An operation, a free most likely, elsewhere. */
static void move_one(struct draw *draw, struct trace *trace)
{
  size_t from = draw_index(draw, trace->nops), to = draw_index(draw, trace->nops);
  for (int tries = 0; tries < 8 && trace->ops[from].kind != OP_FREE; tries++)
    from = draw_index(draw, trace->nops);
  struct trace_op op = trace->ops[from];
  delete_ops(trace, from, 1);
  memmove(&trace->ops[to + 1], &trace->ops[to], (trace->nops - to) * sizeof op);
  trace->ops[to] = op;
  trace->nops++;
}

/* Whether the sizes fit together says who encodes them. */
static void change_header(struct draw *draw, struct trace *trace)
{
  switch (draw_below(draw, 4)) {
  case 0: trace->phys_bytes = trace->page_bytes << draw_below(draw, 5); break;
  case 1:
    trace->huge_bytes = draw_once_in(draw, 3) ? 0 : trace->page_bytes << draw_below(draw, 8);
    break;
  case 2: trace->arena_bytes = trace->page_bytes << (4 + draw_below(draw, 8)); break;
  default:
    trace->has_goal = !draw_once_in(draw, 3);
    trace->goal_bytes = trace->has_goal ? draw_pages(draw, trace) * trace->page_bytes : 0;
    break;
  }
}

static bool mutate_once(struct draw *draw, struct trace *trace)
{
  uint64_t kind = trace->nops == 0 ? 0 : draw_below(draw, 16);
  if (kind < 5) return insert_op(draw, trace);
  if (kind < 7) return duplicate_some(draw, trace);
  if (kind < 9)
    delete_some(draw, trace);
  else if (kind < 10)
    swap_two(draw, trace);
  else if (kind < 13)
    resize(draw, trace);
  else if (kind < 15)
    move_one(draw, trace);
  else
    change_header(draw, trace);
  return true;
}

/* --- Making sense again --------------------------------------------------------------- */

/* Each name is allocated once, and freed after that; no more regions than there may
 * be. false: out of memory. */
static bool make_sense(struct trace *trace)
{
  struct names names = {0};
  size_t kept = 0, regions = 0;
  bool ok = true;
  for (size_t i = 0; ok && i < trace->nops; i++) {
    const struct trace_op *op = &trace->ops[i];
    bool known = names_find(&names, op->name) != NAME_UNKNOWN;
    if (is_alloc(op) && known) continue;
    if (op->kind == OP_FREE && !known) continue;
    if (op->kind == OP_REGION && regions++ >= FAKE_OS_REGIONS_MAX) continue;
    if (is_alloc(op)) ok = names_add(&names, op->name);
    trace->ops[kept++] = *op;
  }
  trace->nops = kept;
  names_free(&names);
  return ok;
}

/* As many of the operations as fit. 0: none do. */
static size_t encode(struct trace *trace, uint8_t *out, size_t max_size)
{
  struct span_geometry geometry;
  struct trace_error error;
  size_t size;
  if (!trace_geometry(trace, &geometry, &error) || !make_sense(trace)) return 0;
  for (;; trace->nops -= trace->nops / 8 + 1) {
    if (bytes_encode(trace, out, max_size, &size, &error)) return size;
    if (trace->nops == 0) return 0;
  }
}

size_t mutate(uint8_t *data, size_t size, size_t max_size, uint64_t seed)
{
  static struct trace trace; /* its arrays are used again */
  struct draw draw = {seed};
  uint8_t *out = malloc(max_size + 1);
  size_t got = 0;
  bool ok = out != NULL && bytes_decode(data, size, &trace);
  for (uint64_t times = draw_range(&draw, 1, MUTATIONS_MAX); ok && times > 0; times--)
    ok = mutate_once(&draw, &trace);
  if (ok) got = encode(&trace, out, max_size);
  if (got > 0) memcpy(data, out, got);
  free(out);
  return got > 0 ? got : size;
}

size_t mutate_splice(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                     uint8_t *out, size_t max_size, uint64_t seed)
{
  static struct trace first, second;
  struct draw draw = {seed};
  if (!bytes_decode(a, a_size, &first) || !bytes_decode(b, b_size, &second)) return 0;
  uint64_t names = first.nops;
  size_t from = draw_index(&draw, second.nops + 1);
  first.nops = draw_index(&draw, first.nops + 1);
  for (size_t i = from; i < second.nops; i++) {
    struct trace_op op = second.ops[i];
    /* A free may mean what the first one allocated: that is a point of it. */
    if (is_alloc(&op) || draw_once_in(&draw, 2)) op.name += names;
    if (!trace_append(&first, op)) return 0;
  }
  return encode(&first, out, max_size);
}
