/* What a heap answered, in the words of a trace, and held against one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "expect.h"
#include "../trace/holdings.h"

static const struct call alloc = {.kind = OP_MANUAL, .number = 8};

static struct observation granted(void)
{
  return (struct observation){
      .status = SPANREF_OK,
      .answer = {.base = 0x40, .needzero = true},
      .stats = {.sys = 5, .idle = 4, .in_use = 1, .manual = 8, .released = 3,
                .huge_free = 2, .nfree = 7, .arena_base = 0x48, .arena_end = 0x80},
  };
}

static void an_answer_reads_as_in_a_trace(void **state)
{
  (void)state;
  struct observation said = granted();
  struct expectation expect = expect_of(&alloc, &said, 8192);
  assert_string_equal(expect_print(&expect, UINT32_MAX).text,
                      "0x80000 needzero=1 idle=32768 released=24576 sys=40960 "
                      "manual=65536 in_use=8192 huge_free=2 nfree=7 "
                      "arena=0x90000-0x100000");
  assert_string_equal(expect_print(&expect, 0).text, "0x80000");
}

static void every_status_has_its_word(void **state)
{
  (void)state;
  static const struct {
    enum op_kind kind;
    enum span_status status;
    const char *word;
  } words[] = {
      {OP_HEAP, SPAN_NO_MEMORY, "nomem"},    {OP_HEAP, SPAN_BAD_SIZE, "invalid"},
      {OP_HEAP, SPAN_BAD_ANSWER, "invalid"}, {OP_HEAP, SPAN_TABLE_FULL, "full"},
      {OP_FREE, SPAN_OK, "ok"},              {OP_FREE_AT, SPAN_NOT_IN_USE, "invalid"},
      {OP_ADD, SPAN_OK, "ok"},               {OP_ADD, SPAN_BAD_RANGE, "invalid"},
      {OP_SCAVENGE, SPAN_OK, "0"},           {OP_LOOKUP, SPAN_OK, "none"},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    struct call call = {.kind = words[i].kind};
    struct observation said = {.status = (int)words[i].status};
    struct expectation expect = expect_of(&call, &said, 8192);
    assert_string_equal(expect_print(&expect, 0).text, words[i].word);
    assert_false(expect.has >> STAT_NEEDZERO & 1);
  }
}

static void a_lookup_answers_the_base_of_the_span(void **state)
{
  (void)state;
  struct call call = {.kind = OP_LOOKUP, .page = 9};
  struct observation said = {.found = true, .span = {.base = 3, .npages = 8}};
  struct expectation expect = expect_of(&call, &said, 4096);
  assert_string_equal(expect_print(&expect, 0).text, "0x3000");
}

static void only_what_is_written_is_compared(void **state)
{
  (void)state;
  struct observation said = granted();
  struct expectation heap = expect_of(&alloc, &said, 8192);
  struct expectation trace = {.kind = ANSWER_ADDRESS, .number = 0x80000};
  assert_int_equal(expect_differs(&trace, &heap), 0);
  for (int key = 0; key < STAT_KEYS; key++) {
    trace.stat[key] = heap.stat[key] + 1;
    assert_int_equal(expect_differs(&trace, &heap), 0);
    trace.has = (uint16_t)(1U << key);
    assert_int_equal(expect_differs(&trace, &heap), 1U << key);
    trace.stat[key]--;
    trace.arena_end = heap.arena_end;
    assert_int_equal(expect_differs(&trace, &heap), 0);
  }
  trace.arena_end++;
  assert_int_equal(expect_differs(&trace, &heap), 1U << STAT_ARENA);
  trace.has = 0;
  trace.number++;
  assert_int_equal(expect_differs(&trace, &heap), EXPECT_ANSWER);
  trace = (struct expectation){.kind = ANSWER_NOMEM, .number = heap.number};
  assert_int_equal(expect_differs(&trace, &heap), EXPECT_ANSWER);
}

static void a_key_the_heap_has_no_value_for_differs(void **state)
{
  (void)state;
  struct observation said = {.status = SPANREF_NO_MEMORY};
  struct expectation heap = expect_of(&alloc, &said, 8192);
  struct expectation trace = {.kind = ANSWER_ADDRESS, .has = 1U << STAT_NEEDZERO};
  assert_int_equal(expect_differs(&trace, &heap), EXPECT_ANSWER | 1U << STAT_NEEDZERO);
}

static void free_spans_are_equal_in_all_their_fields(void **state)
{
  (void)state;
  const struct span span = {.base = 1, .npages = 2, .free = true, .scavenged = true};
  const struct free_span is = free_span_of(&span, 4096);
  const struct free_span others[] = {{8192, 2, true, false}, {4096, 3, true, false},
                                     {4096, 2, false, false}, {4096, 2, true, true}};
  assert_true(free_spans_are_equal(&is, &is));
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(free_spans_are_equal(&is, &others[i]));
}

static void a_call_has_bytes_turned_into_pages(void **state)
{
  (void)state;
  struct holdings none = {0};
  struct call call;
  struct trace_op op = {.kind = OP_SCAVENGE, .number = 8193};
  assert_true(call_resolve(&op, 8192, &none, &call));
  assert_int_equal(call.number, 2); /* wanted bytes round up, */
  op.number = UINT64_MAX;
  assert_true(call_resolve(&op, 8192, &none, &call));
  assert_true(call.number == 1ULL << 51);
  op = (struct trace_op){.kind = OP_LOOKUP, .address = 8191};
  assert_true(call_resolve(&op, 8192, &none, &call));
  assert_int_equal(call.page, 0); /* addresses down */
}

static void names_hold_what_they_got(void **state)
{
  (void)state;
  struct holdings holdings = {0};
  struct holding held = {false, 0, 0};
  for (int round = 0; round < 3; round++) {
    for (uint64_t name = 0; name < 1000; name++)
      assert_true(holdings_set(&holdings, name * name,
                               (struct holding){name % 3 != 0, name, name + 1}));
    for (uint64_t name = 0; name < 1000; name++) {
      assert_int_equal(holdings_find(&holdings, name * name, &held), name % 3 != 0);
      if (name % 3 == 0) continue;
      assert_int_equal(held.base, name);
      assert_int_equal(held.npages, name + 1);
    }
    assert_false(holdings_find(&holdings, 3, &held));
    holdings_clear(&holdings);
    assert_false(holdings_find(&holdings, 1, &held));
  }
  assert_true(holdings_set(&holdings, 1, (struct holding){true, 5, 1})); /* few, where many were */
  holdings_clear(&holdings);
  assert_false(holdings_find(&holdings, 1, &held));
  holdings_free(&holdings);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_answer_reads_as_in_a_trace),
      cmocka_unit_test(every_status_has_its_word),
      cmocka_unit_test(a_lookup_answers_the_base_of_the_span),
      cmocka_unit_test(only_what_is_written_is_compared),
      cmocka_unit_test(a_key_the_heap_has_no_value_for_differs),
      cmocka_unit_test(free_spans_are_equal_in_all_their_fields),
      cmocka_unit_test(a_call_has_bytes_turned_into_pages),
      cmocka_unit_test(names_hold_what_they_got),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
