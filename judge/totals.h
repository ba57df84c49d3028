/* What a candidate's spans add up to: free pages, and free spans. */
#ifndef SPANREF_TOTALS_H
#define SPANREF_TOTALS_H

#include "../spec/counts.h"
#include "../spec/sums.h"
#include "shown.h"

struct shown_totals {
  uint64_t idle_pages, nfree;
};

/*@ requires valid: \valid(h);
    requires below: shown_below(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures idle: \result.idle_pages == idle_sum(*h, 0, h->count);
    ensures nfree: \result.nfree == free_count(*h, h->count);
    ensures less: \result.idle_pages <= SPAN_HEAP_CAPACITY * SPAN_LIMIT_PAGES;
*/
struct shown_totals shown_totals(const struct span_heap *h);

/* Are so many pages idle, if [arena_base, arena_end) is as well? An arena that ends before it begins
 * is none. */
/*@ requires less: idle_pages <= SPAN_HEAP_CAPACITY * SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> arena_base <= arena_end &&
      says_pages == idle_pages + (arena_end - arena_base);
*/
bool totals_are(uint64_t says_pages, uint64_t idle_pages, uint64_t arena_base,
                uint64_t arena_end);

#endif
