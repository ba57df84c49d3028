#include "cell_serve.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "in_process.h"

struct process {
  struct cell_channel *channel;
  pid_t parent;
  struct in_process here;
  struct spanref_os os;
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

static bool load(struct process *process, const char *path)
{
  struct cell_channel *channel = process->channel;
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const struct spanref_candidate *candidate =
      object == NULL ? NULL : dlsym(object, "spanref_candidate");
  const char *why = candidate == NULL ? dlerror() : about_why_unfit(candidate);
  snprintf(channel->why, sizeof channel->why, "%s", why != NULL ? why : "");
  if (why != NULL) return false;
  process->os = (struct spanref_os){process, reserve};
  in_process_begin(&process->here, candidate, &process->os);
  about_describe(candidate, &channel->about);
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

static void walk(struct process *process)
{
  struct cell_channel *channel = process->channel;
  const char *why;
  in_process_walk(&process->here, &channel->shown, &why, &channel->said);
  snprintf(channel->self_check, sizeof channel->self_check, "%s", why != NULL ? why : "");
}

static void do_request(struct process *process, const char *path)
{
  struct cell_channel *channel = process->channel;
  struct in_process *here = &process->here;
  switch (channel->request) {
  case CELL_LOAD: channel->done = load(process, path); break;
  case CELL_CREATE:
    channel->done = in_process_create(here, &channel->geometry, &channel->said);
    break;
  case CELL_DESTROY:
    in_process_destroy(here);
    channel->kept_bytes = allocated_bytes();
    break;
  case CELL_CALL:
    in_process_call(here, &channel->call, channel->grant, &channel->said);
    break;
  case CELL_WALK: walk(process); break;
  }
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
