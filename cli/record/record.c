/* spanref record: start the program, then turn what its processes logged into
 * one trace (record.h has the picture, recording.h the rules). */
#define _GNU_SOURCE
#include "record.h"

#include "recording.h"

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

static const char usage[] =
    "Usage: spanref record [-m BYTES] -o TRACE [--] COMMAND [ARGUMENT]...\n"
    "Run COMMAND, and write its allocations of a page or more to TRACE.\n\n"
    "  -o, --output TRACE    where to write; \"-\" is standard output, and then what COMMAND\n"
    "                        prints goes to standard error\n"
    "  -m, --min-bytes BYTES record allocations of BYTES or more (default 8192)\n"
    "  -h, --help            print this text\n\n"
    "COMMAND runs with libspanref-record.so preloaded. spanref looks for that library\n"
    "beside itself, then in ../lib/spanref; SPANREF_RECORD_LIBRARY names another one.\n\n"
    "Exit status:\n"
    "  0  recorded\n"
    "  2  bad usage, or COMMAND could not be run, or TRACE not written\n"
    "  3  nothing was recorded\n";

static void say(const char *format, ...)
{
  va_list values;
  va_start(values, format);
  fputs("spanref record: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
}

/* Say why the last system call failed, about `what`. Always false. */
static bool say_errno(const char *what)
{
  say("%s: %s", what, strerror(errno));
  return false;
}

/* ---- the output file ----------------------------------------------------- */

static bool trace_write(const char *path, const struct recording *r, unsigned logged,
                        char **command)
{
  if (strcmp(path, "-") == 0)
    return recording_print(stdout, r, logged, command) || say_errno("standard output");
  FILE *to = fopen(path, "w");
  bool good = to != NULL && recording_print(to, r, logged, command);
  if (to != NULL && fclose(to) != 0) good = false;
  return good || say_errno(path);
}

/* Before the program runs: what it did should not be lost for a wrong path. */
static bool output_is_writable(const char *path)
{
  if (strcmp(path, "-") == 0) return true;
  bool existed = access(path, F_OK) == 0;
  FILE *to = fopen(path, "a");
  if (to == NULL) return say_errno(path);
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
  static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  struct sigaction ignore = {.sa_handler = SIG_IGN}, forward = {.sa_handler = pass_on};
  struct sigaction old[4];
  if (pipe2(report, O_CLOEXEC) != 0) return say_errno("pipe");
  fflush(NULL);
  pid_t child = fork();
  if (child == 0)
    become(command, library, directory, min_bytes, output_is_taken, report[1]);
  child_pid = child;
  for (int i = 0; i < 4; i++) sigaction(signals[i], i < 2 ? &ignore : &forward, &old[i]);
  if (child < 0) error = errno;
  close(report[1]);
  while (child > 0 && read(report[0], &error, sizeof error) < 0 && errno == EINTR) continue;
  close(report[0]);
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  child_pid = 0;
  for (int i = 0; i < 4; i++) sigaction(signals[i], &old[i], NULL);
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
  char beside[PATH_MAX + 64];
  if (given == NULL || *given == '\0') {
    ssize_t length = readlink("/proc/self/exe", beside, PATH_MAX - 1);
    if (length < 0) return say_errno("/proc/self/exe");
    beside[length] = '\0';
    char *name = strrchr(beside, '/') + 1;
    strcpy(name, "libspanref-record.so");
    if (access(beside, R_OK) != 0) strcpy(name, "../lib/spanref/libspanref-record.so");
    given = beside;
  }
  if (realpath(given, path) == NULL || access(path, R_OK) != 0) return say_errno(given);
  if (strpbrk(path, " :") != NULL) {
    say("%s: expected a path without spaces and colons", path);
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
  if (temporary == NULL || *temporary != '/') temporary = "/tmp";
  if (!library_find(library) || !output_is_writable(output)) return FAILED;
  if (snprintf(directory, sizeof directory, "%s/spanref-record.XXXXXX", temporary) >=
          PATH_MAX ||
      mkdtemp(directory) == NULL) {
    say_errno(temporary);
    return FAILED;
  }
  if (!run(command, library, directory, min_bytes, strcmp(output, "-") == 0)) {
    /* said why */
  } else if (!recording_best(&best, directory, min_bytes, &logged)) {
    say("out of memory");
  } else if (best.nops == 0) {
    say("nothing was recorded: are all allocations below --min-bytes, or is the program static?");
    status = NOTHING;
  } else if (trace_write(output, &best, logged, command)) {
    if (best.unseen_frees > 0)
      say("%" PRIu64 " %s freed out of sight", best.unseen_frees,
          best.unseen_frees == 1 ? "allocation was" : "allocations were");
    if (best.lost) say("the log could not grow, so the rest is missing");
    say("%s: %zu operation%s, at most %" PRIu64 " page%s in use", output, best.nops,
        best.nops == 1 ? "" : "s", best.peak_pages, best.peak_pages == 1 ? "" : "s");
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
    case ':': say("%s: expected a value after it", argv[optind - 1]); return FAILED;
    default: say("%s: expected an option that this verb has", argv[optind - 1]); return FAILED;
    }
  }
  if (output == NULL || optind >= argc) {
    say("%s (see spanref record --help)",
        output == NULL ? "expected -o TRACE" : "expected a command");
    return FAILED;
  }
  return record(argv + optind, output, min_bytes);
}
