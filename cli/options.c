#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "verbs.h"

static const struct option all_options[] = {
    {"help", no_argument, NULL, 'h'},            {"heap", required_argument, NULL, 'H'},
    {"candidate", required_argument, NULL, 'c'}, {"seconds", required_argument, NULL, 't'},
    {"runs", required_argument, NULL, 'r'},      {"seed", required_argument, NULL, 's'},
    {"json", required_argument, NULL, 'j'},      {"junit", required_argument, NULL, 'x'},
    {"ktap", required_argument, NULL, 'k'},       {"replays", required_argument, NULL, 'n'},
    {"html", required_argument, NULL, 'p'},      {"output", required_argument, NULL, 'o'},
    {"annotate", no_argument, NULL, 'a'},        {"memory", no_argument, NULL, 'm'},
};
#define ALL_OPTIONS (sizeof all_options / sizeof *all_options)

/* The tables getopt_long wants, for the options this verb takes. */
struct accepted {
  struct option longs[ALL_OPTIONS + 1];
  char shorts[2 * ALL_OPTIONS + 2];
};

static void accept_options(const struct verb *verb, struct accepted *accepted)
{
  size_t nlongs = 0, nshorts = 1;
  *accepted = (struct accepted){.shorts = ":"};
  for (size_t i = 0; i < ALL_OPTIONS; i++) {
    const struct option *option = &all_options[i];
    if (option->val != 'h' && strchr(verb->options, option->val) == NULL) continue;
    accepted->longs[nlongs++] = *option;
    accepted->shorts[nshorts++] = (char)option->val;
    if (option->has_arg == required_argument) accepted->shorts[nshorts++] = ':';
  }
}

static bool refuse(const struct verb *verb, const char *what, const char *expected)
{
  fprintf(stderr, "spanref %s: %s: expected %s (see spanref %s --help)\n", verb->name,
          what, expected, verb->name);
  return false;
}

static bool number_parse(const struct verb *verb, const char *text, uint64_t *number)
{
  char *end;
  bool is_hex = text[0] == '0' && text[1] == 'x';
  errno = 0;
  *number = strtoull(text, &end, is_hex ? 16 : 10);
  if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && end != text && errno == 0)
    return true;
  return refuse(verb, text, "a number below 2^64, decimal or 0x...");
}

/* Is this the name of a file, and not of a candidate that is built in? */
static bool is_plugin(const char *candidate)
{
  size_t length = strlen(candidate);
  return strchr(candidate, '/') != NULL ||
         (length > 3 && strcmp(candidate + length - 3, ".so") == 0);
}

static bool option_take(struct options *options, const struct verb *verb, int letter)
{
  switch (letter) {
  case 'c':
  case 'H':
    options->plugin = letter == 'c' && is_plugin(optarg) ? optarg : NULL;
    if (options->plugin != NULL) return true;
    options->heap = candidate_named(optarg);
    return options->heap != NULL ||
           refuse(verb, optarg, letter == 'H' ? "ref or opt"
                                              : "ref, opt, or the path of a shared object");
  case 't':
    options->has_seconds = true;
    return number_parse(verb, optarg, &options->seconds);
  case 'r':
    options->has_runs = true;
    return number_parse(verb, optarg, &options->runs);
  case 'n':
    options->has_replays = true;
    return number_parse(verb, optarg, &options->replays);
  case 's': return number_parse(verb, optarg, &options->seed);
  case 'o': options->output = optarg; return true;
  case 'j': options->json = optarg; return true;
  case 'p': options->html = optarg; return true;
  case 'x': options->junit = optarg; return true;
  case 'k': options->ktap = optarg; return true;
  case 'm': options->annotate = options->memory = true; return true;
  default: options->annotate = true; return true;
  }
}

/* Of the files that are written one may be standard output. */
static bool divert(const struct options *options, const struct verb *verb)
{
  const char *const paths[] = {options->output, options->json, options->junit, options->ktap,
                               options->html};
  int wanted = 0;
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) wanted += output_is_stdout(paths[i]);
  if (wanted > 1) return refuse(verb, "-", "one file on standard output");
  if (wanted == 1) output_divert();
  return true;
}

static bool options_read(struct options *options, const struct verb *verb, int argc,
                         char **argv, bool *help)
{
  struct accepted accepted;
  int letter;
  accept_options(verb, &accepted);
  optind = 1;
  opterr = 0;
  while ((letter = getopt_long(argc, argv, accepted.shorts, accepted.longs, NULL)) != -1) {
    const char *word = argv[optind - 1];
    if (letter == ':') return refuse(verb, word, "a value after it");
    if (letter == '?') return refuse(verb, word, "an option that this verb has");
    *help = letter == 'h';
    if (*help) return true;
    if (!option_take(options, verb, letter)) return false;
  }
  options->arguments = argv + optind;
  options->narguments = argc - optind;
  if (argc == 1 && verb->may_be_bare) return true;
  if (verb->takes_arguments && options->narguments == 0)
    return refuse(verb, "no TRACE given", "at least one file or directory");
  if (!verb->takes_arguments && options->narguments > 0)
    return refuse(verb, options->arguments[0], "nothing but options");
  return divert(options, verb);
}

int verb_run(const struct verb *verb, int argc, char **argv)
{
  struct options options = {.heap = verb->heap, .seed = 1};
  bool help = false;
  output_begin();
  if (!options_read(&options, verb, argc, argv, &help)) return EXIT_UNUSABLE;
  if (help) fputs(verb->help, stdout);
  return output_finish(help ? EXIT_CONFORMS : verb->run(&options));
}
