/* Coalescing: a span that has just become free meets its neighbours.
 *
 *   same flag, merge:      | free | free |          ->  | free         |
 *   other flag, realign:   | retained |scavenged |  ->  | retained  |scavenged|
 *                              physical page: ^..........^
 *
 * None of these moves a statistic: the sums over the table stay what they were.
 * docs/semantics.md, "coalesce" and "realign"; D2. */
#ifndef SPANREF_REF_COALESCE_H
#define SPANREF_REF_COALESCE_H

#include "../spec/coalesce.h"
#include "../spec/huge.h"
#include "../spec/sums.h"

/* Make one span of spans i and i + 1, adjacent, free and of one flag. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires ordered: ordered(*h);
    requires flagged: flagged(*h);
    requires releasable: releasable(*h);
    requires clear: clear_of_arena(*h);
    requires range: i + 1 < h->count;
    requires joins: joins(h->spans[i], h->spans[i + 1]);
    requires boundary: h->spans[i].scavenged ==>
      aligned(h->spans[i + 1].base, h->geometry.phys_pages);
    terminates \true; exits \false;
    assigns h->spans[i .. h->count - 1], h->count;
    ensures merged: merged(\old(*h), *h, i);
    ensures bounded: bounded(*h);
    ensures ordered: ordered(*h);
    ensures flagged: flagged(*h);
    ensures releasable: releasable(*h);
    ensures clear: clear_of_arena(*h);
    ensures sums: same_sums(*h, 0, h->count, \old(*h), 0, \old(h->count));
*/
void span_merge(struct span_heap *h, uint64_t i);

/* Settle the boundary of spans i and i + 1, adjacent, free and of two flags: it
 * moves into the scavenged one, to a whole physical page. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires ordered: ordered(*h);
    requires flagged: flagged(*h);
    requires releasable: releasable(*h);
    requires clear: clear_of_arena(*h);
    requires range: i + 1 < h->count;
    requires meets: meets(h->spans[i], h->spans[i + 1]);
    terminates \true; exits \false;
    assigns h->spans[i], h->spans[i + 1];
    ensures realigned: realigned(\old(*h), *h, i);
    ensures settled: settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages);
    ensures adjacent: end_of(h->spans[i]) == h->spans[i + 1].base;
    ensures bounded: bounded(*h);
    ensures ordered: ordered(*h);
    ensures flagged: flagged(*h);
    ensures releasable: releasable(*h);
    ensures clear: clear_of_arena(*h);
    ensures sums: same_sums(*h, 0, h->count, \old(*h), 0, \old(h->count));
*/
void span_realign(struct span_heap *h, uint64_t i);

struct coalesce_result {
  uint64_t index; /* where the span is now */
  struct span_advice advice;
};

/*@
  // Huge pages in span i and in the neighbours that will be merged into it.
  predicate huge_around(struct span_heap h, integer i, integer huge) =
    \let own = huge_of(h.spans[i], h.geometry.huge_pages);
    \let before = huge_of(h.spans[i - 1], h.geometry.huge_pages);
    \let after = huge_of(h.spans[i + 1], h.geometry.huge_pages);
    joins_before(h, i) ?
      (joins_after(h, i) ? huge == own + before + after : huge == own + before) :
      (joins_after(h, i) ? huge == own + after : huge == own);
  // "Huge" for the whole of s where it holds more than its parts did.
  predicate advised(struct span s, integer huge_pages, integer huge_before,
                    struct span_advice advice) =
    !s.scavenged && huge_of(s, huge_pages) > huge_before ?
      advice.base == s.base && advice.npages == s.npages :
      advice.base == 0 && advice.npages == 0;
*/

/* Span i, free, meets its neighbours: once before, then once after. Afterwards
 * the whole table is coalesced and settled. semantics.md, "coalesce" and
 * "Huge-page advice". */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    requires ordered: ordered(*h);
    requires flagged: flagged(*h);
    requires releasable: releasable(*h);
    requires clear: clear_of_arena(*h);
    requires range: i < h->count;
    requires free: h->spans[i].free;
    requires except: coalesced_except(*h, i);
    requires aligned_before: aligned_before(*h, i);
    requires aligned_after: aligned_after(*h, i);
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count - 1], h->count;
    ensures index: coalesced_index(\old(*h), i, \result.index);
    ensures range: \result.index < h->count;
    ensures count: coalesced_count(\old(*h), i, h->count);
    ensures below: unchanged(\old(*h), *h, 0, i - 1);
    ensures before: 0 < i && !joins_before(\old(*h), i) && !meets_before(\old(*h), i) ==>
      h->spans[i - 1] == \old(*h).spans[i - 1];
    ensures met_before: meets_before(\old(*h), i) ==>
      realigned_left(h->spans[i - 1], \old(*h).spans[i - 1], \old(*h).spans[i],
                     h->geometry.phys_pages);
    ensures base: coalesced_base(\old(*h), i, h->spans[\result.index].base);
    ensures end: coalesced_end(\old(*h), i, end_of(h->spans[\result.index]));
    ensures free: h->spans[\result.index].free && !h->spans[\result.index].manual;
    ensures flag: h->spans[\result.index].scavenged == \old(h->spans[i].scavenged);
    ensures needzero: h->spans[\result.index].needzero <==>
      coalesced_needzero(\old(*h), i);
    ensures after: i + 1 < \old(h->count) && !joins_after(\old(*h), i) &&
      !meets_after(\old(*h), i) ==>
      h->spans[\result.index + 1] == \old(*h).spans[i + 1];
    ensures met_after: meets_after(\old(*h), i) ==>
      coalesced_next(h->spans[\result.index + 1], \old(*h), i);
    ensures above_alone: !joins_before(\old(*h), i) && !joins_after(\old(*h), i) ==>
      unchanged(\old(*h), *h, i + 2, h->count);
    ensures above_before: joins_before(\old(*h), i) && !joins_after(\old(*h), i) ==>
      shifted(*h, \old(*h), i + 1, h->count, 1);
    ensures above_after: !joins_before(\old(*h), i) && joins_after(\old(*h), i) ==>
      shifted(*h, \old(*h), i + 1, h->count, 1);
    ensures above_both: joins_before(\old(*h), i) && joins_after(\old(*h), i) ==>
      shifted(*h, \old(*h), i, h->count, 2);
    ensures advice: \exists integer huge; huge_around(\old(*h), i, huge) &&
      advised(h->spans[\result.index], h->geometry.huge_pages, huge, \result.advice);
    ensures bounded: bounded(*h);
    ensures ordered: ordered(*h);
    ensures flagged: flagged(*h);
    ensures releasable: releasable(*h);
    ensures clear: clear_of_arena(*h);
    ensures coalesced: coalesced(*h);
    ensures sums: same_sums(*h, 0, h->count, \old(*h), 0, \old(h->count));
*/
struct coalesce_result span_coalesce(struct span_heap *h, uint64_t i);

#endif
