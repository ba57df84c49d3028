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

  // A page that may hold what somebody wrote: it is in use, or free and needs zeroing.
  predicate dirty_at(struct span_heap h, integer page) =
    \exists integer i; 0 <= i < h.count && holds_page(h.spans[i], page) &&
      (!h.spans[i].free || h.spans[i].needzero);
  predicate none_dirty(struct span_heap h, integer base, integer end) =
    \forall integer page; base <= page < end ==> !dirty_at(h, page);
  predicate stays_dirty(struct span_heap a, struct span_heap b) =
    \forall integer i, page; 0 <= i < a.count && holds_page(a.spans[i], page) &&
      (!a.spans[i].free || a.spans[i].needzero) ==> dirty_at(b, page);

  // The spans in use are the same, none is lost, changed or new; and no page that is
  // dirty is taken for clean.
  predicate contents_stay(struct span_heap a, struct span_heap b) =
    kept(a, b) && kept(b, a) && stays_dirty(a, b);
  // Free memory is cut and joined in another way at most: nobody else's memory is
  // touched, and no span in use.
  predicate undisturbed(struct span_heap a, struct span_heap b) =
    apart(a, b) && contents_stay(a, b);
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
  /@ requires first: stays_dirty(a, b);
     requires second: stays_dirty(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: stays_dirty(a, c); @/
  void lemma_stays_dirty(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires first: contents_stay(a, b);
     requires second: contents_stay(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: contents_stay(a, c); @/
  void lemma_contents_stay(struct span_heap a, struct span_heap b, struct span_heap c);
*/
/*@ ghost
  /@ requires first: undisturbed(a, b);
     requires second: undisturbed(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: undisturbed(a, c); @/
  void lemma_undisturbed(struct span_heap a, struct span_heap b, struct span_heap c);
*/

/*@ ghost
  /@ requires first: kept(a, b);
     requires second: kept_but(b, c, base);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: kept_but(a, c, base); @/
  void lemma_kept_but(struct span_heap a, struct span_heap b, struct span_heap c,
                      uint64_t base);
*/
/*@ ghost
  /@ requires first: kept_but(a, b, base);
     requires second: kept(b, c);
     terminates \true; exits \false;
     assigns \nothing;
     ensures both: kept_but(a, c, base); @/
  void lemma_but_kept(struct span_heap a, struct span_heap b, struct span_heap c,
                      uint64_t base);
*/

#endif
