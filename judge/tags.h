/* What is written into memory in use, to see that it stays: one word in each 512 bytes
 * and the last of each page, of the first and the last TAGS_PAGES_MAX pages. The words
 * depend on the page and the place, so that a copy is seen too. */
#ifndef SPANREF_TAGS_H
#define SPANREF_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#define TAGS_PAGES_MAX 1024

/* Memory that is in use, for its contents to be looked at. */
struct grant {
  uint64_t base, npages;
};

void tags_write(struct grant grant, uint64_t page_bytes);
/* false: *page is the first where something else is. */
bool tags_are_there(struct grant grant, uint64_t page_bytes, uint64_t *page);
/* Are the same words all zero? */
bool tags_are_zero(struct grant grant, uint64_t page_bytes, uint64_t *page);

#endif
