/* What every name of a trace got: the base of its allocation, or nothing where
 * the allocation was refused. */
#ifndef SPANREF_HOLDINGS_H
#define SPANREF_HOLDINGS_H

#include "names.h"

struct holdings { /* {0} is empty */
  struct names names;
  struct holding { /* by the name's number */
    uint64_t base;
    bool granted;
  } *held;
  size_t room;
};

/* false: out of memory. */
bool holdings_set(struct holdings *holdings, uint64_t name, bool granted, uint64_t base);
/* false: the name got nothing. */
bool holdings_find(const struct holdings *holdings, uint64_t name, uint64_t *base);
/* Forget all; costs no more than what was held. */
void holdings_clear(struct holdings *holdings);
void holdings_free(struct holdings *holdings);

#endif
