/* How to plug in a page allocator of your own: fill in one table of functions, and spanref
 * holds the allocator against its reference. writing-a-candidate.md starts from nothing.
 * (The documents are in docs/ of the repository, and in share/doc/spanref once installed.)
 *
 * Export one symbol from a shared object,
 *
 *   const struct spanref_candidate spanref_candidate = {
 *     .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof spanref_candidate,
 *     .name = "mine", .summary = "...", .levels = SPANREF_SAFETY,
 *     .create = ..., .destroy = ..., .alloc = ..., .free = ...,
 *   };
 *
 * and run "spanref fuzz --candidate ./mine.so".
 *
 * Language   C99 or C++; any other language can export the table by C's calling convention.
 *            In C++ the initialiser above needs C++20. With -fvisibility=hidden, include
 *            this file between "#pragma GCC visibility push(default)" and "#pragma GCC
 *            visibility pop". This file includes no other of the project.
 * Units      A size is a number of pages. An address is a page number: the address in bytes
 *            divided by page_bytes.
 * Calls      One thread calls, one call at a time, in a process that runs nothing else.
 * Ownership  The candidate owns its heap. spanref owns every pointer that it passes; such a
 *            pointer is valid during that call only, unless said otherwise.
 * Optional   A function that isn't required may be NULL: the candidate "can't say". What
 *            spanref would have asked then counts as skipped, never as passed. Not every
 *            function is called at every level: writing-a-candidate.md, "What is called".
 * Terms      semantics.md, "Vocabulary".
 * Versions   Fields are only added at the end, and then the version changes. */
#ifndef SPANREF_CANDIDATE_ABI_H
#define SPANREF_CANDIDATE_ABI_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 2: SPANREF_BACKING, os->release, ready_base and ready_pages; requests, claim and resize:
 * can, fit, alloc_request, claim, resize, below_base and below_pages; the contract: joins and what
 * follows it; says; pool_pages; align_max_pages. */
#define SPANREF_CANDIDATE_VERSION 2

/* Page 2^40. Every span ends at this page or below, and so is no longer than that. Don't
 * take memory beyond it, even if the OS grants it. */
#define SPANREF_LIMIT_PAGES 0x0000010000000000ULL

/* What alloc, free, scavenge and add return. Which error it is matters at SPANREF_GO113
 * only; everywhere else spanref only asks whether it is SPANREF_OK. */
enum spanref_status {
  SPANREF_OK,
  SPANREF_NO_MEMORY,  /* nothing fits and the OS refused; nothing has changed */
  SPANREF_BAD_SIZE,   /* 0 pages, or more than SPANREF_LIMIT_PAGES */
  SPANREF_NOT_IN_USE, /* freed already, inside a span, never given out */
  SPANREF_BAD_RANGE,  /* add: empty, misaligned, too high, or held already */
  SPANREF_BAD_ANSWER  /* the OS granted memory that must not be used */
};

/* What the candidate promises. spanref checks a level if the candidate declares it. */
enum spanref_level {
  /* Checked whether declared or not. Spans in use don't overlap. With SPANREF_NUMBERS they
   * lie in memory that was obtained; with SPANREF_BYTES they keep what was written into
   * them. Everything in use can be freed. What is said to need no zeroing needs none. */
  SPANREF_SAFETY = 1,
  /* stats: in_use and manual are the pages given out, and sys is idle + in_use. With walk,
   * idle and nfree are what the free spans add up to. With SPANREF_NUMBERS, idle is all that was
   * obtained and isn't in use. */
  SPANREF_ACCOUNTING = 2,
  /* walk: two free neighbours of one kind are one span, as far as `joins` says so. With
   * SPANREF_NUMBERS, all that was obtained is shown, in use or free, but for what stats has from
   * arena_base to arena_end. */
  SPANREF_COALESCING = 4,
  /* With SPANREF_NUMBERS: every allocation is where its fit has it, which is at the lowest
   * address if nothing else is said. See enum spanref_profile. */
  SPANREF_PLACEMENT = 8,
  /* alloc says which pages have to be made ready before they are touched, and os->release is
   * told which ones the OS may have back: the reference's. Only with SPANREF_PLACEMENT as in
   * SPANREF_GO113. */
  SPANREF_BACKING = 16
};

/* What SPANREF_PLACEMENT compares. */
enum spanref_profile {
  /* The addresses that alloc and alloc_request answer; which claims and resizes are granted;
   * which span in use lookup finds. All memory is handed in by add before the first
   * operation, so add is required. */
  SPANREF_PAGES,
  /* All of semantics.md: every answer, every statistic and every span. */
  SPANREF_GO113
};

/* What lies behind a page number. */
enum spanref_memory {
  SPANREF_NUMBERS, /* nothing: the OS of the traces hands out mere numbers */
  SPANREF_BYTES    /* memory of the candidate's process, at page * page_bytes, which spanref
                      writes */
};

/* What a request may ask for, beside a number of pages. */
enum spanref_can {
  SPANREF_CAN_ALIGN = 1,      /* align is a power of two, phase 0 */
  SPANREF_CAN_ALIGN_ANY = 2,  /* any align and phase */
  SPANREF_CAN_WINDOW = 4,     /* from and below */
  SPANREF_CAN_LAST_FIT = 8,
  SPANREF_CAN_BEST_FIT = 16
};

enum spanref_fit {
  SPANREF_FIRST_FIT, /* the lowest address */
  SPANREF_LAST_FIT,  /* the highest */
  SPANREF_BEST_FIT,  /* the lowest in the shortest free span in which there is any; of such
                        spans the lowest */
  /* In `fit` alone. */
  SPANREF_BEST_FIT_ANY, /* the same, but of such spans any. Then a request for best fit may be
                           answered so, too */
  SPANREF_NEXT_FIT /* the lowest at or above the end of what alloc took up last (not alloc_request,
                      claim or resize), or in the free span that this page has become part of; if
                      there is none, the lowest */
};

/* All of it holds for the answer. semantics.md, "Requests". */
struct spanref_request {
  uint64_t npages;
  uint64_t align, phase; /* base is phase modulo align. Without: 1 and 0 */
  uint64_t from, below;  /* [base, base + npages) lies in [from, below). Without: 0 and
                            SPANREF_LIMIT_PAGES */
  uint32_t fit; /* enum spanref_fit: first fit unless the request names another. If `can` has none
                   to be named, the candidate's own fit (of next fit: first fit) */
  bool manual;
};

/* Where memory comes from. */
enum spanref_pool {
  SPANREF_POOL_GROWS, /* from the OS, whenever there is too little */
  /* All there is is there from the start: with SPANREF_BYTES the candidate's own, with
   * SPANREF_NUMBERS handed in by add before the first operation. Then no memory is a normal answer.
   * But once all was freed, the greatest of the requests that began the history must be granted
   * again; with placement, all that were the first time. (Not where `joins` lets free pages stay
   * apart.) How big it is a history says. */
  SPANREF_POOL_CLOSED
};

/* What needzero = false promises of the pages that alloc gives out, and what it promises in the
 * answer of free. */
enum spanref_clean {
  SPANREF_CLEAN_NEVER_USED, /* none of them was ever given out */
  SPANREF_CLEAN_CLEARED     /* those that were, were cleared when they were freed last: free, too,
                               answers needzero, and false says that it cleared all of them. What a
                               resize gives up counts as not cleared */
};

/* What else the candidate promises. */
enum spanref_promise {
  /* These frees are refused, and then they are asked for, too. */
  SPANREF_REFUSES_SECOND = 1,  /* of what is free already */
  SPANREF_REFUSES_INSIDE = 2,  /* of a page in use that isn't the first of its allocation */
  SPANREF_REFUSES_FOREIGN = 4, /* of a page that was never given out, be it in its memory or not */
  SPANREF_REFUSES_EMPTY = 8,   /* of 0 pages of what is in use: free_sized alone */
  SPANREF_REFUSES_PARTIAL = 16, /* of fewer pages than were asked for (without takes), or of more
                                   than it takes up: free_sized alone */
  /* It doesn't promise to ask the OS only if no run is free that surely serves, as `needs` has it. */
  SPANREF_MAY_GROW = 32
};

/* What stats and the spans of walk and lookup say. */
enum spanref_says {
  SPANREF_SAYS_SYS = 1,
  SPANREF_SAYS_IDLE = 2,
  SPANREF_SAYS_IN_USE = 4,
  SPANREF_SAYS_MANUAL = 8,
  SPANREF_SAYS_RELEASED = 16,
  SPANREF_SAYS_HUGE_FREE = 32,
  SPANREF_SAYS_NFREE = 64,
  SPANREF_SAYS_ARENA = 128, /* arena_base and arena_end */
  SPANREF_SAYS_SPAN_MANUAL = 256, /* struct spanref_span's: without it nobody looks at the flag */
  SPANREF_SAYS_SPAN_SCAVENGED = 512,
  SPANREF_SAYS_SPAN_NEEDZERO = 1024, /* of a free span it must be true, if a page was given out */
  SPANREF_SAYS_ALL = 2047
};

/* When free neighbours of one kind become one span. Checked at SPANREF_COALESCING. */
enum spanref_joins {
  SPANREF_JOINS_AT_ONCE,
  SPANREF_JOINS_BUDDIES,    /* a block of 2^k pages and its buddy, and no others. Of a grant, or a
                               piece handed in, the first 2^k pages and the next are buddies, for
                               every k. Only with SPANREF_NUMBERS, and so is JOINS_IN_PIECES */
  SPANREF_JOINS_WHEN_PURGED, /* at the latest after scavenge */
  SPANREF_JOINS_NEVER,
  SPANREF_JOINS_IN_PIECES /* at once, but never across two pieces, each of them a grant or handed
                             in by add. Pieces of a closed pool don't touch then */
};

struct spanref_geometry {
  uint64_t page_bytes;  /* a power of two */
  uint64_t phys_pages;  /* pages in a physical page: 1, 2, 4, 8 or 16 */
  uint64_t huge_pages;  /* pages in a huge page; 0: there are none */
  uint64_t arena_pages; /* the OS is asked for multiples of this */
  bool has_goal;        /* scavenge when growth would retain more than ... */
  uint64_t goal_pages;  /* ... this */
  /* Since version 2. Of a closed pool with SPANREF_BYTES: how many pages it shall have, between
   * pool_min_pages and pool_max_pages. 0: as many as you like. */
  uint64_t pool_pages;
};

/* The door to the OS of the trace.
 *
 * reserve asks for npages. It returns false if the OS refuses. It always refuses
 *   - outside alloc;
 *   - a candidate with SPANREF_BYTES, which has an OS of its own;
 *   - a candidate held to placement as in SPANREF_PAGES, or with a closed pool, which gets its
 *     memory by add.
 * It returns true if the OS grants pages [*base, *base + *granted_pages). Don't trust these
 * numbers. All of a grant is of no use if it is less than was asked for, if a page of it is
 * above SPANREF_LIMIT_PAGES or was granted before, or if it begins within a physical page
 * although whole ones were asked for. */
struct spanref_os {
  void *context;
  bool (*reserve)(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages);
  /* The OS may have these pages back: they aren't touched until alloc answers that they have
   * to be made ready. To be told by scavenge, by add, and by alloc where it grows. */
  void (*release)(void *context, uint64_t base, uint64_t npages);
};

/* All zero before a call. Leave zero what the candidate can't say, except needzero: if in
 * doubt, answer true. With placement as in SPANREF_GO113 every field is compared. */
struct spanref_answer {
  uint64_t base;           /* alloc: the first page */
  /* alloc: true if the pages may hold what was written before. false promises clean memory,
   * and is always checked: bytes must be zero; of numbers, no page may have been given out
   * before. */
  bool needzero;
  uint64_t released_pages; /* scavenge: how many pages it gave back */
  uint64_t advice_base;    /* alloc, free: the pages to back by huge pages, from here ... */
  uint64_t advice_pages;   /* ... so many; 0: no advice */
  uint64_t ready_base;     /* alloc: the pages to be made ready, from here ... */
  uint64_t ready_pages;    /* ... so many; 0: none */
  uint64_t below_base;     /* alloc_request, claim: the advice for what is left below, from */
  uint64_t below_pages;    /* ... so many; 0: none */
};

struct spanref_span { /* pages [base, base + npages) */
  uint64_t base;
  uint64_t npages;
  bool free;
  bool manual;
  bool scavenged;
  bool needzero;
};

/* Without `says`, all SPANREF_UNKNOWN before the call. A number that stays so isn't compared; but
 * a number that was said once must be said in the rest of the history. */
#define SPANREF_UNKNOWN UINT64_MAX
struct spanref_stats { /* in pages, except huge_free and nfree, which are counts */
  uint64_t sys;       /* idle + in_use; without manual */
  uint64_t idle;      /* free pages, and those reserved but not yet carved */
  uint64_t in_use;    /* given out, without those that are manual */
  uint64_t manual;    /* given out as manual */
  uint64_t released;  /* idle pages that were given back to the OS */
  uint64_t huge_free; /* whole huge pages inside free spans that aren't scavenged */
  uint64_t nfree;     /* free spans */
  uint64_t arena_base, arena_end; /* the pages reserved but not yet carved */
};

typedef void spanref_visit(void *context, const struct spanref_span *span);

struct spanref_candidate {
  uint32_t version;     /* SPANREF_CANDIDATE_VERSION */
  uint32_t size_bytes;  /* of this struct */
  const char *name;     /* one word */
  const char *summary;  /* one line for people: what it is, and its version */
  uint32_t levels;      /* of enum spanref_level, or-ed */
  uint32_t profile;     /* enum spanref_profile */
  uint32_t memory;      /* enum spanref_memory */

  /* Required. */

  /* Returns an empty heap. os stays valid until destroy, geometry only during this call.
   * Returns NULL if the candidate doesn't serve this geometry; that trace is skipped. */
  void *(*create)(const struct spanref_geometry *geometry, const struct spanref_os *os);
  /* Gives back everything, including what is in use. */
  void (*destroy)(void *heap);
  /* Refuse 0 pages, and more than SPANREF_LIMIT_PAGES: both are asked for. manual: memory
   * that isn't garbage-collected, and is counted apart. */
  int (*alloc)(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer);
  /* base: what alloc answered and what wasn't freed since. With placement as in
   * SPANREF_GO113 it may be any other number too, and that must be refused. */
  int (*free)(void *heap, uint64_t base, struct spanref_answer *answer);

  /* Optional. */

  /* Gives at least want_pages of free memory back to the OS, or all there is. */
  int (*scavenge)(void *heap, uint64_t want_pages, struct spanref_answer *answer);
  /* Takes over memory, as a scavenged free span. SPANREF_NUMBERS only. With placement as in
   * SPANREF_PAGES, or with a closed pool: called before the first operation, three times with
   * what mustn't be refused; or as the history of a closed pool says, which goes without a piece
   * that is refused with SPANREF_BAD_RANGE. */
  int (*add)(void *heap, uint64_t base, uint64_t npages);
  /* Fills in the span, free or in use, that holds the page; returns false if none does.
   * Called with placement only; as in SPANREF_PAGES no more is compared than which span in
   * use holds the page, if any. */
  bool (*lookup)(void *heap, uint64_t page, struct spanref_span *span);
  /* Fills in the statistics. Called after every other call except destroy. */
  void (*stats)(void *heap, struct spanref_stats *stats);
  /* Calls visit for every span, free and in use, in address order. */
  void (*walk)(void *heap, spanref_visit *visit, void *context);
  /* Returns NULL if the heap is sound, else what is wrong with it in a few words, which
   * must live until the next call. */
  const char *(*self_check)(void *heap);

  /* Since version 2; all optional. */

  uint32_t can; /* of enum spanref_can, or-ed. What isn't in it isn't asked for. */
  uint32_t fit; /* enum spanref_fit: with placement as in SPANREF_PAGES, which placement alloc
                   takes */
  /* alloc of a request that asks for more than pages. Its size, and in SPANREF_GO113 its
   * alignment and phase, may be what has to be refused. In SPANREF_GO113, with a window the OS
   * isn't asked. */
  int (*alloc_request)(void *heap, const struct spanref_request *request,
                       struct spanref_answer *answer);
  /* Gives out [base, base + npages), all of it or nothing; the OS isn't asked. Called with
   * placement only. */
  int (*claim)(void *heap, uint64_t base, uint64_t npages, bool manual,
               struct spanref_answer *answer);
  /* Gives the span in use at base npages pages, where it is; the OS isn't asked. What the
   * answer says of base, needzero and ready pages is of the pages that it gained; of no
   * pages needzero is false. */
  int (*resize)(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer);

  /* The contract. Not with placement as in SPANREF_GO113, which leaves nothing open. */

  uint32_t joins; /* enum spanref_joins */
  /* How many pages an allocation of npages takes up, from its base on: npages or more (size
   * classes, powers of two). NULL: npages. These are in use then: nobody else may get them, and
   * stats and walk count them; with placement, all of them lie in a request's window. Called with
   * 1 ... SPANREF_LIMIT_PAGES. */
  uint64_t (*takes)(void *heap, uint64_t npages);
  /* A free run of so many pages, wherever it lies, surely serves an allocation of npages that
   * asks for nothing else; it may reach over several grants, and has whatever isn't in use. Then a
   * refusal departs, whatever the OS said. UINT64_MAX: no run does for sure. NULL: not said. With
   * SPANREF_BYTES only what walk shows is known to be free. */
  uint64_t (*needs)(void *heap, uint64_t npages);
  uint32_t pool; /* enum spanref_pool; closed, with SPANREF_NUMBERS it needs add */
  /* Of a closed pool: how big it may be in all; 0: of any size. Each piece of it begins at a multiple of
   * pool_unit_pages, and is one; 0: at any page, and any. */
  uint64_t pool_min_pages, pool_max_pages, pool_unit_pages;
  uint64_t pool_pieces_max; /* of so many pieces; 0: any number */
  uint64_t request_max_pages; /* a request of more must be refused. 0: SPANREF_LIMIT_PAGES */
  /* While so many allocations are in use, or more, every other may be refused; what is pending
   * doesn't count. 0: none for that. */
  uint64_t alive_max;
  /* An allocation never leaves fewer pages of a free span above it than these: it takes them up,
   * too. 0 or 1: it leaves any number. Only with SPANREF_NUMBERS, without resize, and where free
   * neighbours join at once. */
  uint64_t remainder_min_pages;
  uint32_t clean;    /* enum spanref_clean */
  uint32_t promises; /* of enum spanref_promise, or-ed */
  /* Called in place of free, which may be NULL then. npages: as many as it was asked for last. */
  int (*free_sized)(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer);
  /* Where this isn't NULL, what is freed is pending: it is neither in use nor free, no number of
   * stats counts it and walk doesn't show it, until release makes all of it free. What a resize
   * gives up is free at once. */
  int (*release)(void *heap);

  /* Whatever the contract. */

  uint32_t says; /* of enum spanref_says, or-ed: all it says, in each of its answers. 0: a number
                    of stats is said if it is set, and a span's flags are but for needzero */
  /* Saves all there is, and loads it again. Afterwards everything is as it was. */
  int (*reload)(void *heap);
  uint64_t align_max_pages; /* a greater alignment isn't asked for. 0: any */
};

/* What a shared object exports, with C linkage. */
extern const struct spanref_candidate spanref_candidate;

#ifdef __cplusplus
}
#endif

#endif
