#include "in_process.h"

#include <stdio.h>
#include <string.h>

#include "about.h"
#include "fields.h"

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  const struct in_process *here = context;
  return here->is_allocating && here->candidate->memory == SPANREF_NUMBERS &&
         here->os->reserve(here->os->context, npages, base, granted_pages);
}

/* A number that tells nothing of its neighbours'. */
static uint64_t mixed(uint64_t page)
{
  page = (page ^ page >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  page = (page ^ page >> 27) * UINT64_C(0x94d049bb133111eb);
  return page ^ page >> 31;
}

/* Where one range ends and another begins nothing is left of that page: the sum is the same
 * however a set is cut into ranges. */
static void release(void *context, uint64_t base, uint64_t npages)
{
  struct in_process *here = context;
  bool is_range = base <= SPAN_LIMIT_PAGES && npages <= SPAN_LIMIT_PAGES - base;
  if (!is_range || here->gone.pages == GONE_NOWHERE) {
    here->gone.pages = GONE_NOWHERE;
  } else {
    here->gone.pages += npages;
    here->gone.digest += mixed(base + npages) - mixed(base);
  }
  if (here->gone.ranges < GONE_SHOWN)
    here->gone.shown[here->gone.ranges] = (struct span_range){base, npages};
  here->gone.ranges++;
  if (here->told != NULL) here->told(here->told_context, base, npages);
}

void in_process_begin(struct in_process *here, const struct spanref_candidate *candidate,
                      struct spanref_os *os)
{
  *here = (struct in_process){.candidate = candidate, .os = os};
  here->door = (struct spanref_os){here, reserve, release};
}

/* Another language's bool may be another byte than 0 and 1, which no C program may read. */
static void settle(bool *flag)
{
  unsigned char byte;
  memcpy(&byte, flag, 1);
  *flag = byte != 0;
}

static void settle_span(struct spanref_span *span)
{
  settle(&span->free);
  settle(&span->manual);
  settle(&span->scavenged);
  settle(&span->needzero);
}

/* Before a call: nothing is said yet. Statistics are overwritten after it. */
static void clear(struct observation *said)
{
  said->status = SPANREF_OK;
  said->answer = (struct spanref_answer){0};
  said->gone = (struct gone){0};
  said->found = false;
  said->span = (struct spanref_span){0};
  said->takes_pages = said->needs_pages = 0;
  said->scribble = SCRIBBLE_NONE;
  said->scribble_page = 0;
}

/* Before the call, since it speaks of any heap. */
static void ask_contract(const struct in_process *here, const struct call *call,
                         struct observation *said)
{
  const struct spanref_candidate *candidate = here->candidate;
  uint64_t npages = call->number;
  bool can_be = npages > 0 && npages <= SPAN_LIMIT_PAGES;
  said->takes_pages = npages;
  said->needs_pages = UINT64_MAX;
  if (can_be && candidate->takes != NULL) said->takes_pages = candidate->takes(here->heap, npages);
  if (can_be && candidate->needs != NULL) said->needs_pages = candidate->needs(here->heap, npages);
}

/* After a call. */
static void ask_stats(const struct in_process *here, struct observation *said)
{
  memset(&said->stats, 0xff, sizeof said->stats); /* SPANREF_UNKNOWN */
  if (here->candidate->stats != NULL) here->candidate->stats(here->heap, &said->stats);
}

void in_process_destroy(struct in_process *here)
{
  if (here->heap != NULL) here->candidate->destroy(here->heap);
  here->heap = NULL;
}

static bool create(struct in_process *here, const struct spanref_geometry *geometry,
                   struct observation *said)
{
  in_process_destroy(here);
  here->page_bytes = geometry->page_bytes;
  here->gone = (struct gone){0};
  *said = (struct observation){.status = SPANREF_OK};
  here->heap = here->candidate->create(geometry, &here->door);
  if (here->heap != NULL) ask_stats(here, said);
  return here->heap != NULL;
}

static bool has_bytes(const struct in_process *here)
{
  return here->candidate->memory == SPANREF_BYTES;
}

/* --- Contents, where there are any ---------------------------------------------------------- */

/* What is given out is zero, if that is said. Then it is written. */
static void look_at_gift(const struct in_process *here, uint64_t npages, struct observation *said)
{
  const struct grant grant = {said->answer.base, npages};
  if (said->status != SPANREF_OK || !has_bytes(here)) return;
  if (!said->answer.needzero && !tags_are_zero(grant, here->page_bytes, &said->scribble_page))
    said->scribble = SCRIBBLE_DIRTY;
  tags_write(grant, here->page_bytes);
}

/* What is about to be freed or resized holds what was written there. */
static void look_at_held(const struct in_process *here, const struct grant *grant,
                         struct observation *said)
{
  if (has_bytes(here) && grant->npages > 0 &&
      !tags_are_there(*grant, here->page_bytes, &said->scribble_page))
    said->scribble = SCRIBBLE_CHANGED;
}

/* What it keeps stays what it was. Afterwards the tags are written anew, since which pages
 * have some depends on the size. */
static void look_at_resized(const struct in_process *here, const struct grant *grant,
                            uint64_t npages, struct observation *said)
{
  uint64_t *page = &said->scribble_page;
  bool is_known = has_bytes(here) && grant->npages > 0;
  if (!is_known || said->status != SPANREF_OK || said->scribble != SCRIBBLE_NONE) return;
  struct grant kept = *grant, all = {grant->base, npages};
  if (kept.npages > npages) kept.npages = npages;
  if (kept.npages > TAGS_PAGES_MAX) kept.npages = TAGS_PAGES_MAX;
  if (!tags_are_there(kept, here->page_bytes, page)) said->scribble = SCRIBBLE_CHANGED;
  if (npages > grant->npages && !said->answer.needzero) {
    struct grant gained = {grant->base + grant->npages, npages - grant->npages};
    if (!tags_are_zero(gained, here->page_bytes, page)) said->scribble = SCRIBBLE_DIRTY;
  }
  tags_write(all, here->page_bytes);
}

/* --- Calls ---------------------------------------------------------------------------------- */

static void do_alloc(struct in_process *here, const struct call *call,
                     struct observation *said)
{
  const struct spanref_candidate *candidate = here->candidate;
  const struct span_request *of = &call->request;
  here->is_allocating = true;
  if (call->kind == OP_CLAIM) {
    here->is_allocating = false;
    said->status = candidate->claim(here->heap, call->page, call->number, false, &said->answer);
  } else if (request_needs(of) == 0) {
    said->status = candidate->alloc(here->heap, of->npages, of->manual, &said->answer);
  } else {
    struct spanref_request request = {of->npages, of->align, of->phase, of->from,
                                      of->below, (uint32_t)of->fit, of->manual};
    if (!names_a_fit(candidate->can) && candidate->fit != SPANREF_NEXT_FIT)
      request.fit = candidate->fit;
    said->status = candidate->alloc_request(here->heap, &request, &said->answer);
  }
  here->is_allocating = false;
  settle(&said->answer.needzero);
  look_at_gift(here, call->number, said);
}

static void do_free(struct in_process *here, const struct call *call,
                    const struct grant *grant, struct observation *said)
{
  look_at_held(here, grant, said);
  const struct spanref_candidate *candidate = here->candidate;
  said->status =
      candidate->free_sized != NULL
          ? candidate->free_sized(here->heap, call->page, call->held_pages, &said->answer)
          : candidate->free(here->heap, call->page, &said->answer);
  settle(&said->answer.needzero);
}

static void do_resize(struct in_process *here, const struct call *call,
                      const struct grant *grant, struct observation *said)
{
  look_at_held(here, grant, said);
  said->status = here->candidate->resize(here->heap, call->page, call->number, &said->answer);
  settle(&said->answer.needzero);
  look_at_resized(here, grant, call->number, said);
}

void in_process_lookup(const struct in_process *here, uint64_t page, struct observation *said)
{
  said->span = (struct spanref_span){0};
  bool found = here->candidate->lookup(here->heap, page, &said->span);
  settle(&found);
  settle_span(&said->span);
  said->found = found;
  if (!said->found) said->span = (struct spanref_span){0};
}

void in_process_call(struct in_process *here, const struct call *call,
                     const struct grant *grant, struct observation *said)
{
  const struct spanref_candidate *candidate = here->candidate;
  clear(said);
  if (op_gives(call->kind) || call->kind == OP_RESIZE) ask_contract(here, call, said);
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL:
  case OP_CLAIM: do_alloc(here, call, said); break;
  case OP_RESIZE: do_resize(here, call, grant, said); break;
  case OP_FREE:
  case OP_FREE_AT: do_free(here, call, grant, said); break;
  case OP_SCAVENGE:
    said->status = candidate->scavenge(here->heap, call->number, &said->answer);
    settle(&said->answer.needzero);
    break;
  case OP_ADD: said->status = candidate->add(here->heap, call->page, call->number); break;
  case OP_LOOKUP: in_process_lookup(here, call->page, said); break;
  case OP_RELEASE: said->status = candidate->release(here->heap); break;
  case OP_RELOAD: said->status = candidate->reload(here->heap); break;
  default: break;
  }
  said->gone = here->gone;
  here->gone = (struct gone){0};
  ask_stats(here, said);
}

static void show(void *context, const struct spanref_span *span)
{
  struct span_heap *shown = context;
  struct spanref_span settled = *span;
  settle_span(&settled);
  if (shown->count < SPAN_HEAP_CAPACITY) shown->spans[shown->count] = span_of(&settled);
  shown->count++;
}

static void walk(struct in_process *here, struct exchange *exchange)
{
  const struct spanref_candidate *candidate = here->candidate;
  const char *why = NULL;
  clear(&exchange->said);
  exchange->shown.count = 0;
  exchange->self_check[0] = '\0';
  if (candidate->walk != NULL) candidate->walk(here->heap, show, &exchange->shown);
  if (candidate->self_check != NULL) why = candidate->self_check(here->heap);
  if (why != NULL) snprintf(exchange->self_check, sizeof exchange->self_check, "%s", why);
  ask_stats(here, &exchange->said);
}

void in_process_serve(struct in_process *here, struct exchange *exchange)
{
  struct observation *said = &exchange->said;
  switch (exchange->request) {
  case REQUEST_CREATE: exchange->done = create(here, &exchange->geometry, said); break;
  case REQUEST_DESTROY: in_process_destroy(here); break;
  case REQUEST_WALK: walk(here, exchange); break;
  case REQUEST_LOAD:
  case REQUEST_CALLS: break;
  }
}
