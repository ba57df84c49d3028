/* What the numbers in bytes stand for (docs/trace-format.md, "Bytes"): the decoder's
 * and the encoder's. */
#ifndef SPANREF_BYTES_CODES_H
#define SPANREF_BYTES_CODES_H

#define BYTES_HEADER_MAX 43 /* longest header */
#define BYTES_OP_MAX 44     /* longest operation */

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

/* This bit of the operation byte makes more of some codes: of an allocation a request, of a
 * free by name a resize, of memory handed in a claim. */
#define BYTES_MORE 64

/* The bits of the swarm mask: operations that are switched off. */
enum bytes_swarm {
  BYTES_SWARM_MANUAL = 1,
  BYTES_SWARM_WRONG_FREE = 2,
  BYTES_SWARM_SCAVENGE = 4,
  BYTES_SWARM_REFUSE = 8,
  BYTES_SWARM_ADD = 16,
  BYTES_SWARM_LOOKUP = 32,
  BYTES_SWARM_DUMP = 64,
  BYTES_SWARM_REGION = 128
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

/* Where regions begin, unless something else is said. */
#define BYTES_REGION_0 0x5000000000ULL
#define BYTES_REGION_1 0x5400000000ULL
#define BYTES_REGION_2 0x5800000000ULL
#define BYTES_REGION_3 0x5c00000000ULL
#define BYTES_REGION_4 0x6000000000ULL
#define BYTES_REGION_5 0x6400000000ULL
#define BYTES_REGION_6 0x7000000000ULL

#endif
