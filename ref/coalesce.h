/* Coalescing: a span that has just become free meets its neighbours.
 *
 *   same flag, merge:      | free | free |          ->  | free         |
 *   other flag, realign:   | retained |scavenged |  ->  | retained  |scavenged|
 *                              physical page: ^..........^
 *
 * None of these moves a statistic: the sums over the table stay what they were. Nor does
 * any page become backed by memory, or cease to be (spec/backing.h).
 * docs/semantics.md, "coalesce" and "realign"; D2. */
#ifndef SPANREF_REF_COALESCE_H
#define SPANREF_REF_COALESCE_H

#include "../spec/advice.h"
#include "../spec/steps.h"

/* Make one span of spans i and i + 1, adjacent, free and of one flag. */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires joins: joins_after(*h, i);
    requires boundary: h->spans[i].scavenged ==>
      aligned(h->spans[i + 1].base, h->geometry.phys_pages);
    terminates \true; exits \false; assigns h->spans[i .. h->count - 1], h->count;
    ensures merged: merged(\old(*h), *h, i);
    ensures sound: sound(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
void span_merge(struct span_heap *h, uint64_t i);

/* Settle the boundary of spans i and i + 1, adjacent, free and of two flags: it
 * moves into the scavenged one, to a whole physical page. */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires meets: meets_after(*h, i);
    terminates \true; exits \false; assigns h->spans[i], h->spans[i + 1];
    ensures realigned: realigned(\old(*h), *h, i);
    ensures settled: settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages);
    ensures adjacent: end_of(h->spans[i]) == h->spans[i + 1].base;
    ensures sound: sound(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
void span_realign(struct span_heap *h, uint64_t i);

struct coalesce_result {
  uint64_t index; /* where the span is now */
  struct span_advice advice;
};

/* Span i, free, meets its neighbours: once before, then once after. Afterwards
 * the whole table is coalesced and settled. semantics.md, "coalesce" and
 * "Huge-page advice". */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires ready: may_coalesce(*h, i);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns h->spans[0 .. h->count - 1], h->count;
    ensures next: coalesced_at(\old(*h), *h, i, \result.index);
    ensures advice: coalesce_advice(\old(*h), i, h->spans[\result.index], \result.advice);
    ensures sound: sound(*h);
    ensures coalesced: coalesced(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
struct coalesce_result span_coalesce(struct span_heap *h, uint64_t i);

#endif
