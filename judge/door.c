#include "door.h"

#include <stdlib.h>

#include "../trace/array.h"

static void keep(struct door *door, struct door_grant grant)
{
  if (ARRAY_ROOM(door->grants, door->ngrants, 1, &door->room))
    door->grants[door->ngrants++] = grant;
  else
    door->failed = true;
}

void door_hand_in(struct door *door, uint64_t base, uint64_t npages)
{
  keep(door, (struct door_grant){0, base, npages});
}

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  struct door *door = context;
  struct span_os_answer answer = fake_os_reserve(&door->fake, npages);
  *base = answer.base;
  *granted_pages = answer.npages;
  door->asked++;
  if (answer.granted && npages > 0)
    keep(door, (struct door_grant){npages, answer.base, answer.npages});
  else
    door->refused = true;
  return answer.granted;
}

void door_reset(struct door *door)
{
  door->os = (struct spanref_os){door, reserve, NULL};
  fake_os_reset(&door->fake);
  door->ngrants = 0;
  door->asked = 0;
  door->refused = door->failed = false;
}

void door_free(struct door *door) { free(door->grants); }
