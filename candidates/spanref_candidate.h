/* A page allocator of your own behind one table of functions, for spanref to hold
 * against its reference. writing-a-candidate.md begins at nothing; the documents are
 * docs/ in the repository, share/doc/spanref where it is installed.
 *
 * Export one symbol from a shared object,
 *
 *   const struct spanref_candidate spanref_candidate = {
 *     .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof spanref_candidate,
 *     .name = "mine", .summary = "...", .levels = SPANREF_SAFETY,
 *     .create = ..., .destroy = ..., .alloc = ..., .free = ...,
 *   };
 *
 * and run "spanref check --candidate ./mine.so TRACE...". This file needs no other; it
 * is C99, C++ and, by the C calling convention, whatever speaks that. (In C++ the above
 * needs C++20. With -fvisibility=hidden include this file between "#pragma GCC visibility
 * push(default)" and "#pragma GCC visibility pop".) Fields are only added at the end, and
 * then the version changes.
 *
 * Units: sizes are pages and addresses page numbers (address / page_bytes), never
 * bytes. A candidate is called by one thread, one call at a time, in a process of its
 * own; it owns its heap, spanref owns every pointer it hands over, for that call alone
 * unless said otherwise. Terms are those of semantics.md, "Vocabulary".
 *
 * A function may be NULL where it isn't required: the candidate "can't say", and what
 * would have been asked counts as skipped, never as passed. Nor is every function called
 * at every level: writing-a-candidate.md, "What is called". */
#ifndef SPANREF_CANDIDATE_ABI_H
#define SPANREF_CANDIDATE_ABI_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPANREF_CANDIDATE_VERSION 1

/* No span reaches this page, and so none is longer: 2^40. An OS that grants memory there
 * isn't to be believed. */
#define SPANREF_LIMIT_PAGES 0x0000010000000000ULL

/* What alloc, free, scavenge and add return. Below SPANREF_GO113 it is only told whether
 * that is SPANREF_OK. */
enum spanref_status {
  SPANREF_OK,
  SPANREF_NO_MEMORY,  /* nothing fits and the OS refused; nothing has changed */
  SPANREF_BAD_SIZE,   /* 0 pages, or more than SPANREF_LIMIT_PAGES */
  SPANREF_NOT_IN_USE, /* freed already, inside a span, never given out */
  SPANREF_BAD_RANGE,  /* add: empty, misaligned, or held already */
  SPANREF_BAD_ANSWER  /* the OS answered with memory that can't be */
};

/* What the candidate says it does: each is checked where it is declared. */
enum spanref_level {
  /* Always checked. Spans in use don't overlap, and lie in memory that was obtained
   * (SPANREF_NUMBERS); what was written into them stays (SPANREF_BYTES); all that is in
   * use can be freed; what is said to need no zeroing needs none. That nothing else can
   * be freed is asked at SPANREF_GO113 only. */
  SPANREF_SAFETY = 1,
  /* stats: in_use and manual are what was given out, sys is idle + in_use; where
   * walk is there, every number is what the spans add up to. */
  SPANREF_ACCOUNTING = 2,
  /* walk: free neighbours of one kind are one span. */
  SPANREF_COALESCING = 4,
  /* The lowest address at which it fits, of SPANREF_NUMBERS; see enum spanref_profile. */
  SPANREF_PLACEMENT = 8
};

/* Whose addresses and answers SPANREF_PLACEMENT means. */
enum spanref_profile {
  /* First fit in the memory that is handed in by add, which it needs, before the first
   * operation. Compared is what alloc answers; free as at SPANREF_SAFETY. */
  SPANREF_PAGES,
  /* semantics.md, all of it: every answer and every statistic. */
  SPANREF_GO113
};

/* What is behind a page number. */
enum spanref_memory {
  SPANREF_NUMBERS, /* nothing: the OS of the traces hands out numbers */
  SPANREF_BYTES    /* memory of this process, at page * page_bytes: it is written */
};

struct spanref_geometry {
  uint64_t page_bytes;  /* a power of two */
  uint64_t phys_pages;  /* pages in a physical page: 1, 2, 4, 8 or 16 */
  uint64_t huge_pages;  /* pages in a huge page; 0: there are none */
  uint64_t arena_pages; /* the OS is asked for multiples of this */
  bool has_goal;        /* scavenge when growth would retain more than ... */
  uint64_t goal_pages;  /* ... this */
};

/* The door to the OS of the trace. false: it refused, as it does in every call but alloc.
 * What it grants, base and granted_pages, may be more than was asked for, and isn't to be
 * trusted. It always refuses a candidate with SPANREF_BYTES, which has an OS of its own,
 * and one held to SPANREF_PAGES, which has its memory by add. */
struct spanref_os {
  void *context;
  bool (*reserve)(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages);
};

/* All zero before a call. What the candidate can't say stays zero, but for needzero,
 * where true promises nothing; at the level of placement as in SPANREF_GO113 all of it is
 * compared. */
struct spanref_answer {
  uint64_t base;           /* alloc */
  /* alloc: may hold what was written before. false is checked at SPANREF_SAFETY: bytes
   * are zero, and of numbers no page was given out before. */
  bool needzero;
  uint64_t released_pages; /* scavenge */
  uint64_t advice_base;    /* alloc, free: "make this huge pages", ... */
  uint64_t advice_pages;   /* ... 0: nothing */
};

struct spanref_span { /* pages [base, base + npages) */
  uint64_t base;
  uint64_t npages;
  bool free;
  bool manual;
  bool scavenged;
  bool needzero;
};

/* All SPANREF_UNKNOWN before the call; what stays so isn't compared. */
#define SPANREF_UNKNOWN UINT64_MAX
struct spanref_stats { /* pages, but for the two counts */
  uint64_t sys;       /* idle + in_use; manual isn't part of it */
  uint64_t idle;
  uint64_t in_use;
  uint64_t manual;
  uint64_t released;
  uint64_t huge_free; /* whole huge pages inside free spans that aren't scavenged */
  uint64_t nfree;     /* free spans */
  uint64_t arena_base, arena_end; /* reserved and not yet carved */
};

typedef void spanref_visit(void *context, const struct spanref_span *span);

struct spanref_candidate {
  uint32_t version;     /* SPANREF_CANDIDATE_VERSION */
  uint32_t size_bytes;  /* of this struct */
  const char *name;     /* a word */
  const char *summary;  /* one line for people; the version of what is behind it */
  uint32_t levels;      /* enum spanref_level, or-ed */
  uint32_t profile;     /* enum spanref_profile */
  uint32_t memory;      /* enum spanref_memory */

  /* Required. */

  /* An empty heap. geometry may be kept no longer than the call, os until destroy. NULL: it
   * doesn't serve this geometry, and the trace is skipped. */
  void *(*create)(const struct spanref_geometry *geometry, const struct spanref_os *os);
  /* Everything is given back, what is in use as well. */
  void (*destroy)(void *heap);
  /* npages >= 0, so 0 must be refused. manual: not garbage-collected, counted apart. */
  int (*alloc)(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer);
  /* base: what alloc answered, and wasn't freed since; at the level of placement as in
   * SPANREF_GO113 any other number too, which must be refused. */
  int (*free)(void *heap, uint64_t base, struct spanref_answer *answer);

  /* Optional. */

  /* Give back at least want_pages of free memory to the OS, as far as there is. */
  int (*scavenge)(void *heap, uint64_t want_pages, struct spanref_answer *answer);
  /* Take over memory, as a scavenged free span. SPANREF_NUMBERS only; for SPANREF_PAGES
   * three pieces before the first operation, and no more. */
  int (*add)(void *heap, uint64_t base, uint64_t npages);
  /* The span, free or in use, that holds the page. false: none. Only called at
   * SPANREF_GO113. */
  bool (*lookup)(void *heap, uint64_t page, struct spanref_span *span);
  /* Called after each call but destroy. */
  void (*stats)(void *heap, struct spanref_stats *stats);
  /* All spans, free and in use, in address order. */
  void (*walk)(void *heap, spanref_visit *visit, void *context);
  /* NULL: sound. Else what is wrong, in a few words that live until the next call. */
  const char *(*self_check)(void *heap);
};

/* What a shared object exports, with C linkage. */
extern const struct spanref_candidate spanref_candidate;

#ifdef __cplusplus
}
#endif

#endif
