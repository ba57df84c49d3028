/* A set of pages, as the runs it consists of: which memory was ever given out. */
#ifndef SPANREF_PAGE_SET_H
#define SPANREF_PAGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../spec/types.h"

/* Do they end at page 2^40 or below? */
static inline bool pages_are_below_limit(uint64_t base, uint64_t npages)
{
  return npages <= SPAN_LIMIT_PAGES && base <= SPAN_LIMIT_PAGES - npages;
}

struct page_run {
  uint64_t base, end; /* pages [base, end) */
};

struct page_set { /* {0} is empty */
  struct page_run *runs; /* by address; no two meet or touch */
  size_t count, room;
};

/* Add [base, end), base < end. false: out of memory. */
bool page_set_add(struct page_set *set, uint64_t base, uint64_t end);
/* Take [base, end), base < end, out of it. false: out of memory. */
bool page_set_remove(struct page_set *set, uint64_t base, uint64_t end);
/* Is a page of [base, end) in it? */
bool page_set_meets(const struct page_set *set, uint64_t base, uint64_t end);
void page_set_clear(struct page_set *set);
void page_set_free(struct page_set *set);

#endif
