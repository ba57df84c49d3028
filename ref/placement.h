/* Which placement of a request is taken. */
#ifndef SPANREF_REF_PLACEMENT_H
#define SPANREF_REF_PLACEMENT_H

#include "../spec/invariants.h"
#include "../spec/placement.h"

struct placement {
  bool found;
  uint64_t i;    /* the free span that it is in; 0 where there is none */
  uint64_t base; /* the same */
};

/* Whether a request has a size, an alignment and a phase that there are. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> request_ok(q);
*/
bool request_is_ok(struct span_request q);

/* semantics.md, "choose(q)". */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires ordered: ordered(*h);
    requires request: request_ok(q);
    terminates \true; exits \false; assigns \nothing;
    ensures chosen: \result.found ==> chosen(*h, q, \result.i, \result.base);
    ensures none: !\result.found ==> !has_placement(*h, q);
    ensures surely: !windowed(q) && something_fits(*h, grown_pages(q)) ==> \result.found;
*/
struct placement span_choose(const struct span_heap *h, struct span_request q);

#endif
