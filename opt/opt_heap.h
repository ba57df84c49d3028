/* The optimised span heap: the behaviour of docs/semantics.md, with no bound
 * but memory, and nothing proportional to address space that isn't held.
 *
 * Nothing is kept per span. Where spans begin is written into the pages: four
 * bits a page (see page_tree.h), and a span reaches to the next beginning. Over
 * the pages stands a 16-ary tree, which knows of each part whether any span
 * begins there, the longest free span beginning there, and whether a retained
 * free span that scavenging could release may begin there:
 *
 *   node       longest 9      boundary 11..     releasable 10..
 *             /              \
 *   block    longest 4 9 0 .. boundary 110..    releasable 100..
 *            |         \
 *   word     U...F...U  F........             U used, F free begins, . goes on
 *   pages    0   4   8  ^ 64 pages a word, 16 words a block, 16 parts a node
 *
 * Three questions find all there is to find: the next and the previous
 * boundary (neighbours, lookup, lengths), the first free span of n pages (go
 * down to the first part whose longest is >= n), the highest releasable one (go
 * down to the last part whose bit is set).
 * Both kinds of free span live in the one tree; first fit asks for either.
 *
 * Nodes exist only over boundaries and come from pools; the root is as high as
 * the held addresses need, 8 levels at most. An operation reserves the nodes
 * it may need before it changes anything, so that running out of memory is an
 * answer and never half a change.
 *
 * Cost, d <= 9 the height of the tree: 1 + log16 of the span of held addresses
 * in blocks of 1024 pages.
 *   alloc, free                O(1) on one word and O(d) for the search and for
 *                              what the ancestors must hear, mostly nothing;
 *                              see near.h and front.h. From 2^31 pages on, alloc may try up
 *                              to 512 giants.
 *   add, lookup                O(d)
 *   alloc that grows           O(d) and its scavenging
 *   scavenge                   O(d) for every span released, and for every word
 *                              in which one was freed since and is no more
 *   stats                      O(1)
 *   walk                       O(spans), d between far ones; nothing is searched
 *   reset                      O(nodes in use), which is O(operations since)
 *   memory                     576 bytes for 1024 pages where boundaries are
 *                              dense, 0.58 bytes a page with the nodes above;
 *                              plus some 70 kB of spare nodes, and a table of
 *                              64 kB, by which blocks are found at once
 *
 * docs/opt.md says more: why it is exact, what it costs, where it loses.
 *
 * Threads: one heap, one thread at a time, and that holds for questions too, which
 * remember where they looked. Two heaps are independent: no global ever changes.
 * locked.h has a heap that threads share.
 *
 * page_tree.[ch] and page_search.c are the tree, first_fit.h goes down it, near.h does
 * at once what changes one word, front.h takes from where the last allocation took,
 * lanes.h asks sixteen numbers at once, node_pool.[ch] is the tree's memory and
 * opt_memory.[ch] where that comes from, physical.h rounds, bits.h counts, page_check.c
 * doubts the tree, opt_heap.c is the heap. */
#ifndef SPANREF_OPT_HEAP_H
#define SPANREF_OPT_HEAP_H

#include <stddef.h>

#include "../spec/os.h"
#include "../spec/types.h"
#include "opt_memory.h"

struct opt_heap;
typedef void opt_visit(void *context, const struct span *span);

/* An empty heap of page size = physical page size, no huge pages, no goal and
 * arenas of 8192 pages; NULL: no memory. All memory for the heap itself comes
 * from *memory, which is copied; NULL: from malloc. */
struct opt_heap *opt_heap_create(const struct opt_memory *memory);
/* All of it is given back. heap may be NULL. */
void opt_heap_destroy(struct opt_heap *heap);

/* Every error status below leaves the heap as it was. SPAN_NO_MEMORY also
 * stands for: no memory for the heap's own nodes; the OS isn't asked then, and
 * the same call may be made again. Nodes are kept until the end. */

/* An empty heap of this geometry. SPAN_OK or SPAN_BAD_GEOMETRY. */
enum span_status opt_heap_reset(struct opt_heap *heap,
                                struct span_geometry geometry);
struct span_alloc_result opt_heap_alloc(struct opt_heap *heap,
                                        struct span_os *os, uint64_t npages,
                                        bool manual);
struct span_free_result opt_heap_free(struct opt_heap *heap, uint64_t base);
struct span_scavenge_result opt_heap_scavenge(struct opt_heap *heap,
                                              uint64_t want_pages);
/* Hand memory to the heap, as a scavenged free span. */
enum span_status opt_heap_add(struct opt_heap *heap, uint64_t base,
                              uint64_t npages);
/* The span, free or in use, that holds the page. */
struct span_lookup_result opt_heap_lookup(struct opt_heap *heap, uint64_t page);
struct span_stats opt_heap_stats(const struct opt_heap *heap);
/* All spans in address order. visit must not change the heap. */
void opt_heap_walk(struct opt_heap *heap, opt_visit *visit, void *context);

/* Bytes of nodes, used and spare: what was taken from memory since create. */
size_t opt_heap_metadata_bytes(const struct opt_heap *heap);

/* NULL, or what is wrong with the tree: every node is looked at. The invariants
 * of docs/semantics.md are for the oracle, which has the spans from walk. */
const char *opt_heap_why_invalid(struct opt_heap *heap);

#endif
