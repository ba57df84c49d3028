/* Which pages hold memory: what the caller has to do with the pages themselves.
 *
 * A page of the heap is backed unless it lies in a whole physical page of a scavenged
 * span. New memory comes in scavenged, so it isn't backed. An allocation says which
 * pages have to be made ready before they are touched (Go's sysUsed), and scavenging
 * says which pages the OS may have back (sysUnused). Nothing else changes the set.
 * docs/semantics.md, "Memory behind the pages".
 *
 *   physical pages:   |        |        |        |        |
 *                     +------------+-------------------+--+
 *                     | in use     | scavenged         |  |
 *                     +------------+-------------------+--+
 *   backed:           ^^^^^^^^^^^^^^^^^                 ^^^
 */
#ifndef SPANREF_SPEC_BACKING_H
#define SPANREF_SPEC_BACKING_H

#include "model.h"

/*@
  predicate backed_in(struct span s, integer page, integer r) =
    holds_page(s, page) &&
    (s.scavenged ==> page < up(s.base, r) || down(end_of(s), r) <= page);
  predicate backed_at(struct span_heap h, integer page) =
    \exists integer i; 0 <= i < h.count &&
      backed_in(h.spans[i], page, h.geometry.phys_pages);
  // What is backed in a is backed in b.
  predicate backs(struct span_heap a, struct span_heap b) =
    \forall integer i, page; 0 <= i < a.count &&
      backed_in(a.spans[i], page, a.geometry.phys_pages) ==> backed_at(b, page);
  predicate same_backing(struct span_heap a, struct span_heap b) =
    backs(a, b) && backs(b, a);

  predicate in_range(struct span_range r, integer page) =
    r.base <= page < r.base + r.npages;
  // What range holds was backed, and isn't any more; nothing else changes.
  predicate given_back(struct span_heap a, struct span_heap b, struct span_range range) =
    backs(b, a) &&
    (\forall integer i, page; 0 <= i < a.count &&
       backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
         in_range(range, page) || backed_at(b, page)) &&
    (\forall integer page; in_range(range, page) ==>
       backed_at(a, page) && !backed_at(b, page));
  // What range holds was not backed, and is from now on; nothing else changes.
  predicate made_ready(struct span_heap a, struct span_heap b, struct span_range range) =
    backs(a, b) &&
    (\forall integer i, page; 0 <= i < b.count &&
       backed_in(b.spans[i], page, b.geometry.phys_pages) ==>
         in_range(range, page) || backed_at(a, page)) &&
    (\forall integer page; in_range(range, page) ==>
       !backed_at(a, page) && backed_at(b, page));
  predicate no_range(struct span_range range) = range.base == 0 && range.npages == 0;
  predicate readied(struct span_heap a, struct span_heap b, struct span_range range) =
    made_ready(a, b, range) && (range.npages == 0 ==> no_range(range));

  // The same for what a list has from number `from` on.
  predicate in_list(struct span_range_list list, integer from, integer page) =
    \exists integer k; from <= k < list.count && in_range(list.ranges[k], page);
  predicate all_given_back(struct span_heap a, struct span_heap b,
                           struct span_range_list list, integer from) =
    backs(b, a) &&
    (\forall integer i, page; 0 <= i < a.count &&
       backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
         in_list(list, from, page) || backed_at(b, page)) &&
    (\forall integer k, page; from <= k < list.count && in_range(list.ranges[k], page) ==>
       backed_at(a, page) && !backed_at(b, page));
  // No page is in it twice, and every range has one.
  predicate each_once(struct span_range_list list, integer from) =
    (\forall integer k; from <= k < list.count ==> 0 < list.ranges[k].npages) &&
    (\forall integer j, k, page; from <= j < k < list.count ==>
       !(in_range(list.ranges[j], page) && in_range(list.ranges[k], page)));
  predicate gave(struct span_heap a, struct span_heap b, struct span_range_list list,
                 integer from) =
    all_given_back(a, b, list, from) && each_once(list, from);
  // What an operation did, in the caller's words: first he lost what is in gone, then he
  // made range ready.
  predicate backing_follows(struct span_heap a, struct span_heap b,
                            struct span_range_list gone, struct span_range ready) =
    \forall integer page; backed_at(b, page) <==>
      (backed_at(a, page) && !in_list(gone, 0, page)) || in_range(ready, page);
  // b begins with what a has.
  predicate begins_with(struct span_range_list a, struct span_range_list b) =
    a.count <= b.count && \forall integer k; 0 <= k < a.count ==> b.ranges[k] == a.ranges[k];
  predicate appended(struct span_range_list a, struct span_range_list b,
                     struct span_range range) =
    begins_with(a, b) && b.count == a.count + 1 && b.ranges[a.count] == range;
*/

/* The same table is backed in the same way, and gave nothing back. */
/*@ ghost
  /@ requires same: same_table(a, b);
     terminates \true; exits \false;
     assigns \nothing;
     ensures backing: same_backing(a, b);
     ensures nothing: gave(a, b, list, list.count); @/
  void lemma_gave_nothing(struct span_heap a, struct span_heap b,
                          struct span_range_list list);
*/

/* They compose. */
/*@ ghost
  /@ requires first: same_backing(a, b);
     requires second: same_backing(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: same_backing(a, c); @/
  void lemma_same_backing(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires same: same_backing(a, b);
     requires none: no_range(range);
     terminates \true; exits \false;
     assigns \nothing;
     ensures nothing: readied(a, b, range); @/
  void lemma_readied_nothing(struct span_heap a, struct span_heap b,
                             struct span_range range);
*/
/*@ ghost
  /@ requires first: readied(a, b, range);
     requires second: same_backing(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: readied(a, c, range); @/
  void lemma_readied(struct span_heap a, struct span_heap b, struct span_heap c,
                     struct span_range range);
*/
/*@ ghost
  /@ requires first: same_backing(a, b);
     requires second: given_back(b, c, range);
     requires third: same_backing(c, d);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: given_back(a, d, range); @/
  void lemma_given_back(struct span_heap a, struct span_heap b, struct span_heap c,
                        struct span_heap d, struct span_range range);
*/
/*@ ghost
  /@ requires range: from <= list.count;
     requires first: gave(a, b, list, from);
     requires pages: 0 < range.npages;
     requires second: given_back(b, c, range);
     requires appended: appended(list, longer, range);
     terminates \true; exits \false;
     assigns \nothing;
     ensures all: gave(a, c, longer, from); @/
  void lemma_gave_one_more(struct span_heap a, struct span_heap b, struct span_heap c,
                           struct span_range_list list, struct span_range_list longer,
                           uint64_t from, struct span_range range);
*/
/*@ ghost
  /@ requires range: from <= list.count;
     requires first: gave(a, b, list, from);
     requires second: gave(b, c, longer, list.count);
     requires begins: begins_with(list, longer);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: gave(a, c, longer, from); @/
  void lemma_gave_twice(struct span_heap a, struct span_heap b, struct span_heap c,
                        struct span_range_list list, struct span_range_list longer,
                        uint64_t from);
*/
/*@ ghost
  /@ requires before: same_backing(a, b);
     requires given: gave(b, c, list, from);
     requires after: same_backing(c, d);
     terminates \true; exits \false;
     assigns \nothing;
     ensures all: gave(a, d, list, from); @/
  void lemma_gave(struct span_heap a, struct span_heap b, struct span_heap c,
                  struct span_heap d, struct span_range_list list, uint64_t from);
*/
/*@ ghost
  /@ requires given: gave(a, m, gone, 0);
     requires ready: readied(m, b, ready);
     terminates \true; exits \false;
     assigns \nothing;
     ensures follows: backing_follows(a, b, gone, ready); @/
  void lemma_backing_follows(struct span_heap a, struct span_heap m, struct span_heap b,
                             struct span_range_list gone, struct span_range ready);
*/

#endif
