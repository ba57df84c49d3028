/* Boehm's garbage collector as a malloc: its blocks are freed by hand, and nothing is collected,
 * since nobody shows it where the pointers are. A block without pointers isn't cleared, others
 * are. A collection gives back what is free: where nothing is in use, and much was taken. */
#include <gc.h>

#include "its.h"

static void begin(void)
{
  if (GC_is_init_called()) return;
  GC_INIT();
  GC_disable();
  GC_set_warn_proc(GC_ignore_warn_proc);
}

void *its_malloc(size_t size_bytes)
{
  begin();
  return GC_malloc_atomic(size_bytes);
}

void its_free(void *memory)
{
  GC_free(memory);
}

void *its_realloc(void *memory, size_t size_bytes)
{
  return GC_realloc(memory, size_bytes);
}

/* It has no calloc; GC_malloc promises zeros. */
void *its_calloc(size_t count, size_t each_bytes)
{
  size_t size_bytes;
  begin();
  return __builtin_mul_overflow(count, each_bytes, &size_bytes) ? NULL : GC_malloc(size_bytes);
}

void *its_memalign(size_t align_bytes, size_t size_bytes)
{
  begin();
  return GC_memalign(align_bytes, size_bytes);
}

#define MUCH_BYTES ((size_t)256 << 20)

void its_end(void)
{
  if (!GC_is_init_called() || GC_get_heap_size() - GC_get_unmapped_bytes() < MUCH_BYTES) return;
  GC_enable();
  GC_gcollect_and_unmap();
  GC_disable();
}

size_t its_usable_size(void *memory)
{
  return GC_size(memory);
}
