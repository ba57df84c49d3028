/* What most steps leave alone: memory that nobody holds, and spans in use.
 * docs/semantics.md, "Operations". These relations compose, step by step. */
#ifndef SPANREF_SPEC_FRAME_H
#define SPANREF_SPEC_FRAME_H

#include "model.h"

/*@
  predicate nowhere(struct span_heap h, integer lo, integer hi) =
    \forall integer i; 0 <= i < h.count ==>
      end_of(h.spans[i]) <= lo || hi <= h.spans[i].base;
  // What no span of a reaches into, no span of b does.
  predicate apart(struct span_heap a, struct span_heap b) =
    \forall integer lo, hi; lo < hi && nowhere(a, lo, hi) ==> nowhere(b, lo, hi);

  // Spans in use of a are spans of b: none moves, shrinks or changes hands.
  predicate kept(struct span_heap a, struct span_heap b) =
    \forall integer i; 0 <= i < a.count && !a.spans[i].free ==>
      \exists integer j; 0 <= j < b.count && b.spans[j] == a.spans[i];
  // The same but for the one at base.
  predicate kept_but(struct span_heap a, struct span_heap b, integer base) =
    \forall integer i; 0 <= i < a.count && !a.spans[i].free && a.spans[i].base != base ==>
      \exists integer j; 0 <= j < b.count && b.spans[j] == a.spans[i];
  // The spans in use are the same: none is lost or changed, and none is new.
  predicate same_in_use(struct span_heap a, struct span_heap b) = kept(a, b) && kept(b, a);
  // Free memory is cut and joined in another way at most: nobody else's memory is
  // touched, and no span in use.
  predicate undisturbed(struct span_heap a, struct span_heap b) =
    apart(a, b) && same_in_use(a, b);
  // What no span of a reaches into, no span of b does, unless it lies in [base, end).
  predicate apart_but(struct span_heap a, struct span_heap b, integer base, integer end) =
    \forall integer lo, hi; lo < hi && nowhere(a, lo, hi) && (hi <= base || end <= lo) ==>
      nowhere(b, lo, hi);
*/

/* They compose. */
/*@ ghost
  /@ requires first: kept(a, b);
     requires second: kept(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: kept(a, c); @/
  void lemma_kept(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires first: apart(a, b);
     requires second: apart(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: apart(a, c); @/
  void lemma_apart(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires first: same_in_use(a, b);
     requires second: same_in_use(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: same_in_use(a, c); @/
  void lemma_same_in_use(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires first: undisturbed(a, b);
     requires second: undisturbed(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: undisturbed(a, c); @/
  void lemma_undisturbed(struct span_heap a, struct span_heap b, struct span_heap c);
*/

#endif
