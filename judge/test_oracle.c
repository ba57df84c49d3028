/* The oracle catches every lie, at the operation that told it, in its field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../fuzz/generate.h"
#include "oracle.h"
#include "test_liar.h"

/* Numbers of operations as the liar counts them stand in front. */
static const char text[] = "spanref-trace 1\n"
                           "page 8192\n"
                           "phys 16384\n"
                           "huge 65536\n"
                           "arena 524288\n"
                           "goal none\n"
                           "region 0x100000 up\n"
                           /* 1 */ "m 0 3\n"
                           /* 2 */ "a 1 8\n"
                           /* 3 */ "a 2 70\n"
                           /* 4 */ "f 1\n"
                           /* - */ "l 0x100000\n"
                           /* 5 */ "g 0x8000000 4\n"
                           /* 6 */ "s 16384\n"
                           /* 7 */ "f 0x0\n"
                           /* 8 */ "a 3 0\n"
                           /* - */ "refuse 9\n"
                           /* 9 */ "a 4 9999\n"
                           /* - */ "f 4\n"
                           /* 10 */ "f 0\n";

static struct trace trace;
static struct span_geometry geometry;

static int parse(void **state)
{
  struct trace_error error;
  (void)state;
  return trace_parse(text, sizeof text - 1, &trace, &error) &&
                 trace_geometry(&trace, &geometry, &error)
             ? 0
             : -1;
}

static int drop(void **state)
{
  (void)state;
  trace_free(&trace);
  return 0;
}

/* Run the trace against a liar; *at: the line that diverged, 0 for none. */
static struct divergence caught(enum lie lie, uint64_t when, uint64_t list_every,
                                uint64_t *line)
{
  struct oracle oracle;
  size_t at = 0;
  liar_lie = lie;
  liar_when = when;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_liar));
  oracle.list_every = list_every;
  enum oracle_outcome outcome = oracle_begin(&oracle, geometry, trace.page_bytes);
  if (outcome == ORACLE_SAME) outcome = oracle_steps(&oracle, trace.ops, trace.nops, &at);
  if (outcome == ORACLE_SAME) outcome = oracle_finish(&oracle);
  if (outcome == ORACLE_DIVERGED && oracle.divergence.late)
    outcome = oracle_locate(&oracle, trace.ops, trace.nops, &at);
  *line = outcome == ORACLE_DIVERGED && at < trace.nops ? trace.ops[at].line : 0;
  if (lie == LIE_NONE) assert_int_equal(outcome, ORACLE_SAME);
  if (lie != LIE_NONE) assert_int_equal(outcome, ORACLE_DIVERGED);
  struct divergence divergence = oracle.divergence;
  oracle_destroy(&oracle);
  return divergence;
}

static void the_reference_conforms_to_itself(void **state)
{
  uint64_t line;
  (void)state;
  caught(LIE_NONE, 0, 1, &line);
  caught(LIE_NONE, 0, 64, &line);
}

static void every_lie_is_caught_where_it_is_told(void **state)
{
  (void)state;
  static const struct {
    enum lie lie;
    uint64_t when, line; /* the line of the trace: operation 1 is in line 8 */
    enum field field;
    const char *label;
  } lies[] = {
      {LIE_ALLOC_STATUS, 2, 9, FIELD_STATUS, "alloc.nomem"},
      {LIE_ALLOC_STATUS, 8, 16, FIELD_STATUS, "error.size"},
      {LIE_ALLOC_STATUS, 9, 18, FIELD_STATUS, "alloc.nomem"},
      {LIE_ALLOC_BASE, 2, 9, FIELD_BASE, "find"},
      {LIE_ALLOC_NEEDZERO, 3, 10, FIELD_NEEDZERO, "alloc.needzero"},
      {LIE_ALLOC_ADVICE, 1, 8, FIELD_ADVICE, "advice"},
      {LIE_FREE_STATUS, 4, 11, FIELD_STATUS, "free.base"},
      {LIE_FREE_STATUS, 7, 15, FIELD_STATUS, "free.base"},
      {LIE_FREE_ADVICE, 10, 20, FIELD_ADVICE, "advice"},
      {LIE_SCAVENGE_PAGES, 6, 14, FIELD_RELEASED_PAGES, "scavenge.amount"},
      {LIE_ADD_STATUS, 5, 13, FIELD_STATUS, "add.range"},
      {LIE_LOOKUP_SPAN, 4, 12, FIELD_LOOKUP, "lookup"},
      {LIE_STATS_SYS, 2, 9, FIELD_SYS, "grow.stats"},
      {LIE_STATS_IDLE, 4, 11, FIELD_IDLE, "free.stats"},
      {LIE_STATS_IN_USE, 2, 9, FIELD_IN_USE, "grow.stats"},
      {LIE_STATS_MANUAL, 10, 20, FIELD_MANUAL, "free.stats"},
      {LIE_STATS_RELEASED, 6, 14, FIELD_RELEASED, "scavenge.released"},
      {LIE_STATS_RELEASED, 8, 16, FIELD_RELEASED, "error.unchanged"},
      {LIE_STATS_HUGE_FREE, 4, 11, FIELD_HUGE_FREE, "stats.huge_free"},
      {LIE_STATS_NFREE, 4, 11, FIELD_NFREE, "coalesce.merge"},
      {LIE_STATS_ARENA, 3, 10, FIELD_ARENA, "grow.arena"},
  };
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    uint64_t line;
    struct divergence divergence = caught(lies[i].lie, lies[i].when, 64, &line);
    assert_int_equal(line, lies[i].line);
    assert_int_equal(divergence.fields, 1U << lies[i].field);
    assert_string_equal(clause_label(divergence.clause), lies[i].label);
    assert_false(divergence.late);
  }
}

static void a_wrong_span_is_caught_when_all_are_compared(void **state)
{
  uint64_t line;
  (void)state;
  struct divergence divergence = caught(LIE_WALK_NEEDZERO, 3, 1, &line);
  assert_int_equal(line, 10);
  assert_int_equal(divergence.fields, 1U << FIELD_INVARIANT); /* lookup disagrees */
  divergence = caught(LIE_WALK_MISSING, 2, 1, &line);
  assert_int_equal(line, 9);
  assert_int_equal(divergence.fields, 1U << FIELD_INVARIANT);
  assert_int_equal(divergence.side, ORACLE_CANDIDATE);
  assert_string_equal(clause_label(divergence.clause), "stats.in_use");
}

/* Well-formed, the same statistics, and yet another heap. */
static void a_span_that_only_a_comparison_shows_is_caught(void **state)
{
  uint64_t line;
  (void)state;
  struct divergence divergence = caught(LIE_SPAN_NEEDZERO, 0x4000, 64, &line);
  assert_int_equal(line, 13); /* memory handed in at 0x8000000 */
  assert_int_equal(divergence.fields, 1U << FIELD_SPANS);
  assert_string_equal(clause_label(divergence.clause), "spans");
  assert_true(divergence.has_span[0] && divergence.has_span[1]);
  assert_int_equal(divergence.span[0].base, 0x4000);
  assert_int_equal(divergence.span[0].needzero, false);
  assert_int_equal(divergence.span[1].needzero, true);
}

static void locating_counts_nothing(void **state)
{
  struct oracle oracle;
  size_t at;
  (void)state;
  liar_lie = LIE_LOOKUP_ALWAYS;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_liar));
  assert_int_equal(oracle_begin(&oracle, geometry, trace.page_bytes), ORACLE_SAME);
  assert_int_equal(oracle_steps(&oracle, trace.ops, trace.nops, &at), ORACLE_SAME);
  assert_int_equal(oracle_finish(&oracle), ORACLE_DIVERGED);
  assert_true(oracle.divergence.late);
  struct oracle_counts counts = oracle.counts;
  assert_int_equal(oracle_locate(&oracle, trace.ops, trace.nops, &at), ORACLE_DIVERGED);
  assert_false(oracle.divergence.late);
  assert_int_equal(oracle.counts.answers, counts.answers);
  assert_int_equal(oracle.counts.operations, counts.operations);
  assert_int_equal(oracle.list_every, ORACLE_LIST_EVERY);
  oracle_destroy(&oracle);
}

static void a_late_divergence_is_traced_to_its_operation(void **state)
{
  uint64_t line;
  (void)state;
  caught(LIE_LOOKUP_ALWAYS, 0, 64, &line);
  assert_int_equal(line, 8); /* the first free span there is */
}

static void a_full_table_of_the_reference_ends_the_comparison(void **state)
{
  struct oracle oracle;
  size_t at;
  (void)state;
  liar_lie = LIE_ALLOC_FULL;
  liar_when = 2;
  assert_true(oracle_create(&oracle, &candidate_liar, &candidate_ref));
  assert_int_equal(oracle_begin(&oracle, geometry, trace.page_bytes), ORACLE_SAME);
  assert_int_equal(oracle_steps(&oracle, trace.ops, trace.nops, &at), ORACLE_FULL);
  assert_int_equal(trace.ops[at].line, 9);
  assert_int_equal(oracle.counts.answers, 1);
  oracle_destroy(&oracle);
  uint64_t line; /* no other heap may say so */
  struct divergence divergence = caught(LIE_ALLOC_FULL, 2, 64, &line);
  assert_int_equal(line, 9);
  assert_int_equal(divergence.fields, 1U << FIELD_STATUS);
}

/* The reference itself is held to invariant 8 as well. */
static void memory_given_out_twice_is_not_clean(void **state)
{
  struct oracle oracle;
  size_t at;
  (void)state;
  liar_lie = LIE_NONE;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_ref));
  assert_int_equal(oracle_begin(&oracle, geometry, trace.page_bytes), ORACLE_SAME);
  assert_true(page_set_add(&oracle.given, 0x80, 0x81)); /* as if it had been */
  assert_int_equal(oracle_steps(&oracle, trace.ops, trace.nops, &at), ORACLE_DIVERGED);
  assert_int_equal(trace.ops[at].line, 8);
  assert_string_equal(clause_label(oracle.divergence.clause), "inv.needzero");
  oracle_destroy(&oracle);
}

static void a_refused_geometry_is_caught(void **state)
{
  uint64_t line;
  (void)state;
  struct divergence divergence = caught(LIE_RESET_STATUS, 0, 64, &line);
  assert_string_equal(clause_label(divergence.clause), "geometry");
}

static void what_was_compared_is_counted(void **state)
{
  struct oracle oracle;
  size_t at;
  (void)state;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_ref));
  assert_int_equal(oracle_begin(&oracle, geometry, trace.page_bytes), ORACLE_SAME);
  assert_int_equal(oracle_steps(&oracle, trace.ops, trace.nops, &at), ORACLE_SAME);
  assert_int_equal(oracle_finish(&oracle), ORACLE_SAME);
  assert_int_equal(oracle.counts.operations, 13); /* with region and refuse */
  assert_int_equal(oracle.counts.answers, 11);
  assert_int_equal(oracle.counts.statistics, 11 * FIELD_STATS_COUNT);
  assert_int_equal(oracle.counts.span_lists, 1);
  oracle_destroy(&oracle);
}

static void a_free_of_what_was_refused_is_skipped(void **state)
{
  struct oracle oracle;
  (void)state;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_ref));
  assert_int_equal(oracle_begin(&oracle, geometry, trace.page_bytes), ORACLE_SAME);
  struct trace_op refused = {.kind = OP_HEAP, .name = 7, .number = 0};
  struct trace_op freed = {.kind = OP_FREE, .name = 7};
  assert_int_equal(oracle_step(&oracle, &refused), ORACLE_SAME);
  assert_int_equal(oracle_step(&oracle, &freed), ORACLE_SKIPPED);
  oracle_destroy(&oracle);
}

/* What history k of a seed looks like, folded into a number. */
static uint64_t history_digest(struct oracle *oracle, uint64_t seed, uint64_t k,
                               uint64_t kinds[OP_KINDS])
{
  static struct generator generator;
  struct trace_op op;
  uint64_t digest = 0;
  generate_begin(&generator, seed, k);
  assert_int_equal(oracle_begin(oracle, generator.plan.geometry, GENERATE_PAGE_BYTES),
                   ORACLE_SAME);
  while (generate_next(&generator, &oracle->shown[0], &oracle->said[0].stats, &op)) {
    enum oracle_outcome outcome = oracle_step(oracle, &op);
    if (outcome == ORACLE_SAME)
      generate_learn(&generator, &op, &oracle->said[0].answer);
    else
      assert_int_equal(outcome, ORACLE_SKIPPED);
    kinds[op.kind]++;
    digest = digest * 31 + op.kind + op.name + op.number + op.address + op.down;
  }
  assert_int_equal(oracle_finish(oracle), ORACLE_SAME);
  return digest;
}

static void a_history_depends_on_seed_and_number_alone(void **state)
{
  struct oracle oracle;
  uint64_t kinds[OP_KINDS] = {0}, digests[50];
  (void)state;
  assert_true(oracle_create(&oracle, &candidate_ref, &candidate_ref));
  for (uint64_t k = 0; k < 50; k++) digests[k] = history_digest(&oracle, 5, k, kinds);
  for (uint64_t k = 50; k-- > 0;)
    assert_true(history_digest(&oracle, 5, k, kinds) == digests[k]);
  assert_true(history_digest(&oracle, 6, 0, kinds) != digests[0]);
  assert_true(digests[1] != digests[0]);
  for (int kind = 0; kind < OP_KINDS; kind++) assert_true(kinds[kind] > 0);
  oracle_destroy(&oracle);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_reference_conforms_to_itself),
      cmocka_unit_test(every_lie_is_caught_where_it_is_told),
      cmocka_unit_test(a_wrong_span_is_caught_when_all_are_compared),
      cmocka_unit_test(a_span_that_only_a_comparison_shows_is_caught),
      cmocka_unit_test(locating_counts_nothing),
      cmocka_unit_test(a_late_divergence_is_traced_to_its_operation),
      cmocka_unit_test(a_full_table_of_the_reference_ends_the_comparison),
      cmocka_unit_test(memory_given_out_twice_is_not_clean),
      cmocka_unit_test(a_refused_geometry_is_caught),
      cmocka_unit_test(what_was_compared_is_counted),
      cmocka_unit_test(a_free_of_what_was_refused_is_skipped),
      cmocka_unit_test(a_history_depends_on_seed_and_number_alone),
  };
  return cmocka_run_group_tests(tests, parse, drop);
}
