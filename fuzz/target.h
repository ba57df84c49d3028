/* What every fuzz target does with an input, whichever engine drives it.
 *
 * The bytes are a history (trace/bytes.h); there may be any number of them, even none. The
 * history runs on the reference and on the candidate side by side, and everything is
 * compared after every operation. Then all that is still in use is freed, and nothing may
 * be in use any more. At last both must refuse a geometry that doesn't fit. Nothing of one
 * input is left over for the next. */
#ifndef SPANREF_TARGET_H
#define SPANREF_TARGET_H

#include "../judge/judge.h"

struct target {
  struct transport candidate;
  struct judge judge;
  struct trace history; /* of the last input: its operations, then the frees that
                           drained the heap */
};

/* candidate: one of our own, which serves every geometry that fits. The target must not be
 * moved. Returns false if out of memory. */
bool target_create(struct target *target, const struct spanref_candidate *candidate);
void target_destroy(struct target *target);

/* JUDGED_DEPARTED: judge.departure says how, and history ends there and shows it again.
 * (A geometry that doesn't fit is the exception: no trace can hold it.)
 * JUDGED_FULL: the reference's table was full, and the heap was not drained.
 * Otherwise JUDGED_SAME or JUDGED_FAILED. */
enum judgement target_run(struct target *target, const uint8_t *data, size_t size);

#endif
