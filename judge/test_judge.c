/* Every lie is caught at the operation that told it, in its field and by its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../fuzz/generate.h"
#include "judge.h"
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
#define OPERATIONS 13 /* with region and refuse, without the free of what got nothing */
#define ANSWERS 11

static struct trace trace;

static int parse(void **state)
{
  struct trace_error error;
  (void)state;
  return trace_parse(text, sizeof text - 1, &trace, &error) ? 0 : -1;
}

static int drop(void **state)
{
  (void)state;
  trace_free(&trace);
  return 0;
}

static const struct spanref_candidate candidate_liar = LIAR("liar", liar_create);

/* A candidate of this process before the judge. */
struct bench {
  struct transport candidate;
  struct judge judge;
};

static void open_bench(struct bench *bench, const struct spanref_candidate *candidate,
                       const struct spanref_candidate *reference)
{
  assert_true(transport_open_here(&bench->candidate, candidate));
  assert_true(judge_create(&bench->judge, &bench->candidate, reference));
  bench->judge.must_serve = true;
}

static void close_bench(struct bench *bench)
{
  judge_destroy(&bench->judge);
  transport_close(&bench->candidate);
}

static struct bench bench;
static struct trace *tried = &trace; /* what the liar is caught on */

/* Run the trace against a liar; *line: the one after which it departed, 0: none. */
static struct departure caught(enum lie lie, uint64_t when, uint64_t list_every,
                               uint64_t *line)
{
  size_t at = 0;
  liar_lie = lie;
  liar_when = when;
  open_bench(&bench, &candidate_liar, &candidate_ref);
  bench.judge.list_every = list_every;
  enum judgement judgement = judge_trace(&bench.judge, tried, &at);
  if (judgement == JUDGED_DEPARTED && bench.judge.departure.late)
    judgement = judge_locate(&bench.judge, tried, &at);
  *line = judgement == JUDGED_DEPARTED && at < tried->nops ? tried->ops[at].line : 0;
  assert_int_equal(judgement,
                   lie == LIE_NONE || lie == LIE_GONE_IN_PIECES ? JUDGED_SAME : JUDGED_DEPARTED);
  struct departure departure = bench.judge.departure;
  close_bench(&bench);
  return departure;
}

static void assert_cites(const struct departure *departure, enum departs what,
                         const char *label)
{
  assert_string_equal(departs_name(departure->what), departs_name(what));
  assert_true(departure->has_clause);
  assert_string_equal(clause_label(departure->clause), label);
}

static void the_reference_conforms_to_itself(void **state)
{
  uint64_t line;
  (void)state;
  caught(LIE_NONE, 0, 1, &line);
  caught(LIE_NONE, 0, 64, &line);
  caught(LIE_GONE_IN_PIECES, 0, 64, &line);
}

static void every_lie_is_caught_where_it_is_told(void **state)
{
  (void)state;
  static const struct {
    enum lie lie;
    uint64_t when, line; /* the line of the trace: operation 1 is in line 8 */
    enum field field;
    enum departs what;
    const char *label;
  } lies[] = {
      {LIE_ALLOC_STATUS, 2, 9, FIELD_STATUS, DEPARTS_REFUSED, "alloc.nomem"},
      {LIE_ALLOC_STATUS, 8, 16, FIELD_STATUS, DEPARTS_ACCEPTED, "error.size"},
      {LIE_ALLOC_STATUS, 9, 18, FIELD_STATUS, DEPARTS_OUTSIDE, "alloc.nomem"},
      {LIE_ALLOC_BASE, 2, 9, FIELD_BASE, DEPARTS_ADDRESS, "find"},
      {LIE_ALLOC_NEEDZERO, 3, 10, FIELD_NEEDZERO, DEPARTS_ANSWER, "alloc.needzero"},
      {LIE_ALLOC_ADVICE, 1, 8, FIELD_ADVICE, DEPARTS_ANSWER, "advice"},
      {LIE_ALLOC_READY, 2, 9, FIELD_READY, DEPARTS_MEMORY, "ready"},
      {LIE_GONE_UNTOLD, 6, 14, FIELD_GONE, DEPARTS_MEMORY, "gone"},
      {LIE_GONE_ELSEWHERE, 6, 14, FIELD_GONE, DEPARTS_MEMORY, "gone"},
      {LIE_GONE_TWICE, 6, 14, FIELD_GONE, DEPARTS_MEMORY, "gone"},
      {LIE_GONE_TOO_FAR, 6, 14, FIELD_GONE, DEPARTS_MEMORY, "gone"},
      {LIE_GONE_IN_STATS, 2, 10, FIELD_GONE, DEPARTS_MEMORY, "gone"}, /* seen at the next */
      {LIE_FREE_STATUS, 4, 11, FIELD_STATUS, DEPARTS_NOT_FREED, "free.base"},
      {LIE_FREE_STATUS, 7, 15, FIELD_STATUS, DEPARTS_ACCEPTED, "free.base"},
      {LIE_FREE_ADVICE, 10, 20, FIELD_ADVICE, DEPARTS_ANSWER, "advice"},
      {LIE_SCAVENGE_PAGES, 6, 14, FIELD_RELEASED_PAGES, DEPARTS_ANSWER, "scavenge.amount"},
      {LIE_ADD_STATUS, 5, 13, FIELD_STATUS, DEPARTS_ANSWER, "add.range"},
      {LIE_LOOKUP_SPAN, 4, 12, FIELD_LOOKUP, DEPARTS_ANSWER, "lookup"},
      {LIE_STATS_SYS, 2, 9, FIELD_SYS, DEPARTS_ANSWER, "grow.stats"},
      {LIE_STATS_IDLE, 4, 11, FIELD_IDLE, DEPARTS_ANSWER, "free.stats"},
      {LIE_STATS_IN_USE, 2, 9, FIELD_IN_USE, DEPARTS_ANSWER, "grow.stats"},
      {LIE_STATS_MANUAL, 10, 20, FIELD_MANUAL, DEPARTS_ANSWER, "free.stats"},
      {LIE_STATS_RELEASED, 6, 14, FIELD_RELEASED, DEPARTS_ANSWER, "scavenge.released"},
      {LIE_STATS_RELEASED, 8, 16, FIELD_RELEASED, DEPARTS_ANSWER, "error.unchanged"},
      {LIE_STATS_HUGE_FREE, 4, 11, FIELD_HUGE_FREE, DEPARTS_ANSWER, "stats.huge_free"},
      {LIE_STATS_NFREE, 4, 11, FIELD_NFREE, DEPARTS_ANSWER, "coalesce.merge"},
      {LIE_STATS_ARENA, 3, 10, FIELD_ARENA, DEPARTS_ANSWER, "grow.arena"},
      {LIE_STATS_UNSAID, 4, 11, FIELD_IDLE, DEPARTS_ANSWER, "free.stats"},
      {LIE_ALLOC_FULL, 2, 9, FIELD_STATUS, DEPARTS_REFUSED, "alloc.nomem"},
  };
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    uint64_t line;
    struct departure departure = caught(lies[i].lie, lies[i].when, 64, &line);
    assert_int_equal(line, lies[i].line);
    assert_cites(&departure, lies[i].what, lies[i].label);
    assert_int_equal(departure.fields, 1U << lies[i].field);
    assert_int_equal(departure.side, SIDE_CANDIDATE);
    assert_false(departure.late);
  }
}

/* Who doesn't declare backing is held to all else. */
static void without_backing_the_rest_is_compared(void **state)
{
  struct spanref_candidate candidate = candidate_liar;
  size_t at;
  (void)state;
  candidate.levels &= ~(uint32_t)SPANREF_BACKING;
  liar_lie = LIE_ALLOC_NEEDZERO;
  liar_when = 3;
  open_bench(&bench, &candidate, &candidate_ref);
  assert_int_equal(judge_trace(&bench.judge, &trace, &at), JUDGED_DEPARTED);
  assert_cites(&bench.judge.departure, DEPARTS_ANSWER, "alloc.needzero");
  liar_lie = LIE_ALLOC_READY;
  assert_int_equal(judge_trace(&bench.judge, &trace, &at), JUDGED_SAME);
  close_bench(&bench);
}

static void lies_about_requests_are_caught(void **state)
{
  (void)state;
  static const char asks[] = "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\n"
                             "arena 1048576\ngoal none\nregion 0x5000000000 up\n"
                             /* 1 */ "a 0 64\n"
                             /* 2 */ "f 0\n"
                             /* 3 */ "a 1 4 align=8 phase=3\n"
                             /* 4 */ "a 2 4 fit=last\n"
                             /* 5 */ "c 3 0x5000040000 4\n"
                             /* 6 */ "r 1 6\n"
                             /* 7 */ "r 1 2\n"
                             /* 8 */ "a 4 4 from=0x5000000000 below=0x5000004000\n"
                             /* 9 */ "c 5 0x5000040000 1\n"
                             /* 10 */ "r 3 40\n"
                             /* 11 */ "a 6 2 align=0\n"
                             /* 12 */ "r 3 0\n";
  static const struct {
    enum lie lie;
    uint64_t when, line;
    enum departs what;
    const char *label, *explanation;
  } lies[] = {
      {LIE_REQUEST_IGNORED, 3, 10, DEPARTS_ADDRESS, "placement",
       "at 0x5000006000 it would have fitted"},
      {LIE_REQUEST_IGNORED, 4, 11, DEPARTS_ADDRESS, "find.last",
       "higher, at 0x5000078000, would have fitted"},
      {LIE_REQUEST_IGNORED, 8, 15, DEPARTS_ADDRESS, "placement",
       "nothing fits, so the answer is no memory"},
      {LIE_REQUEST_IGNORED, 11, 18, DEPARTS_ACCEPTED, "error.align", ""},
      {LIE_ALLOC_STATUS, 3, 10, DEPARTS_REFUSED, "alloc.nomem",
       "at 0x5000006000 it would have fitted"},
      {LIE_ALLOC_STATUS, 1, 8, DEPARTS_REFUSED, "alloc.nomem",
       "once the heap had grown, at 0x5000000000 it would have fitted"},
      {LIE_CLAIM_ELSEWHERE, 5, 12, DEPARTS_ADDRESS, "claim", ""},
      {LIE_CLAIM_ELSEWHERE, 9, 16, DEPARTS_ADDRESS, "claim",
       "no single free span holds 1 page at 0x5000040000"},
      {LIE_ALLOC_BASE, 5, 12, DEPARTS_ADDRESS, "claim", ""},
      {LIE_ALLOC_STATUS, 5, 12, DEPARTS_ANSWER, "claim",
       "at 0x5000040000 it would have fitted"},
      {LIE_RESIZE_SAID, 6, 13, DEPARTS_DIRTY, "resize.needzero", ""},
      {LIE_RESIZE_SAID, 7, 14, DEPARTS_ANSWER, "resize.less", ""},
      {LIE_RESIZE_SAID, 10, 17, DEPARTS_OVERLAP, "resize.more",
       "no free span of 36 pages or more begins at 0x5000048000"},
      {LIE_RESIZE_SAID, 12, 19, DEPARTS_ACCEPTED, "error.size", ""},
      {LIE_RESIZE_REFUSED, 6, 13, DEPARTS_ANSWER, "resize.more",
       "the next 2 pages, at 0x500000e000, would have fitted"},
      {LIE_RESIZE_REFUSED, 7, 14, DEPARTS_ANSWER, "resize.less",
       "it has 6 pages, and may always keep 2 of them"},
      {LIE_ALLOC_NEEDZERO, 6, 13, DEPARTS_DIRTY, "resize.needzero", ""},
      {LIE_ADVICE_BELOW, 3, 10, DEPARTS_ANSWER, "advice", ""},
  };
  static struct trace requests;
  struct trace_error error;
  uint64_t line;
  assert_true(trace_parse(asks, sizeof asks - 1, &requests, &error));
  tried = &requests;
  caught(LIE_NONE, 0, 1, &line);
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    struct departure departure = caught(lies[i].lie, lies[i].when, 64, &line);
    if (line != lies[i].line) fail_msg("lie %zu: line %d", i, (int)line);
    assert_cites(&departure, lies[i].what, lies[i].label);
    assert_string_equal(departure.explanation, lies[i].explanation);
  }
  tried = &trace;
  trace_free(&requests);
}

/* One hole of ten pages, of which six are scavenged; two of five, three pages apart. */
static void what_is_wrong_with_a_placement_is_said(void **state)
{
  (void)state;
  static const char holes[] = "spanref-trace 1\npage 8192\nphys %d\nhuge 0\n"
                              "arena 1048576\ngoal none\nregion 0x5000000000 up\n"
                              "a 0 10\na 1 1\na 2 5\na 3 3\na 4 5\na 5 1\n"
                              "f 0\ns 49152\nf 2\nf 4\n%s";
  static const struct {
    int phys;
    const char *asked;
    enum lie lie;
    const char *explanation;
  } lies[] = {
      {8192, "a 9 3\n", LIE_ALLOC_BASE, "lower, at 0x5000000000, would have fitted"},
      {8192, "a 9 3 fit=last\n", LIE_ALLOC_FIRST,
       "higher, at 0x500002a000, would have fitted"},
      {8192, "a 9 5\n", LIE_ALLOC_FIRST,
       "no single free span holds 5 pages at 0x5000000000"},
      {8192, "a 9 3 fit=best\n", LIE_ALLOC_BASE,
       "lower in the same free span, at 0x5000000000, would have fitted"},
      {8192, "a 9 5 fit=best\n", LIE_REQUEST_IGNORED,
       "a shorter free span, of 5 pages at 0x5000016000, would have served"},
      {8192, "a 9 5 fit=best\n", LIE_ALLOC_FIRST,
       "no single free span holds 5 pages at 0x5000000000"},
      {8192, "a 9 6 fit=best\n", LIE_ALLOC_FIRST,
       "no single free span holds 6 pages at 0x5000000000"},
      {8192, "a 9 4 fit=best\n", LIE_ALLOC_BASE,
       "no single free span holds 4 pages at 0x5000002000"},
      {8192, "a 9 5 align=2 fit=best\n", LIE_ALLOC_BASE, "at 0x5000008000 it would have fitted"},
      {16384, "a 9 6 fit=best\n", LIE_ALLOC_FIRST,
       "in the shortest free span that has room, 0x5000008000 would have fitted"},
      {8192, "a 9 10\n", LIE_ALLOC_BASE, "lower, at 0x5000032000, would have fitted"},
  };
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    static struct trace placed;
    struct trace_error error;
    char whole[512];
    uint64_t line;
    snprintf(whole, sizeof whole, holes, lies[i].phys, lies[i].asked);
    assert_true(trace_parse(whole, strlen(whole), &placed, &error));
    tried = &placed;
    struct departure departure = caught(lies[i].lie, 11, 64, &line);
    assert_string_equal(departure.explanation, lies[i].explanation);
    tried = &trace;
    trace_free(&placed);
  }
}

static void a_wrong_span_is_caught_when_all_are_looked_at(void **state)
{
  uint64_t line;
  (void)state;
  struct departure departure = caught(LIE_WALK_NEEDZERO, 3, 1, &line);
  assert_int_equal(line, 10);
  assert_cites(&departure, DEPARTS_STATE, "inv.map"); /* lookup disagrees */
  departure = caught(LIE_WALK_MISSING, 2, 1, &line);
  assert_int_equal(line, 9);
  assert_cites(&departure, DEPARTS_STATE, "stats.in_use");
  departure = caught(LIE_WALK_WRAPS, 2, 1, &line);
  assert_int_equal(line, 9);
  assert_cites(&departure, DEPARTS_SPANS, "limit");
}

/* Well-formed, the same statistics, and yet another heap. */
static void a_span_that_only_a_comparison_shows_is_caught(void **state)
{
  uint64_t line;
  (void)state;
  struct departure departure = caught(LIE_SPAN_NEEDZERO, 0x4000, 64, &line);
  assert_int_equal(line, 13); /* memory handed in at 0x8000000 */
  assert_int_equal(departure.fields, 1U << FIELD_SPANS);
  assert_cites(&departure, DEPARTS_STATE, "spans");
  assert_int_equal(departure.side, SIDE_CANDIDATE);
  assert_int_equal(departure.base, 0x4000);
  assert_int_equal(departure.npages, 4);
  assert_non_null(strstr(departure.text, "scavenged needzero=0, the candidate has "));
  assert_non_null(strstr(departure.text, "scavenged needzero=1"));
}

static void locating_counts_nothing(void **state)
{
  size_t at;
  (void)state;
  liar_lie = LIE_LOOKUP_ALWAYS;
  open_bench(&bench, &candidate_liar, &candidate_ref);
  assert_int_equal(judge_trace(&bench.judge, &trace, &at), JUDGED_DEPARTED);
  assert_true(bench.judge.departure.late);
  assert_cites(&bench.judge.departure, DEPARTS_STATE, "inv.map");
  struct judge_tally tally = bench.judge.tally;
  assert_int_equal(judge_locate(&bench.judge, &trace, &at), JUDGED_DEPARTED);
  assert_false(bench.judge.departure.late);
  assert_memory_equal(&bench.judge.tally, &tally, sizeof tally);
  assert_int_equal(bench.judge.list_every, JUDGE_LIST_EVERY);
  close_bench(&bench);
}

static void a_late_departure_is_traced_to_its_operation(void **state)
{
  uint64_t line;
  (void)state;
  struct departure departure = caught(LIE_LOOKUP_ALWAYS, 0, 64, &line);
  assert_int_equal(line, 8); /* the first free span there is */
  assert_cites(&departure, DEPARTS_STATE, "inv.map");
}

static void a_full_table_of_the_reference_ends_the_comparison(void **state)
{
  size_t at;
  (void)state;
  liar_lie = LIE_ALLOC_FULL;
  liar_when = 2;
  open_bench(&bench, &candidate_ref, &candidate_liar);
  assert_int_equal(judge_trace(&bench.judge, &trace, &at), JUDGED_FULL);
  assert_int_equal(trace.ops[at].line, 9);
  assert_int_equal(bench.judge.tally.compared, 1);
  close_bench(&bench);
}

/* No heap may say that what was given out is clean. */
static void memory_given_out_twice_is_not_clean(void **state)
{
  (void)state;
  open_bench(&bench, &candidate_ref, &candidate_ref);
  struct judge *judge = &bench.judge;
  size_t at;
  assert_int_equal(judge_begin(judge, trace.geometry, trace.page_bytes), JUDGED_SAME);
  assert_true(page_set_add(judge->given, 0x80, 0x81)); /* as if it had been */
  assert_int_equal(judge_steps(judge, trace.ops, trace.nops, &at), JUDGED_DEPARTED);
  assert_int_equal(trace.ops[at].line, 8);
  assert_cites(&judge->departure, DEPARTS_DIRTY, "inv.needzero");
  close_bench(&bench);
}

static void a_full_set_of_pages_ends_the_comparison(void **state)
{
  size_t at;
  (void)state;
  open_bench(&bench, &candidate_ref, &candidate_ref);
  struct judge *judge = &bench.judge;
  assert_int_equal(judge_begin(judge, trace.geometry, trace.page_bytes), JUDGED_SAME);
  for (uint64_t i = 0; i < PAGE_SET_CAPACITY; i++)
    assert_true(page_set_add(judge->given, SPAN_LIMIT_PAGES + 2 * i, SPAN_LIMIT_PAGES + 2 * i + 1));
  assert_int_equal(judge_steps(judge, trace.ops, trace.nops, &at), JUDGED_FULL);
  assert_int_equal(trace.ops[at].line, 8);
  close_bench(&bench);
}

/* The reference's own list is held to the invariants as well, and it is it that is named. */
static void a_malformed_reference_is_blamed(void **state)
{
  size_t at;
  (void)state;
  liar_lie = LIE_WALK_MISSING;
  liar_when = 2;
  open_bench(&bench, &candidate_ref, &candidate_liar);
  bench.judge.list_every = 1;
  assert_int_equal(judge_trace(&bench.judge, &trace, &at), JUDGED_DEPARTED);
  assert_int_equal(trace.ops[at].line, 9);
  assert_cites(&bench.judge.departure, DEPARTS_STATE, "stats.in_use");
  assert_non_null(strstr(bench.judge.departure.text, "the reference itself: "));
  close_bench(&bench);
}

static void a_geometry_must_be_served_if_it_fits_and_only_then(void **state)
{
  struct span_geometry wrong = trace.geometry;
  uint64_t line;
  (void)state;
  struct departure departure = caught(LIE_CREATE, 0, 64, &line);
  assert_cites(&departure, DEPARTS_REFUSED, "geometry");
  departure = caught(LIE_BEGINS_DIRTY, 0, 64, &line);
  assert_cites(&departure, DEPARTS_ANSWER, "geometry");
  wrong.phys_pages = 3;
  liar_lie = LIE_NONE;
  open_bench(&bench, &candidate_liar, &candidate_ref);
  assert_int_equal(judge_begin(&bench.judge, wrong, 8192), JUDGED_SKIPPED);
  liar_lie = LIE_CREATE_ALWAYS;
  assert_int_equal(judge_begin(&bench.judge, wrong, 8192), JUDGED_DEPARTED);
  assert_cites(&bench.judge.departure, DEPARTS_ACCEPTED, "geometry");
  liar_lie = LIE_CREATE;
  bench.judge.must_serve = false; /* others may refuse what fits */
  assert_int_equal(judge_begin(&bench.judge, trace.geometry, 8192), JUDGED_SKIPPED);
  close_bench(&bench);
}

static void what_is_still_in_use_at_the_end_is_caught(void **state)
{
  uint64_t line;
  (void)state;
  struct departure departure = caught(LIE_USED_AT_END, 0, 64, &line);
  assert_int_equal(line, 0);
  assert_cites(&departure, DEPARTS_SPANS, "free.base");
}

static void what_was_compared_is_counted(void **state)
{
  size_t at;
  (void)state;
  open_bench(&bench, &candidate_ref, &candidate_ref);
  struct judge *judge = &bench.judge;
  assert_int_equal(judge_trace(judge, &trace, &at), JUDGED_SAME);
  assert_int_equal(judge->ran, OPERATIONS);
  assert_int_equal(judge->tally.compared, ANSWERS);
  assert_int_equal(judge->tally.span_lists, 1);
  assert_int_equal(judge->tally.exercised[OP_HEAP], 4);
  assert_int_equal(judge->tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 4);
  assert_int_equal(judge->tally.counts[LEVEL_COALESCING][OP_DUMP].compared, 1);
  assert_int_equal(judge->tally.counts[LEVEL_PLACEMENT][OP_FREE].skipped, 1);
  close_bench(&bench);
}

static void a_free_of_what_was_refused_is_skipped(void **state)
{
  (void)state;
  open_bench(&bench, &candidate_ref, &candidate_ref);
  struct judge *judge = &bench.judge;
  assert_int_equal(judge_begin(judge, trace.geometry, trace.page_bytes), JUDGED_SAME);
  struct trace_op refused = {.kind = OP_HEAP, .name = 7, .number = 0};
  struct trace_op freed = {.kind = OP_FREE, .name = 7};
  assert_int_equal(judge_step(judge, &refused), JUDGED_SAME);
  assert_int_equal(judge_step(judge, &freed), JUDGED_SKIPPED);
  close_bench(&bench);
}

/* What history k of a seed looks like, folded into a number. */
static uint64_t history_digest(struct judge *judge, uint64_t seed, uint64_t k,
                               uint64_t kinds[OP_KINDS])
{
  static struct generator generator;
  const struct observation *said = &judge->said[SIDE_REFERENCE];
  struct trace_op op;
  uint64_t digest = 0;
  generate_begin(&generator, generate_may(judge), seed, k);
  assert_int_equal(judge_begin(judge, generator.plan.geometry, GENERATE_PAGE_BYTES),
                   JUDGED_SAME);
  while (generate_next(&generator, judge->shown[SIDE_REFERENCE], &said->stats, &op)) {
    enum judgement judgement = judge_step(judge, &op);
    if (judgement == JUDGED_SAME)
      generate_learn(&generator, &op, said);
    else
      assert_int_equal(judgement, JUDGED_SKIPPED);
    kinds[op.kind]++;
    digest = digest * 31 + op.kind + op.name + op.number + op.address + op.down;
  }
  assert_int_equal(judge_finish(judge), JUDGED_SAME);
  return digest;
}

static void a_history_depends_on_seed_and_number_alone(void **state)
{
  uint64_t kinds[OP_KINDS] = {0}, digests[50];
  (void)state;
  open_bench(&bench, &candidate_ref, &candidate_ref);
  struct judge *judge = &bench.judge;
  for (uint64_t k = 0; k < 50; k++) digests[k] = history_digest(judge, 5, k, kinds);
  for (uint64_t k = 50; k-- > 0;)
    assert_true(history_digest(judge, 5, k, kinds) == digests[k]);
  assert_true(history_digest(judge, 6, 0, kinds) != digests[0]);
  assert_true(digests[1] != digests[0]);
  for (int kind = 0; kind < OP_KINDS; kind++)
    assert_true(kinds[kind] > 0 || op_is_apart((enum op_kind)kind));
  close_bench(&bench);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_reference_conforms_to_itself),
      cmocka_unit_test(every_lie_is_caught_where_it_is_told),
      cmocka_unit_test(without_backing_the_rest_is_compared),
      cmocka_unit_test(lies_about_requests_are_caught),
      cmocka_unit_test(what_is_wrong_with_a_placement_is_said),
      cmocka_unit_test(a_wrong_span_is_caught_when_all_are_looked_at),
      cmocka_unit_test(a_span_that_only_a_comparison_shows_is_caught),
      cmocka_unit_test(locating_counts_nothing),
      cmocka_unit_test(a_late_departure_is_traced_to_its_operation),
      cmocka_unit_test(a_full_table_of_the_reference_ends_the_comparison),
      cmocka_unit_test(memory_given_out_twice_is_not_clean),
      cmocka_unit_test(a_full_set_of_pages_ends_the_comparison),
      cmocka_unit_test(a_malformed_reference_is_blamed),
      cmocka_unit_test(a_geometry_must_be_served_if_it_fits_and_only_then),
      cmocka_unit_test(what_is_still_in_use_at_the_end_is_caught),
      cmocka_unit_test(what_was_compared_is_counted),
      cmocka_unit_test(a_free_of_what_was_refused_is_skipped),
      cmocka_unit_test(a_history_depends_on_seed_and_number_alone),
  };
  return cmocka_run_group_tests(tests, parse, drop);
}
