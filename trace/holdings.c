#include "holdings.h"

#include <stdlib.h>

static bool make_room(struct holdings *holdings)
{
  size_t room = holdings->names.room;
  if (room <= holdings->room) return true;
  uint64_t *bases = realloc(holdings->bases, room * sizeof *bases);
  if (bases != NULL) holdings->bases = bases;
  bool *granted = realloc(holdings->granted, room * sizeof *granted);
  if (granted != NULL) holdings->granted = granted;
  if (bases == NULL || granted == NULL) return false;
  holdings->room = room;
  return true;
}

bool holdings_set(struct holdings *holdings, uint64_t name, bool granted, uint64_t base)
{
  size_t number = names_find(&holdings->names, name);
  if (number == NAME_UNKNOWN) {
    number = holdings->names.count;
    if (!names_add(&holdings->names, name) || !make_room(holdings)) return false;
  }
  holdings->bases[number] = base;
  holdings->granted[number] = granted;
  return true;
}

bool holdings_find(const struct holdings *holdings, uint64_t name, uint64_t *base)
{
  size_t number = names_find(&holdings->names, name);
  if (number == NAME_UNKNOWN || !holdings->granted[number]) return false;
  *base = holdings->bases[number];
  return true;
}

void holdings_clear(struct holdings *holdings) { names_clear(&holdings->names); }

void holdings_free(struct holdings *holdings)
{
  names_free(&holdings->names);
  free(holdings->bases);
  free(holdings->granted);
  *holdings = (struct holdings){0};
}
