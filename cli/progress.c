#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

double clock_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct progress progress_begin(void)
{
  double now = clock_seconds();
  return (struct progress){isatty(STDERR_FILENO) == 1, false, now, now + 1};
}

void progress_show(struct progress *progress, const char *format, ...)
{
  va_list arguments;
  double now = progress->wanted ? clock_seconds() : 0;
  if (!progress->wanted || now < progress->next) return;
  progress->next = now + 0.1;
  fputc('\r', stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputs("\033[K", stderr);
  progress->shown = true;
}

void progress_hide(struct progress *progress)
{
  if (progress->shown) fputs("\r\033[K", stderr);
  progress->shown = false;
}
