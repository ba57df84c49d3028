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

/* Is what this allocation gets freed by name later? Only then it has a variable. */
static bool is_named(const struct trace *trace, size_t number)
{
  for (size_t i = number + 1; i < trace->nops; i++)
    if (trace->ops[i].kind == OP_FREE && trace->ops[i].name == trace->ops[number].name)
      return true;
  return false;
}

static void print_op_as_call(FILE *to, const struct trace *trace, size_t number)
{
  const struct trace_op *op = &trace->ops[number];
  uint64_t page = op->address / trace->page_bytes;
  uint64_t pages_up = op->number / trace->page_bytes + (op->number % trace->page_bytes != 0);
  switch ((enum op_kind)op->kind) {
  case OP_HEAP:
  case OP_MANUAL:
    fputs("  ", to);
    if (is_named(trace, number))
      fprintf(to, "struct span_alloc_result a%" PRIu64 " = ", op->name);
    fprintf(to, "alloc(t, %" PRIu64 ", %s);\n", op->number,
            op->kind == OP_MANUAL ? "true" : "false");
    break;
  case OP_FREE: fprintf(to, "  free_of(t, a%" PRIu64 ");\n", op->name); break;
  case OP_FREE_AT: fprintf(to, "  free_at(t, 0x%" PRIx64 ");\n", page); break;
  case OP_SCAVENGE: fprintf(to, "  scavenge(t, %" PRIu64 ");\n", pages_up); break;
  case OP_REFUSE: fprintf(to, "  fake_os_refuse(&t->os, %" PRIu64 ");\n", op->number); break;
  case OP_ADD:
    fprintf(to, "  add(t, 0x%" PRIx64 ", %" PRIu64 ");\n", page, op->number);
    break;
  case OP_LOOKUP: fprintf(to, "  lookup(t, 0x%" PRIx64 ");\n", page); break;
  case OP_DUMP: fputs("  say_all(t);\n", to); break;
  case OP_REGION:
    fprintf(to, "  fake_os_add_region(&t->os, 0x%" PRIx64 ", %s);\n", page,
            op->down ? "true" : "false");
    break;
  case OP_KINDS: break;
  }
}

bool c_program_print(FILE *to, const struct trace *trace, const char *candidate,
                     const char *why)
{
  struct span_geometry geometry;
  struct trace_error error;
  if (!trace_geometry(trace, &geometry, &error)) return false;
  fprintf(to,
          "/* %s\n *\n"
          " *   cc -std=c99 -D_POSIX_C_SOURCE=200809L -I. THIS.c build/libspanref.a && "
          "./a.out\n"
          " *\n * Exit status: 1 the two heaps differ, 0 they don't. */\n",
          why);
  fputs("#include \"fuzz/trial.h\"\n\n/* Pages, all of it. */\n", to);
  print_geometry(to, &geometry);
  fputs("static void history(struct trial *t)\n{\n", to);
  for (size_t i = 0; i < trace->nops; i++) print_op_as_call(to, trace, i);
  fprintf(to, "}\n\nint main(void) { return trial_compare(geometry, history, \"%s\"); }\n",
          candidate);
  return fflush(to) == 0 && !ferror(to);
}
