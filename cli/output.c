#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "verbs.h"

void output_begin(void)
{
  for (int place = STDIN_FILENO; place <= STDERR_FILENO; place++)
    if (fcntl(place, F_GETFD) == -1) /* what is written to standard output is lost, and that is said */
      (void)open("/dev/null", place == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

bool output_is_lost(void) { return ferror(stdout) != 0; }

int output_finish(int status)
{
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  fprintf(stderr, "spanref: standard output: %s\n",
          errno != 0 ? strerror(errno) : "could not be written");
  return EXIT_UNUSABLE;
}

bool output_is_stdout(const char *path) { return path != NULL && strcmp(path, "-") == 0; }

/* Standard output, once it is a file. */
static int diverted = -1;

void output_divert(void)
{
  fflush(stdout);
  diverted = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  dup2(STDERR_FILENO, STDOUT_FILENO);
}

static const char *name_of(const char *path)
{
  return output_is_stdout(path) ? "spanref: standard output" : path;
}

FILE *file_create(const char *path)
{
  errno = EBADF;
  FILE *to = !output_is_stdout(path) ? fopen(path, "w")
             : diverted >= 0         ? fdopen(diverted, "w")
                                     : NULL;
  if (to == NULL) perror(name_of(path));
  return to;
}

bool file_close(FILE *to, const char *path)
{
  bool failed = ferror(to) != 0;
  if (fclose(to) == 0 && !failed) return true;
  perror(name_of(path));
  return false;
}

bool say_no_memory(void)
{
  fputs("spanref: out of memory\n", stderr);
  return false;
}
