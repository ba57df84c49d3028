/* Counts what a fuzz target runs, in a file that all its processes share. The file outlives
 * them: engines fork, crash and are stopped, and none of them counts operations.
 *
 * The file holds the counters as 64-bit numbers, in this order and in the machine's byte
 * order. */
#ifndef SPANREF_COUNTERS_H
#define SPANREF_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#define COUNTERS_LONG 24 /* an execution of so many operations or more counts as long */

/* Aligned so that adding is one atomic step on 32-bit machines too. */
typedef uint64_t counter __attribute__((aligned(8)));

struct counters {
  counter executions;
  counter long_executions;
  counter operations; /* run on both heaps, and all compared after each */
  counter departures;
};

/* The counters in this file, which is created if it doesn't exist. NULL on failure: errno
 * says why. */
struct counters *counters_open(const char *path);
/* Count one more execution. counters may be NULL: then nothing is counted. */
void counters_add(struct counters *counters, uint64_t operations, bool departed);

#endif
