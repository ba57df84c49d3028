#include "c_program.h"

#include <inttypes.h>

static void print_geometry(FILE *to, const struct span_geometry *geometry)
{
  fprintf(to,
          "static const struct span_geometry geometry = {\n"
          "    .phys_pages = %" PRIu64 ", .huge_pages = %" PRIu64 ", .arena_pages = %" PRIu64
          ",\n    .has_goal = %s, .goal_pages = %" PRIu64 "};\n\n",
          geometry->phys_pages, geometry->huge_pages, geometry->arena_pages,
          geometry->has_goal ? "true" : "false", geometry->goal_pages);
}

/* Is what this allocation gets named later? Only then it has a variable. */
static bool is_named(const struct trace *trace, size_t number)
{
  for (size_t i = number + 1; i < trace->nops; i++)
    if (op_takes_name(trace->ops[i].kind) && trace->ops[i].name == trace->ops[number].name)
      return true;
  return false;
}

/* All that an allocation asks for but its name. */
static void print_request(FILE *to, const struct trace_op *op)
{
  fprintf(to, "ask(p, (struct trace_op){.kind = %s, .number = %" PRIu64 "U",
          op->kind == OP_CLAIM ? "OP_CLAIM" : op->kind == OP_MANUAL ? "OP_MANUAL" : "OP_HEAP",
          op->number);
  if (op->kind == OP_CLAIM) fprintf(to, ", .address = 0x%" PRIx64, op->address);
  if (op->has_align) fprintf(to, ", .has_align = true, .align = %" PRIu64 "U", op->align);
  if (op->phase != 0) fprintf(to, ", .phase = %" PRIu64 "U", op->phase);
  if (op->from != 0) fprintf(to, ", .from = 0x%" PRIx64, op->from);
  if (op->has_below) fprintf(to, ", .has_below = true, .below = 0x%" PRIx64, op->below);
  if (op->fit == SPAN_LAST_FIT) fputs(", .fit = SPAN_LAST_FIT", to);
  if (op->fit == SPAN_BEST_FIT) fputs(", .fit = SPAN_BEST_FIT", to);
  fputs("});\n", to);
}

static bool is_plain(const struct trace_op *op)
{
  return op->kind != OP_CLAIM && !op->has_align && op->phase == 0 && op->from == 0 &&
         !op->has_below && op->fit == SPAN_FIRST_FIT;
}

static void print_op_as_call(FILE *to, const struct trace *trace, size_t number)
{
  static const char *const names[OP_KINDS] = {
      [OP_FREE_AT] = "OP_FREE_AT", [OP_SCAVENGE] = "OP_SCAVENGE", [OP_REFUSE] = "OP_REFUSE",
      [OP_ADD] = "OP_ADD", [OP_LOOKUP] = "OP_LOOKUP", [OP_DUMP] = "OP_DUMP",
      [OP_RELEASE] = "OP_RELEASE", [OP_RELOAD] = "OP_RELOAD"};
  const struct trace_op *op = &trace->ops[number];
  uint64_t page = op->address / trace->page_bytes;
  switch ((enum op_kind)op->kind) {
  case OP_HEAP:
  case OP_MANUAL:
  case OP_CLAIM:
    fputs("  ", to);
    if (is_named(trace, number)) fprintf(to, "uint64_t a%" PRIu64 " = ", op->name);
    if (!is_plain(op)) {
      print_request(to, op);
      break;
    }
    fprintf(to, "alloc(p, %" PRIu64 "U, %s);\n", op->number,
            op->kind == OP_MANUAL ? "true" : "false");
    break;
  case OP_RESIZE:
    fprintf(to, "  resize_of(p, a%" PRIu64 ", %" PRIu64 "U);\n", op->name, op->number);
    break;
  case OP_FREE: fprintf(to, "  free_of(p, a%" PRIu64 ");\n", op->name); break;
  case OP_REGION:
    fprintf(to, "  add_region(p, 0x%" PRIx64 ", %s);\n", page, op->down ? "true" : "false");
    break;
  default:
    fprintf(to, "  operate(p, %s, 0x%" PRIx64 ", %" PRIu64 "U);\n",
            names[op->kind], page, op->number);
    break;
  }
}

/* A name must not end the comment that it stands in. */
static void print_name(FILE *to, const char *name)
{
  for (; *name != '\0'; name++) {
    fputc(*name, to);
    if (name[0] == '*' && name[1] == '/') fputc('\\', to);
  }
}

static void print_comment(FILE *to, const struct judge *judge)
{
  const struct departure *departure = &judge->departure;
  bool is_ours = judge->must_serve;
  fputs("/* ", to);
  print_name(to, judge_about(judge)->name);
  fprintf(to, " departs after the last operation: %s, %s",
          level_name(departs_level(departure->what)), departs_name(departure->what));
  if (departure->has_clause)
    fprintf(to, ".\n * docs/semantics.md [%s]", clause_label(departure->clause));
  fprintf(to,
          "\n *\n * To build and run it, from the top of the repository%s:\n *\n"
          " *   cc -std=c99 -D_POSIX_C_SOURCE=200809L -I. -Icandidates THIS.c%s \\\n"
          " *     build/libspanref.a -ldl -lpthread && ./a.out\n"
          " *\n * Exit status: 1 if it departs, 0 if it doesn't, 2 if it can't be judged. */\n",
          is_ours ? "" : " (MINE.c: the candidate's sources)", is_ours ? "" : " MINE.c");
}

bool c_program_print(FILE *to, const struct trace *trace, const struct judge *judge)
{
  bool is_ours = judge->must_serve;
  print_comment(to, judge);
  fputs("#include \"fuzz/program.h\"\n\n/* All in pages. */\n", to);
  print_geometry(to, &trace->geometry);
  fputs("static void history(struct program *p)\n{\n", to);
  if (trace->nops == 0) fputs("  (void)p;\n", to);
  for (size_t i = 0; i < trace->nops; i++) print_op_as_call(to, trace, i);
  fprintf(to,
          "}\n\nint main(void)\n{\n  return program_judge(geometry, %" PRIu64 ", %" PRIu64
          ", history, &%s%s);\n}\n",
          trace->page_bytes, judge->given_pages, is_ours ? "candidate_" : "spanref_candidate",
          is_ours ? judge_about(judge)->name : "");
  return fflush(to) == 0 && !ferror(to);
}
