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

/* false: it was stopped. */
bool traces_visit(struct tour *tour, const struct options *options, trace_visit *visit,
                  void *context);

/* A line on how many could not be read, where there are any. */
void print_unreadable(const struct tour *tour);

/* One of the two, by the count. */
const char *one_or_many(uint64_t count, const char *one, const char *many);

/* The status of a comparison of which this came out. */
int verdict_status(const struct tour *tour, uint64_t compared, uint64_t differences);

#endif
