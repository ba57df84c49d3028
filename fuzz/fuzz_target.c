/* The fuzz target: libFuzzer's and AFL++'s entry, and that of fuzz/replay.c.
 *
 * SPANREF_COUNTERS in the environment: a file that counts what was run (counters.h).
 * A departure is said on standard error and ends in abort(). The input that shows it is
 * kept by whoever runs this; "fuzz/replay -o DIR INPUT" makes it a short trace. */
#include <stdio.h>
#include <stdlib.h>

#include "../candidates/ours/ours.h"
#include "../judge/report.h"
#include "counters.h"
#include "target.h"

/* Built with another name, the target holds another heap against the reference. */
#ifndef SPANREF_FUZZ_CANDIDATE
#define SPANREF_FUZZ_CANDIDATE candidate_opt
#endif

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct target target;
static struct counters *counters;

static void destroy(void) { target_destroy(&target); }

static void create_once(void)
{
  static bool created;
  const char *path = getenv("SPANREF_COUNTERS");
  if (created) return;
  created = true;
  if (!target_create(&target, &SPANREF_FUZZ_CANDIDATE)) {
    fputs("fuzz_target: out of memory\n", stderr);
    exit(2);
  }
  atexit(destroy);
  if (path != NULL && (counters = counters_open(path)) == NULL) {
    perror(path);
    exit(2);
  }
}

/* Before the first input, and before AFL++ forks: creating the heaps is no input's
 * doing, and would count as one's coverage. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  create_once();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  create_once();
  uint64_t before = target.judge.tally.compared;
  enum judgement judgement = target_run(&target, data, size);
  if (judgement == JUDGED_FAILED) {
    fputs("fuzz_target: out of memory\n", stderr);
    exit(2);
  }
  counters_add(counters, target.judge.tally.compared - before,
               judgement == JUDGED_DEPARTED);
  if (judgement != JUDGED_DEPARTED) return 0;
  report_departure(stderr, "input", trace_last_op(&target.history),
                   &target.judge.departure);
  abort();
}
