#include "door.h"

struct span_os_answer span_os_reserve(struct span_os *door, uint64_t npages)
{
  struct span_os_answer answer = {.granted = false};
  answer.granted =
      door->os->reserve(door->os->context, npages, &answer.base, &answer.npages);
  return answer;
}
