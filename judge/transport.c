#include "transport.h"

#include <assert.h>
#include <stdlib.h>

#include "../trace/text.h"

bool transport_open_here(struct transport *transport,
                         const struct spanref_candidate *candidate)
{
  *transport = (struct transport){.cell = NULL};
  door_reset(&transport->door);
  in_process_begin(&transport->here, candidate, &transport->door.os);
  about_describe(candidate, &transport->about);
  transport->exchange = calloc(1, sizeof *transport->exchange);
  return transport->exchange != NULL;
}

bool transport_open_cell(struct transport *transport, const char *path,
                         struct cell_limits limits, const char **why)
{
  *transport = (struct transport){.cell = NULL};
  *why = "out of memory";
  door_reset(&transport->door);
  transport->cell = cell_open(path, limits);
  if (transport->cell == NULL) return false;
  transport->exchange = &transport->cell->channel->exchange;
  transport->about = transport->cell->about;
  *why = transport->cell->why;
  return transport->cell->fate == FATE_ALIVE;
}

void transport_close(struct transport *transport)
{
  if (transport->cell != NULL) {
    cell_close(transport->cell);
  } else {
    in_process_destroy(&transport->here);
    free(transport->exchange);
  }
  door_free(&transport->door);
}

enum fate transport_fate(const struct transport *transport, int *number)
{
  const struct cell *cell = transport->cell;
  *number = cell != NULL ? cell->fate_number : 0;
  return cell != NULL ? cell->fate : FATE_ALIVE;
}

uint64_t transport_hurry(struct transport *transport, uint64_t seconds)
{
  if (transport->cell == NULL) return 0;
  uint64_t before = transport->cell->limits.seconds;
  transport->cell->limits.seconds = seconds;
  return before;
}

void transport_renew(struct transport *transport)
{
  if (transport->cell != NULL) cell_end(transport->cell);
  transport->has_heap = false;
}

struct libraries transport_libraries(const struct transport *transport)
{
  struct libraries out = {""};
  if (transport->cell == NULL) return out;
  out = transport->cell->channel->libraries;
  out.text[sizeof out.text - 1] = '\0'; /* whatever was written */
  text_clean(out.text);
  return out;
}

struct words_text transport_last_words(struct transport *transport)
{
  if (transport->cell == NULL) return (struct words_text){""};
  words_take(&transport->cell->words);
  return words_last(&transport->cell->words);
}

void transport_mute(struct transport *transport, bool is_muted)
{
  if (transport->cell == NULL) return;
  words_take(&transport->cell->words);
  transport->cell->words.is_muted = is_muted;
}

static bool ask(struct transport *transport, enum request request, struct observation *said)
{
  transport->exchange->request = request;
  transport->has_shown = transport->has_destroyed = false;
  if (transport->cell == NULL)
    in_process_serve(&transport->here, transport->exchange);
  else if (!cell_ask(transport->cell))
    return false;
  if (said != NULL) *said = transport->exchange->said;
  return true;
}

/* A history that departed leaves a heap behind. What comes of destroying it is that history's
 * affair, and none of the next one's. */
static void destroy_left(struct transport *transport)
{
  if (!transport->has_heap || transport->has_destroyed || transport->cell->process == 0) return;
  if (!transport->cant_destroy) transport->cant_destroy = !ask(transport, REQUEST_DESTROY, NULL);
  if (transport->cant_destroy) transport_renew(transport);
}

bool transport_create(struct transport *transport, struct span_geometry geometry,
                      uint64_t page_bytes, bool *serves, struct observation *said)
{
  door_reset(&transport->door);
  transport_drop(transport);
  destroy_left(transport);
  if (transport->cell != NULL) words_forget(&transport->cell->words);
  if (transport->cell != NULL && !cell_revive(transport->cell)) return false;
  transport->exchange->geometry = (struct spanref_geometry){
      page_bytes,        geometry.phys_pages, geometry.huge_pages, geometry.arena_pages,
      geometry.has_goal, geometry.goal_pages, transport->pool_pages};
  if (!ask(transport, REQUEST_CREATE, said)) return false;
  *serves = transport->exchange->done;
  transport->has_heap = transport->cell != NULL && *serves;
  return true;
}

bool transport_destroy(struct transport *transport, uint64_t *kept_bytes)
{
  transport->has_heap = false;
  if (!transport->has_destroyed && !ask(transport, REQUEST_DESTROY, NULL)) return false;
  *kept_bytes = transport->exchange->kept_bytes;
  return true;
}

/* --- Many calls at once ---------------------------------------------------------------- */

void transport_send(struct transport *transport, size_t ncalls, bool is_refused_last,
                    struct cell_look look)
{
  struct cell *cell = transport->cell;
  struct cell_channel *channel = cell->channel;
  assert(transport_left(transport) == 0);
  channel->os = transport->door.fake;
  channel->ncalls = (uint32_t)ncalls;
  channel->stops_at_refusal = is_refused_last;
  channel->look = look;
  bool is_there = ask(transport, REQUEST_CALLS, NULL);
  transport->answered = cell->answered;
  transport->taken = transport->noted = transport->found = 0;
  transport->has_shown = look.shows && channel->has_shown;
  transport->has_destroyed = is_there && look.destroys && channel->has_destroyed;
  if (cell->lacks_notes) transport->door.failed = true;
  if (is_there && ncalls > 0 && cell->answered == 0) cell_distrust(cell);
}

static bool distrust(struct transport *transport)
{
  cell_distrust(transport->cell);
  transport->answered = transport->taken = 0;
  transport->has_shown = false;
  return false;
}

bool transport_pass(struct transport *transport)
{
  if (transport_left(transport) == 0) return true;
  const struct cell_call *calls = transport_calls(transport);
  uint32_t op = calls[transport->taken].op;
  for (; transport_left(transport) > 0 && calls[transport->taken].op == op; transport->taken++)
    if (calls[transport->taken].ran) return distrust(transport);
  return true;
}

/* What it asked the OS meanwhile the door's OS is asked now. It must answer the same. */
static bool repeat_notes(struct transport *transport, size_t number)
{
  const struct cell *cell = transport->cell;
  struct spanref_os *os = &transport->door.os;
  for (; transport->noted < cell->nnotes; transport->noted++) {
    const struct cell_note *note = &cell->notes[transport->noted];
    const struct span_os_answer *was = &note->answer;
    uint64_t base, npages;
    if (note->call > number) return true;
    bool granted = os->reserve(os->context, note->wanted_pages, &base, &npages);
    if (note->call < number || granted != was->granted || base != was->base ||
        npages != was->npages)
      return false;
  }
  return true;
}

static bool calls_are_same(const struct call *a, const struct call *b)
{
  const struct span_request *q = &a->request, *r = &b->request;
  return a->kind == b->kind && a->page == b->page && a->number == b->number &&
         a->held_pages == b->held_pages && q->npages == r->npages && q->align == r->align &&
         q->phase == r->phase && q->from == r->from && q->below == r->below && q->fit == r->fit &&
         q->manual == r->manual;
}

/* The next answer must be to this question. NULL: there is none. */
static const struct observation *take(struct transport *transport, const struct call *call)
{
  const struct cell_call *calls = transport_calls(transport);
  while (transport_left(transport) > 0 && calls[transport->taken].wrong != CELL_RIGHT &&
         !calls[transport->taken].ran)
    transport->taken++;
  if (transport_left(transport) == 0) return NULL;
  size_t number = transport->taken++;
  const struct cell_call *answer = &calls[number];
  const struct call *was = &answer->call;
  if (answer->ran && calls_are_same(was, call) && repeat_notes(transport, number))
    return &answer->said;
  (void)distrust(transport);
  return NULL;
}

static const struct cell_look no_look = {.shows = false};
static const struct grant no_grant = {0, 0};

/* One that wasn't sent yet. */
static void send_one(struct transport *transport, const struct call *call, struct grant grant)
{
  if (transport_left(transport) > 0) return;
  transport_calls(transport)[0] =
      (struct cell_call){.is_asked = true, .call = *call, .grant = grant, .after = 0};
  transport_send(transport, 1, false, no_look);
}

bool transport_call_elsewhere(struct transport *transport, const struct call *call,
                              struct grant grant, struct observation *said)
{
  struct fake_os *os = &transport->door.fake;
  bool was_sent = transport_left(transport) > 0;
  if (op_is_answered(call->kind)) send_one(transport, call, grant);
  if (op_is_answered(call->kind) || was_sent) {
    const struct observation *answer = take(transport, call);
    if (answer == NULL) return false;
    if (op_is_answered(call->kind)) *said = *answer;
  }
  if (call->kind == OP_REFUSE) fake_os_refuse(os, call->number);
  if (call->kind == OP_REGION) fake_os_add_region(os, call->page, call->down);
  return true;
}

/* Was it looked up already? */
static const struct cell_page *find(struct transport *transport, uint64_t page)
{
  const struct cell_channel *channel = transport->cell->channel;
  if (transport->found >= CELL_PAGES || transport->found >= channel->npages) return NULL;
  const struct cell_page *next = &channel->pages[transport->found++];
  return next->page == page ? next : NULL;
}

bool transport_lookup_elsewhere(struct transport *transport, uint64_t page,
                                struct observation *said)
{
  const struct call call = {.kind = OP_LOOKUP, .page = page};
  const struct cell_page *found = find(transport, page);
  if (found == NULL) return transport_call_elsewhere(transport, &call, no_grant, said);
  said->found = found->found;
  said->span = found->span;
  return true;
}

void transport_look(struct transport *transport, struct cell_look look)
{
  bool has_more = transport->found < transport->cell->channel->npages;
  if (look.shows ? transport->has_shown : has_more) return;
  transport_send(transport, 0, false, look);
}

bool transport_walk(struct transport *transport, struct span_heap **shown,
                    const char **self_check, struct observation *said)
{
  struct exchange *exchange = transport->exchange;
  assert(transport_left(transport) == 0);
  if (!transport->has_shown && !ask(transport, REQUEST_WALK, said)) return false;
  if (transport->has_shown && said != NULL) *said = exchange->said;
  exchange->self_check[sizeof exchange->self_check - 1] = '\0'; /* whatever was written */
  text_clean(exchange->self_check);
  if (self_check != NULL)
    *self_check = exchange->self_check[0] != '\0' ? exchange->self_check : NULL;
  *shown = &exchange->shown;
  return true;
}
