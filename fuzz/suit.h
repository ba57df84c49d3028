/* The history that bytes stand for, where somebody else's allocator runs it. Its interface
 * promises pages of a power of two. Where it hands out real memory, a history must not ask for so
 * much that the engine stops the process. */
#ifndef SPANREF_SUIT_H
#define SPANREF_SUIT_H

#include "../judge/about.h"
#include "../trace/holdings.h"
#include "../trace/trace.h"

/* So much real memory may be in use, as far as that can be told before the history runs. */
#define SUIT_BYTES_MAX (UINT64_C(1) << 22)

struct suit { /* {0} is ready */
  struct holdings asked; /* what each name asked for */
  uint64_t live_pages;
  uint64_t pool_pages; /* handed in, which says how big a closed pool is */
  uint8_t *bytes; /* the input with another page */
  size_t room;
};

/* As bytes_decode. A page that doesn't suit becomes 8192 bytes; then the eight bytes that said
 * which page are operations. An operation that would ask for too much is left out. */
bool suit_decode(struct suit *suit, const struct about *about, const uint8_t *data, size_t size,
                 struct trace *out);
void suit_free(struct suit *suit);

#endif
