/* The one door to memory for the optimised heap itself: its struct and its nodes, never
 * the pages it manages. malloc and free stand behind it, or whatever the user has.
 *
 * Unlike the OS (spec/os.h), what is behind it is trusted: the heap lives in what it
 * gets. It may refuse at any time, and then the operation does. */
#ifndef SPANREF_OPT_MEMORY_H
#define SPANREF_OPT_MEMORY_H

#include <stddef.h>

struct opt_memory {
  void *context;
  /* So many bytes, holding anything, aligned as malloc's, nobody else's until they are
   * given back; NULL: refused. Some tens of kilobytes at a time. Called in the middle of
   * an operation, so neither may call the heap. */
  void *(*get)(void *context, size_t bytes);
  /* Take back what get gave, all of it. */
  void (*give)(void *context, void *memory, size_t bytes);
};

extern const struct opt_memory opt_memory_malloc;

#endif
