#include "report.h"

#include <inttypes.h>
#include <string.h>

void print_place(FILE *to, const char *path, uint64_t line)
{
  if (line > 0)
    fprintf(to, "%s:%" PRIu64 ": ", path, line);
  else
    fprintf(to, "%s: ", path);
}

struct op_text op_print(const struct trace_op *op)
{
  static const struct trace empty;
  struct op_text out = {""};
  if (op == NULL) return out;
  struct trace_op bare = *op;
  FILE *memory = fmemopen(out.text, sizeof out.text, "w");
  if (memory == NULL) return out;
  bare.expect = TRACE_NO_EXPECTATION;
  trace_print_op(memory, &empty, &bare);
  fclose(memory);
  out.text[strcspn(out.text, "\n")] = '\0';
  return out;
}

void print_op(FILE *to, const struct trace_op *op) { fputs(op_print(op).text, to); }

/* The first of them stands in the departure's text. */
static void report_other_fields(FILE *to, const struct departure *departure)
{
  field_set rest = departure->fields & (departure->fields - 1);
  for (int field = FIELD_STATUS; field < FIELD_SPANS; field++) {
    if (!field_in(rest, (enum field)field)) continue;
    fprintf(to, "    %s: the reference says", field_name((enum field)field));
    for (int side = 0; side < SIDES; side++)
      fprintf(to, "%s %s", side > 0 ? ", the candidate says" : "",
              field_print((enum field)field, departure->kind, &departure->said[side],
                          departure->page_bytes)
                  .text);
    fputc('\n', to);
  }
}

static void report_last_words(FILE *to, const char *text)
{
  if (*text == '\0') return;
  fputs("  its last words on standard error:\n", to);
  for (size_t length; *text != '\0'; text += length) {
    length = strcspn(text, "\n") + 1;
    fprintf(to, "    %.*s", (int)length, text);
  }
}

void report_departure(FILE *to, const char *path, const struct trace_op *op,
                      const struct departure *departure)
{
  print_place(to, path, op != NULL ? op->line : 0);
  fprintf(to, "%s\n", op != NULL ? op_print(op).text : "the end");
  fprintf(to, "  %s, %s: %s\n", level_name(departs_level(departure->what)),
          departs_name(departure->what), departure->text);
  if (departure->explanation[0] != '\0') fprintf(to, "  %s\n", departure->explanation);
  report_other_fields(to, departure);
  if (departure->late)
    fputs("  seen when all spans were compared: an earlier operation may be the cause\n", to);
  if (departure->has_clause)
    fprintf(to, "  docs/semantics.md [%s]: %s\n", clause_label(departure->clause),
            clause_sentence(departure->clause));
  report_last_words(to, departure->last_words.text);
}
