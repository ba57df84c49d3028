/* spanref shrink: the shortest history found that shows the same. */
#include <stdio.h>
#include <string.h>

#include "../fuzz/confirm.h"
#include "../fuzz/reproduce.h"
#include "interrupt.h"
#include "session.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref shrink [OPTION]... TRACE\n"
    "Shorten a trace in which a candidate departs: delete and merge operations, simplify\n"
    "numbers and the header, as long as the candidate departs in the same way. The same\n"
    "trace always becomes the same short one, if the candidate answers the same.\n\n"
    "  -c, --candidate NAME  what to compare: ref, opt (the default), or ./FILE.so, as in\n"
    "                        \"spanref check\"\n"
    "  -o, --output FILE     where to write the short trace (default shrunk.trace); beside\n"
    "                        it go .bytes (for a fuzz target), .c (a C program) and .txt\n"
    "                        (drawn as text); -: standard output, and no other\n"
    "  -n, --replays N       look for a shorter one in at most N replays; 0: it is drawn and\n"
    "                        confirmed as it is\n"
    "  -p, --html FILE       draw the short trace, as one HTML file\n"
    "  -h, --help            print this text\n\n"
    "Exit status:\n"
    "  0  the candidate doesn't depart, and nothing is written\n"
    "  1  it departs, and the files are written\n"
    "  2  bad usage, unreadable input or unwritable output\n";

/* Alone; or else as often in one process as it takes. What an earlier call wrote is removed. */
static bool shorten(struct session *session, struct trace *trace, const char *path,
                    enum judgement *judgement)
{
  const struct options *options = session->options;
  char base[4096];
  if (path_with(base, sizeof base, path, ".trace", "") && strcmp(path, options->arguments[0]) != 0)
    reproduce_remove(base);
  bool ok = session_shrink(session, trace, path, 1, judgement);
  if (*judgement != JUDGED_SAME || options->plugin == NULL) return ok;
  struct judge_tally tally = session->judge.tally;
  size_t runs = confirm_first(&session->judge, trace, judgement);
  session->judge.tally = tally;
  return runs > 1 && session_shrink(session, trace, path, runs, judgement);
}

static int run(struct session *session, struct trace *trace)
{
  const struct options *options = session->options;
  const char *path = options->output != NULL ? options->output : "shrunk.trace";
  enum judgement judgement;
  session->judge.given_pages = SESSION_GIVEN_PAGES;
  interrupt_begin();
  transport_mute(&session->candidate, true);
  bool ok = shorten(session, trace, path, &judgement);
  transport_mute(&session->candidate, false);
  if (judgement == JUDGED_FAILED) (void)session_add(session, path, judgement, NULL);
  if (judgement == JUDGED_FAILED || (judgement == JUDGED_DEPARTED && !ok))
    return EXIT_UNUSABLE;
  if (judgement != JUDGED_DEPARTED) {
    session_print_waivers(session);
    printf("%s doesn't depart: there is nothing to shrink\n",
           judge_about(&session->judge)->name);
    return EXIT_CONFORMS;
  }
  if (!session_add(session, path, judgement, trace_last_op(trace))) return EXIT_UNUSABLE;
  if (options->html == NULL) return EXIT_DEPARTS;
  return session_write_picture(session, EXIT_DEPARTS);
}

static int shrink_one(const struct options *options)
{
  static struct session session;
  struct trace trace;
  if (options->narguments > 1) {
    fputs("spanref shrink: expected one TRACE (see spanref shrink --help)\n", stderr);
    return EXIT_UNUSABLE;
  }
  if (!trace_read_or_say(options->arguments[0], &trace, NULL)) return EXIT_UNUSABLE;
  bool ok = session_open(&session, options, NULL, "trace", "traces");
  int status = ok ? run(&session, &trace) : EXIT_UNUSABLE;
  session_close(&session);
  trace_free(&trace);
  return status;
}

const struct verb shrink_verb = {
    .name = "shrink", .summary = "shorten a trace in which a candidate departs",
    .help = help, .heap = &candidate_opt, .options = "conp", .takes_arguments = true,
    .run = shrink_one};
