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
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../trace/text.h"

#define SLICE_MILLISECONDS 20 /* between two looks at the process */
#define UNSEEN_SECONDS 0.5    /* without a look: that long no slice takes */

/* --- Waiting ------------------------------------------------------------------------ */

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
  kill(-cell->process, SIGKILL); /* and what it has started */
  kill(cell->process, SIGKILL);  /* it may not have had a group yet */
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

static double seconds_of(clockid_t clock)
{
  struct timespec now = {0, 0};
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How long its processor has worked; 0: not known. */
static double cpu_seconds(const struct cell *cell)
{
  clockid_t clock;
  return clock_getcpuclockid(cell->process, &clock) == 0 ? seconds_of(clock) : 0;
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

/* It writes and grows while nobody looks, so both are looked at now and then. */
static bool has_outgrown(struct cell *cell, double now)
{
  if (now < cell->next_look) return false;
  cell->next_look = now + SLICE_MILLISECONDS / 1e3;
  words_take(&cell->words);
  return cell->limits.resident_bytes > 0 &&
         resident_bytes(cell) > cell->limits.resident_bytes;
}

/* Has the call had its time? Most calls are over before their processor is looked at. */
static bool hangs(struct cell *cell, double now)
{
  double limit = (double)cell->limits.seconds, taken = now - cell->begun;
  if (cell->cpu < 0) cell->cpu = cpu_seconds(cell);
  return taken >= limit &&
         (taken >= CELL_PATIENCE * limit || cpu_seconds(cell) - cell->cpu >= limit);
}

static bool give_up(struct cell *cell, enum fate fate, uint64_t number)
{
  cell->fate = fate;
  cell->fate_number = (int)number;
  end_process(cell);
  return false;
}

/* false: the process is gone, or had to go. It may ask the OS without end, or grow from
 * call to call, so that it has to go while it answers. */
static bool wait_for_answer(struct cell *cell)
{
  double last = cell->begun;
  for (;;) {
    bool answers = cell_wait(&cell->channel->answered, SLICE_MILLISECONDS);
    if (!answers && is_gone(cell)) return false;
    double now = seconds_of(CLOCK_MONOTONIC);
    /* While this process was stopped, or had no processor, nobody waited. */
    if (now - last > UNSEEN_SECONDS) cell->begun += now - last - SLICE_MILLISECONDS / 1e3;
    last = now;
    if (has_outgrown(cell, now))
      return give_up(cell, FATE_OUTGREW, cell->limits.resident_bytes >> 20);
    bool is_quick = answers && !cell->channel->asks_os;
    if (!is_quick && hangs(cell, now)) return give_up(cell, FATE_HUNG, cell->limits.seconds);
    if (answers) return true;
  }
}

/* --- Asking -------------------------------------------------------------------------- */

bool cell_ask(struct cell *cell)
{
  struct cell_channel *channel = cell->channel;
  if (cell->process == 0) return false;
  cell->begun = seconds_of(CLOCK_MONOTONIC);
  cell->cpu = -1;
  for (;;) {
    sem_post(&channel->asked);
    if (!wait_for_answer(cell)) return false;
    if (!channel->asks_os) return true;
    channel->os_granted = cell->os->reserve(cell->os->context, channel->os_wanted,
                                            &channel->os_base, &channel->os_pages);
    channel->asks_os = false;
  }
}

/* --- Life and death ------------------------------------------------------------------ */

static void limit(int resource, uint64_t value)
{
  struct rlimit both = {(rlim_t)value, (rlim_t)value};
  setrlimit(resource, &both);
}

static bool begin_process(struct cell *cell)
{
  pid_t parent = getpid();
  fflush(NULL);
  signal(SIGCHLD, SIG_DFL); /* ignored, as some shells leave it, no child could be waited for */
  cell->process = fork();
  if (cell->process > 0) return true;
  if (cell->process < 0) {
    cell->process = 0;
    cell->fate = FATE_NOT_STARTED;
    cell->fate_number = errno;
    snprintf(cell->why, sizeof cell->why, "no process could be started for it: %s",
             strerror(errno));
    return false;
  }
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_DFL); /* who asks may note these two, and go on */
  signal(SIGTERM, SIG_DFL);
  setpgid(0, 0); /* it ends as a whole, */
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* and not later than who asks */
#endif
  words_begin(&cell->words); /* verdicts are for standard output */
  limit(RLIMIT_CORE, 0);
  if (cell->limits.memory_bytes > 0) limit(RLIMIT_AS, cell->limits.memory_bytes);
  cell_serve(cell->channel, cell->path, parent);
  return false; /* it never returns */
}

static void say_unloadable(struct cell *cell)
{
  char *why = cell->why;
  const size_t room = sizeof cell->why;
  const int number = cell->fate_number;
  words_take(&cell->words); /* it may say more */
  if (cell->fate == FATE_CRASHED)
    snprintf(why, room, "its process was ended by signal %d (%s) while the file was being loaded",
             number, strsignal(number));
  else if (cell->fate == FATE_EXITED)
    snprintf(why, room, "its process exited with status %d while the file was being loaded",
             number);
  else if (cell->fate == FATE_HUNG)
    snprintf(why, room, "the file wasn't loaded within %d s of its processor's time, or %d s by "
             "the clock", number, CELL_PATIENCE * number);
  else if (cell->fate == FATE_OUTGREW)
    snprintf(why, room, "its process had more than %d MiB in memory while the file was being "
             "loaded", number);
  else
    snprintf(why, room, "%.*s", (int)sizeof cell->channel->why - 1, cell->channel->why);
  text_clean(why);
  cell->fate = FATE_UNLOADABLE;
}

static bool start(struct cell *cell)
{
  struct cell_channel *channel = cell->channel;
  cell->fate = FATE_ALIVE;
  (void)sem_init(&channel->asked, 1, 0); /* can't fail: shared memory is there */
  (void)sem_init(&channel->answered, 1, 0);
  if (!begin_process(cell)) return false;
  channel->exchange.request = REQUEST_LOAD;
  if (cell_ask(cell) && channel->exchange.done) {
    cell->about = channel->about;
    return true;
  }
  say_unloadable(cell);
  end_process(cell);
  return false;
}

struct cell *cell_open(const char *path, struct cell_limits limits, struct spanref_os *os)
{
  struct cell *cell = malloc(sizeof *cell);
  if (cell == NULL) return NULL;
  void *channel = mmap(NULL, sizeof *cell->channel, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (channel == MAP_FAILED) {
    free(cell);
    return NULL;
  }
  *cell = (struct cell){.channel = channel, .limits = limits, .os = os};
  /* A name without a slash would be looked for in the system's folders. */
  snprintf(cell->path, sizeof cell->path, "%s%s", strchr(path, '/') ? "" : "./", path);
  words_open(&cell->words);
  start(cell);
  return cell;
}

void cell_close(struct cell *cell)
{
  end_process(cell);
  words_take(&cell->words);
  words_close(&cell->words);
  munmap(cell->channel, sizeof *cell->channel);
  free(cell);
}

bool cell_revive(struct cell *cell)
{
  if (cell->fate == FATE_UNLOADABLE) return false;
  if (cell->process != 0 && cell->fate == FATE_ALIVE) return true;
  return start(cell);
}
