#include "transport.h"

#include <stdlib.h>

bool transport_open_here(struct transport *transport,
                         const struct spanref_candidate *candidate)
{
  *transport = (struct transport){.cell = NULL};
  door_reset(&transport->door);
  in_process_begin(&transport->here, candidate, &transport->door.os);
  about_describe(candidate, &transport->about);
  transport->shown = malloc(sizeof *transport->shown);
  return transport->shown != NULL;
}

bool transport_open_cell(struct transport *transport, const char *path,
                         struct cell_limits limits, const char **why)
{
  int number;
  *transport = (struct transport){.cell = NULL};
  *why = "out of memory";
  door_reset(&transport->door);
  transport->cell = cell_open(path, limits, &transport->door.os);
  if (transport->cell == NULL) return false;
  transport->about = *cell_about(transport->cell);
  *why = cell_why(transport->cell);
  return cell_fate(transport->cell, &number) == FATE_ALIVE;
}

void transport_close(struct transport *transport)
{
  if (transport->cell != NULL)
    cell_close(transport->cell);
  else
    in_process_destroy(&transport->here);
  free(transport->shown);
  door_free(&transport->door);
}

enum fate transport_fate(const struct transport *transport, int *number)
{
  *number = 0;
  return transport->cell != NULL ? cell_fate(transport->cell, number) : FATE_ALIVE;
}

void transport_hurry(struct transport *transport, uint64_t seconds)
{
  if (transport->cell != NULL) cell_hurry(transport->cell, seconds);
}

bool transport_create(struct transport *transport, const struct spanref_geometry *geometry,
                      bool *serves, struct observation *said)
{
  door_reset(&transport->door);
  if (transport->cell != NULL)
    return cell_revive(transport->cell) &&
           cell_create(transport->cell, geometry, serves, said);
  *serves = in_process_create(&transport->here, geometry, said);
  return true;
}

bool transport_destroy(struct transport *transport, uint64_t *kept_bytes)
{
  if (transport->cell != NULL) return cell_destroy(transport->cell, kept_bytes);
  in_process_destroy(&transport->here);
  *kept_bytes = 0;
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
  default: return cell_call(transport->cell, call, grant, said);
  }
}

bool transport_lookup(struct transport *transport, uint64_t page, struct observation *said)
{
  const struct call call = {.kind = OP_LOOKUP, .page = page};
  if (transport->cell != NULL)
    return cell_call(transport->cell, &call, (struct grant){0, 0, 0}, said);
  in_process_lookup(&transport->here, page, said);
  return true;
}

bool transport_walk(struct transport *transport, struct span_heap **shown,
                    const char **self_check, struct observation *said)
{
  if (transport->cell != NULL)
    return cell_walk(transport->cell, shown, self_check, said);
  in_process_walk(&transport->here, transport->shown, self_check, said);
  *shown = transport->shown;
  return true;
}
