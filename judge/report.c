#include "report.h"

#include <inttypes.h>

void print_place(FILE *to, const char *path, uint64_t line)
{
  if (line > 0)
    fprintf(to, "%s:%" PRIu64 ": ", path, line);
  else
    fprintf(to, "%s: ", path);
}

void print_op(FILE *to, const struct trace_op *op)
{
  static const struct trace empty;
  char line[128];
  struct trace_op bare = *op;
  FILE *memory = fmemopen(line, sizeof line, "w");
  if (memory == NULL) return;
  bare.expect = TRACE_NO_EXPECTATION;
  trace_print_op(memory, &empty, &bare);
  fclose(memory);
  for (const char *c = line; *c != '\n' && *c != '\0'; c++) fputc(*c, to);
}

static void report_field(FILE *to, enum field field, const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  fprintf(to, "  %-10s", field_name(field));
  for (int side = 0; side < ORACLE_SIDES; side++)
    fprintf(to, "%s%s says %s", side > 0 ? ", " : "", oracle->machines[side].candidate->name,
           field_print(field, divergence->call.kind, &divergence->said[side],
                       oracle->page_bytes)
               .text);
  fputc('\n', to);
}

static void report_spans(FILE *to, const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  fprintf(to, "  span number %" PRIu64 " by address\n", divergence->span_number + 1);
  for (int side = 0; side < ORACLE_SIDES; side++)
    fprintf(to, "    %s has %s\n", oracle->machines[side].candidate->name,
           divergence->has_span[side]
               ? span_print(&divergence->span[side], oracle->page_bytes).text
               : "none");
}

static void report_complaint(FILE *to, const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  const struct complaint *complaint = &divergence->complaint;
  bool is_count = complaint->clause == CLAUSE_STATS_HUGE_FREE ||
                  complaint->clause == CLAUSE_STATS_NFREE;
  uint64_t unit = is_count ? 1 : oracle->page_bytes;
  fprintf(to, "  %s: %s", oracle->machines[divergence->side].candidate->name,
         complaint->reason);
  if (complaint->has_span)
    fprintf(to, ": %s", span_print(&complaint->span, oracle->page_bytes).text);
  if (complaint->has_numbers)
    fprintf(to, ": %" PRIu64 ", should be %" PRIu64, complaint->says_pages * unit,
           complaint->is_pages * unit);
  fputc('\n', to);
}

void report_divergence(FILE *to, const char *path, const struct trace_op *op,
                       const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  print_place(to, path, op != NULL ? op->line : 0);
  if (op != NULL)
    print_op(to, op);
  else
    fputs("the geometry", to);
  fputc('\n', to);
  for (int field = FIELD_STATUS; field < FIELD_SPANS; field++)
    if (field_in(divergence->fields, (enum field)field))
      report_field(to, (enum field)field, oracle);
  if (field_in(divergence->fields, FIELD_SPANS)) report_spans(to, oracle);
  if (field_in(divergence->fields, FIELD_INVARIANT)) report_complaint(to, oracle);
  if (divergence->late)
    fputs("  seen when all spans were compared: an earlier operation may be the cause\n", to);
  fprintf(to, "  docs/semantics.md [%s]: %s\n", clause_label(divergence->clause),
         clause_sentence(divergence->clause));
}

void report_departure(FILE *to, const char *path, const struct trace_op *op,
                      const struct departure *departure)
{
  print_place(to, path, op != NULL ? op->line : 0);
  if (op != NULL)
    print_op(to, op);
  else
    fputs("the end", to);
  fprintf(to, "\n  %s, %s: %s\n", level_name(departs_level(departure->what)),
          departs_name(departure->what), departure->text);
  if (departure->has_clause)
    fprintf(to, "  docs/semantics.md [%s]: %s\n", clause_label(departure->clause),
            clause_sentence(departure->clause));
}
