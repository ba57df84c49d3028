/* One operation of a trace on one heap, and what the heap answered.
 *
 *   trace_op -- call_resolve --> call -- machine_run --> answer
 *
 * A call has its names resolved and its bytes turned into pages, so that two
 * heaps get the very same one, and their answers compare as values. */
#ifndef SPANREF_RUN_H
#define SPANREF_RUN_H

#include "../candidates/ours/candidate.h"
#include "../trace/fake_os.h"
#include "../trace/holdings.h"
#include "../trace/trace.h"

struct call {
  enum op_kind kind;
  bool down;       /* OP_REGION */
  uint64_t page;   /* OP_FREE, OP_FREE_AT, OP_ADD, OP_LOOKUP, OP_REGION */
  uint64_t number; /* pages, but for OP_REFUSE: regions */
};

/* Zero is what a field holds where the operation doesn't answer it. */
struct answer {
  enum span_status status;
  uint64_t base;           /* OP_HEAP, OP_MANUAL */
  bool needzero;           /* the same */
  uint64_t released_pages; /* OP_SCAVENGE */
  struct span_advice advice;
  struct span_lookup_result lookup;
};

/* What a heap says after an operation: everything the caller can see but the
 * spans. */
struct observation {
  struct answer answer;
  struct span_stats stats;
};

/* A heap with an OS of its own. */
struct machine {
  const struct candidate *candidate;
  void *heap;
  struct span_os os;
};

/* false: the operation is skipped, because it frees a name that got nothing. */
bool call_resolve(const struct trace_op *op, uint64_t page_bytes,
                  const struct holdings *holdings, struct call *call);
/* Remember what an allocation got. false: out of memory. */
bool call_learn(const struct trace_op *op, const struct answer *answer,
                struct holdings *holdings);
/* Does a heap answer it, or does it only change the OS or ask for a dump? */
bool call_is_answered(const struct call *call);

/* false: out of memory. Reset it before use. */
bool machine_create(struct machine *machine, const struct candidate *candidate);
void machine_destroy(struct machine *machine);
enum span_status machine_reset(struct machine *machine, struct span_geometry geometry);
void machine_run(struct machine *machine, const struct call *call, struct answer *answer);
struct span_stats machine_stats(const struct machine *machine);

#endif
