#include "shrinker.h"

#include <string.h>

/* Pairs of operations are tried only in histories of so many operations or fewer. */
#define PAIRS_MAX 48

/* The same for triples. */
#define TRIPLES_MAX 16

/* Operations at the end that may stay when memory is handed in for the others. */
#define HAND_IN_KEPT 3

/* --- Deleting -------------------------------------------------------------------- */

/* Runs of operations, from half of them down to single ones, the last first: what
 * follows depends on what precedes. */
static bool delete_runs(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t length = shrinker->best.nops; length > 0; length /= 2) {
    size_t end = shrinker->best.nops;
    while (end > 0) {
      size_t begin = end > length ? end - length : 0;
      for (size_t i = begin; i < end; i++) shrinker->doomed[i] = true;
      if (shrink_without_doomed(shrinker)) any = true;
      end = begin < shrinker->best.nops ? begin : shrinker->best.nops;
    }
  }
  return any;
}

/* Two that are only superfluous together: an allocation and the scavenging it
 * would else change, say. */
static bool delete_pairs(struct shrinker *shrinker)
{
  if (shrinker->best.nops > PAIRS_MAX) return false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    for (size_t j = i + 1; j < shrinker->best.nops; j++) {
      shrinker->doomed[i] = shrinker->doomed[j] = true;
      if (shrink_without_doomed(shrinker)) return true;
    }
  }
  return false;
}

static bool delete_triples(struct shrinker *shrinker)
{
  size_t nops = shrinker->best.nops;
  if (nops > TRIPLES_MAX) return false;
  for (size_t i = 0; i < nops; i++) {
    for (size_t j = i + 1; j < nops; j++) {
      for (size_t k = j + 1; k < nops; k++) {
        shrinker->doomed[i] = shrinker->doomed[j] = shrinker->doomed[k] = true;
        if (shrink_without_doomed(shrinker)) return true;
      }
    }
  }
  return false;
}

/* --- With the answers known ---------------------------------------------------------- */

static bool is_granted(const struct shrinker *shrinker, size_t i)
{
  return op_gives(shrinker->best.ops[i].kind) && shrinker->answered[i].is_run &&
         shrinker->answered[i].status == SPAN_OK;
}

/* The last allocation before operation i that got memory at this page. */
static size_t granted_at(const struct shrinker *shrinker, size_t i, uint64_t page)
{
  size_t j = i;
  while (j-- > 0)
    if (is_granted(shrinker, j) && shrinker->answered[j].base == page) return j;
  return i;
}

/* Frees by address become frees by name: a name may move. */
static bool free_by_name(struct shrinker *shrinker)
{
  bool any = false;
  uint64_t page_bytes = shrinker->best.page_bytes;
  shrink_survey(shrinker);
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    const struct trace_op *op = &shrinker->best.ops[i];
    if (op->kind != OP_FREE_AT) continue;
    size_t from = granted_at(shrinker, i, op->address / page_bytes);
    if (from == i) continue;
    struct trace *next = shrink_draft(shrinker);
    next->ops[i].kind = OP_FREE;
    next->ops[i].name = next->ops[from].name;
    next->ops[i].address = 0;
    any |= shrink_try(shrinker);
  }
  return any;
}

/* What was refused, and what made it so: all of it, and of the regions all but one. */
static bool delete_refused(struct shrinker *shrinker)
{
  shrink_survey(shrinker);
  for (size_t kept = 0; kept <= shrinker->best.nops; kept++) {
    const struct trace *best = &shrinker->best;
    if (kept < best->nops && best->ops[kept].kind != OP_REGION) continue;
    size_t doomed = 0;
    for (size_t i = 0; i < best->nops; i++) {
      bool refused = best->ops[i].kind == OP_REFUSE ||
                     (i + 1 < best->nops && shrinker->answered[i].status != SPAN_OK);
      bool other = kept < best->nops && best->ops[i].kind == OP_REGION && i != kept;
      shrinker->doomed[i] = refused || other;
      doomed += shrinker->doomed[i];
    }
    if (doomed > 0 && shrink_without_doomed(shrinker)) return true;
    memset(shrinker->doomed, 0, best->nops * sizeof *shrinker->doomed);
  }
  return false;
}

/* The allocation that got the memory next above that of i. */
static size_t granted_above(const struct shrinker *shrinker, size_t i)
{
  size_t above = i;
  for (size_t j = 0; j < shrinker->best.nops; j++) {
    if (!is_granted(shrinker, j) || shrinker->answered[j].base <= shrinker->answered[i].base)
      continue;
    if (above == i || shrinker->answered[j].base < shrinker->answered[above].base) above = j;
  }
  return above;
}

/* The first with this number instead, and without the second. */
static bool merge_into(struct shrinker *shrinker, size_t first, uint64_t number,
                       size_t second)
{
  uint64_t was = shrinker->best.ops[first].number;
  shrinker->doomed[second] = true;
  shrinker->best.ops[first].number = number;
  if (shrink_without_doomed(shrinker)) return true;
  shrinker->best.ops[first].number = was;
  return false;
}

/* One allocation takes its neighbour's memory too, and what lies between. */
static bool swallow_neighbours(struct shrinker *shrinker)
{
  bool any = false;
  shrink_survey(shrinker);
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    if (!is_granted(shrinker, i)) continue;
    size_t j = granted_above(shrinker, i);
    if (j == i) continue;
    uint64_t end = shrinker->answered[j].base + shrinker->best.ops[j].number;
    if (!merge_into(shrinker, i, end - shrinker->answered[i].base, j)) continue;
    any = true;
    shrink_survey(shrinker);
  }
  return any;
}

/* --- Merging --------------------------------------------------------------------- */

/* May the second operation be done by the first, with the sum of both numbers? */
static bool may_merge(const struct trace_op *first, const struct trace_op *second)
{
  bool has_sum = second->number <= UINT64_MAX - first->number;
  return first->kind == second->kind && has_sum &&
         (op_is_alloc(first->kind) || first->kind == OP_SCAVENGE ||
          first->kind == OP_REFUSE);
}

/* Each with the next two of its kind, either way: neighbours in the history are
 * neighbours in memory, most of the time. In a short history, each with all. */
static bool merge_pairs(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    size_t tried = 0, tries = shrinker->best.nops <= PAIRS_MAX ? SIZE_MAX : 2;
    for (size_t j = i + 1; j < shrinker->best.nops && tried < tries; j++) {
      const struct trace_op *a = &shrinker->best.ops[i], *b = &shrinker->best.ops[j];
      if (!may_merge(a, b)) continue;
      uint64_t sum = a->number + b->number;
      tried++;
      any |= merge_into(shrinker, i, sum, j) || merge_into(shrinker, j, sum, i);
    }
  }
  return any;
}

/* --- Simplifying ------------------------------------------------------------------ */

enum quantity { NUMBER, ADDRESS, FROM, BELOW, ALIGN, PHASE };

static uint64_t *quantity_of(struct trace_op *op, enum quantity which)
{
  switch (which) {
  case ADDRESS: return &op->address;
  case FROM: return &op->from;
  case BELOW: return &op->below;
  case ALIGN: return &op->align;
  case PHASE: return &op->phase;
  default: return &op->number;
  }
}

/* How often the same step is taken. Twice is the rule, since a step of double the size has
 * failed. But where only every other number shows what is looked for, that one fails always,
 * and the small one could be taken millions of times. */
#define SAME_STEPS_MAX 16

/* One number of one operation by ever smaller steps as far down as it goes; unit: all steps
 * are multiples of it. An alignment that is written is above 1. */
static bool reduce(struct shrinker *shrinker, size_t i, enum quantity which, uint64_t unit)
{
  const struct trace *best = &shrinker->best;
  uint64_t least = which == ALIGN ? 2 : which == NUMBER || which == PHASE ? 1 : 0;
  uint64_t value = *quantity_of(&shrinker->best.ops[i], which);
  bool any = false;
  uint64_t step = value > least ? value - least : 0;
  for (; step > 0; step = step / 2 / unit * unit) {
    for (int times = 0; times < SAME_STEPS_MAX && i < best->nops && value >= step + least;
         times++, value -= step) {
      *quantity_of(&shrink_draft(shrinker)->ops[i], which) -= step;
      if (!shrink_try(shrinker)) break;
      any = true;
    }
  }
  return any;
}

/* The words of a request. */
static bool reduce_request(struct shrinker *shrinker, size_t i)
{
  uint64_t page_bytes = shrinker->best.page_bytes;
  bool any = false;
  for (int which = FROM; which <= PHASE; which++) {
    if (i >= shrinker->best.nops) break;
    if (*quantity_of(&shrinker->best.ops[i], (enum quantity)which) == 0) continue;
    any |= reduce(shrinker, i, (enum quantity)which,
                  which == FROM || which == BELOW ? page_bytes : 1);
  }
  return any;
}

static bool reduce_all(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    const struct trace *header = &shrinker->best;
    switch (shrinker->best.ops[i].kind) {
    case OP_ADD: any |= reduce(shrinker, i, ADDRESS, header->phys_bytes); break;
    case OP_CLAIM: any |= reduce(shrinker, i, ADDRESS, header->page_bytes); break;
    case OP_FREE_AT: any |= reduce(shrinker, i, ADDRESS, header->page_bytes); continue;
    case OP_REGION: any |= reduce(shrinker, i, ADDRESS, header->arena_bytes); continue;
    case OP_HEAP:
    case OP_MANUAL: any |= reduce_request(shrinker, i); break;
    case OP_RESIZE:
    case OP_SCAVENGE:
    case OP_REFUSE: break;
    default: continue;
    }
    if (i < shrinker->best.nops) any |= reduce(shrinker, i, NUMBER, 1);
  }
  return any;
}

/* Every address of an operation: its own, and the ends of its window. Answers how many. */
static size_t addresses_of(struct trace_op *op, uint64_t *addresses[3])
{
  size_t n = 0;
  if (op->address > 0) addresses[n++] = &op->address;
  if (op->from > 0) addresses[n++] = &op->from;
  if (op->has_below) addresses[n++] = &op->below;
  return n;
}

static uint64_t least_address(struct trace *trace)
{
  uint64_t least = UINT64_MAX, *addresses[3];
  for (size_t i = 0; i < trace->nops; i++)
    for (size_t k = addresses_of(&trace->ops[i], addresses); k-- > 0;)
      if (*addresses[k] < least) least = *addresses[k];
  return least == UINT64_MAX ? 0 : least;
}

/* All addresses by the same steps: where one has to be near another, neither goes far alone. */
static bool lower_together(struct shrinker *shrinker)
{
  uint64_t unit = shrinker->best.arena_bytes, *addresses[3];
  uint64_t least = least_address(&shrinker->best);
  bool any = false;
  for (uint64_t step = least / unit * unit; step > 0; step = step / 2 / unit * unit) {
    if (least < step) continue;
    struct trace *next = shrink_draft(shrinker);
    for (size_t i = 0; i < next->nops; i++)
      for (size_t k = addresses_of(&next->ops[i], addresses); k-- > 0;) *addresses[k] -= step;
    if (!shrink_try(shrinker)) continue;
    any = true;
    least = least_address(&shrinker->best);
  }
  return any;
}

/* Memory for the collector rather than manual, a region upward rather than down. */
static bool plainer_kinds(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    const struct trace_op *op = &shrinker->best.ops[i];
    if (op->kind == OP_MANUAL) {
      shrink_draft(shrinker)->ops[i].kind = OP_HEAP;
    } else if (op->kind == OP_REGION && op->down) {
      shrink_draft(shrinker)->ops[i].down = false;
    } else {
      continue;
    }
    any |= shrink_try(shrinker);
  }
  return any;
}

/* One word of a request less, or all of them. */
static bool without_word(struct shrinker *shrinker, size_t i, int word)
{
  if (i >= shrinker->best.nops) return false;
  struct trace_op *op = &shrink_draft(shrinker)->ops[i];
  const struct trace_op was = *op;
  bool all = word == 0;
  if (all || word == 1) op->fit = SPAN_FIRST_FIT;
  if (all || word == 2) op->phase = 0;
  if (all || word == 3) {
    op->has_align = false;
    op->align = op->phase = 0;
  }
  if (all || word == 4) op->from = 0;
  if (all || word == 5) {
    op->has_below = false;
    op->below = 0;
  }
  return !trace_ops_ask_same(&was, op) && shrink_try(shrinker);
}

/* Pages and nothing else, as far as that shows the same; what is claimed is allocated. */
static bool plainer_requests(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    if (shrinker->best.ops[i].kind == OP_CLAIM) {
      struct trace_op *op = &shrink_draft(shrinker)->ops[i];
      op->kind = OP_HEAP;
      op->address = 0;
      any |= shrink_try(shrinker);
    }
    for (int word = 0; word <= 5; word++) any |= without_word(shrinker, i, word);
  }
  return any;
}

/* Next has other sizes in its header: do they fit, and does it show the same? */
static bool simpler_header(struct shrinker *shrinker)
{
  bool any = false;
  if (shrinker->best.has_goal) {
    struct trace *next = shrink_draft(shrinker);
    next->has_goal = false;
    next->goal_bytes = 0;
    any |= shrink_try(shrinker);
  }
  if (shrinker->best.huge_bytes > 0) {
    shrink_draft(shrinker)->huge_bytes = 0;
    any |= shrink_try(shrinker);
  }
  uint64_t phys_bytes = shrinker->best.phys_bytes;
  while (phys_bytes > shrinker->best.page_bytes) {
    phys_bytes /= 2;
    shrink_draft(shrinker)->phys_bytes = phys_bytes;
    any |= shrink_try(shrinker);
  }
  return any;
}

/* --- Handing in ------------------------------------------------------------------- */

/* Next: the free spans handed in, then the last operations of best as they were.
 * false: that isn't shorter, or one of them frees what is no longer allocated. */
static bool draft_handing_in(struct shrinker *shrinker, const struct span_heap *spans,
                             size_t nkept)
{
  const struct trace *best = &shrinker->best;
  struct trace *next = &shrinker->next;
  const struct trace_op *kept = best->ops + best->nops - nkept;
  trace_set_header(next, best);
  next->nops = 0;
  for (uint64_t i = 0; i < spans->count; i++) {
    const struct span *span = &spans->spans[i];
    if (!span->free) continue;
    if (next->nops + nkept + 1 >= best->nops) return false;
    next->ops[next->nops++] =
        (struct trace_op){.kind = OP_ADD,
                          .address = span->base * best->page_bytes,
                          .number = span->npages};
  }
  for (size_t i = 0; i < nkept; i++) {
    if (op_takes_name(kept[i].kind)) return false;
    next->ops[next->nops++] = kept[i];
  }
  return true;
}

/* Many operations may have led to the free memory that the last ones find: hand it in
 * as it is. Where spans begin inside physical pages that takes smaller ones. */
static bool hand_in(struct shrinker *shrinker)
{
  for (size_t nkept = 1; nkept <= HAND_IN_KEPT && nkept < shrinker->best.nops; nkept++) {
    const struct span_heap *spans =
        shrink_spans_before(shrinker, shrinker->best.nops - nkept);
    if (spans == NULL || !draft_handing_in(shrinker, spans, nkept)) continue;
    if (shrink_try(shrinker)) return true;
    spans = shrink_spans_before(shrinker, shrinker->best.nops - nkept);
    if (spans == NULL || !draft_handing_in(shrinker, spans, nkept)) continue;
    shrinker->next.phys_bytes = shrinker->next.page_bytes;
    if (shrink_try(shrinker)) return true;
  }
  return false;
}

/* --- All of them ------------------------------------------------------------------ */

bool shrink_steps(struct shrinker *shrinker)
{
  bool any = delete_runs(shrinker);
  any |= free_by_name(shrinker);
  any |= delete_refused(shrinker);
  any |= simpler_header(shrinker);
  any |= swallow_neighbours(shrinker);
  any |= merge_pairs(shrinker);
  any |= hand_in(shrinker);
  any |= plainer_kinds(shrinker);
  any |= plainer_requests(shrinker);
  any |= lower_together(shrinker);
  any |= reduce_all(shrinker);
  return any || delete_pairs(shrinker) || delete_triples(shrinker);
}
