#include "about.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../trace/text.h"

static const char *const level_names[LEVELS] = {"safety", "accounting", "coalescing",
                                                "placement", "backing"};

const char *level_name(enum level level) { return level_names[level]; }

#define CAN_ALL                                                            \
  ((uint32_t)(SPANREF_CAN_ALIGN | SPANREF_CAN_ALIGN_ANY | SPANREF_CAN_WINDOW | \
              SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT))

#define LEVELS_ALL                                                                          \
  ((uint32_t)(SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING | SPANREF_PLACEMENT | \
              SPANREF_BACKING))
#define PROMISES_ALL ((uint32_t)(2 * SPANREF_MAY_GROW - 1))
#define SAYS_ALL ((uint32_t)SPANREF_SAYS_ALL)

static const char *why_no_table(const struct spanref_candidate *candidate)
{
  if (candidate->name == NULL || candidate->summary == NULL)
    return "it has no name, or no summary";
  if (candidate->create == NULL || candidate->destroy == NULL || candidate->alloc == NULL ||
      (candidate->free == NULL && candidate->free_sized == NULL))
    return "it lacks create, destroy, alloc or free";
  if (strpbrk(candidate->name, " \t\n") != NULL) return "its name isn't one word";
  return NULL;
}

/* A bit or a number that means nothing. */
static const char *why_unknown(const struct spanref_candidate *candidate)
{
  if ((candidate->levels & ~LEVELS_ALL) != 0) return "its levels have a bit that no level has";
  if (candidate->profile > SPANREF_GO113)
    return "its profile is neither SPANREF_PAGES nor SPANREF_GO113";
  if (candidate->memory > SPANREF_BYTES)
    return "its memory is neither SPANREF_NUMBERS nor SPANREF_BYTES";
  if ((candidate->can & ~CAN_ALL) != 0) return "it can what enum spanref_can doesn't have";
  if (candidate->fit > SPANREF_NEXT_FIT) return "its fit is none of enum spanref_fit";
  if (candidate->joins > SPANREF_JOINS_IN_PIECES) return "its joins is none of enum spanref_joins";
  if (candidate->pool > SPANREF_POOL_CLOSED) return "its pool is none of enum spanref_pool";
  if (candidate->clean > SPANREF_CLEAN_CLEARED) return "its clean is none of enum spanref_clean";
  if ((candidate->promises & ~PROMISES_ALL) != 0)
    return "it promises what enum spanref_promise doesn't have";
  if ((candidate->says & ~SAYS_ALL) != 0) return "it says what enum spanref_says doesn't have";
  return NULL;
}

static uint64_t or_else(uint64_t number, uint64_t otherwise) { return number > 0 ? number : otherwise; }

/* The numbers of a table that says which: the last bit is of two. */
static uint32_t numbers_of(const struct spanref_candidate *candidate)
{
  uint32_t numbers = candidate->says & (SPANREF_SAYS_ARENA - 1);
  if ((candidate->says & SPANREF_SAYS_ARENA) != 0) numbers |= 3 * (uint32_t)SPANREF_SAYS_ARENA;
  return candidate->stats != NULL ? numbers : 0;
}

static void describe_contract(const struct spanref_candidate *candidate, struct about *about)
{
  uint32_t says = candidate->says;
  if (says == 0) says = SAYS_ALL & ~(uint32_t)SPANREF_SAYS_SPAN_NEEDZERO;
  about->joins = (enum spanref_joins)candidate->joins;
  about->has_takes = candidate->takes != NULL;
  about->has_needs = candidate->needs != NULL;
  about->is_closed = candidate->pool == SPANREF_POOL_CLOSED;
  about->is_cleared = candidate->clean == SPANREF_CLEAN_CLEARED;
  about->promises = candidate->promises;
  uint64_t unit = or_else(candidate->pool_unit_pages, 1);
  uint64_t max_pages = or_else(candidate->pool_max_pages, SPAN_LIMIT_PAGES);
  about->pool_unit_pages = unit;
  about->pool_pieces_max = or_else(candidate->pool_pieces_max, UINT64_MAX);
  about->pool_min_pages = (or_else(candidate->pool_min_pages, 1) + unit - 1) / unit * unit;
  about->pool_max_pages = max_pages / unit * unit;
  about->request_max_pages = or_else(candidate->request_max_pages, SPAN_LIMIT_PAGES);
  about->align_max_pages = or_else(candidate->align_max_pages, UINT64_MAX);
  about->alive_max = or_else(candidate->alive_max, UINT64_MAX);
  about->remainder_min_pages = or_else(candidate->remainder_min_pages, 1);
  about->is_mask = candidate->says != 0;
  about->numbers = numbers_of(candidate);
  about->says_manual = (says & SPANREF_SAYS_SPAN_MANUAL) != 0;
  about->says_scavenged = (says & SPANREF_SAYS_SPAN_SCAVENGED) != 0;
  about->says_needzero = (says & SPANREF_SAYS_SPAN_NEEDZERO) != 0;
}

/* Promises that don't go together, or lack a function. */
static const char *why_no_contract(const struct spanref_candidate *candidate)
{
  const uint32_t sized = SPANREF_REFUSES_EMPTY | SPANREF_REFUSES_PARTIAL;
  bool has_remainder = candidate->remainder_min_pages > 1;
  struct about about = {.name = ""};
  if ((candidate->can & SPANREF_CAN_ALIGN_ANY) != 0 && (candidate->can & SPANREF_CAN_ALIGN) == 0)
    return "it can SPANREF_CAN_ALIGN_ANY, but not SPANREF_CAN_ALIGN";
  if (candidate->can != 0 && candidate->alloc_request == NULL)
    return "it can requests, but lacks alloc_request";
  if (candidate->pool == SPANREF_POOL_CLOSED && candidate->memory == SPANREF_NUMBERS &&
      candidate->add == NULL)
    return "it declares a closed pool, which needs the function add";
  if (candidate->pool_min_pages > SPAN_LIMIT_PAGES || candidate->pool_unit_pages > SPAN_LIMIT_PAGES)
    return "its least pool, or its pool's unit, is beyond page 2^40";
  describe_contract(candidate, &about);
  if (about.pool_min_pages > about.pool_max_pages)
    return "its least pool is greater than its greatest";
  if ((candidate->promises & sized) != 0 && candidate->free_sized == NULL)
    return "it refuses empty or partial frees, but lacks free_sized";
  if (has_remainder && candidate->memory == SPANREF_BYTES)
    return "it declares a least remainder, which needs SPANREF_NUMBERS";
  bool has_pieces = candidate->joins == SPANREF_JOINS_BUDDIES ||
                    candidate->joins == SPANREF_JOINS_IN_PIECES;
  if (has_pieces && candidate->memory == SPANREF_BYTES &&
      (candidate->levels & SPANREF_COALESCING) != 0)
    return "it declares coalescing, and joins within pieces, which needs SPANREF_NUMBERS";
  if (has_remainder && (candidate->resize != NULL || candidate->joins != SPANREF_JOINS_AT_ONCE))
    return "it declares a least remainder, and resize or joins other than at once";
  return NULL;
}

/* Does it leave open what SPANREF_GO113 settles? */
static bool is_open(const struct spanref_candidate *candidate)
{
  return candidate->joins != SPANREF_JOINS_AT_ONCE || candidate->takes != NULL ||
         candidate->needs != NULL || candidate->pool != SPANREF_POOL_GROWS ||
         candidate->request_max_pages != 0 || candidate->alive_max != 0 ||
         candidate->remainder_min_pages > 1 || candidate->clean != SPANREF_CLEAN_NEVER_USED ||
         candidate->promises != 0 || candidate->release != NULL || candidate->align_max_pages != 0 ||
         (candidate->says != 0 && candidate->says != SAYS_ALL);
}

static const char *why_no_placement(const struct spanref_candidate *candidate)
{
  bool is_placed = (candidate->levels & SPANREF_PLACEMENT) != 0;
  bool is_exact = is_placed && candidate->profile == SPANREF_GO113;
  if (is_exact && candidate->fit != SPANREF_FIRST_FIT)
    return "it declares placement as in SPANREF_GO113, which is first fit";
  if (is_exact && is_open(candidate))
    return "it declares placement as in SPANREF_GO113, and a contract of its own";
  if ((candidate->levels & SPANREF_BACKING) != 0 && !is_exact)
    return "it declares backing, which needs placement as in SPANREF_GO113";
  if (is_placed && candidate->memory == SPANREF_BYTES)
    return "it declares placement, which needs SPANREF_NUMBERS";
  if (is_placed && candidate->profile == SPANREF_PAGES && candidate->add == NULL)
    return "it declares placement as in SPANREF_PAGES, which needs the function add";
  return NULL;
}

static const char *why_unfit(const struct spanref_candidate *candidate)
{
  const char *why = why_no_table(candidate);
  if (why == NULL) why = why_unknown(candidate);
  if (why == NULL) why = why_no_contract(candidate);
  return why != NULL ? why : why_no_placement(candidate);
}

/* What can't be read, and what could: kept until the next is said. */
static char unread[160];

static const char *unread_version(uint32_t version)
{
  snprintf(unread, sizeof unread,
           "it is built for version %" PRIu32 " of spanref_candidate.h, this spanref knows 1 to %d",
           version, SPANREF_CANDIDATE_VERSION);
  return unread;
}

static const char *unread_size(uint32_t size_bytes, const size_t *sizes, size_t count)
{
  size_t used = (size_t)snprintf(unread, sizeof unread, "its size_bytes is %" PRIu32 ", expected",
                                 size_bytes);
  for (size_t i = 0; i < count && used < sizeof unread; i++)
    used += (size_t)snprintf(unread + used, sizeof unread - used, "%s %zu",
                             i == 0 ? "" : i + 1 < count ? "," : " or", sizes[i]);
  return unread;
}

const char *about_adopt(const struct spanref_candidate *exported, struct spanref_candidate *table)
{
  /* How much of it there was in version 1, and in version 2 before fields were added. */
  const size_t sizes[] = {offsetof(struct spanref_candidate, can),
                          offsetof(struct spanref_candidate, joins),
                          offsetof(struct spanref_candidate, pool_min_pages),
                          offsetof(struct spanref_candidate, align_max_pages), sizeof *table};
  const size_t nsizes = sizeof sizes / sizeof *sizes;
  uint32_t version = exported->version, size_bytes = exported->size_bytes;
  size_t at = 0;
  if (version == 0 || version > SPANREF_CANDIDATE_VERSION)
    return unread_version(version);
  while (at < nsizes && sizes[at] != size_bytes) at++;
  if (at == nsizes || (version == 1 && at > 0))
    return unread_size(size_bytes, sizes, version == 1 ? 1 : nsizes);
  memset(table, 0, sizeof *table);
  memcpy(table, exported, size_bytes);
  return why_unfit(table);
}

/* Of the reference's fits, the one that says where; where any will do, the first of these. */
static enum span_fit fit_of(uint32_t fit)
{
  if (fit == SPANREF_BEST_FIT_ANY) return SPAN_BEST_FIT;
  return fit == SPANREF_NEXT_FIT ? SPAN_FIRST_FIT : (enum span_fit)fit;
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
      .fit = fit_of(candidate->fit),
      .has_any_best = candidate->fit == SPANREF_BEST_FIT_ANY,
      .is_next_fit = candidate->fit == SPANREF_NEXT_FIT,
      .has_free_sized = candidate->free_sized != NULL,
      .has_release = candidate->release != NULL,
      .has_reload = candidate->reload != NULL,
  };
  describe_contract(candidate, about);
  snprintf(about->name, sizeof about->name, "%s", candidate->name);
  snprintf(about->summary, sizeof about->summary, "%s", candidate->summary);
  text_clean(about->name);
  text_clean(about->summary);
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

enum span_fit about_fit(const struct about *about, uint32_t can, const struct span_request *request)
{
  bool is_own = request_needs(request) == 0 || !names_a_fit(can);
  return is_own ? about->fit : request->fit;
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
