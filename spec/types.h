/* The words every span heap speaks: sizes, kinds, answers, statistics.
 *
 * The reference (ref/), the optimised heap (opt/) and every candidate answer
 * in these types; they hold no heap logic. All addresses and sizes are in heap
 * pages, never bytes. Source of every term: docs/semantics.md, "Vocabulary". */
#ifndef SPANREF_SPEC_TYPES_H
#define SPANREF_SPEC_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/* First page number that no span may reach: 2^40 pages (8 PiB of 8 KiB pages).
 * Also the largest size that can be asked for, so no sum below wraps (D3). */
#define SPAN_LIMIT_PAGES 0x0000010000000000ULL

/* What a heap is built for; constant for its life. docs/semantics.md,
 * "Vocabulary": phys_pages is R, huge_pages H, arena_pages A. */
struct span_geometry {
  uint64_t phys_pages;  /* 1, 2, 4, 8 or 16 */
  uint64_t huge_pages;  /* 0: none; above phys_pages a multiple of it */
  uint64_t arena_pages; /* a multiple of phys_pages, 1 ... SPAN_LIMIT_PAGES */
  bool has_goal;        /* growth scavenges so that sys - released stays at the goal */
  uint64_t goal_pages;  /* 0 where has_goal is false */
};

/* A run of pages [base, base + npages). */
struct span {
  uint64_t base;
  uint64_t npages;
  bool free;
  bool manual;    /* in use for stacks and buffers, not garbage-collected */
  bool scavenged; /* free, its whole physical pages given back */
  bool needzero;  /* may hold pages that were given out before */
};

/* Which of the placements that a request has is taken. docs/semantics.md, "choose(q)". */
enum span_fit {
  SPAN_FIRST_FIT, /* the least base */
  SPAN_LAST_FIT,  /* the greatest base */
  SPAN_BEST_FIT   /* in the shortest free span that has one */
};

/* What an allocation asks for. docs/semantics.md, "Requests". */
struct span_request {
  uint64_t npages; /* 1 ... SPAN_LIMIT_PAGES */
  uint64_t align;  /* the base is phase modulo align; 1 ... SPAN_LIMIT_PAGES */
  uint64_t phase;  /* below align */
  uint64_t from, below; /* all its pages lie in [from, below) */
  enum span_fit fit;
  bool manual;
};

enum span_status {
  SPAN_OK,
  SPAN_NO_MEMORY,   /* nothing fits and the OS refused */
  SPAN_BAD_SIZE,    /* 0 pages, or more than SPAN_LIMIT_PAGES */
  SPAN_NOT_IN_USE,  /* not the base of a span in use: double free, interior
                       pointer, never given out */
  SPAN_BAD_RANGE,   /* memory handed in is empty, out of range, not on physical
                       pages, or overlaps memory already held */
  SPAN_BAD_ANSWER,  /* the OS answered with memory that is misaligned, too
                       small, out of range or overlaps memory already held */
  SPAN_TABLE_FULL,  /* no room for the records this may need (reference only) */
  SPAN_BAD_GEOMETRY /* the sizes in struct span_geometry don't fit together */
};

/* "huge" advice for [base, base + npages); npages is 0 where none was given.
 * One operation gives at most one (docs/semantics.md, "Huge-page advice"). */
struct span_advice {
  uint64_t base;
  uint64_t npages;
};

/* Pages [base, base + npages); both are 0 where there are none. */
struct span_range {
  uint64_t base;
  uint64_t npages;
};

struct span_alloc_result {
  enum span_status status;
  uint64_t base;     /* 0 unless SPAN_OK, like all that follows */
  bool needzero;
  struct span_advice advice; /* for what is left above */
  struct span_range ready;   /* to be made ready before they are touched */
  struct span_advice advice_below; /* for what is left below */
};

struct span_free_result {
  enum span_status status;
  struct span_advice advice;
};

struct span_scavenge_result {
  enum span_status status;
  uint64_t released_pages;
};

struct span_lookup_result {
  bool found;
  struct span span; /* all zero unless found */
};

/* docs/semantics.md, "Invariants" 7. Pages, but for the two counts. */
struct span_stats {
  uint64_t sys;       /* idle + in_use; manual is not part of it */
  uint64_t idle;
  uint64_t in_use;
  uint64_t manual;
  uint64_t released;
  uint64_t huge_free; /* whole huge pages inside retained free spans */
  uint64_t nfree;     /* free spans */
  uint64_t arena_base, arena_end; /* the current arena [base, end) */
};

#endif
