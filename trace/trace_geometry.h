/* Whether the keys of a trace's header fit those before them (trace_sizes.h has
 * the rules), and what to say where they don't. The parser uses it, and whoever builds a
 * trace by hand (trace_fit in trace.h). */
#ifndef SPANREF_TRACE_GEOMETRY_H
#define SPANREF_TRACE_GEOMETRY_H

#include "trace.h"
#include "trace_sizes.h"

enum header_key {
  HEADER_PAGE, HEADER_PHYS, HEADER_HUGE, HEADER_ARENA, HEADER_GOAL,
  HEADER_KEYS
};

extern const char *const trace_header_names[HEADER_KEYS];

/* Does this key fit those before it? error->text says what was expected. */
bool trace_header_fits(const struct trace *trace, enum header_key key,
                       struct trace_error *error);

#endif
