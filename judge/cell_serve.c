/* The process of a cell: it loads the plug-in, and does as it is asked. */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cell_shared.h"
#include "tags.h"

struct process {
  struct cell_shared *shared;
  pid_t parent;
  const struct spanref_candidate *candidate;
  void *heap; /* NULL: none */
};

static void wait_for_parent(const struct process *process)
{
  while (!cell_wait(&process->shared->asked, 1000))
    if (getppid() != process->parent) _exit(0);
}

/* The OS is on the other side. */
static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  const struct process *process = context;
  struct cell_shared *shared = process->shared;
  if (process->candidate->memory == SPANREF_BYTES) return false;
  shared->asks_os = true;
  shared->os_wanted = npages;
  sem_post(&shared->answered);
  wait_for_parent(process);
  *base = shared->os_base;
  *granted_pages = shared->os_pages;
  return shared->os_granted;
}

static void describe(const struct spanref_candidate *candidate, struct cell_about *about)
{
  *about = (struct cell_about){
      .levels = candidate->levels | SPANREF_SAFETY,
      .profile = candidate->profile,
      .memory = candidate->memory,
      .has_scavenge = candidate->scavenge != NULL,
      .has_add = candidate->add != NULL,
      .has_lookup = candidate->lookup != NULL,
      .has_stats = candidate->stats != NULL,
      .has_walk = candidate->walk != NULL,
      .has_self_check = candidate->self_check != NULL,
  };
  snprintf(about->name, sizeof about->name, "%s", candidate->name);
  snprintf(about->summary, sizeof about->summary, "%s", candidate->summary);
}

static const char *why_misdeclared(const struct spanref_candidate *candidate)
{
  const uint32_t levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING |
                          SPANREF_PLACEMENT;
  if (strpbrk(candidate->name, " \t\n") != NULL) return "its name isn't one word";
  if ((candidate->levels & ~levels) != 0) return "it declares a level that there isn't";
  if (candidate->profile > SPANREF_GO113) return "its profile isn't one";
  if (candidate->memory > SPANREF_BYTES) return "its memory is neither numbers nor bytes";
  if (candidate->levels & SPANREF_PLACEMENT && candidate->memory == SPANREF_BYTES)
    return "placement is compared of numbers only";
  if (candidate->levels & SPANREF_PLACEMENT && candidate->profile == SPANREF_PAGES &&
      candidate->add == NULL)
    return "placement as in SPANREF_PAGES is compared on memory that it gets by add";
  return NULL;
}

static const char *why_unfit(const struct spanref_candidate *candidate)
{
  if (candidate->version != SPANREF_CANDIDATE_VERSION)
    return "it is built for another version of spanref_candidate.h";
  if (candidate->size_bytes != sizeof *candidate) return "its size_bytes is wrong";
  if (candidate->name == NULL || candidate->summary == NULL) return "it has no name";
  if (candidate->create == NULL || candidate->destroy == NULL ||
      candidate->alloc == NULL || candidate->free == NULL)
    return "create, destroy, alloc and free are required";
  return why_misdeclared(candidate);
}

static bool load(struct process *process, const char *path)
{
  struct cell_shared *shared = process->shared;
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const struct spanref_candidate *candidate =
      object == NULL ? NULL : dlsym(object, "spanref_candidate");
  const char *why = candidate == NULL ? dlerror() : why_unfit(candidate);
  snprintf(shared->why, sizeof shared->why, "%s", why != NULL ? why : "");
  if (why != NULL) return false;
  process->candidate = candidate;
  describe(candidate, &shared->about);
  return true;
}

static void destroy(struct process *process)
{
  if (process->heap != NULL) process->candidate->destroy(process->heap);
  process->heap = NULL;
}

static bool create(struct process *process)
{
  static struct spanref_os os;
  os = (struct spanref_os){process, reserve};
  destroy(process);
  process->heap = process->candidate->create(&process->shared->geometry, &os);
  return process->heap != NULL;
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

static bool has_bytes(const struct process *process)
{
  return process->candidate->memory == SPANREF_BYTES;
}

static void alloc(struct process *process)
{
  struct cell_shared *shared = process->shared;
  struct cell_reply *reply = &shared->reply;
  struct cell_grant grant = shared->grant;
  reply->status = process->candidate->alloc(process->heap, grant.npages, shared->manual,
                                            &reply->answer);
  grant.base = reply->answer.base;
  if (reply->status != SPANREF_OK || !has_bytes(process)) return;
  uint64_t page_bytes = shared->geometry.page_bytes;
  if (!reply->answer.needzero && !tags_are_zero(grant, page_bytes, &reply->scribble_page))
    reply->scribble = SCRIBBLE_DIRTY;
  tags_write(grant, page_bytes);
}

static void inspect(struct process *process)
{
  struct cell_shared *shared = process->shared;
  struct cell_grant grant = shared->grant;
  if (has_bytes(process) && grant.npages > 0 &&
      !tags_are_there(grant, shared->geometry.page_bytes, &shared->reply.scribble_page))
    shared->reply.scribble = SCRIBBLE_CHANGED;
}

static void take_span(void *context, const struct spanref_span *span)
{
  struct cell_shared *shared = context;
  if (shared->nspans < CELL_SPANS_MAX) shared->spans[shared->nspans] = *span;
  shared->nspans++;
}

static void walk(struct process *process)
{
  const struct spanref_candidate *candidate = process->candidate;
  struct cell_reply *reply = &process->shared->reply;
  const char *why = NULL;
  process->shared->nspans = 0;
  if (candidate->walk != NULL) candidate->walk(process->heap, take_span, process->shared);
  if (candidate->self_check != NULL) why = candidate->self_check(process->heap);
  if (why != NULL) snprintf(reply->self_check, sizeof reply->self_check, "%s", why);
}

static void do_call(struct process *process)
{
  const struct spanref_candidate *candidate = process->candidate;
  struct cell_shared *shared = process->shared;
  struct cell_reply *reply = &shared->reply;
  switch (shared->call) {
  case CELL_ALLOC: alloc(process); break;
  case CELL_FREE:
    inspect(process);
    reply->status =
        candidate->free(process->heap, shared->grant.base, &reply->answer);
    break;
  case CELL_SCAVENGE:
    reply->status = candidate->scavenge(process->heap, shared->npages, &reply->answer);
    break;
  case CELL_ADD:
    reply->status = candidate->add(process->heap, shared->page, shared->npages);
    break;
  case CELL_LOOKUP:
    reply->found = candidate->lookup(process->heap, shared->page, &reply->span);
    break;
  case CELL_INSPECT: inspect(process); break;
  case CELL_WALK: walk(process); break;
  default: break;
  }
}

static void answer(struct process *process)
{
  struct cell_reply *reply = &process->shared->reply;
  memset(reply, 0, sizeof *reply);
  memset(&reply->stats, 0xff, sizeof reply->stats); /* SPANREF_UNKNOWN */
  do_call(process);
  if (process->heap != NULL && process->candidate->stats != NULL)
    process->candidate->stats(process->heap, &reply->stats);
}

void cell_serve(struct cell_shared *shared, const char *path, pid_t parent)
{
  struct process process = {.shared = shared, .parent = parent};
  for (;;) {
    wait_for_parent(&process);
    shared->asks_os = false;
    switch (shared->call) {
    case CELL_LOAD: shared->done = load(&process, path); break;
    case CELL_CREATE:
      shared->done = create(&process);
      answer(&process);
      break;
    case CELL_DESTROY:
      destroy(&process);
      shared->kept_bytes = allocated_bytes();
      break;
    case CELL_QUIT: _exit(0);
    default: answer(&process); break;
    }
    shared->asks_os = false;
    sem_post(&shared->answered);
  }
}
