/* spanref list: which candidates there are, and what they say of themselves. */
#include <stdio.h>

#include "../judge/cell.h"
#include "../judge/departure.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref list [FILE.so]...\n"
    "The candidates that are built in, and what the shared objects given say of\n"
    "themselves: name, levels declared, summary. Each is loaded in a process of its own.\n\n"
    "  -h, --help  this text\n\n"
    "Exit status: 0, or 2 where one could not be loaded.\n";

static void print_levels(const struct cell_about *about)
{
  const char *comma = "";
  for (int level = 0; level < LEVELS; level++) {
    if (!(about->levels >> level & 1)) continue;
    printf("%s%s", comma, level_name((enum level)level));
    comma = ",";
  }
  if (about->levels & SPANREF_PLACEMENT)
    fputs(about->profile == SPANREF_GO113 ? "(go1.13)" : "(pages)", stdout);
}

/* false: it could not be loaded, and that was said. */
static bool list_plugin(const char *path)
{
  int number;
  struct cell *cell = cell_open(path, (struct cell_limits){.seconds = 10});
  if (cell == NULL) {
    fputs("spanref: out of memory\n", stderr);
    return false;
  }
  bool loaded = cell_fate(cell, &number) == FATE_ALIVE;
  if (loaded) {
    const struct cell_about *about = cell_about(cell);
    printf("%-12s ", about->name);
    print_levels(about);
    printf("  %s  [%s]\n", about->summary, path);
  } else {
    fprintf(stderr, "spanref: %s: %s\n", path, cell_why(cell));
  }
  cell_close(cell);
  return loaded;
}

static void list_builtin(const struct candidate *candidate)
{
  printf("%-12s all, side by side  %s\n", candidate->name, candidate->summary);
}

int list_main(int argc, char **argv)
{
  static const struct verb verb = {"list", help, "", true};
  struct options options = {.heap = NULL};
  int status = EXIT_UNUSABLE;
  if (argc > 1 && !options_parse(&options, &verb, argc, argv, &status)) return status;
  status = EXIT_CONFORMS;
  list_builtin(&candidate_ref);
  list_builtin(&candidate_opt);
  for (int i = 0; i < options.narguments; i++)
    if (!list_plugin(options.arguments[i])) status = EXIT_UNUSABLE;
  return output_finish(status);
}
