#include "report.h"

#include <inttypes.h>

#include "traces.h"

static void report_field(enum field field, const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  printf("  %-10s", field_name(field));
  for (int side = 0; side < ORACLE_SIDES; side++)
    printf("%s%s says %s", side > 0 ? ", " : "", oracle->machines[side].candidate->name,
           field_print(field, divergence->call.kind, &divergence->said[side],
                       oracle->page_bytes)
               .text);
  putchar('\n');
}

static void report_spans(const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  printf("  span number %zu by address\n", divergence->span_number + 1);
  for (int side = 0; side < ORACLE_SIDES; side++)
    printf("    %s has %s\n", oracle->machines[side].candidate->name,
           divergence->has_span[side]
               ? span_print(&divergence->span[side], oracle->page_bytes).text
               : "none");
}

static void report_complaint(const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  const struct complaint *complaint = &divergence->complaint;
  bool is_count = complaint->clause == CLAUSE_STATS_HUGE_FREE ||
                  complaint->clause == CLAUSE_STATS_NFREE;
  uint64_t unit = is_count ? 1 : oracle->page_bytes;
  printf("  %s: %s", oracle->machines[divergence->side].candidate->name,
         complaint->reason);
  if (complaint->has_span)
    printf(": %s", span_print(&complaint->span, oracle->page_bytes).text);
  if (complaint->has_numbers)
    printf(": %" PRIu64 ", should be %" PRIu64, complaint->says_pages * unit,
           complaint->is_pages * unit);
  putchar('\n');
}

void report_divergence(const char *path, const struct trace_op *op,
                       const struct oracle *oracle)
{
  const struct divergence *divergence = &oracle->divergence;
  print_place(stdout, path, op != NULL ? op->line : 0);
  if (op != NULL)
    print_op(stdout, op);
  else
    fputs("the geometry", stdout);
  putchar('\n');
  for (int field = FIELD_STATUS; field < FIELD_SPANS; field++)
    if (field_in(divergence->fields, (enum field)field))
      report_field((enum field)field, oracle);
  if (field_in(divergence->fields, FIELD_SPANS)) report_spans(oracle);
  if (field_in(divergence->fields, FIELD_INVARIANT)) report_complaint(oracle);
  if (divergence->late)
    puts("  seen when all spans were compared: an earlier operation may be the cause");
  printf("  docs/semantics.md [%s]: %s\n", clause_label(divergence->clause),
         clause_sentence(divergence->clause));
}
