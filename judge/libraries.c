#define _GNU_SOURCE /* dl_iterate_phdr */
#include "libraries.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

static void add(struct libraries *libraries, const char *before, const char *name)
{
  char *text = libraries->text;
  size_t used = strlen(text), room = sizeof libraries->text - used;
  const char *end = used > 0 ? ", " : "";
  if (strlen(end) + strlen(before) + strlen(name) < room)
    snprintf(text + used, room, "%s%s%s", end, before, name);
}

static int count(struct dl_phdr_info *object, size_t size, void *context)
{
  (void)object, (void)size;
  ++*(size_t *)context;
  return 0;
}

/* They come in the order in which they were loaded. */
size_t libraries_count(void)
{
  size_t objects = 0;
  dl_iterate_phdr(count, &objects);
  return objects;
}

struct listing {
  struct libraries *libraries;
  size_t before;
  const char *path;
};

static int list(struct dl_phdr_info *object, size_t size, void *context)
{
  struct listing *listing = context;
  const char *name = object->dlpi_name;
  (void)size;
  if (listing->before > 0) {
    listing->before--;
    return 0;
  }
  if (strcmp(name, listing->path) == 0) return 0;
  char *path = realpath(name, NULL);
  if (path != NULL) name = path;
  const char *slash = strrchr(name, '/');
  add(listing->libraries, "", slash != NULL ? slash + 1 : name);
  free(path);
  return 0;
}

void libraries_list(struct libraries *libraries, size_t before, const char *path)
{
  struct listing listing = {libraries, before, path};
  libraries->text[0] = '\0';
  dl_iterate_phdr(list, &listing);
#ifdef __GLIBC__
  add(libraries, "glibc ", gnu_get_libc_version());
#endif
}
