#include "output.h"

#include <errno.h>
#include <stdio.h>
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
