/* Proof of the lemma function of well_formed.h. */
#include "well_formed.h"

/*@ ghost
  void lemma_same_table(struct span_heap a, struct span_heap b)
  {
    /@ assert apart: apart(a, b); @/
    /@ assert kept: kept(a, b); @/
    /@ assert no_more: kept(b, a); @/
    /@ assert dirty: stays_dirty(a, b); @/
  }
*/
