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

/* What contracts speak of: how often any door was asked, and of the last time, which one,
 * for how many pages, and what it said. No program has this variable. */
struct span_os_log {
  uint64_t calls; /* modulo 2^64 */
  struct span_os *os;
  uint64_t asked_pages;
  struct span_os_answer said;
};
/*@ ghost extern struct span_os_log span_os_log; */
/*@ predicate os_not_asked{Before, After} =
      \at(span_os_log, Before) == \at(span_os_log, After);
    // Asked through this door, and only once.
    predicate os_asked_once{Before, After}(struct span_os *os, integer npages) =
      \at(span_os_log.calls, After) == (uint64_t)(\at(span_os_log.calls, Before) + 1) &&
      \at(span_os_log.os, After) == os && \at(span_os_log.asked_pages, After) == npages;
*/

/* Ask for npages pages, a multiple of the arena unit. The contract promises
 * nothing about the answer, so that every caller must check it. It is trusted
 * for this much: the call returns, and doesn't touch the heap. */
/*@ terminates \true; exits \false;
    assigns span_os_log, \result \from os, npages, span_os_log;
    ensures asked: os_asked_once{Pre, Post}(os, npages);
    ensures said: span_os_log.said == \result;
*/
struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages);

#endif
