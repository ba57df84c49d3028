/* The options of the verbs, short and long. */
#ifndef SPANREF_OPTIONS_H
#define SPANREF_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "../candidates/ours/ours.h"

struct options {
  const struct spanref_candidate *heap; /* --heap, --candidate */
  const char *plugin; /* --candidate FILE; NULL: it is built in */
  uint64_t seconds, runs, seed, replays;
  bool has_seconds, has_runs, has_replays;
  const char *output;
  const char *json, *junit, *ktap, *html; /* files for the verdict; NULL: none */
  bool annotate, memory;
  char **arguments; /* what follows the options */
  int narguments;
};

struct verb {
  const char *name, *summary, *help;
  const struct spanref_candidate *heap; /* unless another is asked for */
  const char *options; /* letters of those it takes: "c", "sr" */
  bool takes_arguments; /* at least one, or none at all; */
  bool may_be_bare;     /* or nothing but its name */
  int (*run)(const struct options *options); /* the status to exit with */
};

/* argv[0] is the verb. The status to exit with; bad usage is said in one line. */
int verb_run(const struct verb *verb, int argc, char **argv);

#endif
