#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz/reproduce.h"
#include "../fuzz/shrink.h"
#include "traces.h"
#include "verbs.h"

/* For one call, and for its process: address space, of which AddressSanitizer reserves
 * 16 TiB, and is let, and what is in memory. */
#define CALL_SECONDS 10
#define MEMORY_BYTES (UINT64_C(1) << 46)
#define RESIDENT_BYTES (UINT64_C(1) << 31)
/* Histories longer than this aren't shown as text. */
#define SHOWN_OPS_MAX 64

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

static bool open_candidate(struct session *session)
{
  const struct cell_limits limits = {CALL_SECONDS, MEMORY_BYTES, RESIDENT_BYTES};
  const char *path = session->options->plugin, *why = "out of memory";
  bool ok = path != NULL
                ? transport_open_cell(&session->candidate, path, limits, &why)
                : transport_open_here(&session->candidate, session->options->heap);
  if (!ok) fprintf(stderr, "spanref: %s%s%s\n", path ? path : "", path ? ": " : "", why);
  return ok;
}

bool session_open(struct session *session, const struct options *options)
{
  *session = (struct session){.options = options};
  if (!open_candidate(session)) return false;
  if (!judge_create(&session->judge, &session->candidate, &candidate_ref)) {
    fputs("spanref: out of memory\n", stderr);
    return false;
  }
  session->judge.must_serve = options->plugin == NULL;
  session->judge.must_give_back = options->plugin != NULL;
  return options->plugin == NULL ||
         waivers_begin(&session->judge.tally.waivers, options->plugin);
}

void session_close(struct session *session)
{
  picture_free(&session->picture);
  evidence_free(&session->evidence);
  judge_destroy(&session->judge);
  transport_close(&session->candidate);
}

/* --- Histories ---------------------------------------------------------------------------- */

bool session_add(struct session *session, const char *path, enum judgement judgement,
                 const struct trace_op *op)
{
  const struct judge *judge = &session->judge;
  const char *why = judge->why;
  session->departed += judgement == JUDGED_DEPARTED;
  if (judgement != JUDGED_FAILED) {
    if (evidence_add(&session->evidence, path, judgement, op, &judge->departure)) return true;
    why = "out of memory";
  }
  fprintf(stderr, "spanref: %s\n", why != NULL ? why : "out of memory");
  return false;
}

bool session_draw(struct session *session, const char *path, const struct trace *trace,
                  size_t at)
{
  struct departure departure = session->judge.departure;
  if (session->options->html == NULL || session->picture.report != NULL) return true;
  bool ok = picture_of(&session->picture, &session->judge, trace, at, path);
  session->judge.departure = departure;
  if (!ok) fputs("spanref: out of memory\n", stderr);
  return ok;
}

static void show(void *context, const struct shrink_counts *counts)
{
  struct progress *progress = context;
  if (!progress_is_due(progress)) return;
  progress_show(progress, "shortening: %" PRIu64 " operations became %" PRIu64
                " in %" PRIu64 " replays",
                counts->operations_before, counts->operations_after, counts->replays);
}

/* What there is of a short history. */
static void print_short(const struct session *session, const struct trace *history,
                        const char *base, const struct shrink_counts *counts)
{
  printf("# %" PRIu64 " operation%s became %" PRIu64 " in %" PRIu64 " replay%s: %s.trace\n",
         counts->operations_before, counts->operations_before == 1 ? "" : "s",
         counts->operations_after, counts->replays, counts->replays == 1 ? "" : "s", base);
  char path[4096 + 8];
  snprintf(path, sizeof path, "%s.trace", base);
  report_departure(stdout, path,
                   history->nops > 0 ? &history->ops[history->nops - 1] : NULL,
                   &session->judge.departure);
  if (history->nops <= SHOWN_OPS_MAX) trace_print(stdout, history);
  printf("the same as a C program, as bytes, drawn as text: %s.c, .bytes, .txt\n", base);
}

bool session_shrink(struct session *session, struct trace *history, const char *path,
                    enum judgement *judgement)
{
  char base[4096];
  struct progress progress = progress_begin();
  struct shrink_counts counts = {.watch = show, .watch_context = &progress};
  size_t length = strlen(path);
  if (length > 6 && strcmp(path + length - 6, ".trace") == 0) length -= 6;
  snprintf(base, sizeof base, "%.*s", (int)length, path);
  *judgement = shrink(&session->judge, history, &counts);
  progress_hide(&progress);
  if (*judgement != JUDGED_DEPARTED) return false;
  struct departure departure = session->judge.departure;
  bool ok = reproduce(base, history, &session->judge);
  session->judge.departure = departure;
  if (ok) print_short(session, history, base, &counts);
  return ok && session_draw(session, path, history, history->nops);
}

/* --- The verdict -------------------------------------------------------------------------- */

static void print_counts(const struct judge *judge)
{
  printf("%-11s %-10s %10s %10s %10s %10s\n", "level", "operation", "exercised", "compared",
         "skipped", "differed");
  for (int level = 0; level < LEVELS; level++) {
    for (int kind = 0; kind < OP_KINDS; kind++) {
      const struct judge_counts *counts = &judge->tally.counts[level][kind];
      if (judge_counts_none(judge, (enum level)level, (enum op_kind)kind))
        continue;
      printf("%-11s %-10s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
             level_name((enum level)level), op_name((enum op_kind)kind), judge->tally.exercised[kind],
             counts->compared, counts->skipped, counts->differed);
    }
  }
}

void session_print_waivers(struct session *session)
{
  const struct waivers *waivers = &session->judge.tally.waivers;
  for (size_t i = 0; i < waivers->count; i++) {
    const struct waiver *waiver = &waivers->list[i];
    printf("waived %s, %" PRIu64 " time%s: %s\n", departs_name(waiver->what), waiver->used,
           waiver->used == 1 ? "" : "s", waiver->why);
    if (waiver->used > 0) continue;
    printf("  line %" PRIu64 " of the waivers %s\n", waiver->line,
           session->waivers_must ? "isn't needed: remove it"
                                 : "wasn't needed in this time");
    session->unused += session->waivers_must;
  }
}

/* Were no placements compared, it can't be said to conform at that level. */
static bool is_level_compared(const struct judge *judge, enum level level)
{
  uint64_t compared = 0;
  for (int kind = 0; kind < OP_KINDS; kind++)
    compared += judge->tally.counts[level][kind].compared;
  return compared > 0;
}

static bool is_anything_missing(const struct judge *judge)
{
  bool missing = false;
  for (int level = 0; level < LEVELS; level++) {
    if (!about_declares(judge_about(judge), (enum level)level) ||
        is_level_compared(judge, (enum level)level))
      continue;
    printf("declared, but nothing was compared at this level: %s\n", level_name((enum level)level));
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
static void print_conclusion(FILE *to, const struct session *session, int status,
                             const char *one, const char *many)
{
  const struct judge *judge = &session->judge;
  const struct evidence *evidence = &session->evidence;
  const char *name = judge_about(judge)->name;
  if (session->departed > 0) {
    fprintf(to, "departs: %s in %" PRIu64 " of %" PRIu64 " %s, %" PRIu64 " %s compared\n", name,
            session->departed, evidence->ran, one_or_many(evidence->ran, one, many),
            judge->tally.compared, one_or_many(judge->tally.compared, "operation", "operations"));
  } else if (session->unused > 0) {
    fprintf(to, "departs: %s has %" PRIu64 " %s not needed\n", name, session->unused,
            one_or_many(session->unused, "waiver that is", "waivers that are"));
  } else if (status == EXIT_NOTHING) {
    fprintf(to, "nothing compared: %s declares a level at which nothing was compared\n", name);
  } else {
    uint64_t served = evidence->ran - evidence->unserved;
    fprintf(to, "conforms: %s at %s, %" PRIu64 " %s compared in %" PRIu64 " %s\n", name,
            about_levels(judge_about(judge), ", ").text, judge->tally.compared,
            one_or_many(judge->tally.compared, "operation", "operations"), served,
            one_or_many(served, one, many));
  }
}

static int print_verdict(struct session *session, const char *one, const char *many)
{
  const struct judge *judge = &session->judge;
  const struct about *about = judge_about(judge);
  uint64_t unserved = session->evidence.unserved;
  int status = EXIT_CONFORMS;
  printf("%s: %s\n", about->name, about->summary);
  print_counts(judge);
  session_print_waivers(session);
  bool missing = is_anything_missing(judge);
  if (unserved > 0)
    printf("not served: %" PRIu64 " %s, for which create returned NULL\n", unserved,
           one_or_many(unserved, one, many));
  if (session->departed > 0 || session->unused > 0)
    status = EXIT_DEPARTS;
  else if (missing)
    status = EXIT_NOTHING;
  print_conclusion(stdout, session, status, one, many);
  return status;
}

int session_write_picture(struct session *session, int status, const char *one,
                          const char *many)
{
  char conclusion[256] = "";
  const struct options *options = session->options;
  const struct about *about = judge_about(&session->judge);
  const struct picture_words words = {
      .argument = options->plugin != NULL ? options->plugin : about->name,
      .verdict = conclusion,
      .conforms = status == EXIT_CONFORMS,
      .judge = &session->judge,
      .evidence = &session->evidence};
  FILE *to = fmemopen(conclusion, sizeof conclusion, "w");
  if (to != NULL) {
    print_conclusion(to, session, status, one, many);
    fclose(to);
  }
  return picture_write(&session->picture, &words, options->html) ? status : EXIT_UNUSABLE;
}

int session_verdict(struct session *session, const char *one, const char *many)
{
  const struct options *options = session->options;
  const struct evidence *evidence = &session->evidence;
  int status = print_verdict(session, one, many);
  bool ok = true;
  if (options->json != NULL)
    ok &= evidence_write_json(evidence, &session->judge, word_of(status), options->json);
  if (options->junit != NULL)
    ok &= evidence_write_junit(evidence, &session->judge, session->unused, options->junit);
  if (options->html != NULL)
    ok &= session_write_picture(session, status, one, many) != EXIT_UNUSABLE;
  return ok ? status : EXIT_UNUSABLE;
}
