/* A span heap over an array of pages, as slow and as plain as can be: the yardstick of
 * test_opt.c. The model keeps a state for each page and computes all else anew each time,
 * statistics too.
 *
 * The model sees MODEL_PAGES pages from `origin` on. The test may let each of these stand for a
 * million real pages (the test's `unit`); the model doesn't know. */
#ifndef SPANREF_OPT_TEST_MODEL_H
#define SPANREF_OPT_TEST_MODEL_H

#include <string.h>

#include "../spec/os.h"
#include "../spec/types.h"

#define MODEL_PAGES 1536

enum page_state { UNHELD, HEAP, MANUAL, RETAINED, SCAVENGED };

struct model {
  struct span_geometry geometry;
  uint64_t origin;                 /* a multiple of all that is aligned */
  uint64_t arena_base, arena_end;  /* absolute, like all that is answered */
  unsigned char state[MODEL_PAGES + 1]; /* the last one is always UNHELD */
  bool first[MODEL_PAGES + 1];     /* a span begins here */
  bool dirty[MODEL_PAGES + 1];     /* needzero of the page's span */
  bool backed[MODEL_PAGES + 1];    /* there is memory behind the page */
  bool gone[MODEL_PAGES + 1];      /* the operation gave it back to the OS */
};

/* The OS's answer to the next question. */
typedef struct span_os_answer model_os(void *context, uint64_t asked_pages);

static bool model_is_free(const struct model *m, uint64_t i)
{
  return m->state[i] == RETAINED || m->state[i] == SCAVENGED;
}

static uint64_t model_first(const struct model *m, uint64_t i)
{
  while (!m->first[i]) i--;
  return i;
}

static uint64_t model_end(const struct model *m, uint64_t i)
{
  for (i++; m->state[i] != UNHELD && !m->first[i];) i++;
  return i;
}

static void model_set(struct model *m, uint64_t i, uint64_t end,
                      enum page_state state, bool dirty)
{
  for (uint64_t j = i; j < end; j++) {
    m->state[j] = (unsigned char)state;
    m->first[j] = j == i;
    m->dirty[j] = dirty;
  }
}

/* Whole aligned runs of `unit` pages in [i, end). */
static uint64_t model_runs(const struct model *m, uint64_t i, uint64_t end,
                           uint64_t unit)
{
  uint64_t runs = 0;
  if (unit == 0) return 0;
  while (i < end && (m->origin + i) % unit != 0) i++;
  for (; i < end && end - i >= unit; i += unit) runs++;
  return runs;
}

static uint64_t model_huge(const struct model *m, uint64_t i, uint64_t end)
{
  return model_runs(m, i, end, m->geometry.huge_pages);
}

static uint64_t model_whole(const struct model *m, uint64_t i, uint64_t end)
{
  uint64_t phys_pages = m->geometry.phys_pages;
  return model_runs(m, i, end, phys_pages) * phys_pages;
}

/* From scratch: invariant 7. */
static struct span_stats model_stats(const struct model *m)
{
  uint64_t rest = m->arena_end - m->arena_base;
  struct span_stats stats = {.arena_base = m->arena_base,
                             .arena_end = m->arena_end,
                             .idle = rest,
                             .released = rest};
  for (uint64_t i = 0; i < MODEL_PAGES; i++) {
    if (!m->first[i] || m->state[i] == UNHELD) continue;
    uint64_t end = model_end(m, i), npages = end - i;
    if (m->state[i] == HEAP) stats.in_use += npages;
    if (m->state[i] == MANUAL) stats.manual += npages;
    if (!model_is_free(m, i)) continue;
    stats.nfree++;
    stats.idle += npages;
    if (m->state[i] == SCAVENGED) stats.released += model_whole(m, i, end);
    if (m->state[i] == RETAINED) stats.huge_free += model_huge(m, i, end);
  }
  stats.sys = stats.idle + stats.in_use;
  return stats;
}

/* The free spans that meet at page i become one, or their boundary settles. Returns where the
 * upper span then begins. If they merged, *merged grows by the huge pages of the one at
 * `other`. */
static uint64_t model_meet(struct model *m, uint64_t i, uint64_t other,
                           uint64_t *merged)
{
  uint64_t low = model_first(m, i - 1), end = model_end(m, i);
  bool dirty = m->dirty[low] || m->dirty[i];
  if (m->state[low] == m->state[i]) {
    *merged += model_huge(m, other, model_end(m, other));
    model_set(m, low, end, m->state[i], dirty);
    return low;
  }
  if (m->geometry.phys_pages == 1) return i;
  uint64_t boundary = i;
  bool up = m->state[low] == RETAINED;
  while ((m->origin + boundary) % m->geometry.phys_pages != 0)
    boundary = up ? boundary + 1 : boundary - 1;
  bool low_dirty = up ? dirty : m->dirty[low];
  bool high_dirty = up ? m->dirty[i] : dirty;
  enum page_state low_state = m->state[low], high_state = m->state[i];
  model_set(m, low, boundary, low_state, low_dirty);
  model_set(m, boundary, end, high_state, high_dirty);
  return boundary;
}

static struct span_advice model_coalesce(struct model *m, uint64_t i)
{
  uint64_t huge = model_huge(m, i, model_end(m, i));
  if (i > 0 && model_is_free(m, i - 1))
    i = model_meet(m, i, model_first(m, i - 1), &huge);
  uint64_t end = model_end(m, i);
  if (model_is_free(m, end)) model_meet(m, end, end, &huge);
  end = model_end(m, i);
  if (m->state[i] == SCAVENGED || model_huge(m, i, end) <= huge)
    return (struct span_advice){0, 0};
  return (struct span_advice){m->origin + i, end - i};
}

/* The highest retained span with a whole physical page and, if asked, a huge
 * page; MODEL_PAGES: none. */
static uint64_t model_highest(const struct model *m, bool huge)
{
  for (uint64_t i = MODEL_PAGES; i-- > 0;) {
    if (!m->first[i] || m->state[i] != RETAINED) continue;
    uint64_t end = model_end(m, i);
    if (model_whole(m, i, end) > 0 && (!huge || model_huge(m, i, end) > 0))
      return i;
  }
  return MODEL_PAGES;
}

/* The OS gives memory by physical pages. One has to be there if anything in it may be touched:
 * what is in use, or retained. */
static bool model_needs(const struct model *m, uint64_t i)
{
  uint64_t low = i - (m->origin + i) % m->geometry.phys_pages;
  for (uint64_t j = low; j < low + m->geometry.phys_pages; j++)
    if (m->state[j] != SCAVENGED && m->state[j] != UNHELD) return true;
  return false;
}

static void model_give_back(struct model *m, uint64_t i, uint64_t end)
{
  for (; i < end; i++) {
    if (model_needs(m, i)) continue;
    m->backed[i] = false;
    m->gone[i] = true;
  }
}

/* What is needed of [i, end) and isn't backed: it is from now on. */
static struct span_range model_make_ready(struct model *m, uint64_t i, uint64_t end)
{
  struct span_range ready = {0, 0};
  for (; i < end; i++) {
    if (m->backed[i] || !model_needs(m, i)) continue;
    if (ready.npages++ == 0) ready.base = m->origin + i;
    m->backed[i] = true;
  }
  return ready;
}

static uint64_t model_scavenge(struct model *m, uint64_t want)
{
  uint64_t released = 0, phys = m->geometry.phys_pages;
  uint64_t huge = m->geometry.huge_pages;
  while (released < want) {
    uint64_t i = model_highest(m, true);
    if (i == MODEL_PAGES) i = model_highest(m, false);
    if (i == MODEL_PAGES) break;
    uint64_t end = model_end(m, i), low = m->origin + i;
    while (low % phys != 0) low++;
    uint64_t whole = model_whole(m, i, end), split = low;
    if (whole > want - released) {
      split = low + whole - (want - released);
      split -= split % phys;
      if (huge > phys && split - split % huge >= low) split -= split % huge;
    }
    if (split > low) { /* the low part stays */
      model_set(m, split - m->origin, end, RETAINED, m->dirty[i]);
      i = split - m->origin;
    }
    released += model_whole(m, i, end);
    model_set(m, i, end, SCAVENGED, m->dirty[i]);
    model_give_back(m, i, end);
    model_coalesce(m, i);
  }
  return released;
}

/* extra: pages that already count as sys, and not yet as released. */
static void model_add_span(struct model *m, uint64_t i, uint64_t npages,
                           uint64_t extra)
{
  struct span_stats stats = model_stats(m);
  uint64_t retained = stats.sys + extra - stats.released;
  uint64_t goal = m->geometry.goal_pages;
  if (m->geometry.has_goal && retained + npages > goal) {
    uint64_t excess = retained + npages - goal;
    model_scavenge(m, excess < npages ? excess : npages);
  }
  model_set(m, i, i + npages, SCAVENGED, false);
  model_coalesce(m, i);
}

/* Nobody holds any of it, and the model sees all of it. */
static bool model_is_unheld(const struct model *m, uint64_t base,
                            uint64_t npages)
{
  if (npages == 0 || base < m->origin || npages > MODEL_PAGES ||
      base - m->origin > MODEL_PAGES - npages)
    return false;
  for (uint64_t page = base; page < base + npages; page++)
    if (m->state[page - m->origin] != UNHELD ||
        (page >= m->arena_base && page < m->arena_end))
      return false;
  return true;
}

static uint64_t model_round_up(uint64_t pages, uint64_t unit)
{
  while (pages % unit != 0) pages++;
  return pages;
}

static enum span_status model_grow(struct model *m, model_os *os,
                                   void *context, uint64_t npages)
{
  uint64_t phys = m->geometry.phys_pages, arena = m->geometry.arena_pages;
  if (model_round_up(m->arena_base + npages, phys) > m->arena_end) {
    uint64_t asked = model_round_up(npages, arena);
    struct span_os_answer answer = os(context, asked);
    if (!answer.granted) return SPAN_NO_MEMORY;
    if (answer.npages < asked || answer.npages % arena != 0 ||
        answer.base % arena != 0 ||
        !model_is_unheld(m, answer.base, answer.npages))
      return SPAN_BAD_ANSWER;
    if (answer.base != m->arena_end) {
      uint64_t base = m->arena_base, rest = m->arena_end - base;
      m->arena_base = m->arena_end = 0;
      if (rest > 0) model_add_span(m, base - m->origin, rest, answer.npages);
      m->arena_base = answer.base;
    }
    m->arena_end = answer.base + answer.npages;
  }
  uint64_t base = m->arena_base;
  m->arena_base = model_round_up(base + npages, phys);
  model_add_span(m, base - m->origin, m->arena_base - base, 0);
  return SPAN_OK;
}

static uint64_t model_find(const struct model *m, uint64_t npages)
{
  for (uint64_t i = 0; i < MODEL_PAGES; i++)
    if (m->first[i] && model_is_free(m, i) && model_end(m, i) - i >= npages)
      return i;
  return MODEL_PAGES;
}

static struct span_alloc_result model_alloc(struct model *m, model_os *os,
                                            void *context, uint64_t npages,
                                            bool manual)
{
  struct span_alloc_result result = {.status = SPAN_BAD_SIZE};
  if (npages == 0 || npages > SPAN_LIMIT_PAGES) return result;
  uint64_t i = model_find(m, npages);
  if (i == MODEL_PAGES) {
    result.status = model_grow(m, os, context, npages);
    if (result.status != SPAN_OK) return result;
    i = model_find(m, npages);
  }
  uint64_t end = model_end(m, i), rest = i + npages;
  enum page_state state = m->state[i];
  bool dirty = m->dirty[i];
  result = (struct span_alloc_result){.base = m->origin + i, .needzero = dirty};
  model_set(m, i, rest, manual ? MANUAL : HEAP, dirty);
  if (rest < end) model_set(m, rest, end, state, dirty);
  if (rest < end && state == SCAVENGED && model_whole(m, rest, end) == 0) {
    model_set(m, rest, end, RETAINED, dirty);
    result.advice = model_coalesce(m, rest);
  }
  result.ready = model_make_ready(m, i, end);
  return result;
}

static struct span_free_result model_free(struct model *m, uint64_t base)
{
  struct span_free_result result = {.status = SPAN_NOT_IN_USE};
  uint64_t i = base - m->origin;
  if (base < m->origin || i >= MODEL_PAGES || !m->first[i] ||
      m->state[i] == UNHELD || model_is_free(m, i))
    return result;
  model_set(m, i, model_end(m, i), RETAINED, true);
  return (struct span_free_result){SPAN_OK, model_coalesce(m, i)};
}

static enum span_status model_add(struct model *m, uint64_t base,
                                  uint64_t npages)
{
  uint64_t phys = m->geometry.phys_pages;
  if (base % phys != 0 || npages % phys != 0 ||
      !model_is_unheld(m, base, npages))
    return SPAN_BAD_RANGE;
  model_add_span(m, base - m->origin, npages, 0);
  return SPAN_OK;
}

/* The span at index i, where one begins. */
static struct span model_span(const struct model *m, uint64_t i)
{
  return (struct span){.base = m->origin + i,
                       .npages = model_end(m, i) - i,
                       .free = model_is_free(m, i),
                       .manual = m->state[i] == MANUAL,
                       .scavenged = m->state[i] == SCAVENGED,
                       .needzero = m->dirty[i]};
}

#endif
