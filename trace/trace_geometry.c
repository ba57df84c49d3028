#include "trace_geometry.h"

#include <inttypes.h>

static bool refuse_page(const struct trace *trace, struct trace_error *error)
{
  snprintf(error->text, sizeof error->text,
           "expected a page of 1 to %llu bytes, got %" PRIu64, TRACE_PAGE_BYTES_MAX,
           trace->page_bytes);
  return false;
}

static bool refuse_phys(const struct trace *trace, struct trace_error *error)
{
  snprintf(error->text, sizeof error->text,
           "expected a physical page that divides the page (%" PRIu64
           " bytes) or is 2, 4, 8 or 16 pages, got %" PRIu64,
           trace->page_bytes, trace->phys_bytes);
  return false;
}

static bool refuse_huge(const struct trace *trace, struct trace_error *error)
{
  snprintf(error->text, sizeof error->text,
           "expected 0, or 1 to 2^40 pages (of %" PRIu64
           " bytes) below or a multiple of the physical page, got %" PRIu64,
           trace->page_bytes, trace->huge_bytes);
  return false;
}

static bool refuse_arena(const struct trace *trace, struct trace_error *error)
{
  snprintf(error->text, sizeof error->text,
           "expected 1 to 2^40 pages (of %" PRIu64
           " bytes), a multiple of the physical page, got %" PRIu64,
           trace->page_bytes, trace->arena_bytes);
  return false;
}

bool trace_header_fits(const struct trace *trace, enum header_key key,
                       struct trace_error *error)
{
  uint64_t page_bytes = trace->page_bytes;
  uint64_t phys_pages =
      key > HEADER_PAGE ? trace_phys_pages(page_bytes, trace->phys_bytes) : 1;
  switch (key) {
  case HEADER_PAGE: return trace_page_fits(page_bytes) || refuse_page(trace, error);
  case HEADER_PHYS: return phys_pages > 0 || refuse_phys(trace, error);
  case HEADER_HUGE:
    return trace_huge_fits(page_bytes, phys_pages, trace->huge_bytes) ||
           refuse_huge(trace, error);
  case HEADER_ARENA:
    return trace_arena_fits(page_bytes, phys_pages, trace->arena_bytes) ||
           refuse_arena(trace, error);
  case HEADER_GOAL:
  case HEADER_KEYS: break;
  }
  return true;
}

bool trace_fit(struct trace *trace, struct trace_error *error)
{
  int key = HEADER_PAGE;
  for (; key < HEADER_KEYS; key++) {
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
