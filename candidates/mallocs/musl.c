/* What musl's malloc, taken out of its static library, needs of the rest of musl. There is one
 * thread: nothing is locked. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of musl's struct of its own state: the pointer to the auxiliary vector, in which the malloc looks
 * for a random number. It finds none there. All else is zero: no threads, no locks. */
static size_t auxiliary[2];
struct musl_libc {
  char threads[8];
  size_t *auxv;
  size_t rest[32];
};
struct musl_libc its_libc = {{0}, auxiliary, {0}};

/* It would move the break, which the C library of this process takes for its own: neither may. Both
 * go to mmap then. */
__attribute__((constructor)) static void hold_break(void)
{
  const uintptr_t page_bytes = 4096;
  uintptr_t end = ((uintptr_t)sbrk(0) + page_bytes - 1) & ~(page_bytes - 1);
  mmap((void *)end, page_bytes, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}

void *__libc_malloc_impl(size_t size_bytes);

void *its_malloc(size_t size_bytes)
{
  return __libc_malloc_impl(size_bytes);
}

int its_replaced, its_aligned_alloc_replaced;

void its_lock(volatile int *lock)
{
  (void)lock;
}

void its_unlock(volatile int *lock)
{
  (void)lock;
}

int *its_errno(void)
{
  return &errno;
}

void *its_mmap(void *at, size_t size_bytes, int protection, int flags, int file, off_t offset)
{
  return mmap(at, size_bytes, protection, flags, file, offset);
}

int its_munmap(void *at, size_t size_bytes)
{
  return munmap(at, size_bytes);
}

void *its_mremap(void *at, size_t from_bytes, size_t to_bytes, int flags, ...)
{
  return mremap(at, from_bytes, to_bytes, flags);
}

int its_madvise(void *at, size_t size_bytes, int advice)
{
  return madvise(at, size_bytes, advice);
}

int its_mprotect(void *at, size_t size_bytes, int protection)
{
  return mprotect(at, size_bytes, protection);
}
