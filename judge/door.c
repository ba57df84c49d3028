#include "door.h"

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  struct door *door = context;
  struct span_os_answer answer = fake_os_reserve(&door->fake, npages);
  uint64_t end = answer.base + answer.npages;
  *base = answer.base;
  *granted_pages = answer.npages;
  if (!answer.granted || answer.npages == 0 ||
      !pages_are_below_limit(answer.base, answer.npages)) {
    door->refused = true;
    return answer.granted;
  }
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
