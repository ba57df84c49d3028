/* Random histories. Each operation is drawn with an eye on what the heap answered so far,
 * because what is worth trying lies at the edges of spans, in holes that just fit, and at
 * addresses that were freed a moment ago.
 *
 * History number k depends on the seed, on k and on the answers, and on nothing else. */
#ifndef SPANREF_GENERATE_H
#define SPANREF_GENERATE_H

#include "../judge/judge.h"
#include "../spec/model.h"
#include "../trace/call.h"
#include "../trace/trace.h"
#include "plan.h"

#define GENERATE_PAGE_BYTES 8192
#define GENERATE_FREED 16 /* the last frees, which are remembered */

struct live {
  uint64_t name, base, npages;
};

struct generator {
  struct draw draw;
  struct plan plan;
  struct live live[PLAN_LIVE_MAX];
  size_t nlive;
  struct live freed[GENERATE_FREED]; /* a ring */
  size_t nfreed;
  bool filling; /* allocations prevail, or frees */
  uint64_t align, phase; /* the last one drawn; align 0: none */
  uint64_t next_name, next_region, operations;
  size_t next_piece; /* of the plan's pool */
};

/* What the candidate before this judge can be asked for. */
struct plan_may generate_may(const struct judge *judge);
/* The plan of history k. */
void generate_begin(struct generator *generator, struct plan_may may, uint64_t seed, uint64_t k);
/* How much the history hands in to begin with. */
uint64_t generate_pool_pages(const struct generator *generator);
/* The header that goes with it. */
void generate_header(const struct generator *generator, struct trace *trace);
/* The next operation. spans: what the heap last listed, to aim at, or NULL. stats: its
 * statistics now. Returns false if the history is over. */
bool generate_next(struct generator *generator, const struct span_heap *spans,
                   const struct spanref_stats *stats, struct trace_op *op);
/* Tell the generator how the operation was answered. */
void generate_learn(struct generator *generator, const struct trace_op *op,
                    const struct observation *said);

#endif
