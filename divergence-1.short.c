/* opt differs from the reference after the last operation.
 * docs/semantics.md [coalesce.merge]
 *
 *   cc -std=c99 -D_POSIX_C_SOURCE=200809L -I. THIS.c build/libspanref.a && ./a.out
 *
 * Exit status: 1 the two heaps differ, 0 they don't. */
#include "fuzz/trial.h"

/* Pages, all of it. */
static const struct span_geometry geometry = {
    .phys_pages = 1, .huge_pages = 0, .arena_pages = 512,
    .has_goal = false, .goal_pages = 0};

static void history(struct trial *t)
{
  add(t, 0x0, 3);
  struct span_alloc_result a0 = alloc(t, 1, false);
  struct span_alloc_result a1 = alloc(t, 1, false);
  struct span_alloc_result a2 = alloc(t, 1, false);
  free_of(t, a0);
  free_of(t, a2);
  free_of(t, a1);
}

int main(void) { return trial_compare(geometry, history, "opt"); }
