#include "holdings.h"

#include <stdlib.h>

#include "array.h"

bool holdings_set(struct holdings *holdings, uint64_t name, struct holding what)
{
  size_t number = names_find(&holdings->names, name);
  if (number == NAME_UNKNOWN) {
    number = holdings->names.count;
    if (!names_add(&holdings->names, name) ||
        !ARRAY_ROOM(holdings->held, number, 1, &holdings->room))
      return false;
  }
  holdings->held[number] = what;
  return true;
}

bool holdings_find(const struct holdings *holdings, uint64_t name, struct holding *what)
{
  size_t number = names_find(&holdings->names, name);
  if (number == NAME_UNKNOWN || !holdings->held[number].granted) return false;
  *what = holdings->held[number];
  return true;
}

void holdings_clear(struct holdings *holdings) { names_clear(&holdings->names); }

void holdings_free(struct holdings *holdings)
{
  names_free(&holdings->names);
  free(holdings->held);
  *holdings = (struct holdings){0};
}
