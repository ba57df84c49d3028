#include "inputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../trace/files.h"

static bool input_read(struct input *input, const char *path)
{
  errno = 0;
  FILE *from = fopen(path, "rb");
  bool ok = from != NULL;
  if (ok) input->size = fread(input->data, 1, sizeof input->data, from);
  ok = ok && !ferror(from) && fgetc(from) == EOF;
  if (!ok) fprintf(stderr, "%s: %s\n", path, errno != 0 ? strerror(errno) : "too large");
  if (from != NULL) fclose(from);
  input->path = path;
  return ok;
}

static size_t visit_file(const char *path, input_visit *visit, void *context)
{
  static struct input input;
  if (!input_read(&input, path)) return 1;
  visit(context, &input);
  return 0;
}

size_t inputs_visit(char *const *paths, int npaths, input_visit *visit, void *context)
{
  struct files files = {0};
  if (!files_collect(&files, "", paths, npaths)) {
    fputs("out of memory\n", stderr);
    files.unreadable++;
  }
  size_t unreadable = files.unreadable;
  for (size_t i = 0; i < files.count; i++)
    unreadable += visit_file(files.paths[i], visit, context);
  files_free(&files);
  return unreadable;
}
