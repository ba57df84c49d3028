#include "opt_memory.h"

#include <stdlib.h>

static void *get(void *context, size_t bytes)
{
  (void)context;
  return malloc(bytes);
}

static void give(void *context, void *memory, size_t bytes)
{
  (void)context;
  (void)bytes;
  free(memory);
}

const struct opt_memory opt_memory_malloc = {NULL, get, give};
