/* spanref list: which candidates there are, and what they say of themselves. */
#include <stdio.h>

#include "../judge/transport.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref list [FILE.so]...\n"
    "List the candidates that are built in, then those of the shared objects given: name,\n"
    "levels declared, summary. Each shared object is loaded in a process of its own.\n\n"
    "  -h, --help  print this text\n\n"
    "Exit status:\n"
    "  0  every candidate was listed\n"
    "  2  bad usage, or a file that could not be loaded\n";

static void list_one(const struct about *about, const char *path)
{
  printf("%-12s %s  %s%s%s%s\n", about->name, about_levels(about, ",").text, about->summary,
         path != NULL ? "  [" : "", path != NULL ? path : "", path != NULL ? "]" : "");
}

/* false: it could not be loaded, and that was said. */
static bool list_plugin(const char *path)
{
  struct transport transport;
  const char *why;
  bool loaded =
      transport_open_cell(&transport, path, (struct cell_limits){.seconds = 10}, &why);
  if (loaded)
    list_one(&transport.about, path);
  else
    fprintf(stderr, "spanref: %s: %s\n", path, why);
  transport_close(&transport);
  return loaded;
}

static void list_builtin(const struct spanref_candidate *candidate)
{
  struct about about;
  about_describe(candidate, &about);
  list_one(&about, NULL);
}

static int list_all(const struct options *options)
{
  int status = EXIT_CONFORMS;
  list_builtin(&candidate_ref);
  list_builtin(&candidate_opt);
  for (int i = 0; i < options->narguments; i++)
    if (!list_plugin(options->arguments[i])) status = EXIT_UNUSABLE;
  return status;
}

const struct verb list_verb = {
    .name = "list", .summary = "list the candidates", .help = help, .options = "",
    .takes_arguments = true, .may_be_bare = true, .run = list_all};
