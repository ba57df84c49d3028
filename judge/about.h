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
  bool has_needs, is_closed;
  bool has_any_best; /* of several spans that fit best it may take any */
};

/* A table as it was exported, of this version of the interface or an older one, becomes one of
 * this version: what it doesn't have it can't say. NULL, or why it can't be taken for a
 * candidate. */
const char *about_adopt(const struct spanref_candidate *exported, struct spanref_candidate *table);
void about_describe(const struct spanref_candidate *candidate, struct about *about);

/* The bits of enum spanref_can without which this can't be asked for. */
uint32_t request_needs(const struct span_request *request);

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
