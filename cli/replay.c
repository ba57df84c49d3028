/* spanref replay: one heap held to the answers written in traces. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../judge/expect.h"
#include "../judge/player.h"
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
    "  -m, --memory      the same, with a comment where pages have to be made ready\n"
    "                    before they are touched, or the OS may have them back\n"
    "  -h, --help        print this text\n\n" EXIT_STATUS_HELP;

struct replay {
  struct tour tour;
  struct player player;
  struct table table;
  uint64_t compared, differences;
  bool memory; /* what becomes of it is told when annotating */
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
  struct expect_text out = {"no more free spans"};
  if (span == NULL) return out;
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
  const struct free_span *says = trace->free_spans + expect->first;
  const struct free_span *end = says + expect->count;
  for (size_t i = 0; i <= player->nspans; i++) {
    bool heap_has = i < player->nspans, trace_has = says < end;
    if (heap_has && !player->spans[i].free) continue;
    if (!heap_has && !trace_has) break;
    struct free_span is = {0};
    if (heap_has) is = free_span_of(&player->spans[i], trace->page_bytes);
    if (!heap_has || !trace_has || !free_spans_are_equal(says, &is)) {
      print_sides(replay, path, op, free_span_text(trace_has ? says : NULL).text,
                  free_span_text(heap_has ? &is : NULL).text);
      return true;
    }
    says++;
  }
  return false;
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
  unsigned differs = expect_differs(says, &heap);
  if (differs != 0)
    print_sides(replay, path, op, expect_print(says, differs).text,
                expect_print(&heap, differs).text);
  return differs != 0;
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct replay *replay = context;
  uint64_t compared = replay->compared;
  bool differs = false;
  size_t i = 0;
  player_begin(&replay->player, trace);
  while (i < trace->nops && !differs && !replay->player.failed) {
    progress_show(&replay->tour.progress, "%s: operation %zu of %zu", path, i, trace->nops);
    differs = op_differs(replay, path, trace, &trace->ops[i++]);
  }
  replay->differences += differs;
  const uint64_t cells[] = {i, replay->compared - compared, differs};
  bool ok = !replay->player.failed && table_add(&replay->table, path, cells);
  return ok || say_no_memory();
}

static void print_verdict(const struct replay *replay)
{
  const struct counted traces = counted(replay->tour.traces, "trace", "traces");
  if (replay->tour.traces == 0 && replay->tour.unreadable > 0) return; /* said already */
  table_print(&replay->table);
  if (replay->differences > 0)
    printf("differs: %" PRIu64 " of %s\n", replay->differences, traces.text);
  else if (replay->compared == 0)
    printf("nothing was compared in %s\n", traces.text);
  else
    printf("conforms: %s compared in %s\n",
           counted(replay->compared, "answer", "answers").text, traces.text);
  print_unreadable(&replay->tour);
}

/* --- Annotating ---------------------------------------------------------------------- */

static bool append_dump(struct trace *out, const struct player *player)
{
  for (size_t i = 0; i < player->nspans; i++) {
    const struct span *span = &player->spans[i];
    if (span->free && !trace_append_free_span(out, free_span_of(span, player->page_bytes)))
      return false;
  }
  return true;
}

/* The pages that the caller has to make ready, and those that he may give back: a comment
 * on the operation's line. */
static bool append_memory(struct trace *out, const struct player *player)
{
  const struct spanref_answer *answer = &player->said.answer;
  const char *between = "  # ";
  bool ok = true;
  for (size_t i = 0; ok && i < player->ngone + 1; i++) {
    bool is_ready = i == player->ngone; /* the last that happens */
    struct span_range range = is_ready
                                  ? (struct span_range){answer->ready_base, answer->ready_pages}
                                  : player->gone[i];
    char text[80];
    if (range.npages == 0) continue;
    snprintf(text, sizeof text, "%s%s 0x%" PRIx64 " %" PRIu64, between,
             is_ready ? "make ready" : "give back", range.base * player->page_bytes,
             range.npages);
    ok = trace_append_comment(out, text, strlen(text), true);
    between = ", ";
  }
  return ok;
}

static bool append_op(struct trace *out, struct player *player, const struct trace_op *op,
                      bool memory)
{
  enum play played = player_step(player, op);
  if (player->failed || !trace_append(out, *op)) return false;
  if (played == PLAY_DUMPED) return append_dump(out, player);
  if (played != PLAY_ANSWERED) return true;
  return trace_expect(out, expect_of(&player->call, &player->said, player->page_bytes)) &&
         (!memory || append_memory(out, player));
}

/* The comments before operation number `before`, and the one on the line of the operation
 * before that. */
static bool copy_comments(struct trace *out, const struct trace *from, size_t *next,
                          size_t before)
{
  for (; *next < from->ncomments; ++*next) {
    const struct trace_comment *comment = &from->comments[*next];
    if (comment->before > before) break;
    if (!trace_append_comment(out, from->comment_text + comment->text, comment->text_bytes,
                              comment->trailing))
      return false;
    out->comments[out->ncomments - 1].before = comment->before;
    out->comments[out->ncomments - 1].lines = comment->lines;
  }
  return true;
}

/* Play the trace and print it with its comments, and with the answers in place of those it
 * has. false: out of memory, or the output was lost. */
static bool annotate(struct player *player, const struct trace *trace, bool memory)
{
  struct trace out = {0};
  size_t comment = 0;
  trace_set_header(&out, trace);
  player_begin(player, trace);
  bool ok = !player->failed;
  for (size_t i = 0; ok && i < trace->nops; i++)
    ok = copy_comments(&out, trace, &comment, i) &&
         append_op(&out, player, &trace->ops[i], memory);
  ok = ok && copy_comments(&out, trace, &comment, trace->nops) && trace_print(stdout, &out);
  trace_free(&out);
  return ok;
}

static bool visit_annotate(void *context, const char *path, const struct trace *trace)
{
  struct replay *replay = context;
  (void)path;
  return annotate(&replay->player, trace, replay->memory) || (!output_is_lost() && say_no_memory());
}

/* --- The verb ------------------------------------------------------------------------ */

static int run(struct replay *replay, const struct options *options)
{
  bool done = traces_visit(&replay->tour, options,
                           options->annotate ? visit_annotate : visit, replay);
  if (done && !options->annotate) print_verdict(replay);
  if (!done || replay->tour.unreadable > 0) return EXIT_UNUSABLE;
  if (options->annotate) return EXIT_CONFORMS;
  if (replay->differences > 0) return EXIT_DEPARTS;
  return replay->compared > 0 ? EXIT_CONFORMS : EXIT_NOTHING;
}

static int replay_traces(const struct options *options)
{
  static const char *const columns[] = {"operations", "compared", "differences"};
  struct replay replay = {.table = {.columns = columns, .ncolumns = 3},
                          .memory = options->memory};
  int status = EXIT_UNUSABLE;
  struct stat about;
  if (options->annotate &&
      (options->narguments != 1 ||
       (stat(options->arguments[0], &about) == 0 && S_ISDIR(about.st_mode)))) {
    fputs("spanref replay: --annotate: expected one TRACE\n", stderr);
    return EXIT_UNUSABLE;
  }
  if (player_create(&replay.player, options->heap))
    status = run(&replay, options);
  else
    say_no_memory();
  player_destroy(&replay.player);
  table_free(&replay.table);
  return status;
}

const struct verb replay_verb = {
    .name = "replay",
    .summary = "compare a heap with the answers that are written in traces",
    .help = help, .heap = &candidate_ref, .options = "Ham", .takes_arguments = true,
    .run = replay_traces};
