/* Which libraries a candidate has loaded, beside those that spanref itself has: a verdict on a
 * malloc is one on a version of it. */
#ifndef SPANREF_LIBRARIES_H
#define SPANREF_LIBRARIES_H

#include <stddef.h>

/* "libmimalloc.so.2.0, glibc 2.36": the names of the files that links lead to, then the C library
 * with its version. More than there is room for is left out. */
struct libraries {
  char text[512];
};

/* Objects that this process has loaded. */
size_t libraries_count(void);
/* Those after the first `before`, without the one at path. */
void libraries_list(struct libraries *libraries, size_t before, const char *path);

#endif
