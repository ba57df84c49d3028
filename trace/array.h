/* Arrays that grow as they are filled. */
#ifndef SPANREF_ARRAY_H
#define SPANREF_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Is there room for `more` items behind the first `count` of this array, which has room
 * for *room? It is made where there isn't, and the array may move then. false: out of
 * memory, and the array is as it was. array: a pointer to its items, NULL at first. */
#define ARRAY_ROOM(array, count, more, room) \
  ((more) <= *(room) - (count) || \
   array_room(&(array), sizeof *(array), count, more, room))
bool array_room(void *array, size_t item_bytes, size_t count, size_t more, size_t *room);

#endif
