/* One operation of a trace (trace.h), apart from what a trace is made of, so that
 * the byte decoder and its proof need no more. */
#ifndef SPANREF_TRACE_OP_H
#define SPANREF_TRACE_OP_H

#include <stdbool.h>
#include <stdint.h>

enum op_kind {
  OP_HEAP,      /* a NAME PAGES   allocate for the garbage-collected heap */
  OP_MANUAL,    /* m NAME PAGES   allocate for manual use */
  OP_CLAIM,     /* c NAME 0xADDRESS PAGES   allocate these pages and no others */
  OP_RESIZE,    /* r NAME PAGES   give what NAME got so many pages, in place */
  OP_FREE,      /* f NAME         free what NAME got */
  OP_FREE_AT,   /* f 0xADDRESS    free by address: wrong frees can be written */
  OP_SCAVENGE,  /* s BYTES */
  OP_REFUSE,    /* refuse COUNT   the next COUNT regions asked refuse */
  OP_ADD,       /* g ADDRESS PAGES */
  OP_LOOKUP,    /* l ADDRESS */
  OP_DUMP,      /* d */
  OP_REGION,    /* region ADDRESS up|down   appended to what the OS hands out */
  OP_RELEASE,   /* release        what was freed until now may be given out again */
  OP_RELOAD,    /* reload         save all, and load it again */
  OP_KINDS
};

struct trace_op {
  uint8_t kind;      /* enum op_kind */
  bool down;         /* OP_REGION */
  uint8_t fit;       /* enum span_fit: OP_HEAP, OP_MANUAL, like has_align ... below */
  bool has_align;    /* false: 1, and align is 0 */
  bool has_below;    /* false: 2^40 pages, and below is 0 */
  uint32_t line;     /* 1-based; 0 where it came from no text */
  uint32_t expect;   /* index into trace.expects, or TRACE_NO_EXPECTATION */
  uint64_t name;     /* OP_HEAP, OP_MANUAL, OP_CLAIM, OP_RESIZE, OP_FREE */
  uint64_t address;  /* bytes: OP_CLAIM, OP_FREE_AT, OP_ADD, OP_LOOKUP, OP_REGION */
  uint64_t number;   /* pages: OP_HEAP, OP_MANUAL, OP_CLAIM, OP_RESIZE, OP_ADD;
                        bytes: OP_SCAVENGE; count: OP_REFUSE */
  uint64_t align, phase; /* pages */
  uint64_t from, below;  /* bytes */
};
#define TRACE_NO_EXPECTATION UINT32_MAX

#endif
