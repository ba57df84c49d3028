/* The trace's text. */
#include <errno.h>
#include <sys/stat.h>

#include "draw.h"
#include "test_text.h"
#include "trace_geometry.h"

static struct draw draw = {4711};

/* --- Helpers ------------------------------------------------------------- */

static void assert_empty(const struct trace *trace)
{
  static const struct trace empty;
  assert_memory_equal(trace, &empty, sizeof empty);
}

static void assert_refused_bytes(const char *text, size_t size, uint64_t line,
                                 const char *message)
{
  struct trace trace;
  struct trace_error error;
  memset(&trace, 0xa5, sizeof trace);
  if (trace_parse(text, size, &trace, &error)) fail_msg("parsed: %s", text);
  assert_string_equal(error.text, message);
  assert_int_equal(error.line, line);
  assert_empty(&trace);
}

static void assert_prints(const char *text, const char *expected)
{
  struct trace trace = parsed(text);
  struct text got = printed(&trace);
  assert_string_equal(got.at, expected);
  free(got.at);
  trace_free(&trace);
}

static void assert_prints_back(const char *text)
{
  assert_prints(text, text);
}

/* --- What is malformed ----------------------------------------------------- */

struct malformed {
  const char *text;
  uint64_t line;
  const char *message;
};

static void assert_all_refused(const struct malformed *cases, size_t count)
{
  size_t number = 0;
  for (; number < count; number++)
    assert_refused_bytes(cases[number].text, strlen(cases[number].text),
                         cases[number].line, cases[number].message);
}

#define P V "page 8192\n"
#define DECIMAL ", a decimal number below 2^64 without leading zeros, got "
#define ADDRESS                                                                     \
  "expected an address such as 0x5000000000, lower case, below 2^64, without "      \
  "leading zeros, got "
#define ON_PAGE                                                                     \
  "expected an address that is a multiple of the page, 8192 bytes, got "

#define IN_ORDER                                                                    \
  "expected align, phase, from, below and fit in this order, each once at most"

static void a_malformed_header_is_refused(void **state)
{
  static const struct malformed cases[] = {
      {"", 1, "expected \"spanref-trace 1\" as the first line, got an empty file"},
      {"\n", 1, "expected \"spanref-trace 1\" as the first line, got the end of the line"},
      {"spanref-trace 2\n", 1,
       "expected \"spanref-trace 1\" as the first line, got \"spanref-trace 2\""},
      {"spanref-trace 1 \n", 1,
       "expected \"spanref-trace 1\" as the first line, got \"spanref-trace 1 \""},
      {"# hello\n" V, 1,
       "expected \"spanref-trace 1\" as the first line, got \"# hello\""},
      {"a very long line that is certainly not the version of a trace\n", 1,
       "expected \"spanref-trace 1\" as the first line, got \"a very long line that is "
       "certainly n...\""},
      {"\xef\xbb\xbf" V, 1,
       "expected \"spanref-trace 1\" as the first line, got \"\\xef\\xbb\\xbfspanref-trace 1\""},
      {V, 2, "expected \"page BYTES\", got the end of the file"},
      {V "phys 8192\n", 2, "expected \"page BYTES\", got \"phys\""},
      {V "page\n", 2, "expected BYTES" DECIMAL "the end of the line"},
      {V "page 0\n", 2, "expected a page of 1 to 8388608 bytes, got 0"},
      {V "page 8388609\n", 2, "expected a page of 1 to 8388608 bytes, got 8388609"},
      {V "page 8192 1\n", 2, "expected the end of the line, got \"1\""},
      {V " page 8192\n", 2, "expected no blanks before the first word"},
      {V "page 08192\n", 2, "expected BYTES" DECIMAL "\"08192\""},
      {V "page +8192\n", 2, "expected BYTES" DECIMAL "\"+8192\""},
      {V "page 0x2000\n", 2, "expected BYTES" DECIMAL "\"0x2000\""},
      {V "page 18446744073709551616\n", 2,
       "expected BYTES" DECIMAL "\"18446744073709551616\""},
      {P "\n# two lines\npage 8192\n", 5, "expected \"phys BYTES\", got \"page\""},
      {P "phys 0\n", 3,
       "expected a physical page that divides the page (8192 bytes) or is 2, 4, 8 or "
       "16 pages, got 0"},
      {P "phys 3\n", 3,
       "expected a physical page that divides the page (8192 bytes) or is 2, 4, 8 or "
       "16 pages, got 3"},
      {P "phys 24576\n", 3,
       "expected a physical page that divides the page (8192 bytes) or is 2, 4, 8 or "
       "16 pages, got 24576"},
      {P "phys 262144\n", 3,
       "expected a physical page that divides the page (8192 bytes) or is 2, 4, 8 or "
       "16 pages, got 262144"},
      {P "phys 16385\n", 3,
       "expected a physical page that divides the page (8192 bytes) or is 2, 4, 8 or "
       "16 pages, got 16385"},
      {P "phys 8192\nhuge 8191\n", 4,
       "expected 0, or 1 to 2^40 pages (of 8192 bytes) below or a multiple of the "
       "physical page, got 8191"},
      {P "phys 32768\nhuge 49152\n", 4,
       "expected 0, or 1 to 2^40 pages (of 8192 bytes) below or a multiple of the "
       "physical page, got 49152"},
      {P "phys 8192\nhuge 9007199254749184\n", 4,
       "expected 0, or 1 to 2^40 pages (of 8192 bytes) below or a multiple of the "
       "physical page, got 9007199254749184"},
      {P "phys 8192\nhuge 0\narena 0\n", 5,
       "expected 1 to 2^40 pages (of 8192 bytes), a multiple of the physical page, got 0"},
      {P "phys 8192\nhuge 0\narena 8193\n", 5,
       "expected 1 to 2^40 pages (of 8192 bytes), a multiple of the physical page, got 8193"},
      {P "phys 16384\nhuge 0\narena 24576\n", 5,
       "expected 1 to 2^40 pages (of 8192 bytes), a multiple of the physical page, got 24576"},
      {P "phys 8192\nhuge 0\narena 9007199254749184\n", 5,
       "expected 1 to 2^40 pages (of 8192 bytes), a multiple of the physical page, got "
       "9007199254749184"},
      {P "phys 8192\nhuge 0\narena 8192\n", 6,
       "expected \"goal BYTES\" or \"goal none\", got the end of the file"},
      {P "phys 8192\nhuge 0\narena 8192\nregion 0x0 up\n", 6,
       "expected \"goal BYTES\" or \"goal none\", got \"region\""},
      {P "phys 8192\nhuge 0\narena 8192\ngoal nothing\n", 6,
       "expected BYTES or none" DECIMAL "\"nothing\""},
  };
  (void)state;
  assert_all_refused(cases, LENGTH(cases));
}

static void a_malformed_operation_is_refused(void **state)
{
  static const struct malformed cases[] = {
      {HEADER "x 1 2\n", 7,
       "expected an operation (a m c r f s refuse g l d region release reload) or \"= free\", got \"x\""},
      {HEADER "goal none\n", 7,
       "expected an operation (a m c r f s refuse g l d region release reload) or \"= free\", got \"goal\""},
      {HEADER "aa 1 2\n", 7,
       "expected an operation (a m c r f s refuse g l d region release reload) or \"= free\", got \"aa\""},
      {HEADER "\ta 1 2\n", 7, "expected no blanks before the first word"},
      {HEADER "a\n", 7, "expected NAME" DECIMAL "the end of the line"},
      {HEADER "a -1 2\n", 7, "expected NAME" DECIMAL "\"-1\""},
      {HEADER "a 00 2\n", 7, "expected NAME" DECIMAL "\"00\""},
      {HEADER "a 18446744073709551616 2\n", 7,
       "expected NAME" DECIMAL "\"18446744073709551616\""},
      {HEADER "a 1\n", 7, "expected PAGES" DECIMAL "the end of the line"},
      {HEADER "m 1 99999999999999999999\n", 7,
       "expected PAGES" DECIMAL "\"99999999999999999999\""},
      {HEADER "a 1 2 3\n", 7, "expected the end of the line or \"= ANSWER\", got \"3\""},
      {HEADER "a 1 2 =ok\n", 7,
       "expected the end of the line or \"= ANSWER\", got \"=ok\""},
      {HEADER "a 1 2\nm 1 2\n", 8, "expected a new name, got 1 again"},
      {HEADER "c 1 2\n", 7, ADDRESS "\"2\""},
      {HEADER "c 1 0x1 2\n", 7, ON_PAGE "\"0x1\""},
      {HEADER "c 1 0x2000\n", 7, "expected PAGES" DECIMAL "the end of the line"},
      {HEADER "c 1 0x2000 2 align=2\n", 7,
       "expected the end of the line or \"= ANSWER\", got \"align=2\""},
      {HEADER "a 1 2\nc 1 0x2000 2\n", 8, "expected a new name, got 1 again"},
      {HEADER "r 1 2\n", 7, "expected a name that was allocated before, got 1"},
      {HEADER "r 0x2000 2\n", 7, "expected NAME" DECIMAL "\"0x2000\""},
      {HEADER "a 1 2\nr 1\n", 8, "expected PAGES" DECIMAL "the end of the line"},
      {HEADER "a 1 2 align=1\n", 7,
       "expected align=PAGES, a decimal below 2^64 other than 1, got \"align=1\""},
      {HEADER "a 1 2 align=\n", 7,
       "expected align=PAGES, a decimal below 2^64 other than 1, got \"align=\""},
      {HEADER "a 1 2 phase=0\n", 7,
       "expected phase=PAGES, a decimal below 2^64 other than 0, got \"phase=0\""},
      {HEADER "a 1 2 from=0x0\n", 7,
       "expected from=0xADDRESS, other than 0x0, got \"from=0x0\""},
      {HEADER "a 1 2 from=8192\n", 7,
       "expected from=0xADDRESS, other than 0x0, got \"from=8192\""},
      {HEADER "a 1 2 below=0x1\n", 7, ON_PAGE "\"below=0x1\""},
      {HEADER "a 1 2 below=0x20000000000000\n", 7,
       "expected below=0xADDRESS, other than 2^40 pages, got \"below=0x20000000000000\""},
      {HEADER "a 1 2 fit=first\n", 7, "expected fit=last or fit=best, got \"fit=first\""},
      {HEADER "a 1 2 fit=best align=2\n", 7, IN_ORDER},
      {HEADER "m 1 2 align=2 align=2\n", 7, IN_ORDER},
      {HEADER "a 1 2 window=3\n", 7,
       "expected the end of the line or \"= ANSWER\", got \"window=3\""},
      {HEADER "f 1\na 1 1\n", 7, "expected a name that was allocated before, got 1"},
      {HEADER "f\n", 7, "expected NAME or 0xADDRESS" DECIMAL "the end of the line"},
      {HEADER "f 0x\n", 7, ADDRESS "\"0x\""},
      {HEADER "f 0x5001\n", 7, ON_PAGE "\"0x5001\""},
      {HEADER "f 0xABC000\n", 7, ADDRESS "\"0xABC000\""},
      {HEADER "s\n", 7, "expected BYTES" DECIMAL "the end of the line"},
      {HEADER "s 1k\n", 7, "expected BYTES" DECIMAL "\"1k\""},
      {HEADER "refuse x\n", 7, "expected COUNT" DECIMAL "\"x\""},
      {HEADER "refuse 1 = ok\n", 7, "expected the end of the line, got \"=\""},
      {HEADER "g 4096 1\n", 7, ADDRESS "\"4096\""},
      {HEADER "g 0x1000 1\n", 7, ON_PAGE "\"0x1000\""},
      {HEADER "g 0x02000 1\n", 7, ADDRESS "\"0x02000\""},
      {HEADER "g 0x10000000000000000 1\n", 7, ADDRESS "\"0x10000000000000000\""},
      {HEADER "g 0x2000\n", 7, "expected PAGES" DECIMAL "the end of the line"},
      {HEADER "l 17\n", 7, ADDRESS "\"17\""},
      {HEADER "l\n", 7, ADDRESS "the end of the line"},
      {HEADER "region 0x2001 up\n", 7, ON_PAGE "\"0x2001\""},
      {HEADER "region 0x2000\n", 7, "expected up or down, got the end of the line"},
      {HEADER "region 0x2000 UP\n", 7, "expected up or down, got \"UP\""},
      {HEADER "region 0x2000 up = ok\n", 7, "expected the end of the line, got \"=\""},
      {HEADER "d 1\n", 7,
       "expected the end of the line (the free spans follow d on lines of their own), "
       "got \"1\""},
      {HEADER "d = ok\n", 7,
       "expected the end of the line (the free spans follow d on lines of their own), "
       "got \"=\""},
  };
  (void)state;
  assert_all_refused(cases, LENGTH(cases));
}

#define ANSWER_A "expected 0xADDRESS, nomem, invalid or full, got "
#define FREE_SPAN "= free 0x2000 1 retained needzero=0\n"

static void a_malformed_expectation_is_refused(void **state)
{
  static const struct malformed cases[] = {
      {HEADER "a 1 2 =\n", 7, ANSWER_A "the end of the line"},
      {HEADER "a 1 2 = ok\n", 7, ANSWER_A "\"ok\""},
      {HEADER "a 1 2 = 0x00\n", 7, ANSWER_A "\"0x00\""},
      {HEADER "m 1 2 = 16384\n", 7, ANSWER_A "\"16384\""},
      {HEADER "a 1 2 = 0x2001\n", 7, ON_PAGE "\"0x2001\""},
      {HEADER "a 1 2\nf 1 = full\n", 8, "expected ok or invalid, got \"full\""},
      {HEADER "f 0x0 = nomem\n", 7, "expected ok or invalid, got \"nomem\""},
      {HEADER "s 1 = 0x2000\n", 7,
       "expected BYTES, a decimal number below 2^64, or full, got \"0x2000\""},
      {HEADER "s 1 = ok\n", 7,
       "expected BYTES, a decimal number below 2^64, or full, got \"ok\""},
      {HEADER "g 0x0 1 = nomem\n", 7, "expected ok, invalid or full, got \"nomem\""},
      {HEADER "l 0x0 = invalid\n", 7, "expected 0xADDRESS or none, got \"invalid\""},
      {HEADER "s 1 = 0 idle\n", 7,
       "expected KEY=VALUE with one of needzero idle released sys manual in_use "
       "huge_free nfree arena, got \"idle\""},
      {HEADER "s 1 = 0 retained=1\n", 7,
       "expected KEY=VALUE with one of needzero idle released sys manual in_use "
       "huge_free nfree arena, got \"retained=1\""},
      {HEADER "s 1 = 0 =1\n", 7,
       "expected KEY=VALUE with one of needzero idle released sys manual in_use "
       "huge_free nfree arena, got \"=1\""},
      {HEADER "s 1 = 0 idle=1 idle=1\n", 7, "expected idle= once, got it twice"},
      {HEADER "s 1 = 0 idle=\n", 7,
       "expected a decimal number below 2^64 without leading zeros after '=', got "
       "\"idle=\""},
      {HEADER "s 1 = 0 sys=18446744073709551616\n", 7,
       "expected a decimal number below 2^64 without leading zeros after '=', got "
       "\"sys=18446744073709551616\""},
      {HEADER "s 1 = 0 needzero=0\n", 7,
       "expected needzero= only where a, m or c is answered with an address, or r with ok"},
      {HEADER "a 1 2 = nomem needzero=0\n", 7,
       "expected needzero= only where a, m or c is answered with an address, or r with ok"},
      {HEADER "l 0x0 = 0x0 needzero=0\n", 7,
       "expected needzero= only where a, m or c is answered with an address, or r with ok"},
      {HEADER "a 1 2 = 0x0 needzero=2\n", 7,
       "expected needzero=0 or needzero=1, got \"needzero=2\""},
      {HEADER "s 1 = 0 arena=0x2000\n", 7,
       "expected arena=0xBASE-0xEND, lower case, below 2^64, without leading zeros, "
       "got \"arena=0x2000\""},
      {HEADER "s 1 = 0 arena=0x2000-\n", 7,
       "expected arena=0xBASE-0xEND, lower case, below 2^64, without leading zeros, "
       "got \"arena=0x2000-\""},
      {HEADER "s 1 = 0 arena=0x2000-0x4001\n", 7, ON_PAGE "\"0x4001\""},
      {HEADER "s 1 = 0 arena=0x2001-0x4000\n", 7, ON_PAGE "\"0x2001\""},
      {HEADER FREE_SPAN, 7, "expected d before \"= free\""},
      {HEADER "d\ns 1\n" FREE_SPAN, 9, "expected d before \"= free\""},
      {HEADER "d\n= used 0x2000 1\n", 8, "expected \"free\" after '=', got \"used\""},
      {HEADER "d\n=\n", 8, "expected \"free\" after '=', got the end of the line"},
      {HEADER "d\n= free 0x2001 1 retained needzero=0\n", 8, ON_PAGE "\"0x2001\""},
      {HEADER "d\n= free 0x2000 x retained needzero=0\n", 8,
       "expected NPAGES" DECIMAL "\"x\""},
      {HEADER "d\n= free 0x2000 1 in-use needzero=0\n", 8,
       "expected retained or scavenged, got \"in-use\""},
      {HEADER "d\n= free 0x2000 1 retained\n", 8,
       "expected needzero=0 or needzero=1, got the end of the line"},
      {HEADER "d\n= free 0x2000 1 retained needzero=10\n", 8,
       "expected needzero=0 or needzero=1, got \"needzero=10\""},
      {HEADER "d\n= free 0x2000 1 retained idle=0\n", 8,
       "expected needzero=0 or needzero=1, got \"idle=0\""},
      {HEADER "d\n= free 0x2000 1 retained needzero=0 idle=0\n", 8,
       "expected the end of the line, got \"idle=0\""},
  };
  (void)state;
  assert_all_refused(cases, LENGTH(cases));
}

static void assert_byte_refused(const char *character, size_t bytes, unsigned shown)
{
  char text[128] = HEADER "# ", message[160];
  size_t size = strlen(text);
  memcpy(text + size, character, bytes);
  text[size + bytes] = '\n';
  snprintf(message, sizeof message,
           "expected UTF-8 text without control characters, got the byte 0x%02x at "
           "byte 3 of the line",
           shown);
  assert_refused_bytes(text, size + bytes + 1, 7, message);
}

static void bytes_that_are_not_text_are_refused(void **state)
{
  (void)state;
  assert_byte_refused("\0", 1, 0);
  assert_byte_refused("\r", 1, '\r');
  assert_byte_refused("\033", 1, 033);
  assert_byte_refused("\x7f", 1, 0x7f);
  assert_byte_refused("\x80", 1, 0x80);             /* continuation alone */
  assert_byte_refused("\xc0\xaf", 2, 0xc0);         /* overlong */
  assert_byte_refused("\xc1\xbf", 2, 0xc1);
  assert_byte_refused("\xc2\x85", 2, 0xc2);         /* C1 control character */
  assert_byte_refused("\xc3", 1, 0xc3);             /* cut off */
  assert_byte_refused("\xc3(", 2, 0xc3);
  assert_byte_refused("\xe0\x9f\xbf", 3, 0xe0);     /* overlong */
  assert_byte_refused("\xed\xa0\x80", 3, 0xed);     /* surrogate */
  assert_byte_refused("\xe2\x82", 2, 0xe2);         /* cut off */
  assert_byte_refused("\xf0\x8f\xbf\xbf", 4, 0xf0); /* overlong */
  assert_byte_refused("\xf4\x90\x80\x80", 4, 0xf4); /* past U+10FFFF */
  assert_byte_refused("\xf5\x80\x80\x80", 4, 0xf5);
  assert_byte_refused("\xff", 1, 0xff);
}

static void characters_of_every_length_are_text(void **state)
{
  (void)state;
  assert_prints_back(HEADER "# \xc2\xa0 \xc3\xbc \xe0\xa0\x80 \xe2\x82\xac "
                            "\xed\x9f\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\t~\n");
}

static void a_quoted_word_is_cut_between_characters(void **state)
{
  const struct malformed euros = {
      HEADER "12345\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82"
             "\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\n",
      7,
      "expected an operation (a m c r f s refuse g l d region release reload) or \"= free\", got "
      "\"12345\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82"
      "\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac...\""};
  (void)state;
  assert_all_refused(&euros, 1);
}

static void a_line_is_at_most_4096_bytes(void **state)
{
  char text[sizeof HEADER + TRACE_LINE_MAX + 2] = HEADER;
  size_t header = strlen(HEADER);
  struct trace trace;
  struct trace_error error;
  (void)state;
  memset(text + header, '#', TRACE_LINE_MAX + 2);
  text[header + TRACE_LINE_MAX] = '\n';
  assert_true(trace_parse(text, header + TRACE_LINE_MAX + 1, &trace, &error));
  trace_free(&trace);
  text[header + TRACE_LINE_MAX] = '#';
  text[header + TRACE_LINE_MAX + 1] = '\n';
  assert_refused_bytes(text, header + TRACE_LINE_MAX + 2, 7,
                       "expected a line of at most 4096 bytes");
  assert_refused_bytes(text, header + TRACE_LINE_MAX + 1, 7,
                       "expected a line of at most 4096 bytes");
}

#define CUT                                                                         \
  "expected a newline at the end of the last line: is the trace cut off?"

static void a_cut_off_line_is_refused(void **state)
{
  const char text[] = HEADER "a 1 12\nf 1 = ok idle=0\nd\n" FREE_SPAN "# end\n";
  size_t size = 0, header = strlen(HEADER);
  uint64_t line = 1;
  (void)state;
  for (; size < sizeof text - 1; size++) {
    if (size > 0 && text[size - 1] == '\n') line++;
    if (size > 0 && text[size - 1] != '\n')
      assert_refused_bytes(text, size, line, CUT);
    else if (size >= header) {
      struct trace trace;
      struct trace_error error;
      assert_true(trace_parse(text, size, &trace, &error));
      trace_free(&trace);
    }
  }
}

/* --- Files ------------------------------------------------------------------ */

static int temporary(char *path, size_t size)
{
  const char *below = getenv("TMPDIR");
  snprintf(path, size, "%s/test_trace.XXXXXX", below != NULL ? below : "/tmp");
  return mkstemp(path);
}

static void assert_file_refused(const char *path, uint64_t line, const char *message)
{
  struct trace trace;
  struct trace_error error;
  memset(&trace, 0xa5, sizeof trace);
  assert_false(trace_read(path, &trace, &error));
  assert_string_equal(error.text, message);
  assert_int_equal(error.line, line);
  assert_empty(&trace);
}

static void a_file_that_cannot_be_read_is_refused(void **state)
{
  (void)state;
  assert_file_refused("/nonexistent/x.trace", 0,
                      "can't open it: No such file or directory");
  assert_file_refused("/", 0, "can't read it: Is a directory");
  assert_file_refused("/dev/null", 1, "expected \"spanref-trace 1\" as the first line, "
                                      "got an empty file");
}

static void a_gigabyte_without_a_newline_costs_nothing(void **state)
{
  char path[4096];
  int file = temporary(path, sizeof path);
  (void)state;
  assert_true(file >= 0);
  assert_int_equal(ftruncate(file, 1 << 30), 0);
  close(file);
  assert_file_refused(path, 1, "expected a line of at most 4096 bytes");
  assert_int_equal(unlink(path), 0);
}

/* Lines of every length, so that they straddle the pieces a file is read in. */
static void a_file_reads_like_its_text(void **state)
{
  char path[4096];
  FILE *file = fdopen(temporary(path, sizeof path), "w");
  struct text want = {NULL, 0}, got = {NULL, 0};
  FILE *to = open_memstream(&want.at, &want.size);
  struct trace trace;
  struct trace_error error;
  int line = 0;
  (void)state;
  assert_non_null(file);
  assert_non_null(to);
  fputs(HEADER, to);
  for (; line < TRACE_LINE_MAX; line += 7)
    fprintf(to, "a %d 1%*s#\n", line, line % 4000, "");
  fclose(to);
  assert_int_equal(fwrite(want.at, 1, want.size, file), want.size);
  fclose(file);
  assert_true(trace_read(path, &trace, &error));
  got = printed(&trace);
  assert_int_equal(got.size, want.size);
  assert_memory_equal(got.at, want.at, want.size);
  trace_free(&trace);
  free(got.at);
  free(want.at);
  unlink(path);
}

/* --- What is parsed, and printed back ------------------------------------------ */

static void operations_are_read(void **state)
{
  struct trace t = parsed(HEADER "region 0x2000 down\na 18446744073709551615 0\n"
                                 "m 0 18446744073709551615\nf 0\nf 0\nf 0xa000\n"
                                 "s 1\nrefuse 3\ng 0xffffffffffffe000 9\nl 0x1\nd\n");
  (void)state;
  assert_int_equal(t.nops, 11);
  assert_int_equal(t.ops[0].kind, OP_REGION);
  assert_true(t.ops[0].down && t.ops[0].address == 0x2000 && t.ops[0].line == 7);
  assert_true(t.ops[1].kind == OP_HEAP && t.ops[1].name == UINT64_MAX);
  assert_true(t.ops[2].kind == OP_MANUAL && t.ops[2].number == UINT64_MAX);
  assert_true(t.ops[3].kind == OP_FREE && t.ops[3].name == 0);
  assert_true(t.ops[4].kind == OP_FREE && t.ops[4].line == 11);
  assert_true(t.ops[5].kind == OP_FREE_AT && t.ops[5].address == 0xa000);
  assert_true(t.ops[6].kind == OP_SCAVENGE && t.ops[6].number == 1);
  assert_true(t.ops[7].kind == OP_REFUSE && t.ops[7].number == 3);
  assert_true(t.ops[8].kind == OP_ADD && t.ops[8].number == 9);
  assert_true(t.ops[8].address == 0xffffffffffffe000ULL);
  assert_true(t.ops[9].kind == OP_LOOKUP && t.ops[9].address == 1);
  assert_true(t.ops[10].kind == OP_DUMP && t.ops[10].expect == TRACE_NO_EXPECTATION);
  trace_free(&t);
}

static void expectations_are_read(void **state)
{
  struct trace t = parsed(
      HEADER "m 0 8 = 0x2000 needzero=1 idle=2 released=3 sys=4 manual=5 in_use=6 "
             "huge_free=7 nfree=8 arena=0x4000-0x6000\ns 1 = 17 idle=9\n"
             "a 1 1 = 0x0 needzero=0\nl 0x1 = none\nd\n# so\n\n" FREE_SPAN
             "= free 0x8000 2 scavenged needzero=1\nd\n");
  const struct expectation *e = t.expects;
  int key = 0;
  (void)state;
  assert_int_equal(t.nexpects, 5);
  assert_true(e[0].kind == ANSWER_ADDRESS && e[0].number == 0x2000);
  assert_int_equal(e[0].has, (1 << STAT_KEYS) - 1);
  for (; key < STAT_ARENA; key++) {
    static const uint64_t in_order[STAT_ARENA] = {1, 2, 3, 4, 5, 6, 7, 8};
    assert_int_equal(e[0].stat[key], in_order[key]);
  }
  assert_true(e[0].stat[STAT_ARENA] == 0x4000 && e[0].arena_end == 0x6000);
  assert_true(e[1].kind == ANSWER_BYTES && e[1].number == 17);
  assert_int_equal(e[1].has, 1 << STAT_IDLE | 1 << STAT_IN_USE);
  assert_int_equal(e[1].stat[STAT_IN_USE], 0);
  assert_int_equal(e[2].has, 1 << STAT_NEEDZERO);
  assert_true(e[3].kind == ANSWER_NONE && e[3].has == 0);
  assert_true(e[4].kind == ANSWER_DUMP && e[4].first == 0 && e[4].count == 2);
  assert_true(t.free_spans[1].base_bytes == 0x8000 && t.free_spans[1].npages == 2);
  assert_true(t.free_spans[1].scavenged && t.free_spans[1].needzero);
  assert_true(!t.free_spans[0].scavenged && !t.free_spans[0].needzero);
  assert_int_equal(t.ops[5].expect, TRACE_NO_EXPECTATION);
  trace_free(&t);
}

static void canonical_text_prints_back(void **state)
{
  (void)state;
  assert_prints_back(HEADER);
  assert_prints_back(HEADER "a 1 8 align=4\nm 2 8 align=6 phase=2 from=0x5000000000 "
                            "below=0x5000400000 fit=last = nomem\na 3 1 fit=best\n"
                            "a 4 1 align=0 below=0x0\na 5 1 phase=18446744073709551615 "
                            "from=0xffffffffffffe000 # far\nc 6 0x5000010000 2 = "
                            "0x5000010000 needzero=1\nr 6 6 = ok needzero=0\nr 6 1 = ok\n"
                            "r 6 9 = nomem\nr 6 0 = invalid\nr 6 2 = full\n");
  assert_prints_back(V "# one\n\npage 1  # two\n\t# three\nphys 16\nhuge 0\n\n\narena "
                       "1099511627776\t#\ngoal 18446744073709551615#four\n#five\n");
  assert_prints_back(
      HEADER "# before\nregion 0x0 up # up\nregion 0x2000 down\n\nm 7 0 = invalid\n"
             "a 8 1 = 0x2000 needzero=1   # note\nf 8 = ok idle=1\n  # indented \n"
             "f 8 = invalid\nf 0x2000 = invalid # wrong\na 9 1 = nomem sys=0\n"
             "a 10 1 = full\ns 5 = 8192 arena=0x0-0x0 nfree=3 idle=1 in_use=0\n"
             "s 5 = full\nrefuse 1#x\ng 0x2000 1 = ok\ng 0x2000 1 = full\n"
             "l 0x1 = none\nl 0x2001 = 0x2000 idle=1 manual=3 in_use=5 nfree=1\n"
             "d\n\n# in a dump\n= free 0x0 1 retained needzero=0 # first\n# more\n"
             "= free 0x2000 1 scavenged needzero=1\n# after\nd\n" FREE_SPAN "d\n\n\n");
}

static void blanks_between_words_become_one(void **state)
{
  (void)state;
  assert_prints(HEADER "a \t 1  2   =  0x0\tneedzero=0  \n \t\n# c  \n",
                HEADER "a 1 2 = 0x0 needzero=0\n\n# c  \n");
}

static void a_comment_whose_line_is_gone_stands_alone(void **state)
{
  struct trace trace = parsed(HEADER "s 1 # one\n# own\nd\n" FREE_SPAN "s 2 # two\n");
  struct text got;
  (void)state;
  trace.nops = 1;
  got = printed(&trace);
  assert_string_equal(got.at, HEADER "s 1 # one\n# own\n # two\n");
  free(got.at);
  trace.nops = 0;
  got = printed(&trace);
  assert_string_equal(got.at, HEADER " # one\n# own\n # two\n");
  free(got.at);
  trace_free(&trace);
}

/* As when a trace is annotated with the answers of another heap. */
static void a_comment_behind_a_dump_stays_behind_it(void **state)
{
  struct trace trace = parsed(HEADER "d # one\n# next\ns 1\n");
  struct trace dumps =
      parsed(HEADER "d\n= free 0x0 1 retained needzero=0 # on\n# in\n" FREE_SPAN
                    "# next # s\ns 1\n");
  struct free_span span = {.base_bytes = 0x2000, .npages = 1};
  struct text got;
  (void)state;
  trace.nops = 1;
  assert_true(trace_append_free_span(&trace, span));
  assert_true(trace_append(&trace, (struct trace_op){.kind = OP_SCAVENGE, .number = 1}));
  got = printed(&trace);
  assert_string_equal(got.at, HEADER "d # one\n" FREE_SPAN "# next\ns 1\n");
  free(got.at);
  dumps.expects[0].count = 0;
  got = printed(&dumps);
  assert_string_equal(got.at, HEADER "d\n # on\n# in\n# next # s\ns 1\n");
  free(got.at);
  trace_free(&trace);
  trace_free(&dumps);
}

static void one_operation_prints_with_its_expectation(void **state)
{
  struct trace trace = parsed(HEADER "s 1 = 2 idle=3 # no\nd\n# no\n" FREE_SPAN);
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  (void)state;
  assert_true(trace_print_op(to, &trace, &trace.ops[0]));
  assert_true(trace_print_op(to, &trace, &trace.ops[1]));
  fclose(to);
  assert_string_equal(text, "s 1 = 2 idle=3\nd\n" FREE_SPAN);
  free(text);
  trace_free(&trace);
}

static void a_stream_that_fails_is_reported(void **state)
{
  FILE *full = fopen("/dev/full", "w");
  struct trace trace = parsed(HEADER);
  (void)state;
  if (full != NULL) {
    assert_false(trace_print(full, &trace));
    fclose(full);
  }
  trace_free(&trace);
}

static void a_trace_is_built_by_hand(void **state)
{
  struct trace t = {.page_bytes = 8192, .phys_bytes = 4096, .arena_bytes = 67108864};
  struct expectation e = {.kind = ANSWER_ADDRESS, .number = 0x2000};
  struct free_span span = {.base_bytes = 0x2000, .npages = 1};
  struct text text;
  (void)state;
  assert_false(trace_expect(&t, e));
  e.has = 1 << STAT_NEEDZERO | 1 << STAT_IDLE | 1 << STAT_IN_USE | 1 << STAT_ARENA;
  assert_true(trace_append_comment(&t, " # so", 5, true));
  assert_true(trace_append_comment(&t, "# made", 6, false));
  assert_true(trace_append(&t, (struct trace_op){.kind = OP_HEAP, .name = 4, .number = 1}));
  assert_true(trace_append_comment(&t, " # t", 4, true));
  assert_true(trace_expect(&t, (struct expectation){.kind = ANSWER_FULL}));
  assert_true(trace_expect(&t, e));
  assert_int_equal(t.nexpects, 1);
  e.stat[STAT_IN_USE] = 8192;
  assert_true(trace_append(&t, (struct trace_op){.kind = OP_HEAP, .name = 5, .number = 1}));
  assert_true(trace_expect(&t, e));
  assert_true(trace_append(&t, (struct trace_op){.kind = OP_DUMP}));
  assert_true(trace_append_free_span(&t, span));
  span.scavenged = true;
  assert_true(trace_append_free_span(&t, span));
  assert_true(trace_append(&t, (struct trace_op){.kind = OP_DUMP}));
  assert_true(trace_expect(&t, (struct expectation){
                                   .kind = ANSWER_DUMP, .first = 2, .count = 1}));
  assert_true(trace_append_free_span(&t, span));
  text = printed(&t);
  assert_string_equal(
      text.at, V "page 8192\nphys 4096\nhuge 0\narena 67108864\ngoal none # so\n"
                 "# made\na 4 1 = 0x2000 needzero=0 idle=0 arena=0x0-0x0 # t\n"
                      "a 5 1 = 0x2000 needzero=0 idle=0 in_use=8192 arena=0x0-0x0\n"
                      "d\n" FREE_SPAN "= free 0x2000 1 scavenged needzero=0\n"
                      "d\n= free 0x2000 1 scavenged needzero=0\n");
  assert_prints_back(text.at);
  free(text.at);
  trace_clear(&t);
  assert_int_equal(t.nops + t.nexpects + t.nfree_spans + t.ncomments, 0);
  assert_true(t.ops_room > 0 && t.page_bytes == 0);
  trace_free(&t);
}

static void the_geometry_is_in_pages(void **state)
{
  struct trace t = parsed(P "phys 32768\nhuge 2097152\narena 67108864\ngoal 16383\n");
  const struct span_geometry *g = &t.geometry;
  struct trace_error error;
  (void)state;
  assert_true(g->phys_pages == 4 && g->huge_pages == 256 && g->arena_pages == 8192);
  assert_true(g->has_goal && g->goal_pages == 1);
  t.phys_bytes = 2;
  t.huge_bytes = 3 * 8192;
  assert_true(trace_fit(&t, &error));
  assert_true(g->phys_pages == 1 && g->huge_pages == 3);
  t.phys_bytes = 65536; /* a huge page below the physical page is one, too */
  assert_true(trace_fit(&t, &error));
  assert_int_equal(g->phys_pages, 8);
  t.arena_bytes = 8192;
  assert_false(trace_fit(&t, &error));
  assert_int_equal(error.line, 5);
  assert_int_equal(g->phys_pages, 8); /* as it was */
  t.page_bytes = 0;
  assert_false(trace_fit(&t, &error));
  assert_int_equal(error.line, 2);
  trace_free(&t);
}

/* Whatever parses prints to what parses and prints the same. */
static void mutilated_text_is_refused_or_prints_back(void **state)
{
  static const char seed[] =
      V "page 8192\nphys 4096\nhuge 0\narena 67108864\ngoal none\n"
        "region 0x50000000 up # r\nm 1 2 = 0x50000000 needzero=0 idle=8192 nfree=0 "
        "arena=0x4000-0x6000\n\na 2 1 = nomem\nf 1 = ok\nf 0x2000\ns 1 = 2\nrefuse 1\n"
        "g 0x2000 1 = ok\nl 0x1 = none\nd\n= free 0x0 1 retained needzero=1\n# e\n";
  static const char letters[] = "0123456789abdefglmnorsux= #\n\t";
  int round = 0, survived = 0;
  (void)state;
  for (; round < 50000; round++) {
    char text[sizeof seed];
    struct trace trace;
    struct trace_error error;
    uint64_t left = 1 + draw_below(&draw, 3);
    memcpy(text, seed, sizeof seed);
    for (; left > 0; left--)
      text[draw_below(&draw, sizeof seed - 1)] =
          draw_below(&draw, 16) > 0 ? letters[draw_below(&draw, sizeof letters - 1)]
                               : (char)draw_below(&draw, 256);
    if (trace_parse(text, sizeof seed - 1, &trace, &error)) {
      struct text once = printed(&trace);
      assert_prints_back(once.at);
      free(once.at);
      survived++;
      trace_free(&trace);
    } else {
      assert_true(error.line > 0 && strncmp(error.text, "expected ", 9) == 0);
    }
  }
  assert_true(survived > 1000);
}

/* --- Recorded traces ---------------------------------------------------------------- */

static struct text file_text(const char *path)
{
  struct text text = {NULL, 0};
  FILE *from = fopen(path, "rb"), *to = open_memstream(&text.at, &text.size);
  int c = 0;
  assert_non_null(from);
  assert_non_null(to);
  while ((c = getc(from)) != EOF) putc(c, to);
  fclose(from);
  fclose(to);
  return text;
}

static void prints_back(const char *path)
{
  struct trace trace;
  struct trace_error error;
  struct text want = file_text(path), got;
  if (!trace_read(path, &trace, &error))
    fail_msg("%s:%d: %s", path, (int)error.line, error.text);
  got = printed(&trace);
  assert_int_equal(got.size, want.size);
  assert_memory_equal(got.at, want.at, want.size);
  free(got.at);
  free(want.at);
  trace_free(&trace);
}

static void recorded_traces_print_back(void **state)
{
  (void)state;
  all_recorded(prints_back);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_malformed_header_is_refused),
      cmocka_unit_test(a_malformed_operation_is_refused),
      cmocka_unit_test(a_malformed_expectation_is_refused),
      cmocka_unit_test(bytes_that_are_not_text_are_refused),
      cmocka_unit_test(characters_of_every_length_are_text),
      cmocka_unit_test(a_quoted_word_is_cut_between_characters),
      cmocka_unit_test(a_line_is_at_most_4096_bytes),
      cmocka_unit_test(a_cut_off_line_is_refused),
      cmocka_unit_test(a_file_that_cannot_be_read_is_refused),
      cmocka_unit_test(a_gigabyte_without_a_newline_costs_nothing),
      cmocka_unit_test(a_file_reads_like_its_text),
      cmocka_unit_test(operations_are_read),
      cmocka_unit_test(expectations_are_read),
      cmocka_unit_test(canonical_text_prints_back),
      cmocka_unit_test(blanks_between_words_become_one),
      cmocka_unit_test(a_comment_whose_line_is_gone_stands_alone),
      cmocka_unit_test(a_comment_behind_a_dump_stays_behind_it),
      cmocka_unit_test(one_operation_prints_with_its_expectation),
      cmocka_unit_test(a_stream_that_fails_is_reported),
      cmocka_unit_test(a_trace_is_built_by_hand),
      cmocka_unit_test(the_geometry_is_in_pages),
      cmocka_unit_test(mutilated_text_is_refused_or_prints_back),
      cmocka_unit_test(recorded_traces_print_back),
  };
  return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
