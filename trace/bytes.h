/* Traces as dense bytes, for fuzzers: every byte string is a trace, and every
 * trace that parses has bytes. docs/trace-format.md, "Bytes", has the tables;
 * bytes_read.h reads them step by step. */
#ifndef SPANREF_BYTES_H
#define SPANREF_BYTES_H

#include "bytes_read.h"
#include "trace.h"

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
/* The same in memory of its own, to be freed. NULL: as above, or out of memory. */
uint8_t *bytes_new(const struct trace *trace, size_t *size, struct trace_error *error);

#endif
