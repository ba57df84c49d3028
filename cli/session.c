#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/reproduce.h"
#include "../fuzz/shrink.h"
#include "again.h"
#include "interrupt.h"
#include "ktap.h"
#include "output.h"
#include "shell.h"
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
static bool waivers_begin(struct waivers *waivers, const char *plugin, const char *verb)
{
  char path[4096];
  uint64_t line;
  const char *expected;
  (void)path_with(path, sizeof path, plugin, ".so", ".waivers");
  if (waivers_read(waivers, path, verb, &line, &expected)) return true;
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

bool session_open(struct session *session, const struct options *options, const char *verb,
                  const char *one, const char *many)
{
  *session = (struct session){.options = options, .one = one, .many = many};
  if (!open_candidate(session)) return false;
  if (!judge_create(&session->judge, &session->candidate, &candidate_ref))
    return say_no_memory();
  if (options->plugin != NULL) origin_of_file(&session->evidence.origin, options->plugin);
  session->judge.many = &candidate_opt;
  session->judge.must_serve = options->plugin == NULL;
  session->judge.must_give_back = options->plugin != NULL;
  return options->plugin == NULL ||
         waivers_begin(&session->judge.tally.waivers, options->plugin, verb);
}

void session_close(struct session *session)
{
  picture_free(&session->picture);
  evidence_free(&session->evidence);
  judge_destroy(&session->judge);
  transport_close(&session->candidate);
}

void session_print_check(const struct session *session, const char *path)
{
  fputs("spanref check", stdout);
  again_print_candidate(session);
  putchar(' ');
  shell_print(stdout, path);
  putchar('\n');
}

/* --- Histories ---------------------------------------------------------------------------- */

bool session_add(struct session *session, const char *path, enum judgement judgement,
                 const struct trace_op *op)
{
  const struct judge *judge = &session->judge;
  session->departed += judgement == JUDGED_DEPARTED;
  if (judgement != JUDGED_FAILED)
    return evidence_add(&session->evidence, path, judgement, op, &judge->departure) ||
           say_no_memory();
  fprintf(stderr, "spanref: %s\n", judge->why != NULL ? judge->why : "out of memory");
  return false;
}

enum judgement session_locate(struct session *session, const struct trace *trace, size_t *at)
{
  transport_mute(&session->candidate, true);
  enum judgement judgement = judge_locate(&session->judge, trace, at);
  transport_mute(&session->candidate, false);
  return judgement;
}

bool session_draw(struct session *session, const char *path, const struct trace *trace,
                  size_t at)
{
  struct departure departure = session->judge.departure;
  if (session->options->html == NULL || session->picture.report != NULL) return true;
  transport_mute(&session->candidate, true);
  bool ok = picture_of(&session->picture, &session->judge, trace, at, path);
  transport_mute(&session->candidate, false);
  session->judge.departure = departure;
  return ok || say_no_memory();
}

static void show(void *context, const struct shrink_counts *counts)
{
  progress_show(context, "shortening: %" PRIu64 " operations became %" PRIu64 " in %" PRIu64
                " replays", counts->operations_before, counts->operations_after,
                counts->replays);
}

bool session_is_short(const struct session *session)
{
  return session->judge.is_given && session->judge.given_pages < SESSION_GIVEN_PAGES;
}

static bool is_interrupted(void) { return interrupt_signal() != 0; }

/* What is to be known before the short history is run again. */
static void print_again(const struct session *session, const char *path,
                        const struct shrink_counts *counts)
{
  const struct confirmation found = {.shown = counts->shown, .tries = counts->tries,
                                     .runs = counts->runs};
  if (counts->runs > 1) {
    fputs("to see it again: ", stdout);
    again_print_command(session, &found, path, NULL, NULL);
  } else {
    again_print_why(&found, 0);
  }
  if (session_is_short(session))
    puts("check hands in more memory, and doesn't show it: run the C program");
  if (!counts->has_other) return;
  const char *name = departs_name(counts->other.what);
  printf("on the way it departs otherwise, where spanref check stops: %s, %s: %s\n"
         "a line \"waive %s: ...\" in the candidate's waivers lets check go on to this one\n",
         level_name(departs_level(counts->other.what)), name, counts->other.text, name);
}

/* What there is of a short history. */
static void print_short(const struct session *session, const struct trace *history,
                        const char *base, const struct shrink_counts *counts)
{
  char path[4096 + 8];
  snprintf(path, sizeof path, "%s%s", base, output_is_stdout(base) ? "" : ".trace");
  printf("# %s became %" PRIu64 " in %s: %s\n",
         counted(counts->operations_before, "operation", "operations").text,
         counts->operations_after, counted(counts->replays, "replay", "replays").text,
         path);
  report_departure(stdout, path, counts->at < history->nops ? &history->ops[counts->at] : NULL,
                   &session->judge.departure);
  print_again(session, path, counts);
  if (output_is_stdout(path)) return;
  if (history->nops <= SHOWN_OPS_MAX) trace_print(stdout, history);
  printf("the same as a C program%s, as bytes, drawn as text: %s.c, .bytes, .txt\n",
         counts->runs > 1 ? ", which runs it once" : "", base);
}

bool session_shrink(struct session *session, struct trace *history, const char *path,
                    size_t runs, enum judgement *judgement)
{
  char base[4096];
  struct progress progress = progress_begin();
  struct shrink_counts counts = {.runs = runs, .watch = show, .watch_context = &progress};
  counts.is_over = is_interrupted;
  counts.has_limit = session->options->has_replays;
  counts.limit = session->options->replays;
  (void)path_with(base, sizeof base, path, ".trace", "");
  *judgement = shrink(&session->judge, history, &counts);
  progress_hide(&progress);
  if (*judgement != JUDGED_DEPARTED) return false;
  if (counts.shown == 0) {
    puts("it couldn't be shortened: in a new process no shorter history was seen to depart so");
    return (!output_is_stdout(path) || trace_write_stdout(history)) &&
           session_draw(session, path, history, history->nops);
  }
  struct departure departure = session->judge.departure;
  bool ok = output_is_stdout(path) ? trace_write_stdout(history)
                                   : reproduce(base, history, &session->judge);
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

/* What was judged by a heap that is only tested against the reference. */
static void print_who_followed(const struct judge *judge)
{
  if (judge->tally.many == 0) return;
  printf("%s followed in %s, once more than %d spans were in use; elsewhere the reference\n",
         judge->many->name, counted(judge->tally.many, "history", "histories").text, JUDGE_MANY);
}

void session_print_waivers(struct session *session)
{
  print_who_followed(&session->judge);
  const struct waivers *waivers = &session->judge.tally.waivers;
  for (size_t i = 0; i < waivers->count; i++) {
    const struct waiver *waiver = &waivers->list[i];
    printf("waived %s, %s: %s\n", waiver_name(waiver).text,
           counted(waiver->used, "time", "times").text, waiver->why);
    if (waiver->used > 0) continue;
    printf("  line %" PRIu64 " of the waivers %s\n", waiver->line,
           session->waivers_must ? "isn't needed: remove it"
                                 : "wasn't needed in this time");
    session->unused += session->waivers_must;
  }
}

/* Were no placements compared, it can't be said to conform at that level. */
static bool is_anything_missing(const struct judge *judge)
{
  bool missing = false;
  for (int level = 0; level < LEVELS; level++) {
    uint64_t compared = 0;
    for (int kind = 0; kind < OP_KINDS; kind++)
      compared += judge->tally.counts[level][kind].compared;
    if (compared > 0 || !about_declares(judge_about(judge), (enum level)level)) continue;
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

struct conclusion {
  char text[512]; /* a line, without its end */
};

static struct conclusion conclude(const struct session *session, int status)
{
  struct conclusion out;
  const size_t room = sizeof out.text;
  const struct judge *judge = &session->judge;
  const struct evidence *evidence = &session->evidence;
  const char *name = judge_about(judge)->name;
  struct counted compared = counted(judge->tally.compared, "operation", "operations");
  if (session->departed > 0)
    snprintf(out.text, room, "departs: %s in %" PRIu64 " of %s, %s compared", name,
             session->departed, counted(evidence->ran, session->one, session->many).text,
             compared.text);
  else if (session->unused > 0)
    snprintf(out.text, room, "departs: %s has %s not needed", name,
             counted(session->unused, "waiver that is", "waivers that are").text);
  else if (status == EXIT_NOTHING)
    snprintf(out.text, room,
             "nothing compared: %s declares a level at which nothing was compared", name);
  else
    snprintf(out.text, room, "conforms: %s at %s, %s compared in %s", name,
             about_levels(judge_about(judge), ", ").text, compared.text,
             counted(evidence->ran - evidence->unserved, session->one, session->many).text);
  if (evidence->interrupted != 0) strncat(out.text, "; interrupted", room - strlen(out.text) - 1);
  return out;
}

static int print_verdict(struct session *session)
{
  const struct judge *judge = &session->judge;
  const struct about *about = judge_about(judge);
  uint64_t unserved = session->evidence.unserved;
  int status = EXIT_CONFORMS;
  printf("%s: %s\n", about->name, about->summary);
  origin_print(stdout, &session->evidence.origin);
  print_counts(judge);
  session_print_waivers(session);
  bool missing = is_anything_missing(judge);
  if (unserved > 0)
    printf("not served: %s, for which create returned NULL\n",
           counted(unserved, session->one, session->many).text);
  if (session->departed > 0 || session->unused > 0)
    status = EXIT_DEPARTS;
  else if (missing)
    status = EXIT_NOTHING;
  puts(conclude(session, status).text);
  return status;
}

int session_write_picture(struct session *session, int status)
{
  session->evidence.origin.libraries = transport_libraries(&session->candidate);
  const struct conclusion conclusion = conclude(session, status);
  const struct options *options = session->options;
  const struct about *about = judge_about(&session->judge);
  char *argument = shell_word(options->plugin != NULL ? options->plugin : about->name);
  const struct picture_words words = {
      .argument = argument,
      .verdict = conclusion.text,
      .conforms = status == EXIT_CONFORMS,
      .judge = &session->judge,
      .evidence = &session->evidence};
  bool ok = argument != NULL ? picture_write(&session->picture, &words, options->html)
                             : say_no_memory();
  free(argument);
  return ok ? status : EXIT_UNUSABLE;
}

int session_verdict(struct session *session)
{
  const struct options *options = session->options;
  const struct evidence *evidence = &session->evidence;
  session->evidence.origin.libraries = transport_libraries(&session->candidate);
  session->evidence.interrupted = interrupt_signal();
  session->waivers_must &= !evidence->interrupted;
  int status = print_verdict(session);
  bool ok = true;
  if (options->json != NULL)
    ok &= evidence_write_json(evidence, &session->judge, word_of(status), options->json);
  if (options->junit != NULL)
    ok &= evidence_write_junit(evidence, &session->judge, session->unused, options->junit);
  if (options->ktap != NULL)
    ok &= ktap_write(evidence, &session->judge, session->unused, options->ktap);
  if (options->html != NULL)
    ok &= session_write_picture(session, status) != EXIT_UNUSABLE;
  if (ok && evidence->interrupted && status != EXIT_DEPARTS)
    return EXIT_INTERRUPTED + evidence->interrupted;
  return ok ? status : EXIT_UNUSABLE;
}
