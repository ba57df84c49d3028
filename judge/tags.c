#include "tags.h"

#define STRIDE_BYTES 512

static uint64_t word_of(uint64_t address)
{
  uint64_t word = 0x9e3779b97f4a7c15ULL ^ address;
  return (word ^ (word >> 29)) * 0xbf58476d1ce4e5b9ULL | 1; /* never zero */
}

static volatile uint64_t *word_at(uint64_t address)
{
  return (volatile uint64_t *)(uintptr_t)address;
}

/* The next word's address. Pages in the middle of a big span are left out. */
static uint64_t address_after(struct grant grant, uint64_t page_bytes, uint64_t address)
{
  uint64_t offset = address % page_bytes, last = page_bytes - sizeof(uint64_t);
  if (offset + STRIDE_BYTES < page_bytes) return address + STRIDE_BYTES;
  if (offset < last) return address - offset + last;
  uint64_t next = address / page_bytes + 1, end = grant.base + grant.npages;
  bool is_middle = next >= grant.base + TAGS_PAGES_MAX && next + TAGS_PAGES_MAX < end;
  return (is_middle ? end - TAGS_PAGES_MAX : next) * page_bytes;
}

void tags_write(struct grant grant, uint64_t page_bytes)
{
  uint64_t at = grant.base * page_bytes, end = at + grant.npages * page_bytes;
  for (; at < end; at = address_after(grant, page_bytes, at))
    *word_at(at) = word_of(at);
}

/* Is each word as it was written, or zero? */
static bool tags_are(bool zero, struct grant grant, uint64_t page_bytes, uint64_t *page)
{
  uint64_t at = grant.base * page_bytes, end = at + grant.npages * page_bytes;
  while (at < end && *word_at(at) == (zero ? 0 : word_of(at)))
    at = address_after(grant, page_bytes, at);
  *page = at / page_bytes;
  return at >= end;
}

bool tags_are_there(struct grant grant, uint64_t page_bytes, uint64_t *page)
{
  return tags_are(false, grant, page_bytes, page);
}

bool tags_are_zero(struct grant grant, uint64_t page_bytes, uint64_t *page)
{
  return tags_are(true, grant, page_bytes, page);
}
