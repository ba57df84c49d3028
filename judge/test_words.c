/* What a candidate writes: of which the last lines are kept, as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../trace/text.h"
#include "words.h"

static struct words words;

static int begin(void **state)
{
  (void)state;
  words_open(&words);
  words.is_muted = true;
  return words.file != NULL ? 0 : -1;
}

static int end(void **state)
{
  (void)state;
  words_close(&words);
  return 0;
}

static void writes(const char *text)
{
  size_t size = strlen(text);
  assert_int_equal(write(fileno(words.file), text, size), size);
}

static void assert_last(const char *text)
{
  words_take(&words);
  assert_string_equal(words_last(&words).text, text);
}

static void the_last_ten_lines_are_kept(void **state)
{
  (void)state;
  assert_last("");
  writes("one\n2\n3\n4\n5\n");
  assert_last("one\n2\n3\n4\n5\n");
  writes("6\n7\n8\n9\nten\n");
  assert_last("one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n");
  writes("and a line that is no");
  assert_last("2\n3\n4\n5\n6\n7\n8\n9\nten\nand a line that is no\n");
  writes("t ended");
  assert_last("2\n3\n4\n5\n6\n7\n8\n9\nten\nand a line that is not ended\n");
  words_forget(&words);
  assert_last("");
}

static void a_long_line_is_cut(void **state)
{
  (void)state;
  for (int i = 0; i < 3 * WORDS_KEPT; i++) writes(i % 2 ? "b" : "a");
  words_take(&words);
  struct words_text last = words_last(&words);
  size_t length = strlen(last.text);
  assert_in_range(length, sizeof last.text - 10, sizeof last.text - 1);
  assert_int_equal(last.text[length - 1], '\n');
  assert_int_equal(last.text[length - 2], 'b');
}

static void more_than_is_passed_on_at_a_time(void **state)
{
  (void)state;
  static char text[3 << 20];
  memset(text, 'x', sizeof text - 1);
  writes(text);
  writes("\nthe end\n");
  words_take(&words);
  assert_non_null(strstr(words_last(&words).text, "xxx\nthe end\n"));
}

static void of_a_sanitizers_report_the_begin_and_the_summary(void **state)
{
  (void)state;
  writes("what it says first\n==1==ERROR: AddressSanitizer: heap-use-after-free\nWRITE of size 1\n");
  for (char frame[] = "    #0 alloc\n"; frame[5] < '9'; frame[5]++) writes(frame);
  writes("\nfreed by\n");
  writes("SUMMARY: AddressSanitizer: heap-use-after-free mine.c:7 in alloc\n");
  for (int i = 0; i < 40; i++) writes("  0x0c047fff8000: fa fa 00 00 fa fa fd fd\n");
  assert_last("==1==ERROR: AddressSanitizer: heap-use-after-free\nWRITE of size 1\n    #0 alloc\n"
              "    #1 alloc\n    #2 alloc\n    #3 alloc\n    #4 alloc\n    #5 alloc\n    #6 alloc\n"
              "SUMMARY: AddressSanitizer: heap-use-after-free mine.c:7 in alloc\n");
  words_forget(&words);
  writes("==1==ERROR: AddressSanitizer: short\nSUMMARY: AddressSanitizer: short");
  assert_last("==1==ERROR: AddressSanitizer: short\nSUMMARY: AddressSanitizer: short\n");
  words_forget(&words);
  writes("SUMMARY: of another kind\nand more\n");
  assert_last("SUMMARY: of another kind\nand more\n");
}

static void of_a_panic_the_begin(void **state)
{
  (void)state;
  writes("before\nthread 'main' panicked at alloc.rs:7:5:\nindex out of bounds\n");
  for (char frame[] = "   0: alloc\n"; frame[3] < '9'; frame[3]++) writes(frame);
  assert_last("thread 'main' panicked at alloc.rs:7:5:\nindex out of bounds\n   0: alloc\n"
              "   1: alloc\n   2: alloc\n   3: alloc\n   4: alloc\n   5: alloc\n   6: alloc\n"
              "   7: alloc\n");
  words_forget(&words);
  writes("before\npanic: page 7 already freed\n\ngoroutine 1 [running]:\n");
  for (int i = 0; i < 20; i++) writes("main.f()\n");
  assert_last("panic: page 7 already freed\n\ngoroutine 1 [running]:\nmain.f()\nmain.f()\n"
              "main.f()\nmain.f()\nmain.f()\nmain.f()\nmain.f()\n");
  words_forget(&words);
  writes("before\nfatal error: out of memory\n"); /* short: all of it */
  assert_last("before\nfatal error: out of memory\n");
}

static void a_long_report_leaves_room_for_its_summary(void **state)
{
  (void)state;
  writes("==1==ERROR: AddressSanitizer: long");
  for (int i = 0; i < 4000; i++) writes("x");
  writes("\nSUMMARY: AddressSanitizer: long\n");
  words_take(&words);
  const struct words_text last = words_last(&words);
  assert_non_null(strstr(last.text, "==1==ERROR: AddressSanitizer: longxxx"));
  assert_non_null(strstr(last.text, "xxx\nSUMMARY: AddressSanitizer: long\n"));
}

static void it_becomes_text(void **state)
{
  (void)state;
  assert_int_equal(write(fileno(words.file), "\0\033[1m\xff\tx\r\n", 10), 10);
  assert_last("??[1m?\tx \n");
}

static void text_of_strangers(void **state)
{
  (void)state;
  static const char *const pairs[][2] = {
      {"plain", "plain"},
      {"a\nb\tc\rd", "a b c d"},
      {"\x01\x1f\x7f", "???"},
      {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"\xc3", "?"},                      /* cut off */
      {"\xc0\xaf \xe0\x80\xaf", "?? ???"}, /* overlong */
      {"\xed\xa0\x80", "???"},            /* a surrogate */
      {"\xf4\x90\x80\x80", "????"},       /* past U+10FFFF */
      {"\xc2\x85", "??"},                 /* a control character of C1 */
      {"\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "??????\xef\xbf\xbd"}, /* XML has no U+FFFE */
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char text[32];
    snprintf(text, sizeof text, "%s", pairs[i][0]);
    text_clean(text);
    assert_string_equal(text, pairs[i][1]);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_last_ten_lines_are_kept, begin, end),
      cmocka_unit_test_setup_teardown(a_long_line_is_cut, begin, end),
      cmocka_unit_test_setup_teardown(more_than_is_passed_on_at_a_time, begin, end),
      cmocka_unit_test_setup_teardown(of_a_sanitizers_report_the_begin_and_the_summary, begin, end),
      cmocka_unit_test_setup_teardown(of_a_panic_the_begin, begin, end),
      cmocka_unit_test_setup_teardown(a_long_report_leaves_room_for_its_summary, begin, end),
      cmocka_unit_test_setup_teardown(it_becomes_text, begin, end),
      cmocka_unit_test(text_of_strangers),
  };
  return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
