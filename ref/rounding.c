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
