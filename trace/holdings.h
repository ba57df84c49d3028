/* What every name of a trace got: the base of its allocation, or nothing where
 * the allocation was refused. */
#ifndef SPANREF_HOLDINGS_H
#define SPANREF_HOLDINGS_H

#include "call_of.h"
#include "names.h"

struct holdings { /* {0} is empty */
  struct names names;
  struct holding *held; /* by the name's number */
  size_t room;
};

/* false: out of memory. */
bool holdings_set(struct holdings *holdings, uint64_t name, struct holding what);
/* false: the name got nothing. */
bool holdings_find(const struct holdings *holdings, uint64_t name, struct holding *what);
/* Forget all; costs no more than what was held. */
void holdings_clear(struct holdings *holdings);
void holdings_free(struct holdings *holdings);

#endif
