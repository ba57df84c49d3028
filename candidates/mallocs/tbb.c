/* oneTBB's scalable allocator. What scalable_aligned_malloc gave is freed and made longer like any
 * other block. */
#include "its.h"

void *scalable_malloc(size_t size_bytes);
void scalable_free(void *memory);
void *scalable_realloc(void *memory, size_t size_bytes);
void *scalable_calloc(size_t count, size_t each_bytes);
void *scalable_aligned_malloc(size_t size_bytes, size_t align_bytes);
size_t scalable_msize(void *memory);
int scalable_allocation_command(int command, void *none);
#define CLEAN_ALL_BUFFERS 0 /* TBBMALLOC_CLEAN_ALL_BUFFERS */

void *its_malloc(size_t size_bytes)
{
  return scalable_malloc(size_bytes);
}

void its_free(void *memory)
{
  scalable_free(memory);
}

void *its_realloc(void *memory, size_t size_bytes)
{
  return scalable_realloc(memory, size_bytes);
}

void *its_calloc(size_t count, size_t each_bytes)
{
  return scalable_calloc(count, each_bytes);
}

void *its_memalign(size_t align_bytes, size_t size_bytes)
{
  return scalable_aligned_malloc(size_bytes, align_bytes);
}

size_t its_usable_size(void *memory)
{
  return scalable_msize(memory);
}

void its_trim(void)
{
  scalable_allocation_command(CLEAN_ALL_BUFFERS, NULL);
}
