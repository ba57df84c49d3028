/* spanref shrink: the shortest history found that shows the same. */
#include "../fuzz/shrink.h"

#include <inttypes.h>
#include <stdio.h>

#include "options.h"
#include "output.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref shrink [OPTION]... TRACE\n"
    "Take away from a trace on which a candidate differs from the reference, as long as\n"
    "spanref check names the same sentence: operations are deleted and merged, numbers\n"
    "and the header get simpler. The same trace always shrinks to the same one.\n\n"
    "  -c, --candidate NAME  ref or opt (default opt)\n"
    "  -o, --output FILE     where the short trace goes (default shrunk.trace)\n"
    "  -h, --help            this text\n\n"
    "Exit status: 1 it differs, and the short trace is written; 0 there is no\n"
    "difference, and nothing is; 2 usage, unreadable or malformed input.\n";

static int write_shrunk(const char *path, const struct trace *trace,
                        const struct oracle *oracle, const struct shrink_counts *counts)
{
  if (!trace_write(path, trace)) return EXIT_UNUSABLE;
  report_divergence(stdout, path, trace->nops > 0 ? &trace->ops[trace->nops - 1] : NULL, oracle);
  printf("written to %s: %" PRIu64 " operations became %" PRIu64 " in %" PRIu64
         " replays\n",
         path, counts->operations_before, counts->operations_after, counts->replays);
  return EXIT_DIVERGES;
}

static int shrink_file(const struct options *options, struct trace *trace)
{
  struct oracle oracle;
  struct shrink_counts counts;
  int status = EXIT_UNUSABLE;
  if (!oracle_create(&oracle, &candidate_ref, options->heap)) {
    fputs("spanref: out of memory\n", stderr);
    return status;
  }
  enum oracle_outcome outcome = shrink(&oracle, trace, &counts);
  if (outcome == ORACLE_DIVERGED) {
    const char *path = options->output != NULL ? options->output : "shrunk.trace";
    status = write_shrunk(path, trace, &oracle, &counts);
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
  static const struct verb verb = {"shrink", help, "co", true};
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
  status = shrink_file(&options, &trace);
  trace_free(&trace);
  return output_finish(status);
}
