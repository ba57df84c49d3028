/* The memory that a malloc over sbrk gets: pages below the break can be written, all others not even
 * read. What sbrk gives was never cleared: it is full of junk. */
#ifndef REGION_H
#define REGION_H

#include <stdbool.h>
#include <stddef.h>

#define REGION_BYTES_MAX ((size_t)1 << 28)

/* An empty region, of so many bytes at most. */
bool region_start(size_t limit_bytes);
void *region_sbrk(ptrdiff_t increment_bytes);
/* From now on the region may be so much longer than it began. */
void region_lengthen(size_t more_bytes);
/* Someone else moves the break, and has some bytes from then on. */
void region_share(void);
/* NULL, or what was written outside of what sbrk gave. */
const char *region_check(void);

#endif
