/* The whole physical and huge pages of a run [base, end): docs/semantics.md, "Vocabulary",
 * `lo`, `hi` and `huge`. */
#ifndef SPANREF_OPT_PHYSICAL_H
#define SPANREF_OPT_PHYSICAL_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "bits.h"

static inline uint64_t round_down(uint64_t pages, uint64_t unit_pages)
{
  assert(unit_pages > 0 && "nothing is a multiple of 0");
  return pages - pages % unit_pages;
}

static inline uint64_t round_up(uint64_t pages, uint64_t unit_pages)
{
  return round_down(pages + unit_pages - 1, unit_pages);
}

/* round_down without a division, for a power of two. */
static inline uint64_t phys_down(uint64_t pages, uint64_t phys_pages)
{
  CHECK(phys_pages > 0 && (phys_pages & (phys_pages - 1)) == 0 && "a power of two");
  return pages & ~(phys_pages - 1);
}

static inline uint64_t phys_up(uint64_t pages, uint64_t phys_pages)
{
  return phys_down(pages + phys_pages - 1, phys_pages);
}

/* hi - lo: the pages of [base, end) in whole physical pages. 0 where hi is below lo. */
static inline uint64_t whole_pages(uint64_t base, uint64_t end, uint64_t phys_pages)
{
  assert(base < end && "a run has a page");
  uint64_t low = phys_up(base, phys_pages);
  uint64_t high = phys_down(end, phys_pages);
  return low < high ? high - low : 0;
}

/* Whole huge pages inside [base, end). */
static inline uint64_t huge_count(uint64_t base, uint64_t end, uint64_t huge_pages)
{
  CHECK(base <= end && "a run's end is not before its base");
  if (huge_pages == 0 || end - base < huge_pages) return 0; /* mostly: cheap */
  uint64_t first = base / huge_pages + (base % huge_pages != 0);
  uint64_t last = end / huge_pages;
  return first < last ? last - first : 0;
}

#endif
