/* spanref check: reference and candidate side by side on traces. */
#include <inttypes.h>
#include <stdio.h>

#include "../judge/oracle.h"
#include "options.h"
#include "output.h"
#include "picture/picture.h"
#include "plugin.h"
#include "table.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref check [OPTION]... TRACE|DIRECTORY...\n"
    "Run every trace on the reference and on a candidate, each with an OS of its own,\n"
    "and compare: every answer and all statistics after every operation, all spans\n"
    "every 64 operations and at the end, when they must be well-formed as well.\n"
    "What the traces expect isn't looked at: see spanref replay.\n\n"
    "  -c, --candidate NAME  ref, opt (default opt), or ./FILE.so: a shared object,\n"
    "                        held to the levels it declares (spanref_candidate.h)\n"
    "  -j, --json FILE       the verdict of a ./FILE.so with its evidence, for programs\n"
    "  -x, --junit FILE      the same, as CI systems show it\n"
    "  -p, --html FILE       the verdict, and the first difference drawn, as one HTML file\n"
    "  -h, --help            this text\n\n"
    "A trace is left at its first difference. Where the reference's table is full\n"
    "its comparison ends there, with a note.\n\n" EXIT_STATUS_HELP;

/* Operations between two looks at the clock. */
#define STEPS_MAX 4096

struct check {
  struct tour tour;
  struct oracle oracle;
  struct table table;
  uint64_t diverged;
  const struct options *options;
  struct picture picture; /* of the first divergence */
};

static enum oracle_outcome run(struct check *check, const char *path,
                               const struct trace *trace, size_t *at)
{
  struct oracle *oracle = &check->oracle;
  struct span_geometry geometry;
  struct trace_error error;
  (void)trace_geometry(trace, &geometry, &error); /* the reader checked it */
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, trace->page_bytes);
  if (outcome != ORACLE_SAME) return outcome;
  for (size_t begin = 0; begin < trace->nops; begin += STEPS_MAX) {
    size_t left = trace->nops - begin;
    outcome = oracle_steps(oracle, trace->ops + begin, left < STEPS_MAX ? left : STEPS_MAX,
                           at);
    *at += begin;
    if (outcome != ORACLE_SAME) break;
    if (progress_is_due(&check->tour.progress))
      progress_show(&check->tour.progress, "%s: operation %zu of %zu", path, *at,
                    trace->nops);
  }
  if (outcome == ORACLE_SAME) outcome = oracle_finish(oracle);
  /* Where it doesn't happen again, what was seen stands. */
  if (outcome == ORACLE_DIVERGED)
    oracle_locate(oracle, trace->ops, trace->nops, at);
  return outcome;
}

/* The operation after which it was seen: at the end, the last one. */
static const struct trace_op *op_at(const struct trace *trace, size_t at)
{
  if (trace->nops == 0) return NULL;
  return &trace->ops[at < trace->nops ? at : trace->nops - 1];
}

static void note_full(const char *path, const struct trace_op *op)
{
  print_place(stdout, path, op->line);
  puts("the reference's table is full: compared up to here");
}

/* Where a picture is wanted, and there is none yet. */
static bool draw(struct check *check, const char *path, const struct trace *trace, size_t at)
{
  if (check->options->html == NULL || check->diverged > 0) return true;
  size_t nops = at < trace->nops ? at + 1 : trace->nops;
  return picture_of_oracle(&check->picture, &check->oracle, trace, nops, path);
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct check *check = context;
  struct oracle_counts before = check->oracle.counts;
  size_t at = 0;
  enum oracle_outcome outcome = run(check, path, trace, &at);
  if (outcome != ORACLE_SAME) progress_hide(&check->tour.progress);
  if (outcome == ORACLE_FULL) note_full(path, op_at(trace, at));
  if (outcome == ORACLE_DIVERGED) {
    report_divergence(stdout, path, op_at(trace, at), &check->oracle);
    if (!draw(check, path, trace, at)) outcome = ORACLE_NO_MEMORY;
    check->diverged++;
  }
  const struct oracle_counts *now = &check->oracle.counts;
  const uint64_t cells[] = {
      now->operations - before.operations, now->answers - before.answers,
      now->statistics - before.statistics, now->span_lists - before.span_lists,
      outcome == ORACLE_DIVERGED};
  if (outcome != ORACLE_NO_MEMORY && table_add(&check->table, path, cells)) return true;
  fputs("spanref: out of memory\n", stderr);
  return false;
}

static void print_verdict(FILE *to, const struct check *check)
{
  const char *name = check->options->heap->name;
  const struct oracle_counts *counts = &check->oracle.counts;
  const char *word = traces_word(check->tour.traces);
  if (check->diverged > 0)
    fprintf(to, "diverges: %s differs in %" PRIu64 " of %zu %s\n", name, check->diverged,
           check->tour.traces, word);
  else if (counts->answers == 0)
    fprintf(to, "nothing was compared in %zu %s\n", check->tour.traces, word);
  else
    fprintf(to, "conforms: %" PRIu64 " operations compared in %zu %s\n", counts->answers,
           check->tour.traces, word);
}

static bool write_picture(const struct check *check)
{
  char verdict[160] = "";
  const char *name = check->options->heap->name;
  struct picture_words words = {.candidate = name, .argument = name, .verdict = verdict,
                                .conforms = check->diverged == 0};
  FILE *to = fmemopen(verdict, sizeof verdict, "w");
  if (to != NULL) {
    print_verdict(to, check);
    fclose(to);
  }
  return picture_write(&check->picture, &words, check->options->html);
}

/* Said, and drawn where that is wanted. */
static int finish(const struct check *check)
{
  int status = verdict_status(&check->tour, check->oracle.counts.answers, check->diverged);
  if (check->tour.traces > 0 || check->tour.unreadable == 0) { /* else it was said */
    table_print(&check->table);
    print_verdict(stdout, check);
    print_unreadable(&check->tour);
  }
  if (check->options->html != NULL && !write_picture(check)) status = EXIT_UNUSABLE;
  return status;
}

int check_main(int argc, char **argv)
{
  static const struct verb verb = {"check", help, "cjxp", true};
  static const char *const columns[] = {"operations", "answers", "statistics",
                                        "span lists", "divergences"};
  struct options options = {.heap = &candidate_opt};
  struct check check = {.table = {.columns = columns, .ncolumns = 5}, .options = &options};
  int status = EXIT_UNUSABLE;
  if (!options_parse(&options, &verb, argc, argv, &status)) return status;
  if (options.plugin != NULL) return plugin_check(&options);
  if (!oracle_create(&check.oracle, &candidate_ref, options.heap)) {
    fputs("spanref: out of memory\n", stderr);
    return EXIT_UNUSABLE;
  }
  if (traces_visit(&check.tour, &options, visit, &check)) status = finish(&check);
  picture_free(&check.picture);
  oracle_destroy(&check.oracle);
  table_free(&check.table);
  return output_finish(status);
}
