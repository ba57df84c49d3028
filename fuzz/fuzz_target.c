/* The fuzz target: libFuzzer's and AFL++'s entry, and that of fuzz/replay.c. spanref_fuzz.h says
 * what it does with an input, and what it takes from the environment.
 *
 * The input that shows a departure is kept by whoever runs this; "replay -o DIR INPUT" makes
 * it a short trace. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../judge/report.h"
#include "counters.h"
#include "reproduce.h"
#include "spanref_fuzz.h"
#include "target.h"

/* Histories longer than this aren't shown. */
#define SHOWN_OPS_MAX 64

static struct target target;
static struct counters *counters;
static const char *trace_path; /* SPANREF_TRACE, or NULL */
static uint64_t histories;

static void give_up(const char *what, const char *why)
{
  fprintf(stderr, "spanref: %s: %s\n", what, why);
  exit(2);
}

/* --- The end of a run that nothing stopped ------------------------------------------------ */

static void say_waivers(const struct waivers *waivers)
{
  for (size_t i = 0; i < waivers->count; i++)
    fprintf(stderr, "spanref: waived %s, %" PRIu64 " times: %s\n",
            waiver_name(&waivers->list[i]).text, waivers->list[i].used, waivers->list[i].why);
}

static void say_compared(const struct judge *judge)
{
  fprintf(stderr, "spanref: %s, %" PRIu64 " histories; comparisons:",
          judge_about(judge)->name, histories);
  for (int level = 0; level < LEVELS; level++) {
    uint64_t compared = 0;
    if (!about_declares(judge_about(judge), (enum level)level)) continue;
    for (int kind = 0; kind < OP_KINDS; kind++)
      compared += judge->tally.counts[level][kind].compared;
    fprintf(stderr, "%s %s %" PRIu64, level > 0 ? "," : "", level_name((enum level)level),
            compared);
  }
  fputc('\n', stderr);
  if (judge->tally.compared == 0) fputs("spanref: nothing was compared\n", stderr);
}

static void finish(void)
{
  say_waivers(&target.judge.tally.waivers);
  say_compared(&target.judge);
  target_destroy(&target);
}

/* --- The beginning ----------------------------------------------------------------------- */

static void create_once(void)
{
  static bool created;
  const char *path = getenv("SPANREF_COUNTERS");
  if (created) return;
  created = true;
  if (!target_create(&target)) exit(2);
  trace_path = getenv("SPANREF_TRACE");
  atexit(finish);
  if (path != NULL && (counters = counters_open(path)) == NULL) {
    perror(path);
    exit(2);
  }
}

/* Before the first input, and before AFL++ forks: creating the heaps is no input's
 * doing, and would count as one's coverage. Weak, so that a program may have its own. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  create_once();
  return 0;
}

/* --- An input ---------------------------------------------------------------------------- */

uint64_t spanref_fuzz_compared(void) { return target.judge.tally.compared; }

static void write_trace(const uint8_t *data, size_t size)
{
  if (!target_decode(&target, data, size)) give_up(trace_path, "out of memory");
  if (!trace_write(trace_path, &target.history)) exit(2); /* it was said why */
}

static void say_departure(void)
{
  const struct trace *history = &target.history;
  report_departure(stderr, "input", target.at_end ? NULL : trace_last_op(history),
                   &target.judge.departure);
  if (history->nops <= SHOWN_OPS_MAX) trace_print(stderr, history);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  create_once();
  if (trace_path != NULL) write_trace(data, size);
  uint64_t before = target.judge.tally.compared;
  enum judgement judgement = target_run(&target, data, size);
  if (judgement == JUDGED_FAILED)
    give_up("judge", target.judge.why != NULL ? target.judge.why : "out of memory");
  histories++;
  counters_add(counters, target.judge.tally.compared - before,
               judgement == JUDGED_DEPARTED);
  if (judgement != JUDGED_DEPARTED) return 0;
  say_departure();
  abort();
}
