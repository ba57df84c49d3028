/* The places in which two heaps can differ after one operation, and in which they do. */
#ifndef SPANREF_DIFFER_H
#define SPANREF_DIFFER_H

#include "../spec/model.h"

enum field {
  FIELD_STATUS,
  FIELD_BASE,
  FIELD_NEEDZERO,
  FIELD_RELEASED_PAGES, /* what scavenge says it released */
  FIELD_LOOKUP,
  FIELD_ADVICE,
  FIELD_ADVICE_BELOW, /* for what is left below an allocation */
  FIELD_READY,
  FIELD_GONE, /* what the OS may have back */
  FIELD_SYS,
  FIELD_IDLE,
  FIELD_IN_USE,
  FIELD_MANUAL,
  FIELD_RELEASED,
  FIELD_HUGE_FREE,
  FIELD_NFREE,
  FIELD_ARENA,
  FIELD_SPANS, /* the lists of all spans */
  FIELDS
};

/* Bit 1 << enum field. */
typedef uint32_t field_set;

/* The numbers of struct span_stats, in their order there. */
enum number {
  NUMBER_SYS,
  NUMBER_IDLE,
  NUMBER_IN_USE,
  NUMBER_MANUAL,
  NUMBER_RELEASED,
  NUMBER_HUGE_FREE,
  NUMBER_NFREE,
  NUMBER_ARENA_BASE,
  NUMBER_ARENA_END,
  NUMBERS
};

/* What is seen of a heap after one call: everything that its caller can see, but the spans. */
struct seen {
  int status; /* enum span_status, or what was returned instead */
  uint64_t base;
  bool needzero;
  uint64_t released_pages;
  bool found; /* lookup */
  struct span span;
  struct span_range advice, advice_below, ready;
  uint64_t gone_pages, gone_digest;
  struct span_stats stats;
};

/*@
  // 1: this number is one of the set, bit 1 << enum number.
  logic integer number_in(integer numbers, integer bit) = numbers / bit % 2;
  logic integer answers_apart(struct seen a, struct seen b) =
    (a.status != b.status ? 1 << FIELD_STATUS : 0) +
    (a.base != b.base ? 1 << FIELD_BASE : 0) +
    (a.needzero != b.needzero ? 1 << FIELD_NEEDZERO : 0) +
    (a.released_pages != b.released_pages ? 1 << FIELD_RELEASED_PAGES : 0) +
    (a.found != b.found || a.span != b.span ? 1 << FIELD_LOOKUP : 0) +
    (a.advice != b.advice ? 1 << FIELD_ADVICE : 0) +
    (a.advice_below != b.advice_below ? 1 << FIELD_ADVICE_BELOW : 0) +
    (a.ready != b.ready ? 1 << FIELD_READY : 0) +
    (a.gone_pages != b.gone_pages || a.gone_digest != b.gone_digest ? 1 << FIELD_GONE : 0);
  logic integer stats_apart(struct span_stats a, struct span_stats b, integer numbers) =
    (number_in(numbers, 1 << NUMBER_SYS) == 1 && a.sys != b.sys ? 1 << FIELD_SYS : 0) +
    (number_in(numbers, 1 << NUMBER_IDLE) == 1 && a.idle != b.idle ? 1 << FIELD_IDLE : 0) +
    (number_in(numbers, 1 << NUMBER_IN_USE) == 1 && a.in_use != b.in_use ? 1 << FIELD_IN_USE : 0) +
    (number_in(numbers, 1 << NUMBER_MANUAL) == 1 && a.manual != b.manual ? 1 << FIELD_MANUAL : 0) +
    (number_in(numbers, 1 << NUMBER_RELEASED) == 1 && a.released != b.released ?
      1 << FIELD_RELEASED : 0) +
    (number_in(numbers, 1 << NUMBER_HUGE_FREE) == 1 && a.huge_free != b.huge_free ?
      1 << FIELD_HUGE_FREE : 0) +
    (number_in(numbers, 1 << NUMBER_NFREE) == 1 && a.nfree != b.nfree ? 1 << FIELD_NFREE : 0) +
    ((number_in(numbers, 1 << NUMBER_ARENA_BASE) == 1 && a.arena_base != b.arena_base) ||
     (number_in(numbers, 1 << NUMBER_ARENA_END) == 1 && a.arena_end != b.arena_end) ?
      1 << FIELD_ARENA : 0);
*/

/* In which statistics they differ, of the numbers of this set. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures apart: \result == stats_apart(a, b, numbers);
*/
uint32_t seen_stats_differ(struct span_stats a, struct span_stats b, uint32_t numbers);

/* In which answers they differ, and in which of these statistics. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures apart: \result == answers_apart(a, b) + stats_apart(a.stats, b.stats, numbers);
*/
uint32_t seen_differ(struct seen a, struct seen b, uint32_t numbers);

#endif
