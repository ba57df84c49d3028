/* What most steps leave alone: memory that nobody holds, and spans in use.
 * docs/semantics.md, "Operations"; they compose, step by step. */
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
*/

/* Both compose. */
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

#endif
