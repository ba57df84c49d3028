/* The side of a cell that asks. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, CPU_COUNT */
#include "cell.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
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

#include "../trace/array.h"
#include "../trace/text.h"

#define SLICE_MILLISECONDS 20 /* between two looks at the process */
#define UNSEEN_SECONDS 0.5    /* without a look: that long no slice takes */

/* --- Waiting ------------------------------------------------------------------------ */

static void close_pipe(int ends[2])
{
  for (int i = 0; i < 2; i++) {
    if (ends[i] >= 0) close(ends[i]);
    ends[i] = -1;
  }
}

static void bury(struct cell *cell, int status)
{
  cell->process = 0;
  close_pipe(cell->asks);
  close_pipe(cell->answers);
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

/* What it has started ends with it. */
static bool is_gone(struct cell *cell)
{
  siginfo_t info = {.si_pid = 0};
  bool ended = waitid(P_PID, (id_t)cell->process, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid != 0;
  if (ended) end_process(cell);
  return ended;
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

/* Does it answer, within a slice of time? A pipe that is closed wakes as well: then its process
 * ends just now, or has closed it and can't answer. */
static bool answers_now(const struct cell *cell)
{
  char byte;
  struct pollfd from = {.fd = cell->answers[0], .events = POLLIN};
  if (poll(&from, 1, SLICE_MILLISECONDS) <= 0) return false;
  if ((from.revents & POLLIN) != 0) return read(cell->answers[0], &byte, 1) == 1;
  (void)poll(NULL, 0, 1);
  return false;
}

static void begin_call(struct cell *cell, double now)
{
  cell->begun = now;
  cell->cpu = -1;
}

/* false: the process is gone, or had to go. It may ask the OS without end, or grow from
 * call to call, so that it has to go while it answers. */
static bool wait_for_answer(struct cell *cell, uint32_t nanswered)
{
  double last = seconds_of(CLOCK_MONOTONIC);
  uint32_t done = cell->channel->done;
  cell_glance(cell->channel, &cell->channel->nanswered, nanswered);
  for (;;) {
    bool answers = answers_now(cell);
    if (!answers && is_gone(cell)) return false;
    double now = seconds_of(CLOCK_MONOTONIC);
    if (cell->channel->done != done) begin_call(cell, now);
    done = cell->channel->done;
    /* While this process was stopped, or had no processor, nobody waited. */
    if (now - last > UNSEEN_SECONDS) cell->begun += now - last - SLICE_MILLISECONDS / 1e3;
    last = now;
    if (has_outgrown(cell, now))
      return give_up(cell, FATE_OUTGREW, cell->limits.resident_bytes >> 20);
    bool is_quick = answers && !cell->channel->is_full;
    if (!is_quick && hangs(cell, now)) return give_up(cell, FATE_HUNG, cell->limits.seconds);
    if (answers) return true;
  }
}

/* --- Asking -------------------------------------------------------------------------- */

/* From now on each note is taken at once: nobody makes many of them before it answers. */
static void take_notes(struct cell *cell)
{
  struct cell_channel *channel = cell->channel;
  size_t nnotes = channel->nnotes < CELL_NOTES ? channel->nnotes : CELL_NOTES;
  channel->nnotes = 0;
  channel->notes_max = 1;
  if (nnotes == 0) return;
  if (!ARRAY_ROOM(cell->notes, cell->nnotes, nnotes, &cell->notes_room)) {
    cell->lacks_notes = true;
    return;
  }
  memcpy(cell->notes + cell->nnotes, channel->notes, nnotes * sizeof *cell->notes);
  cell->nnotes += nnotes;
}

/* How many calls are done? Where the process is gone after all of them, but not by what came then,
 * the last one is to blame. */
static uint32_t calls_answered(const struct cell *cell)
{
  const struct cell_channel *channel = cell->channel;
  uint32_t done = channel->done;
  if (done < channel->ncalls) return done;
  bool did_more = channel->look.shows || channel->look.destroys;
  bool is_blamed = cell->process == 0 && !did_more && channel->ncalls > 0;
  return channel->ncalls - is_blamed;
}

bool cell_ask(struct cell *cell)
{
  struct cell_channel *channel = cell->channel;
  bool are_calls = channel->exchange.request == REQUEST_CALLS;
  cell->nnotes = cell->answered = 0;
  cell->lacks_notes = false;
  if (cell->process == 0) return false;
  begin_call(cell, seconds_of(CLOCK_MONOTONIC));
  channel->done = channel->nnotes = 0;
  channel->notes_max = CELL_NOTES;
  channel->has_shown = channel->has_destroyed = false;
  channel->npages = 0;
  bool is_there;
  do {
    channel->is_full = false;
    uint32_t nanswered = channel->nanswered;
    channel->nasked++;
    while (write(cell->asks[1], "", 1) < 0 && errno == EINTR) {}
    is_there = wait_for_answer(cell, nanswered);
    take_notes(cell);
  } while (is_there && channel->is_full);
  if (are_calls) cell->answered = calls_answered(cell);
  return is_there;
}

void cell_distrust(struct cell *cell) { (void)give_up(cell, FATE_FORGED, 0); }

/* --- Life and death ------------------------------------------------------------------ */

static struct rlimit limit_of(uint64_t value)
{
  return (struct rlimit){(rlim_t)value, (rlim_t)value};
}

/* None of them is standard input, output or error, nor goes to what the candidate may run. */
static bool open_pipe(int ends[2])
{
  int both[2];
  if (pipe(both) != 0) return false;
  for (int i = 0; i < 2; i++) {
    ends[i] = fcntl(both[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(both[i]);
  }
  return ends[0] >= 0 && ends[1] >= 0;
}

/* Within the process. */
static void become_cell(struct cell *cell)
{
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_DFL); /* who asks may note these two, and go on */
  signal(SIGTERM, SIG_DFL);
  setpgid(0, 0); /* it ends as a whole, */
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* and not later than who asks */
#endif
  words_begin(&cell->words); /* verdicts are for standard output */
  const struct rlimit core = limit_of(0), memory = limit_of(cell->limits.memory_bytes);
  setrlimit(RLIMIT_CORE, &core);
  if (cell->limits.memory_bytes > 0) setrlimit(RLIMIT_AS, &memory);
  close(cell->asks[1]);
  close(cell->answers[0]);
  cell_serve(cell->channel, cell->path, cell->asks[0], cell->answers[1]);
}

static bool begin_process(struct cell *cell)
{
  fflush(NULL);
  signal(SIGCHLD, SIG_DFL); /* ignored, as some shells leave it, no child could be waited for */
  bool has_pipes = open_pipe(cell->asks) && open_pipe(cell->answers);
  cell->process = has_pipes ? fork() : -1;
  if (cell->process == 0) become_cell(cell);
  if (cell->process > 0) {
    close(cell->answers[1]); /* so that it closes when the process ends */
    cell->answers[1] = -1;
    return true;
  }
  cell->fate = FATE_NOT_STARTED;
  cell->fate_number = errno;
  snprintf(cell->why, sizeof cell->why, "no process could be started for it: %s",
           strerror(errno));
  bury(cell, 0);
  return false;
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

/* Is there a processor for either side? */
static bool has_two_processors(void)
{
#ifdef __linux__
  cpu_set_t mine;
  return sched_getaffinity(0, sizeof mine, &mine) == 0 && CPU_COUNT(&mine) > 1;
#else
  return false;
#endif
}

static bool start(struct cell *cell)
{
  struct cell_channel *channel = cell->channel;
  cell->fate = FATE_ALIVE;
  channel->nasked = channel->nanswered = 0;
  channel->looks = has_two_processors() ? CELL_LOOKS : 0;
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

struct cell *cell_open(const char *path, struct cell_limits limits)
{
  struct cell *cell = malloc(sizeof *cell);
  if (cell == NULL) return NULL;
  void *channel = mmap(NULL, sizeof *cell->channel, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (channel == MAP_FAILED) {
    free(cell);
    return NULL;
  }
  *cell = (struct cell){
      .channel = channel, .limits = limits, .asks = {-1, -1}, .answers = {-1, -1}};
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
  free(cell->notes);
  free(cell);
}

void cell_end(struct cell *cell)
{
  enum fate fate = cell->fate;
  end_process(cell);
  cell->fate = fate; /* its end isn't its own doing */
}

bool cell_revive(struct cell *cell)
{
  if (cell->fate == FATE_UNLOADABLE) return false;
  if (cell->process != 0 && cell->fate == FATE_ALIVE) return true;
  return start(cell);
}
