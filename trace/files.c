#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"

/* Takes path over. */
static bool add(struct files *files, char *path)
{
  if (path == NULL) return false;
  if (!ARRAY_ROOM(files->paths, files->count, 1, &files->room)) {
    free(path);
    return false;
  }
  files->paths[files->count++] = path;
  return true;
}

static void refuse(struct files *files, const char *path, const char *reason)
{
  fprintf(stderr, "%s: %s\n", path, reason);
  files->unreadable++;
}

static char *path_join(const char *directory, const char *name)
{
  size_t length = strlen(directory);
  bool slash = length > 0 && directory[length - 1] == '/';
  char *path = malloc(length + strlen(name) + 2);
  if (path != NULL) sprintf(path, "%s%s%s", directory, slash ? "" : "/", name);
  return path;
}

static bool is_wanted(const char *name, const char *suffix)
{
  size_t length = strlen(name), end = strlen(suffix);
  return name[0] != '.' && length > end && strcmp(name + length - end, suffix) == 0;
}

static bool collect_directory(struct files *files, const char *suffix, const char *directory);

/* Links to directories aren't followed: they may lead back. */
static bool collect_entry(struct files *files, const char *suffix, const char *directory,
                          const char *name)
{
  struct stat status;
  char *path = path_join(directory, name);
  bool ok = path != NULL;
  if (!ok) return false;
  if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
    ok = collect_directory(files, suffix, path);
  else if (is_wanted(name, suffix))
    return add(files, path);
  free(path);
  return ok;
}

static bool collect_directory(struct files *files, const char *suffix, const char *directory)
{
  DIR *stream = opendir(directory);
  struct dirent *entry;
  bool ok = true;
  if (stream == NULL) {
    refuse(files, directory, strerror(errno));
    return true;
  }
  while (ok && (entry = readdir(stream)) != NULL)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      ok = collect_entry(files, suffix, directory, entry->d_name);
  closedir(stream);
  return ok;
}

static int by_path(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool collect_argument(struct files *files, const char *suffix, const char *argument)
{
  struct stat status;
  size_t first = files->count, unreadable = files->unreadable;
  if (strcmp(argument, "-") == 0) return add(files, strdup(argument));
  if (stat(argument, &status) != 0) {
    refuse(files, argument, strerror(errno));
    return true;
  }
  if (!S_ISDIR(status.st_mode)) return add(files, strdup(argument));
  if (!collect_directory(files, suffix, argument)) return false;
  if (files->count == first && files->unreadable == unreadable && suffix[0] != '\0')
    refuse(files, argument, "expected files named *.trace in this directory");
  if (files->count > first)
    qsort(files->paths + first, files->count - first, sizeof *files->paths, by_path);
  return true;
}

bool files_collect(struct files *files, const char *suffix, char *const *arguments,
                   int narguments)
{
  for (int i = 0; i < narguments; i++)
    if (!collect_argument(files, suffix, arguments[i])) return false;
  return true;
}

void files_free(struct files *files)
{
  for (size_t i = 0; i < files->count; i++) free(files->paths[i]);
  free(files->paths);
  *files = (struct files){0};
}
