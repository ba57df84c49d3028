/* Runs the fuzz target on given inputs, without an engine: a regression test, a
 * reproduction, a coverage run.
 *
 *   replay [-o DIR] FILE|DIRECTORY...
 *
 * Each input has a process of its own, and all inputs run, whatever happens to one. A table
 * at the end lists those that went wrong. With -o, an input that departs is shortened, and
 * its four reproducers (reproduce.h) go to DIR under the input's name. One that crashes or
 * takes too long becomes a trace there, for "spanref shrink".
 *
 * Exit status: 0 all inputs are the same on both heaps, 1 not all are, 2 bad usage or an
 * unreadable input, 3 there was no input, or in none of them anything was compared. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inputs.h"
#include "reproduce.h"
#include "shrink.h"
#include "spanref_fuzz.h"
#include "target.h"

#define SECONDS_MAX 60 /* an input may take */
/* How the process of an input ends; a candidate that calls exit ends otherwise. */
#define EXIT_SAME 100
#define EXIT_NOTHING 101 /* nothing was compared */

enum verdict { SAME, DEPARTS, CRASHES, TIMES_OUT, NOTHING, VERDICTS };
static const char *const verdict_names[VERDICTS] = {"same", "departs", "crashes",
                                                    "times out", "not compared"};
struct replay {
  const char *output; /* NULL: nothing is shrunk */
  size_t count[VERDICTS];
  FILE *table; /* of those that went wrong */
};

/* In a process of its own, whose standard error goes to `said`. */
static enum verdict run(const struct input *input, FILE *said)
{
  int status = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(fileno(said), STDERR_FILENO);
    alarm(SECONDS_MAX);
    LLVMFuzzerTestOneInput(input->data, input->size);
    /* not _exit: coverage is written on the way out */
    exit(spanref_fuzz_compared() > 0 ? EXIT_SAME : EXIT_NOTHING);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) return CRASHES;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SAME) return SAME;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOTHING) return NOTHING;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return TIMES_OUT;
  return CRASHES;
}

/* The target says of a departure what it is, and then aborts. */
static bool says_departure(FILE *said)
{
  char line[512];
  bool found = false;
  rewind(said);
  while (fgets(line, sizeof line, said) != NULL) {
    found |= strncmp(line, "input:", 6) == 0;
    fprintf(stdout, "    %s", line);
  }
  return found;
}

static const char *base_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* In a process of its own, which may crash. */
static void in_child(const struct replay *replay, const struct input *input,
                     void make(const struct input *input, const char *base))
{
  char base[4096];
  int status;
  snprintf(base, sizeof base, "%s/%s", replay->output, base_name(input->path));
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    make(input, base);
    fflush(NULL);
    _exit(0);
  }
  if (child > 0) (void)waitpid(child, &status, 0);
}

/* Again, to make it short. */
static void write_reproducers(const struct input *input, const char *base)
{
  static struct target target;
  struct shrink_counts counts = {0};
  if (target_create(&target) &&
      target_run(&target, input->data, input->size) == JUDGED_DEPARTED &&
      shrink(&target.judge, &target.history, &counts) == JUDGED_DEPARTED &&
      reproduce(base, &target.history, &target.judge))
    printf("    %s.trace, .bytes, .c, .txt: %u operation%s became %u\n", base,
           (unsigned)counts.operations_before, counts.operations_before == 1 ? "" : "s",
           (unsigned)counts.operations_after);
  target_destroy(&target);
}

/* What can't be run again in this process. */
static void write_whole(const struct input *input, const char *base)
{
  static struct target target;
  char path[4096 + 8];
  snprintf(path, sizeof path, "%s.trace", base);
  if (target_create(&target) &&
      target_decode(&target, input->data, input->size) && trace_write(path, &target.history))
    printf("    %s: the whole history, for spanref shrink\n", path);
  target_destroy(&target);
}

static void replay_input(void *context, const struct input *input)
{
  struct replay *replay = context;
  FILE *said = tmpfile();
  enum verdict verdict = said != NULL ? run(input, said) : CRASHES;
  if (verdict == CRASHES && said != NULL) {
    printf("%s:\n", input->path);
    if (says_departure(said)) verdict = DEPARTS;
  }
  if (replay->output != NULL && verdict == DEPARTS) in_child(replay, input, write_reproducers);
  if (replay->output != NULL && (verdict == CRASHES || verdict == TIMES_OUT))
    in_child(replay, input, write_whole);
  if (said != NULL) fclose(said);
  if (verdict != SAME)
    fprintf(replay->table, "%-12s %s\n", verdict_names[verdict], input->path);
  replay->count[verdict]++;
}

static int finish(struct replay *replay, size_t unreadable)
{
  char line[4200];
  size_t inputs = 0;
  for (int verdict = 0; verdict < VERDICTS; verdict++) inputs += replay->count[verdict];
  rewind(replay->table);
  while (fgets(line, sizeof line, replay->table) != NULL) fputs(line, stdout);
  printf("%zu input%s:", inputs, inputs == 1 ? "" : "s");
  for (int verdict = 0; verdict < VERDICTS; verdict++)
    printf(" %zu %s,", replay->count[verdict], verdict_names[verdict]);
  printf(" %zu unreadable\n", unreadable);
  if (unreadable > 0) return 2;
  if (replay->count[NOTHING] == inputs) return 3;
  return replay->count[SAME] + replay->count[NOTHING] == inputs ? 0 : 1;
}

/* What every input would say is said once. */
static bool can_create(void)
{
  static struct target target;
  bool ok = target_create(&target);
  target_destroy(&target);
  return ok;
}

int main(int argc, char **argv)
{
  struct replay replay = {.table = tmpfile()};
  int option;
  while ((option = getopt(argc, argv, "o:")) == 'o') replay.output = optarg;
  if (option != -1 || optind == argc || replay.table == NULL) {
    fputs("usage: replay [-o DIR] FILE|DIRECTORY...\n", stderr);
    return 2;
  }
  if (!can_create()) return 2;
  return finish(&replay, inputs_visit(argv + optind, argc - optind, replay_input, &replay));
}
