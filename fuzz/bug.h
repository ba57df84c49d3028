/* A seeded bug (seeded_bugs.txt): BUG(wrong, right) evaluates to wrong.
 *
 * Built with SPANREF_BUG_BOARD, it also notes in the file that the environment variable
 * SPANREF_BUG_NOTES names when it was first reached, and when wrong and right first
 * differed, in seconds of the monotonic clock: "reached 12.345678". That build evaluates
 * both, right first, so neither may have effects. The compiler includes this file by
 * -include. */
#ifndef SPANREF_BUG_H
#define SPANREF_BUG_H

#ifdef SPANREF_BUG_BOARD

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void bug_say(const char *what, bool *said)
{
  const char *path = getenv("SPANREF_BUG_NOTES");
  struct timespec now;
  FILE *to;
  if (*said || path == NULL) return;
  *said = true;
  if ((to = fopen(path, "a")) == NULL) return;
  clock_gettime(CLOCK_MONOTONIC, &now);
  fprintf(to, "%s %lld.%06ld\n", what, (long long)now.tv_sec, now.tv_nsec / 1000);
  fclose(to);
}

static inline void bug_note(bool differs)
{
  static bool reached, triggered;
  if (!reached) bug_say("reached", &reached);
  if (differs && !triggered) bug_say("triggered", &triggered);
}

#define BUG(wrong, right)                      \
  __extension__({                              \
    __typeof__(right) bug_right = (right);     \
    __typeof__(bug_right) bug_wrong = (wrong); \
    bug_note(bug_right != bug_wrong);          \
    bug_wrong;                                 \
  })
/* For a bug that isn't a choice of two values. Both builds evaluate `differs`. */
#define BUG_IF(differs) bug_note(differs)

#else
#define BUG(wrong, right) (wrong)
#define BUG_IF(differs) ((void)(differs))
#endif

#endif
