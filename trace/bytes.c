/* A whole trace from bytes. */
#include "bytes.h"

/* A region that is one too many is left out, as no trace has so many. */
static bool append_step(struct trace *out, struct bytes_state *state,
                        struct bytes_step step, unsigned *regions)
{
  if (!step.has_op) return true;
  bytes_follow(state, step.op);
  if (step.op.kind == OP_REGION && ++*regions > TRACE_REGIONS_MAX) return true;
  return trace_append(out, step.op);
}

/* It fits: bytes_read.h, proved. */
static void set_header(struct trace *out, struct bytes_header header)
{
  struct trace_error error;
  out->page_bytes = header.page_bytes;
  out->phys_bytes = header.phys_bytes;
  out->huge_bytes = header.huge_bytes;
  out->arena_bytes = header.arena_bytes;
  out->goal_bytes = header.goal_bytes;
  out->has_goal = header.has_goal;
  (void)trace_fit(out, &error);
}

bool bytes_decode(const uint8_t *data, size_t size, struct trace *out)
{
  struct bytes_header header = bytes_read_header(data, size);
  struct bytes_step step = bytes_header_region(header, 0);
  struct bytes_state state;
  uint32_t region = 1;
  unsigned regions = 0;
  trace_clear(out);
  bytes_begin(&state, header);
  set_header(out, header);
  for (; step.has_op; region++) {
    if (!append_step(out, &state, step, &regions)) return false;
    step = bytes_header_region(header, region);
  }
  while (step.next < size) {
    step = bytes_read_op(data, size, step.next, &state);
    if (!append_step(out, &state, step, &regions)) return false;
  }
  return true;
}
