#include "clauses.h"

static const struct {
  const char *label, *sentence;
  struct clause_acsl acsl;
} clauses[CLAUSES] = {
#include "clauses.inc"
};

const char *clause_label(enum clause clause) { return clauses[clause].label; }

const char *clause_sentence(enum clause clause) { return clauses[clause].sentence; }

struct clause_acsl clause_acsl(enum clause clause) { return clauses[clause].acsl; }

static enum clause clause_of_resize(const struct call *call)
{
  if (call->number == call->held_pages) return CLAUSE_RESIZE_SAME;
  return call->number < call->held_pages ? CLAUSE_RESIZE_LESS : CLAUSE_RESIZE_MORE;
}

/* Of two statuses one says that this can't be asked for. */
static enum clause clause_of_bad_size(const struct call *call)
{
  bool is_size = call->number > 0 && call->number <= SPAN_LIMIT_PAGES;
  return is_size && op_is_alloc(call->kind) ? CLAUSE_ERROR_ALIGN : CLAUSE_ERROR_SIZE;
}

static enum clause clause_of_status(const struct call *call, enum span_status reference,
                                    enum span_status candidate)
{
  enum op_kind kind = call->kind;
  const struct span_request *of = &call->request;
  if (op_is_free(kind)) return CLAUSE_FREE_BASE;
  if (kind == OP_ADD) return CLAUSE_ADD_RANGE;
  if (kind == OP_SCAVENGE) return CLAUSE_SCAVENGE_AMOUNT;
  if (reference == SPAN_BAD_SIZE || candidate == SPAN_BAD_SIZE)
    return clause_of_bad_size(call);
  if (kind == OP_CLAIM) return CLAUSE_CLAIM;
  if (kind == OP_RESIZE) return clause_of_resize(call);
  if (reference == SPAN_BAD_ANSWER || candidate == SPAN_BAD_ANSWER)
    return CLAUSE_OS_ANSWER;
  return of->from > 0 || of->below < SPAN_LIMIT_PAGES ? CLAUSE_ALLOC_WINDOW
                                                      : CLAUSE_ALLOC_NOMEM;
}

static enum clause clause_of_base(const struct call *call)
{
  if (call->kind == OP_CLAIM) return CLAUSE_CLAIM;
  if (call->kind == OP_RESIZE) return clause_of_resize(call);
  switch (call->request.fit) {
  case SPAN_LAST_FIT: return CLAUSE_FIND_LAST;
  case SPAN_BEST_FIT: return CLAUSE_FIND_BEST;
  default: return CLAUSE_FIND;
  }
}

/* What a statistic is, whatever the operation. */
static enum clause clause_of_total(enum field field)
{
  switch (field) {
  case FIELD_SYS: return CLAUSE_STATS_SYS;
  case FIELD_IDLE: return CLAUSE_STATS_IDLE;
  case FIELD_IN_USE: return CLAUSE_STATS_IN_USE;
  case FIELD_MANUAL: return CLAUSE_STATS_MANUAL;
  case FIELD_RELEASED: return CLAUSE_STATS_RELEASED;
  case FIELD_HUGE_FREE: return CLAUSE_STATS_HUGE_FREE;
  case FIELD_NFREE: return CLAUSE_STATS_NFREE;
  default: return CLAUSE_INV_ARENA;
  }
}

/* What the operation does to a statistic. */
static enum clause clause_of_change(const struct call *call, enum field field, bool grew)
{
  enum op_kind kind = call->kind;
  bool is_more = kind == OP_RESIZE && call->number > call->held_pages;
  bool is_less = kind == OP_RESIZE && call->number < call->held_pages;
  bool moves_pages = field == FIELD_SYS || field == FIELD_IDLE ||
                     field == FIELD_IN_USE || field == FIELD_MANUAL;
  if (field == FIELD_HUGE_FREE) return CLAUSE_STATS_HUGE_FREE;
  if (kind == OP_RESIZE && moves_pages) return clause_of_resize(call);
  if (is_more && field == FIELD_NFREE) return CLAUSE_ALLOC_REMAINDER;
  if (is_more && field == FIELD_RELEASED) return CLAUSE_ALLOC_RELEASED;
  if (op_gives(kind)) {
    if (field == FIELD_ARENA) return CLAUSE_GROW_ARENA;
    if (grew) return field == FIELD_NFREE ? CLAUSE_ADD_SPAN : CLAUSE_GROW_STATS;
    if (field == FIELD_NFREE) return CLAUSE_ALLOC_REMAINDER;
    return moves_pages ? CLAUSE_ALLOC_STATS : CLAUSE_ALLOC_RELEASED;
  }
  bool frees = op_is_free(kind) || is_less;
  if (frees && moves_pages) return CLAUSE_FREE_STATS;
  if (frees && field == FIELD_RELEASED) return CLAUSE_FREE_RELEASED;
  if (frees && field == FIELD_NFREE) return CLAUSE_COALESCE_MERGE;
  if (kind == OP_SCAVENGE && field == FIELD_RELEASED) return CLAUSE_SCAVENGE_RELEASED;
  if (kind == OP_SCAVENGE && field == FIELD_NFREE) return CLAUSE_SCAVENGE_SPLIT;
  if (kind == OP_ADD && field == FIELD_NFREE) return CLAUSE_ADD_SPAN;
  if (kind == OP_ADD && (moves_pages || field == FIELD_RELEASED)) return CLAUSE_ADD_STATS;
  return clause_of_total(field);
}

enum clause clause_of(const struct call *call, enum field field, enum span_status reference,
                      enum span_status candidate, bool grew)
{
  switch (field) {
  case FIELD_STATUS: return clause_of_status(call, reference, candidate);
  case FIELD_BASE: return clause_of_base(call);
  case FIELD_NEEDZERO:
    return call->kind == OP_RESIZE ? CLAUSE_RESIZE_NEEDZERO : CLAUSE_ALLOC_NEEDZERO;
  case FIELD_RELEASED_PAGES: return CLAUSE_SCAVENGE_AMOUNT;
  case FIELD_LOOKUP: return CLAUSE_LOOKUP;
  case FIELD_ADVICE:
  case FIELD_ADVICE_BELOW: return CLAUSE_ADVICE;
  case FIELD_READY: return CLAUSE_READY;
  case FIELD_GONE: return CLAUSE_GONE;
  case FIELD_SPANS: return CLAUSE_SPANS;
  default: break;
  }
  return reference == SPAN_OK ? clause_of_change(call, field, grew)
                              : CLAUSE_ERROR_UNCHANGED;
}
