/* Emscripten's emmalloc. It is written for pointers of 32 bits: its memory is below 4 GiB here, and
 * it is asked for no block of less than 24 bytes, since a free region has two pointers in it. Its
 * own assertions are compiled in. */
#include <assert.h>
#include <malloc.h>
#include <memory.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "its.h"
#include "region.h"

/* WebAssembly aligns nothing to more. */
struct its_align {
  _Alignas(8) uint64_t word;
};
#define max_align_t struct its_align
#define sbrk region_sbrk
#define emscripten_get_heap_size() 0
#define emscripten_get_heap_max() 0
/* What it takes the place of in a program. */
#define malloc its_malloc
#define free its_free
#define calloc its_calloc
#define realloc its_realloc
#define memalign its_memalign
#define malloc_usable_size its_usable_size
#include <emmalloc.c>

void its_start(void)
{
  emmalloc_blank_slate_from_orbit();
}

void *its_realloc_in_place(void *memory, size_t size_bytes)
{
  return emmalloc_realloc_try(memory, size_bytes);
}

const char *its_check(void)
{
  return emmalloc_validate_memory_regions() != 0 ? "a region isn't what it is in the lists" : NULL;
}
