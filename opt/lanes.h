/* Sixteen numbers of 15 bits, asked all at once: which of them are so large, and which is
 * the largest. No branch depends on them.
 *
 * They are read and written eight bytes at a time. What a processor has just
 * written it can read again at once, but only as much of it or less: a wider load would wait
 * until the write has left the processor.
 *
 * With SSE2, which every x86-64 has, in a dozen instructions; elsewhere, or with
 * -DSPANREF_SCALAR, in plain C. Both answer the same: opt/test_opt.c. */
#ifndef SPANREF_OPT_LANES_H
#define SPANREF_OPT_LANES_H

#include <stdint.h>

#if defined(__SSE2__) && !defined(SPANREF_SCALAR)
#include <emmintrin.h>
#define LANES_SSE2 1
#endif

#define LANES 16
/* Larger numbers aren't kept, so that they compare the same signed and unsigned. */
#define LANES_MAX 0x7fffu

struct lanes {
  uint64_t quarter[4]; /* lane 0 is the lowest 16 bits of quarter[0] */
};

static inline unsigned lanes_get(const struct lanes *lanes, unsigned i)
{
  return (unsigned)(lanes->quarter[i >> 2] >> (i & 3) * 16) & 0xffff;
}

static inline void lanes_set(struct lanes *lanes, unsigned i, unsigned value)
{
  uint64_t *quarter = &lanes->quarter[i >> 2];
  unsigned shift = (i & 3) * 16;
  *quarter = (*quarter & ~(UINT64_C(0xffff) << shift)) | (uint64_t)value << shift;
}

#ifdef LANES_SSE2

static inline __m128i lanes_load(const uint64_t quarters[2])
{
  return _mm_set_epi64x((long long)quarters[1], (long long)quarters[0]);
}

/* Bit i: lane i is at least so large, which is 1 or more. */
static inline unsigned lanes_at_least(const struct lanes *lanes, unsigned least)
{
  __m128i below = _mm_set1_epi16((short)(least - 1));
  __m128i low = _mm_cmpgt_epi16(lanes_load(lanes->quarter), below);
  __m128i high = _mm_cmpgt_epi16(lanes_load(lanes->quarter + 2), below);
  return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

static inline unsigned lanes_largest(const struct lanes *lanes)
{
  __m128i a = _mm_max_epi16(lanes_load(lanes->quarter), lanes_load(lanes->quarter + 2));
  a = _mm_max_epi16(a, _mm_srli_si128(a, 8));
  a = _mm_max_epi16(a, _mm_srli_si128(a, 4));
  a = _mm_max_epi16(a, _mm_srli_si128(a, 2));
  return (unsigned)_mm_cvtsi128_si32(a) & LANES_MAX;
}

static inline __m128i lanes32_load(const uint32_t *from)
{
  return _mm_loadu_si128((const __m128i *)(const void *)from);
}

static inline unsigned lanes32_at_least(const uint32_t lanes[LANES], uint32_t least)
{
  __m128i below = _mm_set1_epi32((int)(least - 1));
  __m128i a = _mm_cmpgt_epi32(lanes32_load(lanes), below);
  __m128i b = _mm_cmpgt_epi32(lanes32_load(lanes + 4), below);
  __m128i c = _mm_cmpgt_epi32(lanes32_load(lanes + 8), below);
  __m128i d = _mm_cmpgt_epi32(lanes32_load(lanes + 12), below);
  return (unsigned)_mm_movemask_epi8(
      _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
}

static inline __m128i lanes32_larger(__m128i a, __m128i b)
{
  __m128i greater = _mm_cmpgt_epi32(a, b);
  return _mm_or_si128(_mm_and_si128(greater, a), _mm_andnot_si128(greater, b));
}

static inline uint32_t lanes32_largest(const uint32_t lanes[LANES])
{
  __m128i a = lanes32_larger(lanes32_load(lanes), lanes32_load(lanes + 4));
  __m128i b = lanes32_larger(lanes32_load(lanes + 8), lanes32_load(lanes + 12));
  a = lanes32_larger(a, b);
  a = lanes32_larger(a, _mm_srli_si128(a, 8));
  a = lanes32_larger(a, _mm_srli_si128(a, 4));
  return (uint32_t)_mm_cvtsi128_si32(a);
}

#else

static inline unsigned lanes_at_least(const struct lanes *lanes, unsigned least)
{
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++)
    found |= (unsigned)(lanes_get(lanes, i) >= least) << i;
  return found;
}

static inline unsigned lanes_largest(const struct lanes *lanes)
{
  unsigned largest = 0;
  for (unsigned i = 0; i < LANES; i++) {
    unsigned lane = lanes_get(lanes, i);
    largest = lane > largest ? lane : largest;
  }
  return largest;
}

static inline unsigned lanes32_at_least(const uint32_t lanes[LANES], uint32_t least)
{
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++) found |= (unsigned)(lanes[i] >= least) << i;
  return found;
}

static inline uint32_t lanes32_largest(const uint32_t lanes[LANES])
{
  uint32_t largest = 0;
  for (unsigned i = 0; i < LANES; i++) largest = lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

#endif

#endif
