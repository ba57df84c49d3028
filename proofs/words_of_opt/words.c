/* What opt/ computes by tricks on one word or sixteen lanes, beside the plain loop that defines it.
 * words.py proves for each NAME here: for all arguments for which needs_NAME holds, opt_NAME answers
 * what spec_NAME does, and none of its assertions fails. With EACH the last argument takes each of
 * these values, one after the other. */
#include <stdbool.h>

#include "../../opt/first_fit.h"

#define EACH(name, from, upto) \
  unsigned from_##name(void) { return from; } \
  unsigned upto_##name(void) { return upto; }

static inline bool bit(uint64_t word, unsigned i) { return i < 64 && (word >> i & 1) != 0; }

/* --- opt/bits.h */

bool needs_bits_first(uint64_t bits) { return bits != 0; }
unsigned opt_bits_first(uint64_t bits) { return bits_first(bits); }
unsigned spec_bits_first(uint64_t bits)
{
  unsigned first = 64;
  for (unsigned i = 64; i-- > 0;) first = bit(bits, i) ? i : first;
  return first;
}

bool needs_bits_last(uint64_t bits) { return bits != 0; }
unsigned opt_bits_last(uint64_t bits) { return bits_last(bits); }
unsigned spec_bits_last(uint64_t bits)
{
  unsigned last = 64;
  for (unsigned i = 0; i < 64; i++) last = bit(bits, i) ? i : last;
  return last;
}

bool needs_bits_from(unsigned position) { return position < 64; }
uint64_t opt_bits_from(unsigned position) { return bits_from(position); }
uint64_t spec_bits_from(unsigned position)
{
  uint64_t bits = 0;
  for (unsigned i = 0; i < 64; i++) bits |= (uint64_t)(i >= position) << i;
  return bits;
}

bool needs_bits_upto(unsigned position) { return position < 64; }
uint64_t opt_bits_upto(unsigned position) { return bits_upto(position); }
uint64_t spec_bits_upto(unsigned position)
{
  uint64_t bits = 0;
  for (unsigned i = 0; i < 64; i++) bits |= (uint64_t)(i <= position) << i;
  return bits;
}

/* --- Free spans that end in one word: `free` has their first pages */

static bool are_spans(uint64_t free, uint64_t boundaries)
{
  return (free & ~boundaries) == 0 && (free == 0 || (boundaries & ~free) > free);
}

/* All pages of theirs. */
static uint64_t pages_of(uint64_t free, uint64_t boundaries)
{
  uint64_t pages = 0;
  bool is_free = false;
  for (unsigned i = 0; i < 64; i++) {
    is_free = bit(boundaries, i) ? bit(free, i) : is_free;
    pages |= (uint64_t)is_free << i;
  }
  return pages;
}

/* Do so many pages from this one on belong to one span, and lie in the word? Asked with &, since a
 * loop behind a branch is a way of its own (llvm.py). */
static inline bool are_together(uint64_t boundaries, unsigned first, unsigned npages)
{
  bool is_so = first + npages <= 64;
  for (unsigned i = 1; i < npages; i++) is_so &= !bit(boundaries, first + i);
  return is_so;
}

bool needs_word_inner(uint64_t free, uint64_t boundaries) { return are_spans(free, boundaries); }
uint64_t opt_word_inner(uint64_t free, uint64_t boundaries) { return word_inner(free, boundaries); }
/* All but the last page of each. */
uint64_t spec_word_inner(uint64_t free, uint64_t boundaries)
{
  uint64_t pages = pages_of(free, boundaries), inner = 0;
  for (unsigned i = 0; i < 63; i++) inner |= (uint64_t)(bit(pages, i) && !bit(boundaries, i + 1)) << i;
  return inner;
}

/* Is the longest of them so long? */
EACH(word_longest_inside, 1, 64)
bool needs_word_longest_inside(uint64_t free, uint64_t boundaries, unsigned least)
{
  return are_spans(free, boundaries);
}
bool opt_word_longest_inside(uint64_t free, uint64_t boundaries, unsigned least)
{
  return word_longest_inside(free, boundaries) >= least;
}
bool spec_word_longest_inside(uint64_t free, uint64_t boundaries, unsigned least)
{
  bool found = false;
  for (unsigned i = 0; i + least < 64; i++) found |= bit(free, i) & are_together(boundaries, i, least);
  return found;
}

/* Where do so many pages of one of them begin? */
EACH(word_places, 1, 63)
bool needs_word_places(uint64_t free, uint64_t boundaries, unsigned npages)
{
  return are_spans(free, boundaries);
}
uint64_t opt_word_places(uint64_t free, uint64_t boundaries, unsigned npages)
{
  return word_places(free, boundaries, npages);
}
uint64_t spec_word_places(uint64_t free, uint64_t boundaries, unsigned npages)
{
  uint64_t pages = pages_of(free, boundaries), places = 0;
  for (unsigned i = 0; i < 64; i++)
    places |= (uint64_t)(bit(pages, i) & are_together(boundaries, i, npages)) << i;
  return places;
}

/* Which of them have so many? */
EACH(long_enough, 1, 63)
bool needs_long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
{
  return are_spans(free, boundaries);
}
uint64_t opt_long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
{
  return long_enough(free, boundaries, npages);
}
uint64_t spec_long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
{
  uint64_t found = 0;
  for (unsigned i = 0; i + npages < 64; i++)
    found |= (uint64_t)(bit(free, i) & are_together(boundaries, i, npages)) << i;
  return found;
}

/* --- opt/lanes.h */

static bool are_below16(const uint16_t *lanes)
{
  bool is_so = true;
  for (unsigned i = 0; i < LANES; i++) is_so &= lanes[i] <= LANES16_MAX;
  return is_so;
}

static bool are_below32(const uint32_t *lanes)
{
  bool is_so = true;
  for (unsigned i = 0; i < LANES; i++) is_so &= lanes[i] <= LANES32_MAX;
  return is_so;
}

bool needs_lanes16_at_least(const uint16_t *lanes, unsigned least)
{
  return are_below16(lanes) && least - 1 < LANES16_MAX;
}
unsigned opt_lanes16_at_least(const uint16_t *lanes, unsigned least) { return lanes16_at_least(lanes, least); }
unsigned spec_lanes16_at_least(const uint16_t *lanes, unsigned least)
{
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++) found |= (unsigned)(lanes[i] >= least) << i;
  return found;
}

bool needs_lanes32_at_least(const uint32_t *lanes, uint32_t least)
{
  return are_below32(lanes) && least - 1 < LANES32_MAX;
}
unsigned opt_lanes32_at_least(const uint32_t *lanes, uint32_t least) { return lanes32_at_least(lanes, least); }
unsigned spec_lanes32_at_least(const uint32_t *lanes, uint32_t least)
{
  unsigned found = 0;
  for (unsigned i = 0; i < LANES; i++) found |= (unsigned)(lanes[i] >= least) << i;
  return found;
}

/* The largest is asked of lane by lane, since solvers take long where it is asked of all at once: lane
 * `which` has no larger number, and for which == LANES a lane has this one, or it is 0. */
static inline bool is_largest16(const uint16_t *lanes, unsigned but, unsigned which, uint32_t largest)
{
  bool is_there = largest == 0;
  for (unsigned i = 0; i < LANES; i++) is_there |= i != but && lanes[i] == largest;
  return which == LANES ? is_there : which == but || lanes[which] <= largest;
}

/* Which lane is left out, and which is asked of. */
EACH(lanes16_largest_but, 0, LANES * (LANES + 1) - 1)
bool needs_lanes16_largest_but(const uint16_t *lanes, unsigned pair) { return are_below16(lanes); }
unsigned opt_lanes16_largest_but(const uint16_t *lanes, unsigned pair)
{
  return lanes16_largest_but(lanes, pair % LANES);
}
bool answers_lanes16_largest_but(const uint16_t *lanes, unsigned pair, uint32_t largest)
{
  return is_largest16(lanes, pair % LANES, pair / LANES, largest);
}

EACH(lanes16_largest, 0, LANES)
bool needs_lanes16_largest(const uint16_t *lanes, unsigned which) { return are_below16(lanes); }
unsigned opt_lanes16_largest(const uint16_t *lanes, unsigned which) { return lanes16_largest(lanes); }
bool answers_lanes16_largest(const uint16_t *lanes, unsigned which, uint32_t largest)
{
  return is_largest16(lanes, LANES, which, largest);
}

EACH(lanes32_largest, 0, LANES)
bool needs_lanes32_largest(const uint32_t *lanes, unsigned which) { return are_below32(lanes); }
uint32_t opt_lanes32_largest(const uint32_t *lanes, unsigned which) { return lanes32_largest(lanes); }
bool answers_lanes32_largest(const uint32_t *lanes, unsigned which, uint32_t largest)
{
  bool is_there = largest == 0;
  for (unsigned i = 0; i < LANES; i++) is_there |= lanes[i] == largest;
  return which == LANES ? is_there : lanes[which] <= largest;
}
