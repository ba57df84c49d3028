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
  /* Of a cell: so many calls that were asked ahead are answered, and so many of these answers
   * are taken. */
  size_t answered, taken;
  size_t noted;    /* of the notes that came with them so many were looked at */
  bool has_shown; /* after all of them it has shown its spans, */
  size_t found;   /* and of the pages looked up then so many are taken; */
  bool has_destroyed; /* and then its heap was destroyed */
  bool has_heap;     /* in a cell: the last history didn't end with destroy */
  bool cant_destroy; /* it was lost when such a heap was destroyed */
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
/* From now on a call may take so long. Returns how long it might before; 0: it is here. */
uint64_t transport_hurry(struct transport *transport, uint64_t seconds);
/* The next heap is in a process started anew. Nothing to do in this process: whoever is here
 * is ours, and keeps nothing but its heap. */
void transport_renew(struct transport *transport);

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

/* --- Many calls at once, of a cell
 *
 * Fill transport_calls, and send them; then ask for each in its order as if it weren't sent
 * yet, and then for what is to be looked at. All calls must have been asked for before the
 * candidate is asked for anything else. */

/* Room for CELL_CALLS calls. */
static inline struct cell_call *transport_calls(struct transport *transport)
{
  return transport->cell->channel->calls;
}

/* So many are asked for at once. is_refused_last: after an allocation that is refused no other is
 * done; send these again. look: after the last one, for transport_walk and transport_lookup. */
void transport_send(struct transport *transport, size_t ncalls, bool is_refused_last,
                    struct cell_look look);
/* The same without calls, where there isn't more to be taken of such a look. */
void transport_look(struct transport *transport, struct cell_look look);
/* How many were done, and not asked for. */
static inline size_t transport_left(const struct transport *transport)
{
  return transport->answered - transport->taken;
}

/* The next one isn't asked for, since it needn't have been done. false: it was done. */
bool transport_pass(struct transport *transport);
/* Nobody asks for those that are left. */
static inline void transport_drop(struct transport *transport)
{
  transport->taken = transport->answered;
}

/* --- One call */

/* What transport_call leaves to it. */
bool transport_call_elsewhere(struct transport *transport, const struct call *call,
                              struct grant grant, struct observation *said);
bool transport_lookup_elsewhere(struct transport *transport, uint64_t page,
                                struct observation *said);

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
  if (transport->cell != NULL) return transport_lookup_elsewhere(transport, page, said);
  in_process_lookup(&transport->here, page, said);
  return true;
}

#endif
