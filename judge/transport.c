#include "transport.h"

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
  transport->cell = cell_open(path, limits, &transport->door.os);
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

void transport_hurry(struct transport *transport, uint64_t seconds)
{
  if (transport->cell != NULL) transport->cell->limits.seconds = seconds;
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
  if (transport->cell == NULL)
    in_process_serve(&transport->here, transport->exchange);
  else if (!cell_ask(transport->cell))
    return false;
  if (said != NULL) *said = transport->exchange->said;
  return true;
}

bool transport_create(struct transport *transport, struct span_geometry geometry,
                      uint64_t page_bytes, bool *serves, struct observation *said)
{
  door_reset(&transport->door);
  if (transport->cell != NULL) words_forget(&transport->cell->words);
  if (transport->cell != NULL && !cell_revive(transport->cell)) return false;
  transport->exchange->geometry = (struct spanref_geometry){
      page_bytes,        geometry.phys_pages, geometry.huge_pages, geometry.arena_pages,
      geometry.has_goal, geometry.goal_pages, transport->pool_pages};
  if (!ask(transport, REQUEST_CREATE, said)) return false;
  *serves = transport->exchange->done;
  return true;
}

bool transport_destroy(struct transport *transport, uint64_t *kept_bytes)
{
  if (!ask(transport, REQUEST_DESTROY, NULL)) return false;
  *kept_bytes = transport->exchange->kept_bytes;
  return true;
}

bool transport_call_elsewhere(struct transport *transport, const struct call *call,
                              struct grant grant, struct observation *said)
{
  struct fake_os *os = &transport->door.fake;
  switch (call->kind) {
  case OP_REFUSE: fake_os_refuse(os, call->number); return true;
  case OP_REGION: fake_os_add_region(os, call->page, call->down); return true;
  case OP_DUMP: return true;
  default: break;
  }
  transport->exchange->call = *call;
  transport->exchange->grant = grant;
  return ask(transport, REQUEST_CALL, said);
}

bool transport_walk(struct transport *transport, struct span_heap **shown,
                    const char **self_check, struct observation *said)
{
  struct exchange *exchange = transport->exchange;
  if (!ask(transport, REQUEST_WALK, said)) return false;
  exchange->self_check[sizeof exchange->self_check - 1] = '\0'; /* whatever was written */
  text_clean(exchange->self_check);
  if (self_check != NULL)
    *self_check = exchange->self_check[0] != '\0' ? exchange->self_check : NULL;
  *shown = &exchange->shown;
  return true;
}
