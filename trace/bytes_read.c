/* Bytes to operations: what each code stands for. */
#include "bytes_read.h"

#include "bytes_operands.h"

/*@
  // The operands end here, the operation byte counted among BYTES_OP_MAX, and the
  // operation is one that parses.
  predicate step_ok(struct bytes_step step, integer from, integer size,
                    integer page_bytes, integer names) =
    from <= step.next <= size && step.next < from + BYTES_OP_MAX &&
    (step.has_op ==> op_fits(step.op, page_bytes, names));
*/

/* --- Operations by address ------------------------------------------------ */

/* A free by address, or a claim, or memory handed in: the selector's extra is the form of
 * its size. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    requires kind: kind == OP_CLAIM || kind == OP_FREE_AT || kind == OP_ADD;
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
*/
static struct bytes_step read_at(const uint8_t *data, size_t size, size_t position,
                                 enum op_kind kind, const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = (uint8_t)kind}};
  struct address address = read_address(data, size, position, state);
  struct number pages = {0, address.next};
  if (kind == OP_CLAIM) step.op.name = state->names;
  if (kind != OP_FREE_AT)
    pages = read_pages(data, size, address.next, (enum bytes_size)address.extra, state);
  step.op.address = on_page(address.value, state->page_bytes);
  step.op.number = pages.value;
  step.next = pages.next;
  return step;
}

/* The selector's extra moves into the page, but not an address in full. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
*/
static struct bytes_step read_lookup(const uint8_t *data, size_t size, size_t position,
                                     const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_LOOKUP}};
  struct number selector = read_number(data, size, position, 1);
  struct address address = read_address(data, size, position, state);
  const uint64_t into_page[4] = {0, 1, state->page_bytes / 2, state->page_bytes - 1};
  bool in_full = selector.value / 8 % 4 == BYTES_ADDRESS_8;
  step.op.address = above(address.value, 1, in_full ? 0 : into_page[address.extra]);
  step.next = address.next;
  return step;
}

/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
*/
static struct bytes_step read_region(const uint8_t *data, size_t size, size_t position,
                                     const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_REGION}};
  struct address region = read_region_address(data, size, position, state);
  step.op.address = on_page(region.value, state->page_bytes);
  step.op.down = region.extra == 1;
  step.next = region.next;
  return step;
}

/* --- Frees, allocations, scavenging ----------------------------------------- */

/* The index counts from the newest live name, or from the name freed last; or any name is
 * told by its number. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    requires code: code < BYTES_CODE_FREE_AT;
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
    ensures kind: \result.op.kind == OP_FREE;
    ensures short: \result.next <= position + 8;
*/
static struct bytes_step read_free(const uint8_t *data, size_t size, size_t position,
                                   uint64_t code, const struct bytes_state *state)
{
  unsigned bytes = code == BYTES_CODE_FREE_2 ? 2 : code == BYTES_CODE_FREE_NAME ? 8 : 1;
  struct number index = read_number(data, size, position, bytes);
  struct bytes_step step = {.next = index.next, .op = {.kind = OP_FREE}};
  uint64_t known = state->nfreed < BYTES_FREED_MAX ? state->nfreed : BYTES_FREED_MAX;
  uint64_t at = 0;
  if (code < BYTES_CODE_FREE_AGAIN && state->nlive > 0) {
    at = state->nlive - 1 - index.value % state->nlive;
    /*@ assert given: \let s = *state; s.live[at] < s.names; */
    step.op.name = state->live[at];
    step.has_op = true;
  } else if (code == BYTES_CODE_FREE_AGAIN && known > 0) {
    at = (state->nfreed - 1 - index.value % known) % BYTES_FREED_MAX;
    /*@ assert given: \let s = *state; s.freed[at] < s.names; */
    step.op.name = state->freed[at];
    step.has_op = true;
  } else if (code == BYTES_CODE_FREE_NAME && state->names > 0) {
    step.op.name = index.value % state->names;
    step.has_op = true;
  }
  return step;
}

/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    requires kind: kind == OP_HEAP || kind == OP_MANUAL;
    requires form: 0 <= form <= BYTES_SIZE_8;
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: position <= \result.next <= size && \result.next <= position + 8;
    ensures plain: \result.has_op && \result.op.kind == kind && \result.op.line == 0 &&
      \result.op.name == state->names && no_request(\result.op);
*/
static struct bytes_step read_allocation(const uint8_t *data, size_t size, size_t position,
                                         enum op_kind kind, enum bytes_size form,
                                         const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = (uint8_t)kind}};
  struct number pages = read_pages(data, size, position, form, state);
  step.op.name = state->names;
  step.op.number = pages.value;
  step.next = pages.next;
  return step;
}

/* The name is that of a free; then follow a byte, of which the low two bits are the form of
 * the size, and the size. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    requires code: code < BYTES_CODE_FREE_AT;
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
*/
static struct bytes_step read_resize(const uint8_t *data, size_t size, size_t position,
                                     uint64_t code, const struct bytes_state *state)
{
  struct bytes_step step = read_free(data, size, position, code, state);
  struct number form = read_number(data, size, step.next, 1);
  struct number pages =
      read_pages(data, size, form.next, (enum bytes_size)(form.value % 4), state);
  step.op.kind = OP_RESIZE;
  step.op.number = pages.value;
  step.next = pages.next;
  return step;
}

/* How many bytes an alignment or a phase of this form takes. */
/*@ requires form: form <= 3;
    terminates \true; exits \false;
    assigns \nothing;
    ensures bytes: \result <= 8;
*/
static unsigned word_bytes(uint64_t form)
{
  return form == 3 ? 8 : (unsigned)form;
}

/* An address on a page, if there is one. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: position <= \result.next <= size && \result.next <= position + 9;
    ensures page: \result.value % state->page_bytes == 0;
*/
static struct number read_edge(const uint8_t *data, size_t size, size_t position, bool is_there,
                               const struct bytes_state *state)
{
  struct number edge = {0, position};
  if (!is_there) return edge;
  struct address address = read_address(data, size, position, state);
  edge.value = on_page(address.value, state->page_bytes);
  edge.next = address.next;
  return edge;
}

/* A byte: fit (2 bits), the forms of alignment (2) and phase (2), from (1), below (1); and
 * what these announce. */
/*@ requires bytes: bytes_at(data, size, step.next);
    requires state: \valid_read(state) && state_ok(*state);
    requires plain: step.has_op && (step.op.kind == OP_HEAP || step.op.kind == OP_MANUAL) &&
      step.op.line == 0 && step.op.name == state->names && no_request(step.op);
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: step.next <= \result.next <= size && \result.next <= step.next + 35;
    ensures fits: \result.has_op && op_fits(\result.op, state->page_bytes, state->names);
*/
static struct bytes_step read_request(const uint8_t *data, size_t size, struct bytes_step step,
                                      const struct bytes_state *state)
{
  struct number byte = read_number(data, size, step.next, 1);
  uint64_t fit = byte.value % 4, align_form = byte.value / 4 % 4;
  struct number align = read_number(data, size, byte.next,
                                    align_form == 2 ? 1 : word_bytes(align_form));
  struct number phase =
      read_number(data, size, align.next, word_bytes(byte.value / 16 % 4));
  bool has_below = byte.value / 128 % 2 == 1;
  struct number from = read_edge(data, size, phase.next, byte.value / 64 % 2 == 1, state);
  struct number below = read_edge(data, size, from.next, has_below, state);
  if (align_form == 2) align.value = 0x8000000000000000ULL >> (63 - align.value % 64);
  step.op.fit = fit == 3 ? SPAN_FIRST_FIT : (uint8_t)fit;
  step.op.has_align = align_form != 0 && align.value != 1;
  step.op.align = step.op.has_align ? align.value : 0;
  step.op.phase = phase.value;
  step.op.from = from.value;
  step.op.has_below = has_below && below.value != bytes_of(SPAN_LIMIT_PAGES, state->page_bytes);
  step.op.below = step.op.has_below ? below.value : 0;
  step.next = below.next;
  return step;
}

/* 1 and 2 bytes count pages, 8 bytes. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && state_ok(*state);
    requires count: bytes == 1 || bytes == 2 || bytes == 8;
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, position, size, state->page_bytes, state->names);
*/
static struct bytes_step read_scavenge(const uint8_t *data, size_t size, size_t position,
                                       unsigned bytes, const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_SCAVENGE}};
  struct number number = read_number(data, size, position, bytes);
  step.op.number = number.value;
  if (bytes < 8) step.op.number = bytes_of(number.value, state->page_bytes);
  step.next = number.next;
  return step;
}

/* --- Operations ----------------------------------------------------------- */

/* The byte's low three bits; 7: 8 bytes follow. */
/*@ requires bytes: bytes_at(data, size, position);
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: \forall integer page, names;
      step_ok(\result, position, size, page, names);
*/
static struct bytes_step read_refuse(const uint8_t *data, size_t size, size_t position)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_REFUSE}};
  struct number count = read_number(data, size, position, 1);
  count.value %= 8;
  if (count.value == BYTES_ESCAPE_REFUSE)
    count = read_number(data, size, count.next, 8);
  step.op.number = count.value;
  step.next = count.next;
  return step;
}

/* Allocations for manual use have the forms of the others, fewer codes each. */
/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures form: 0 <= \result <= BYTES_SIZE_8;
*/
static enum bytes_size size_form(uint64_t code)
{
  bool heap = code < BYTES_CODE_MANUAL_1;
  if (code < (heap ? BYTES_CODE_HEAP_2 : BYTES_CODE_MANUAL_2)) return BYTES_SIZE_1;
  if (code < (heap ? BYTES_CODE_HEAP_EDGE : BYTES_CODE_MANUAL_EDGE)) return BYTES_SIZE_2;
  if (code < (heap ? BYTES_CODE_HEAP_8 : BYTES_CODE_MANUAL_8)) return BYTES_SIZE_EDGE;
  return BYTES_SIZE_8;
}

/*@ requires bytes: bytes_at(data, size, at);
    requires state: \valid_read(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures step: step_ok(\result, at, size, state->page_bytes, state->names);
*/
static struct bytes_step read_code(const uint8_t *data, size_t size, size_t at, uint64_t code,
                                   bool more, const struct bytes_state *state)
{
  struct bytes_step dump = {.next = at, .has_op = true, .op = {.kind = OP_DUMP}};
  enum op_kind allocates = code < BYTES_CODE_MANUAL_1 ? OP_HEAP : OP_MANUAL;
  if (code < BYTES_CODE_FREE_1) {
    struct bytes_step plain =
        read_allocation(data, size, at, allocates, size_form(code), state);
    return more ? read_request(data, size, plain, state) : plain;
  }
  if (code < BYTES_CODE_FREE_AT)
    return more ? read_resize(data, size, at, code, state)
                : read_free(data, size, at, code, state);
  if (code < BYTES_CODE_SCAVENGE_1) return read_at(data, size, at, OP_FREE_AT, state);
  if (code < BYTES_CODE_SCAVENGE_2) return read_scavenge(data, size, at, 1, state);
  if (code < BYTES_CODE_SCAVENGE_8) return read_scavenge(data, size, at, 2, state);
  if (code < BYTES_CODE_REFUSE) return read_scavenge(data, size, at, 8, state);
  if (code < BYTES_CODE_ADD) return read_refuse(data, size, at);
  if (code < BYTES_CODE_LOOKUP)
    return read_at(data, size, at, more ? OP_CLAIM : OP_ADD, state);
  if (code < BYTES_CODE_DUMP) return read_lookup(data, size, at, state);
  if (code < BYTES_CODE_REGION) return dump;
  return read_region(data, size, at, state);
}

/* The bit of the swarm mask that switches this code off; 0: none does. */
/*@ terminates \true; exits \false;
    assigns \nothing;
*/
static unsigned swarm_bit(uint64_t code)
{
  if (code < BYTES_CODE_MANUAL_1) return 0;
  if (code < BYTES_CODE_FREE_1) return BYTES_SWARM_MANUAL;
  if (code < BYTES_CODE_FREE_AGAIN) return 0;
  if (code < BYTES_CODE_SCAVENGE_1) return BYTES_SWARM_WRONG_FREE;
  if (code < BYTES_CODE_REFUSE) return BYTES_SWARM_SCAVENGE;
  if (code < BYTES_CODE_ADD) return BYTES_SWARM_REFUSE;
  if (code < BYTES_CODE_LOOKUP) return BYTES_SWARM_ADD;
  if (code < BYTES_CODE_DUMP) return BYTES_SWARM_LOOKUP;
  return code < BYTES_CODE_REGION ? BYTES_SWARM_DUMP : BYTES_SWARM_REGION;
}

struct bytes_step bytes_read_op(const uint8_t *data, size_t size, size_t position,
                                const struct bytes_state *state)
{
  struct bytes_step step = {.next = position};
  if (position >= size) return step;
  struct number byte = read_number(data, size, position, 1);
  uint64_t code = byte.value % BYTES_CODES;
  if ((state->off & swarm_bit(code)) != 0)
    code = code % 2 == 0 ? BYTES_CODE_HEAP_1 : BYTES_CODE_FREE_1;
  bool more = byte.value / BYTES_MORE % 2 == 1;
  step = read_code(data, size, byte.next, code, more, state);
  step.op.expect = TRACE_NO_EXPECTATION;
  return step;
}
