/* Aligned pages: those that are phase modulo align. */
#ifndef SPANREF_OPT_RESIDUE_H
#define SPANREF_OPT_RESIDUE_H

#include <stdbool.h>
#include <stdint.h>

#include "bits.h"

struct residue {
  uint64_t align, phase; /* 0 <= phase < align */
};

/* From page to the first such page that isn't below it. */
static inline uint64_t residue_after(struct residue residue, uint64_t page)
{
  assert(residue.phase < residue.align && "a residue");
  if ((residue.align & (residue.align - 1)) == 0) /* a power of two: no division */
    return (residue.phase - page) & (residue.align - 1);
  uint64_t over = page % residue.align;
  return residue.phase - over + (over <= residue.phase ? 0 : residue.align);
}

/* How many of npages pages from base on are left from the first such page on. */
static inline uint64_t residue_left(struct residue residue, uint64_t base, uint64_t npages)
{
  uint64_t lost = residue_after(residue, base);
  return lost < npages ? npages - lost : 0;
}

#endif
