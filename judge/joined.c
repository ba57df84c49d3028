#include "joined.h"

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> odd_part(n) == 1;
*/
static bool is_power_of_two(uint64_t n)
{
  /*@ loop invariant same: odd_part(n) == odd_part(\at(n, Pre));
      loop assigns n;
      loop variant n; */
  while (n > 0 && n % 2 == 0) n /= 2;
  return n == 1;
}

/*@ requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES && end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> piece.base <= a.base && end_of(b) <= piece.base + piece.npages;
*/
static bool has_both(struct span_range piece, struct span a, struct span b)
{
  uint64_t end = b.base + b.npages;
  return piece.base <= a.base && (end <= piece.base || end - piece.base <= piece.npages);
}

/* buddies: only a piece counts from whose begin they are. */
/*@ requires valid: \valid(pieces);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES && end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> \exists integer k; in_piece(*pieces, k, a, b) &&
      (buddies != 0 ==> (a.base - pieces->ranges[k].base) % (2 * a.npages) == 0);
*/
static bool is_piece_of(const struct span_range_list *pieces, bool buddies, struct span a,
                        struct span b)
{
  /*@ loop invariant range: 0 <= k <= pieces->count;
      loop invariant none: \forall integer m; 0 <= m < k && in_piece(*pieces, m, a, b) ==>
        buddies != 0 && (a.base - pieces->ranges[m].base) % (2 * a.npages) != 0;
      loop assigns k;
      loop variant pieces->count - k; */
  for (uint64_t k = 0; k < pieces->count; k++)
    if (has_both(pieces->ranges[k], a, b) &&
        (!buddies || (a.base - pieces->ranges[k].base) % (2 * a.npages) == 0))
      return true;
  return false;
}

bool spans_must_join(const struct span_range_list *pieces, enum join_rule rule, bool by_flag,
                     struct span a, struct span b)
{
  if (!a.free || !b.free || a.base + a.npages != b.base) return false;
  if (by_flag && a.scavenged != b.scavenged) return false;
  if (rule == JOIN_ALL) return true;
  if (rule == JOIN_IN_PIECES) return is_piece_of(pieces, false, a, b);
  return rule == JOIN_BUDDIES && a.npages == b.npages && is_power_of_two(a.npages) &&
         is_piece_of(pieces, true, a, b);
}

bool shown_is_joined(const struct span_heap *h, const struct span_range_list *pieces,
                     enum join_rule rule, bool by_flag)
{
  /*@ loop invariant range: 1 <= i && (h->count == 0 || i <= h->count);
      loop invariant so_far: \forall integer j, k; 0 <= j < k < i && k <= j + 1 ==>
        apart_by(*pieces, rule, by_flag, h->spans[j], h->spans[k]);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 1; i < h->count; i++)
    if (spans_must_join(pieces, rule, by_flag, h->spans[i - 1], h->spans[i])) return false;
  return true;
}
