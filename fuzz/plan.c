#include "plan.h"

/* --- Geometry ------------------------------------------------------------------ */

static uint64_t huge_pages_draw(uint64_t phys_pages, struct draw *draw)
{
  switch (draw_below(draw, 6)) {
  case 0:
  case 1: return 0;
  case 2: return phys_pages << draw_below(draw, 5);
  case 3: return phys_pages * draw_range(draw, 1, 24);
  case 4: return draw_below(draw, phys_pages); /* below R: no huge split */
  default: return 256;
  }
}

/* Mostly tiny, so that growth, old remainders and far regions happen all the
 * time. */
static uint64_t arena_pages_draw(uint64_t phys_pages, struct draw *draw)
{
  switch (draw_below(draw, 4)) {
  case 0: return phys_pages * draw_range(draw, 1, 64 / phys_pages);
  case 1: return phys_pages << draw_below(draw, 4);
  case 2: return phys_pages * draw_range(draw, 1, 1024 / phys_pages);
  default: return draw_once_in(draw, 2) ? 8192 : 512;
  }
}

static void goal_draw(struct span_geometry *geometry, struct draw *draw)
{
  uint64_t kind = draw_below(draw, 6);
  geometry->has_goal = kind < 4;
  if (kind == 1) geometry->goal_pages = draw_range(draw, 1, 64);
  if (kind == 2) geometry->goal_pages = draw_range(draw, 1, 4096);
  if (kind == 3) geometry->goal_pages = geometry->phys_pages * draw_range(draw, 1, 16);
}

static struct span_geometry geometry_draw(struct draw *draw)
{
  struct span_geometry geometry = {.phys_pages = 1ULL << draw_below(draw, 5)};
  geometry.huge_pages = huge_pages_draw(geometry.phys_pages, draw);
  geometry.arena_pages = arena_pages_draw(geometry.phys_pages, draw);
  goal_draw(&geometry, draw);
  return geometry;
}

/* --- Regions ------------------------------------------------------------------- */

static uint64_t far_page_draw(uint64_t unit, struct draw *draw)
{
  uint64_t page;
  switch (draw_below(draw, 8)) {
  case 0: page = 0; break;
  case 1: page = unit * draw_range(draw, 1, 4); break;
  case 2: return (SPAN_LIMIT_PAGES / unit - draw_below(draw, 6)) * unit;
  case 3: page = draw_below(draw, SPAN_LIMIT_PAGES); break;
  default: page = 0x2800000 + draw_below(draw, 0x100000); break;
  }
  return page / unit * unit;
}

struct plan_region plan_region_draw(const struct plan *plan, struct draw *draw)
{
  uint64_t unit = plan->geometry.arena_pages;
  struct plan_region region = {0, draw_once_in(draw, 2)};
  size_t known = plan->nregions;
  if (known > 0 && !draw_once_in(draw, 3)) {
    /* So near that it will run into another one, or continue it. */
    uint64_t near = plan->regions[draw_below(draw, known)].page;
    uint64_t steps = draw_below(draw, 8);
    region.page = draw_once_in(draw, 2) && near >= steps * unit ? near - steps * unit
                                                                : near + steps * unit;
  } else {
    region.page = far_page_draw(unit, draw);
  }
  if (draw_once_in(draw, 24)) region.page += draw_below(draw, unit); /* misaligned */
  return region;
}

static void regions_draw(struct plan *plan, struct draw *draw)
{
  uint64_t wanted = draw_once_in(draw, 16) ? 0 : draw_log(draw, 3);
  while (plan->nregions < wanted) {
    struct plan_region region = plan_region_draw(plan, draw);
    plan->regions[plan->nregions++] = region;
  }
}

/* --- A pool -------------------------------------------------------------------- */

static uint64_t round_up(uint64_t npages, uint64_t unit) { return (npages + unit - 1) / unit * unit; }

/* As a rule so small that a history fills it: around a power of two, and any. */
static uint64_t pool_pages_draw(const struct plan_may *may, struct draw *draw)
{
  uint64_t npages = draw_range(draw, 1, 64);
  if (draw_once_in(draw, 2)) npages = (UINT64_C(1) << draw_range(draw, 2, 12)) + draw_below(draw, 3) - 1;
  if (draw_once_in(draw, 4)) npages = draw_log(draw, 13);
  npages = round_up(npages, may->pool_unit_pages);
  if (draw_once_in(draw, 8)) npages = may->pool_min_pages;
  if (draw_once_in(draw, 8) && may->pool_max_pages <= 1 << 16) npages = may->pool_max_pages;
  if (npages < may->pool_min_pages) npages = may->pool_min_pages;
  return npages < may->pool_max_pages ? npages : may->pool_max_pages;
}

/* Every other history has a pool of its own; else it is the judge's. In one piece or in up to
 * three, of which some touch. */
static void pool_draw(struct plan *plan, struct draw *draw)
{
  if (draw_once_in(draw, 2)) return;
  uint64_t unit = plan->may.pool_unit_pages, left_pages = pool_pages_draw(&plan->may, draw);
  uint64_t page = draw_once_in(draw, 3) ? draw_below(draw, 64) : UINT64_C(1) << draw_below(draw, 20);
  size_t wanted = draw_once_in(draw, 2) ? 1 : (size_t)draw_range(draw, 1, PLAN_POOL_MAX);
  if (wanted > plan->may.pool_pieces_max) wanted = (size_t)plan->may.pool_pieces_max;
  /* At the very end of all addresses. */
  if (wanted == 1 && draw_once_in(draw, 8)) page = (SPAN_LIMIT_PAGES - left_pages) / unit * unit;
  while (plan->npool < wanted && left_pages > 0) {
    uint64_t npages = plan->npool + 1 == wanted ? left_pages : draw_range(draw, 1, left_pages);
    page = round_up(page, unit);
    npages = round_up(npages, unit);
    plan->pool[plan->npool++] = (struct span_range){page, npages};
    left_pages -= npages;
    page += npages + (draw_once_in(draw, 2) ? !plan->may.pieces_touch : draw_log(draw, 10));
  }
}

/* --- The mix -------------------------------------------------------------------- */

/* A history in two asks for more than pages, as a rule for some of it only. */
static void requests_draw(struct plan *plan, struct plan_may may, struct draw *draw)
{
  if (may.claim) plan->moves[MOVE_CLAIM] = (uint8_t)draw_below(draw, 48);
  if (may.resize) plan->moves[MOVE_RESIZE] = (uint8_t)draw_below(draw, 48);
  if (may.release) plan->moves[MOVE_RELEASE] = (uint8_t)draw_below(draw, 24);
  if (may.reload) plan->moves[MOVE_RELOAD] = (uint8_t)draw_below(draw, 8);
  for (int move = MOVE_CLAIM; move < MOVES; move++) plan->moves_total += plan->moves[move];
  if (may.requests == 0 || draw_once_in(draw, 2)) return;
  plan->requests = may.requests & (uint32_t)(draw_next(draw) | draw_next(draw));
  plan->plain_of_8 = draw_below(draw, 8);
}

static uint64_t weights_draw(uint8_t *weights, const uint8_t *usual, size_t count,
                             size_t always, struct draw *draw)
{
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) {
    bool off = i != always && draw_once_in(draw, 3);
    uint64_t weight = off ? 0 : draw_range(draw, 1, 2ULL * usual[i]);
    weights[i] = (uint8_t)weight;
    total += weight;
  }
  return total;
}

void plan_draw(struct plan *plan, struct plan_may may, struct draw *draw)
{
  static const uint8_t usual_moves[MOVES] = {
      [MOVE_ALLOC] = 100, [MOVE_ALLOC_WRONG] = 2, [MOVE_FREE] = 90,
      [MOVE_FREE_WRONG] = 8, [MOVE_SCAVENGE] = 16, [MOVE_REFUSE] = 3,
      [MOVE_ADD] = 10, [MOVE_LOOKUP] = 16, [MOVE_DUMP] = 1, [MOVE_REGION] = 3,
  };
  static const uint8_t usual_sizes[SIZE_KINDS] = {
      [SIZE_SMALL] = 40, [SIZE_LOG] = 40, [SIZE_PHYS] = 30, [SIZE_HOLE] = 40,
      [SIZE_ARENA] = 6, [SIZE_HUGE] = 6, [SIZE_LARGE] = 2,
  };
  *plan = (struct plan){.geometry = geometry_draw(draw), .may = may};
  regions_draw(plan, draw);
  plan->moves_total = weights_draw(plan->moves, usual_moves, MOVE_CLAIM, MOVE_ALLOC, draw);
  plan->sizes_total = weights_draw(plan->sizes, usual_sizes, SIZE_KINDS, SIZE_SMALL, draw);
  plan->manual_of_8 = draw_below(draw, 9);
  plan->length = draw_range(draw, 50, 600);
  plan->live_max = draw_range(draw, 2, draw_once_in(draw, 2) ? 32 : PLAN_LIVE_MAX);
  if (may.requests != 0 || may.claim || may.resize || may.release || may.reload)
    requests_draw(plan, may, draw);
  if (may.has_pool) pool_draw(plan, draw);
  if (may.alive_max > 0 && may.alive_max < PLAN_LIVE_MAX && draw_once_in(draw, 2))
    plan->live_max = may.alive_max + 1;
}
