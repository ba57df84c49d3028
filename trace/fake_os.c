#include "fake_os.h"

#include <assert.h>

void fake_os_reset(struct fake_os *os)
{
  os->nregions = 0;
  os->first = 0;
  os->refuse = 0;
}

void fake_os_add_region(struct fake_os *os, uint64_t base, bool down)
{
  assert(os->nregions < TRACE_REGIONS_MAX);
  os->regions[os->nregions++] = (struct fake_os_region){base, down};
}

void fake_os_refuse(struct fake_os *os, uint64_t regions) { os->refuse = regions; }

/* A region refuses what it can't express as an address. */
static bool region_serve(struct fake_os_region *region, uint64_t npages,
                         struct span_os_answer *answer)
{
  if (region->down ? npages > region->next : npages > UINT64_MAX - region->next)
    return false;
  if (region->down) region->next -= npages;
  *answer = (struct span_os_answer){true, region->next, npages};
  if (!region->down) region->next += npages;
  return true;
}

struct span_os_answer fake_os_reserve(struct fake_os *os, uint64_t npages)
{
  struct span_os_answer answer = {false, 0, 0};
  for (; os->first < os->nregions; os->first++) {
    if (os->refuse > 0) {
      os->refuse--;
    } else if (region_serve(&os->regions[os->first], npages, &answer)) {
      break;
    }
  }
  return answer;
}
