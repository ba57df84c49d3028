/* The library `spanref record` preloads into a program: it passes every call of
 * the malloc and mmap families on, and logs the large ones (record.h).
 *
 * What is seen is what goes through the dynamic linker. Not seen, and so not in
 * a recording: static programs, an allocator linked into the executable itself,
 * raw system calls, brk, and libc's own mappings (thread stacks, malloc's heaps;
 * what malloc gives out of them is seen).
 *
 * Order. The log must never show an address given out twice, whatever threads
 * do. So a free is logged before it is carried out and an allocation after; what
 * does both (realloc, munmap, mremap, mmap with MAP_FIXED) holds the log's lock
 * throughout, and nobody who was handed the address can overtake it.
 *
 * Re-entrancy. `inside` is true while a thread is in here: an allocator that
 * itself calls mmap, or a signal handler that allocates, is passed on unlogged.
 *
 * Fork. The log's state lives in a page the kernel wipes in a child that has its
 * own memory (MADV_WIPEONFORK, Linux 4.14): the child starts a log of its own,
 * with a fresh lock. A vfork child shares its parent's memory, and its log. */
#define _GNU_SOURCE
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- who comes after us ------------------------------------------------- */

#define FUNCTIONS(X)                                             \
  X(void *, malloc, (size_t))                                    \
  X(void *, calloc, (size_t, size_t))                            \
  X(void *, realloc, (void *, size_t))                           \
  X(void, free, (void *))                                        \
  X(int, posix_memalign, (void **, size_t, size_t))              \
  X(void *, aligned_alloc, (size_t, size_t))                     \
  X(void *, memalign, (size_t, size_t))                          \
  X(void *, valloc, (size_t))                                    \
  X(void *, pvalloc, (size_t))                                   \
  X(size_t, malloc_usable_size, (void *))                        \
  X(void *, mmap, (void *, size_t, int, int, int, off_t))        \
  X(int, munmap, (void *, size_t))                               \
  X(void *, mremap, (void *, size_t, size_t, int, ...))

#define POINTER(type, name, parameters) type (*name) parameters;
static struct {
  FUNCTIONS(POINTER)
} next;
static int resolved; /* `next` is complete */

/* dlsym may allocate; what it asks for while `next` isn't there comes from here
 * and is never given back. Each block is preceded by its size. */
#define EARLY_BYTES 65536
#define EARLY_HEADER 16
static unsigned char early[EARLY_BYTES] __attribute__((aligned(EARLY_HEADER)));
static size_t early_used;

static void *early_alloc(size_t bytes)
{
  if (bytes > EARLY_BYTES) return NULL;
  size_t need = EARLY_HEADER + (bytes + EARLY_HEADER - 1) / EARLY_HEADER * EARLY_HEADER;
  size_t at = __atomic_fetch_add(&early_used, need, __ATOMIC_RELAXED);
  if (at + need > EARLY_BYTES) return NULL;
  memcpy(early + at, &bytes, sizeof bytes);
  return early + at + EARLY_HEADER;
}

static bool early_owns(const void *block)
{
  uintptr_t address = (uintptr_t)block;
  return address >= (uintptr_t)early && address < (uintptr_t)early + EARLY_BYTES;
}

static size_t early_size(const void *block)
{
  size_t bytes;
  memcpy(&bytes, (const unsigned char *)block - EARLY_HEADER, sizeof bytes);
  return bytes;
}

static void find(void *function_pointer, const char *name)
{
  void *found = dlsym(RTLD_NEXT, name);
  memcpy(function_pointer, &found, sizeof found);
}

/* false: someone is still looking the functions up; serve from `early`. */
static bool ready(void)
{
  static int resolving;
  if (__atomic_load_n(&resolved, __ATOMIC_ACQUIRE)) return true;
  if (__atomic_exchange_n(&resolving, 1, __ATOMIC_ACQ_REL)) return false;
#define FIND(type, name, parameters) find(&next.name, #name);
  FUNCTIONS(FIND)
  __atomic_store_n(&resolved, 1, __ATOMIC_RELEASE);
  return true;
}

/* ---- the log ------------------------------------------------------------ */

/* Initial-exec: the first use in a thread must not allocate. */
static __thread bool inside __attribute__((tls_model("initial-exec")));

/* Constant once `recording` isn't UNDECIDED. */
static enum { UNDECIDED, OFF, ON } recording;
static char directory[PATH_MAX];
static size_t min_bytes;

/* This process's log; all zero in a process that hasn't logged yet. */
static struct log {
  pthread_mutex_t lock; /* all zero is an unlocked mutex */
  bool open, lost;
  long pid;
  unsigned attempt, chunks; /* PID.TRY.CHUNK: chunks so far */
  size_t used;              /* events in `chunk` */
  uint64_t started_ns;
  struct record_chunk *chunk;
} *log_state;

/* Decide, as soon as the environment is there, whether to record. */
static void begin(void)
{
  extern char **environ;
  if (environ == NULL) return;
  const char *in = getenv(RECORD_ENV_DIRECTORY), *least = getenv(RECORD_ENV_MIN_BYTES);
  recording = OFF;
  if (in == NULL || least == NULL || strlen(in) >= sizeof directory) return;
  strcpy(directory, in);
  min_bytes = strtoul(least, NULL, 10);
  if (min_bytes == 0) return;
  void *page = next.mmap(NULL, sizeof *log_state, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (madvise(page, sizeof *log_state, MADV_WIPEONFORK) != 0) {
    static const char message[] =
        "spanref record: this kernel has no MADV_WIPEONFORK; nothing is recorded\n";
    (void)!write(2, message, sizeof message - 1);
    return;
  }
  log_state = page;
  recording = ON;
}

/* System calls by number: open and posix_fallocate would be places where a
 * thread can be cancelled, and malloc isn't one. Space is claimed before it is
 * mapped, since a full disk must not become a SIGBUS in the program. */
static struct record_chunk *chunk_open(const char *path, int *error)
{
  long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    *error = errno;
    return NULL;
  }
  void *chunk = MAP_FAILED;
  if (syscall(SYS_fallocate, fd, 0, 0L, (long)sizeof *log_state->chunk) == 0 ||
      (errno == EOPNOTSUPP && ftruncate((int)fd, sizeof *log_state->chunk) == 0))
    chunk = next.mmap(NULL, sizeof *log_state->chunk, PROT_READ | PROT_WRITE,
                      MAP_SHARED, (int)fd, 0);
  *error = errno;
  syscall(SYS_close, fd);
  if (chunk == MAP_FAILED) {
    unlink(path);
    return NULL;
  }
  madvise(chunk, sizeof *log_state->chunk, MADV_DONTFORK);
  return chunk;
}

/* The next chunk, or none: then `lost`. */
static void log_grow(struct log *log)
{
  char path[PATH_MAX + 64];
  struct record_chunk *chunk;
  int error = 0;
  if (!log->open) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    log->started_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    log->pid = syscall(SYS_getpid);
  }
  do {
    if (error == EEXIST) log->attempt++;
    snprintf(path, sizeof path, "%s/%ld.%u.%u", directory, log->pid, log->attempt,
             log->chunks);
    chunk = chunk_open(path, &error);
  } while (chunk == NULL && error == EEXIST && !log->open);
  if (chunk == NULL) {
    log->lost = true;
    return;
  }
  chunk->started_ns = log->started_ns;
  prctl(PR_GET_NAME, chunk->program);
  if (log->chunk != NULL) next.munmap(log->chunk, sizeof *log->chunk);
  log->chunk = chunk;
  log->open = true;
  log->chunks++;
  log->used = 0;
}

/* Under the lock. The last event of a chunk is kept for RECORD_LOST. */
static void log_append(struct record_event event)
{
  struct log *log = log_state;
  int saved = errno;
  if (!log->lost && (log->chunk == NULL || log->used == RECORD_CHUNK_EVENTS - 1)) {
    log_grow(log);
    if (log->lost && log->chunk != NULL)
      log->chunk->events[log->used].kind = RECORD_LOST;
  }
  if (!log->lost) {
    struct record_event *slot = &log->chunk->events[log->used++];
    uint64_t kind = event.kind;
    event.kind = RECORD_END;
    *slot = event;
    __atomic_store_n(&slot->kind, kind, __ATOMIC_RELEASE);
  }
  errno = saved;
}

static void log_lock(void) { pthread_mutex_lock(&log_state->lock); }
static void log_unlock(void) { pthread_mutex_unlock(&log_state->lock); }

static void note(uint64_t kind, const void *block, size_t bytes, size_t alignment)
{
  log_lock();
  log_append((struct record_event){kind, (uintptr_t)block, bytes, 0, alignment});
  log_unlock();
}

/* true: this call is the program's own and to be logged; leave() ends it. */
static bool enter(void)
{
  if (inside) return false;
  if (recording == UNDECIDED) {
    inside = true;
    begin();
    inside = false;
  }
  return inside = recording == ON;
}

static void leave(void) { inside = false; }

/* ---- the malloc family -------------------------------------------------- */

/* The end of every allocation: log it, and pass the block on. alignment: 0 where none was
 * asked for. */
static void *given(bool outer, void *block, size_t bytes, size_t alignment)
{
  if (outer) {
    if (block != NULL && bytes >= min_bytes) note(RECORD_ALLOC, block, bytes, alignment);
    leave();
  }
  return block;
}

void *malloc(size_t bytes)
{
  if (!ready()) return early_alloc(bytes);
  bool outer = enter();
  return given(outer, next.malloc(bytes), bytes, 0);
}

/* false: that is too much, and errno says so. */
static bool product(size_t count, size_t each_bytes, size_t *bytes)
{
  if (!__builtin_mul_overflow(count, each_bytes, bytes)) return true;
  errno = ENOMEM;
  return false;
}

void *calloc(size_t count, size_t each_bytes)
{
  size_t bytes;
  if (!product(count, each_bytes, &bytes)) return NULL;
  if (!ready()) return early_alloc(bytes); /* never used before: zero */
  bool outer = enter();
  return given(outer, next.calloc(count, each_bytes), bytes, 0);
}

/* What malloc_usable_size calls smaller than the least was asked for smaller,
 * and isn't in the log. */
static bool may_be_logged(void *block)
{
  return next.malloc_usable_size(block) >= min_bytes;
}

void free(void *block)
{
  if (block == NULL || early_owns(block) || !ready()) return;
  bool outer = enter();
  if (outer && may_be_logged(block)) note(RECORD_FREE, block, 0, 0);
  next.free(block);
  if (outer) leave();
}

void *realloc(void *block, size_t bytes)
{
  if (block == NULL) return malloc(bytes);
  if (early_owns(block)) {
    size_t had = early_size(block);
    void *moved = malloc(bytes);
    if (moved != NULL) memcpy(moved, block, had < bytes ? had : bytes);
    return moved;
  }
  if (!ready()) return NULL;
  bool outer = enter();
  if (!outer || !(bytes >= min_bytes || may_be_logged(block))) {
    void *moved = next.realloc(block, bytes);
    if (outer) leave();
    return moved;
  }
  log_lock();
  uintptr_t old = (uintptr_t)block;
  void *moved = next.realloc(block, bytes);
  if (moved != NULL)
    log_append((struct record_event){RECORD_REALLOC, (uintptr_t)moved, bytes, old, 0});
  else if (bytes == 0)
    log_append((struct record_event){RECORD_FREE, old, 0, 0, 0});
  log_unlock();
  leave();
  return moved;
}

void *reallocarray(void *block, size_t count, size_t each_bytes)
{
  size_t bytes;
  return product(count, each_bytes, &bytes) ? realloc(block, bytes) : NULL;
}

int posix_memalign(void **block, size_t alignment, size_t bytes)
{
  if (!ready()) return ENOMEM;
  bool outer = enter();
  int error = next.posix_memalign(block, alignment, bytes);
  given(outer, error == 0 ? *block : NULL, bytes, alignment);
  return error;
}

#define ALLOCATES(name, parameters, arguments, alignment)       \
  void *name parameters                                         \
  {                                                             \
    if (!ready()) return NULL;                                  \
    bool outer = enter();                                       \
    return given(outer, next.name arguments, bytes, alignment); \
  }
ALLOCATES(aligned_alloc, (size_t alignment, size_t bytes), (alignment, bytes), alignment)
ALLOCATES(memalign, (size_t alignment, size_t bytes), (alignment, bytes), alignment)
ALLOCATES(valloc, (size_t bytes), (bytes), 0)

void *pvalloc(size_t bytes)
{
  if (!ready()) return NULL;
  bool outer = enter();
  size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  void *block = next.pvalloc(bytes);
  return given(outer, block, (bytes + page_bytes - 1) / page_bytes * page_bytes, 0);
}

/* ---- the mmap family ---------------------------------------------------- */

void *mmap(void *hint, size_t bytes, int protection, int flags, int fd, off_t offset)
{
  bool anonymous = (flags & MAP_ANONYMOUS) != 0, fixed = (flags & MAP_FIXED) != 0;
  if (!ready()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  bool outer = enter();
  if (!outer || (!anonymous && !fixed)) {
    void *file = next.mmap(hint, bytes, protection, flags, fd, offset);
    if (outer) leave();
    return file;
  }
  log_lock();
  void *block = next.mmap(hint, bytes, protection, flags, fd, offset);
  if (block != MAP_FAILED)
    log_append((struct record_event){!anonymous ? RECORD_MAP_FILE_OVER
                                     : fixed    ? RECORD_MAP_OVER
                                                : RECORD_MAP,
                                     (uintptr_t)block, bytes, 0, 0});
  log_unlock();
  leave();
  return block;
}

void *mmap64(void *hint, size_t bytes, int protection, int flags, int fd, off64_t offset)
{
  return mmap(hint, bytes, protection, flags, fd, (off_t)offset);
}

int munmap(void *block, size_t bytes)
{
  if (!ready()) return 0;
  bool outer = enter();
  if (!outer) return next.munmap(block, bytes);
  log_lock();
  int result = next.munmap(block, bytes);
  if (result == 0)
    log_append((struct record_event){RECORD_UNMAP, (uintptr_t)block, bytes, 0, 0});
  log_unlock();
  leave();
  return result;
}

void *mremap(void *block, size_t old_bytes, size_t bytes, int flags, ...)
{
  void *target = NULL;
  if (flags & MREMAP_FIXED) {
    va_list rest;
    va_start(rest, flags);
    target = va_arg(rest, void *);
    va_end(rest);
  }
  if (!ready()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  bool outer = enter();
  if (!outer) return next.mremap(block, old_bytes, bytes, flags, target);
  log_lock();
  void *moved = next.mremap(block, old_bytes, bytes, flags, target);
  if (moved != MAP_FAILED) {
    bool stays = (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) != 0; /* DONTUNMAP */
    log_append((struct record_event){RECORD_REMAP, (uintptr_t)moved, bytes,
                                     (uintptr_t)block, stays ? 0 : old_bytes});
  }
  log_unlock();
  leave();
  return moved;
}
