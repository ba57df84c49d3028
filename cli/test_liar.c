/* A spanref whose "opt" lies, to see the tool catch it: linked before the
 * library, this takes the place of candidates/ours/opt.c. SPANREF_TEST_LIE and
 * SPANREF_TEST_WHEN say what it lies about and when (judge/test_liar.h). */
#include <stdlib.h>

#include "../judge/test_liar.h"

static uint64_t number_from(const char *variable)
{
  const char *text = getenv(variable);
  return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static void *create_from_environment(void)
{
  liar_lie = (enum lie)number_from("SPANREF_TEST_LIE");
  liar_when = number_from("SPANREF_TEST_WHEN");
  return liar_create();
}

const struct candidate candidate_opt = {
    "opt",      "wrong on purpose", create_from_environment, liar_destroy,
    liar_reset, liar_alloc,         liar_free_span,          liar_scavenge,
    liar_add,   liar_lookup,        liar_stats,              liar_walk,
};
