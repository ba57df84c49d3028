/* A spanref whose "opt" lies, to see the tool catch it: linked before the library, this
 * takes the place of candidates/ours/opt.c. SPANREF_TEST_LIE and SPANREF_TEST_WHEN say
 * what it lies about and when (judge/test_liar.h). */
#include <stdlib.h>

#include "../judge/test_liar.h"

static uint64_t number_from(const char *variable)
{
  const char *text = getenv(variable);
  return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static void *create_from_environment(const struct spanref_geometry *geometry,
                                     const struct spanref_os *os)
{
  liar_lie = (enum lie)number_from("SPANREF_TEST_LIE");
  liar_when = number_from("SPANREF_TEST_WHEN");
  return liar_create(geometry, os);
}

const struct spanref_candidate candidate_opt = LIAR("opt", create_from_environment);
