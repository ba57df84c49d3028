#include "ways.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "its.h"

/* So much of a block is written and read at its beginning and at its end, and between them one byte
 * of so many. */
#define EDGE_BYTES ((size_t)4096)
#define STEP_BYTES 61
#define SHORT_BYTES_MAX ((size_t)1 << 18) /* a block that grows is no longer before */
#define WALL_BYTES 40

static size_t least(size_t one, size_t other)
{
  return one < other ? one : other;
}

/* The byte after i that is looked at, of so many. */
static size_t after(size_t i, size_t length_bytes)
{
  bool is_between = i >= EDGE_BYTES && i + EDGE_BYTES + STEP_BYTES < length_bytes;
  return i + (is_between ? STEP_BYTES : 1);
}

/* Differs from block to block, and from one byte to the next. */
static unsigned char byte_at(const struct asker *asker, size_t i)
{
  return (unsigned char)((i + asker->seed) % 251 + 1);
}

static void fill(const struct asker *asker, unsigned char *block, size_t length_bytes)
{
  for (size_t i = 0; i < length_bytes; i = after(i, length_bytes)) block[i] = byte_at(asker, i);
}

static void expect(struct asker *asker, const unsigned char *block, size_t length_bytes)
{
  for (size_t i = 0; i < length_bytes; i = after(i, length_bytes))
    if (block[i] != byte_at(asker, i)) {
      snprintf(asker->wrong, WRONG_BYTES, "realloc lost byte %zu of %zu", i, length_bytes);
      return;
    }
}

static void *cleared(struct asker *asker, unsigned char *block, size_t length_bytes)
{
  if (block == NULL) return NULL;
  for (size_t i = 0; i < length_bytes; i = after(i, length_bytes))
    if (block[i] != 0) {
      snprintf(asker->wrong, WRONG_BYTES, "calloc left byte %zu of %zu", i, length_bytes);
      break;
    }
  return block;
}

/* The block, if it is what was asked for. */
static void *judged(struct asker *asker, void *block, size_t align_bytes, size_t size_bytes)
{
  if (block == NULL) return NULL;
  if ((uintptr_t)block % align_bytes != 0)
    snprintf(asker->wrong, WRONG_BYTES, "0x%" PRIxPTR " isn't aligned to %zu", (uintptr_t)block,
             align_bytes);
  if (its_usable_size != NULL && its_usable_size(block) < size_bytes)
    snprintf(asker->wrong, WRONG_BYTES, "of %zu bytes %zu are usable", size_bytes,
             its_usable_size(block));
  return block;
}

/* If realloc refuses, it must leave the block as it was. */
static void *ask_realloc(struct asker *asker, void *block, size_t from_bytes, size_t to_bytes)
{
  size_t same_bytes = least(from_bytes, to_bytes);
  if (block == NULL) return NULL;
  asker->seed++;
  fill(asker, block, same_bytes);
  void *other = its_realloc(block, to_bytes);
  expect(asker, other != NULL ? other : block, same_bytes);
  if (other == NULL) {
    its_free(block);
    return NULL;
  }
  return judged(asker, other, 1, to_bytes);
}

static void *ask_realloc_at_wall(struct asker *asker, size_t from_bytes, size_t to_bytes)
{
  void *block = its_malloc(from_bytes), *wall = its_malloc(WALL_BYTES);
  block = ask_realloc(asker, block, from_bytes, to_bytes);
  its_free(wall);
  return block;
}

void *way_ask(struct asker *asker, enum way way, size_t align_bytes, size_t size_bytes)
{
  size_t short_bytes = least(size_bytes / 2, SHORT_BYTES_MAX);
  size_t long_bytes = size_bytes + short_bytes;
  switch (way) {
  case WAY_MEMALIGN:
    return judged(asker, its_memalign(align_bytes, size_bytes), align_bytes, size_bytes);
  case WAY_CALLOC:
    return judged(asker,
                  cleared(asker, its_calloc(size_bytes / align_bytes, align_bytes), size_bytes), 1,
                  size_bytes);
  case WAY_MOVE:
    return ask_realloc_at_wall(asker, short_bytes, size_bytes);
  case WAY_SHRINK:
    return ask_realloc_at_wall(asker, long_bytes, size_bytes);
  case WAY_MEMALIGN_GROW:
    return ask_realloc(asker, its_memalign(align_bytes, short_bytes), short_bytes, size_bytes);
  default:
    return ask_realloc(asker, its_malloc(short_bytes), short_bytes, size_bytes);
  }
}

/* What is known to be given isn't asked for. */
static bool asks_calloc(void)
{
#ifdef MALLOC_WRAPS_CALLOC
  return false;
#else
  return its_calloc != NULL;
#endif
}

static bool asks_memalign(void)
{
#ifdef MALLOC_WRAPS_MEMALIGN
  return false;
#else
  return its_memalign != NULL;
#endif
}

void *way_ask_too_much(struct asker *asker, size_t each_bytes)
{
  const size_t sizes_bytes[] = {SIZE_MAX, SIZE_MAX - each_bytes / 2, SIZE_MAX - 2 * each_bytes,
                                SIZE_MAX / 2 + 1};
  void *block = asks_calloc() ? its_calloc(SIZE_MAX / each_bytes + 2, each_bytes) : NULL;
  for (size_t i = 0; i < sizeof sizes_bytes / sizeof *sizes_bytes && block == NULL; i++) {
    block = its_malloc(sizes_bytes[i]);
    if (block == NULL && asks_memalign()) block = its_memalign(each_bytes, sizes_bytes[i]);
    if (block == NULL)
      block = ask_realloc(asker, its_malloc(each_bytes), each_bytes, sizes_bytes[i]);
  }
  return block;
}
