#include "strip.h"

#include <inttypes.h>

#include "../judge/report.h"

#define STRIP_SPANS_MAX 24  /* that are drawn on a line */
#define STRIP_PAGES_MAX 12  /* characters for the pages of a span */
#define STRIP_COLUMN 26     /* where the heaps begin */

static char span_character(const struct span *span)
{
  if (!span->free) return span->manual ? 'm' : '#';
  return span->scavenged ? '~' : '.';
}

static void print_span(FILE *to, const struct span *span)
{
  char character = span_character(span);
  fprintf(to, "%c%" PRIu64 " ", character, span->npages);
  for (uint64_t page = 0; page < span->npages && page < STRIP_PAGES_MAX; page++)
    fputc(character, to);
}

static void print_heap(FILE *to, const struct span_heap *list)
{
  uint64_t end = 0;
  for (uint64_t i = 0; i < list->count && i < STRIP_SPANS_MAX; i++) {
    const struct span *span = &list->spans[i];
    if (i > 0) fputs(span->base == end ? "|" : "|  ", to);
    if (i == 0 || span->base != end) fprintf(to, "0x%" PRIx64 "|", span->base);
    print_span(to, span);
    end = span->base + span->npages;
  }
  if (list->count > 0) fputc('|', to);
  if (list->count > STRIP_SPANS_MAX)
    fprintf(to, " and %" PRIu64 " more", list->count - STRIP_SPANS_MAX);
  if (list->count == 0) fputs("no spans", to);
  fputc('\n', to);
}

static bool lists_are_equal(const struct span_heap *a, const struct span_heap *b)
{
  size_t i = 0;
  while (i < a->count && i < b->count && spans_are_equal(&a->spans[i], &b->spans[i])) i++;
  return i == a->count && i == b->count;
}

/* In a column of its own; a long operation moves the heap to the right. */
static void print_operation(FILE *to, const struct trace_op *op)
{
  char text[128] = "";
  FILE *memory = fmemopen(text, sizeof text, "w");
  if (memory == NULL) return;
  print_op(memory, op);
  fclose(memory);
  fprintf(to, "%-*s ", STRIP_COLUMN, text);
}

static void print_step(FILE *to, const struct trace_op *op, struct oracle *oracle)
{
  for (int side = 0; side < ORACLE_SIDES; side++) {
    struct machine *machine = &oracle->machines[side];
    span_heap_show(machine->candidate, machine->heap, &oracle->said[side].stats,
                   &oracle->geometry, &oracle->shown[side]);
  }
  print_operation(to, op);
  print_heap(to, &oracle->shown[ORACLE_REFERENCE]);
  if (!lists_are_equal(&oracle->shown[ORACLE_REFERENCE], &oracle->shown[ORACLE_CANDIDATE])) {
    fprintf(to, "  %-*s ", STRIP_COLUMN - 2,
            oracle->machines[ORACLE_CANDIDATE].candidate->name);
    print_heap(to, &oracle->shown[ORACLE_CANDIDATE]);
  }
}

static bool is_over(enum oracle_outcome outcome)
{
  return outcome != ORACLE_SAME && outcome != ORACLE_SKIPPED;
}

bool strip_print(FILE *to, const struct trace *trace, struct oracle *oracle)
{
  struct span_geometry geometry;
  struct trace_error error;
  size_t at = 0;
  if (!trace_geometry(trace, &geometry, &error)) return false;
  fputs("# in use, m manual, . free, ~ scavenged; numbers are pages, bases page numbers\n\n",
        to);
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, trace->page_bytes);
  for (; at < trace->nops && !is_over(outcome); at++) {
    outcome = oracle_step(oracle, &trace->ops[at]);
    print_step(to, &trace->ops[at], oracle);
  }
  if (!is_over(outcome)) outcome = oracle_finish(oracle);
  fputc('\n', to);
  if (outcome == ORACLE_DIVERGED)
    report_divergence(to, "the last line", at > 0 ? &trace->ops[at - 1] : NULL, oracle);
  return outcome != ORACLE_NO_MEMORY && fflush(to) == 0 && !ferror(to);
}
