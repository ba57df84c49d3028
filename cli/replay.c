/* spanref replay: one heap held to the answers written in traces. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../judge/expect.h"
#include "annotate.h"
#include "options.h"
#include "output.h"
#include "table.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref replay [OPTION]... TRACE|DIRECTORY...\n"
    "Run every trace on a heap, and compare the heap with what is written in the trace:\n"
    "the answer and the statistics after \" = \", and the \"= free\" lines after \"d\". Where\n"
    "nothing is written, nothing is compared. A trace ends at its first difference.\n\n"
    "  -H, --heap NAME   the heap to run: ref (the default) or opt\n"
    "  -a, --annotate    print the one trace given with all answers filled in, and\n"
    "                    compare nothing\n"
    "  -h, --help        print this text\n\n" EXIT_STATUS_HELP;

struct replay {
  struct tour tour;
  struct player player;
  struct table table;
  uint64_t compared, differences;
};

static void print_sides(struct replay *replay, const char *path,
                        const struct trace_op *op, const char *trace, const char *heap)
{
  progress_hide(&replay->tour.progress);
  print_place(stdout, path, op->line);
  print_op(stdout, op);
  printf(": the trace says %s, the heap says %s\n", trace, heap);
}

static struct expect_text free_span_text(const struct free_span *span)
{
  struct expect_text out;
  snprintf(out.text, sizeof out.text, "free 0x%" PRIx64 " %" PRIu64 " %s needzero=%d",
           span->base_bytes, span->npages, span->scavenged ? "scavenged" : "retained",
           span->needzero);
  return out;
}

/* The first "= free" line that differs, or false. */
static bool dump_differs(struct replay *replay, const char *path,
                         const struct trace *trace, const struct trace_op *op)
{
  const struct player *player = &replay->player;
  const struct expectation *expect = &trace->expects[op->expect];
  const struct expect_text nothing = {"no more free spans"};
  size_t number = 0;
  for (size_t i = 0; i <= player->nspans; i++) {
    bool heap_has = i < player->nspans, trace_has = number < expect->count;
    if (heap_has && !player->spans[i].free) continue;
    if (!heap_has && !trace_has) break;
    struct free_span says = {0}, is = {0};
    if (trace_has) says = trace->free_spans[expect->first + number];
    if (heap_has) is = free_span_of(&player->spans[i], trace->page_bytes);
    if (!heap_has || !trace_has || !free_spans_are_equal(&says, &is)) {
      print_sides(replay, path, op, (trace_has ? free_span_text(&says) : nothing).text,
                  (heap_has ? free_span_text(&is) : nothing).text);
      return true;
    }
    number++;
  }
  return false;
}

static bool answer_differs(struct replay *replay, const char *path,
                           const struct trace_op *op, const struct expectation *says,
                           const struct expectation *heap)
{
  unsigned differs = expect_differs(says, heap);
  if (differs == 0) return false;
  print_sides(replay, path, op, expect_print(says, differs).text,
              expect_print(heap, differs).text);
  return true;
}

static bool op_differs(struct replay *replay, const char *path, const struct trace *trace,
                       const struct trace_op *op)
{
  struct player *player = &replay->player;
  enum play played = player_step(player, op);
  if (op->expect == TRACE_NO_EXPECTATION) return false;
  const struct expectation *says = &trace->expects[op->expect];
  replay->compared++;
  if (played == PLAY_SKIPPED) {
    print_sides(replay, path, op, expect_print(says, 0).text,
                "nothing: its name got no memory, so it is skipped");
    return true;
  }
  if (op->kind == OP_DUMP) return dump_differs(replay, path, trace, op);
  struct expectation heap = expect_of(&player->call, &player->said, trace->page_bytes);
  return answer_differs(replay, path, op, says, &heap);
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct replay *replay = context;
  uint64_t compared = replay->compared;
  bool differs = false;
  size_t i = 0;
  player_begin(&replay->player, trace);
  while (i < trace->nops && !differs && !replay->player.failed) {
    if (progress_is_due(&replay->tour.progress))
      progress_show(&replay->tour.progress, "%s: operation %zu of %zu", path, i,
                    trace->nops);
    differs = op_differs(replay, path, trace, &trace->ops[i++]);
  }
  replay->differences += differs;
  const uint64_t cells[] = {i, replay->compared - compared, differs};
  if (!replay->player.failed && table_add(&replay->table, path, cells)) return true;
  fputs("spanref: out of memory\n", stderr);
  return false;
}

static void print_verdict(const struct replay *replay)
{
  if (replay->tour.traces == 0 && replay->tour.unreadable > 0) return; /* said already */
  table_print(&replay->table);
  if (replay->differences > 0)
    printf("differs: %" PRIu64 " of %zu %s\n", replay->differences,
           replay->tour.traces, one_or_many(replay->tour.traces, "trace", "traces"));
  else if (replay->compared == 0)
    printf("nothing was compared in %zu %s\n", replay->tour.traces,
           one_or_many(replay->tour.traces, "trace", "traces"));
  else
    printf("conforms: %" PRIu64 " %s compared in %zu %s\n", replay->compared,
           one_or_many(replay->compared, "answer", "answers"), replay->tour.traces,
           one_or_many(replay->tour.traces, "trace", "traces"));
  print_unreadable(&replay->tour);
}

static bool visit_annotate(void *context, const char *path, const struct trace *trace)
{
  struct replay *replay = context;
  (void)path;
  if (annotate(stdout, &replay->player, trace)) return true;
  if (!output_is_lost()) fputs("spanref: out of memory\n", stderr);
  return false;
}

static int replay_run(struct replay *replay, const struct options *options)
{
  bool done = traces_visit(&replay->tour, options,
                           options->annotate ? visit_annotate : visit, replay);
  if (!done) return EXIT_UNUSABLE;
  if (options->annotate)
    return replay->tour.unreadable > 0 ? EXIT_UNUSABLE : EXIT_CONFORMS;
  print_verdict(replay);
  return verdict_status(&replay->tour, replay->compared, replay->differences);
}

int replay_main(int argc, char **argv)
{
  static const struct verb verb = {"replay", help, "Ha", true};
  static const char *const columns[] = {"operations", "compared", "differences"};
  struct options options = {.heap = &candidate_ref};
  struct replay replay = {.table = {.columns = columns, .ncolumns = 3}};
  int status = EXIT_UNUSABLE;
  if (!options_parse(&options, &verb, argc, argv, &status)) return status;
  struct stat about;
  if (options.annotate &&
      (options.narguments != 1 ||
       (stat(options.arguments[0], &about) == 0 && S_ISDIR(about.st_mode)))) {
    fputs("spanref replay: --annotate: expected one TRACE\n", stderr);
    return EXIT_UNUSABLE;
  }
  if (player_create(&replay.player, options.heap))
    status = replay_run(&replay, &options);
  else
    fputs("spanref: out of memory\n", stderr);
  player_destroy(&replay.player);
  table_free(&replay.table);
  return output_finish(status);
}
