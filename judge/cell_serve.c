#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cell.h"

#define SPIN_TRIES 4000
#define SPIN_YIELDS 16 /* tries before the processor is left to others: the other side may need it */

bool cell_wait(sem_t *semaphore, unsigned milliseconds)
{
  struct timespec until;
  for (unsigned i = 1; i <= SPIN_TRIES; i++) {
    if (sem_trywait(semaphore) == 0) return true;
    if (i % SPIN_YIELDS == 0) sched_yield();
  }
  clock_gettime(CLOCK_REALTIME, &until);
  uint64_t nanoseconds = (uint64_t)until.tv_nsec + milliseconds * UINT64_C(1000000);
  until.tv_sec += (time_t)(nanoseconds / 1000000000);
  until.tv_nsec = (long)(nanoseconds % 1000000000);
  while (sem_timedwait(semaphore, &until) != 0)
    if (errno != EINTR) return false;
  return true;
}

struct process {
  struct cell_channel *channel;
  pid_t parent;
  struct spanref_candidate table;
  struct in_process here;
  struct spanref_os os;
  size_t nown, nlisted; /* objects loaded before the candidate, and when they were listed */
};

static void wait_for_parent(const struct process *process)
{
  while (!cell_wait(&process->channel->asked, 1000))
    if (getppid() != process->parent) _exit(0);
}

/* The OS is on the other side. */
static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  const struct process *process = context;
  struct cell_channel *channel = process->channel;
  channel->asks_os = true;
  channel->os_wanted = npages;
  sem_post(&channel->answered);
  wait_for_parent(process);
  *base = channel->os_base;
  *granted_pages = channel->os_pages;
  return channel->os_granted;
}

/* It may load some later than with itself: in create, as a rule. */
static void list_libraries(struct process *process, const char *path)
{
  size_t loaded = libraries_count();
  if (loaded == process->nlisted) return;
  libraries_list(&process->channel->libraries, process->nown, path);
  process->nlisted = loaded;
}

static bool load(struct process *process, const char *path)
{
  struct cell_channel *channel = process->channel;
  process->nown = libraries_count();
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const struct spanref_candidate *candidate =
      object == NULL ? NULL : dlsym(object, "spanref_candidate");
  const char *why = candidate == NULL ? dlerror() : about_adopt(candidate, &process->table);
  snprintf(channel->why, sizeof channel->why, "%s", why != NULL ? why : "");
  if (why != NULL) return false;
  process->os = (struct spanref_os){process, reserve, NULL};
  in_process_begin(&process->here, &process->table, &process->os);
  about_describe(&process->table, &channel->about);
  return true;
}

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
/* The C library keeps small blocks that were freed, up to so many of a size, and counts
 * them as given out. Here it gets as many as it keeps, so that they don't make a
 * difference. */
static void fill_cache(void)
{
  enum { SIZES = 64, EACH = 16 };
  static void *volatile blocks[SIZES * EACH];
  for (size_t i = 0; i < SIZES * EACH; i++) blocks[i] = malloc(24 + i / EACH * 16);
  for (size_t i = 0; i < SIZES * EACH; i++) free(blocks[i]);
}

/* What the C library has given out, so that a leak can be told. */
static uint64_t allocated_bytes(void)
{
  fill_cache();
  struct mallinfo2 info = mallinfo2();
  return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}
#else
static uint64_t allocated_bytes(void) { return 0; }
#endif

static void do_request(struct process *process, const char *path)
{
  struct exchange *exchange = &process->channel->exchange;
  if (exchange->request == REQUEST_LOAD)
    exchange->done = load(process, path);
  else
    in_process_serve(&process->here, exchange);
  if (exchange->request == REQUEST_LOAD || exchange->request == REQUEST_CREATE)
    list_libraries(process, path);
  if (exchange->request == REQUEST_DESTROY) exchange->kept_bytes = allocated_bytes();
}

void cell_serve(struct cell_channel *channel, const char *path, pid_t parent)
{
  struct process process = {.channel = channel, .parent = parent};
  for (;;) {
    wait_for_parent(&process);
    channel->asks_os = false;
    do_request(&process, path);
    channel->asks_os = false;
    sem_post(&channel->answered);
  }
}
