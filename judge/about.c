#include "about.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const level_names[LEVELS] = {"safety", "accounting", "coalescing",
                                                "placement", "backing"};

const char *level_name(enum level level) { return level_names[level]; }

#define CAN_ALL                                                            \
  ((uint32_t)(SPANREF_CAN_ALIGN | SPANREF_CAN_ALIGN_ANY | SPANREF_CAN_WINDOW | \
              SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT))

static const char *why_unfit(const struct spanref_candidate *candidate)
{
  const uint32_t levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING |
                          SPANREF_PLACEMENT | SPANREF_BACKING;
  if (candidate->name == NULL || candidate->summary == NULL)
    return "it has no name, or no summary";
  if (candidate->create == NULL || candidate->destroy == NULL ||
      candidate->alloc == NULL || candidate->free == NULL)
    return "it lacks create, destroy, alloc or free";
  if (strpbrk(candidate->name, " \t\n") != NULL) return "its name isn't one word";
  if ((candidate->levels & ~levels) != 0) return "its levels have a bit that no level has";
  if (candidate->profile > SPANREF_GO113)
    return "its profile is neither SPANREF_PAGES nor SPANREF_GO113";
  if (candidate->memory > SPANREF_BYTES)
    return "its memory is neither SPANREF_NUMBERS nor SPANREF_BYTES";
  if ((candidate->can & ~CAN_ALL) != 0) return "it can what enum spanref_can doesn't have";
  if ((candidate->can & SPANREF_CAN_ALIGN_ANY) != 0 && (candidate->can & SPANREF_CAN_ALIGN) == 0)
    return "it can SPANREF_CAN_ALIGN_ANY, but not SPANREF_CAN_ALIGN";
  if (candidate->can != 0 && candidate->alloc_request == NULL)
    return "it can requests, but lacks alloc_request";
  if (candidate->fit > SPANREF_BEST_FIT_ANY) return "its fit is none of enum spanref_fit";
  if (candidate->fit != SPANREF_FIRST_FIT && candidate->profile == SPANREF_GO113 &&
      (candidate->levels & SPANREF_PLACEMENT) != 0)
    return "it declares placement as in SPANREF_GO113, which is first fit";
  if (candidate->joins > SPANREF_JOINS_NEVER) return "its joins is none of enum spanref_joins";
  if (candidate->pool > SPANREF_POOL_CLOSED) return "its pool is none of enum spanref_pool";
  if (candidate->pool == SPANREF_POOL_CLOSED && candidate->memory == SPANREF_NUMBERS &&
      candidate->add == NULL)
    return "it declares a closed pool, which needs the function add";
  bool is_open = candidate->joins != SPANREF_JOINS_AT_ONCE || candidate->takes != NULL ||
                 candidate->needs != NULL || candidate->pool != SPANREF_POOL_GROWS;
  if (is_open && candidate->profile == SPANREF_GO113 &&
      (candidate->levels & SPANREF_PLACEMENT) != 0)
    return "it declares placement as in SPANREF_GO113, and joins, takes, needs or a closed pool";
  if ((candidate->levels & SPANREF_BACKING) != 0 &&
      ((candidate->levels & SPANREF_PLACEMENT) == 0 || candidate->profile != SPANREF_GO113))
    return "it declares backing, which needs placement as in SPANREF_GO113";
  if ((candidate->levels & SPANREF_PLACEMENT) == 0) return NULL;
  if (candidate->memory == SPANREF_BYTES)
    return "it declares placement, which needs SPANREF_NUMBERS";
  if (candidate->profile == SPANREF_PAGES && candidate->add == NULL)
    return "it declares placement as in SPANREF_PAGES, which needs the function add";
  return NULL;
}

const char *about_adopt(const struct spanref_candidate *exported, struct spanref_candidate *table)
{
  /* How much of it there was in version 1, and in version 2 before fields were added. */
  const size_t sizes[] = {offsetof(struct spanref_candidate, can),
                          offsetof(struct spanref_candidate, joins), sizeof *table};
  uint32_t version = exported->version, size_bytes = exported->size_bytes;
  if (version == 0 || version > SPANREF_CANDIDATE_VERSION)
    return "it is built for another version of spanref_candidate.h";
  if (size_bytes != sizes[0] && (version == 1 || (size_bytes != sizes[1] && size_bytes != sizes[2])))
    return "its size_bytes is wrong";
  memset(table, 0, sizeof *table);
  memcpy(table, exported, size_bytes);
  return why_unfit(table);
}

void about_describe(const struct spanref_candidate *candidate, struct about *about)
{
  *about = (struct about){
      .levels = candidate->levels | SPANREF_SAFETY,
      .profile = candidate->profile,
      .memory = candidate->memory,
      .has_scavenge = candidate->scavenge != NULL,
      .has_add = candidate->add != NULL,
      .has_lookup = candidate->lookup != NULL,
      .has_walk = candidate->walk != NULL,
      .has_self_check = candidate->self_check != NULL,
      .has_claim = candidate->claim != NULL,
      .has_resize = candidate->resize != NULL,
      .can = candidate->alloc_request != NULL ? candidate->can : 0,
      .fit = candidate->fit == SPANREF_BEST_FIT_ANY ? SPAN_BEST_FIT : (enum span_fit)candidate->fit,
      .has_any_best = candidate->fit == SPANREF_BEST_FIT_ANY,
      .joins = (enum spanref_joins)candidate->joins,
      .has_needs = candidate->needs != NULL,
      .is_closed = candidate->pool == SPANREF_POOL_CLOSED,
  };
  snprintf(about->name, sizeof about->name, "%s", candidate->name);
  snprintf(about->summary, sizeof about->summary, "%s", candidate->summary);
}

static bool is_power_of_two(uint64_t n) { return n > 0 && (n & (n - 1)) == 0; }

uint32_t request_needs(const struct span_request *request)
{
  uint32_t needs = 0;
  if (!is_power_of_two(request->align) || request->phase != 0) needs |= SPANREF_CAN_ALIGN_ANY;
  if (request->align != 1) needs |= SPANREF_CAN_ALIGN;
  if (request->from > 0 || request->below != SPAN_LIMIT_PAGES) needs |= SPANREF_CAN_WINDOW;
  if (request->fit == SPAN_LAST_FIT) needs |= SPANREF_CAN_LAST_FIT;
  if (request->fit == SPAN_BEST_FIT) needs |= SPANREF_CAN_BEST_FIT;
  return needs;
}

struct about_levels about_levels(const struct about *about, const char *comma)
{
  struct about_levels out = {""};
  for (int level = 0; level < LEVELS; level++) {
    if (!about_declares(about, (enum level)level)) continue;
    if (out.text[0] != '\0') strcat(out.text, comma);
    strcat(out.text, level_names[level]);
    if (level == LEVEL_PLACEMENT)
      strcat(out.text, about->profile == SPANREF_GO113 ? " (go1.13)" : " (pages)");
  }
  return out;
}
