/* The places in which two heaps can differ after one operation. */
#ifndef SPANREF_FIELDS_H
#define SPANREF_FIELDS_H

#include "run.h"

enum field {
  FIELD_STATUS,
  FIELD_BASE,
  FIELD_NEEDZERO,
  FIELD_RELEASED_PAGES, /* what scavenge says it released */
  FIELD_LOOKUP,
  FIELD_ADVICE,
  FIELD_SYS,
  FIELD_IDLE,
  FIELD_IN_USE,
  FIELD_MANUAL,
  FIELD_RELEASED,
  FIELD_HUGE_FREE,
  FIELD_NFREE,
  FIELD_ARENA,
  FIELD_SPANS,     /* the lists of all spans */
  FIELD_INVARIANT, /* one heap's spans and statistics don't fit together */
  FIELDS
};

/* Bit 1 << enum field. */
typedef uint32_t field_set;

#define FIELD_STATS_COUNT 8 /* FIELD_SYS ... FIELD_ARENA */

static inline bool field_in(field_set set, enum field field)
{
  return set >> field & 1;
}

field_set answers_differ(const struct answer *a, const struct answer *b);
field_set stats_differ(const struct span_stats *a, const struct span_stats *b);

/* As in a trace: "idle", "arena"; and "answer", "advice", "spans". */
const char *field_name(enum field field);

/* Text for people, in the units of a trace. */
struct field_text {
  char text[120];
};
struct field_text field_print(enum field field, enum op_kind kind,
                              const struct observation *said, uint64_t page_bytes);
struct field_text span_print(const struct span *span, uint64_t page_bytes);

#endif
