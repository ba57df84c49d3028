#include "door.h"

void door_obtain(struct door *door, uint64_t base, uint64_t npages)
{
  if (npages > 0 && pages_are_below_limit(base, npages) &&
      !page_set_add(&door->obtained, base, base + npages))
    door->failed = true;
}

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  struct door *door = context;
  struct span_os_answer answer = fake_os_reserve(&door->fake, npages);
  *base = answer.base;
  *granted_pages = answer.npages;
  if (!answer.granted || answer.npages == 0 ||
      !pages_are_below_limit(answer.base, answer.npages) ||
      page_set_meets(&door->obtained, answer.base, answer.base + answer.npages))
    door->refused = true;
  if (answer.granted) door_obtain(door, answer.base, answer.npages);
  return answer.granted;
}

void door_reset(struct door *door)
{
  door->os = (struct spanref_os){door, reserve, NULL};
  fake_os_reset(&door->fake);
  page_set_clear(&door->obtained);
  door->refused = door->failed = false;
}

void door_free(struct door *door) { page_set_free(&door->obtained); }
