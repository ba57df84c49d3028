#include "traces.h"

#include <inttypes.h>
#include <string.h>

#include "../trace/files.h"
#include "interrupt.h"
#include "output.h"

bool trace_read_or_say(const char *path, struct trace *trace, struct progress *progress)
{
  struct trace_error error;
  if (trace_read(path, trace, &error)) return true;
  if (progress != NULL) progress_hide(progress);
  print_place(stderr, path, error.line);
  fprintf(stderr, "%s\n", error.text);
  return false;
}

static bool visit_file(struct tour *tour, const char *path, trace_visit *visit,
                       void *context)
{
  struct trace trace;
  if (!trace_read_or_say(path, &trace, &tour->progress)) {
    tour->unreadable++;
    return true;
  }
  tour->traces++;
  bool go_on = visit(context, path, &trace);
  trace_free(&trace);
  return go_on;
}

bool traces_visit(struct tour *tour, const struct options *options, trace_visit *visit,
                  void *context)
{
  struct files files = {0};
  bool go_on = files_collect(&files, ".trace", options->arguments, options->narguments);
  if (!go_on) say_no_memory();
  tour->progress = progress_begin();
  tour->unreadable = files.unreadable;
  for (size_t i = 0; go_on && i < files.count && interrupt_signal() == 0; i++) {
    progress_show(&tour->progress, "%zu of %zu traces", i, files.count);
    go_on = visit_file(tour, files.paths[i], visit, context) && !output_is_lost();
  }
  progress_hide(&tour->progress);
  files_free(&files);
  return go_on;
}

bool trace_write_stdout(const struct trace *trace)
{
  FILE *to = file_create("-");
  if (to == NULL) return false;
  (void)trace_print(to, trace);
  return file_close(to, "-");
}

bool path_with(char *to, size_t room, const char *path, const char *end, const char *other)
{
  size_t length = strlen(path), tail = strlen(end);
  if (length > tail && strcmp(path + length - tail, end) == 0) length -= tail;
  return (size_t)snprintf(to, room, "%.*s%s", (int)length, path, other) < room;
}

struct counted counted(uint64_t count, const char *one, const char *many)
{
  struct counted out;
  snprintf(out.text, sizeof out.text, "%" PRIu64 " %s", count, count == 1 ? one : many);
  return out;
}

void print_unreadable(const struct tour *tour)
{
  if (tour->unreadable > 0)
    printf("unreadable: %s\n", counted(tour->unreadable, "trace", "traces").text);
}

