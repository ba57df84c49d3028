/* What a recorded program did, as the operations of a trace, made from the logs of
 * its processes (record.h). The rules:
 *
 * Which process. Every process image (a fork's child, a program after exec) logs
 * on its own. The trace is of the one with the most operations, the earliest of
 * those that tie: a driver like gcc or git works in its children. What a child
 * inherited from its parent is not in its log; frees of it are ignored, like
 * frees of anything that isn't known.
 *
 * Sizes. The malloc family becomes `a`, anonymous mmap becomes `m`, in heap pages
 * rounded up. Below the least size (--min-bytes, one heap page unless told)
 * nothing is recorded; what is asked for counts, not what the allocator rounds it
 * to. Anonymous mappings count whatever their protection: reserved address space
 * is what a page heap hands out.
 *
 * Alignment. What aligned_alloc, memalign and posix_memalign are asked becomes `align=`, in
 * heap pages, where it is more than one.
 *
 * realloc. Same place and same pages: nothing; same place: `r`. Otherwise `f`, then `a`.
 *
 * munmap. Whole: `f`. The tail: `r`, unless the pages stay the same. Otherwise `f`, then `m`
 * for each part that is kept, lowest first, under a new name; nothing where one part is kept
 * and its pages stay the same. A part smaller than the least size isn't recorded on.
 *
 * mremap. In place: `r`, unless the pages stay the same. To another place: munmap of the old,
 * mmap of the new.
 *
 * MAP_FIXED. Inside one recorded mapping: nothing, the pages were taken already
 * and still are. Elsewhere: munmap of what is there, then `m` if it is anonymous.
 *
 * An address given out again without having been freed was freed out of our
 * sight: `f` first, and the trace and a message tell how often. What is never
 * freed stays allocated at the end. */
#ifndef SPANREF_RECORDING_H
#define SPANREF_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PAGE_BYTES UINT64_C(8192) /* a heap page */

struct op {
  char kind; /* 'a', 'm', 'r', 'f' */
  uint64_t name, pages;
  uint64_t align; /* pages; 0 or 1: none was asked for */
};

/* A block of the malloc family. */
struct block {
  uint64_t address, name, pages;
};

/* Anonymous memory [start, end). */
struct mapping {
  uint64_t start, end, name;
};

/* Owns its arrays: start from {0}, end with recording_free. */
struct recording {
  uint64_t min_bytes;
  bool out_of_memory, lost;

  struct op *ops;
  size_t nops, ops_room;
  uint64_t names;
  uint64_t unseen_frees;
  uint64_t live, live_pages; /* now */
  uint64_t peak, peak_pages; /* at most at once, each for itself */

  void *blocks; /* a tree of struct block, by address (search.h) */
  struct mapping *mappings; /* in address order, disjoint */
  size_t nmappings, mappings_room;

  uint64_t started_ns;
  char program[16];
};

/* The recording with the most operations of all logs in directory, to *best, which
 * is {0} before and to be freed whatever is returned; *logged: of how many that have
 * any. false: out of memory, or the directory can't be read. */
bool recording_best(struct recording *best, const char *directory, uint64_t min_bytes,
                    unsigned *logged);
/* What it owns, not *r itself. */
void recording_free(struct recording *r);

/* As a trace, ready to be replayed. `command` (ends in NULL) and how many processes logged
 * go into comments at the top. `to` is flushed and stays the caller's. false: it couldn't
 * be written, errno tells why. */
bool recording_print(FILE *to, const struct recording *r, unsigned logged, char **command);

#endif
