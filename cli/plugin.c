#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz/generate.h"
#include "../fuzz/judge_shrink.h"
#include "../fuzz/reproduce.h"
#include "evidence.h"
#include "output.h"
#include "picture/picture.h"
#include "shrink.h"
#include "traces.h"
#include "verbs.h"

/* What a recorded program may use of memory given beforehand: 2 GiB of 8 KiB pages. */
#define GIVEN_PAGES (UINT64_C(1) << 18)
/* For one call, and for its process: address space, of which AddressSanitizer reserves
 * 16 TiB, and is let, and what is in memory. */
#define CALL_SECONDS 10
#define MEMORY_BYTES (UINT64_C(1) << 46)
#define RESIDENT_BYTES (UINT64_C(1) << 31)

struct trial {
  struct tour tour;
  struct judge judge;
  const struct options *options;
  struct evidence evidence;
  uint64_t departed;
  bool waivers_must; /* each be needed: what is run doesn't depend on the time */
  uint64_t unused;   /* waivers that should have been */
  struct picture picture; /* of the first departure, where one is wanted */
};

bool is_plugin(const char *candidate)
{
  size_t length = strlen(candidate);
  return strchr(candidate, '/') != NULL ||
         (length > 3 && strcmp(candidate + length - 3, ".so") == 0);
}

/* --- Beginning -------------------------------------------------------------------------- */

/* Beside mine.so, mine.waivers. */
static bool waivers_begin(struct waivers *waivers, const char *plugin)
{
  char path[4096];
  uint64_t line;
  const char *expected;
  size_t length = strlen(plugin);
  if (length > 3 && strcmp(plugin + length - 3, ".so") == 0) length -= 3;
  snprintf(path, sizeof path, "%.*s.waivers", (int)length, plugin);
  if (waivers_read(waivers, path, &line, &expected)) return true;
  fprintf(stderr, "%s:%" PRIu64 ": expected %s\n", path, line, expected);
  return false;
}

static bool begin(struct trial *trial)
{
  struct cell_limits limits = {CALL_SECONDS, MEMORY_BYTES, RESIDENT_BYTES};
  const char *path = trial->options->plugin;
  int number;
  struct cell *cell = cell_open(path, limits);
  if (cell == NULL || !judge_create(&trial->judge, cell)) {
    fputs("spanref: out of memory\n", stderr);
    if (cell != NULL) cell_close(cell);
    return false;
  }
  if (cell_fate(cell, &number) != FATE_UNLOADABLE &&
      waivers_begin(&trial->judge.waivers, path))
    return true;
  if (cell_fate(cell, &number) == FATE_UNLOADABLE)
    fprintf(stderr, "spanref: %s: %s\n", path, cell_why(cell));
  judge_destroy(&trial->judge);
  cell_close(cell);
  return false;
}

static void end(struct trial *trial)
{
  picture_free(&trial->picture);
  evidence_free(&trial->evidence);
  judge_destroy(&trial->judge);
  cell_close(trial->judge.cell);
}

/* --- The verdict -------------------------------------------------------------------------- */

static void print_counts(const struct judge *judge)
{
  printf("%-11s %-10s %10s %10s %10s %10s\n", "level", "operation", "exercised", "compared",
         "skipped", "differed");
  for (int level = 0; level < LEVELS; level++) {
    for (int kind = 0; kind < OP_KINDS; kind++) {
      const struct judge_counts *counts = &judge->counts[level][kind];
      if (counts->exercised + counts->compared + counts->skipped + counts->differed == 0)
        continue;
      printf("%-11s %-10s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
             level_name((enum level)level), op_name((enum op_kind)kind), counts->exercised,
             counts->compared, counts->skipped, counts->differed);
    }
  }
}

/* How many were never needed. must: and have to be. */
static uint64_t print_waivers(const struct waivers *waivers, bool must)
{
  uint64_t unused = 0;
  for (size_t i = 0; i < waivers->count; i++) {
    const struct waiver *waiver = &waivers->list[i];
    printf("waived %s, %" PRIu64 " times: %s\n", departs_name(waiver->what), waiver->used,
           waiver->why);
    if (waiver->used > 0) continue;
    if (must)
      printf("  line %" PRIu64 " of the waivers isn't needed: leave it out\n", waiver->line);
    else
      printf("  line %" PRIu64 " of the waivers wasn't needed in this time\n", waiver->line);
    unused += must;
  }
  return unused;
}

static void print_levels(FILE *to, const struct judge *judge)
{
  const char *comma = "";
  for (int level = 0; level < LEVELS; level++) {
    if (!judge_declares(judge, (enum level)level)) continue;
    fprintf(to, "%s%s", comma, level_name((enum level)level));
    comma = ", ";
  }
  if (judge_declares(judge, LEVEL_PLACEMENT))
    fputs(judge_is_exact(judge) ? " (go1.13)" : " (pages)", to);
}

/* Were no placements compared, it can't be said to conform at that level. */
static bool is_level_compared(const struct judge *judge, enum level level)
{
  uint64_t compared = 0;
  for (int kind = 0; kind < OP_KINDS; kind++) compared += judge->counts[level][kind].compared;
  return compared > 0;
}

static bool is_anything_missing(const struct judge *judge)
{
  bool missing = false;
  for (int level = 0; level < LEVELS; level++) {
    if (!judge_declares(judge, (enum level)level) ||
        is_level_compared(judge, (enum level)level))
      continue;
    printf("declared, but nothing was compared: %s\n", level_name((enum level)level));
    missing = true;
  }
  return missing;
}

static const char *word_of(int status)
{
  if (status == EXIT_NOTHING) return "nothing compared";
  return status == EXIT_CONFORMS ? "conforms" : "departs";
}

/* One line. */
static void print_conclusion(FILE *to, const struct trial *trial, int status, const char *what)
{
  const struct judge *judge = &trial->judge;
  const char *name = cell_about(judge->cell)->name;
  if (trial->departed > 0) {
    fprintf(to, "departs: %s in %" PRIu64 " of %" PRIu64 " %s\n", name, trial->departed,
            trial->evidence.ran, what);
  } else if (trial->unused > 0) {
    fprintf(to, "departs: %s from its waivers: not needed were %" PRIu64 "\n", name,
            trial->unused);
  } else if (status == EXIT_NOTHING) {
    fprintf(to, "nothing was compared of %s at a level that it declares\n", name);
  } else {
    fprintf(to, "conforms: %s at ", name);
    print_levels(to, judge);
    fprintf(to, ", %" PRIu64 " operations compared in %" PRIu64 " %s\n", judge->compared,
            trial->evidence.ran - trial->evidence.unserved, what);
  }
}

static int print_verdict(struct trial *trial, const char *what)
{
  const struct judge *judge = &trial->judge;
  const struct cell_about *about = cell_about(judge->cell);
  int status = EXIT_CONFORMS;
  printf("%s: %s\n", about->name, about->summary);
  print_counts(judge);
  trial->unused = print_waivers(&judge->waivers, trial->waivers_must);
  bool missing = is_anything_missing(judge);
  if (trial->evidence.unserved > 0)
    printf("not served: %" PRIu64 " %s: create answered NULL\n", trial->evidence.unserved, what);
  if (trial->departed > 0 || trial->unused > 0)
    status = EXIT_DIVERGES;
  else if (missing)
    status = EXIT_NOTHING;
  print_conclusion(stdout, trial, status, what);
  return status;
}

static bool write_picture(const struct trial *trial, int status, const char *what)
{
  char conclusion[256] = "";
  const struct cell_about *about = cell_about(trial->judge.cell);
  const struct picture_words words = {.candidate = about->name,
                                      .summary = about->summary,
                                      .argument = trial->options->plugin,
                                      .verdict = conclusion,
                                      .conforms = status == EXIT_CONFORMS,
                                      .judge = &trial->judge,
                                      .evidence = &trial->evidence};
  FILE *to = fmemopen(conclusion, sizeof conclusion, "w");
  if (to != NULL) {
    print_conclusion(to, trial, status, what);
    fclose(to);
  }
  return picture_write(&trial->picture, &words, trial->options->html);
}

/* Said, and written where it is wanted. */
static int verdict(struct trial *trial, const char *what)
{
  const struct options *options = trial->options;
  const struct evidence *evidence = &trial->evidence;
  int status = print_verdict(trial, what);
  bool ok = true;
  if (options->json != NULL)
    ok &= evidence_write_json(evidence, &trial->judge, word_of(status), options->json);
  if (options->junit != NULL)
    ok &= evidence_write_junit(evidence, &trial->judge, trial->unused, options->junit);
  if (options->html != NULL) ok &= write_picture(trial, status, what);
  return ok ? status : EXIT_UNUSABLE;
}

/* Where a picture is wanted, and there is none yet. judge.departure stays. */
static bool draw(struct trial *trial, const char *path, const struct trace *trace)
{
  struct departure departure = trial->judge.departure;
  if (trial->options->html == NULL || trial->picture.report != NULL) return true;
  bool ok = picture_of_judge(&trial->picture, &trial->judge, trace, path);
  trial->judge.departure = departure;
  return ok;
}

/* --- check ----------------------------------------------------------------------------------- */

static enum judgement run(struct trial *trial, const struct trace *trace, size_t *at)
{
  struct judge *judge = &trial->judge;
  struct span_geometry geometry;
  struct trace_error error;
  struct observation ours;
  *at = 0;
  judge->list_every = trace->nops <= JUDGE_LIST_EVERY ? 1 : JUDGE_LIST_EVERY;
  (void)trace_geometry(trace, &geometry, &error); /* the reader checked it */
  enum judgement judgement = judge_begin(judge, geometry, trace->page_bytes);
  if (judgement == JUDGED_SKIPPED) trial->evidence.unserved++;
  if (judgement != JUDGED_SAME) return judgement;
  for (; *at < trace->nops; (*at)++) {
    judgement = judge_step(judge, &trace->ops[*at], &ours);
    if (judgement != JUDGED_SAME && judgement != JUDGED_SKIPPED) return judgement;
  }
  return judge_finish(judge);
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct trial *trial = context;
  size_t at;
  enum judgement judgement = run(trial, trace, &at);
  const struct trace_op *op = at < trace->nops ? &trace->ops[at] : NULL;
  trial->evidence.ran++;
  if (!evidence_add(&trial->evidence, path, judgement, op, &trial->judge.departure))
    judgement = JUDGED_NO_MEMORY;
  if (judgement == JUDGED_FULL || judgement == JUDGED_DEPARTED)
    progress_hide(&trial->tour.progress);
  if (judgement == JUDGED_FULL) printf("%s: the reference's table is full\n", path);
  if (judgement == JUDGED_DEPARTED) {
    report_departure(stdout, path, op, &trial->judge.departure);
    trial->departed++;
    if (!draw(trial, path, trace)) judgement = JUDGED_NO_MEMORY;
  }
  if (judgement != JUDGED_NO_MEMORY) return true;
  fputs("spanref: out of memory\n", stderr);
  return false;
}

int plugin_check(const struct options *options)
{
  struct trial trial = {.options = options};
  int status = EXIT_UNUSABLE;
  if (!begin(&trial)) return EXIT_UNUSABLE;
  trial.judge.given_pages = GIVEN_PAGES;
  trial.waivers_must = true;
  if (traces_visit(&trial.tour, options, visit, &trial)) {
    status = verdict(&trial, traces_word((size_t)trial.evidence.ran));
    print_unreadable(&trial.tour);
    if (trial.tour.unreadable > 0) status = EXIT_UNUSABLE;
  }
  end(&trial);
  return output_finish(status);
}

/* --- fuzz ------------------------------------------------------------------------------------ */

/* One random history, kept in *history. */
static enum judgement run_random(struct trial *trial, struct generator *generator, uint64_t k,
                                 struct trace *history)
{
  struct judge *judge = &trial->judge;
  struct observation ours = {.answer.status = SPAN_OK};
  struct trace_op op;
  trace_clear(history);
  generate_begin(generator, trial->options->seed, k);
  generate_header(generator, history);
  enum judgement judgement =
      judge_begin(judge, generator->plan.geometry, GENERATE_PAGE_BYTES);
  if (judgement == JUDGED_SKIPPED) trial->evidence.unserved++;
  if (judgement != JUDGED_SAME) return judgement;
  while (generate_next(generator, judge->reference.heap, &ours.stats, &op)) {
    op.line = (uint32_t)(1 + 5 + 1 + history->nops);
    if (!trace_append(history, op)) return JUDGED_NO_MEMORY;
    judgement = judge_step(judge, &op, &ours);
    if (judgement != JUDGED_SAME && judgement != JUDGED_SKIPPED) return judgement;
    if (judgement == JUDGED_SAME) generate_learn(generator, &op, &ours.answer);
  }
  return judge_finish(judge);
}

/* As short as it gets, to path; or as it is, where it doesn't depart again. */
static bool write_short(struct trial *trial, struct trace *history, const char *path)
{
  struct progress progress;
  struct shrink_counts counts = shrink_counts_shown(&progress);
  bool again = judge_shrink(&trial->judge, history, &counts);
  progress_hide(&progress);
  if (again && trace_write(path, history)) {
    printf("# %" PRIu64 " operations became %" PRIu64 " in %" PRIu64 " replays: %s\n",
           counts.operations_before, counts.operations_after, counts.replays, path);
    report_departure(stdout, path,
                     history->nops > 0 ? &history->ops[history->nops - 1] : NULL,
                     &trial->judge.departure);
    trace_print(stdout, history);
  }
  return draw(trial, path, history) && again;
}

static void print_departed_history(struct trial *trial, struct trace *history)
{
  char path[64], short_path[4096];
  const char *output = trial->options->output;
  snprintf(path, sizeof path, "departure-%" PRIu64 ".trace", trial->options->seed);
  if (output == NULL) output = path;
  const struct trace_op *op = history->nops > 0 ? &history->ops[history->nops - 1] : NULL;
  report_departure(stdout, output, op, &trial->judge.departure);
  trial->departed++;
  (void)evidence_add(&trial->evidence, output, JUDGED_DEPARTED, op, &trial->judge.departure);
  if (!trace_write(output, history)) {
    trace_print(stdout, history); /* nowhere to put it, but not lost */
    return;
  }
  printf("written to %s: \"spanref check -c %s %s\" shows it again\n", output,
         trial->options->plugin, output);
  size_t length = strlen(output);
  if (length > 6 && strcmp(output + length - 6, ".trace") == 0) length -= 6;
  snprintf(short_path, sizeof short_path, "%.*s.short.trace", (int)length, output);
  (void)write_short(trial, history, short_path);
}

int plugin_fuzz(const struct options *options)
{
  static struct generator generator;
  struct trial trial = {.options = options};
  struct trace history = {0};
  enum judgement judgement = JUDGED_SAME;
  double stop = clock_seconds() + (options->has_seconds ? (double)options->seconds : 10);
  bool timed = options->has_seconds || !options->has_runs;
  if (!begin(&trial)) return EXIT_UNUSABLE;
  trial.waivers_must = !timed;
  struct progress progress = progress_begin();
  while (judgement != JUDGED_DEPARTED && judgement != JUDGED_NO_MEMORY) {
    if (options->has_runs && trial.evidence.ran == options->runs) break;
    if (timed && clock_seconds() >= stop) break;
    judgement = run_random(&trial, &generator, trial.evidence.ran++, &history);
    if (progress_is_due(&progress))
      progress_show(&progress, "%" PRIu64 " histories, %" PRIu64 " operations",
                    trial.evidence.ran, trial.judge.compared);
  }
  progress_hide(&progress);
  if (judgement == JUDGED_DEPARTED) print_departed_history(&trial, &history);
  int status = judgement == JUDGED_NO_MEMORY ? EXIT_UNUSABLE
                                             : verdict(&trial, "random histories");
  trace_free(&history);
  end(&trial);
  return output_finish(status);
}

/* --- shrink -------------------------------------------------------------------------------- */

int plugin_shrink(const struct options *options, struct trace *trace)
{
  struct trial trial = {.options = options, .departed = 1};
  const char *path = options->output != NULL ? options->output : "shrunk.trace";
  int status = EXIT_CONFORMS;
  if (!begin(&trial)) return EXIT_UNUSABLE;
  trial.judge.given_pages = GIVEN_PAGES;
  const char *name = cell_about(trial.judge.cell)->name;
  trial.evidence.ran = 1;
  if (write_short(&trial, trace, path)) {
    status = EXIT_DIVERGES;
    if (options->html != NULL && !write_picture(&trial, status, "trace"))
      status = EXIT_UNUSABLE;
  } else {
    (void)print_waivers(&trial.judge.waivers, false);
    printf("%s doesn't depart: there is nothing to shrink\n", name);
  }
  end(&trial);
  return status;
}
