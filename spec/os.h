/* The one door to the operating system, and nothing behind it is trusted.
 *
 * A heap asks for memory here and checks whatever comes back: the fake OS of
 * the traces (trace/fake_os.h) is one body of this door. docs/semantics.md,
 * "OS". */
#ifndef SPANREF_SPEC_OS_H
#define SPANREF_SPEC_OS_H

#include "types.h"

struct span_os; /* whatever the body needs; the heaps never look inside */

struct span_os_answer {
  bool granted;
  uint64_t base;   /* pages */
  uint64_t npages; /* pages; may be more than was asked */
};

/* What was asked and said last, for contracts to speak of. */
/*@ ghost extern uint64_t span_os_asked; */
/*@ ghost extern struct span_os_answer span_os_said; */

/* Ask for npages pages, a multiple of the arena unit. The contract promises
 * nothing about the answer, so that every caller must check it. It is trusted
 * for this much: the call returns, and doesn't touch the heap. */
/*@ terminates \true;
    exits \false;
    assigns span_os_asked \from npages;
    assigns span_os_said, \result \from npages, span_os_said;
    ensures asked: span_os_asked == npages;
    ensures said: span_os_said == \result;
*/
struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages);

#endif
