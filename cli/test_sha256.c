/* SHA-256 by the examples of the standard (FIPS 180-4, as NIST publishes them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sha256.h"

static const struct {
  const char *text, *hash;
} examples[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmno"
     "pqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void the_examples(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    struct sha256 sha;
    sha256_begin(&sha);
    sha256_add(&sha, examples[i].text, strlen(examples[i].text));
    assert_string_equal(sha256_end(&sha).text, examples[i].hash);
  }
}

/* However it is cut. */
static void a_million_times_a(void **state)
{
  (void)state;
  static const size_t sizes[] = {1, 7, 64, 1000};
  char text[1000];
  memset(text, 'a', sizeof text);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    struct sha256 sha;
    sha256_begin(&sha);
    for (size_t left = 1000000, size; left > 0; left -= size) {
      size = left < sizes[i] ? left : sizes[i];
      sha256_add(&sha, text, size);
    }
    assert_string_equal(sha256_end(&sha).text,
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
}

static void a_file_that_is_not_there(void **state)
{
  (void)state;
  assert_string_equal(sha256_file("/nowhere/at/all").text, "");
  assert_string_equal(sha256_file("/").text, "");
  assert_string_equal(sha256_file("/dev/null").text, examples[0].hash);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_examples),
      cmocka_unit_test(a_million_times_a),
      cmocka_unit_test(a_file_that_is_not_there),
  };
  return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
