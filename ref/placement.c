#include "placement.h"

bool request_is_ok(struct span_request q)
{
  return 0 < q.npages && q.npages <= SPAN_LIMIT_PAGES && 0 < q.align &&
         q.align <= SPAN_LIMIT_PAGES && q.phase < q.align;
}

/* Two numbers that leave the same rest lie no nearer to each other than the divisor. */
/*@ ghost
  /@ requires divisor: 0 < divisor;
     terminates \true; exits \false; assigns \nothing;
     ensures apart: \forall integer x, y; 0 <= x < y && x % divisor == y % divisor ==>
       x + divisor <= y; @/
  void lemma_rests_apart(uint64_t divisor)
  {
    /@ assert parts: \forall integer x; 0 <= x ==>
         x == (x / divisor) * divisor + x % divisor; @/
    /@ assert more: \forall integer x, y; 0 <= x < y && x % divisor == y % divisor ==>
         y - x == (y / divisor - x / divisor) * divisor; @/
    /@ assert one: \forall integer k; 0 < k * divisor ==> 1 <= k; @/
    /@ assert least: \forall integer k; 1 <= k ==> divisor <= k * divisor; @/
  }
*/

/* A multiple more leaves the same rest. */
/*@ ghost
  /@ requires phase: phase < align;
     requires above: phase <= x;
     terminates \true; exits \false; assigns \nothing;
     ensures below: (x - (x - phase) % align) % align == phase;
     ensures above: (x - (x - phase) % align + align) % align == phase; @/
  void lemma_on_phase(uint64_t x, uint64_t align, uint64_t phase)
  {
    /@ assert parts: x - phase == ((x - phase) / align) * align + (x - phase) % align; @/
    /@ assert low: x - (x - phase) % align == ((x - phase) / align) * align + phase; @/
    /@ assert high: x - (x - phase) % align + align ==
         ((x - phase) / align + 1) * align + phase; @/
    /@ assert rest: (((x - phase) / align + 1) * align + phase) % align == phase; @/
  }
*/

/* The least number from low on that leaves the rest phase. */
/*@ requires align: 0 < align <= SPAN_LIMIT_PAGES && phase < align;
    requires low: low <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures phase: \result % align == phase;
    ensures above: low <= \result < low + align;
    ensures least: \forall integer other; low <= other && other % align == phase ==>
      \result <= other;
*/
static uint64_t phase_above(uint64_t low, uint64_t align, uint64_t phase)
{
  /*@ ghost lemma_rests_apart(align); */
  if (low <= phase) return phase;
  /*@ ghost lemma_on_phase(low, align, phase); */
  uint64_t over = (low - phase) % align;
  return over == 0 ? low : low - over + align;
}

/* The greatest number up to high that leaves the rest phase. */
/*@ requires align: 0 < align <= SPAN_LIMIT_PAGES && phase < align;
    requires high: phase <= high <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures phase: \result % align == phase;
    ensures below: high - align < \result <= high;
    ensures greatest: \forall integer other; 0 <= other <= high && other % align == phase ==>
      other <= \result;
*/
static uint64_t phase_below(uint64_t high, uint64_t align, uint64_t phase)
{
  /*@ ghost lemma_rests_apart(align);
            lemma_on_phase(high, align, phase); */
  return high - (high - phase) % align;
}

/* The first placement in s by the fit, or none. */
/*@ requires request: request_ok(q);
    requires limit: end_of(s) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures placed: \result.found ==> placed_in(s, q, \result.base);
    ensures first: \result.found ==> \forall integer other; placed_in(s, q, other) ==>
      comes_first(q, s, \result.base, s, other);
    ensures none: !\result.found ==> \forall integer other; !placed_in(s, q, other);
    ensures zero: !\result.found ==> \result.base == 0;
    ensures surely: !windowed(q) && fits(s, grown_pages(q)) ==> \result.found;
    ensures index: \result.i == i;
*/
static struct placement choose_in(struct span s, struct span_request q, uint64_t i)
{
  struct placement result = {false, i, 0};
  uint64_t low = s.base < q.from ? q.from : s.base, end = s.base + s.npages;
  if (q.below < end) end = q.below;
  if (!s.free || end < q.npages || end - q.npages < low) return result;
  uint64_t base, high = end - q.npages;
  /*@ assert range: \forall integer other; placed_in(s, q, other) ==> low <= other <= high; */
  if (q.fit == SPAN_LAST_FIT) {
    if (high < q.phase) return result;
    base = phase_below(high, q.align, q.phase);
    if (base < low) return result;
  } else {
    base = phase_above(low, q.align, q.phase);
    if (base > high) return result;
  }
  result.found = true;
  result.base = base;
  return result;
}

/* Whether the placement a, in span s, comes before b, in span t. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> comes_first(q, s, base, t, other);
*/
static bool is_first(struct span_request q, struct span s, uint64_t base, struct span t,
                     uint64_t other)
{
  if (q.fit == SPAN_FIRST_FIT) return base <= other;
  if (q.fit == SPAN_LAST_FIT) return other <= base;
  return s.npages < t.npages || (s.npages == t.npages && base <= other);
}

struct placement span_choose(const struct span_heap *h, struct span_request q)
{
  struct placement best = {false, 0, 0};
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant lowest: best.found ==>
        \forall integer j; 0 <= j < best.i ==> !placed_in(h->spans[j], q, best.base);
      loop invariant placed: best.found ==> best.i < i &&
        placed_in(h->spans[best.i], q, best.base);
      loop invariant first: best.found ==>
        \forall integer j, other; 0 <= j < i && placed_in(h->spans[j], q, other) ==>
          comes_first(q, h->spans[best.i], best.base, h->spans[j], other);
      loop invariant none: !best.found ==>
        \forall integer j, other; 0 <= j < i ==> !placed_in(h->spans[j], q, other);
      loop invariant surely: !best.found && !windowed(q) ==>
        \forall integer j; 0 <= j < i ==> !fits(h->spans[j], grown_pages(q));
      loop assigns i, best;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    struct placement here = choose_in(h->spans[i], q, i);
    if (here.found && (!best.found || !is_first(q, h->spans[best.i], best.base, h->spans[i],
                                                here.base)))
      best = here;
  }
  return best;
}
