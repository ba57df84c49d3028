/* What a candidate says of itself: its name, the levels it declares, the functions it
 * has. */
#ifndef SPANREF_ABOUT_H
#define SPANREF_ABOUT_H

#include "../candidates/spanref_candidate.h"
#include "../spec/types.h"

/* enum spanref_level, as places in a table. */
enum level { LEVEL_SAFETY, LEVEL_ACCOUNTING, LEVEL_COALESCING, LEVEL_PLACEMENT, LEVEL_BACKING, LEVELS };

const char *level_name(enum level level);

struct about {
  char name[32], summary[128];
  uint32_t levels, profile, memory;
  uint32_t can; /* of enum spanref_can; 0 without alloc_request */
  enum span_fit fit; /* of an allocation that asks for just pages */
  enum spanref_joins joins;
  bool has_scavenge, has_add, has_lookup, has_walk, has_self_check, has_claim, has_resize;
  bool has_free_sized, has_release, has_reload;
  bool has_takes, has_needs, is_closed;
  bool has_any_best; /* of several spans that fit best it may take any */
  bool is_next_fit;
  bool is_cleared; /* enum spanref_clean */
  uint32_t promises; /* of enum spanref_promise */
  /* Of a closed pool; 1, SPAN_LIMIT_PAGES and 1: any. Both bounds are multiples of the unit. */
  uint64_t pool_min_pages, pool_max_pages, pool_unit_pages;
  uint64_t pool_pieces_max; /* UINT64_MAX: any number */
  uint64_t request_max_pages; /* SPAN_LIMIT_PAGES: none */
  uint64_t align_max_pages;   /* UINT64_MAX: none */
  uint64_t alive_max;         /* UINT64_MAX: none */
  uint64_t remainder_min_pages; /* 1: none */
  /* What it says: of its statistics, bit i for enum number i (judge/observation.h); of its spans'
   * flags. Unless is_mask, its first answers say which numbers. */
  bool is_mask;
  uint32_t numbers;
  bool says_manual, says_scavenged, says_needzero;
};

/* A table as it was exported, of this version of the interface or an older one, becomes one of
 * this version: what it doesn't have it can't say. NULL, or why it can't be taken for a
 * candidate. */
const char *about_adopt(const struct spanref_candidate *exported, struct spanref_candidate *table);
void about_describe(const struct spanref_candidate *candidate, struct about *about);

/* The bits of enum spanref_can without which this can't be asked for. */
uint32_t request_needs(const struct span_request *request);

/* Which placement it has to take, where requests may ask so much (enum spanref_can). */
enum span_fit about_fit(const struct about *about, uint32_t can, const struct span_request *request);

/* Can a request name its fit? If not, it is by the candidate's own. */
static inline bool names_a_fit(uint32_t can)
{
  return (can & (SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT)) != 0;
}

static inline bool about_declares(const struct about *about, enum level level)
{
  return about->levels >> level & 1;
}

/* "safety, accounting, placement (pages)", with this between two. */
struct about_levels {
  char text[96];
};
struct about_levels about_levels(const struct about *about, const char *comma);

#endif
