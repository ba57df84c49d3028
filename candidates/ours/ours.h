/* Our own heaps, behind the interface that everybody's have. */
#ifndef SPANREF_OURS_H
#define SPANREF_OURS_H

#include "../spanref_candidate.h"

/* The proved reference. What it answers where its table is full is SPAN_TABLE_FULL of
 * spec/types.h, which no other heap may answer. */
extern const struct spanref_candidate candidate_ref;
/* The optimised heap. */
extern const struct spanref_candidate candidate_opt;

/* By name, or NULL. */
const struct spanref_candidate *candidate_named(const char *name);

#endif
