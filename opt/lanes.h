/* Two questions about sixteen numbers, without a branch: which of them are at least so large,
 * and how large is the largest.
 *
 * Every x86-64 has SSE2, which answers in a dozen instructions. Elsewhere, and with
 * -DSPANREF_SCALAR, plain C answers the same: opt/test_opt.c is run with both. */
#ifndef SPANREF_OPT_LANES_H
#define SPANREF_OPT_LANES_H

#include <assert.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(SPANREF_SCALAR)
#include <emmintrin.h>
#define LANES_SSE2 1
#endif

#define LANES 16
/* No number is larger: signed and unsigned comparisons then agree. */
#define LANES16_MAX 0x7fffu
#define LANES32_MAX 0x7fffffffu

#ifdef LANES_SSE2

static inline __m128i lanes_load(const void *from)
{
  return _mm_loadu_si128((const __m128i *)from);
}

/* Bit i of the answer: lanes[i] >= least. */
static inline unsigned lanes16_at_least(const uint16_t lanes[LANES], unsigned least)
{
  assert(0 < least && least <= LANES16_MAX && "least - 1 is a lane's number");
  __m128i below = _mm_set1_epi16((short)(least - 1));
  __m128i low = _mm_cmpgt_epi16(lanes_load(lanes), below);
  __m128i high = _mm_cmpgt_epi16(lanes_load(lanes + 8), below);
  return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

static inline unsigned lanes32_at_least(const uint32_t lanes[LANES], uint32_t least)
{
  assert(0 < least && least <= LANES32_MAX && "least - 1 is a lane's number");
  __m128i below = _mm_set1_epi32((int)(least - 1));
  __m128i a = _mm_cmpgt_epi32(lanes_load(lanes), below);
  __m128i b = _mm_cmpgt_epi32(lanes_load(lanes + 4), below);
  __m128i c = _mm_cmpgt_epi32(lanes_load(lanes + 8), below);
  __m128i d = _mm_cmpgt_epi32(lanes_load(lanes + 12), below);
  return (unsigned)_mm_movemask_epi8(
      _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
}

static inline unsigned lanes16_larger(__m128i a, __m128i b)
{
  a = _mm_max_epi16(a, b);
  a = _mm_max_epi16(a, _mm_srli_si128(a, 8));
  a = _mm_max_epi16(a, _mm_srli_si128(a, 4));
  a = _mm_max_epi16(a, _mm_srli_si128(a, 2));
  return (unsigned)_mm_cvtsi128_si32(a) & LANES16_MAX;
}

/* The largest of all lanes but one. The caller writes that lane afterwards: a load that
 * covers a smaller store must wait until the store has left the processor. */
static inline unsigned lanes16_largest_but(const uint16_t lanes[LANES], unsigned lane)
{
  assert(lane < LANES && "there are sixteen");
  __m128i which = _mm_set1_epi16((short)lane);
  __m128i low = _mm_cmpeq_epi16(which, _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7));
  __m128i high = _mm_cmpeq_epi16(which, _mm_setr_epi16(8, 9, 10, 11, 12, 13, 14, 15));
  return lanes16_larger(_mm_andnot_si128(low, lanes_load(lanes)),
                        _mm_andnot_si128(high, lanes_load(lanes + 8)));
}

static inline unsigned lanes16_largest(const uint16_t lanes[LANES])
{
  return lanes16_larger(lanes_load(lanes), lanes_load(lanes + 8));
}

static inline __m128i lanes32_larger(__m128i a, __m128i b)
{
  __m128i greater = _mm_cmpgt_epi32(a, b);
  return _mm_or_si128(_mm_and_si128(greater, a), _mm_andnot_si128(greater, b));
}

static inline uint32_t lanes32_largest(const uint32_t lanes[LANES])
{
  __m128i a = lanes32_larger(lanes_load(lanes), lanes_load(lanes + 4));
  __m128i b = lanes32_larger(lanes_load(lanes + 8), lanes_load(lanes + 12));
  a = lanes32_larger(a, b);
  a = lanes32_larger(a, _mm_srli_si128(a, 8));
  a = lanes32_larger(a, _mm_srli_si128(a, 4));
  return (uint32_t)_mm_cvtsi128_si32(a);
}

#else

static inline unsigned lanes16_at_least(const uint16_t lanes[LANES], unsigned least)
{
  assert(0 < least && least <= LANES16_MAX && "least - 1 is a lane's number");
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++) found |= (unsigned)(lanes[i] >= least) << i;
  return found;
}

static inline unsigned lanes32_at_least(const uint32_t lanes[LANES], uint32_t least)
{
  assert(0 < least && least <= LANES32_MAX && "least - 1 is a lane's number");
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++) found |= (unsigned)(lanes[i] >= least) << i;
  return found;
}

static inline unsigned lanes16_largest_but(const uint16_t lanes[LANES], unsigned lane)
{
  assert(lane < LANES && "there are sixteen");
  unsigned largest = 0;
  for (unsigned i = 0; i < LANES; i++)
    largest = i != lane && lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

static inline unsigned lanes16_largest(const uint16_t lanes[LANES])
{
  unsigned largest = 0;
  for (unsigned i = 0; i < LANES; i++) largest = lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

static inline uint32_t lanes32_largest(const uint32_t lanes[LANES])
{
  uint32_t largest = 0;
  for (unsigned i = 0; i < LANES; i++) largest = lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

#endif

#endif
