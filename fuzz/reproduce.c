#include "reproduce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../trace/bytes.h"
#include "c_program.h"
#include "strip.h"

/* One of the forms. */
typedef bool print_form(FILE *to, const struct trace *trace, struct judge *judge);

static bool print_trace(FILE *to, const struct trace *trace, struct judge *judge)
{
  (void)judge;
  return trace_print(to, trace);
}

static bool print_bytes(FILE *to, const struct trace *trace, struct judge *judge)
{
  size_t size = 0;
  struct trace_error error;
  uint8_t *bytes = bytes_new(trace, &size, &error);
  (void)judge;
  if (bytes == NULL) fprintf(stderr, "the history as bytes: %s\n", error.text);
  bool ok = bytes != NULL && fwrite(bytes, 1, size, to) == size;
  free(bytes);
  return ok;
}

static bool print_program(FILE *to, const struct trace *trace, struct judge *judge)
{
  return c_program_print(to, trace, judge);
}

static bool write_file(const char *path, print_form *print, const struct trace *trace,
                       struct judge *judge)
{
  errno = 0;
  FILE *to = fopen(path, "wb");
  bool ok = to != NULL && print(to, trace, judge);
  if (to != NULL && fclose(to) != 0) ok = false;
  if (!ok) fprintf(stderr, "%s: %s\n", path, errno != 0 ? strerror(errno) : "could not be written");
  return ok;
}

bool trace_write(const char *path, const struct trace *trace)
{
  return write_file(path, print_trace, trace, NULL);
}

static const struct {
  const char *suffix;
  print_form *print;
} forms[] = {{".trace", print_trace},
             {".bytes", print_bytes},
             {".c", print_program},
             {".txt", strip_print}};

/* The bytes have operations of docs/semantics.md alone. */
static bool has_bytes(const struct trace *trace)
{
  for (size_t i = 0; i < trace->nops; i++)
    if (op_is_apart((enum op_kind)trace->ops[i].kind)) return false;
  return true;
}

bool reproduce(const char *base, const struct trace *trace, struct judge *judge)
{
  bool ok = true;
  char *path = malloc(strlen(base) + 8);
  if (path == NULL) return false;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (forms[i].print == print_bytes && !has_bytes(trace)) continue;
    sprintf(path, "%s%s", base, forms[i].suffix);
    ok &= write_file(path, forms[i].print, trace, judge);
  }
  free(path);
  return ok;
}

void reproduce_remove(const char *base)
{
  char *path = malloc(strlen(base) + 8);
  for (size_t i = 0; path != NULL && i < sizeof forms / sizeof *forms; i++) {
    sprintf(path, "%s%s", base, forms[i].suffix);
    (void)remove(path); /* as a rule there is none */
  }
  free(path);
}
