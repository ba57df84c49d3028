/* What newlib's mallocs need of newlib: an errno for each thread, and locks. There is one thread. */
#ifndef SHIM_REENT_H
#define SHIM_REENT_H

#include <stddef.h>

struct _reent {
  int _errno;
};

void *_sbrk_r(struct _reent *reent, ptrdiff_t increment_bytes);
void __malloc_lock(struct _reent *reent);
void __malloc_unlock(struct _reent *reent);

#endif
