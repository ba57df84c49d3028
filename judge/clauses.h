/* The sentences of docs/semantics.md that can be violated, by label, and which
 * of them speaks of a difference. The document and the proved sources are the
 * originals: judge/clauses.awk copies from them at each build, and judge/clauses.txt
 * says what it copies. */
#ifndef SPANREF_CLAUSES_H
#define SPANREF_CLAUSES_H

#include "fields.h"

enum clause {
  CLAUSE_GEOMETRY,
  CLAUSE_LIMIT,
  CLAUSE_ERROR_UNCHANGED,
  CLAUSE_ERROR_SIZE,
  CLAUSE_ERROR_ALIGN,
  CLAUSE_INV_ORDER,
  CLAUSE_INV_COALESCED,
  CLAUSE_INV_BOUNDARY,
  CLAUSE_INV_RELEASABLE,
  CLAUSE_INV_ARENA,
  CLAUSE_INV_MAP,
  CLAUSE_STATS_IDLE,
  CLAUSE_STATS_RELEASED,
  CLAUSE_STATS_SYS,
  CLAUSE_STATS_IN_USE,
  CLAUSE_STATS_MANUAL,
  CLAUSE_STATS_HUGE_FREE,
  CLAUSE_STATS_NFREE,
  CLAUSE_INV_NEEDZERO,
  CLAUSE_PLACEMENT,
  CLAUSE_FIND,
  CLAUSE_FIND_LAST,
  CLAUSE_FIND_BEST,
  CLAUSE_ALLOC_GROW,
  CLAUSE_ALLOC_WINDOW,
  CLAUSE_ALLOC_NOMEM,
  CLAUSE_ALLOC_RELEASED,
  CLAUSE_ALLOC_REMAINDER,
  CLAUSE_ALLOC_NEEDZERO,
  CLAUSE_ALLOC_STATS,
  CLAUSE_CLAIM,
  CLAUSE_RESIZE_SAME,
  CLAUSE_RESIZE_LESS,
  CLAUSE_RESIZE_MORE,
  CLAUSE_RESIZE_NEEDZERO,
  CLAUSE_GROW_ARENA,
  CLAUSE_GROW_STATS,
  CLAUSE_OS_ANSWER,
  CLAUSE_ADD_SPAN,
  CLAUSE_ADD_RANGE,
  CLAUSE_ADD_STATS,
  CLAUSE_COALESCE_MERGE,
  CLAUSE_COALESCE_REALIGN,
  CLAUSE_ADVICE,
  CLAUSE_READY,
  CLAUSE_GONE,
  CLAUSE_FREE_BASE,
  CLAUSE_FREE_STATS,
  CLAUSE_FREE_RELEASED,
  CLAUSE_SCAVENGE_ORDER,
  CLAUSE_SCAVENGE_AMOUNT,
  CLAUSE_SCAVENGE_SPLIT,
  CLAUSE_SCAVENGE_RELEASED,
  CLAUSE_LOOKUP,
  CLAUSE_SPANS,
  CLAUSES
};

/* "find", and what the document says after [find]. */
const char *clause_label(enum clause clause);
const char *clause_sentence(enum clause clause);

/* Where the proved sources state it. */
struct clause_acsl {
  const char *file; /* "spec/alloc.h"; NULL: no ACSL states it, and text says why */
  const char *text; /* as it stands there; a line "// FILE" says that what follows is of FILE */
};
struct clause_acsl clause_acsl(enum clause clause);

/* The clause that speaks of this field after this operation: the reference's
 * status decides what should have happened. `grew`: an allocation moved the
 * current arena. */
enum clause clause_of(const struct call *call, enum field field, enum span_status reference,
                      enum span_status candidate, bool grew);

#endif
