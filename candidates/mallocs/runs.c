#include "runs.h"

#include <stdlib.h>

bool runs_make_room(struct runs *runs)
{
  if (runs->count < runs->room) return true;
  size_t room = runs->room > 0 ? 2 * runs->room : 64;
  struct run *all = realloc(runs->all, room * sizeof *all);
  if (all == NULL) return false;
  runs->all = all;
  runs->room = room;
  return true;
}

void runs_add(struct runs *runs, struct run run)
{
  runs->all[runs->count++] = run;
}

struct run *runs_at(const struct runs *runs, uint64_t base)
{
  for (size_t i = runs->count; i-- > 0;)
    if (runs->all[i].base == base) return &runs->all[i];
  return NULL;
}

void runs_remove(struct runs *runs, struct run *run)
{
  *run = runs->all[--runs->count];
}
