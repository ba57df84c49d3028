/* Proofs of the lemma functions of frame.h. */
#include "frame.h"

/*@ ghost
  void lemma_kept(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_apart(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_stays_dirty(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_contents_stay(struct span_heap a, struct span_heap b, struct span_heap c)
  {
    lemma_kept(a, b, c);
    lemma_kept(c, b, a);
    lemma_stays_dirty(a, b, c);
  }
*/

/*@ ghost
  void lemma_undisturbed(struct span_heap a, struct span_heap b, struct span_heap c)
  {
    lemma_apart(a, b, c);
    lemma_contents_stay(a, b, c);
  }
*/

/*@ ghost
  void lemma_kept_but(struct span_heap a, struct span_heap b, struct span_heap c,
                      uint64_t base) { }
*/

/*@ ghost
  void lemma_but_kept(struct span_heap a, struct span_heap b, struct span_heap c,
                      uint64_t base) { }
*/
