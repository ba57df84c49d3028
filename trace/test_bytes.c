/* The trace's bytes, as fuzz targets read them: docs/trace-format.md. */
#include "bytes.h"
#include "call.h"
#include "draw.h"
#include "names.h"
#include "test_text.h"
#include "trace_geometry.h"

static struct draw draw = {4711};

static void assert_same_trace(const struct trace *a, const struct trace *b)
{
  size_t number = 0;
  assert_true(a->page_bytes == b->page_bytes && a->phys_bytes == b->phys_bytes);
  assert_true(a->huge_bytes == b->huge_bytes && a->arena_bytes == b->arena_bytes);
  assert_true(a->has_goal == b->has_goal && a->goal_bytes == b->goal_bytes);
  assert_int_equal(a->nops, b->nops);
  for (; number < a->nops; number++) {
    const struct trace_op *x = &a->ops[number], *y = &b->ops[number];
    assert_true(trace_ops_ask_same(x, y));
    assert_true(x->expect == y->expect && x->line == y->line);
  }
}

struct bytes {
  uint8_t *at;
  size_t size;
};

static struct bytes encoded(const struct trace *trace)
{
  size_t capacity = BYTES_HEADER_MAX + BYTES_OP_MAX * trace->nops;
  struct bytes bytes = {malloc(capacity), 0};
  struct trace_error error;
  assert_non_null(bytes.at);
  if (!bytes_encode(trace, bytes.at, capacity, &bytes.size, &error))
    fail_msg("line %d: %s", (int)error.line, error.text);
  return bytes;
}

/* Encode, decode: the same, names renumbered, and no line, expectation, comment. */
static void assert_encodes(const struct trace *trace)
{
  struct bytes bytes = encoded(trace), again;
  struct trace back = {0}, plain = {0};
  struct names names = {0};
  size_t number = 0;
  assert_true(bytes_decode(bytes.at, bytes.size, &back));
  plain = *trace;
  plain.ops = malloc((trace->nops + 1) * sizeof *plain.ops);
  assert_non_null(plain.ops);
  for (; number < trace->nops; number++) {
    struct trace_op op = trace->ops[number];
    if (op.kind == OP_HEAP || op.kind == OP_MANUAL || op.kind == OP_CLAIM)
      assert_true(names_add(&names, op.name));
    if (op.kind <= OP_FREE) op.name = names_find(&names, op.name);
    op.line = 0;
    op.expect = TRACE_NO_EXPECTATION;
    plain.ops[number] = op;
  }
  assert_same_trace(&plain, &back);
  assert_int_equal(back.ncomments + back.nexpects + back.nfree_spans, 0);
  again = encoded(&back);
  assert_int_equal(again.size, bytes.size);
  assert_memory_equal(again.at, bytes.at, bytes.size);
  names_free(&names);
  free(plain.ops);
  free(bytes.at);
  free(again.at);
  trace_free(&back);
}

#define SMALL "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 131072\ngoal none\n"
#define TEXT(array) array, sizeof array - 1

/* The tables of docs/trace-format.md. */
static void bytes_mean_what_the_documentation_says(void **state)
{
  static const struct {
    const char *data;
    size_t size;
    const char *text;
  } cases[] = {
      {TEXT(""), V "page 8192\nphys 8192\nhuge 0\narena 67108864\ngoal none\n"
                   "region 0x5000000000 up\n"},
      {TEXT("\x21\x2a\x00\x03"), V "page 4096\nphys 4096\nhuge 16384\narena 65536\n"
                              "goal 12288\nregion 0x6000000000 down\n"
                              "region 0x5000000000 up\n"},
      {TEXT("\xfe\xff\x00\x01\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x10\0\0\0\0\0\x07"),
       V "page 16384\nphys 1\nhuge 8388608\narena 1048576\ngoal 7\n"},
      {TEXT("\xff\xe7\x00\x02\0\x80\0\0\0\0\0\x03\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0"),
       V "page 3\nphys 3\nhuge 0\narena 48\ngoal none\n"},
      {TEXT("\x20\xe0\x00\x00\x03\x94\x01\x22\x01\x22\x05\x33\x00\x22\x00\x22\x00"),
       SMALL "a 0 3\nm 1 1\nf 0\nf 1\nf 1\n"},
      {TEXT("\x20\xe0\x00\x10\x34\x12\x12\x01\x13\x01\x02\x03\x04\x05\x06\x07\x08"),
       SMALL "a 0 4660\na 1 16\na 2 578437695752307201\n"},
      {TEXT("\x20\xe0\x00\x1e\x34\x12\x20\x0f\x21\x01"),
       SMALL "m 0 4660\nm 1 18446744073709551615\nm 2 1\n"},
      {TEXT("\x20\xe0\x00\0\1\0\1\0\1\x32\x01\x01\x34\x04\0\0\0\0\0\0\0\x33\x01"),
       SMALL "a 0 1\na 1 1\na 2 1\nf 0\nf 1\nf 0\n"},
      {TEXT("\x20\xe0\x00\x36\x02\x39\0\x01\x3a\x05\0\0\0\0\0\0\0\x3b\x0a\x3b\x07\x09"),
       SMALL "s 16384\ns 2097152\ns 5\nrefuse 2\nrefuse 9\n"},
      {TEXT("\x20\x00\x00\x35\x00\x02\x3c\x10\xff\x04\x3d\x68\xff\xff\x3d\x38\x05\0\0\0\0\0"
            "\0\0\x3e"),
       SMALL "region 0x5000000000 up\nf 0x5000004000\ng 0x4ffffe0000 4\n"
             "l 0x4fffffffff\nl 0x5\nd\n"},
      {TEXT("\x20\x00\x00\x35\x08\x00\x80\x35\x10\x80\x35\x08\xff\x7f\x35\x10\x7f"),
       SMALL "region 0x5000000000 up\nf 0x4ff0000000\nf 0x4fff000000\n"
             "f 0x500fffe000\nf 0x5000fe0000\n"},
      {TEXT("\x20\xe0\x00\x3f\x20\x3f\x58\x3f\x0f\x01\x20\0\0\0\0\0\0"),
       SMALL "region 0x5000002000 up\nregion 0x5000022000 down\nregion 0x2000 up\n"},
      /* Requests, a claim, a resize. What goes without saying isn't written. */
      {TEXT("\x20\x00\x00\x40\x08\x00\x40\x08\x04\x04\x40\x08\x19\x06\x02\x40\x01\xc2\0"
            "\x02\0\x04\x7c\0\x08\x02\x62\0\0\x06\x54\x01\x20\x02\x01"),
       SMALL "region 0x5000000000 up\na 0 8\na 1 8 align=4\na 2 8 align=64 phase=2 fit=last\n"
             "a 3 1 from=0x5000004000 below=0x5000008000 fit=best\n"
             "c 4 0x5000010000 2\nr 4 6\nm 5 1 phase=258\n"},
      {TEXT("\x20\xe0\x00\x40\x01\x0c\x01\0\0\0\0\0\0\0\x40\x01\x08\x80\x40\x01\xd3\x01"
            "\x18\0\0\0\0\0\0\0\0\x18\0\0\0\0\0\0\x20\0\x74\0\0\0\0\0\0\0\0\x02\x0f"),
       SMALL "a 0 1\na 1 1\na 2 1 phase=1\nr 0 18446744073709551615\n"},
      /* Everything is switched off: what is left allocates and frees. */
      {TEXT("\x20\xe0\xff\x14\x05\x15\x00\x34\x07\x33\x00\x36\x01\x3b\x00\x3c\x02"
            "\x3d\x00\x3e\x03\x3f\x01"),
       SMALL "a 0 5\nf 0\na 1 7\nf 1\na 2 1\nf 2\na 3 2\nf 3\na 4 3\nf 4\n"},
      /* A bit each: manual and dump, wrong frees, scavenging and adding. */
      {TEXT("\x20\xe0\x41\x14\x05\x3e\x06\x36\x01"),
       SMALL "a 0 5\na 1 6\ns 8192\n"},
      {TEXT("\x20\xe0\x02\x14\x05\x35\x00\x33\x00\x36\x01"),
       SMALL "m 0 5\nf 0\ns 8192\n"},
      {TEXT("\x20\xe0\x14\x3a\x05\x3c\x06\x3e\x3b\x01"),
       SMALL "a 0 5\na 1 6\nd\nrefuse 1\n"},
      {TEXT("\x20\xe0\xa8\x3e\x00\x03\x3b\x00\x3d\x00\x3f\x00\x36\x01"),
       SMALL "d\na 0 3\nf 0\ns 8192\n"},
  };
  size_t number = 0;
  struct trace trace = {0};
  (void)state;
  for (; number < LENGTH(cases); number++) {
    struct text got;
    assert_true(bytes_decode((const uint8_t *)cases[number].data, cases[number].size,
                             &trace));
    got = printed(&trace);
    assert_string_equal(got.at, cases[number].text);
    free(got.at);
  }
  trace_free(&trace);
}

/* As the parser would have it. */
static void assert_valid(const struct trace *trace)
{
  struct trace_error error;
  struct trace back;
  struct text text = printed(trace);
  if (!trace_parse(text.at, text.size, &back, &error))
    fail_msg("line %d: %s", (int)error.line, error.text);
  assert_int_equal(back.nops, trace->nops);
  assert_int_equal(back.geometry.arena_pages, trace->geometry.arena_pages);
  assert_int_equal(back.geometry.phys_pages, trace->geometry.phys_pages);
  free(text.at);
  trace_free(&back);
}

/* Half of them with a header that is likely to be met, and all operations. */
static size_t random_bytes(uint8_t *data, size_t capacity)
{
  size_t size = draw_below(&draw, capacity + 1), at = 0;
  for (; at < size; at++) data[at] = (uint8_t)draw_below(&draw, 256);
  if (size > 3 && draw_below(&draw, 2) == 0) {
    data[0] = (uint8_t)(data[0] & 0x6f);
    data[1] = (uint8_t)(data[1] & 0xea);
    data[2] = (uint8_t)(data[2] & draw_below(&draw, 256) & draw_below(&draw, 256));
  }
  return size;
}

static void all_bytes_are_a_trace(void **state)
{
  struct trace trace = {0};
  uint64_t met[OP_KINDS] = {0};
  int round = 0, kind = 0;
  (void)state;
  for (; round < 100000; round++) {
    uint8_t data[160];
    size_t size = random_bytes(data, sizeof data), number = 0;
    assert_true(bytes_decode(data, size, &trace));
    for (; number < trace.nops; number++) met[trace.ops[number].kind]++;
    if (round % 8 == 0) assert_valid(&trace);
    assert_encodes(&trace);
  }
  for (; kind < OP_KINDS; kind++)
    assert_true(met[kind] > 5000 || op_is_apart((enum op_kind)kind));
  trace_free(&trace);
}

static void names_beyond_the_tables_are_still_freed(void **state)
{
  struct trace trace = parsed(HEADER);
  uint64_t name = 0;
  (void)state;
  for (; name < 5000; name++)
    assert_true(trace_append(
        &trace, (struct trace_op){.kind = OP_HEAP, .name = 9 * name, .number = 1}));
  for (name = 0; name < 5000; name += 3)
    assert_true(trace_append(&trace, (struct trace_op){.kind = OP_FREE, .name = 9 * name}));
  for (name = 0; name < 5000; name += 3)
    assert_true(trace_append(&trace, (struct trace_op){.kind = OP_FREE, .name = 9 * name}));
  assert_encodes(&trace);
  trace_free(&trace);
}

static void the_oldest_live_name_drops_out(void **state)
{
  uint8_t data[3 + 2 * (BYTES_LIVE_MAX + 1) + 3] = {0};
  struct trace trace = {0};
  (void)state;
  memcpy(data + sizeof data - 3, "\x32\xff\x0f", 3); /* index 4095 from the newest */
  assert_true(bytes_decode(data, sizeof data, &trace));
  assert_int_equal(trace.nops, 1 + BYTES_LIVE_MAX + 1 + 1);
  assert_int_equal(trace.ops[trace.nops - 1].kind, OP_FREE);
  assert_int_equal(trace.ops[trace.nops - 1].name, 1);
  trace_free(&trace);
}

static void a_region_too_many_is_left_out(void **state)
{
  uint8_t data[1200] = {0};
  struct trace trace = {0};
  size_t regions = 0;
  (void)state;
  memset(data + 3, 63, sizeof data - 3); /* code 63: region */
  assert_true(bytes_decode(data, sizeof data, &trace));
  for (size_t i = 0; i < trace.nops; i++) regions += trace.ops[i].kind == OP_REGION;
  assert_int_equal(regions, TRACE_REGIONS_MAX);
  assert_valid(&trace);
  trace_free(&trace);
}

static void extreme_operands_encode(void **state)
{
  struct trace trace = parsed(
      V "page 3\nphys 48\nhuge 9\narena 3298534883280\ngoal 18446744073709551615\n"
        "region 0xffffffffffffffff up\nregion 0x0 down\na 7 18446744073709551615\n"
        "f 0xffffffffffffffff\nl 0xffffffffffffffff\ng 0xffffffffffffffff "
        "18446744073709551615\ng 0x0 0\ns 18446744073709551615\n"
        "refuse 18446744073709551615\nf 7\nf 7\nl 0x1\nl 0x8000000000000000\n"
        "region 0x5000000001 up\nregion 0x5000000001 up\n"
        "a 8 18446744073709551615 align=18446744073709551615 phase=18446744073709551615 "
        "from=0xffffffffffffffff below=0xffffffffffffffff fit=best\n"
        "a 9 1 align=0 below=0x0\nm 10 256 align=9223372036854775808 phase=256 fit=last\n"
        "c 11 0xffffffffffffffff 18446744073709551615\nr 11 0\nr 7 18446744073709551615\n");
  (void)state;
  assert_encodes(&trace);
  trace_free(&trace);
}

static void assert_not_encoded(const struct trace *trace, size_t capacity,
                               uint64_t line, const char *message)
{
  uint8_t bytes[64];
  size_t size = 1;
  struct trace_error error;
  assert_false(bytes_encode(trace, bytes, capacity, &size, &error));
  assert_string_equal(error.text, message);
  assert_int_equal(error.line, line);
  assert_int_equal(size, 0);
}

static void assert_op_not_encoded(struct trace_op op, const char *message)
{
  struct trace trace = parsed(HEADER "a 1 1\n");
  char numbered[160];
  snprintf(numbered, sizeof numbered, "operation 1: %s", message);
  assert_true(trace_append(&trace, op));
  assert_not_encoded(&trace, 64, 0, numbered);
  trace.ops[1].line = 17;
  assert_not_encoded(&trace, 64, 17, message);
  trace_free(&trace);
}

static void what_cannot_be_encoded_is_refused(void **state)
{
  static const char multiple[] = "expected an address that is a multiple of the page";
  struct trace trace = parsed(HEADER "region 0x5000000000 up\na 1 1\nf 1\n");
  size_t capacity = 0;
  (void)state;
  assert_op_not_encoded((struct trace_op){.kind = OP_KINDS}, "expected a known operation");
  assert_op_not_encoded((struct trace_op){.kind = OP_MANUAL, .name = 1},
                        "expected a new name, got one again");
  assert_op_not_encoded((struct trace_op){.kind = OP_FREE, .name = 2},
                        "expected a name that was allocated before");
  assert_op_not_encoded((struct trace_op){.kind = OP_FREE_AT, .address = 1}, multiple);
  assert_op_not_encoded((struct trace_op){.kind = OP_ADD, .address = 1}, multiple);
  assert_op_not_encoded((struct trace_op){.kind = OP_REGION, .address = 1}, multiple);
  for (; capacity < 3; capacity++)
    assert_not_encoded(&trace, capacity, 0, "expected a larger buffer for the bytes");
  for (; capacity < 5; capacity++)
    assert_not_encoded(&trace, capacity, 8, "expected a larger buffer for the bytes");
  for (; capacity < 7; capacity++)
    assert_not_encoded(&trace, capacity, 9, "expected a larger buffer for the bytes");
  trace.phys_bytes = 3;
  assert_not_encoded(&trace, 64, 3,
                     "expected a physical page that divides the page (8192 bytes) or is "
                     "2, 4, 8 or 16 pages, got 3");
  trace_free(&trace);
}

static void encodes(const char *path)
{
  struct trace trace;
  struct trace_error error;
  if (!trace_read(path, &trace, &error))
    fail_msg("%s:%d: %s", path, (int)error.line, error.text);
  assert_encodes(&trace);
  trace_free(&trace);
}

static void recorded_traces_encode(void **state)
{
  (void)state;
  all_recorded(encodes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_mean_what_the_documentation_says),
      cmocka_unit_test(all_bytes_are_a_trace),
      cmocka_unit_test(names_beyond_the_tables_are_still_freed),
      cmocka_unit_test(the_oldest_live_name_drops_out),
      cmocka_unit_test(a_region_too_many_is_left_out),
      cmocka_unit_test(extreme_operands_encode),
      cmocka_unit_test(what_cannot_be_encoded_is_refused),
      cmocka_unit_test(recorded_traces_encode),
  };
  return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
