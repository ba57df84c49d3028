#include "output.h"

#include <errno.h>
#include <string.h>

#include "verbs.h"

bool output_is_lost(void) { return ferror(stdout) != 0; }

int output_finish(int status)
{
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  fprintf(stderr, "spanref: standard output: %s\n",
          errno != 0 ? strerror(errno) : "could not be written");
  return EXIT_UNUSABLE;
}

FILE *file_create(const char *path)
{
  FILE *to = fopen(path, "w");
  if (to == NULL) perror(path);
  return to;
}

bool file_close(FILE *to, const char *path)
{
  bool failed = ferror(to) != 0;
  if (fclose(to) == 0 && !failed) return true;
  perror(path);
  return false;
}

bool say_no_memory(void)
{
  fputs("spanref: out of memory\n", stderr);
  return false;
}
