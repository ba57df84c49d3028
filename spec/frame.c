/* Proofs of the lemma functions of frame.h. */
#include "frame.h"

/*@ ghost
  void lemma_kept(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_apart(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/
