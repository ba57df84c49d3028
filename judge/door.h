/* The OS that a candidate asks for memory, and what came of it. */
#ifndef SPANREF_JUDGE_DOOR_H
#define SPANREF_JUDGE_DOOR_H

#include "../candidates/spanref_candidate.h"
#include "../trace/fake_os.h"

/* Memory that the candidate got. */
struct door_grant {
  uint64_t asked_pages; /* 0: it was handed in */
  uint64_t base, npages; /* npages 0: it is of no use, as was found out */
};

struct door {
  struct spanref_os os; /* to be asked by */
  struct fake_os fake;
  struct door_grant *grants; /* all, in their order */
  size_t ngrants, room;
  uint64_t asked; /* how often */
  bool refused; /* since this was last set to false: it refused, or granted what is of no use */
  bool failed;  /* memory for the account ran out */
};

/* Nothing is obtained, and there is no region. It must stay where it is. */
void door_reset(struct door *door);
/* It was given these pages from elsewhere. */
void door_hand_in(struct door *door, uint64_t base, uint64_t npages);
void door_free(struct door *door);

#endif
