/* What every fuzz target does with an input, whoever drives it.
 *
 * The bytes are a history (bytes.h). It runs on reference and candidate side by
 * side, everything compared after every operation; then what is still in use is
 * freed, and what is left must be free and settled; at last a geometry that doesn't
 * fit, which both must refuse. Nothing of one input is seen by the next. Any size will
 * do, 0 too. */
#ifndef SPANREF_TARGET_H
#define SPANREF_TARGET_H

#include "../judge/oracle.h"

struct target {
  struct oracle oracle;
  struct trace history; /* of the last input: its operations, then the frees that
                           drained the heap */
};

/* false: out of memory. */
bool target_create(struct target *target, const struct candidate *candidate);
void target_destroy(struct target *target);

/* ORACLE_DIVERGED: oracle.divergence says how, and history, which ends there,
 * shows it again; but for the geometry that doesn't fit, which no trace can hold.
 * ORACLE_FULL: the reference had no room, and nothing was drained.
 * Otherwise ORACLE_SAME or ORACLE_NO_MEMORY. */
enum oracle_outcome target_run(struct target *target, const uint8_t *data, size_t size);

#endif
