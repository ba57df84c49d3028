/* A law of the byte decoder, from its contracts alone: whatever the bytes are,
 * its steps can be taken one after the other as bytes_decode (trace/bytes.c) takes
 * them. Every precondition holds, and they end. Proved, never run. */
#include "../trace/bytes_read.h"

/*@ requires state: \valid(state) && state_ok(*state);
    requires step: step.has_op ==> op_ok(step.op, state->page_bytes, state->names);
    requires room: state->names < UINT64_MAX;
    terminates \true; exits \false;
    assigns *state;
    ensures fits: state_ok(*state);
    ensures page: state->page_bytes == \old(state->page_bytes);
    ensures names: state->names <= \old(state->names) + 1;
    ensures region: step.op.kind == OP_REGION ==> state->names == \old(state->names);
*/
static void take(struct bytes_state *state, struct bytes_step step)
{
  if (step.has_op) bytes_follow(state, step.op);
}

/*@ requires readable: \valid_read(data + (0 .. size - 1));
    terminates \true; exits \false;
    assigns \nothing;
*/
void law_every_byte_string_is_a_trace(const uint8_t *data, size_t size)
{
  struct bytes_header header = bytes_read_header(data, size);
  struct bytes_step step = bytes_header_region(header, 0);
  struct bytes_state state;
  uint32_t region = 1;
  bytes_begin(&state, header);
  /*@ loop invariant state: state_ok(state) && state.names == 0 &&
        state.page_bytes == header.page_bytes;
      loop invariant step: step.next <= size && 1 <= region <= BYTES_REGIONS_MAX + 1;
      loop invariant few: region == BYTES_REGIONS_MAX + 1 ==> !step.has_op;
      loop invariant op: step.has_op ==>
        step.op.kind == OP_REGION && op_ok(step.op, header.page_bytes, 0);
      loop assigns region, step, state;
      loop variant BYTES_REGIONS_MAX + 1 - region; */
  for (; step.has_op; region++) {
    take(&state, step);
    step = bytes_header_region(header, region);
  }
  /*@ loop invariant state: state_ok(state);
      loop invariant next: state.names <= step.next <= size;
      loop assigns step, state;
      loop variant size - step.next; */
  while (step.next < size) {
    step = bytes_read_op(data, size, step.next, &state);
    take(&state, step);
  }
}
