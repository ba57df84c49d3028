/* How n pages move between the accounts. docs/semantics.md, "Invariants" 7.
 *
 *                              sys   idle  in_use  manual  released
 *   handed in                  +n    +n                    +n
 *   obtained from the OS       +n    +n                    +n
 *   given out, kind heap             -n    +n              see alloc_parts.h
 *   given out, kind manual     -n    -n            +n      see alloc_parts.h
 *   freed, kind heap                 +n    -n
 *   freed, kind manual         +n    +n            -n
 *   scavenged                                              + whole physical pages
 *
 * idle counts the current arena too. What the OS gave is counted in two steps: sys by
 * arena_opened (grow_parts.h), the others here. Freed: free_parts.h; scavenged:
 * scavenge_parts.h. */
#ifndef SPANREF_SPEC_ACCOUNTS_H
#define SPANREF_SPEC_ACCOUNTS_H

#include "os.h"
#include "model.h"

/*@
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
