/* Which candidates there are. */
#include <string.h>

#include "candidate.h"

static const struct candidate *const candidates[] = {&candidate_ref, &candidate_opt};

const struct candidate *candidate_named(const char *name)
{
  for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
    if (strcmp(candidates[i]->name, name) == 0) return candidates[i];
  return NULL;
}
