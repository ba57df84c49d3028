#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static bool is_directory(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_shown(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static size_t visit_directory(const char *directory, input_visit *visit, void *context)
{
  struct dirent **entries = NULL;
  size_t unreadable = 0;
  int count = scandir(directory, &entries, is_shown, alphasort);
  if (count < 0) perror(directory);
  for (int i = 0; i < count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
    if (!is_directory(path)) unreadable += visit_file(path, visit, context);
    free(entries[i]);
  }
  free(entries);
  return count < 0 ? 1 : unreadable;
}

size_t inputs_visit(char *const *paths, int npaths, input_visit *visit, void *context)
{
  size_t unreadable = 0;
  for (int i = 0; i < npaths; i++)
    unreadable += is_directory(paths[i]) ? visit_directory(paths[i], visit, context)
                                         : visit_file(paths[i], visit, context);
  return unreadable;
}
