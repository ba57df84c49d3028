/* Which files the arguments name. */
#ifndef SPANREF_FILES_H
#define SPANREF_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct files { /* {0} is empty */
  char **paths;
  size_t count, room;
  size_t unreadable; /* arguments that can't be read; said on standard error */
};

/* A file stands for itself, "-" for standard input, a directory for all files under it
 * whose names end so and aren't hidden, in the order of their paths. false: out of
 * memory. */
bool files_collect(struct files *files, const char *suffix, char *const *arguments,
                   int narguments);
void files_free(struct files *files);

#endif
