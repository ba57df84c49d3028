#include "array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool array_room(void *array, size_t item_bytes, size_t count, size_t more, size_t *room)
{
  void *items;
  size_t wanted = *room > 16 ? *room : 16;
  if (more <= *room - count) return true;
  if (more > SIZE_MAX / 2 / item_bytes - count) return false;
  while (wanted - count < more) wanted *= 2;
  if (wanted > SIZE_MAX / item_bytes) return false;
  memcpy(&items, array, sizeof items); /* whatever it points to */
  items = realloc(items, wanted * item_bytes);
  if (items == NULL) return false;
  memcpy(array, &items, sizeof items);
  *room = wanted;
  return true;
}
