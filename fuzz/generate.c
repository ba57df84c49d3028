#include "generate.h"

/* What there is to aim at. */
struct view {
  const struct span *spans;
  uint64_t count;
  const struct spanref_stats *stats;
};

struct plan_may generate_may(const struct judge *judge)
{
  const struct about *about = judge_about(judge);
  return (struct plan_may){
      .requests = judge->can,
      .claim = judge->asked >> OP_CLAIM & 1,
      .resize = judge->asked >> OP_RESIZE & 1,
      .release = judge->asked >> OP_RELEASE & 1,
      .reload = judge->asked >> OP_RELOAD & 1,
      .has_pool = about->is_closed,
      .pool_min_pages = about->pool_min_pages,
      .pool_max_pages = about->pool_max_pages,
      .pool_unit_pages = about->pool_unit_pages,
      .pool_pieces_max = about->pool_pieces_max,
      .pieces_touch = about->joins != SPANREF_JOINS_IN_PIECES,
      .request_max_pages = about->request_max_pages < SPAN_LIMIT_PAGES ? about->request_max_pages : 0,
      .align_max_pages = about->align_max_pages < UINT64_MAX ? about->align_max_pages : 0,
      .alive_max = about->alive_max < UINT64_MAX ? about->alive_max : 0,
      .remainder_min_pages = about->remainder_min_pages > 1 ? about->remainder_min_pages : 0};
}

uint64_t generate_pool_pages(const struct generator *generator)
{
  uint64_t npages = 0;
  for (size_t i = 0; i < generator->plan.npool; i++) npages += generator->plan.pool[i].npages;
  return npages;
}

void generate_begin(struct generator *generator, struct plan_may may, uint64_t seed, uint64_t k)
{
  struct draw seeds = {seed ^ k * 0xd1342543de82ef95ULL};
  generator->draw.state = draw_next(&seeds);
  generator->nlive = generator->nfreed = 0;
  generator->next_name = generator->next_region = generator->operations = 0;
  generator->next_piece = 0;
  generator->filling = true;
  generator->align = generator->phase = 0;
  plan_draw(&generator->plan, may, &generator->draw);
}

void generate_header(const struct generator *generator, struct trace *trace)
{
  const struct span_geometry *geometry = &generator->plan.geometry;
  trace->page_bytes = GENERATE_PAGE_BYTES;
  trace->phys_bytes = geometry->phys_pages * GENERATE_PAGE_BYTES;
  trace->huge_bytes = geometry->huge_pages * GENERATE_PAGE_BYTES;
  trace->arena_bytes = geometry->arena_pages * GENERATE_PAGE_BYTES;
  trace->has_goal = geometry->has_goal;
  trace->goal_bytes = geometry->goal_pages * GENERATE_PAGE_BYTES;
  trace->geometry = *geometry;
}

/* --- Aims -------------------------------------------------------------------------- */

/* A span the heap held lately; a live one, one freed, or none at all (npages 0). */
static struct live aim(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  size_t freed = generator->nfreed < GENERATE_FREED ? generator->nfreed : GENERATE_FREED;
  uint64_t kind = draw_below(draw, 4);
  if (kind == 0 && freed > 0) return generator->freed[draw_below(draw, freed)];
  if (kind == 1 && generator->nlive > 0)
    return generator->live[draw_below(draw, generator->nlive)];
  if (view->count == 0) return (struct live){0, 0, 0};
  const struct span *span = &view->spans[draw_below(draw, view->count)];
  return (struct live){0, span->base, span->npages};
}

/* A page at an edge: of a span, of the current arena, of the address space. */
static uint64_t page_draw(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  struct live at = aim(generator, view);
  switch (draw_below(draw, 10)) {
  case 0:
  case 1: return at.base;
  case 2: return at.base > 0 ? at.base - 1 : 0;
  case 3: return at.base + at.npages;
  case 4: return at.base + at.npages - (at.npages > 0);
  case 5:
  case 6: return at.base + draw_below(draw, at.npages + 1);
  case 7: return draw_once_in(draw, 2) ? view->stats->arena_base : view->stats->arena_end;
  case 8: return draw_below(draw, SPAN_LIMIT_PAGES);
  default: return SPAN_LIMIT_PAGES - 1 + draw_below(draw, 3);
  }
}

static uint64_t around(struct draw *draw, uint64_t pages)
{
  uint64_t near = pages + draw_below(draw, 3);
  return near > 1 ? near - 1 : 1;
}

/* The size of a free span: one in the list, or that of the last ones freed. */
static uint64_t hole_draw(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  for (int tries = 0; tries < 4 && view->count > 0; tries++) {
    const struct span *span = &view->spans[draw_below(draw, view->count)];
    if (span->free) return span->npages;
  }
  return generator->nfreed > 0
             ? generator->freed[(generator->nfreed - 1) % GENERATE_FREED].npages
             : 1;
}

/* Around a declared limit: the greatest request, or what would leave the least remainder of a free
 * span. 0: not this time. */
static uint64_t limit_draw(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  const struct plan_may *may = &generator->plan.may;
  if (may->request_max_pages > 0 && draw_once_in(draw, 16))
    return around(draw, may->request_max_pages);
  if (may->remainder_min_pages == 0 || !draw_once_in(draw, 8)) return 0;
  uint64_t hole_pages = hole_draw(generator, view), left_pages = around(draw, may->remainder_min_pages);
  return hole_pages > left_pages ? hole_pages - left_pages : 0;
}

static uint64_t size_draw(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  const struct plan *plan = &generator->plan;
  uint64_t limit = limit_draw(generator, view);
  if (limit > 0) return limit;
  uint64_t left = view->stats->arena_end - view->stats->arena_base;
  switch (draw_weighted(draw, plan->sizes, plan->sizes_total)) {
  case SIZE_SMALL: return draw_range(draw, 1, 4);
  case SIZE_LOG: return draw_log(draw, 6);
  case SIZE_PHYS: return around(draw, plan->geometry.phys_pages * draw_range(draw, 1, 6));
  case SIZE_HOLE:
    return draw_once_in(draw, 3) ? around(draw, hole_draw(generator, view))
                                 : hole_draw(generator, view);
  case SIZE_ARENA:
    return around(draw, draw_once_in(draw, 2)
                            ? left
                            : plan->geometry.arena_pages * draw_range(draw, 1, 3));
  case SIZE_HUGE: return around(draw, plan->geometry.huge_pages * draw_range(draw, 1, 3));
  default: return draw_log(draw, 14);
  }
}

/* --- Operations ---------------------------------------------------------------------- */

static uint64_t bytes_of(uint64_t pages) { return pages * GENERATE_PAGE_BYTES; }

/* Each fills in what belongs to its kind of operation; all else is zero. */

static void alloc_op(struct trace_op *op, struct generator *generator, uint64_t npages)
{
  bool manual = draw_below(&generator->draw, 8) < generator->plan.manual_of_8;
  op->kind = manual ? OP_MANUAL : OP_HEAP;
  op->name = generator->next_name++;
  op->number = npages;
}

/* --- Requests ----------------------------------------------------------------------- */

/* Powers of two, where no others may be; as a rule so small that they matter in a history. */
static uint64_t align_draw(struct generator *generator)
{
  struct draw *draw = &generator->draw;
  bool is_any = (generator->plan.requests & SPANREF_CAN_ALIGN_ANY) != 0;
  if (!is_any || draw_once_in(draw, 2)) return UINT64_C(1) << draw_below(draw, 8);
  if (draw_once_in(draw, 64)) return draw_once_in(draw, 2) ? 0 : SPAN_LIMIT_PAGES + 1;
  return draw_once_in(draw, 8) ? draw_log(draw, 12) : draw_range(draw, 2, 24);
}

/* The greatest, or the greatest power of two below it. */
static uint64_t greatest_align(const struct generator *generator)
{
  uint64_t max_pages = generator->plan.may.align_max_pages, power = 1;
  if ((generator->plan.requests & SPANREF_CAN_ALIGN_ANY) != 0) return max_pages;
  while (power <= max_pages / 2) power *= 2;
  return power;
}

/* Now and then at a limit, if there is one. */
static uint64_t align_within(struct generator *generator)
{
  uint64_t max_pages = generator->plan.may.align_max_pages;
  if (max_pages == 0) return align_draw(generator);
  if (draw_once_in(&generator->draw, 16)) return greatest_align(generator);
  uint64_t align = align_draw(generator);
  return align <= max_pages ? align : 1;
}

/* Every other time the last one again: a heap may remember what it found for it. */
static void align_op(struct trace_op *op, struct generator *generator)
{
  struct draw *draw = &generator->draw;
  if (generator->align == 0 || draw_once_in(draw, 2)) {
    generator->align = align_within(generator);
    generator->phase = 0;
    if ((generator->plan.requests & SPANREF_CAN_ALIGN_ANY) != 0 && !draw_once_in(draw, 3))
      generator->phase = draw_below(draw, generator->align);
  }
  op->has_align = generator->align != 1;
  op->align = op->has_align ? generator->align : 0;
  op->phase = generator->phase;
  if (op->phase > 0 && draw_once_in(draw, 64)) op->phase = generator->align; /* one too many */
}

/* A page at one end of a free span, and as far in or out as would just do, or just not. */
static uint64_t window_edge_draw(struct generator *generator, const struct view *view,
                                 uint64_t npages, bool is_end)
{
  struct draw *draw = &generator->draw;
  struct live at = aim(generator, view);
  uint64_t page = is_end ? at.base + at.npages : at.base, off = draw_below(draw, 4);
  if (draw_once_in(draw, 3)) page = is_end ? at.base + npages : at.base + at.npages - npages;
  if (draw_once_in(draw, 3)) off = draw_below(draw, at.npages + 1);
  return draw_once_in(draw, 2) || page < off ? page + off : page - off;
}

static void window_op(struct trace_op *op, struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  uint64_t npages = op->number, from = 0, below = SPAN_LIMIT_PAGES;
  if (!draw_once_in(draw, 3)) from = window_edge_draw(generator, view, npages, false);
  if (from == 0 || draw_once_in(draw, 2))
    below = draw_once_in(draw, 3) ? from + npages + draw_below(draw, 3) - 1
                                  : window_edge_draw(generator, view, npages, true);
  if (from > 2 * SPAN_LIMIT_PAGES || below > 2 * SPAN_LIMIT_PAGES) return; /* wrapped */
  op->from = from * GENERATE_PAGE_BYTES;
  op->has_below = below != SPAN_LIMIT_PAGES;
  if (op->has_below) op->below = below * GENERATE_PAGE_BYTES;
}

static void request_op(struct trace_op *op, struct generator *generator,
                       const struct view *view)
{
  struct draw *draw = &generator->draw;
  uint32_t may = generator->plan.requests;
  if (draw_below(draw, 8) < generator->plan.plain_of_8) return;
  if ((may & SPANREF_CAN_ALIGN) != 0 && draw_once_in(draw, 2)) align_op(op, generator);
  if ((may & SPANREF_CAN_WINDOW) != 0 && draw_once_in(draw, 2)) window_op(op, generator, view);
  if ((may & SPANREF_CAN_LAST_FIT) != 0 && draw_once_in(draw, 3)) op->fit = SPAN_LAST_FIT;
  if ((may & SPANREF_CAN_BEST_FIT) != 0 && draw_once_in(draw, 3)) op->fit = SPAN_BEST_FIT;
}

static uint64_t wrong_size_draw(struct draw *draw)
{
  static const uint64_t sizes[] = {
      0, SPAN_LIMIT_PAGES, SPAN_LIMIT_PAGES + 1, SPAN_LIMIT_PAGES - 1, 1ULL << 51,
      UINT64_MAX};
  return sizes[draw_below(draw, sizeof sizes / sizeof *sizes)];
}

static void free_op(struct trace_op *op, struct generator *generator)
{
  uint64_t which = draw_below(&generator->draw, generator->nlive);
  struct live gone = generator->live[which];
  generator->live[which] = generator->live[--generator->nlive];
  generator->freed[generator->nfreed++ % GENERATE_FREED] = gone;
  /* By address as well: heaps can't tell. */
  if (draw_once_in(&generator->draw, 8)) {
    op->kind = OP_FREE_AT;
    op->address = bytes_of(gone.base);
  } else {
    op->kind = OP_FREE;
    op->name = gone.name;
  }
}

static void free_wrong_op(struct trace_op *op, struct generator *generator,
                          const struct view *view)
{
  struct draw *draw = &generator->draw;
  size_t freed = generator->nfreed < GENERATE_FREED ? generator->nfreed : GENERATE_FREED;
  if (freed > 0 && draw_once_in(draw, 3)) {
    op->kind = OP_FREE;
    op->name = generator->freed[draw_below(draw, freed)].name;
  } else {
    op->kind = OP_FREE_AT;
    op->address = bytes_of(page_draw(generator, view));
  }
}

static uint64_t scavenge_bytes_draw(struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  uint64_t retained = view->stats->sys - view->stats->released;
  switch (draw_below(draw, 6)) {
  case 0: return draw_below(draw, 3); /* 0, or bytes that round up to a page */
  case 1:
  case 2: return bytes_of(draw_log(draw, 6)) - draw_below(draw, 2);
  case 3: return bytes_of(generator->plan.geometry.phys_pages * draw_range(draw, 1, 8));
  case 4: return bytes_of(draw_below(draw, retained + 1));
  default: return draw_once_in(draw, 4) ? UINT64_MAX : bytes_of(hole_draw(generator, view));
  }
}

/* Where held memory begins, less npages, or where it ends: beside it there is
 * room, as a rule. */
static uint64_t page_beside_draw(struct draw *draw, const struct view *view,
                                 uint64_t npages)
{
  const struct span *spans = view->spans;
  uint64_t i = draw_below(draw, view->count);
  if (draw_once_in(draw, 2)) {
    while (i > 0 && spans[i - 1].base + spans[i - 1].npages == spans[i].base)
      i--;
    return spans[i].base >= npages ? spans[i].base - npages : 0;
  }
  while (i + 1 < view->count && spans[i].base + spans[i].npages == spans[i + 1].base)
    i++;
  return spans[i].base + spans[i].npages;
}

/* Mostly beside memory that is held, on physical pages, and small. */
static void add_op(struct trace_op *op, struct generator *generator,
                   const struct view *view)
{
  struct draw *draw = &generator->draw;
  uint64_t unit = generator->plan.geometry.phys_pages;
  uint64_t npages = unit * draw_range(draw, 1, 16);
  if (draw_once_in(draw, 16)) npages = draw_below(draw, 32);
  if (draw_once_in(draw, 32)) npages = wrong_size_draw(draw);
  uint64_t page = view->count > 0 && !draw_once_in(draw, 3)
                      ? page_beside_draw(draw, view, npages)
                      : page_draw(generator, view);
  if (!draw_once_in(draw, 8)) page -= page % unit;
  op->kind = OP_ADD;
  op->address = bytes_of(page);
  op->number = npages;
}

/* Pages in a free span as a rule: at its ends or between, all of it, or one too many. */
static void claim_op(struct trace_op *op, struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  struct live at = aim(generator, view);
  uint64_t npages = draw_once_in(draw, 3) ? at.npages : draw_log(draw, 6);
  uint64_t page = at.base + draw_below(draw, at.npages + 1);
  if (draw_once_in(draw, 3)) page = at.base;
  if (draw_once_in(draw, 4) && at.npages >= npages) page = at.base + at.npages - npages;
  if (draw_once_in(draw, 16)) page = page_draw(generator, view);
  if (draw_once_in(draw, 32)) npages = wrong_size_draw(draw);
  op->kind = OP_CLAIM;
  op->name = generator->next_name++;
  op->address = page * GENERATE_PAGE_BYTES;
  op->number = npages;
}

/* Of what is in use: a little more or less, what is free behind it, one page. */
static void resize_op(struct trace_op *op, struct generator *generator, const struct view *view)
{
  struct draw *draw = &generator->draw;
  struct live live = generator->live[draw_below(draw, generator->nlive)];
  op->kind = OP_RESIZE;
  op->name = live.name;
  switch (draw_below(draw, 6)) {
  case 0: op->number = draw_range(draw, 1, live.npages); break;
  case 1: op->number = live.npages - (live.npages > 1); break;
  case 2: op->number = live.npages + draw_below(draw, 3); break;
  case 3: op->number = live.npages + around(draw, hole_draw(generator, view)); break;
  case 4: op->number = live.npages + draw_log(draw, 6); break;
  default: op->number = draw_once_in(draw, 8) ? wrong_size_draw(draw) : draw_log(draw, 6);
  }
}

static void region_op(struct trace_op *op, const struct plan_region *region)
{
  op->kind = OP_REGION;
  op->down = region->down;
  op->address = bytes_of(region->page);
}

static void new_region_op(struct trace_op *op, struct generator *generator)
{
  struct plan *plan = &generator->plan;
  struct plan_region region = plan_region_draw(plan, &generator->draw);
  if (plan->nregions < PLAN_REGIONS_MAX) plan->regions[plan->nregions++] = region;
  generator->next_region++;
  region_op(op, &region);
}

/* A move that can't be made now becomes one that can. */
static enum move move_draw(struct generator *generator)
{
  struct draw *draw = &generator->draw;
  const struct plan *plan = &generator->plan;
  if (draw_once_in(draw, 48)) generator->filling = !generator->filling;
  enum move move = (enum move)draw_weighted(draw, plan->moves, plan->moves_total);
  if (move == MOVE_FREE && generator->filling && draw_once_in(draw, 2)) move = MOVE_ALLOC;
  if (move == MOVE_ALLOC && !generator->filling && plan->moves[MOVE_FREE] > 0 &&
      draw_once_in(draw, 2))
    move = MOVE_FREE;
  bool is_full = generator->nlive >= plan->live_max;
  if ((move == MOVE_ALLOC || move == MOVE_CLAIM) && is_full) move = MOVE_FREE;
  if (move == MOVE_RESIZE && generator->nlive == 0) move = MOVE_ALLOC;
  if (move == MOVE_FREE && generator->nlive == 0) move = MOVE_ALLOC;
  if (move == MOVE_REGION && generator->next_region >= TRACE_REGIONS_MAX)
    move = MOVE_ALLOC;
  return move;
}

static void make_move(struct trace_op *op, struct generator *generator, enum move move,
                      const struct view *view)
{
  struct draw *draw = &generator->draw;
  switch (move) {
  case MOVE_ALLOC_WRONG: alloc_op(op, generator, wrong_size_draw(draw)); break;
  case MOVE_FREE: free_op(op, generator); break;
  case MOVE_FREE_WRONG: free_wrong_op(op, generator, view); break;
  case MOVE_SCAVENGE:
    op->kind = OP_SCAVENGE;
    op->number = scavenge_bytes_draw(generator, view);
    break;
  case MOVE_REFUSE:
    op->kind = OP_REFUSE;
    op->number = draw_below(draw, 3);
    break;
  case MOVE_ADD: add_op(op, generator, view); break;
  case MOVE_LOOKUP:
    op->kind = OP_LOOKUP;
    op->address = bytes_of(page_draw(generator, view));
    op->address += draw_below(draw, GENERATE_PAGE_BYTES);
    break;
  case MOVE_DUMP: op->kind = OP_DUMP; break;
  case MOVE_REGION: new_region_op(op, generator); break;
  case MOVE_CLAIM: claim_op(op, generator, view); break;
  case MOVE_RESIZE: resize_op(op, generator, view); break;
  case MOVE_RELEASE: op->kind = OP_RELEASE; break;
  case MOVE_RELOAD: op->kind = OP_RELOAD; break;
  default:
    alloc_op(op, generator, size_draw(generator, view));
    if (generator->plan.requests != 0) request_op(op, generator, view);
    break;
  }
}

/* All of a piece of the pool: then it shows whether any of it gets lost. */
static uint64_t greatest_piece(const struct plan *plan)
{
  uint64_t npages = 0;
  for (size_t i = 0; i < plan->npool; i++)
    if (plan->pool[i].npages > npages) npages = plan->pool[i].npages;
  return npages;
}

bool generate_next(struct generator *generator, const struct span_heap *spans,
                   const struct spanref_stats *stats, struct trace_op *op)
{
  const struct view view = {spans != NULL ? spans->spans : NULL,
                            spans != NULL ? spans->count : 0, stats};
  struct plan *plan = &generator->plan;
  *op = (struct trace_op){.expect = TRACE_NO_EXPECTATION};
  if (generator->next_piece < plan->npool) {
    const struct span_range *piece = &plan->pool[generator->next_piece++];
    op->kind = OP_ADD;
    op->address = bytes_of(piece->base);
    op->number = piece->npages;
    return true;
  }
  if (generator->next_region < plan->nregions && generator->operations == 0) {
    region_op(op, &plan->regions[generator->next_region++]);
    return true;
  }
  if (generator->operations++ == plan->length) return false;
  if (generator->operations == 1 && plan->npool > 0 && draw_once_in(&generator->draw, 2))
    alloc_op(op, generator, greatest_piece(plan));
  else
    make_move(op, generator, move_draw(generator), &view);
  return true;
}

void generate_learn(struct generator *generator, const struct trace_op *op,
                    const struct observation *said)
{
  if (said->status != SPANREF_OK) return;
  if (op->kind == OP_RESIZE) {
    for (size_t i = 0; i < generator->nlive; i++)
      if (generator->live[i].name == op->name) generator->live[i].npages = op->number;
  }
  if (!op_gives((enum op_kind)op->kind)) return;
  /* Wrong sizes may be granted too, by an OS with room enough: one over. */
  if (generator->nlive == PLAN_LIVE_MAX) return;
  generator->live[generator->nlive++] =
      (struct live){op->name, said->answer.base, op->number};
}
