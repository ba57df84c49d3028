/* What an operation means for the next. */
#include "bytes_read.h"

/* Take live[index] out; those after it move down. */
/*@ requires state: \valid(state) && state_ok(*state);
    requires live: index < state->nlive;
    terminates \true; exits \false;
    assigns state->nlive, state->live[0 .. BYTES_LIVE_MAX - 1];
    ensures fits: state_ok(*state);
    ensures count: state->nlive == \old(state->nlive) - 1;
*/
static void live_remove(struct bytes_state *state, uint32_t index)
{
  /*@ loop invariant range: index < state->nlive;
      loop invariant names: names_ok(*state);
      loop assigns index, state->live[0 .. BYTES_LIVE_MAX - 1];
      loop variant state->nlive - index; */
  for (; index + 1 < state->nlive; index++)
    state->live[index] = state->live[index + 1];
  state->nlive--;
}

/*@ requires state: \valid(state) && state_ok(*state);
    requires name: name == state->names < UINT64_MAX;
    terminates \true; exits \false;
    assigns state->names, state->nlive, state->live[0 .. BYTES_LIVE_MAX - 1];
    ensures fits: state_ok(*state);
    ensures names: state->names == \old(state->names) + 1;
    ensures newest: state->nlive > 0 && state->live[state->nlive - 1] == name;
*/
static void follow_allocation(struct bytes_state *state, uint64_t name)
{
  if (state->nlive == BYTES_LIVE_MAX) live_remove(state, 0);
  state->live[state->nlive] = name;
  state->nlive++;
  state->names++;
}

/* Only the first free of a live name changes anything. */
/*@ requires state: \valid(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns state->nlive, state->live[0 .. BYTES_LIVE_MAX - 1],
      state->nfreed, state->freed[0 .. BYTES_FREED_MAX - 1];
    ensures fits: state_ok(*state);
*/
static void follow_free(struct bytes_state *state, uint64_t name)
{
  uint32_t above_it = state->nlive;
  /*@ loop invariant range: 0 <= above_it <= state->nlive;
      loop assigns above_it;
      loop variant above_it; */
  while (above_it > 0 && state->live[above_it - 1] != name) above_it--;
  if (above_it == 0) return;
  live_remove(state, above_it - 1);
  state->freed[state->nfreed % BYTES_FREED_MAX] = name;
  state->nfreed++;
}

/*@ requires state: \valid(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns state->nanchors, state->anchors[0 .. BYTES_ANCHORS_MAX - 1],
      state->last_region;
    ensures fits: state_ok(*state);
    ensures last: state->last_region == address;
*/
static void follow_region(struct bytes_state *state, uint64_t address)
{
  if (state->nanchors < BYTES_ANCHORS_MAX) {
    state->anchors[state->nanchors] = address;
    state->nanchors++;
  }
  state->last_region = address;
}

void bytes_follow(struct bytes_state *state, struct trace_op op)
{
  switch ((enum op_kind)op.kind) {
  case OP_HEAP:
  case OP_MANUAL:
  case OP_CLAIM: follow_allocation(state, op.name); break;
  case OP_FREE: follow_free(state, op.name); break;
  case OP_REGION: follow_region(state, op.address); break;
  default: break;
  }
}
