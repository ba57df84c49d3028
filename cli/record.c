/* spanref record: start the program, then turn what its processes logged into
 * one trace (record.h has the picture). The rules:
 *
 * Which process. Every process image (a fork's child, a program after exec) logs
 * on its own. The trace is of the one with the most operations, the earliest of
 * those that tie: a driver like gcc or git works in its children. What a child
 * inherited from its parent is not in its log; frees of it are ignored, like
 * frees of anything that isn't known.
 *
 * Sizes. The malloc family becomes `a`, anonymous mmap becomes `m`, in heap pages
 * rounded up. Below the least size (--min-bytes, one heap page unless told)
 * nothing is recorded; what is asked for counts, not what the allocator rounds it
 * to. Anonymous mappings count whatever their protection: reserved address space
 * is what a page heap hands out.
 *
 * realloc. Same place and same pages: nothing. Otherwise `f`, then `a`.
 *
 * munmap. Whole: `f`. In part: `f`, then `m` for each part that is kept, lowest
 * first, under a new name; nothing where one part is kept and its pages stay the
 * same. A part smaller than the least size isn't recorded on.
 *
 * mremap. In place: like munmap of the tail, or where it grows `f` and `m` unless
 * the pages stay the same. To another place: munmap of the old, mmap of the new.
 *
 * MAP_FIXED. Inside one recorded mapping: nothing, the pages were taken already
 * and still are. Elsewhere: munmap of what is there, then `m` if it is anonymous.
 *
 * An address given out again without having been freed was freed out of our
 * sight: `f` first, and the trace and a message tell how often. What is never
 * freed stays allocated at the end. */
#define _GNU_SOURCE
#include "record.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDED = 0, FAILED = 2, NOTHING = 3 };

#define PAGE_BYTES UINT64_C(8192)
#define OS_PAGE_BYTES UINT64_C(4096)

static const char header[] = "page 8192\n"
                             "phys 4096\n"
                             "huge 2097152\n"
                             "arena 67108864\n"
                             "goal none\n"
                             "region 0x5000000000 up\n";

static const char usage[] =
    "usage: spanref record [-m N] -o TRACE [--] CMD ARGS...\n"
    "Run CMD and write its page-sized and larger allocations to TRACE.\n"
    "  -o, --output TRACE     where to write; -: standard output (CMD's own goes to\n"
    "                         standard error)\n"
    "  -m, --min-bytes N      record allocations of N bytes and more (default 8192)\n"
    "  -h, --help             print this\n"
    "The library preloaded into CMD is libspanref-record.so beside this program, or\n"
    "what SPANREF_RECORD_LIBRARY names.\n"
    "Status: 0 recorded, 2 usage or can't be run or written, 3 nothing recorded.\n";

static void say(const char *format, ...)
{
  va_list values;
  va_start(values, format);
  fputs("spanref record: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
}

/* ---- operations ---------------------------------------------------------- */

struct op {
  char kind; /* 'a', 'm', 'f' */
  uint64_t name, pages;
};

/* A block of the malloc family; address 0: an empty slot. */
struct block {
  uint64_t address, name, pages;
};

/* Anonymous memory [start, end). */
struct mapping {
  uint64_t start, end, name;
};

struct recording {
  uint64_t min_bytes;
  bool out_of_memory, lost;

  struct op *ops;
  size_t nops, ops_room;
  uint64_t names;
  uint64_t unseen_frees;
  uint64_t live, live_pages; /* now */
  uint64_t peak, peak_pages; /* at most at once, each for itself */

  struct block *blocks; /* hashed by address, linear probing */
  size_t nblocks, blocks_room; /* room is 0 or a power of two */
  struct mapping *mappings; /* in address order, disjoint */
  size_t nmappings, mappings_room;

  uint64_t started_ns;
  char program[16];
};

static void recording_free(struct recording *r)
{
  free(r->ops);
  free(r->blocks);
  free(r->mappings);
}

static uint64_t pages_of(uint64_t bytes)
{
  return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

/* Room for one more of each_bytes in *items, or out_of_memory. */
static bool make_room(struct recording *r, void *items, size_t count, size_t *room,
                      size_t each_bytes)
{
  void *old, *grown;
  if (count < *room) return true;
  memcpy(&old, items, sizeof old);
  grown = reallocarray(old, *room == 0 ? 64 : *room * 2, each_bytes);
  if (grown == NULL) {
    r->out_of_memory = true;
    return false;
  }
  memcpy(items, &grown, sizeof grown);
  *room = *room == 0 ? 64 : *room * 2;
  return true;
}

static void op_append(struct recording *r, struct op op)
{
  if (make_room(r, &r->ops, r->nops, &r->ops_room, sizeof *r->ops))
    r->ops[r->nops++] = op;
}

/* The name of a new allocation. */
static uint64_t op_alloc(struct recording *r, char kind, uint64_t pages)
{
  op_append(r, (struct op){kind, r->names, pages});
  r->live_pages += pages;
  if (++r->live > r->peak) r->peak = r->live;
  if (r->live_pages > r->peak_pages) r->peak_pages = r->live_pages;
  return r->names++;
}

static void op_free(struct recording *r, uint64_t name, uint64_t pages)
{
  op_append(r, (struct op){'f', name, 0});
  r->live--;
  r->live_pages -= pages;
}

/* ---- the malloc family --------------------------------------------------- */

static size_t block_home(const struct recording *r, uint64_t address)
{
  return (size_t)((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20) &
         (r->blocks_room - 1);
}

/* Where address is, or the empty slot where it would be. */
static size_t block_find(const struct recording *r, uint64_t address)
{
  size_t slot = block_home(r, address);
  while (r->blocks[slot].address != 0 && r->blocks[slot].address != address)
    slot = (slot + 1) & (r->blocks_room - 1);
  return slot;
}

static bool block_known(const struct recording *r, uint64_t address)
{
  return r->blocks_room > 0 && address != 0 &&
         r->blocks[block_find(r, address)].address == address;
}

static void block_insert(struct recording *r, struct block block)
{
  if (r->nblocks * 2 >= r->blocks_room) {
    struct block *old = r->blocks;
    size_t old_room = r->blocks_room, room = old_room == 0 ? 256 : old_room * 2;
    struct block *grown = calloc(room, sizeof *grown);
    if (grown == NULL) {
      r->out_of_memory = true;
      return;
    }
    r->blocks = grown;
    r->blocks_room = room;
    for (size_t i = 0; i < old_room; i++)
      if (old[i].address != 0) r->blocks[block_find(r, old[i].address)] = old[i];
    free(old);
  }
  r->blocks[block_find(r, block.address)] = block;
  r->nblocks++;
}

static void block_remove(struct recording *r, uint64_t address)
{
  size_t mask = r->blocks_room - 1, hole = block_find(r, address);
  /* key: close the hole with a later block of the same run whose home isn't
   * behind the hole, until the run ends. */
  for (size_t slot = (hole + 1) & mask; r->blocks[slot].address != 0;
       slot = (slot + 1) & mask) {
    size_t home = block_home(r, r->blocks[slot].address);
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    r->blocks[hole] = r->blocks[slot];
    hole = slot;
  }
  r->blocks[hole].address = 0;
  r->nblocks--;
}

static void block_free(struct recording *r, uint64_t address)
{
  if (!block_known(r, address)) return;
  struct block block = r->blocks[block_find(r, address)];
  op_free(r, block.name, block.pages);
  block_remove(r, address);
}

static void block_alloc(struct recording *r, uint64_t address, uint64_t bytes)
{
  if (block_known(r, address)) r->unseen_frees++;
  block_free(r, address);
  if (bytes < r->min_bytes) return;
  uint64_t name = op_alloc(r, 'a', pages_of(bytes));
  block_insert(r, (struct block){address, name, pages_of(bytes)});
}

static void block_realloc(struct recording *r, uint64_t old, uint64_t address,
                          uint64_t bytes)
{
  if (old == address && block_known(r, old) && bytes >= r->min_bytes &&
      r->blocks[block_find(r, old)].pages == pages_of(bytes))
    return;
  block_free(r, old);
  block_alloc(r, address, bytes);
}

/* ---- the mmap family ----------------------------------------------------- */

static uint64_t mapping_pages(struct mapping m) { return pages_of(m.end - m.start); }

/* The first mapping that ends above address. */
static size_t mapping_above(const struct recording *r, uint64_t address)
{
  size_t low = 0, high = r->nmappings;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (r->mappings[middle].end > address)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void mapping_insert(struct recording *r, size_t at, struct mapping m)
{
  if (!make_room(r, &r->mappings, r->nmappings, &r->mappings_room, sizeof m)) return;
  memmove(r->mappings + at + 1, r->mappings + at, (r->nmappings - at) * sizeof m);
  r->mappings[at] = m;
  r->nmappings++;
}

static void mapping_remove(struct recording *r, size_t at)
{
  r->nmappings--;
  memmove(r->mappings + at, r->mappings + at + 1,
          (r->nmappings - at) * sizeof *r->mappings);
}

/* Give the mapping at `at` other bounds: a new name, unless the pages stay. */
static void mapping_resize(struct recording *r, size_t at, uint64_t start, uint64_t end)
{
  struct mapping *m = &r->mappings[at], old = *m;
  m->start = start;
  m->end = end;
  if (mapping_pages(*m) == mapping_pages(old)) return;
  op_free(r, old.name, mapping_pages(old));
  m->name = op_alloc(r, 'm', mapping_pages(*m));
}

static void range_unmap(struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  while (at < r->nmappings && r->mappings[at].start < end && !r->out_of_memory) {
    struct mapping m = r->mappings[at];
    bool left = m.start < start && start - m.start >= r->min_bytes;
    bool right = m.end > end && m.end - end >= r->min_bytes;
    if (!left && !right) {
      op_free(r, m.name, mapping_pages(m));
      mapping_remove(r, at);
    } else if (left != right) {
      mapping_resize(r, at++, left ? m.start : end, left ? start : m.end);
    } else {
      op_free(r, m.name, mapping_pages(m));
      r->mappings[at].end = start;
      r->mappings[at].name = op_alloc(r, 'm', pages_of(start - m.start));
      m.start = end;
      m.name = op_alloc(r, 'm', pages_of(m.end - end));
      mapping_insert(r, at + 1, m);
      at += 2;
    }
  }
}

static void range_map(struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  if (at < r->nmappings && r->mappings[at].start < end) r->unseen_frees++;
  range_unmap(r, start, end);
  if (end - start < r->min_bytes) return;
  struct mapping m = {start, end, op_alloc(r, 'm', pages_of(end - start))};
  mapping_insert(r, mapping_above(r, start), m);
}

static bool range_inside_one(const struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  return at < r->nmappings && r->mappings[at].start <= start && end <= r->mappings[at].end;
}

static void range_remap(struct recording *r, uint64_t old, uint64_t old_end,
                        uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, old);
  if (at == r->nmappings || r->mappings[at].start > old) return; /* not known */
  if (start != old) {
    range_unmap(r, old, old_end);
    range_unmap(r, start, end); /* MREMAP_FIXED */
    range_map(r, start, end);
  } else if (end < old_end) {
    range_unmap(r, end, old_end);
  } else if (r->mappings[at].end == old_end) {
    mapping_resize(r, at, r->mappings[at].start, end);
  }
}

/* ---- from a log to a recording ------------------------------------------- */

static void event_apply(struct recording *r, const struct record_event *e)
{
  uint64_t whole = (e->bytes + OS_PAGE_BYTES - 1) / OS_PAGE_BYTES * OS_PAGE_BYTES;
  uint64_t old_whole = (e->old_bytes + OS_PAGE_BYTES - 1) / OS_PAGE_BYTES * OS_PAGE_BYTES;
  uint64_t end = e->address + whole;
  switch (e->kind) {
  case RECORD_ALLOC: block_alloc(r, e->address, e->bytes); break;
  case RECORD_FREE: block_free(r, e->address); break;
  case RECORD_REALLOC: block_realloc(r, e->old_address, e->address, e->bytes); break;
  case RECORD_MAP: range_map(r, e->address, end); break;
  case RECORD_MAP_OVER:
    if (range_inside_one(r, e->address, end)) break;
    range_unmap(r, e->address, end);
    range_map(r, e->address, end);
    break;
  case RECORD_MAP_FILE_OVER:
    if (!range_inside_one(r, e->address, end)) range_unmap(r, e->address, end);
    break;
  case RECORD_UNMAP: range_unmap(r, e->address, end); break;
  case RECORD_REMAP:
    range_remap(r, e->old_address, e->old_address + old_whole, e->address, end);
    break;
  case RECORD_LOST: r->lost = true; break;
  default: break;
  }
}

/* Read DIRECTORY/STEM.0, .1 ... */
static bool recording_read(struct recording *r, const char *directory, const char *stem)
{
  struct record_chunk *chunk = malloc(sizeof *chunk);
  bool good = chunk != NULL;
  for (unsigned number = 0; good; number++) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s.%u", directory, stem, number) >= PATH_MAX)
      break;
    FILE *file = fopen(path, "rb");
    if (file == NULL) break;
    /* A chunk that was cut off (a full disk, no fallocate) reads as RECORD_END. */
    memset(chunk, 0, sizeof *chunk);
    (void)!fread(chunk, 1, sizeof *chunk, file);
    fclose(file);
    if (number == 0) {
      r->started_ns = chunk->started_ns;
      memcpy(r->program, chunk->program, sizeof r->program - 1);
    }
    for (size_t i = 0; i < RECORD_CHUNK_EVENTS && chunk->events[i].kind != RECORD_END; i++)
      event_apply(r, &chunk->events[i]);
    good = !r->out_of_memory;
  }
  free(chunk);
  return good;
}

/* The recording with the most operations of all logs in directory; *logged: of
 * how many that have any. false: out of memory, or the directory can't be read. */
static bool recording_best(struct recording *best, const char *directory,
                           uint64_t min_bytes, unsigned *logged)
{
  DIR *all = opendir(directory);
  struct dirent *entry;
  bool good = all != NULL;
  *logged = 0;
  while (good && (entry = readdir(all)) != NULL) {
    char *dot = strrchr(entry->d_name, '.');
    if (entry->d_name[0] == '.' || dot == NULL || strcmp(dot, ".0") != 0) continue;
    *dot = '\0';
    struct recording r = {.min_bytes = min_bytes};
    good = recording_read(&r, directory, entry->d_name);
    if (r.nops > 0) ++*logged;
    if (r.nops > best->nops ||
        (r.nops == best->nops && r.started_ns < best->started_ns)) {
      struct recording worse = *best;
      *best = r;
      r = worse;
    }
    recording_free(&r);
  }
  if (all != NULL) closedir(all);
  return good;
}

/* ---- the trace ----------------------------------------------------------- */

/* As a shell would read it back, on one line of ASCII. */
static void print_word(FILE *to, const char *word)
{
  bool plain = *word != '\0', odd = false;
  for (const char *c = word; *c != '\0'; c++) {
    if (!isalnum((unsigned char)*c) && strchr("%+,-./:=@_", *c) == NULL) plain = false;
    if (*c < ' ' || *c > '~') odd = true;
  }
  if (plain) {
    fputs(word, to);
    return;
  }
  fputs(odd ? "$'" : "'", to);
  for (const char *c = word; *c != '\0'; c++) {
    if (odd && (*c < ' ' || *c > '~'))
      fprintf(to, "\\x%02x", (unsigned)(unsigned char)*c);
    else if (odd && (*c == '\'' || *c == '\\'))
      fprintf(to, "\\%c", *c);
    else if (*c == '\'')
      fputs("'\\''", to);
    else
      fputc(*c, to);
  }
  fputc('\'', to);
}

static bool recording_print(FILE *to, const struct recording *r, unsigned logged,
                            char **command)
{
  fputs("spanref-trace 1\n# made by: spanref record", to);
  if (r->min_bytes != PAGE_BYTES) fprintf(to, " --min-bytes %" PRIu64, r->min_bytes);
  fputs(" --", to);
  for (; *command != NULL; command++) {
    fputc(' ', to);
    print_word(to, *command);
  }
  if (logged > 1) {
    fputs("\n# process: ", to);
    print_word(to, r->program);
    fprintf(to, ", the one of %u with the most operations", logged);
  }
  fprintf(to, "\n# operations: %zu\n# peak pages: %" PRIu64 "\n# peak allocations: %" PRIu64 "\n",
          r->nops, r->peak_pages, r->peak);
  if (r->unseen_frees > 0)
    fprintf(to, "# freed out of sight: %" PRIu64 "\n", r->unseen_frees);
  if (r->lost) fputs("# the log could not grow: the rest is missing\n", to);
  fputs(header, to);
  for (size_t i = 0; i < r->nops; i++) {
    const struct op *op = &r->ops[i];
    if (op->kind == 'f')
      fprintf(to, "f %" PRIu64 "\n", op->name);
    else
      fprintf(to, "%c %" PRIu64 " %" PRIu64 "\n", op->kind, op->name, op->pages);
  }
  return fflush(to) == 0 && !ferror(to);
}

static bool trace_write(const char *path, const struct recording *r, unsigned logged,
                        char **command)
{
  if (strcmp(path, "-") == 0) {
    if (recording_print(stdout, r, logged, command)) return true;
    say("standard output: %s", strerror(errno));
    return false;
  }
  FILE *to = fopen(path, "w");
  if (to == NULL) {
    say("%s: %s", path, strerror(errno));
    return false;
  }
  bool good = recording_print(to, r, logged, command);
  if (fclose(to) != 0) good = false;
  if (!good) say("%s: %s", path, strerror(errno));
  return good;
}

/* Before the program runs: what it did should not be lost for a wrong path. */
static bool output_is_writable(const char *path)
{
  if (strcmp(path, "-") == 0) return true;
  bool existed = access(path, F_OK) == 0;
  FILE *to = fopen(path, "a");
  if (to == NULL) {
    say("%s: %s", path, strerror(errno));
    return false;
  }
  fclose(to);
  if (!existed) unlink(path);
  return true;
}

/* ---- running the program ------------------------------------------------- */

static volatile sig_atomic_t child_pid;

static void pass_on(int signal_number)
{
  if (child_pid > 0) kill((pid_t)child_pid, signal_number);
}

/* In the child: become the program, or write errno to `report`. */
static void become(char **command, const char *library, const char *directory,
                   uint64_t min_bytes, bool output_is_taken, int report)
{
  char number[32], *preload = NULL;
  const char *before = getenv("LD_PRELOAD");
  bool others = before != NULL && *before != '\0';
  snprintf(number, sizeof number, "%" PRIu64, min_bytes);
  signal(SIGPIPE, SIG_DFL); /* spanref ignores it; the program must not inherit that */
  if (asprintf(&preload, "%s%s%s", library, others ? ":" : "", others ? before : "") >= 0 &&
      setenv("LD_PRELOAD", preload, 1) == 0 &&
      setenv(RECORD_ENV_DIRECTORY, directory, 1) == 0 &&
      setenv(RECORD_ENV_MIN_BYTES, number, 1) == 0 &&
      (!output_is_taken || dup2(2, 1) == 1))
    execvp(command[0], command);
  int error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(127);
}

/* Start, wait, and say how it ended. While it runs, the keyboard's signals are
 * its own business and a request to stop is passed on, so that what it has done
 * so far is still recorded. */
static bool run(char **command, const char *library, const char *directory,
                uint64_t min_bytes, bool output_is_taken)
{
  int report[2], error = 0, status = 0;
  struct sigaction ignore = {.sa_handler = SIG_IGN}, forward = {.sa_handler = pass_on};
  struct sigaction old_int, old_quit, old_term, old_hup;
  if (pipe2(report, O_CLOEXEC) != 0) {
    say("pipe: %s", strerror(errno));
    return false;
  }
  fflush(NULL);
  pid_t child = fork();
  if (child == 0)
    become(command, library, directory, min_bytes, output_is_taken, report[1]);
  child_pid = child;
  sigaction(SIGINT, &ignore, &old_int);
  sigaction(SIGQUIT, &ignore, &old_quit);
  sigaction(SIGTERM, &forward, &old_term);
  sigaction(SIGHUP, &forward, &old_hup);
  if (child < 0) error = errno;
  close(report[1]);
  ssize_t got;
  while (child > 0 && (got = read(report[0], &error, sizeof error)) < 0 && errno == EINTR)
    continue;
  close(report[0]);
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  child_pid = 0;
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGQUIT, &old_quit, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  sigaction(SIGHUP, &old_hup, NULL);
  if (error != 0)
    say("%s: %s", command[0], strerror(error));
  else if (WIFSIGNALED(status))
    say("%s: ended by signal %d (%s)", command[0], WTERMSIG(status),
        strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status) != 0)
    say("%s: exit status %d", command[0], WEXITSTATUS(status));
  return error == 0;
}

static void directory_remove(const char *directory)
{
  DIR *all = opendir(directory);
  struct dirent *entry;
  while (all != NULL && (entry = readdir(all)) != NULL)
    if (entry->d_name[0] != '.') unlinkat(dirfd(all), entry->d_name, 0);
  if (all != NULL) closedir(all);
  rmdir(directory);
}

/* ---- the verb ------------------------------------------------------------ */

/* The library's absolute path. The dynamic linker splits LD_PRELOAD at spaces
 * and colons, so such a path can't be used. */
static bool library_find(char path[PATH_MAX])
{
  const char *given = getenv("SPANREF_RECORD_LIBRARY");
  char beside[PATH_MAX + 32];
  if (given == NULL || *given == '\0') {
    ssize_t length = readlink("/proc/self/exe", beside, PATH_MAX - 1);
    if (length < 0) {
      say("/proc/self/exe: %s", strerror(errno));
      return false;
    }
    beside[length] = '\0';
    strcpy(strrchr(beside, '/') + 1, "libspanref-record.so");
    given = beside;
  }
  if (realpath(given, path) == NULL || access(path, R_OK) != 0) {
    say("%s: %s", given, strerror(errno));
    return false;
  }
  if (strpbrk(path, " :") != NULL) {
    say("%s: a path without spaces and colons is needed", path);
    return false;
  }
  return true;
}

static bool number_parse(const char *text, uint64_t *number)
{
  char *end;
  errno = 0;
  *number = strtoull(text, &end, 10);
  return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && *number > 0;
}

static int record(char **command, const char *output, uint64_t min_bytes)
{
  char library[PATH_MAX], directory[PATH_MAX];
  const char *temporary = getenv("TMPDIR");
  struct recording best = {0};
  unsigned logged;
  int status = FAILED;
  if (!library_find(library)) return FAILED;
  if (temporary == NULL || *temporary != '/') temporary = "/tmp";
  if (!output_is_writable(output)) return FAILED;
  if (snprintf(directory, sizeof directory, "%s/spanref-record.XXXXXX", temporary) >=
          PATH_MAX ||
      mkdtemp(directory) == NULL) {
    say("%s: %s", temporary, strerror(errno));
    return FAILED;
  }
  if (!run(command, library, directory, min_bytes, strcmp(output, "-") == 0)) {
    /* said why */
  } else if (!recording_best(&best, directory, min_bytes, &logged)) {
    say("out of memory");
  } else if (best.nops == 0) {
    say("nothing was recorded (allocations below --min-bytes, or a static program?)");
    status = NOTHING;
  } else if (trace_write(output, &best, logged, command)) {
    if (best.unseen_frees > 0)
      say("freed out of sight: %" PRIu64 " allocations", best.unseen_frees);
    if (best.lost) say("the log could not grow: the rest is missing");
    say("%s: %zu operations, at most %" PRIu64 " pages in use", output, best.nops,
        best.peak_pages);
    status = RECORDED;
  }
  recording_free(&best);
  directory_remove(directory);
  return status;
}

int record_main(int argc, char **argv)
{
  static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                          {"min-bytes", required_argument, NULL, 'm'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
  const char *output = NULL;
  uint64_t min_bytes = PAGE_BYTES;
  int option;
  optind = 0; /* glibc: start over, whoever used getopt before */
  opterr = 0;
  while ((option = getopt_long(argc, argv, "+:o:m:h", options, NULL)) != -1) {
    switch (option) {
    case 'o': output = optarg; break;
    case 'm':
      if (number_parse(optarg, &min_bytes)) break;
      say("--min-bytes %s: expected a number of bytes, 1 or more", optarg);
      return FAILED;
    case 'h': return fputs(usage, stdout) < 0 || fflush(stdout) != 0 ? FAILED : RECORDED;
    case ':': say("%s: expected a value", argv[optind - 1]); return FAILED;
    default: say("%s: no such option", argv[optind - 1]); return FAILED;
    }
  }
  if (output == NULL || optind >= argc) {
    say("%s (see spanref record --help)",
        output == NULL ? "expected -o TRACE" : "expected a command");
    return FAILED;
  }
  return record(argv + optind, output, min_bytes);
}
