#define _GNU_SOURCE
#include "region.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_BYTES ((size_t)4096)
#define GUARD_BYTES ((size_t)1 << 20) /* below and above, never to be touched */
/* Where the break begins. A malloc has no right to a break on a page. */
#define FIRST_BREAK_BYTES ((size_t)1040)
#ifdef REGION_LOW /* addresses of 32 bits */
#define HINT ((void *)0x20000000)
#define ADDRESS_MAX ((uintptr_t)UINT32_MAX)
#else
#define HINT NULL
#define ADDRESS_MAX UINTPTR_MAX
#endif
#define JUNK 0xA5
#define OUTSIDE 0x5A /* what fills a page that is in part outside, and what is someone else's */
#define SHARES_MAX 64
#define SHARE_BYTES 48

static struct {
  unsigned char *all; /* NULL: not mapped yet */
  unsigned char *start, *now, *end, *first_end;
  unsigned char *shares[SHARES_MAX]; /* someone else's */
  size_t nshares;
  const char *wrong;
} region;

static unsigned char *page_below(const unsigned char *at)
{
  return (unsigned char *)((uintptr_t)at & ~(uintptr_t)(PAGE_BYTES - 1));
}

static unsigned char *page_above(const unsigned char *at)
{
  return page_below(at + PAGE_BYTES - 1);
}

static bool protect(unsigned char *from, const unsigned char *to, int protection)
{
  return from >= to || mprotect(from, (size_t)(to - from), protection) == 0;
}

/* What a history before has used is forbidden again. Its pages stay, so that they needn't be made
 * anew: whoever gets them finds junk in any case. */
static bool map_all(void)
{
  size_t size_bytes = REGION_BYTES_MAX + 2 * GUARD_BYTES;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (region.all != NULL) return protect(region.all, region.all + size_bytes, PROT_NONE);
  void *at = mmap(HINT, size_bytes, PROT_NONE, flags, -1, 0);
  if (at == MAP_FAILED || (uintptr_t)at > ADDRESS_MAX - size_bytes) return false;
  region.all = at;
  return true;
}

bool region_start(size_t limit_bytes)
{
  size_t room_bytes = REGION_BYTES_MAX - FIRST_BREAK_BYTES;
  if (!map_all()) return false;
  region.start = region.now = region.all + GUARD_BYTES + FIRST_BREAK_BYTES;
  region.end = region.start + (limit_bytes < room_bytes ? limit_bytes : room_bytes);
  region.first_end = region.end;
  region.wrong = NULL;
  region.nshares = 0;
  unsigned char *first = page_below(region.start);
  if (!protect(first, page_above(region.now), PROT_READ | PROT_WRITE)) return false;
  memset(first, OUTSIDE, PAGE_BYTES);
  return true;
}

static bool is_untouched(const unsigned char *from, const unsigned char *to)
{
  while (from < to && *from == OUTSIDE) from++;
  return from >= to;
}

const char *region_check(void)
{
  if (region.start == NULL || region.wrong != NULL) return region.wrong;
  if (!is_untouched(page_below(region.start), region.start))
    region.wrong = "it wrote below its first break";
  if (!is_untouched(region.now, page_above(region.now))) region.wrong = "it wrote above its break";
  for (size_t i = 0; i < region.nshares; i++)
    if (!is_untouched(region.shares[i], region.shares[i] + SHARE_BYTES))
      region.wrong = "it wrote where someone else has moved the break";
  return region.wrong;
}

static bool move_break(unsigned char *to)
{
  unsigned char *from = region.now;
  if (!protect(page_above(from), page_above(to), PROT_READ | PROT_WRITE) ||
      !protect(page_above(to), page_above(from), PROT_NONE))
    return false;
  if (to > from) memset(from, JUNK, (size_t)(to - from));
  memset(to, OUTSIDE, (size_t)(page_above(to) - to));
  region.now = to;
  return true;
}

void *region_sbrk(ptrdiff_t increment_bytes)
{
  unsigned char *before = region.now;
  region_check();
  if (before == NULL || increment_bytes > region.end - before ||
      increment_bytes < region.start - before || !move_break(before + increment_bytes)) {
    errno = ENOMEM;
    return (void *)-1;
  }
  return before;
}

void region_lengthen(size_t more_bytes)
{
  if (region.first_end + more_bytes < region.all + GUARD_BYTES + REGION_BYTES_MAX)
    region.end = region.first_end + more_bytes;
}

void region_share(void)
{
  unsigned char *share = region.nshares < SHARES_MAX ? region_sbrk(SHARE_BYTES) : (void *)-1;
  if (share == (void *)-1) return;
  memset(share, OUTSIDE, SHARE_BYTES);
  region.shares[region.nshares++] = share;
}
