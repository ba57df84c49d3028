/* What every fuzz target does with an input, whoever drives it.
 *
 * The bytes are a history (trace/bytes.h). It runs on the reference and on the candidate
 * side by side, all looked at after every operation. Then what is still in use is freed,
 * and what is left must be free and settled. At last a geometry that doesn't fit, which
 * both must refuse. Nothing of one input is seen by the next. Any size will do, 0 too. */
#ifndef SPANREF_TARGET_H
#define SPANREF_TARGET_H

#include "../judge/judge.h"

struct target {
  struct transport candidate;
  struct judge judge;
  struct trace history; /* of the last input: its operations, then the frees that
                           drained the heap */
};

/* Our own heap, which serves every geometry that fits. It must stay where it is. false:
 * out of memory. */
bool target_create(struct target *target, const struct spanref_candidate *candidate);
void target_destroy(struct target *target);

/* JUDGED_DEPARTED: judge.departure says how, and history, which ends there, shows it
 * again; but for the geometry that doesn't fit, which no trace can hold.
 * JUDGED_FULL: the reference had no room, and nothing was drained.
 * Otherwise JUDGED_SAME or JUDGED_FAILED. */
enum judgement target_run(struct target *target, const uint8_t *data, size_t size);

#endif
