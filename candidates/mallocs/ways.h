/* The ways in which a malloc is asked for a block. Each writes what the caller of a malloc may write,
 * and looks whether it stays. */
#ifndef WAYS_H
#define WAYS_H

#include <stddef.h>
#include <stdint.h>

enum way {
  WAY_MEMALIGN,
  WAY_CALLOC,
  WAY_GROW,          /* realloc of a shorter block */
  WAY_MOVE,          /* the same, where another block is behind it */
  WAY_SHRINK,        /* realloc of a longer block, where another block is behind it */
  WAY_MEMALIGN_GROW, /* realloc of a shorter block that is aligned */
  WAY_COUNT
};

#define WRONG_BYTES 96

struct asker {
  char wrong[WRONG_BYTES]; /* what it was seen to do; "": nothing */
  unsigned seed;           /* of what is written */
};

/* A block of so many bytes, or NULL. align_bytes is kept to by WAY_MEMALIGN alone. */
void *way_ask(struct asker *asker, enum way way, size_t align_bytes, size_t size_bytes);

/* Asks for what no memory has room for, and whose size wraps in one way or the other. What was given
 * all the same, or NULL. */
void *way_ask_too_much(struct asker *asker, size_t each_bytes);

#endif
