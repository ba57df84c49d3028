/* The verbs of the tool, and what their exit status means. */
#ifndef SPANREF_VERBS_H
#define SPANREF_VERBS_H

#include "options.h"

enum {
  EXIT_CONFORMS = 0,
  EXIT_DEPARTS = 1,
  EXIT_UNUSABLE = 2, /* usage, or input that can't be read, or output not written */
  EXIT_NOTHING = 3,  /* nothing was compared */
  EXIT_INTERRUPTED = 128 /* and the signal's number: not all ran, and nothing differs so far */
};

#define EXIT_STATUS_HELP                                                            \
  "Exit status:\n"                                                                  \
  "  0  conforms: nothing that was compared differs\n"                               \
  "  1  departs: something differs, or a waiver was not needed\n"                    \
  "  2  bad usage, unreadable input or unwritable output, even if something differs\n" \
  "  3  nothing was compared, or nothing at a level that the candidate declares\n"    \
  "  128 + N  signal N ended check or fuzz early, and nothing differs so far\n"

extern const struct verb check_verb, fuzz_verb, shrink_verb, replay_verb, show_verb,
    list_verb;

#endif
