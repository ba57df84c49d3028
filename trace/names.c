#include "names.h"

#include <stdlib.h>

/* Every bit of the name moves every bit of the slot: splitmix64's finish. */
static uint64_t mixed(uint64_t name)
{
  name = (name ^ (name >> 30)) * 0xbf58476d1ce4e5b9ULL;
  name = (name ^ (name >> 27)) * 0x94d049bb133111ebULL;
  return name ^ (name >> 31);
}

/* The slot that holds name, or the empty one where it would go. */
static size_t slot_of(const struct names *set, uint64_t name)
{
  size_t mask = 2 * set->room - 1;
  size_t slot = (size_t)mixed(name) & mask;
  while (set->slots[slot] != 0 && set->names[set->slots[slot] - 1] != name)
    slot = (slot + 1) & mask;
  return slot;
}

size_t names_find(const struct names *set, uint64_t name)
{
  size_t number_plus_1 = set->room > 0 ? set->slots[slot_of(set, name)] : 0;
  return number_plus_1 > 0 ? number_plus_1 - 1 : NAME_UNKNOWN;
}

static bool names_grow(struct names *set)
{
  size_t room = set->room > 0 ? 2 * set->room : 64;
  if (room > SIZE_MAX / 2 / sizeof *set->slots) return false;
  uint64_t *names = realloc(set->names, room * sizeof *names);
  if (names == NULL) return false;
  set->names = names;
  size_t *slots = calloc(2 * room, sizeof *slots);
  if (slots == NULL) return false;
  free(set->slots);
  set->slots = slots;
  set->room = room;
  for (size_t number = 0; number < set->count; number++)
    slots[slot_of(set, names[number])] = number + 1;
  return true;
}

bool names_add(struct names *set, uint64_t name)
{
  if (set->count == set->room && !names_grow(set)) return false;
  set->names[set->count++] = name;
  set->slots[slot_of(set, name)] = set->count;
  return true;
}

void names_clear(struct names *set)
{
  /* Last in, first out: a name's slot is found past those that were there before. */
  for (size_t number = set->count; number-- > 0;)
    set->slots[slot_of(set, set->names[number])] = 0;
  set->count = 0;
}

void names_free(struct names *set)
{
  free(set->names);
  free(set->slots);
  *set = (struct names){0};
}
