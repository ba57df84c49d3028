/* spanref shrink: the shortest history found that shows the same. */
#include "shrink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/reproduce.h"
#include "options.h"
#include "output.h"
#include "picture/picture.h"
#include "plugin.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref shrink [OPTION]... TRACE\n"
    "Take away from a trace on which a candidate differs from the reference, as long as\n"
    "spanref check names the same sentence: operations are deleted and merged, numbers\n"
    "and the header get simpler. The same trace always shrinks to the same one.\n"
    "It is written four times: as a trace; as bytes for a fuzz target (.bytes); as a C\n"
    "program against candidates/ours/candidate.h (.c); and drawn as a strip of text (.txt).\n"
    "Of a shared object, the kind of departure stays, and only the trace is written.\n\n"
    "  -c, --candidate NAME  ref, opt (default opt), or ./FILE.so as in spanref check\n"
    "  -o, --output FILE     where the short trace goes (default shrunk.trace)\n"
    "  -p, --html FILE       the same as a picture, one HTML file\n"
    "  -h, --help            this text\n\n"
    "Exit status: 1 it differs, and the files are written; 0 there is no\n"
    "difference, and nothing is; 2 usage, unreadable or malformed input.\n";

static void show(void *context, const struct shrink_counts *counts)
{
  struct progress *progress = context;
  if (!progress_is_due(progress)) return;
  progress_show(progress, "made shorter: %" PRIu64 " operations became %" PRIu64
                " in %" PRIu64 " replays",
                counts->operations_before, counts->operations_after, counts->replays);
}

struct shrink_counts shrink_counts_shown(struct progress *progress)
{
  *progress = progress_begin();
  return (struct shrink_counts){.watch = show, .watch_context = progress};
}

bool shrunk_write(const char *output, const struct trace *trace, struct oracle *oracle,
                  const struct shrink_counts *counts)
{
  size_t length = strlen(output);
  char *base = strdup(output);
  if (base == NULL) return false;
  if (length > 6 && strcmp(output + length - 6, ".trace") == 0) base[length - 6] = '\0';
  bool ok = reproduce(base, trace, oracle);
  if (ok)
    printf("written to %s.trace: %" PRIu64 " operations became %" PRIu64 " in %" PRIu64
           " replays\nthe same as a program, as bytes, to look at: %s.c, .bytes, .txt\n",
           base, counts->operations_before, counts->operations_after, counts->replays,
           base);
  free(base);
  return ok;
}

bool shrunk_draw(const char *html, const char *output, const struct trace *trace,
                 struct oracle *oracle, const char *verdict)
{
  struct picture picture;
  const char *name = oracle->machines[ORACLE_CANDIDATE].candidate->name;
  struct picture_words words = {.candidate = name, .argument = name, .verdict = verdict};
  bool ok = picture_of_oracle(&picture, oracle, trace, trace->nops, output) &&
            picture_write(&picture, &words, html);
  picture_free(&picture);
  if (ok) printf("drawn in %s\n", html);
  return ok;
}

static int shrink_file(const struct options *options, struct trace *trace)
{
  struct oracle oracle;
  struct progress progress;
  struct shrink_counts counts = shrink_counts_shown(&progress);
  int status = EXIT_UNUSABLE;
  if (!oracle_create(&oracle, &candidate_ref, options->heap)) {
    fputs("spanref: out of memory\n", stderr);
    return status;
  }
  enum oracle_outcome outcome = shrink(&oracle, trace, &counts);
  progress_hide(&progress);
  if (outcome == ORACLE_DIVERGED) {
    const char *path = options->output != NULL ? options->output : "shrunk.trace";
    report_divergence(stdout, path, trace->nops > 0 ? &trace->ops[trace->nops - 1] : NULL,
                      &oracle);
    if (shrunk_write(path, trace, &oracle, &counts)) status = EXIT_DIVERGES;
    if (options->html != NULL &&
        !shrunk_draw(options->html, path, trace, &oracle, "diverges: the shortest history found"))
      status = EXIT_UNUSABLE;
  } else if (outcome == ORACLE_NO_MEMORY) {
    fputs("spanref: out of memory\n", stderr);
  } else {
    printf("%s conforms: there is nothing to shrink\n", options->heap->name);
    status = EXIT_CONFORMS;
  }
  oracle_destroy(&oracle);
  return status;
}

int shrink_main(int argc, char **argv)
{
  static const struct verb verb = {"shrink", help, "cop", true};
  struct options options = {.heap = &candidate_opt};
  struct trace trace;
  struct trace_error error;
  int status = EXIT_UNUSABLE;
  if (!options_parse(&options, &verb, argc, argv, &status)) return status;
  if (options.narguments > 1) {
    fputs("spanref shrink: expected one TRACE (see spanref shrink --help)\n", stderr);
    return status;
  }
  if (!trace_read(options.arguments[0], &trace, &error)) {
    print_place(stderr, options.arguments[0], error.line);
    fprintf(stderr, "%s\n", error.text);
    return status;
  }
  status = options.plugin != NULL ? plugin_shrink(&options, &trace)
                                  : shrink_file(&options, &trace);
  trace_free(&trace);
  return output_finish(status);
}
