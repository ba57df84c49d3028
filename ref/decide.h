/* The predicates of spec/ as functions: is this a well-formed heap, are these
 * two the same? Each answers exactly what its predicate says, whatever it is
 * shown: a count past the table, sizes that wrap, statistics of 2^64 - 1. The
 * judge (judge/judge_spans.c) asks them about every heap that it watches. */
#ifndef SPANREF_REF_DECIDE_H
#define SPANREF_REF_DECIDE_H

#include "../spec/well_formed.h"

/* docs/semantics.md, [geometry]. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> geometry_ok(g);
*/
bool span_geometry_is_ok(struct span_geometry g);

/* Invariants 1 to 5 and 7 of docs/semantics.md; 7 without huge_free and nfree,
 * which a heap doesn't store. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> well_formed(*h);
*/
bool span_heap_is_well_formed(const struct span_heap *h);

/* The same to whoever looks: records at count and above don't exist. Nothing is
 * written; that the two are separate is what the memory model of the proofs needs. */
/*@ requires valid: \valid(a) && \valid(b);
    requires separate: \separated(a, b);
    requires count: a->count <= SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> same_heap(*a, *b);
*/
bool span_heaps_are_same(const struct span_heap *a, const struct span_heap *b);

#endif
