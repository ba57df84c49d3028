#include "door.h"

#include "../spec/types.h"

/* What reaches past the limit isn't believed, all of it, as spanref_candidate.h says. */
static bool is_below_limit(struct span_os_answer answer)
{
  return answer.npages <= SPAN_LIMIT_PAGES &&
         answer.base <= SPAN_LIMIT_PAGES - answer.npages;
}

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  struct door *door = context;
  struct span_os_answer answer = fake_os_reserve(&door->fake, npages);
  *base = answer.base;
  *granted_pages = answer.npages;
  bool is_useful = answer.granted && answer.npages > 0 && is_below_limit(answer);
  if (!is_useful) {
    door->refused = true;
    return answer.granted;
  }
  uint64_t end = answer.base + answer.npages;
  if (page_set_meets(&door->obtained, answer.base, end)) door->refused = true;
  if (!page_set_add(&door->obtained, answer.base, end)) door->failed = true;
  return true;
}

void door_reset(struct door *door)
{
  door->os = (struct spanref_os){door, reserve};
  fake_os_reset(&door->fake);
  page_set_clear(&door->obtained);
  door->refused = door->failed = false;
}

void door_free(struct door *door) { page_set_free(&door->obtained); }
