/* A set of names, numbered in the order they were added: 0, 1, 2 ... */
#ifndef SPANREF_NAMES_H
#define SPANREF_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_UNKNOWN SIZE_MAX

struct names {          /* {0} is the empty set */
  uint64_t *names;      /* in the order they were added */
  size_t count, room;   /* room: a power of two or 0 */
  size_t *slots;        /* 2 * room of them, open addressing: number + 1, 0: empty */
};

/* The number of name, or NAME_UNKNOWN. */
size_t names_find(const struct names *set, uint64_t name);
/* Add a name that is not in it. false: out of memory. */
bool names_add(struct names *set, uint64_t name);
/* Empty it, and keep its room for the next. */
void names_clear(struct names *set);
void names_free(struct names *set);

#endif
