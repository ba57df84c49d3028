/* What every fuzz target does with an input, whichever engine drives it.
 *
 * The bytes are a history (trace/bytes.h); there may be any number of them, even none. The
 * history runs on the reference and on the candidate side by side, and everything is
 * compared after every operation. Then all that is still in use is freed, and nothing may
 * be in use any more. At last our own heaps must refuse a geometry that doesn't fit. Nothing of
 * one input is left over for the next. */
#ifndef SPANREF_TARGET_H
#define SPANREF_TARGET_H

#include "../judge/judge.h"
#include "subject.h"
#include "suit.h"

/* As spanref check and spanref shrink have it, so that they show what the target shows. */
#define TARGET_GIVEN_PAGES (UINT64_C(1) << 18)

struct target {
  struct spanref_candidate table; /* of the candidate, as this version of the interface has it */
  struct transport candidate;
  struct judge judge;
  struct suit suit;
  struct trace history; /* of the last input: its operations, then, where all answers are the
                           reference's, the frees that drained the heap */
  bool at_end; /* it ran to its end; a departure was seen after that */
};

/* Of whom fuzz_subject names, with the waivers of the file that SPANREF_WAIVERS names, if it is in
 * the environment. The target must not be moved. false: there is none, and standard error says why
 * in a line; target_destroy works all the same. */
bool target_create(struct target *target);
void target_destroy(struct target *target);

/* The history that the bytes stand for: it is in target->history. false: out of memory. */
bool target_decode(struct target *target, const uint8_t *data, size_t size);

/* JUDGED_DEPARTED: judge.departure says how, and history ends there and shows it again.
 * (A geometry that doesn't fit is the exception: no trace can hold it.)
 * JUDGED_FULL: the reference's table was full, and the heap was not drained.
 * JUDGED_SKIPPED: the candidate doesn't serve the geometry. JUDGED_OVER: it departed, and that is
 * waived. Otherwise JUDGED_SAME or JUDGED_FAILED. */
enum judgement target_run(struct target *target, const uint8_t *data, size_t size);

#endif
