/* What a byte string means as a trace, step by step (docs/trace-format.md,
 * "Bytes"): the pure part of bytes.h, proved for every byte string.
 *
 * Reading one operation is a function of the bytes, a position and a small state;
 * taking note of what it did is another. The decoder, the encoder and whoever
 * mutates bytes share both. No heap is run: what is live or freed is what the
 * bytes say. */
#ifndef SPANREF_BYTES_READ_H
#define SPANREF_BYTES_READ_H

#include <stddef.h>

#include "bytes_codes.h"
#include "trace_op.h"
#include "trace_sizes.h"

#define BYTES_LIVE_MAX 4096 /* names that can be freed by index */
#define BYTES_FREED_MAX 256 /* names that can be freed again by index */
#define BYTES_ANCHORS_MAX 8 /* regions that addresses are counted from */
#define BYTES_REGIONS_MAX 6 /* regions that a header stands for */

/* What the bytes read so far mean for the next ones. A name is the number of
 * allocations before it. Only the counted part of an array is ever read, so
 * starting anew costs nothing. */
struct bytes_state {
  /* Constant after the header. */
  uint64_t page_bytes, phys_pages, huge_pages, arena_pages;
  uint8_t off; /* bits of enum bytes_swarm */

  uint64_t names;  /* given so far: 0 ... names - 1 */
  uint32_t nlive;  /* <= BYTES_LIVE_MAX */
  uint64_t live[BYTES_LIVE_MAX]; /* newest last; beyond that the oldest drops out */
  uint64_t nfreed; /* all of them; the last BYTES_FREED_MAX are known */
  uint64_t freed[BYTES_FREED_MAX]; /* the n-th at n % BYTES_FREED_MAX */
  uint64_t nanchors; /* <= BYTES_ANCHORS_MAX: the first regions */
  uint64_t anchors[BYTES_ANCHORS_MAX];
  uint64_t last_region; /* 0 where there was none */
};

/* The header: sizes as in struct trace, and which regions stand first. */
struct bytes_header {
  size_t next; /* position of the first operation */
  uint64_t page_bytes, phys_bytes, huge_bytes, arena_bytes, goal_bytes;
  bool has_goal;
  uint8_t regions; /* 0 ... 7 */
  uint8_t off;     /* bits of enum bytes_swarm */
};

/* One operation. has_op is false where the bytes say nothing (they end, or free a
 * name where there is none); next is past position unless they end. */
struct bytes_step {
  size_t next;
  bool has_op;
  struct trace_op op;
};

/*@
  // The sizes are those of a trace that parses.
  predicate header_ok(struct bytes_header header) =
    page_fits(header.page_bytes) &&
    (\exists integer r; phys_fits(header.page_bytes, header.phys_bytes, r) &&
      huge_fits(header.page_bytes, r, header.huge_bytes) &&
      arena_fits(header.page_bytes, r, header.arena_bytes)) &&
    (!header.has_goal ==> header.goal_bytes == 0) &&
    header.regions <= 7;

  predicate sizes_ok(struct bytes_state state) =
    page_fits(state.page_bytes) && phys_pages_ok(state.phys_pages) &&
    state.huge_pages <= SPAN_LIMIT_PAGES &&
    0 < state.arena_pages <= SPAN_LIMIT_PAGES;

  predicate counts_ok(struct bytes_state state) =
    state.nlive <= BYTES_LIVE_MAX && state.nanchors <= BYTES_ANCHORS_MAX &&
    state.nlive + state.nfreed <= state.names;

  // Only names that were given can be freed.
  predicate names_ok(struct bytes_state state) =
    (\forall integer i; 0 <= i < state.nlive ==> state.live[i] < state.names) &&
    (\forall integer i; 0 <= i < state.nfreed && i < BYTES_FREED_MAX ==>
      state.freed[i] < state.names);

  predicate state_ok(struct bytes_state state) =
    sizes_ok(state) && counts_ok(state) && names_ok(state);

  // Names are given in order, and freed after they were given.
  predicate name_ok(struct trace_op op, integer names) =
    ((op.kind == OP_HEAP || op.kind == OP_MANUAL || op.kind == OP_CLAIM) ==>
      op.name == names) &&
    ((op.kind == OP_FREE || op.kind == OP_RESIZE) ==> op.name < names);

  // What is written of a request isn't what goes without saying.
  predicate request_fits(struct trace_op op, integer page_bytes) =
    op.fit <= SPAN_BEST_FIT && op.from % page_bytes == 0 && op.below % page_bytes == 0 &&
    (op.has_align ? op.align != 1 : op.align == 0) &&
    (op.has_below ? op.below != SPAN_LIMIT_PAGES * page_bytes : op.below == 0);
  predicate no_request(struct trace_op op) =
    !op.has_align && !op.has_below && op.align == 0 && op.phase == 0 && op.from == 0 &&
    op.below == 0 && op.fit == SPAN_FIRST_FIT;

  // As the parser would have it.
  predicate op_fits(struct trace_op op, integer page_bytes, integer names) =
    op.kind < OP_KINDS && op.line == 0 && name_ok(op, names) &&
    (op.kind == OP_HEAP || op.kind == OP_MANUAL ? request_fits(op, page_bytes) :
                                                  no_request(op)) &&
    ((op.kind == OP_CLAIM || op.kind == OP_FREE_AT || op.kind == OP_ADD || op.kind == OP_REGION) ==>
      op.address % page_bytes == 0);
  predicate op_ok(struct trace_op op, integer page_bytes, integer names) =
    op_fits(op, page_bytes, names) && op.expect == TRACE_NO_EXPECTATION;
*/

/*@ requires readable: \valid_read(data + (0 .. size - 1));
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: \result.next <= size && \result.next <= BYTES_HEADER_MAX;
    ensures fits: header_ok(\result);
*/
struct bytes_header bytes_read_header(const uint8_t *data, size_t size);

/* The number-th region that the header stands for; has_op: there is one. */
/*@ requires header: header_ok(header);
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: \result.next == header.next;
    ensures few: number >= BYTES_REGIONS_MAX ==> !\result.has_op;
    ensures region: \result.has_op ==> \result.op.kind == OP_REGION;
    ensures fits: \result.has_op ==> op_ok(\result.op, header.page_bytes, 0);
*/
struct bytes_step bytes_header_region(struct bytes_header header, uint32_t number);

/* The state before any operation. */
/*@ requires valid: \valid(state);
    requires header: header_ok(header);
    terminates \true; exits \false;
    assigns *state;
    ensures fits: state_ok(*state);
    ensures page: state->page_bytes == header.page_bytes;
    ensures none: state->names == 0;
*/
void bytes_begin(struct bytes_state *state, struct bytes_header header);

/*@ requires readable: \valid_read(data + (0 .. size - 1));
    requires state: \valid_read(state) && state_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures end: position >= size ==> \result.next == position && !\result.has_op;
    ensures next: position < size ==> position < \result.next <= size;
    ensures short: \result.next <= position + BYTES_OP_MAX;
    ensures fits: \result.has_op ==>
      op_ok(\result.op, state->page_bytes, state->names);
*/
struct bytes_step bytes_read_op(const uint8_t *data, size_t size, size_t position,
                                const struct bytes_state *state);

/* Take note of an operation that bytes_read_op or bytes_header_region gave. (No
 * trace has 2^64 names: each takes a byte.) */
/*@ requires state: \valid(state) && state_ok(*state);
    requires name: name_ok(op, state->names);
    requires room: state->names < UINT64_MAX;
    terminates \true; exits \false;
    assigns state->names, state->nlive, state->live[0 .. BYTES_LIVE_MAX - 1],
      state->nfreed, state->freed[0 .. BYTES_FREED_MAX - 1],
      state->nanchors, state->anchors[0 .. BYTES_ANCHORS_MAX - 1],
      state->last_region;
    ensures fits: state_ok(*state);
    ensures page: state->page_bytes == \old(state->page_bytes);
    ensures names: state->names == \old(state->names) +
      (op.kind == OP_HEAP || op.kind == OP_MANUAL || op.kind == OP_CLAIM ? 1 : 0);
*/
void bytes_follow(struct bytes_state *state, struct trace_op op);

#endif
