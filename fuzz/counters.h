/* What a fuzz target ran, counted in a file that all its processes share and that
 * outlives them: engines fork, crash and are stopped, and say nothing of operations.
 *
 * The file holds the counters as 64-bit numbers in this order and the machine's byte
 * order. */
#ifndef SPANREF_COUNTERS_H
#define SPANREF_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#define COUNTERS_LONG 24 /* operations from which an execution counts as a long one */

/* Aligned so that adding is one atomic step on 32-bit machines too. */
typedef uint64_t counter __attribute__((aligned(8)));

struct counters {
  counter executions;
  counter long_executions;
  counter operations; /* run on both heaps, and all compared after each */
  counter departures;
};

/* The counters of this file, made where it isn't there; NULL: errno says why. */
struct counters *counters_open(const char *path);
/* One execution more. counters: NULL where nobody counts. */
void counters_add(struct counters *counters, uint64_t operations, bool departed);

#endif
