#include "differ.h"

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> a != b;
*/
static bool ranges_differ(struct span_range a, struct span_range b)
{
  return a.base != b.base || a.npages != b.npages;
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> a != b;
*/
static bool spans_differ(struct span a, struct span b)
{
  return a.base != b.base || a.npages != b.npages || a.free != b.free ||
         a.manual != b.manual || a.scavenged != b.scavenged || a.needzero != b.needzero;
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures apart: \result == answers_apart(a, b);
    ensures below: \result < 1 << FIELD_SYS;
*/
static uint32_t answers_differ(struct seen a, struct seen b)
{
  uint32_t fields = 0;
  if (a.status != b.status) fields += 1U << FIELD_STATUS;
  if (a.base != b.base) fields += 1U << FIELD_BASE;
  if (a.needzero != b.needzero) fields += 1U << FIELD_NEEDZERO;
  if (a.released_pages != b.released_pages) fields += 1U << FIELD_RELEASED_PAGES;
  if (a.found != b.found || spans_differ(a.span, b.span)) fields += 1U << FIELD_LOOKUP;
  if (ranges_differ(a.advice, b.advice)) fields += 1U << FIELD_ADVICE;
  if (ranges_differ(a.advice_below, b.advice_below)) fields += 1U << FIELD_ADVICE_BELOW;
  if (ranges_differ(a.ready, b.ready)) fields += 1U << FIELD_READY;
  if (a.gone_pages != b.gone_pages || a.gone_digest != b.gone_digest)
    fields += 1U << FIELD_GONE;
  return fields;
}

/*@ requires bit: 0 < bit;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> number_in(numbers, bit) == 1;
*/
static bool has_number(uint32_t numbers, uint32_t bit) { return numbers / bit % 2 == 1; }

uint32_t seen_stats_differ(struct span_stats a, struct span_stats b, uint32_t numbers)
{
  uint32_t fields = 0;
  if (has_number(numbers, 1U << NUMBER_SYS) && a.sys != b.sys) fields += 1U << FIELD_SYS;
  if (has_number(numbers, 1U << NUMBER_IDLE) && a.idle != b.idle) fields += 1U << FIELD_IDLE;
  if (has_number(numbers, 1U << NUMBER_IN_USE) && a.in_use != b.in_use)
    fields += 1U << FIELD_IN_USE;
  if (has_number(numbers, 1U << NUMBER_MANUAL) && a.manual != b.manual)
    fields += 1U << FIELD_MANUAL;
  if (has_number(numbers, 1U << NUMBER_RELEASED) && a.released != b.released)
    fields += 1U << FIELD_RELEASED;
  if (has_number(numbers, 1U << NUMBER_HUGE_FREE) && a.huge_free != b.huge_free)
    fields += 1U << FIELD_HUGE_FREE;
  if (has_number(numbers, 1U << NUMBER_NFREE) && a.nfree != b.nfree)
    fields += 1U << FIELD_NFREE;
  if ((has_number(numbers, 1U << NUMBER_ARENA_BASE) && a.arena_base != b.arena_base) ||
      (has_number(numbers, 1U << NUMBER_ARENA_END) && a.arena_end != b.arena_end))
    fields += 1U << FIELD_ARENA;
  return fields;
}

uint32_t seen_differ(struct seen a, struct seen b, uint32_t numbers)
{
  return answers_differ(a, b) + seen_stats_differ(a.stats, b.stats, numbers);
}
