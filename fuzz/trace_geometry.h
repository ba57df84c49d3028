/* The rules by which the sizes of a trace's header fit together.
 *
 * Pure functions, used by the parser, by whoever builds a trace by hand
 * (trace_geometry in trace.h) and by the byte decoder (bytes.h). */
#ifndef SPANREF_TRACE_GEOMETRY_H
#define SPANREF_TRACE_GEOMETRY_H

#include "trace.h"

#define TRACE_PAGE_BYTES_MAX 0x800000ULL /* 2^23: 2^40 pages stay below 2^63 */

enum header_key {
  HEADER_PAGE,
  HEADER_PHYS,
  HEADER_HUGE,
  HEADER_ARENA,
  HEADER_GOAL,
  HEADER_KEYS
};

bool trace_page_fits(uint64_t page_bytes);
/* R: 1, 2, 4, 8 or 16; 0 where phys_bytes does not fit. page_bytes fits. */
uint64_t trace_phys_pages(uint64_t page_bytes, uint64_t phys_bytes);
/* page_bytes fits, phys_pages is R. */
bool trace_huge_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t huge_bytes);
bool trace_arena_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t arena_bytes);

/* Does this key fit those before it? error->text says what was expected. */
bool trace_header_fits(const struct trace *trace, enum header_key key,
                       struct trace_error *error);

#endif
