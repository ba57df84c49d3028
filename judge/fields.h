/* The places in which two observations differ (differ.h), and their names. */
#ifndef SPANREF_FIELDS_H
#define SPANREF_FIELDS_H

#include "../spec/types.h"
#include "../trace/call.h"
#include "differ.h"
#include "observation.h"

/* Where SPANREF_BACKING is declared. */
#define FIELDS_OF_BACKING (1U << FIELD_READY | 1U << FIELD_GONE)

static inline bool field_in(field_set set, enum field field) { return set >> field & 1; }

/* Of statistics, the numbers of this set. */
field_set observations_differ(const struct observation *a, const struct observation *b,
                              uint32_t numbers);
field_set stats_differ(const struct spanref_stats *a, const struct spanref_stats *b,
                       uint32_t numbers);

static inline bool spans_are_equal(const struct span *a, const struct span *b)
{
  return a->base == b->base && a->npages == b->npages && a->free == b->free &&
         a->manual == b->manual && a->scavenged == b->scavenged &&
         a->needzero == b->needzero;
}

static inline struct span span_of(const struct spanref_span *span)
{
  return (struct span){span->base,   span->npages,    span->free,
                       span->manual, span->scavenged, span->needzero};
}

struct span_stats stats_of(const struct spanref_stats *stats);

/* As in a trace: "idle", "arena"; and "answer", "advice", "spans". */
const char *field_name(enum field field);

/* Text for people, in the units of a trace. */
struct field_text {
  char text[120];
};
struct field_text field_print(enum field field, enum op_kind kind,
                              const struct observation *said, uint64_t page_bytes);
struct field_text span_print(const struct span *span, uint64_t page_bytes);

/* "NO_MEMORY", whatever the number. */
const char *status_name(int status);
/* As far as docs/semantics.md has a word for it; SPAN_BAD_GEOMETRY: it hasn't. */
static inline enum span_status status_of(int status)
{
  bool is_known = status >= SPAN_OK && status < SPAN_BAD_GEOMETRY;
  return is_known ? (enum span_status)status : SPAN_BAD_GEOMETRY;
}

#endif
