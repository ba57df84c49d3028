/* The mutations of mutate.h for AFL++, as a shared object: AFL_CUSTOM_MUTATOR_LIBRARY.
 * AFL++'s own go on beside them. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

struct afl_mutator {
  uint64_t seed;
  uint8_t *out;
  size_t room;
};

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(struct afl_mutator *mutator, uint8_t *data, size_t size,
                       uint8_t **out, uint8_t *other, size_t other_size, size_t max_size);
void afl_custom_deinit(struct afl_mutator *mutator);

void *afl_custom_init(void *afl, unsigned int seed)
{
  struct afl_mutator *mutator = calloc(1, sizeof *mutator);
  (void)afl;
  if (mutator != NULL) mutator->seed = seed;
  return mutator;
}

static bool make_room(struct afl_mutator *mutator, size_t room)
{
  if (room <= mutator->room) return true;
  uint8_t *out = realloc(mutator->out, room);
  if (out == NULL) return false;
  mutator->out = out;
  mutator->room = room;
  return true;
}

/* Every fourth is a splice. */
size_t afl_custom_fuzz(struct afl_mutator *mutator, uint8_t *data, size_t size,
                       uint8_t **out, uint8_t *other, size_t other_size, size_t max_size)
{
  size_t room = max_size > size ? max_size : size, got = 0;
  *out = data;
  if (!make_room(mutator, room)) return size;
  *out = mutator->out;
  mutator->seed++;
  if (other != NULL && mutator->seed % 4 == 0)
    got = mutate_splice(data, size, other, other_size, mutator->out, max_size, mutator->seed);
  if (got > 0) return got;
  memcpy(mutator->out, data, size);
  return mutate(mutator->out, size, max_size, mutator->seed);
}

void afl_custom_deinit(struct afl_mutator *mutator)
{
  free(mutator->out);
  free(mutator);
}
