/* Rounding to physical pages and to other units, and what follows from that for a
 * span: its huge pages, and the physical pages that it releases. */
#ifndef SPANREF_REF_ROUNDING_H
#define SPANREF_REF_ROUNDING_H

#include "../spec/huge.h"
#include "../spec/invariants.h"
#include "../spec/sums.h"

/*@ requires phys: phys_ok(r);
    terminates \true; exits \false; assigns \nothing;
    ensures down: \result == down(x, r);
*/
uint64_t round_down(uint64_t x, uint64_t r);

/*@ requires phys: phys_ok(r);
    requires fits: x <= UINT64_MAX - 16;
    terminates \true; exits \false; assigns \nothing;
    ensures up: \result == up(x, r);
*/
uint64_t round_up(uint64_t x, uint64_t r);

/* Any unit: arenas and huge pages needn't be powers of two. */
/*@ requires unit: 0 < unit;
    terminates \true; exits \false; assigns \nothing;
    ensures down: \result == x - x % unit;
    ensures bounds: \result <= x < \result + unit;
*/
uint64_t round_down_to(uint64_t x, uint64_t unit);

/*@ requires unit: 0 < unit <= SPAN_LIMIT_PAGES;
    requires fits: x <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures up: \result == (x % unit == 0 ? x : x - x % unit + unit);
    ensures bounds: x <= \result < x + unit;
*/
uint64_t round_up_to(uint64_t x, uint64_t unit);

/* Multiples of a multiple of r are multiples of r. */
/*@ ghost
  /@ requires phys: phys_ok(r);
     requires unit: 0 < unit && aligned(unit, r);
     terminates \true; exits \false; assigns \nothing;
     ensures aligned: aligned(x - x % unit, r); @/
  void lemma_aligned_multiple(uint64_t x, uint64_t unit, uint64_t r);
*/

/* Sums and differences of what is aligned are aligned. */
/*@ ghost
  /@ requires phys: phys_ok(r);
     requires a: aligned(a, r);
     requires b: aligned(b, r);
     terminates \true; exits \false; assigns \nothing;
     ensures sum: aligned(a + b, r);
     ensures difference: b <= a ==> aligned(a - b, r); @/
  void lemma_aligned_sum(uint64_t a, uint64_t b, uint64_t r);
*/

/* Multiples add up to a multiple. */
/*@ ghost
  /@ requires unit: 0 < unit <= SPAN_LIMIT_PAGES;
     requires a: a <= SPAN_LIMIT_PAGES && a % unit == 0;
     requires b: b <= SPAN_LIMIT_PAGES && b % unit == 0;
     terminates \true; exits \false; assigns \nothing;
     ensures sum: (a + b) % unit == 0; @/
  void lemma_multiples(uint64_t a, uint64_t b, uint64_t unit);
*/

/* Huge pages counted are huge pages there: the run number k of them lies inside
 * s exactly where the count counts it. */
/*@ ghost
  /@ requires unit: 0 < huge_pages;
     terminates \true; exits \false; assigns \nothing;
     ensures runs: huge_first(s, huge_pages) <= k < huge_limit(s, huge_pages) <==>
       s.base <= k * huge_pages && (k + 1) * huge_pages <= end_of(s); @/
  void lemma_huge_runs(struct span s, uint64_t huge_pages, uint64_t k);
*/

/* Whole huge pages inside s: huge(s) of docs/semantics.md. */
/*@ requires range: end_of(s) <= SPAN_LIMIT_PAGES && huge_pages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures huge: \result == huge_of(s, huge_pages);
    ensures bounded: \result <= s.npages;
*/
uint64_t huge_pages_in(struct span s, uint64_t huge_pages);

/* Whether a whole physical page lies inside s. */
/*@ requires range: end_of(s) <= SPAN_LIMIT_PAGES;
    requires phys: phys_ok(r);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> holds_physical_page(s, r);
*/
bool has_physical_page(struct span s, uint64_t r);

/* The pages that s has given back to the OS: released(s) of docs/semantics.md. */
/*@ requires range: end_of(s) <= SPAN_LIMIT_PAGES;
    requires phys: phys_ok(r);
    requires releasable: s.scavenged ==> holds_physical_page(s, r);
    terminates \true; exits \false; assigns \nothing;
    ensures released: \result == released_of(s, r);
    ensures bounds: 0 <= \result <= idle_of(s);
*/
uint64_t released_pages_in(struct span s, uint64_t r);

#endif
