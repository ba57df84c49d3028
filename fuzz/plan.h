/* What is drawn once for a history: the geometry, the OS's regions, and the mix of
 * operations and sizes. Each history has a mix of its own, with some kinds of operation
 * switched off ("swarm testing"): that reaches states that an even mix never does. */
#ifndef SPANREF_PLAN_H
#define SPANREF_PLAN_H

#include "../spec/types.h"
#include "../trace/draw.h"

enum move {
  MOVE_ALLOC,
  MOVE_ALLOC_WRONG, /* 0 pages, 2^51 pages, ... */
  MOVE_FREE,
  MOVE_FREE_WRONG,  /* twice, inside, never given out */
  MOVE_SCAVENGE,
  MOVE_REFUSE,
  MOVE_ADD,
  MOVE_LOOKUP,
  MOVE_DUMP,
  MOVE_REGION,
  MOVE_CLAIM,
  MOVE_RESIZE,
  MOVE_RELEASE,
  MOVE_RELOAD,
  MOVES
};

/* What the heaps can be asked for beside the plain operations, and limits to aim at. Where there
 * is nothing of it, histories are what they would be without. */
struct plan_may {
  uint32_t requests; /* of enum spanref_can */
  bool claim, resize, release, reload;
  /* Histories begin with memory that is handed in, of so many pages, in pieces that are multiples
   * of the unit and begin at one. */
  bool has_pool;
  uint64_t pool_min_pages, pool_max_pages, pool_unit_pages;
  uint64_t pool_pieces_max;
  bool pieces_touch; /* they may */
  uint64_t request_max_pages;   /* 0: none is drawn for its sake, nor for those */
  uint64_t align_max_pages;
  uint64_t alive_max;
  uint64_t remainder_min_pages;
};

enum size_kind {
  SIZE_SMALL, /* 1 ... 4 */
  SIZE_LOG,   /* up to 64 */
  SIZE_PHYS,  /* around multiples of R */
  SIZE_HOLE,  /* around a free span's */
  SIZE_ARENA, /* around the reservation unit and what is left of it */
  SIZE_HUGE,  /* around multiples of H */
  SIZE_LARGE, /* up to 16384 */
  SIZE_KINDS
};

#define PLAN_REGIONS_MAX 8
#define PLAN_POOL_MAX 3
#define PLAN_LIVE_MAX 256

struct plan_region {
  uint64_t page;
  bool down;
};

struct plan {
  struct span_geometry geometry;
  struct plan_may may;
  struct span_range pool[PLAN_POOL_MAX]; /* handed in first */
  size_t npool;
  struct plan_region regions[PLAN_REGIONS_MAX];
  size_t nregions;
  uint8_t moves[MOVES], sizes[SIZE_KINDS]; /* weights */
  uint64_t moves_total, sizes_total;
  uint64_t manual_of_8;  /* this many of 8 allocations are manual */
  uint32_t requests;     /* what allocations ask for: of enum spanref_can; 0: just pages */
  uint64_t plain_of_8;   /* and this many of 8 ask for just pages all the same */
  uint64_t length;       /* operations, those that open regions not counted */
  uint64_t live_max;     /* allocations at a time */
};

void plan_draw(struct plan *plan, struct plan_may may, struct draw *draw);
/* One more region: beside the last one, over it, elsewhere, or out of place. */
struct plan_region plan_region_draw(const struct plan *plan, struct draw *draw);

#endif
