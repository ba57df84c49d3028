/* spanref fuzz: reference and candidate side by side on random histories. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz/generate.h"
#include "../judge/oracle.h"
#include "../fuzz/reproduce.h"
#include "options.h"
#include "output.h"
#include "plugin.h"
#include "progress.h"
#include "shrink.h"
#include "tally.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref fuzz [OPTION]...\n"
    "Run random histories on the reference and on a candidate and compare like\n"
    "spanref check. Geometry, regions and the mix of operations are drawn anew for\n"
    "each history. The same seed gives the same histories, in any order and number.\n\n"
    "  -c, --candidate NAME  ref, opt (default opt), or ./FILE.so as in spanref check\n"
    "  -t, --seconds N       stop after N seconds (default 10, unless --runs)\n"
    "  -r, --runs N          stop after N histories\n"
    "  -s, --seed N          which random histories (default 1)\n"
    "  -o, --output FILE     where a divergence is written as a trace\n"
    "                        (default divergence-SEED.trace, of a shared object\n"
    "                        departure-SEED.trace); shrunk, and in four forms, it goes\n"
    "                        to FILE.short.trace, .bytes, .c, .txt, FILE without its\n"
    "                        \".trace\"; of a shared object only as .short.trace\n"
    "  -j, --json FILE       the verdict of a ./FILE.so with its evidence, for programs\n"
    "  -x, --junit FILE      the same, as CI systems show it\n"
    "  -p, --html FILE       a divergence drawn, as one HTML file\n"
    "  -h, --help            this text\n\n"
    "It stops at the first divergence; \"spanref check FILE\" shows it again.\n\n"
    EXIT_STATUS_HELP;

struct fuzz {
  struct oracle oracle;
  struct generator generator;
  struct tally tally;
  struct trace history; /* the one that runs */
  const struct options *options;
  uint64_t histories;
};

/* Lines before the first operation: the version, five sizes, two comments. */
#define HEADER_LINES 8

static bool history_begin(struct fuzz *fuzz, uint64_t k)
{
  char text[120];
  int length;
  trace_clear(&fuzz->history);
  generate_begin(&fuzz->generator, fuzz->options->seed, k);
  generate_header(&fuzz->generator, &fuzz->history);
  length = snprintf(text, sizeof text,
                    "# spanref fuzz --seed %" PRIu64 ", history %" PRIu64,
                    fuzz->options->seed, k);
  if (!trace_append_comment(&fuzz->history, text, (size_t)length, false)) return false;
  length = snprintf(text, sizeof text, "# after the last line %s differs from the reference",
                    fuzz->options->heap->name);
  return trace_append_comment(&fuzz->history, text, (size_t)length, false);
}

/* Draw and run one history; it stays in fuzz->history, *at as in oracle_steps. */
static enum oracle_outcome history_run(struct fuzz *fuzz, uint64_t k, size_t *at)
{
  struct oracle *oracle = &fuzz->oracle;
  const struct observation *said = &oracle->said[ORACLE_REFERENCE];
  struct trace_op op;
  if (!history_begin(fuzz, k)) return ORACLE_NO_MEMORY;
  enum oracle_outcome outcome =
      oracle_begin(oracle, fuzz->generator.plan.geometry, GENERATE_PAGE_BYTES);
  if (outcome != ORACLE_SAME) return outcome;
  for (*at = 0; generate_next(&fuzz->generator, &oracle->shown[ORACLE_REFERENCE],
                              &said->stats, &op);
       (*at)++) {
    op.line = (uint32_t)(HEADER_LINES + 1 + *at);
    if (!trace_append(&fuzz->history, op)) return ORACLE_NO_MEMORY;
    outcome = oracle_step(oracle, &op);
    if (outcome != ORACLE_SAME && outcome != ORACLE_SKIPPED) return outcome;
    tally_step(&fuzz->tally, oracle, &op, outcome);
    if (outcome == ORACLE_SAME) generate_learn(&fuzz->generator, &op, &said->answer);
  }
  return oracle_finish(oracle);
}

/* The history made short, beside the whole one. */
static void write_short(struct fuzz *fuzz, const char *output)
{
  char path[4096];
  struct progress progress;
  struct shrink_counts counts = shrink_counts_shown(&progress);
  size_t length = strlen(output);
  if (length > 6 && strcmp(output + length - 6, ".trace") == 0) length -= 6;
  if (length + sizeof ".short.trace" > sizeof path) return;
  snprintf(path, sizeof path, "%.*s.short.trace", (int)length, output);
  enum oracle_outcome outcome = shrink(&fuzz->oracle, &fuzz->history, &counts);
  progress_hide(&progress);
  if (outcome != ORACLE_DIVERGED) return;
  shrunk_write(path, &fuzz->history, &fuzz->oracle, &counts);
  if (fuzz->options->html != NULL)
    shrunk_draw(fuzz->options->html, path, &fuzz->history, &fuzz->oracle,
                "diverges: in a random history, made short");
}

/* Say what differs, and write the history up to there. */
static int diverged(struct fuzz *fuzz, size_t at)
{
  char path[64];
  const char *output = fuzz->options->output;
  struct trace *history = &fuzz->history;
  if (oracle_locate(&fuzz->oracle, history->ops, history->nops, &at) != ORACLE_DIVERGED)
    fputs("spanref: the divergence did not happen again\n", stderr);
  if (at < history->nops) history->nops = at + 1;
  snprintf(path, sizeof path, "divergence-%" PRIu64 ".trace", fuzz->options->seed);
  if (output == NULL) output = path;
  report_divergence(stdout, output,
                    history->nops > 0 ? &history->ops[history->nops - 1] : NULL,
                    &fuzz->oracle);
  if (trace_write(output, history)) {
    printf("written to %s: \"spanref check %s\" shows it again\n", output, output);
    write_short(fuzz, output);
  } else {
    /* Nowhere to put it, but not lost. */
    trace_print(stdout, history);
  }
  return EXIT_DIVERGES;
}

/* Histories until the time or the number is up, or one diverges. */
static int fuzz_loop(struct fuzz *fuzz, double started)
{
  const struct options *options = fuzz->options;
  struct progress progress = progress_begin();
  double end = started + (options->has_seconds ? (double)options->seconds : 10);
  bool timed = options->has_seconds || !options->has_runs;
  enum oracle_outcome outcome = ORACLE_SAME;
  size_t at = 0;
  for (uint64_t k = 0; outcome == ORACLE_SAME || outcome == ORACLE_FULL; k++) {
    if (options->has_runs && k == options->runs) break;
    if (timed && clock_seconds() >= end) break;
    outcome = history_run(fuzz, k, &at);
    fuzz->histories++;
    if (progress_is_due(&progress))
      progress_show(&progress, "%" PRIu64 " histories, %" PRIu64 " operations",
                    fuzz->histories, fuzz->oracle.counts.answers);
  }
  progress_hide(&progress);
  if (outcome == ORACLE_DIVERGED) return diverged(fuzz, at);
  if (outcome != ORACLE_NO_MEMORY) return EXIT_CONFORMS;
  fputs("spanref: out of memory\n", stderr);
  return EXIT_UNUSABLE;
}

static void print_summary(const struct fuzz *fuzz, int status, double seconds)
{
  const struct oracle_counts *counts = &fuzz->oracle.counts;
  printf("seed %" PRIu64 ", %" PRIu64 " histories of the reference and %s\n",
         fuzz->options->seed, fuzz->histories, fuzz->options->heap->name);
  tally_print(&fuzz->tally);
  printf("  %10" PRIu64 "  span lists compared\n", counts->span_lists);
  printf("speed: %.0f compared operations a second for %.1f seconds\n",
         seconds > 0 ? (double)counts->answers / seconds : 0, seconds);
  if (status == EXIT_DIVERGES)
    printf("diverges: after %" PRIu64 " operations compared in %" PRIu64 " histories\n",
           counts->answers, fuzz->histories);
  else if (counts->answers == 0)
    puts("nothing was compared");
  else
    printf("conforms: %" PRIu64 " operations compared in %" PRIu64 " histories\n",
           counts->answers, fuzz->histories);
}

static int fuzz_run(struct fuzz *fuzz)
{
  double started = clock_seconds();
  int status = fuzz_loop(fuzz, started);
  if (status == EXIT_UNUSABLE) return status;
  print_summary(fuzz, status, clock_seconds() - started);
  if (status == EXIT_CONFORMS && fuzz->oracle.counts.answers == 0) return EXIT_NOTHING;
  return status;
}

int fuzz_main(int argc, char **argv)
{
  static const struct verb verb = {"fuzz", help, "ctrsojxp", false};
  struct options options = {.heap = &candidate_opt, .seed = 1};
  struct fuzz fuzz = {.options = &options};
  int status = EXIT_UNUSABLE;
  if (!options_parse(&options, &verb, argc, argv, &status)) return status;
  if (options.plugin != NULL) return plugin_fuzz(&options);
  if (oracle_create(&fuzz.oracle, &candidate_ref, options.heap)) {
    status = fuzz_run(&fuzz);
    oracle_destroy(&fuzz.oracle);
  } else {
    fputs("spanref: out of memory\n", stderr);
  }
  trace_free(&fuzz.history);
  return output_finish(status);
}
