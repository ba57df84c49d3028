/* The optimised span heap: the behaviour of docs/semantics.md, with no bound but memory, and
 * nothing proportional to address space that isn't held.
 *
 * Cost. d <= 9 is the height of the tree: 1 + log16 of the reach of held addresses in blocks of
 * 1024 pages.
 *
 *   alloc, free       O(1) on one word, and O(d) for the search and for what the word's parents
 *                     must hear, mostly nothing. alloc of 2^31 pages and more may try up to 512
 *                     giants.
 *   alloc_request     first and last fit: O(d), and with alignment O(1) for each word of 64 pages
 *                     that has enough free pages in a row, up to one where they are aligned.
 *                     Best fit: O(d) for each such span in the window, up to one of just as
 *                     many pages
 *   claim, resize     O(d)
 *   add, lookup       O(d)
 *   alloc that grows  O(d), and its scavenging
 *   scavenge          O(d) for each span released, and for each word in which a span was freed
 *                     since and is no more
 *   stats             O(1)
 *   walk              O(spans), d between far ones
 *   reset             O(nodes in use), which is O(operations since the last)
 *   memory            576 bytes for 1024 pages where boundaries are dense, 0.58 bytes a page with
 *                     the nodes above; some 70 kB of spare nodes; a table of 64 kB
 *
 * An operation reserves the nodes that it may need before it changes anything: running out of
 * memory is an answer and never half a change.
 *
 * Threads: one heap, one thread at a time, and that holds for questions, too: they note where
 * they looked. Two heaps are independent; no global ever changes. locked.h has a heap that
 * threads share.
 *
 * Where things are:
 *
 *   opt_heap.c            the heap, step by step
 *   opt_heap_near.inc     a part of it: changes of one word or two, at once
 *   opt_heap_front.inc    a part of it: the next pages from where the last ones were
 *   opt_heap_request.inc  a part of it: alignment, windows, fits, claims, resizing
 *   opt_heap_check.inc    a part of it: doubts about heap and front
 *   page_tree.h           the tree: how it is laid out, and all that one may ask it
 *   page_tree.c           its codes, longest spans, masks and nodes
 *   page_search.c         its searches; first_fit.h is the one that must be fast
 *   page_check.c          doubts about it
 *   lanes.h               questions about sixteen numbers at once
 *   bits.h, physical.h    counting and rounding
 *   node_pool.[ch]        memory for nodes; opt_memory.[ch], where that comes from
 *   example/              opt as a program's heap, over memory of the real OS
 *
 * docs/opt.md says more: why it is exact, what it costs, where it loses. */
#ifndef SPANREF_OPT_HEAP_H
#define SPANREF_OPT_HEAP_H

#include <stddef.h>

#include "../spec/os.h"
#include "../spec/types.h"
#include "opt_memory.h"

struct opt_heap;
typedef void opt_visit(void *context, const struct span *span);
typedef void opt_release(void *context, struct span_range range);

/* An empty heap: a physical page is a page, no huge pages, no goal, arenas of 8192 pages. NULL:
 * no memory. All memory for the heap itself comes from *memory, which is copied; memory may be
 * NULL: then it comes from malloc. */
struct opt_heap *opt_heap_create(const struct opt_memory *memory);
/* All memory of the heap itself is given back. heap may be NULL. */
void opt_heap_destroy(struct opt_heap *heap);

/* Every error status below leaves the heap as it was. SPAN_NO_MEMORY also says that there was
 * no memory for the heap's own nodes. The OS isn't asked then, and the same call may be made
 * again. Nodes are kept until the end. */

/* An empty heap of this geometry. SPAN_OK or SPAN_BAD_GEOMETRY. */
enum span_status opt_heap_reset(struct opt_heap *heap, struct span_geometry geometry);
struct span_alloc_result opt_heap_alloc(struct opt_heap *heap, struct span_os *os,
                                        uint64_t npages, bool manual);
/* Asks for more than pages: docs/semantics.md, "Requests". */
struct span_alloc_result opt_heap_alloc_request(struct opt_heap *heap, struct span_os *os,
                                                struct span_request request);
/* Allocate [base, base + npages) and no other pages. */
struct span_alloc_result opt_heap_claim(struct opt_heap *heap, uint64_t base, uint64_t npages,
                                        bool manual);
/* Give the span in use at base npages pages, where it is. The result is of the pages that it
 * gained. */
struct span_alloc_result opt_heap_resize(struct opt_heap *heap, uint64_t base, uint64_t npages);
struct span_free_result opt_heap_free(struct opt_heap *heap, uint64_t base);
struct span_scavenge_result opt_heap_scavenge(struct opt_heap *heap, uint64_t want_pages);
/* Hand memory to the heap, as a scavenged free span. */
enum span_status opt_heap_add(struct opt_heap *heap, uint64_t base, uint64_t npages);
/* The span, free or in use, that holds the page. */
struct span_lookup_result opt_heap_lookup(struct opt_heap *heap, uint64_t page);
struct span_stats opt_heap_stats(const struct opt_heap *heap);
/* Visit all spans, in address order. visit must not change the heap. */
void opt_heap_walk(struct opt_heap *heap, opt_visit *visit, void *context);

/* From now on release is called for every range of pages that the OS may have back, while
 * scavenge, add, or alloc where it grows, is on its way: what alloc answers as ready is made
 * ready after that. It must not call the heap. NULL, as after create: nobody is told. */
void opt_heap_tell(struct opt_heap *heap, opt_release *release, void *context);

/* Bytes of nodes, used and spare: what the heap took from memory since create. */
size_t opt_heap_metadata_bytes(const struct opt_heap *heap);

/* NULL, or what is wrong with the heap's own bookkeeping. Every node is looked at, and nothing is
 * changed. The invariants of docs/semantics.md are for the oracle to check, which gets the spans
 * from walk.
 *
 * Built with -DOPT_CHECK the heap looks at what each operation changed, and stops the program
 * where something is wrong; so do all preconditions that are too costly for asserts. */
const char *opt_heap_why_invalid(struct opt_heap *heap);

#endif
