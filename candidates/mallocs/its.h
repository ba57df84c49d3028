/* The malloc that is held to its contract: what a plug-in calls of it. Each malloc has a file that
 * defines these, so that nothing here takes the place of the C library's functions. Those that are
 * weak may be missing. */
#ifndef ITS_H
#define ITS_H

#include <stddef.h>

#define ITS_OWN __attribute__((weak))

void *its_malloc(size_t size_bytes);
void its_free(void *memory);
void *its_realloc(void *memory, size_t size_bytes);
ITS_OWN void *its_calloc(size_t count, size_t each_bytes);
ITS_OWN void *its_memalign(size_t align_bytes, size_t size_bytes);
ITS_OWN size_t its_usable_size(void *memory);
/* NULL: it can't be that long where it is, and is what it was. */
ITS_OWN void *its_realloc_in_place(void *memory, size_t size_bytes);
ITS_OWN void its_trim(void);
ITS_OWN void its_end(void); /* nothing is in use any more */

/* Called once its own variables are as they were when it was loaded. */
ITS_OWN void its_start(void);
/* NULL, or what is wrong. */
ITS_OWN const char *its_check(void);

#endif
