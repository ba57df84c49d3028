/* Rounding to physical pages, R of them: 1, 2, 4, 8 or 16 heap pages.
 *
 * Defined by cases, not as x / r * r: the provers settle division by a constant
 * at once and a division by a variable not at all. docs/semantics.md,
 * "Vocabulary": up, down. */
#ifndef SPANREF_SPEC_PHYSICAL_H
#define SPANREF_SPEC_PHYSICAL_H

/*@
  predicate phys_ok(integer r) = r == 1 || r == 2 || r == 4 || r == 8 || r == 16;

  logic integer down(integer x, integer r) =
    r == 1 ? x : r == 2 ? x / 2 * 2 : r == 4 ? x / 4 * 4 :
    r == 8 ? x / 8 * 8 : x / 16 * 16;
  logic integer up(integer x, integer r) = down(x + r - 1, r);
  predicate aligned(integer x, integer r) = down(x, r) == x;
  // A whole physical page lies in [lo, hi).
  predicate page_inside(integer lo, integer hi, integer r) = up(lo, r) < down(hi, r);

  lemma down_bounds: \forall integer x, r;
    phys_ok(r) && 0 <= x ==> 0 <= down(x, r) <= x < down(x, r) + r;
  lemma up_bounds: \forall integer x, r;
    phys_ok(r) && 0 <= x ==> x <= up(x, r) < x + r;
  lemma down_aligned: \forall integer x, r;
    phys_ok(r) && 0 <= x ==> aligned(down(x, r), r);
  lemma up_aligned: \forall integer x, r;
    phys_ok(r) && 0 <= x ==> aligned(up(x, r), r);
  lemma aligned_up: \forall integer x, r;
    phys_ok(r) && 0 <= x && aligned(x, r) ==> up(x, r) == x;
  lemma aligned_gap: \forall integer a, b, r;
    phys_ok(r) && 0 <= a < b && aligned(a, r) && aligned(b, r) ==> a + r <= b;
*/

#endif
