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
  uint64_t i = 0;
  while (i < a->count && i < b->count && spans_are_equal(&a->spans[i], &b->spans[i])) i++;
  return i == a->count && i == b->count;
}

/* What this side shows; NULL: nothing, or more than there is room for. */
static const struct span_heap *shown_by(const struct judge *judge, enum side side)
{
  struct span_heap *shown;
  struct observation said;
  const char *self_check;
  return judge->sides[side]->about.has_walk &&
                 transport_walk(judge->sides[side], &shown, &self_check, &said) &&
                 shown->count <= SPAN_HEAP_CAPACITY
             ? shown
             : NULL;
}

/* In a column of its own; a long operation moves the heap to the right. */
static void print_step(FILE *to, const struct trace_op *op, const struct judge *judge)
{
  const struct span_heap *ours = shown_by(judge, SIDE_REFERENCE);
  const struct span_heap *theirs = shown_by(judge, SIDE_CANDIDATE);
  fprintf(to, "%-*s ", STRIP_COLUMN, op_print(op).text);
  print_heap(to, ours);
  if (theirs == NULL || lists_are_equal(ours, theirs)) return;
  fprintf(to, "  %-*s ", STRIP_COLUMN - 2, judge_about(judge)->name);
  print_heap(to, theirs);
}

bool strip_print(FILE *to, const struct trace *trace, struct judge *judge)
{
  struct judge_tally tally = judge->tally;
  size_t at = 0;
  fputs("# in use, m manual, . free, ~ scavenged; sizes in pages, bases as page numbers\n\n",
        to);
  enum judgement judgement = judge_begin_trace(judge, trace);
  for (; at < trace->nops && !judgement_ends(judgement); at++) {
    judgement = judge_step(judge, &trace->ops[at]);
    print_step(to, &trace->ops[at], judge);
  }
  if (!judgement_ends(judgement)) judgement = judge_finish(judge);
  fputc('\n', to);
  if (judgement == JUDGED_DEPARTED)
    report_departure(to, "the last line", at > 0 ? &trace->ops[at - 1] : NULL,
                     &judge->departure);
  judge->tally = tally;
  return judgement != JUDGED_FAILED && fflush(to) == 0 && !ferror(to);
}
