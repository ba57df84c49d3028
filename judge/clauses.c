#include "clauses.h"

static const struct {
  const char *label, *sentence;
} clauses[CLAUSES] = {
    [CLAUSE_GEOMETRY] =
        {"geometry", "A geometry fits if R is 1, 2, 4, 8 or 16; A is a multiple of R with "
                     "1 ≤ A ≤ 2^40; H ≤ 2^40, and H is 0, below R or a multiple of R; "
                     "any other is refused."},
    [CLAUSE_LIMIT] =
        {"limit", "Every span, and the current arena, lies below page 2^40."},
    [CLAUSE_ERROR_UNCHANGED] =
        {"error.unchanged", "An operation that answers with an error leaves spans, page "
                            "map, current arena and statistics exactly as they were."},
    [CLAUSE_ERROR_SIZE] =
        {"error.size", "An allocation of 0 pages, or of more than 2^40, is an error, found "
                       "before anything else is looked at."},
    [CLAUSE_INV_ORDER] =
        {"inv.order", "Spans, and the current arena, are pairwise disjoint, and every span "
                      "has at least one page."},
    [CLAUSE_INV_COALESCED] =
        {"inv.coalesced", "Two adjacent free spans never have the same scavenged flag."},
    [CLAUSE_INV_BOUNDARY] =
        {"inv.boundary", "The boundary between two adjacent free spans is a multiple of R."},
    [CLAUSE_INV_RELEASABLE] =
        {"inv.releasable", "A scavenged span is free and holds at least one whole physical "
                           "page: lo + R ≤ hi."},
    [CLAUSE_INV_ARENA] =
        {"inv.arena", "Of the current arena [cb, ce), cb is a multiple of R, ce a multiple "
                      "of A, and cb ≤ ce."},
    [CLAUSE_INV_MAP] =
        {"inv.map", "Every page of a span in use maps to it, the first and the last page of "
                    "a free span map to it, and pages never carved map to nothing."},
    [CLAUSE_STATS_IDLE] =
        {"stats.idle", "idle = the pages of all free spans + r."},
    [CLAUSE_STATS_RELEASED] =
        {"stats.released", "released = the sum of released(s) over all free spans + r."},
    [CLAUSE_STATS_SYS] = {"stats.sys", "sys = idle + in_use."},
    [CLAUSE_STATS_IN_USE] =
        {"stats.in_use", "in_use = the pages of all spans in use of kind heap."},
    [CLAUSE_STATS_MANUAL] =
        {"stats.manual", "manual = the pages of all spans in use of kind manual, counted "
                         "apart and excluded from sys."},
    [CLAUSE_STATS_HUGE_FREE] =
        {"stats.huge_free", "huge_free = the sum of huge(s) over all retained free spans."},
    [CLAUSE_STATS_NFREE] = {"stats.nfree", "nfree = the number of free spans."},
    [CLAUSE_INV_NEEDZERO] =
        {"inv.needzero", "A free span with needzero = 0, and an allocation answered with "
                         "needzero = 0, hold no page that was ever given out before."},
    [CLAUSE_FIND] =
        {"find", "find(n) is the free span of lowest base among those with npages ≥ n, "
                 "whatever its scavenged flag; the result begins at its base."},
    [CLAUSE_ALLOC_GROW] =
        {"alloc.grow", "If find(n) finds nothing the heap grows by n and searches afresh, "
                       "from the lowest address."},
    [CLAUSE_ALLOC_NOMEM] =
        {"alloc.nomem", "An allocation is answered no memory only if no free span fits and "
                        "the OS refused to give more."},
    [CLAUSE_ALLOC_RELEASED] =
        {"alloc.released", "released falls by released(s) for the whole span found, and "
                           "rises by the released(·) of a remainder that stays scavenged."},
    [CLAUSE_ALLOC_REMAINDER] =
        {"alloc.remainder",
         "If npages > n the low n pages become the result and the remainder stays free with "
         "the same needzero and flag; a scavenged remainder without a whole physical page "
         "becomes retained and is coalesced."},
    [CLAUSE_ALLOC_NEEDZERO] =
        {"alloc.needzero", "The result's needzero is that of the span it was taken from."},
    [CLAUSE_ALLOC_STATS] =
        {"alloc.stats", "Of the n pages, idle loses n, in_use or manual gains n, and where "
                        "the kind is manual sys loses n."},
    [CLAUSE_GROW_ARENA] =
        {"grow.arena",
         "Growth carves [cb, up(cb + n)) off the current arena; only where that exceeds ce "
         "the OS is asked first, for n rounded up to a multiple of A, whatever is left of "
         "the current arena."},
    [CLAUSE_GROW_STATS] =
        {"grow.stats", "sys, idle and released each rise by the size obtained, sys at once, "
                       "idle and released only after the old remainder was added."},
    [CLAUSE_OS_ANSWER] =
        {"os.answer",
         "An answer is refused with an error unless its base and size are multiples of A, "
         "its size is at least what was asked, it ends at page 2^40 or below, and it is "
         "disjoint from every span and from the current arena."},
    [CLAUSE_ADD_SPAN] =
        {"add_span", "add_span scavenges if needed, then makes one free span, scavenged, "
                     "with needzero = 0, and coalesces it."},
    [CLAUSE_ADD_RANGE] =
        {"add.range",
         "Memory handed in is refused with an error unless base and size are multiples of "
         "R, the size is 1 or more, it ends at page 2^40 or below, and it is disjoint from "
         "every span and from the current arena."},
    [CLAUSE_ADD_STATS] =
        {"add.stats", "sys, idle and released each rise by n before add_span."},
    [CLAUSE_COALESCE_MERGE] =
        {"coalesce.merge",
         "A neighbour that is free with the same flag is merged: the sizes add, needzero is "
         "ORed, and the neighbour's record goes."},
    [CLAUSE_COALESCE_REALIGN] =
        {"coalesce.realign",
         "Where R > 1, between a retained and a scavenged neighbour the boundary moves into "
         "the scavenged one, to down(boundary) where the scavenged one comes first, else to up(boundary), "
         "and the retained span's needzero is ORed with the other's."},
    [CLAUSE_ADVICE] =
        {"advice", "After coalesce, a retained s with huge(s) greater than huge(s) before + "
                   "huge of the neighbours merged into it gets \"huge\" advice for the whole "
                   "of s; nothing else gives advice."},
    [CLAUSE_FREE_BASE] =
        {"free.base", "The argument of free must be the base of a span in use; anything else "
                      "is an error."},
    [CLAUSE_FREE_STATS] =
        {"free.stats", "Of its n pages, idle gains n, in_use or manual loses n, and where "
                       "the kind was manual sys gains n."},
    [CLAUSE_FREE_RELEASED] =
        {"free.released", "The span freed is retained, so released doesn't change."},
    [CLAUSE_SCAVENGE_ORDER] =
        {"scavenge.order",
         "Scavenging takes retained free spans that hold a whole physical page, first those "
         "with huge(s) > 0, then the others, each from the highest address down, searching "
         "afresh after every span."},
    [CLAUSE_SCAVENGE_AMOUNT] =
        {"scavenge.amount", "It goes on until it has released at least what was wanted or no "
                            "span is left to take, and answers how many pages it released."},
    [CLAUSE_SCAVENGE_SPLIT] =
        {"scavenge.split",
         "If hi − lo exceeds what is still wanted, w, the span is split at b = down(hi − w), "
         "or, where H > R and down_H(b) ≥ lo, at down_H(b); if lo < b only the high part "
         "[b, end) is scavenged, otherwise the whole span."},
    [CLAUSE_SCAVENGE_RELEASED] =
        {"scavenge.released", "released rises by the whole physical pages of what is "
                              "scavenged."},
    [CLAUSE_LOOKUP] =
        {"lookup", "lookup(page) is the span, free or in use, that holds the page, or "
                   "nothing."},
    [CLAUSE_SPANS] =
        {"spans", "The operations so far, and the OS's answers, determine every span: base, "
                  "npages, state, kind, flag and needzero."},
};

const char *clause_label(enum clause clause) { return clauses[clause].label; }

const char *clause_sentence(enum clause clause) { return clauses[clause].sentence; }

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
  case FIELD_SPANS: return CLAUSE_SPANS;
  default: break;
  }
  return reference == SPAN_OK ? clause_of_change(kind, field, grew)
                              : CLAUSE_ERROR_UNCHANGED;
}
