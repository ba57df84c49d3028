#include "tags.h"

#define STRIDE_BYTES 512

static uint64_t word_of(uint64_t tag, uint64_t address)
{
  uint64_t word = (tag + 1) * 0x9e3779b97f4a7c15ULL ^ address;
  return (word ^ (word >> 29)) * 0xbf58476d1ce4e5b9ULL | 1; /* never zero */
}

static volatile uint64_t *word_at(uint64_t address)
{
  return (volatile uint64_t *)(uintptr_t)address;
}

/* The next place to look at after a page's offset; page_bytes: none. */
static uint64_t offset_after(uint64_t offset, uint64_t page_bytes)
{
  uint64_t last = page_bytes - sizeof(uint64_t);
  if (offset == last) return page_bytes;
  return offset + STRIDE_BYTES < page_bytes ? offset + STRIDE_BYTES : last;
}

/* The next page to look at: those in the middle of a big span are left out. */
static uint64_t page_after(struct grant grant, uint64_t page)
{
  uint64_t next = page + 1, last = grant.base + grant.npages;
  bool is_middle = next >= grant.base + TAGS_PAGES_MAX && next + TAGS_PAGES_MAX < last;
  return is_middle ? last - TAGS_PAGES_MAX : next;
}

void tags_write(struct grant grant, uint64_t page_bytes)
{
  for (uint64_t page = grant.base; page < grant.base + grant.npages;
       page = page_after(grant, page))
    for (uint64_t at = 0; at < page_bytes; at = offset_after(at, page_bytes))
      *word_at(page * page_bytes + at) = word_of(grant.tag, page * page_bytes + at);
}

bool tags_are_there(struct grant grant, uint64_t page_bytes, uint64_t *page)
{
  for (*page = grant.base; *page < grant.base + grant.npages;
       *page = page_after(grant, *page))
    for (uint64_t at = 0; at < page_bytes; at = offset_after(at, page_bytes))
      if (*word_at(*page * page_bytes + at) != word_of(grant.tag, *page * page_bytes + at))
        return false;
  return true;
}

bool tags_are_zero(struct grant grant, uint64_t page_bytes, uint64_t *page)
{
  for (*page = grant.base; *page < grant.base + grant.npages;
       *page = page_after(grant, *page))
    for (uint64_t at = 0; at < page_bytes; at = offset_after(at, page_bytes))
      if (*word_at(*page * page_bytes + at) != 0) return false;
  return true;
}
