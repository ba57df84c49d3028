#include "trace_sizes.h"

bool trace_page_fits(uint64_t page_bytes)
{
  return 1 <= page_bytes && page_bytes <= TRACE_PAGE_BYTES_MAX;
}

uint64_t trace_phys_pages(uint64_t page_bytes, uint64_t phys_bytes)
{
  uint64_t phys_pages = 0;
  if (phys_bytes == 0) return 0;
  if (phys_bytes <= page_bytes) return page_bytes % phys_bytes == 0 ? 1 : 0;
  if (phys_bytes % page_bytes != 0) return 0;
  phys_pages = phys_bytes / page_bytes;
  return phys_pages == 2 || phys_pages == 4 || phys_pages == 8 || phys_pages == 16
             ? phys_pages
             : 0;
}

bool trace_huge_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t huge_bytes)
{
  uint64_t huge_pages = huge_bytes / page_bytes;
  return huge_bytes % page_bytes == 0 && huge_pages <= SPAN_LIMIT_PAGES &&
         (huge_pages < phys_pages || huge_pages % phys_pages == 0);
}

bool trace_arena_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t arena_bytes)
{
  uint64_t arena_pages = arena_bytes / page_bytes;
  return arena_bytes % page_bytes == 0 && 0 < arena_pages &&
         arena_pages <= SPAN_LIMIT_PAGES && arena_pages % phys_pages == 0;
}
