/* What replay, check and show have in common: they go through many traces, and a
 * malformed one doesn't stop the others. */
#ifndef SPANREF_TRACES_H
#define SPANREF_TRACES_H

#include "../judge/report.h"
#include "options.h"
#include "progress.h"

/* One trace of many. false: stop, the reason was said. */
typedef bool trace_visit(void *context, const char *path, const struct trace *trace);

struct tour {
  size_t traces;     /* read */
  size_t unreadable; /* said on standard error */
  struct progress progress;
};

/* false: it was stopped. An interruption ends it after a trace, which is true. */
bool traces_visit(struct tour *tour, const struct options *options, trace_visit *visit,
                  void *context);

/* trace_read; false: *trace is empty, and why was said, once the line of progress (NULL:
 * there is none) was taken away. */
bool trace_read_or_say(const char *path, struct trace *trace, struct progress *progress);

/* Writes it to standard output, as a file. false: that failed, and was said. */
bool trace_write_stdout(const struct trace *trace);

/* A line on how many could not be read, where there are any. */
void print_unreadable(const struct tour *tour);

/* path with another end: `other` instead of `end`, or behind the path where it doesn't end
 * so. false: there isn't room, and it was cut. */
bool path_with(char *to, size_t room, const char *path, const char *end, const char *other);

/* "1 trace", "2 traces". */
struct counted {
  char text[80];
};
struct counted counted(uint64_t count, const char *one, const char *many);

#endif
