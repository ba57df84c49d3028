/* The one door to memory for the optimised heap itself: for its struct and its nodes, never for
 * the pages that it manages. Behind the door are malloc and free, or whatever the user has.
 *
 * The door is trusted, unlike the OS's (spec/os.h): the heap lives in the memory that it gets
 * here. The door may refuse at any time; then the operation does, too. */
#ifndef SPANREF_OPT_MEMORY_H
#define SPANREF_OPT_MEMORY_H

#include <stddef.h>

struct opt_memory {
  void *context;
  /* So many bytes, some tens of kilobytes at a time: aligned as malloc's, holding anything,
   * nobody else's until they are given back. NULL: refused. get and give are called in the
   * middle of an operation: neither may call the heap. */
  void *(*get)(void *context, size_t bytes);
  /* Take back all that one call of get gave. */
  void (*give)(void *context, void *memory, size_t bytes);
};

extern const struct opt_memory opt_memory_malloc;

#endif
