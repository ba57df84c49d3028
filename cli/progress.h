/* One line on standard error about a job that takes long, for a person at a
 * terminal and nobody else. */
#ifndef SPANREF_PROGRESS_H
#define SPANREF_PROGRESS_H

#include <stdbool.h>

struct progress {
  bool wanted;
  bool shown;
  double started, next; /* seconds */
};

/* Seconds of a clock that only goes forward. */
double clock_seconds(void);

struct progress progress_begin(void);
/* If it is time to show a line: at most ten times a second, never in the first. */
void progress_show(struct progress *progress, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Take the line away. Before anything else is printed. */
void progress_hide(struct progress *progress);

#endif
