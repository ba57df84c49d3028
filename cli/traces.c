#include "traces.h"

#include <errno.h>
#include <string.h>

#include "../trace/files.h"
#include "output.h"
#include "verbs.h"

static bool visit_file(struct tour *tour, const char *path, trace_visit *visit,
                       void *context)
{
  struct trace trace = {0};
  struct trace_error error = {0, ""};
  bool go_on = true;
  if (trace_read(path, &trace, &error)) {
    tour->traces++;
    go_on = visit(context, path, &trace);
  } else {
    progress_hide(&tour->progress);
    tour->unreadable++;
    print_place(stderr, path, error.line);
    fprintf(stderr, "%s\n", error.text);
  }
  trace_free(&trace);
  return go_on;
}

bool traces_visit(struct tour *tour, const struct options *options, trace_visit *visit,
                  void *context)
{
  struct files files = {0};
  bool go_on = files_collect(&files, ".trace", options->arguments, options->narguments);
  if (!go_on) fputs("spanref: out of memory\n", stderr);
  tour->progress = progress_begin();
  tour->unreadable = files.unreadable;
  for (size_t i = 0; go_on && i < files.count; i++) {
    if (progress_is_due(&tour->progress))
      progress_show(&tour->progress, "%zu of %zu traces", i, files.count);
    go_on = visit_file(tour, files.paths[i], visit, context) && !output_is_lost();
  }
  progress_hide(&tour->progress);
  files_free(&files);
  return go_on;
}

const char *one_or_many(uint64_t count, const char *one, const char *many)
{
  return count == 1 ? one : many;
}

int verdict_status(const struct tour *tour, uint64_t compared, uint64_t differences)
{
  if (tour->unreadable > 0) return EXIT_UNUSABLE;
  if (differences > 0) return EXIT_DEPARTS;
  return compared > 0 ? EXIT_CONFORMS : EXIT_NOTHING;
}

void print_unreadable(const struct tour *tour)
{
  if (tour->unreadable > 0)
    printf("unreadable: %zu %s\n", tour->unreadable, one_or_many(tour->unreadable, "trace", "traces"));
}

