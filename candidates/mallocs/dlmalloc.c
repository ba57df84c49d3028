/* Doug Lea's malloc as Emscripten has it: over sbrk alone. Its assertions are compiled in. */
#include <stddef.h>
#include <string.h>

#include "region.h"

#define __EMSCRIPTEN__ 1
#define MALLOC_ALIGNMENT ((size_t)16)
#define DLMALLOC_DEBUG 1
#define DEBUG 1
#define sbrk region_sbrk
/* What it takes the place of in a program. */
#define malloc its_malloc
#define free its_free
#define calloc its_calloc
#define realloc its_realloc
#define memalign its_memalign
#define malloc_usable_size dl_usable_size
#define realloc_in_place its_realloc_in_place
#include <dlmalloc.c>

#include "its.h"

size_t its_usable_size(void *memory)
{
  return dl_usable_size(memory);
}
