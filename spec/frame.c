/* Proofs of the lemma functions of frame.h. */
#include "frame.h"

/*@ ghost
  void lemma_kept(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_apart(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_same_in_use(struct span_heap a, struct span_heap b, struct span_heap c)
  {
    lemma_kept(a, b, c);
    lemma_kept(c, b, a);
  }
*/

/*@ ghost
  void lemma_undisturbed(struct span_heap a, struct span_heap b, struct span_heap c)
  {
    lemma_apart(a, b, c);
    lemma_same_in_use(a, b, c);
  }
*/
