/* Runs the fuzz target on given inputs, without an engine: a regression test, a
 * reproduction, a coverage run.
 *
 *   replay [-o DIR] FILE|DIRECTORY...
 *
 * Each input has a process of its own, and all inputs run, whatever happens to one. A table
 * at the end lists those that went wrong. With -o, an input that departs is shortened, and
 * its four reproducers (reproduce.h) go to DIR under the input's name.
 *
 * Exit status: 0 all inputs are the same on both heaps, 1 not all are, 2 bad usage or an
 * unreadable input, 3 there was no input. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../candidates/ours/ours.h"
#include "inputs.h"
#include "reproduce.h"
#include "shrink.h"
#include "target.h"

#ifndef SPANREF_FUZZ_CANDIDATE
#define SPANREF_FUZZ_CANDIDATE candidate_opt
#endif

#define SECONDS_MAX 60 /* an input may take */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum verdict { SAME, DEPARTS, CRASHES, TIMES_OUT, VERDICTS };
static const char *const verdict_names[VERDICTS] = {"same", "departs", "crashes",
                                                    "times out"};
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
    exit(0); /* not _exit: coverage is written on the way out */
  }
  if (child < 0 || waitpid(child, &status, 0) != child) return CRASHES;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return SAME;
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

/* Again, in this process, to make it short. */
static void write_reproducers(const struct replay *replay, const struct input *input)
{
  static struct target target;
  struct shrink_counts counts = {0};
  char base[4096];
  snprintf(base, sizeof base, "%s/%s", replay->output, base_name(input->path));
  if (!target_create(&target, &SPANREF_FUZZ_CANDIDATE)) return;
  if (target_run(&target, input->data, input->size) == JUDGED_DEPARTED &&
      shrink(&target.judge, &target.history, &counts) == JUDGED_DEPARTED &&
      reproduce(base, &target.history, &target.judge))
    printf("    %s.trace, .bytes, .c, .txt: %u operation%s became %u\n", base,
           (unsigned)counts.operations_before, counts.operations_before == 1 ? "" : "s",
           (unsigned)counts.operations_after);
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
    if (verdict == DEPARTS && replay->output != NULL) write_reproducers(replay, input);
  }
  if (said != NULL) fclose(said);
  if (verdict != SAME)
    fprintf(replay->table, "%-10s %s\n", verdict_names[verdict], input->path);
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
  if (inputs == 0) return 3;
  return replay->count[SAME] == inputs ? 0 : 1;
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
  return finish(&replay, inputs_visit(argv + optind, argc - optind, replay_input, &replay));
}
