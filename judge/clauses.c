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

static bool is_alloc(enum op_kind kind) { return kind == OP_HEAP || kind == OP_MANUAL; }

static bool is_free(enum op_kind kind) { return kind == OP_FREE || kind == OP_FREE_AT; }

static enum clause clause_of_status(enum op_kind kind, enum span_status reference,
                                    enum span_status candidate)
{
  if (is_free(kind)) return CLAUSE_FREE_BASE;
  if (kind == OP_ADD) return CLAUSE_ADD_RANGE;
  if (kind == OP_SCAVENGE) return CLAUSE_SCAVENGE_AMOUNT;
  if (reference == SPAN_BAD_SIZE || candidate == SPAN_BAD_SIZE) return CLAUSE_ERROR_SIZE;
  if (reference == SPAN_BAD_ANSWER || candidate == SPAN_BAD_ANSWER)
    return CLAUSE_OS_ANSWER;
  return CLAUSE_ALLOC_NOMEM;
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
static enum clause clause_of_change(enum op_kind kind, enum field field, bool grew)
{
  bool moves_pages = field == FIELD_SYS || field == FIELD_IDLE ||
                     field == FIELD_IN_USE || field == FIELD_MANUAL;
  if (field == FIELD_HUGE_FREE) return CLAUSE_STATS_HUGE_FREE;
  if (is_alloc(kind)) {
    if (field == FIELD_ARENA) return CLAUSE_GROW_ARENA;
    if (grew) return field == FIELD_NFREE ? CLAUSE_ADD_SPAN : CLAUSE_GROW_STATS;
    if (field == FIELD_NFREE) return CLAUSE_ALLOC_REMAINDER;
    return moves_pages ? CLAUSE_ALLOC_STATS : CLAUSE_ALLOC_RELEASED;
  }
  if (is_free(kind) && moves_pages) return CLAUSE_FREE_STATS;
  if (is_free(kind) && field == FIELD_RELEASED) return CLAUSE_FREE_RELEASED;
  if (is_free(kind) && field == FIELD_NFREE) return CLAUSE_COALESCE_MERGE;
  if (kind == OP_SCAVENGE && field == FIELD_RELEASED) return CLAUSE_SCAVENGE_RELEASED;
  if (kind == OP_SCAVENGE && field == FIELD_NFREE) return CLAUSE_SCAVENGE_SPLIT;
  if (kind == OP_ADD && field == FIELD_NFREE) return CLAUSE_ADD_SPAN;
  if (kind == OP_ADD && (moves_pages || field == FIELD_RELEASED)) return CLAUSE_ADD_STATS;
  return clause_of_total(field);
}

enum clause clause_of(enum op_kind kind, enum field field, enum span_status reference,
                      enum span_status candidate, bool grew)
{
  switch (field) {
  case FIELD_STATUS: return clause_of_status(kind, reference, candidate);
  case FIELD_BASE: return CLAUSE_FIND;
  case FIELD_NEEDZERO: return CLAUSE_ALLOC_NEEDZERO;
  case FIELD_RELEASED_PAGES: return CLAUSE_SCAVENGE_AMOUNT;
  case FIELD_LOOKUP: return CLAUSE_LOOKUP;
  case FIELD_ADVICE: return CLAUSE_ADVICE;
  case FIELD_READY: return CLAUSE_READY;
  case FIELD_GONE: return CLAUSE_GONE;
  case FIELD_SPANS: return CLAUSE_SPANS;
  default: break;
  }
  return reference == SPAN_OK ? clause_of_change(kind, field, grew)
                              : CLAUSE_ERROR_UNCHANGED;
}
