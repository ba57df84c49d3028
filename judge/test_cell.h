/* What test_cell.c tells the heap in its cell to do wrong (test_cell_heap.c), and what that tells.
 * Both processes share it: its address is in the environment, as TEST_CELL. */
#ifndef SPANREF_TEST_CELL_H
#define SPANREF_TEST_CELL_H

#include <stdint.h>

enum test_cell_does {
  DOES_NOTHING,
  DOES_CRASH,
  DOES_EXIT,
  DOES_HANG,    /* and works meanwhile */
  DOES_SLEEP,
  DOES_GROW,    /* in one call, without end */
  DOES_WORK,    /* for a while, in this call and all behind it, and goes on */
  DOES_BEGET,   /* starts a process that does nothing, and crashes */
  DOES_ASK,     /* the OS, many times, and goes on */
  DOES_ASK_ON,  /* the same without end */
  DOES_REFUSE,
  DOES_FORGE    /* adds one to *victim */
};

struct test_cell {
  enum test_cell_does does;
  unsigned at; /* call number, from 1 on, wrong frees not counted; */
  volatile unsigned calls; /* and so many there were */
  volatile uint64_t *volatile victim;
};

#endif
