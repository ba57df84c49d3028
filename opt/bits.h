/* What gcc and clang add to C: first and last set bit, and what to inline. And what is demanded
 * of code and of layout. */
#ifndef SPANREF_OPT_BITS_H
#define SPANREF_OPT_BITS_H

#include <assert.h>
#include <stdint.h>

/* A fact about constants and layout, at file scope: the build fails where it is false. C11 has
 * _Static_assert for this; the project is C99. */
#define LAYOUT(name, fact) typedef char layout_##name[(fact) ? 1 : -1]

/* A precondition that costs too much to be an assert where the heap is fuzzed at full speed. It
 * is on with -DOPT_CHECK, asserts on or off, and then stops the program (page_check.c). */
#ifdef OPT_CHECK
void opt_check_failed(const char *file, int line, const char *what);
#define CHECK(fact) ((fact) ? (void)0 : opt_check_failed(__FILE__, __LINE__, #fact))
#else
#define CHECK(fact) ((void)0)
#endif

/* NEVER_INLINE: for a function that is called rarely, and that would cost its callers registers
 * if it were inlined. ALWAYS_INLINE: for one whose constant arguments decide its branches. */
#define NEVER_INLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Position of the lowest set bit. */
static inline unsigned bits_first(uint64_t bits)
{
  assert(bits != 0 && "an empty word has no first bit");
  return (unsigned)__builtin_ctzll(bits);
}

/* Position of the highest set bit. */
static inline unsigned bits_last(uint64_t bits)
{
  assert(bits != 0 && "an empty word has no last bit");
  return 63u - (unsigned)__builtin_clzll(bits);
}

/* Bits position ... 63. */
static inline uint64_t bits_from(unsigned position)
{
  assert(position <= 63 && "a word has 64 bits");
  return UINT64_MAX << position;
}

/* Bits 0 ... position. */
static inline uint64_t bits_upto(unsigned position)
{
  assert(position <= 63 && "a word has 64 bits");
  return UINT64_MAX >> (63u - position);
}

#endif
