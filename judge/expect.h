/* What a heap answered, in the words of a trace, held against what the trace says. */
#ifndef SPANREF_EXPECT_H
#define SPANREF_EXPECT_H

#include "../trace/trace.h"
#include "fields.h"

/* Bit 1 << enum stat_key, and EXPECT_ANSWER for what stands before them. */
#define EXPECT_ANSWER (1U << STAT_KEYS)

/* What would be written after the operation. Not for OP_DUMP, nor where it is skipped. */
struct expectation expect_of(const struct call *call, const struct observation *said,
                             uint64_t page_bytes);

/* Which of the things the trace says differ. */
unsigned expect_differs(const struct expectation *trace, const struct expectation *heap);

/* The answer, and the keys that are in `which`: "0x5000000000 nfree=1". */
struct expect_text {
  char text[400];
};
struct expect_text expect_print(const struct expectation *expect, unsigned which);

struct free_span free_span_of(const struct span *span, uint64_t page_bytes);
bool free_spans_are_equal(const struct free_span *a, const struct free_span *b);

#endif
