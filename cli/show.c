/* spanref show: what is in a trace. No heap runs: sizes are as asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../trace/holdings.h"
#include "output.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref show TRACE|DIRECTORY...\n"
    "Summarise each trace: its geometry, operations and sizes, and how much is in use. No\n"
    "heap runs: an allocation counts as granted unless the trace says otherwise, and a free\n"
    "by address counts as none.\n\n"
    "  -h, --help  print this text\n\n"
    "Exit status:\n"
    "  0  every trace was shown\n"
    "  2  bad usage, or unreadable input\n";

struct summary {
  uint64_t kinds[OP_KINDS], expectations;
  uint64_t *sizes; /* pages asked for */
  size_t nsizes;
  uint64_t live_pages, live_spans, peak_pages, peak_spans;
  struct holdings held; /* with no bases: the trace doesn't say them */
};

static bool take_alloc(struct summary *summary, const struct trace *trace,
                       const struct trace_op *op)
{
  bool granted = op->expect == TRACE_NO_EXPECTATION ||
                 trace->expects[op->expect].kind == ANSWER_ADDRESS;
  summary->sizes[summary->nsizes++] = op->number;
  if (granted) {
    summary->live_pages += op->number;
    summary->live_spans++;
  }
  if (summary->live_pages > summary->peak_pages) summary->peak_pages = summary->live_pages;
  if (summary->live_spans > summary->peak_spans) summary->peak_spans = summary->live_spans;
  return holdings_set(&summary->held, op->name, (struct holding){granted, 0, op->number});
}

static bool take_free(struct summary *summary, const struct trace_op *op)
{
  struct holding held;
  if (!holdings_find(&summary->held, op->name, &held)) return true;
  summary->live_pages -= held.npages;
  summary->live_spans--;
  held.granted = false;
  return holdings_set(&summary->held, op->name, held);
}

static bool take_resize(struct summary *summary, const struct trace *trace,
                        const struct trace_op *op)
{
  struct holding held;
  bool is_refused = op->expect != TRACE_NO_EXPECTATION &&
                    trace->expects[op->expect].kind != ANSWER_OK;
  if (is_refused || !holdings_find(&summary->held, op->name, &held)) return true;
  summary->live_pages += op->number - held.npages;
  if (summary->live_pages > summary->peak_pages) summary->peak_pages = summary->live_pages;
  held.npages = op->number;
  return holdings_set(&summary->held, op->name, held);
}

static bool take(struct summary *summary, const struct trace *trace)
{
  for (size_t i = 0; i < trace->nops; i++) {
    const struct trace_op *op = &trace->ops[i];
    summary->kinds[op->kind]++;
    summary->expectations += op->expect != TRACE_NO_EXPECTATION;
    if (op_gives((enum op_kind)op->kind) && !take_alloc(summary, trace, op)) return false;
    if (op->kind == OP_RESIZE && !take_resize(summary, trace, op)) return false;
    if (op->kind == OP_FREE && !take_free(summary, op)) return false;
  }
  return true;
}

static int by_size(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void print_header(const struct trace *trace)
{
  printf("  geometry     page %" PRIu64 ", phys %" PRIu64 ", huge %" PRIu64
         ", arena %" PRIu64 ", goal ",
         trace->page_bytes, trace->phys_bytes, trace->huge_bytes, trace->arena_bytes);
  if (trace->has_goal)
    printf("%" PRIu64 " bytes\n", trace->goal_bytes);
  else
    puts("none (bytes)");
}

static void print_kinds(const struct trace *trace, const struct summary *summary)
{
  static const char *const words[OP_KINDS] = {
      [OP_HEAP] = "a",    [OP_MANUAL] = "m",   [OP_CLAIM] = "c",    [OP_RESIZE] = "r",
      [OP_FREE] = "f",    [OP_FREE_AT] = "f 0x", [OP_SCAVENGE] = "s", [OP_REFUSE] = "refuse",
      [OP_ADD] = "g",     [OP_LOOKUP] = "l",   [OP_DUMP] = "d",     [OP_REGION] = "region",
      [OP_RELEASE] = "release", [OP_RELOAD] = "reload"};
  printf("  operations   %zu:", trace->nops);
  for (int kind = 0; kind < OP_KINDS; kind++)
    if (summary->kinds[kind] > 0) printf("  %s %" PRIu64, words[kind], summary->kinds[kind]);
  putchar('\n');
}

static void print_summary(const char *path, const struct trace *trace,
                          struct summary *summary)
{
  printf("%s\n", path);
  print_header(trace);
  print_kinds(trace, summary);
  if (summary->nsizes > 0) {
    qsort(summary->sizes, summary->nsizes, sizeof *summary->sizes, by_size);
    printf("  sizes        min %" PRIu64 ", median %" PRIu64 ", max %" PRIu64 " pages\n",
           summary->sizes[0], summary->sizes[summary->nsizes / 2],
           summary->sizes[summary->nsizes - 1]);
  }
  printf("  peak         %" PRIu64 " pages, %" PRIu64 " allocations\n",
         summary->peak_pages, summary->peak_spans);
  printf("  at the end   %" PRIu64 " pages, %" PRIu64 " allocations\n",
         summary->live_pages, summary->live_spans);
  printf("  expectations %" PRIu64 "\n", summary->expectations);
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct summary summary = {.nsizes = 0};
  struct progress *progress = &((struct tour *)context)->progress;
  summary.sizes = malloc((trace->nops + 1) * sizeof *summary.sizes);
  bool ok = summary.sizes != NULL && take(&summary, trace);
  progress_hide(progress);
  if (ok)
    print_summary(path, trace, &summary);
  else
    say_no_memory();
  free(summary.sizes);
  holdings_free(&summary.held);
  return ok;
}

static int show_traces(const struct options *options)
{
  struct tour tour = {.traces = 0};
  bool done = traces_visit(&tour, options, visit, &tour);
  return done && tour.unreadable == 0 ? EXIT_CONFORMS : EXIT_UNUSABLE;
}

const struct verb show_verb = {
    .name = "show", .summary = "summarise traces", .help = help, .options = "",
    .takes_arguments = true, .run = show_traces};
