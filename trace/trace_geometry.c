#include "trace_geometry.h"

#include <inttypes.h>

/* For the page's bytes (the most, where it is about them), and what was got. */
static const char *const expected[HEADER_KEYS] = {
    [HEADER_PAGE] = "expected a page of 1 to %" PRIu64 " bytes, got %" PRIu64,
    [HEADER_PHYS] = "expected a physical page that divides the page (%" PRIu64
                    " bytes) or is 2, 4, 8 or 16 pages, got %" PRIu64,
    [HEADER_HUGE] = "expected 0, or 1 to 2^40 pages (of %" PRIu64
                    " bytes) below or a multiple of the physical page, got %" PRIu64,
    [HEADER_ARENA] = "expected 1 to 2^40 pages (of %" PRIu64
                     " bytes), a multiple of the physical page, got %" PRIu64,
};

bool trace_header_fits(const struct trace *trace, enum header_key key,
                       struct trace_error *error)
{
  const uint64_t values[] = {trace->page_bytes, trace->phys_bytes, trace->huge_bytes,
                             trace->arena_bytes, trace->goal_bytes};
  uint64_t page_bytes = trace->page_bytes, got = values[key], phys_pages = 1;
  if (key > HEADER_PAGE) phys_pages = trace_phys_pages(page_bytes, trace->phys_bytes);
  bool fits = key == HEADER_PAGE ? trace_page_fits(page_bytes) : phys_pages > 0;
  if (key == HEADER_HUGE) fits = trace_huge_fits(page_bytes, phys_pages, got);
  if (key == HEADER_ARENA) fits = trace_arena_fits(page_bytes, phys_pages, got);
  if (!fits)
    snprintf(error->text, sizeof error->text, expected[key],
             key == HEADER_PAGE ? (uint64_t)TRACE_PAGE_BYTES_MAX : page_bytes, got);
  return fits;
}

bool trace_fit(struct trace *trace, struct trace_error *error)
{
  for (int key = HEADER_PAGE; key < HEADER_KEYS; key++) {
    error->line = 2 + (uint64_t)key;
    if (!trace_header_fits(trace, (enum header_key)key, error)) return false;
  }
  error->line = 0;
  trace->geometry = (struct span_geometry){
      .phys_pages = trace_phys_pages(trace->page_bytes, trace->phys_bytes),
      .huge_pages = trace->huge_bytes / trace->page_bytes,
      .arena_pages = trace->arena_bytes / trace->page_bytes,
      .has_goal = trace->has_goal,
      .goal_pages = trace->has_goal ? trace->goal_bytes / trace->page_bytes : 0,
  };
  return true;
}
