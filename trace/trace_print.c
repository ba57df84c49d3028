/* The text of a trace; the inverse of trace_parse. */
#include <inttypes.h>

#include "trace_geometry.h"

const char *const trace_stat_names[STAT_KEYS] = {
    "needzero", "idle",      "released", "sys",  "manual",
    "in_use",   "huge_free", "nfree",    "arena"};

const char *const trace_header_names[HEADER_KEYS] = {"page", "phys", "huge", "arena",
                                                     "goal"};

const char *const trace_answer_words[ANSWER_NONE + 1] = {
    [ANSWER_OK] = "ok",     [ANSWER_NOMEM] = "nomem", [ANSWER_INVALID] = "invalid",
    [ANSWER_FULL] = "full", [ANSWER_NONE] = "none",
};

const struct op_form trace_op_forms[OP_KINDS] = {
    [OP_HEAP] = {"a", .has_name = true, .number = "PAGES"},
    [OP_MANUAL] = {"m", .has_name = true, .number = "PAGES"},
    [OP_CLAIM] = {"c", .has_name = true, .has_address = true, .number = "PAGES"},
    [OP_RESIZE] = {"r", .has_name = true, .number = "PAGES"},
    [OP_FREE] = {"f", .has_name = true},
    [OP_FREE_AT] = {"f", .has_address = true},
    [OP_SCAVENGE] = {"s", .number = "BYTES"},
    [OP_REFUSE] = {"refuse", .number = "COUNT"},
    [OP_ADD] = {"g", .has_address = true, .number = "PAGES"},
    [OP_LOOKUP] = {"l", .has_address = true},
    [OP_DUMP] = {.word = "d"},
    [OP_REGION] = {"region", .has_address = true},
    [OP_RELEASE] = {.word = "release"},
    [OP_RELOAD] = {.word = "reload"},
};

static bool has_stat(const struct expectation *expect, int key)
{
  return expect->has >> key & 1;
}

static void print_stat(FILE *to, const struct expectation *expect, int key)
{
  if (key == STAT_ARENA)
    fprintf(to, " arena=0x%" PRIx64 "-0x%" PRIx64, expect->stat[key], expect->arena_end);
  else
    fprintf(to, " %s=%" PRIu64, trace_stat_names[key], expect->stat[key]);
}

/* in_use=0 goes without saying where another statistic is written. */
static bool goes_without_saying(const struct expectation *expect, int key)
{
  return key == STAT_IN_USE && expect->stat[key] == 0 &&
         (expect->has & ~(1U << STAT_NEEDZERO | 1U << STAT_IN_USE)) != 0;
}

/* Those that were written, as they were written; then the others. */
static void print_stats(FILE *to, const struct expectation *expect)
{
  unsigned printed = 0;
  int at = 0, key = 0;
  for (; at < STAT_KEYS && expect->order[at] != 0; at++) {
    key = expect->order[at] - 1;
    if (key >= STAT_KEYS || !has_stat(expect, key)) continue;
    print_stat(to, expect, key);
    printed |= 1U << key;
  }
  for (key = 0; key < STAT_KEYS; key++)
    if (has_stat(expect, key) && !(printed >> key & 1) && !goes_without_saying(expect, key))
      print_stat(to, expect, key);
}

static void print_expectation(FILE *to, const struct expectation *expect)
{
  if (expect->kind == ANSWER_DUMP) return;
  if (expect->kind == ANSWER_ADDRESS)
    fprintf(to, " = 0x%" PRIx64, expect->number);
  else if (expect->kind == ANSWER_BYTES)
    fprintf(to, " = %" PRIu64, expect->number);
  else
    fprintf(to, " = %s", trace_answer_words[expect->kind]);
  print_stats(to, expect);
}

const char *const trace_fit_words[SPAN_BEST_FIT + 1] = {"first", "last", "best"};

/* What isn't written has its default, which stays unwritten. */
static void print_request(FILE *to, const struct trace_op *op)
{
  if (op->has_align) fprintf(to, " align=%" PRIu64, op->align);
  if (op->phase != 0) fprintf(to, " phase=%" PRIu64, op->phase);
  if (op->from != 0) fprintf(to, " from=0x%" PRIx64, op->from);
  if (op->has_below) fprintf(to, " below=0x%" PRIx64, op->below);
  if (op->fit != SPAN_FIRST_FIT) fprintf(to, " fit=%s", trace_fit_words[op->fit]);
}

static void print_call(FILE *to, const struct trace_op *op)
{
  const struct op_form *form = &trace_op_forms[op->kind];
  fputs(form->word, to);
  if (form->has_name) fprintf(to, " %" PRIu64, op->name);
  if (form->has_address) fprintf(to, " 0x%" PRIx64, op->address);
  if (form->number != NULL) fprintf(to, " %" PRIu64, op->number);
  print_request(to, op);
  if (op->kind == OP_REGION) fputs(op->down ? " down" : " up", to);
}

/* The operation's own line, without the newline. */
static void print_op_line(FILE *to, const struct trace *trace, const struct trace_op *op)
{
  print_call(to, op);
  if (op->expect != TRACE_NO_EXPECTATION)
    print_expectation(to, &trace->expects[op->expect]);
}

/* How many "= free" lines follow it. */
static size_t dump_lines(const struct trace *trace, const struct trace_op *op)
{
  if (op->expect == TRACE_NO_EXPECTATION) return 0;
  const struct expectation *expect = &trace->expects[op->expect];
  return expect->kind == ANSWER_DUMP ? expect->count : 0;
}

static void print_dump_line(FILE *to, const struct trace *trace,
                            const struct trace_op *op, size_t line)
{
  size_t at = trace->expects[op->expect].first + line;
  const struct free_span *span = &trace->free_spans[at];
  fprintf(to, "= free 0x%" PRIx64 " %" PRIu64 " %s needzero=%d", span->base_bytes,
          span->npages, span->scavenged ? "scavenged" : "retained", span->needzero);
}

bool trace_print_op(FILE *to, const struct trace *trace, const struct trace_op *op)
{
  print_op_line(to, trace, op);
  fputc('\n', to);
  for (size_t line = 0; line < dump_lines(trace, op); line++) {
    print_dump_line(to, trace, op, line);
    fputc('\n', to);
  }
  return !ferror(to);
}

/* --- Lines with the comments between them --------------------------------- */

struct printer {
  FILE *to;
  const struct trace *trace;
  size_t comment; /* the next one to print */
};

static void print_text(struct printer *printer, const struct trace_comment *comment)
{
  fwrite(printer->trace->comment_text + comment->text, 1, comment->text_bytes, printer->to);
}

/* A line of ops[before - 1] stands there, without its newline: end it, and print
 * the comments up to the next. One whose line is gone (operations may have been
 * taken out) stands alone. */
static void end_line(struct printer *printer, size_t before, size_t lines, bool last)
{
  const struct trace *trace = printer->trace;
  bool ended = false;
  for (; printer->comment < trace->ncomments; printer->comment++) {
    const struct trace_comment *comment = &trace->comments[printer->comment];
    bool is_here = comment->before == before && comment->lines == lines;
    if (comment->before > before ||
        (comment->before == before && comment->lines > lines && !last))
      break;
    if (!ended && !(is_here && comment->trailing)) {
      fputc('\n', printer->to);
      ended = true;
    }
    print_text(printer, comment);
    if (ended) fputc('\n', printer->to);
  }
  if (!ended) fputc('\n', printer->to);
}

static void print_header(struct printer *printer)
{
  const struct trace *trace = printer->trace;
  const uint64_t values[] = {trace->page_bytes, trace->phys_bytes, trace->huge_bytes,
                             trace->arena_bytes, trace->goal_bytes};
  fputs("spanref-trace 1", printer->to);
  end_line(printer, 0, 0, false);
  for (size_t key = 0; key < HEADER_KEYS; key++) {
    if (key == HEADER_GOAL && !trace->has_goal)
      fputs("goal none", printer->to);
    else
      fprintf(printer->to, "%s %" PRIu64, trace_header_names[key], values[key]);
    end_line(printer, 0, key + 1, key == HEADER_GOAL);
  }
}

bool trace_print(FILE *to, const struct trace *trace)
{
  struct printer printer = {to, trace, 0};
  print_header(&printer);
  for (size_t number = 0; number < trace->nops; number++) {
    const struct trace_op *op = &trace->ops[number];
    size_t lines = dump_lines(trace, op);
    print_op_line(to, trace, op);
    end_line(&printer, number + 1, 0, lines == 0);
    for (size_t line = 0; line < lines; line++) {
      print_dump_line(to, trace, op, line);
      end_line(&printer, number + 1, line + 1, line + 1 == lines);
    }
  }
  for (; printer.comment < trace->ncomments; printer.comment++) {
    print_text(&printer, &trace->comments[printer.comment]);
    fputc('\n', to);
  }
  return fflush(to) == 0 && !ferror(to);
}
