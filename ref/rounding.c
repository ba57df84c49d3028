#include "rounding.h"

uint64_t round_down(uint64_t x, uint64_t r)
{
  switch (r) {
  case 1: return x;
  case 2: return x / 2 * 2;
  case 4: return x / 4 * 4;
  case 8: return x / 8 * 8;
  default: return x / 16 * 16;
  }
}

uint64_t round_up(uint64_t x, uint64_t r)
{
  return round_down(x + r - 1, r);
}

uint64_t round_down_to(uint64_t x, uint64_t unit)
{
  return x - x % unit;
}

uint64_t round_up_to(uint64_t x, uint64_t unit)
{
  uint64_t over = x % unit;
  return over == 0 ? x : x - over + unit;
}

uint64_t huge_pages_in(struct span s, uint64_t huge_pages)
{
  if (huge_pages == 0 || s.npages < huge_pages) return 0;
  uint64_t first = (s.base + huge_pages - 1) / huge_pages;
  uint64_t limit = (s.base + s.npages) / huge_pages;
  return limit > first ? limit - first : 0;
}

bool has_physical_page(struct span s, uint64_t r)
{
  return round_up(s.base, r) < round_down(s.base + s.npages, r);
}

uint64_t released_pages_in(struct span s, uint64_t r)
{
  if (!s.free || !s.scavenged) return 0;
  return round_down(s.base + s.npages, r) - round_up(s.base, r);
}

/*@ ghost
  void lemma_aligned_multiple(uint64_t x, uint64_t unit, uint64_t r)
  {
    uint64_t n = x / unit;
    /@ assert whole: x - x % unit == n * unit; @/
    /@ assert two: r == 2 ==> n * unit == 2 * (n * (unit / 2)); @/
    /@ assert two_aligned: r == 2 ==> aligned(2 * (n * (unit / 2)), 2); @/
    /@ assert four: r == 4 ==> n * unit == 4 * (n * (unit / 4)); @/
    /@ assert four_aligned: r == 4 ==> aligned(4 * (n * (unit / 4)), 4); @/
    /@ assert eight: r == 8 ==> n * unit == 8 * (n * (unit / 8)); @/
    /@ assert eight_aligned: r == 8 ==> aligned(8 * (n * (unit / 8)), 8); @/
    /@ assert sixteen: r == 16 ==> n * unit == 16 * (n * (unit / 16)); @/
    /@ assert sixteen_aligned: r == 16 ==> aligned(16 * (n * (unit / 16)), 16); @/
  }
*/

/*@ ghost
  void lemma_aligned_sum(uint64_t a, uint64_t b, uint64_t r) { }
*/

/*@ ghost
  void lemma_multiples(uint64_t a, uint64_t b, uint64_t unit)
  {
    /@ assert a: a == unit * (a / unit); @/
    /@ assert b: b == unit * (b / unit); @/
    /@ assert sum: a + b == unit * (a / unit + b / unit); @/
  }
*/

/*@ ghost
  void lemma_huge_runs(struct span s, uint64_t huge_pages, uint64_t k) { }
*/
