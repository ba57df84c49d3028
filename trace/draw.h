/* Random numbers: splitmix64. The same seed gives the same numbers everywhere. */
#ifndef SPANREF_DRAW_H
#define SPANREF_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draw {
  uint64_t state;
};

static inline uint64_t draw_next(struct draw *draw)
{
  uint64_t z = draw->state += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/* 0 ... limit - 1; 0 for limit 0. Below 2^32 by a multiplication: no division. */
static inline uint64_t draw_below(struct draw *draw, uint64_t limit)
{
  uint64_t bits = draw_next(draw);
  if (limit <= UINT32_MAX) return (bits >> 32) * limit >> 32;
  return bits % limit;
}

/* low ... high */
static inline uint64_t draw_range(struct draw *draw, uint64_t low, uint64_t high)
{
  return low + draw_below(draw, high - low + 1);
}

/* True once in n. */
static inline bool draw_once_in(struct draw *draw, uint64_t n)
{
  return draw_below(draw, n) == 0;
}

/* 1 ... 2^bits - 1: every number of bits is as likely, so small ones abound. */
static inline uint64_t draw_log(struct draw *draw, unsigned bits)
{
  uint64_t top = 1ULL << draw_below(draw, bits);
  return top + draw_below(draw, top);
}

/* An index drawn by weight; weights add up to total > 0. */
static inline size_t draw_weighted(struct draw *draw, const uint8_t *weights,
                                   uint64_t total)
{
  uint64_t ticket = draw_below(draw, total);
  size_t i = 0;
  for (; ticket >= weights[i]; i++) ticket -= weights[i];
  return i;
}

#endif
