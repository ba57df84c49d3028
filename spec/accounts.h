/* How pages move between the accounts. docs/semantics.md, "Invariants" 7.
 *
 *              idle   released  in_use  manual  sys
 *   handed in   +n       +n                      +n
 *   OS's        +n       +n                            sys before, by arena_opened
 *   given out   -n                +n                   kind heap
 *   given out   -n                        +n     -n    kind manual
 *
 * Which of an allocation's pages were released: alloc_parts.h, released_after. */
#ifndef SPANREF_SPEC_ACCOUNTS_H
#define SPANREF_SPEC_ACCOUNTS_H

#include "os.h"
#include "model.h"

/*@
  // add(base, n)
  predicate counted_in(struct span_heap a, struct span_heap b, integer npages) =
    same_table(a, b) && same_arena(a, b) && b.sys == a.sys + npages &&
    b.idle == a.idle + npages && b.released == a.released + npages &&
    b.in_use == a.in_use && b.manual == a.manual;

  predicate answer_counted(struct span_heap a, struct span_heap b,
                           struct span_os_answer answer) =
    same_table(a, b) && same_arena(a, b) && b.sys == a.sys &&
    b.idle == a.idle + answer.npages && b.released == a.released + answer.npages &&
    b.in_use == a.in_use && b.manual == a.manual;

  predicate counted_out(struct span_heap a, struct span_heap b, integer npages,
                        bool manual) =
    a.geometry == b.geometry && same_arena(a, b) && b.idle == a.idle - npages &&
    (manual ? b.manual == a.manual + npages && b.in_use == a.in_use &&
                b.sys == a.sys - npages :
              b.in_use == a.in_use + npages && b.manual == a.manual && b.sys == a.sys);
*/

#endif
