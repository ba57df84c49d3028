/* What tests of a trace's text and of its bytes share. The recorded traces are those under
 * corpus/golden, seen from where the test is run, or the files and directories that the
 * environment's SPANREF_TRACES lists, separated by colons. */
#ifndef SPANREF_TEST_TEXT_H
#define SPANREF_TEST_TEXT_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "trace.h"

#define V "spanref-trace 1\n"
#define HEADER                                                                      \
  "spanref-trace 1\npage 8192\nphys 4096\nhuge 0\narena 67108864\ngoal none\n"
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

struct text {
  char *at;
  size_t size;
};

static inline struct text printed(const struct trace *trace)
{
  struct text text = {NULL, 0};
  FILE *to = open_memstream(&text.at, &text.size);
  assert_non_null(to);
  assert_true(trace_print(to, trace));
  assert_int_equal(fclose(to), 0);
  return text;
}

static inline struct trace parsed(const char *text)
{
  struct trace trace;
  struct trace_error error;
  if (!trace_parse(text, strlen(text), &trace, &error))
    fail_msg("line %d: %s", (int)error.line, error.text);
  return trace;
}

/* How many *.trace files there are at or below path, each tested. */
static inline int recorded_below(const char *path, void test(const char *path))
{
  DIR *directory = opendir(path);
  size_t size = strlen(path);
  int count = 0;
  if (directory == NULL) {
    if (size < 6 || strcmp(path + size - 6, ".trace") != 0) return 0;
    test(path);
    return 1;
  }
  for (;;) {
    struct dirent *entry = readdir(directory);
    char below[4096];
    if (entry == NULL) break;
    if (entry->d_name[0] == '.') continue;
    snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
    count += recorded_below(below, test);
  }
  closedir(directory);
  return count;
}

static inline void all_recorded(void test(const char *path))
{
  const char *given = getenv("SPANREF_TRACES");
  char paths[4096];
  char *path = paths, *end = NULL;
  if (given == NULL && access("corpus/golden", F_OK) != 0) skip();
  snprintf(paths, sizeof paths, "%s", given != NULL ? given : "corpus/golden");
  for (; path != NULL; path = end) {
    end = strchr(path, ':');
    if (end != NULL) *end++ = '\0';
    if (recorded_below(path, test) == 0) fail_msg("no *.trace files at %s", path);
  }
}

#endif
