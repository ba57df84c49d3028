/* First and last set bit, portable; the compiler's own where it has them. */
#ifndef SPANREF_OPT_BITS_H
#define SPANREF_OPT_BITS_H

#include <assert.h>
#include <stdint.h>

/* What is rarely called and would cost its callers registers. */
#if defined(__GNUC__)
#define NEVER_INLINE __attribute__((noinline))
#else
#define NEVER_INLINE
#endif

/* Position of the lowest set bit; bits != 0. */
static inline unsigned bits_first(uint64_t bits)
{
  assert(bits != 0 && "an empty word has no first bit");
#if defined(__GNUC__)
  return (unsigned)__builtin_ctzll(bits);
#else
  unsigned position = 0;
  for (; !(bits & 1); bits >>= 1) position++;
  return position;
#endif
}

/* Position of the highest set bit; bits != 0. */
static inline unsigned bits_last(uint64_t bits)
{
  assert(bits != 0 && "an empty word has no last bit");
#if defined(__GNUC__)
  return 63u - (unsigned)__builtin_clzll(bits);
#else
  unsigned position = 0;
  while (bits >>= 1) position++;
  return position;
#endif
}

/* Bits position ... 63, and bits 0 ... position; position <= 63. */
static inline uint64_t bits_from(unsigned position)
{
  return UINT64_MAX << position;
}

static inline uint64_t bits_upto(unsigned position)
{
  return UINT64_MAX >> (63u - position);
}

#endif
