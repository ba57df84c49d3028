#include "state.h"

#include <stdlib.h>
#include <string.h>

/* The linker's names for where the section begins and ends. */
__attribute__((visibility("hidden"))) extern char __start_its_state[], __stop_its_state[];

bool state_reset(void)
{
  static char *first;
  size_t size_bytes = (size_t)(__stop_its_state - __start_its_state);
  if (first != NULL) {
    memcpy(__start_its_state, first, size_bytes);
    return true;
  }
  first = malloc(size_bytes);
  if (first != NULL) memcpy(first, __start_its_state, size_bytes);
  return first != NULL;
}
