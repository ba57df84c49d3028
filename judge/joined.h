/* Which free neighbours must be one span, as a candidate declares it (enum spanref_joins), and is
 * that so? */
#ifndef SPANREF_JOINED_H
#define SPANREF_JOINED_H

#include "shown.h"

enum join_rule {
  JOIN_ALL,
  JOIN_BUDDIES,   /* a block of 2^k pages and its buddy: of a piece the first 2^k pages and the
                     next, for every k, counted from where it begins */
  JOIN_IN_PIECES, /* all, but never across two pieces */
  JOIN_NONE
};

/*@
  // What is left of n once it can't be halved any more. 1: it is a power of two.
  logic integer odd_part(integer n) =
    n <= 0 ? n : (n % 2 != 0 ? n : odd_part(n / 2));

  // Piece k has both of these, one after the other.
  predicate in_piece(struct span_range_list pieces, integer k, struct span a, struct span b) =
    0 <= k < pieces.count && pieces.ranges[k].base <= a.base &&
    end_of(b) <= pieces.ranges[k].base + pieces.ranges[k].npages;
  predicate in_one_piece(struct span_range_list pieces, struct span a, struct span b) =
    \exists integer k; in_piece(pieces, k, a, b);
  // They may be buddies by their sizes.
  predicate like_buddies(struct span a, struct span b) =
    a.npages == b.npages && odd_part(a.npages) == 1;
  predicate buddies(struct span_range_list pieces, struct span a, struct span b) =
    like_buddies(a, b) && \exists integer k; in_piece(pieces, k, a, b) &&
      (a.base - pieces.ranges[k].base) % (2 * a.npages) == 0;

  predicate one_kind(struct span a, struct span b, integer by_flag) =
    by_flag != 0 ==> a.scavenged == b.scavenged;
  predicate must_join(struct span_range_list pieces, enum join_rule rule, struct span a,
                      struct span b) =
    rule == JOIN_ALL || (rule == JOIN_BUDDIES && buddies(pieces, a, b)) ||
    (rule == JOIN_IN_PIECES && in_one_piece(pieces, a, b));
  predicate apart_by(struct span_range_list pieces, enum join_rule rule, integer by_flag,
                     struct span a, struct span b) =
    adjacent_free(a, b) && one_kind(a, b, by_flag) ==> !must_join(pieces, rule, a, b);
*/

/* Must these two, one after the other in its list, be one span? by_flag: only if they are both
 * scavenged or neither is. */
/*@ requires valid: \valid(pieces);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES && end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> !apart_by(*pieces, rule, by_flag, a, b);
*/
bool spans_must_join(const struct span_range_list *pieces, enum join_rule rule, bool by_flag,
                     struct span a, struct span b);

/* Is everything one span that must be? */
/*@ requires valid: \valid(h) && \valid(pieces);
    requires separate: \separated(h, pieces);
    requires order: shown_in_order(*h);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \forall integer i, j; 0 <= i < j < h->count && j <= i + 1 ==>
      apart_by(*pieces, rule, by_flag, h->spans[i], h->spans[j]);
*/
bool shown_is_joined(const struct span_heap *h, const struct span_range_list *pieces,
                     enum join_rule rule, bool by_flag);

#endif
