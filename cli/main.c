/* spanref: the verbs. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "../candidates/spanref_candidate.h"
#include "output.h"
#include "record/record.h"
#include "verbs.h"
#include "version.h"

/* It reads its options itself. */
static const struct verb record_verb = {
    .name = "record", .summary = "run a program and write its page allocations as a trace"};

static const struct verb *const verbs[] = {&check_verb, &fuzz_verb, &shrink_verb,
                                           &replay_verb, &record_verb, &show_verb,
                                           &list_verb};
#define VERBS (sizeof verbs / sizeof *verbs)

static int help(void)
{
  puts("Usage: spanref VERB [OPTION]... [TRACE|DIRECTORY]...\n"
       "Compare a page allocator with a reference whose core is proved.\n");
  for (size_t i = 0; i < VERBS; i++)
    printf("  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
  puts("\n\"spanref VERB --help\" says more. A directory stands for every *.trace under it,\n"
       "\"-\" for standard input; among files that are written, \"-\" is standard output. A\n"
       "candidate is the allocator that is compared: yours plugs in as\n"
       "docs/writing-a-candidate.md says. docs/semantics.md defines what a span heap does,\n"
       "docs/trace-format.md what a trace is.\n");
  fputs(EXIT_STATUS_HELP, stdout);
  return output_finish(EXIT_CONFORMS);
}

/* What a candidate is built against is what can come out of step. */
static int version(void)
{
  printf("spanref %s, interface for candidates %d\n", SPANREF_VERSION,
         SPANREF_CANDIDATE_VERSION);
  return output_finish(EXIT_CONFORMS);
}

static int refuse(const char *word)
{
  fprintf(stderr, "spanref: %s%sexpected a verb:", word ? word : "", word ? ": " : "");
  for (size_t i = 0; i < VERBS; i++) fprintf(stderr, " %s", verbs[i]->name);
  fputs(" (see spanref --help)\n", stderr);
  return EXIT_UNUSABLE;
}

int main(int argc, char **argv)
{
  /* A pipe nobody reads is an error to report, not a reason to die. */
  signal(SIGPIPE, SIG_IGN);
  if (argc < 2) return refuse(NULL);
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return help();
  if (strcmp(argv[1], "--version") == 0) return version();
  for (size_t i = 0; i < VERBS; i++) {
    if (strcmp(argv[1], verbs[i]->name) != 0) continue;
    if (verbs[i] != &record_verb) return verb_run(verbs[i], argc - 1, argv + 1);
    signal(SIGPIPE, SIG_DFL); /* the program that it starts would inherit that */
    return record_main(argc - 1, argv + 1);
  }
  return refuse(argv[1]);
}
