/* The runs of pages in use, each with the block that it lies in. */
#ifndef RUNS_H
#define RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run {
  uint64_t base;
  void *block;
};

struct runs { /* all zero: none */
  struct run *all;
  size_t count, room;
};

/* For one more; false: no memory. */
bool runs_make_room(struct runs *runs);
/* There is room. */
void runs_add(struct runs *runs, struct run run);
/* Searched from the end: mostly what was given lately is freed. NULL: not in use. */
struct run *runs_at(const struct runs *runs, uint64_t base);
void runs_remove(struct runs *runs, struct run *run);

#endif
