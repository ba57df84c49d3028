/* The one door to the operating system, and nothing behind it is trusted.
 *
 * A heap asks for memory here and checks the answer. docs/semantics.md, "OS".
 *
 * span_os_reserve is declared here and belongs to the program that links a heap.
 * The program has exactly one body of it, and decides there what struct span_os is.
 * opt/example/os_mmap.c is one that asks the real OS; the tool and the tests have
 * others, which make answers up. */
#ifndef SPANREF_SPEC_OS_H
#define SPANREF_SPEC_OS_H

#include "types.h"

struct span_os; /* what the program's body needs; no heap looks inside */

struct span_os_answer {
  bool granted;
  uint64_t base;   /* pages */
  uint64_t npages; /* pages; may be more than was asked */
};

/* What was asked and said last, for contracts to speak of. */
/*@ ghost extern uint64_t span_os_asked; */
/*@ ghost extern struct span_os_answer span_os_said; */
/*@ predicate os_not_asked{Before, After} =
      \at(span_os_asked, Before) == \at(span_os_asked, After) &&
      \at(span_os_said, Before) == \at(span_os_said, After);
*/

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
