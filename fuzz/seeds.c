/* Makes inputs for the fuzz target, in canonical form.
 *
 *   seeds OUT FILE|DIRECTORY...       write each to OUT/N, N = 0, 1, 2 ...
 *   seeds --check FILE|DIRECTORY...   is each in canonical form?
 *
 * A *.trace is cut into windows: its header, the regions before the window, and
 * WINDOW_OPS operations; frees of what was allocated before the window are left out.
 * Anything else is bytes (docs/trace-format.md, "Bytes").
 *
 * The canonical form is what encoding gives: decoding and encoding it changes nothing. So
 * no change of the format can give a corpus another meaning unnoticed.
 *
 * Exit status: 0 done; 1 an input is not in canonical form; 2 bad usage, an unreadable
 * input, or an output that could not be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../trace/bytes.h"
#include "inputs.h"
#include "../trace/call.h"
#include "../trace/names.h"

#define WINDOW_OPS 200

struct seeds {
  const char *output; /* NULL: check */
  size_t inputs, written, failed;
};

/* The bytes of a trace; the caller frees them. NULL: standard error says why. */
static uint8_t *encoded(const struct trace *trace, const char *path, size_t *size)
{
  struct trace_error error;
  uint8_t *bytes = bytes_new(trace, size, &error);
  if (bytes == NULL) fprintf(stderr, "%s: %s\n", path, error.text);
  return bytes;
}

static void write_seed(struct seeds *seeds, const struct trace *trace, const char *path)
{
  char name[4096];
  size_t size = 0;
  uint8_t *bytes = encoded(trace, path, &size);
  snprintf(name, sizeof name, "%s/%zu", seeds->output, seeds->written++);
  FILE *to = bytes != NULL ? fopen(name, "wb") : NULL;
  bool ok = to != NULL && fwrite(bytes, 1, size, to) == size;
  if (to != NULL && fclose(to) != 0) ok = false;
  if (!ok) fprintf(stderr, "%s: could not be written\n", name);
  if (!ok) seeds->failed++;
  free(bytes);
}

/* Operations from number `from` on, as far as the names they free or resize are known. */
static bool append_window(struct trace *window, const struct trace *trace, size_t from)
{
  struct names names = {0};
  bool ok = true;
  for (size_t i = from; ok && i < trace->nops && i < from + WINDOW_OPS; i++) {
    const struct trace_op *op = &trace->ops[i];
    if (op_gives((enum op_kind)op->kind)) ok = names_add(&names, op->name);
    if (op_takes_name((enum op_kind)op->kind) && names_find(&names, op->name) == NAME_UNKNOWN) continue;
    ok = ok && trace_append(window, *op);
  }
  names_free(&names);
  return ok;
}

static void cut(struct seeds *seeds, const struct trace *trace, const char *path)
{
  for (size_t from = 0; from < trace->nops; from += WINDOW_OPS) {
    struct trace window = {0};
    bool ok = true;
    trace_set_header(&window, trace);
    for (size_t i = 0; ok && i < from; i++)
      ok = trace->ops[i].kind != OP_REGION || trace_append(&window, trace->ops[i]);
    if (ok && append_window(&window, trace, from))
      write_seed(seeds, &window, path);
    else
      seeds->failed++;
    trace_free(&window);
  }
}

static bool is_trace(const char *path)
{
  size_t length = strlen(path);
  return length > 6 && strcmp(path + length - 6, ".trace") == 0;
}

static void cut_text(struct seeds *seeds, const struct input *input)
{
  struct trace trace;
  struct trace_error error;
  if (trace_parse((const char *)input->data, input->size, &trace, &error)) {
    cut(seeds, &trace, input->path);
    trace_free(&trace);
  } else {
    fprintf(stderr, "%s: %s\n", input->path, error.text);
    seeds->failed++;
  }
}

static void check(struct seeds *seeds, const struct trace *trace, const struct input *input)
{
  size_t size = 0;
  uint8_t *bytes = encoded(trace, input->path, &size);
  if (bytes == NULL || size != input->size || memcmp(bytes, input->data, size) != 0) {
    printf("not in canonical form: %s\n", input->path);
    seeds->failed++;
  }
  free(bytes);
}

static void take(void *context, const struct input *input)
{
  struct seeds *seeds = context;
  struct trace trace = {0};
  seeds->inputs++;
  if (seeds->output != NULL && is_trace(input->path)) {
    cut_text(seeds, input);
    return;
  }
  if (!bytes_decode(input->data, input->size, &trace))
    seeds->failed++;
  else if (seeds->output != NULL)
    write_seed(seeds, &trace, input->path);
  else
    check(seeds, &trace, input);
  trace_free(&trace);
}

int main(int argc, char **argv)
{
  struct seeds seeds = {0};
  if (argc < 3) {
    fputs("usage: seeds OUT FILE|DIRECTORY...\n       seeds --check FILE|DIRECTORY...\n", stderr);
    return 2;
  }
  if (strcmp(argv[1], "--check") != 0) seeds.output = argv[1];
  size_t unreadable = inputs_visit(argv + 2, argc - 2, take, &seeds);
  printf("%zu input%s, %zu written, %zu failed\n", seeds.inputs, seeds.inputs == 1 ? "" : "s",
         seeds.written, seeds.failed);
  if (unreadable > 0 || (seeds.output != NULL && seeds.failed > 0)) return 2;
  return seeds.failed > 0 ? 1 : 0;
}
