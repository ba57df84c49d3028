/* The side of a cell that asks. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "cell.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cell_shared.h"

#define SPIN_TRIES 4000
#define SLICE_MILLISECONDS 20 /* between two looks at the process */

struct cell {
  struct cell_shared *shared;
  char path[4096];
  struct cell_limits limits;
  struct cell_about about;
  char why[160];
  pid_t process; /* 0: gone */
  double deadline; /* of the call that runs */
  double next_look; /* at how big it is */
  enum fate fate;
  int fate_number;
};

/* --- Waiting ------------------------------------------------------------------------ */

bool cell_wait(sem_t *semaphore, unsigned milliseconds)
{
  struct timespec until;
  for (unsigned i = 0; i < SPIN_TRIES; i++)
    if (sem_trywait(semaphore) == 0) return true;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += (time_t)(milliseconds / 1000);
  until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  for (;;) {
    if (sem_timedwait(semaphore, &until) == 0) return true;
    if (errno != EINTR) return false;
  }
}

static void bury(struct cell *cell, int status)
{
  cell->process = 0;
  if (cell->fate != FATE_ALIVE) return;
  cell->fate = WIFSIGNALED(status) ? FATE_CRASHED : FATE_EXITED;
  cell->fate_number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void end_process(struct cell *cell)
{
  int status = 0;
  if (cell->process == 0) return;
  kill(cell->process, SIGKILL);
  while (waitpid(cell->process, &status, 0) < 0 && errno == EINTR) {}
  bury(cell, status);
}

static bool is_gone(struct cell *cell)
{
  int status;
  if (waitpid(cell->process, &status, WNOHANG) != cell->process) return false;
  bury(cell, status);
  return true;
}

static double now_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How much of the process is in memory; 0: not known. */
static uint64_t resident_bytes(const struct cell *cell)
{
  char path[32];
  uint64_t pages;
  snprintf(path, sizeof path, "/proc/%d/statm", (int)cell->process);
  FILE *from = fopen(path, "r");
  if (from == NULL) return 0;
  bool is_known = fscanf(from, "%*u %" SCNu64, &pages) == 1;
  fclose(from);
  return is_known ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static bool has_outgrown(struct cell *cell, double now)
{
  if (cell->limits.resident_bytes == 0 || now < cell->next_look) return false;
  cell->next_look = now + SLICE_MILLISECONDS / 1e3;
  return resident_bytes(cell) > cell->limits.resident_bytes;
}

static bool give_up(struct cell *cell, enum fate fate, uint64_t number)
{
  cell->fate = fate;
  cell->fate_number = (int)number;
  end_process(cell);
  return false;
}

/* false: the process is gone, or had to go. It may be asking the OS without end, or
 * grow from call to call, so that it has to go while it answers. */
static bool wait_for_answer(struct cell *cell)
{
  for (;;) {
    bool answers = cell_wait(&cell->shared->answered, SLICE_MILLISECONDS);
    if (!answers && is_gone(cell)) return false;
    double now = now_seconds();
    if (has_outgrown(cell, now))
      return give_up(cell, FATE_OUTGREW, cell->limits.resident_bytes >> 20);
    if (now >= cell->deadline) return give_up(cell, FATE_HUNG, cell->limits.seconds);
    if (answers) return true;
  }
}

/* --- Asking -------------------------------------------------------------------------- */

/* Nothing, what it gave before, or what can't be. */
static bool is_no_use(const struct cell_door *door, struct span_os_answer answer)
{
  return !answer.granted || answer.npages > SPAN_LIMIT_PAGES ||
         answer.base > SPAN_LIMIT_PAGES - answer.npages ||
         page_set_meets(&door->obtained, answer.base, answer.base + answer.npages);
}

static void serve_os(struct cell_shared *shared, struct cell_door *door)
{
  struct span_os_answer answer = {.granted = false};
  if (door != NULL) answer = span_os_reserve(&door->os, shared->os_wanted);
  if (door != NULL && is_no_use(door, answer)) door->refused = true;
  if (answer.granted)
    answer.granted =
        page_set_add(&door->obtained, answer.base, answer.base + answer.npages);
  shared->os_granted = answer.granted;
  shared->os_base = answer.base;
  shared->os_pages = answer.npages;
  shared->asks_os = false;
}

/* door: who is asked for memory meanwhile; NULL refuses. */
static bool ask(struct cell *cell, enum cell_call call, struct cell_door *door)
{
  struct cell_shared *shared = cell->shared;
  if (cell->process == 0) return false;
  cell->deadline = now_seconds() + (double)cell->limits.seconds;
  shared->call = call;
  for (;;) {
    sem_post(&shared->asked);
    if (!wait_for_answer(cell)) return false;
    if (!shared->asks_os) return true;
    serve_os(shared, door);
  }
}

static bool ask_for_reply(struct cell *cell, enum cell_call call, struct cell_door *door,
                          struct cell_reply *reply)
{
  if (!ask(cell, call, door)) return false;
  *reply = cell->shared->reply;
  reply->self_check[sizeof reply->self_check - 1] = '\0';
  return true;
}

/* --- Life and death ------------------------------------------------------------------ */

static void limit(int resource, uint64_t value)
{
  struct rlimit both = {(rlim_t)value, (rlim_t)value};
  setrlimit(resource, &both);
}

static void begin_process(struct cell *cell)
{
  pid_t parent = getpid();
  fflush(NULL);
  cell->process = fork();
  if (cell->process != 0) return;
  signal(SIGPIPE, SIG_DFL);
  dup2(STDERR_FILENO, STDOUT_FILENO); /* verdicts are for standard output */
  limit(RLIMIT_CORE, 0);
  if (cell->limits.memory_bytes > 0) limit(RLIMIT_AS, cell->limits.memory_bytes);
  cell_serve(cell->shared, cell->path, parent);
}

static bool start(struct cell *cell)
{
  struct cell_shared *shared = cell->shared;
  cell->fate = FATE_ALIVE;
  if (sem_init(&shared->asked, 1, 0) != 0 || sem_init(&shared->answered, 1, 0) != 0)
    return false;
  begin_process(cell);
  if (cell->process < 0) {
    cell->process = 0;
    return false;
  }
  bool loaded = ask(cell, CELL_LOAD, NULL) && shared->done;
  if (loaded) {
    cell->about = shared->about;
    return true;
  }
  const char *why = cell->process == 0 ? "its process ended while it was loaded"
                                       : shared->why;
  snprintf(cell->why, sizeof cell->why, "%.*s", (int)sizeof cell->why - 1, why);
  cell->fate = FATE_UNLOADABLE;
  end_process(cell);
  return false;
}

struct cell *cell_open(const char *path, struct cell_limits limits)
{
  struct cell *cell = calloc(1, sizeof *cell);
  if (cell == NULL) return NULL;
  void *shared = mmap(NULL, sizeof *cell->shared, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    free(cell);
    return NULL;
  }
  cell->shared = shared;
  cell->limits = limits;
  /* A name without a slash would be looked for in the system's folders. */
  snprintf(cell->path, sizeof cell->path, "%s%s", strchr(path, '/') ? "" : "./", path);
  start(cell);
  return cell;
}

void cell_close(struct cell *cell)
{
  end_process(cell);
  munmap(cell->shared, sizeof *cell->shared);
  free(cell);
}

const struct cell_about *cell_about(const struct cell *cell) { return &cell->about; }

enum fate cell_fate(const struct cell *cell, int *number)
{
  *number = cell->fate_number;
  return cell->fate;
}

const char *cell_why(const struct cell *cell) { return cell->why; }

void cell_hurry(struct cell *cell, uint64_t seconds) { cell->limits.seconds = seconds; }

bool cell_revive(struct cell *cell)
{
  if (cell->fate == FATE_UNLOADABLE) return false;
  if (cell->process != 0 && cell->fate == FATE_ALIVE) return true;
  return start(cell);
}

/* --- Calls --------------------------------------------------------------------------- */

bool cell_create(struct cell *cell, const struct spanref_geometry *geometry, bool *serves)
{
  cell->shared->geometry = *geometry;
  if (!ask(cell, CELL_CREATE, NULL)) return false;
  *serves = cell->shared->done;
  return true;
}

bool cell_destroy(struct cell *cell, uint64_t *kept_bytes)
{
  if (!ask(cell, CELL_DESTROY, NULL)) return false;
  *kept_bytes = cell->shared->kept_bytes;
  return true;
}

bool cell_alloc(struct cell *cell, struct cell_door *door, uint64_t npages, bool manual,
                uint64_t tag, struct cell_reply *reply)
{
  cell->shared->grant = (struct cell_grant){0, npages, tag};
  cell->shared->manual = manual;
  return ask_for_reply(cell, CELL_ALLOC, door, reply);
}

bool cell_free(struct cell *cell, struct cell_grant grant, struct cell_reply *reply)
{
  cell->shared->grant = grant;
  return ask_for_reply(cell, CELL_FREE, NULL, reply);
}

bool cell_inspect(struct cell *cell, struct cell_grant grant, struct cell_reply *reply)
{
  cell->shared->grant = grant;
  return ask_for_reply(cell, CELL_INSPECT, NULL, reply);
}

static bool ask_with_pages(struct cell *cell, enum cell_call call, uint64_t page,
                           uint64_t npages, struct cell_reply *reply)
{
  cell->shared->page = page;
  cell->shared->npages = npages;
  return ask_for_reply(cell, call, NULL, reply);
}

bool cell_scavenge(struct cell *cell, uint64_t want_pages, struct cell_reply *reply)
{
  return ask_with_pages(cell, CELL_SCAVENGE, 0, want_pages, reply);
}

bool cell_add(struct cell *cell, uint64_t base, uint64_t npages, struct cell_reply *reply)
{
  return ask_with_pages(cell, CELL_ADD, base, npages, reply);
}

bool cell_lookup(struct cell *cell, uint64_t page, struct cell_reply *reply)
{
  return ask_with_pages(cell, CELL_LOOKUP, page, 0, reply);
}

bool cell_walk(struct cell *cell, const struct spanref_span **spans, uint64_t *nspans,
               struct cell_reply *reply)
{
  if (!ask_for_reply(cell, CELL_WALK, NULL, reply)) return false;
  *spans = cell->shared->spans;
  *nspans = cell->shared->nspans;
  return true;
}
