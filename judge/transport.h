/* How a candidate is reached: in this process, which it must be trusted for, or in one of
 * its own (cell.h). Whoever asks doesn't see the difference. */
#ifndef SPANREF_TRANSPORT_H
#define SPANREF_TRANSPORT_H

#include "cell.h"
#include "door.h"

struct transport {
  struct door door;       /* the OS it asks */
  struct cell *cell;      /* NULL: it is in this process, */
  struct in_process here; /* and here */
  struct exchange *exchange;
  struct about about;
  uint64_t pool_pages; /* of struct spanref_geometry, from the next heap on */
};

/* The transport must stay where it is until transport_close, which is needed whatever
 * these answer. */

/* false: out of memory. */
bool transport_open_here(struct transport *transport,
                         const struct spanref_candidate *candidate);
/* The candidate that a shared object exports. false: *why says why there is none. */
bool transport_open_cell(struct transport *transport, const char *path,
                         struct cell_limits limits, const char **why);
void transport_close(struct transport *transport);

enum fate transport_fate(const struct transport *transport, int *number);
/* From now on a call may take so long. */
void transport_hurry(struct transport *transport, uint64_t seconds);

/* What its process has loaded; "": nothing, or it is in this process. */
struct libraries transport_libraries(const struct transport *transport);
/* The last lines that its process wrote in this history. */
struct words_text transport_last_words(struct transport *transport);
/* Is what its process writes passed on to standard error? It is, unless muted. */
void transport_mute(struct transport *transport, bool is_muted);

/* Each of these is false where its process is gone, before or by it. */

/* An empty heap, in another process where that one is gone, and an OS without regions.
 * *serves: it didn't answer NULL. */
bool transport_create(struct transport *transport, struct span_geometry geometry,
                      uint64_t page_bytes, bool *serves, struct observation *said);
/* *kept_bytes: what its process had allocated after that; 0: not known. */
bool transport_destroy(struct transport *transport, uint64_t *kept_bytes);
/* Its spans, until the next call, of which there may be more than there is room for.
 * *self_check: what it says of itself; NULL: sound, or it can't say. Pass NULL for what
 * isn't asked. */
bool transport_walk(struct transport *transport, struct span_heap **shown,
                    const char **self_check, struct observation *said);

/* What transport_call leaves to it. */
bool transport_call_elsewhere(struct transport *transport, const struct call *call,
                              struct grant grant, struct observation *said);

/* As in_process_call; what is for the OS alone is done to that, and nothing is said. */
static inline bool transport_call(struct transport *transport, const struct call *call,
                                  struct grant grant, struct observation *said)
{
  transport->door.refused = false;
  if (transport->cell == NULL && op_is_answered(call->kind))
    in_process_call(&transport->here, call, &grant, said);
  else if (!transport_call_elsewhere(transport, call, grant, said))
    return false;
  if (call->kind == OP_ADD && said->status == SPANREF_OK)
    door_hand_in(&transport->door, call->page, call->number);
  return true;
}

/* What it answers to a lookup; nothing else is said. */
static inline bool transport_lookup(struct transport *transport, uint64_t page,
                                    struct observation *said)
{
  const struct call call = {.kind = OP_LOOKUP, .page = page};
  if (transport->cell != NULL)
    return transport_call_elsewhere(transport, &call, (struct grant){0, 0}, said);
  in_process_lookup(&transport->here, page, said);
  return true;
}

#endif
