/* The sentences that departures quote are the document's own, and the ACSL beside
 * them is that of the proved sources, whole. Run where docs/, spec/ and ref/ are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clauses.h"

static char *document;

/* All of a file, to be freed; NULL: there is none, or nothing in it. */
static char *read_file(const char *name)
{
  FILE *from = fopen(name, "r");
  if (from == NULL) return NULL;
  char *text = calloc(1, 1 << 20);
  size_t size = text != NULL ? fread(text, 1, (1 << 20) - 1, from) : 0;
  fclose(from);
  if (size > 0) return text;
  free(text);
  return NULL;
}

static int read_document(void **state)
{
  (void)state;
  document = read_file("docs/semantics.md");
  return document != NULL ? 0 : -1;
}

static int free_document(void **state)
{
  (void)state;
  free(document);
  return 0;
}

/* "**[label]** sentence", to the end of its line. */
static void every_sentence_stands_in_the_document(void **state)
{
  (void)state;
  for (int clause = 0; clause < CLAUSES; clause++) {
    char wanted[1024];
    snprintf(wanted, sizeof wanted, "**[%s]** %s\n", clause_label((enum clause)clause),
             clause_sentence((enum clause)clause));
    if (strstr(document, wanted) == NULL) fail_msg("not in the document: %s", wanted);
  }
}

static bool label_is_known(const char *label, size_t size)
{
  for (int clause = 0; clause < CLAUSES; clause++)
    if (strlen(clause_label((enum clause)clause)) == size &&
        strncmp(clause_label((enum clause)clause), label, size) == 0)
      return true;
  return false;
}

static void every_label_of_the_document_is_known_and_stands_once(void **state)
{
  (void)state;
  size_t labels = 0;
  for (const char *at = strstr(document, "**["); at != NULL; at = strstr(at + 1, "**[")) {
    const char *label = at + 3, *end = strstr(label, "]**");
    assert_non_null(end);
    if (strncmp(label, "label]", 6) == 0) continue; /* where they are explained */
    if (!label_is_known(label, (size_t)(end - label)))
      fail_msg("no such clause: %.*s", (int)(end - label), label);
    labels++;
  }
  assert_int_equal(labels, CLAUSES);
}

static void every_sentence_has_acsl_or_a_reason_why_not(void **state)
{
  (void)state;
  for (int clause = 0; clause < CLAUSES; clause++) {
    const char *text = clause_acsl((enum clause)clause).text;
    if (text == NULL || strlen(text) <= 20)
      fail_msg("neither ACSL nor a reason: [%s]", clause_label((enum clause)clause));
  }
}

/* Each part of it: what stands between two lines that name a file or stay empty. */
static void the_acsl_of_a_sentence_stands_in_its_file(void **state)
{
  (void)state;
  for (int clause = 0; clause < CLAUSES; clause++) {
    struct clause_acsl acsl = clause_acsl((enum clause)clause);
    if (acsl.file == NULL) continue;
    char file[64], *source = read_file(acsl.file), *parts = strdup(acsl.text);
    for (char *part = parts, *end; part != NULL; part = end) {
      if ((end = strstr(part, "\n\n")) != NULL) end[1] = 0, end += 2;
      if (sscanf(part, "// %63s", file) == 1) {
        free(source);
        source = read_file(file);
        part = strchr(part, '\n') + 1;
      }
      if (source == NULL || strlen(part) < 20 || strstr(source, part) == NULL)
        fail_msg("not in %s: [%s] %s", acsl.file, clause_label((enum clause)clause), part);
      const char *last = strrchr(part, ';');
      assert_true(last != NULL && last[1 + strspn(last + 1, "\n")] == 0);
    }
    free(source);
    free(parts);
  }
}

static void every_difference_has_a_clause(void **state)
{
  (void)state;
  for (int kind = 0; kind < OP_KINDS; kind++)
    for (int field = 0; field < FIELDS; field++)
      for (int status = 0; status <= SPAN_TABLE_FULL; status++) {
        const struct call call = {.kind = (enum op_kind)kind};
        enum clause clause = clause_of(&call, (enum field)field,
                                       (enum span_status)status, SPAN_OK, status == 0);
        assert_true(clause < CLAUSES);
      }
}

static void a_difference_is_told_by_the_sentence_about_it(void **state)
{
  (void)state;
  static const struct {
    enum op_kind kind;
    enum field field;
    enum span_status reference, candidate;
    bool grew;
    const char *label;
    enum span_fit fit;
    uint64_t from, held_pages; /* asked for 2 pages */
  } cases[] = {
      {OP_HEAP, FIELD_BASE, SPAN_OK, SPAN_OK, .label = "find"},
      {OP_HEAP, FIELD_STATUS, SPAN_BAD_SIZE, SPAN_OK, .label = "error.size"},
      {OP_HEAP, FIELD_STATUS, SPAN_BAD_ANSWER, SPAN_OK, .label = "os.answer"},
      {OP_HEAP, FIELD_STATUS, SPAN_NO_MEMORY, SPAN_OK, .label = "alloc.nomem"},
      {OP_HEAP, FIELD_IDLE, SPAN_NO_MEMORY, SPAN_NO_MEMORY, .label = "error.unchanged"},
      {OP_MANUAL, FIELD_NFREE, SPAN_OK, SPAN_OK, .label = "alloc.remainder"},
      {OP_MANUAL, FIELD_NFREE, SPAN_OK, SPAN_OK, .grew = true, .label = "add_span"},
      {OP_MANUAL, FIELD_RELEASED, SPAN_OK, SPAN_OK, .label = "alloc.released"},
      {OP_MANUAL, FIELD_ARENA, SPAN_OK, SPAN_OK, .grew = true, .label = "grow.arena"},
      {OP_FREE, FIELD_STATUS, SPAN_OK, SPAN_NOT_IN_USE, .label = "free.base"},
      {OP_FREE, FIELD_NFREE, SPAN_OK, SPAN_OK, .label = "coalesce.merge"},
      {OP_FREE, FIELD_RELEASED, SPAN_OK, SPAN_OK, .label = "free.released"},
      {OP_FREE, FIELD_SYS, SPAN_OK, SPAN_OK, .label = "free.stats"},
      {OP_SCAVENGE, FIELD_RELEASED_PAGES, SPAN_OK, SPAN_OK, .label = "scavenge.amount"},
      {OP_SCAVENGE, FIELD_NFREE, SPAN_OK, SPAN_OK, .label = "scavenge.split"},
      {OP_ADD, FIELD_STATUS, SPAN_BAD_RANGE, SPAN_OK, .label = "add.range"},
      {OP_LOOKUP, FIELD_LOOKUP, SPAN_OK, SPAN_OK, .label = "lookup"},
      {OP_HEAP, FIELD_BASE, SPAN_OK, SPAN_OK, .label = "find.last", .fit = SPAN_LAST_FIT},
      {OP_HEAP, FIELD_BASE, SPAN_OK, SPAN_OK, .label = "find.best", .fit = SPAN_BEST_FIT},
      {OP_HEAP, FIELD_STATUS, SPAN_NO_MEMORY, SPAN_OK, .label = "alloc.window", .from = 8},
      {OP_CLAIM, FIELD_STATUS, SPAN_NO_MEMORY, SPAN_OK, .label = "claim"},
      {OP_CLAIM, FIELD_BASE, SPAN_OK, SPAN_OK, .label = "claim"},
      {OP_CLAIM, FIELD_IDLE, SPAN_OK, SPAN_OK, .label = "alloc.stats"},
      {OP_RESIZE, FIELD_STATUS, SPAN_NO_MEMORY, SPAN_OK, .label = "resize.more", .held_pages = 1},
      {OP_RESIZE, FIELD_STATUS, SPAN_NOT_IN_USE, SPAN_OK, .label = "resize.less", .held_pages = 3},
      {OP_RESIZE, FIELD_BASE, SPAN_OK, SPAN_OK, .label = "resize.same", .held_pages = 2},
      {OP_RESIZE, FIELD_NEEDZERO, SPAN_OK, SPAN_OK, .label = "resize.needzero", .held_pages = 1},
      {OP_RESIZE, FIELD_IDLE, SPAN_OK, SPAN_OK, .label = "resize.less", .held_pages = 3},
      {OP_RESIZE, FIELD_NFREE, SPAN_OK, SPAN_OK, .label = "coalesce.merge", .held_pages = 3},
      {OP_RESIZE, FIELD_NFREE, SPAN_OK, SPAN_OK, .label = "alloc.remainder", .held_pages = 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct call call = {
        .kind = cases[i].kind,
        .number = cases[i].reference == SPAN_BAD_SIZE ? 0 : 2,
        .held_pages = cases[i].held_pages,
        .request = {.align = 1, .from = cases[i].from, .below = SPAN_LIMIT_PAGES,
                    .fit = cases[i].fit}};
    assert_string_equal(clause_label(clause_of(&call, cases[i].field, cases[i].reference,
                                               cases[i].candidate, cases[i].grew)),
                        cases[i].label);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_sentence_stands_in_the_document),
      cmocka_unit_test(every_label_of_the_document_is_known_and_stands_once),
      cmocka_unit_test(every_sentence_has_acsl_or_a_reason_why_not),
      cmocka_unit_test(the_acsl_of_a_sentence_stands_in_its_file),
      cmocka_unit_test(every_difference_has_a_clause),
      cmocka_unit_test(a_difference_is_told_by_the_sentence_about_it),
  };
  return cmocka_run_group_tests(tests, read_document, free_document);
}
