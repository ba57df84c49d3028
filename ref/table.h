/* The table of spans: looking things up in it, inserting and erasing records.
 *
 * Nothing here knows what a span is for; see spec/model.h for the table. */
#ifndef SPANREF_REF_TABLE_H
#define SPANREF_REF_TABLE_H

#include "../spec/steps.h"

/* Where a span at base belongs: the number of spans that begin below it. */
/*@ requires valid: \valid(h);
    requires ordered: ordered(*h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures range: 0 <= \result <= h->count;
    ensures below: \forall integer i; 0 <= i < \result ==> h->spans[i].base < base;
    ensures above: \forall integer i; \result <= i < h->count ==> base <= h->spans[i].base;
*/
uint64_t table_position(const struct span_heap *h, uint64_t base);

/* The span that holds the page, free or in use; h->count where there is none. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures range: 0 <= \result <= h->count;
    ensures holds: \result < h->count ==> holds_page(h->spans[\result], page);
    ensures first: \forall integer i; 0 <= i < \result ==> !holds_page(h->spans[i], page);
*/
uint64_t table_holding(const struct span_heap *h, uint64_t page);

/* Whether any span has a page in [base, end). */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==>
      \exists integer i; 0 <= i < h->count && overlaps(h->spans[i], base, end);
*/
bool table_overlaps(const struct span_heap *h, uint64_t base, uint64_t end);

/* Make room at `at` and put s there. */
/*@ requires valid: \valid(h);
    requires room: at <= h->count < SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns h->spans[at .. h->count], h->count;
    ensures count: h->count == \old(h->count) + 1;
    ensures below: unchanged(\old(*h), *h, 0, at);
    ensures record: h->spans[at] == s;
    ensures above: shifted(\old(*h), *h, at, \old(h->count), 1);
*/
void table_insert(struct span_heap *h, uint64_t at, struct span s);

/* Take the record at `at` out and close the gap. */
/*@ requires valid: \valid(h);
    requires range: at < h->count <= SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns h->spans[at .. h->count - 1], h->count;
    ensures count: h->count == \old(h->count) - 1;
    ensures below: unchanged(\old(*h), *h, 0, at);
    ensures above: shifted(*h, \old(*h), at, h->count, 1);
*/
void table_erase(struct span_heap *h, uint64_t at);

/* Cut free span i in two: its low npages pages, and the rest behind it. Both keep
 * the flags; what follows from a scavenged part without a whole physical page
 * is the caller's to settle. semantics.md, "alloc" 3 and "scavenge". */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires room: i < h->count < SPAN_HEAP_CAPACITY;
    requires free: h->spans[i].free;
    requires inside: 0 < npages < h->spans[i].npages;
    terminates \true; exits \false; assigns h->spans[i .. h->count], h->count;
    ensures split: split_at(\old(*h), *h, i, npages);
    ensures sound: sound_except(*h, i, i + 1);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: !\old(h->spans[i].scavenged) ==> same_backing(\old(*h), *h);
    ensures coalesced: coalesced(\old(*h)) ==> coalesced_but_at(*h, i);
    ensures sums: sums_moved(\old(*h), *h, 0, 0, 0, released_in_two(*h, i) -
      released_of(\old(h->spans[i]), h->geometry.phys_pages));
*/
void span_split(struct span_heap *h, uint64_t i, uint64_t npages);

#endif
