/* Traces as dense bytes, for fuzzers: every byte string is a trace, and every
 * trace that parses has bytes. docs/trace-format.md, "Bytes", has the tables.
 *
 * Reading one operation is a pure function of the bytes, a position and a small
 * state; taking note of what it did is another. The decoder, the encoder and
 * whoever mutates bytes share both. No heap is run: what is live or freed is what
 * the bytes say. */
#ifndef SPANREF_BYTES_H
#define SPANREF_BYTES_H

#include "trace.h"

#define BYTES_LIVE_MAX 4096 /* names that can be freed by index */
#define BYTES_FREED_MAX 256 /* names that can be freed again by index */
#define BYTES_ANCHORS_MAX 8 /* regions that addresses are counted from */
#define BYTES_HEADER_MAX 42 /* longest header */
#define BYTES_OP_MAX 18     /* longest operation */

/* The operation byte modulo 64. Each opens a range up to the next. */
enum bytes_code {
  BYTES_CODE_HEAP_1 = 0,
  BYTES_CODE_HEAP_2 = 16,
  BYTES_CODE_HEAP_EDGE = 18,
  BYTES_CODE_HEAP_8 = 19,
  BYTES_CODE_MANUAL_1 = 20,
  BYTES_CODE_MANUAL_2 = 30,
  BYTES_CODE_MANUAL_EDGE = 32,
  BYTES_CODE_MANUAL_8 = 33,
  BYTES_CODE_FREE_1 = 34,
  BYTES_CODE_FREE_2 = 50,
  BYTES_CODE_FREE_AGAIN = 51,
  BYTES_CODE_FREE_NAME = 52,
  BYTES_CODE_FREE_AT = 53,
  BYTES_CODE_SCAVENGE_1 = 54,
  BYTES_CODE_SCAVENGE_2 = 57,
  BYTES_CODE_SCAVENGE_8 = 58,
  BYTES_CODE_REFUSE = 59,
  BYTES_CODE_ADD = 60,
  BYTES_CODE_LOOKUP = 61,
  BYTES_CODE_DUMP = 62,
  BYTES_CODE_REGION = 63,
  BYTES_CODES = 64
};

/* The escapes: 8 bytes follow. */
#define BYTES_ESCAPE_PAGE 3
#define BYTES_ESCAPE_PHYS 7
#define BYTES_ESCAPE_HUGE 7
#define BYTES_ESCAPE_ARENA 7
#define BYTES_ESCAPE_REGION 15
#define BYTES_ESCAPE_REFUSE 7

/* How a size is written: 1, 2 or 8 bytes, or 1 byte that picks an edge case. */
enum bytes_size { BYTES_SIZE_1, BYTES_SIZE_2, BYTES_SIZE_EDGE, BYTES_SIZE_8 };

/* How an address is written: pages above a region (1 byte, or 2 with sign), arenas
 * above or below it (1 byte with sign), or in full. */
enum bytes_address {
  BYTES_ADDRESS_PAGES_1,
  BYTES_ADDRESS_PAGES_2,
  BYTES_ADDRESS_ARENAS,
  BYTES_ADDRESS_8
};

/* What the bytes read so far mean for the next ones. A name is the number of
 * allocations before it. Only the counted part of an array is ever read, so
 * starting anew costs nothing. */
struct bytes_state {
  /* Constant after the header. */
  uint64_t page_bytes, phys_pages, huge_pages, arena_pages;

  uint64_t names;  /* given so far: 0 ... names - 1 */
  uint32_t nlive;  /* <= BYTES_LIVE_MAX */
  uint64_t live[BYTES_LIVE_MAX]; /* newest last; beyond that the oldest drops out */
  uint64_t nfreed; /* all of them; the last BYTES_FREED_MAX are known */
  uint64_t freed[BYTES_FREED_MAX]; /* the n-th at n % BYTES_FREED_MAX */
  uint64_t nregions; /* all of them; the first BYTES_ANCHORS_MAX are anchors */
  uint64_t anchors[BYTES_ANCHORS_MAX];
  uint64_t last_region; /* 0 where nregions is 0 */
};

/* The header: sizes as in struct trace, and which regions stand first. */
struct bytes_header {
  size_t next; /* position of the first operation */
  uint64_t page_bytes, phys_bytes, huge_bytes, arena_bytes, goal_bytes;
  bool has_goal;
  uint8_t regions; /* 0 ... 7 */
};

/* One operation. has_op is false where the bytes say nothing (they end, or free a
 * name where there is none); next is past position unless they end. */
struct bytes_step {
  size_t next;
  bool has_op;
  struct trace_op op;
};

struct bytes_header bytes_read_header(const uint8_t *data, size_t size);
/* The number-th region that the header stands for; has_op: there is one. */
struct bytes_step bytes_header_region(struct bytes_header header, uint32_t number);
/* The state before any operation. */
void bytes_begin(struct bytes_state *state, struct bytes_header header);
struct bytes_step bytes_read_op(const uint8_t *data, size_t size, size_t position,
                                const struct bytes_state *state);
/* Take note of an operation that bytes_read_op or bytes_header_region gave. */
void bytes_follow(struct bytes_state *state, struct trace_op op);

/* Every byte string is a trace that would parse. false: out of memory. *out must
 * be {0} or a trace decoded before, whose arrays are used again; trace_free it
 * after the last. */
bool bytes_decode(const uint8_t *data, size_t size, struct trace *out);

/* Bytes that decode to the same header and operations, names renumbered 0, 1, 2
 * ... in the order of allocation; expectations and comments are dropped. false:
 * *error says which line can't be encoded and why (line 0: operation NUMBER, from
 * 0, of a trace that came from no text), or that capacity bytes are too few.
 * Enough: BYTES_HEADER_MAX + BYTES_OP_MAX * nops. */
bool bytes_encode(const struct trace *trace, uint8_t *buf, size_t capacity,
                  size_t *size, struct trace_error *error);

#endif
