#include "rules.h"

enum fault rule_size(uint64_t npages, uint64_t max_pages, uint64_t takes_pages)
{
  if (npages == 0 || npages > SPAN_LIMIT_PAGES) return FAULT_SIZE;
  if (npages > max_pages) return FAULT_TOO_GREAT;
  return npages > takes_pages ? FAULT_TAKES_LESS : FAULT_NONE;
}

enum fault rule_request(struct span_request q, uint64_t base)
{
  if (q.align == 0 || q.align > SPAN_LIMIT_PAGES || q.phase >= q.align) return FAULT_ALIGN;
  if (base % q.align != q.phase) return FAULT_PHASE;
  return base < q.from || base + q.npages > q.below ? FAULT_WINDOW : FAULT_NONE;
}

enum fault rule_free(bool was_in_use, bool is_freed, bool is_changed)
{
  if (is_changed) return FAULT_CHANGED;
  if (was_in_use && !is_freed) return FAULT_NOT_FREED;
  return !was_in_use && is_freed ? FAULT_FREED_OTHER : FAULT_NONE;
}

enum fault rule_resize(bool was_in_use, uint64_t npages, uint64_t max_pages,
                       uint64_t takes_pages)
{
  return was_in_use ? rule_size(npages, max_pages, takes_pages) : FAULT_RESIZED_OTHER;
}

enum fault rule_place(uint64_t ours, uint64_t theirs, bool is_as_good)
{
  return ours == theirs || is_as_good ? FAULT_NONE : FAULT_PLACE;
}

/* --- What it refuses ------------------------------------------------------------------------ */

bool rule_is_beyond(struct refusal r)
{
  return r.npages > r.max_pages || r.nalive >= r.alive_max;
}

bool rule_is_excused(struct refusal r)
{
  return r.npages == 0 || r.npages > SPAN_LIMIT_PAGES || rule_is_beyond(r) ||
         (!r.is_plain && !r.is_placed);
}

enum fault rule_refusal(bool has_run, bool would_serve, bool is_there)
{
  if (has_run) return FAULT_HAS_FREE_RUN;
  return would_serve && is_there ? FAULT_HAS_MEMORY : FAULT_NONE;
}

enum fault rule_in_place(bool can_be_done, bool is_more, bool is_beyond)
{
  return can_be_done && !(is_more && is_beyond) ? FAULT_IN_PLACE : FAULT_NONE;
}

/* --- What it says --------------------------------------------------------------------------- */

/*@ requires bit: 0 < bit;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> number_in(numbers, bit) == 1;
*/
static bool has_number(uint32_t numbers, uint32_t bit) { return numbers / bit % 2 == 1; }

struct wrong_stats rule_stats(struct span_stats stats, struct span_stats holds, uint32_t numbers,
                              bool has_idle)
{
  bool says_idle = has_number(numbers, 1U << NUMBER_IDLE);
  bool says_in_use = has_number(numbers, 1U << NUMBER_IN_USE);
  struct wrong_stats wrong;
  wrong.in_use = says_in_use && stats.in_use != holds.in_use;
  wrong.manual = has_number(numbers, 1U << NUMBER_MANUAL) && stats.manual != holds.manual;
  wrong.sys = has_number(numbers, 1U << NUMBER_SYS) && says_idle && says_in_use &&
              (stats.sys < stats.idle || stats.sys - stats.idle != stats.in_use);
  wrong.idle = says_idle && has_idle && stats.idle != holds.idle;
  return wrong;
}

enum fault rule_lookup(bool is_used, struct span is, bool says_used, struct span says,
                       bool has_manual)
{
  if (is_used != says_used) return FAULT_LOOKUP;
  if (!is_used) return FAULT_NONE;
  return is.base == says.base && is.npages == says.npages &&
                 (!has_manual || is.manual == says.manual)
             ? FAULT_NONE
             : FAULT_LOOKUP;
}

enum fault rule_geometry(bool fits, bool serves, bool must_serve)
{
  if (!fits && serves) return FAULT_GEOMETRY_ACCEPTED;
  return fits && !serves && must_serve ? FAULT_GEOMETRY_REFUSED : FAULT_NONE;
}

/* --- Wrong frees ---------------------------------------------------------------------------- */

enum wrong_page rule_wrong_page(bool found, bool is_free, bool is_pending, bool was_given,
                                bool forgets)
{
  if (!found) return PAGE_FOREIGN;
  if (!is_free) return is_pending ? PAGE_FREED : PAGE_INSIDE;
  if (forgets) return PAGE_FREED_OR_FOREIGN;
  return was_given ? PAGE_FREED : PAGE_FOREIGN;
}

/* --- Memory that it gets -------------------------------------------------------------------- */

bool rule_grant_is_of_use(struct span_range grant, uint64_t asked_pages, uint64_t phys_pages,
                          bool cuts_pages)
{
  if (grant.npages == 0 || grant.npages > SPAN_LIMIT_PAGES ||
      grant.base > SPAN_LIMIT_PAGES - grant.npages)
    return false;
  return asked_pages == 0 ||
         (asked_pages <= grant.npages && (cuts_pages || grant.base % phys_pages == 0));
}
