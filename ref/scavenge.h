/* Scavenging: giving the whole physical pages of free memory back to the OS.
 * docs/semantics.md, "scavenge" and "scavenge_if_needed". */
#ifndef SPANREF_REF_SCAVENGE_H
#define SPANREF_REF_SCAVENGE_H

#include "../spec/bounds.h"
#include "../spec/candidates.h"
#include "../spec/scavenge.h"
#include "../spec/steps.h"
#include "../spec/well_formed.h"

/* Scavenge until want pages are released or nothing is left to scavenge:
 * spans that hold huge pages first, each time from the highest address down.
 * Returns the pages released; may overshoot by rounding. What they are is put at
 * the end of *gone. The statistics but released stay what they are. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count <= SPAN_HEAP_CAPACITY;
    requires table: table_ok(*h);
    requires room: h->count < SPAN_HEAP_CAPACITY;
    requires released: h->released <= 4 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count], h->count, h->released, *gone;
    ensures table: table_ok(*h);
    ensures next: scavenged(\old(*h), *h, want);
    ensures begins: begins_with(\old(*gone), *gone);
    ensures gave: gave(\old(*h), *h, *gone, \old(gone->count));
    ensures list: gone->count <= \old(gone->count) + \old(h->count);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures room: h->count <= \old(h->count) + 1;
    ensures sums: only_released_moved(\old(*h), *h);
    ensures result: \result == h->released - \old(h->released);
    ensures nothing: \result == 0 ==> same_heap(\old(*h), *h);
*/
uint64_t span_scavenge(struct span_heap *h, uint64_t want, struct span_range_list *gone);

/* Before npages are added: scavenge what would be retained above the goal. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count <= SPAN_HEAP_CAPACITY;
    requires table: table_ok(*h);
    requires room: h->count < SPAN_HEAP_CAPACITY;
    requires range: npages <= 4 * SPAN_LIMIT_PAGES;
    requires released: h->released <= h->sys <= 4 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count], h->count, h->released, *gone;
    ensures table: table_ok(*h);
    ensures next: scavenged_for_growth(\old(*h), *h, npages);
    ensures begins: begins_with(\old(*gone), *gone);
    ensures gave: gave(\old(*h), *h, *gone, \old(gone->count));
    ensures list: gone->count <= \old(gone->count) + \old(h->count);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures room: h->count <= \old(h->count) + 1;
    ensures sums: only_released_moved(\old(*h), *h);
*/
void span_scavenge_if_needed(struct span_heap *h, uint64_t npages,
                             struct span_range_list *gone);

#endif
