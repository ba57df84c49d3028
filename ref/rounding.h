/* Rounding to physical pages and to other units, and counting huge pages. */
#ifndef SPANREF_REF_ROUNDING_H
#define SPANREF_REF_ROUNDING_H

#include "../spec/huge.h"
#include "../spec/model.h"

/*@ requires phys: phys_ok(r);
    terminates \true; exits \false;
    assigns \nothing;
    ensures down: \result == down(x, r);
*/
uint64_t round_down(uint64_t x, uint64_t r);

/*@ requires phys: phys_ok(r);
    requires fits: x <= UINT64_MAX - 16;
    terminates \true; exits \false;
    assigns \nothing;
    ensures up: \result == up(x, r);
*/
uint64_t round_up(uint64_t x, uint64_t r);

/* Any unit: arenas and huge pages needn't be powers of two. */
/*@ requires unit: 0 < unit;
    terminates \true; exits \false;
    assigns \nothing;
    ensures down: \result == x - x % unit;
    ensures bounds: \result <= x < \result + unit;
*/
uint64_t round_down_to(uint64_t x, uint64_t unit);

/*@ requires unit: 0 < unit <= SPAN_LIMIT_PAGES;
    requires fits: x <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns \nothing;
    ensures up: \result == (x % unit == 0 ? x : x - x % unit + unit);
    ensures bounds: x <= \result < x + unit;
*/
uint64_t round_up_to(uint64_t x, uint64_t unit);

/* Whole huge pages inside s: huge(s) of docs/semantics.md. */
/*@ requires range: end_of(s) <= SPAN_LIMIT_PAGES && huge_pages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns \nothing;
    ensures huge: \result == huge_of(s, huge_pages);
    ensures bounded: \result <= SPAN_LIMIT_PAGES;
*/
uint64_t huge_pages_in(struct span s, uint64_t huge_pages);

#endif
