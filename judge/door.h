/* The OS that a candidate asks for memory, and what came of it. */
#ifndef SPANREF_JUDGE_DOOR_H
#define SPANREF_JUDGE_DOOR_H

#include "../candidates/spanref_candidate.h"
#include "../trace/fake_os.h"
#include "page_set.h"

struct door {
  struct spanref_os os; /* to be asked by */
  struct fake_os fake;
  struct page_set obtained; /* all that was ever granted or handed in, below page 2^40 */
  bool refused; /* since this was last set to false: it refused, or granted what is of no
                   use: memory that it had granted before, or that reaches past 2^40 */
  bool failed;  /* memory for the account ran out */
};

/* Nothing is obtained, and there is no region. It must stay where it is. */
void door_reset(struct door *door);
/* It was given these pages from elsewhere. */
void door_obtain(struct door *door, uint64_t base, uint64_t npages);
void door_free(struct door *door);

#endif
