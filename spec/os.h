/* The one door to the operating system, and nothing behind it is trusted.
 *
 * A heap asks for memory here and checks whatever comes back: the fake OS of
 * the traces (fuzz/fake_os.h) is one body of this door. docs/semantics.md,
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

/*@ ghost extern int span_os_world; */

/* Ask for npages pages, a multiple of the arena unit. The contract promises
 * nothing about the answer, so that every caller must check it. It is trusted
 * for this much: the call returns, and doesn't touch the heap. */
/*@ terminates \true;
    exits \false;
    assigns span_os_world \from span_os_world, npages;
    assigns \result \from span_os_world, npages;
*/
struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages);

#endif
