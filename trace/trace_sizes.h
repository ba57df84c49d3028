/* The rules by which the sizes of a trace's header fit together, for the parser,
 * whoever builds a trace by hand (trace_fit) and the byte decoder. */
#ifndef SPANREF_TRACE_SIZES_H
#define SPANREF_TRACE_SIZES_H

#include "../spec/types.h"

#define TRACE_PAGE_BYTES_MAX 0x800000ULL /* 2^23: 2^40 pages stay below 2^63 */

/*@
  predicate page_fits(integer page_bytes) = 1 <= page_bytes <= TRACE_PAGE_BYTES_MAX;

  // What R can be.
  predicate phys_pages_ok(integer phys_pages) =
    phys_pages == 1 || phys_pages == 2 || phys_pages == 4 || phys_pages == 8 ||
    phys_pages == 16;

  // R physical pages' worth, as trace-format.md, "Header", has it.
  predicate phys_fits(integer page_bytes, integer phys_bytes, integer phys_pages) =
    (0 < phys_bytes <= page_bytes && page_bytes % phys_bytes == 0 && phys_pages == 1) ||
    (phys_bytes == phys_pages * page_bytes && phys_pages != 1 &&
     phys_pages_ok(phys_pages));

  predicate huge_fits(integer page_bytes, integer phys_pages, integer huge_bytes) =
    huge_bytes % page_bytes == 0 && huge_bytes / page_bytes <= SPAN_LIMIT_PAGES &&
    (huge_bytes / page_bytes < phys_pages ||
     huge_bytes / page_bytes % phys_pages == 0);

  predicate arena_fits(integer page_bytes, integer phys_pages, integer arena_bytes) =
    arena_bytes % page_bytes == 0 && 0 < arena_bytes / page_bytes <= SPAN_LIMIT_PAGES &&
    arena_bytes / page_bytes % phys_pages == 0;
*/

/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> page_fits(page_bytes);
*/
bool trace_page_fits(uint64_t page_bytes);

/* R: 1, 2, 4, 8 or 16; 0 where phys_bytes does not fit. */
/*@ requires page: page_fits(page_bytes);
    terminates \true; exits \false;
    assigns \nothing;
    ensures pages: \result == 0 || phys_pages_ok(\result);
    ensures fits: \result > 0 ==> phys_fits(page_bytes, phys_bytes, \result);
    ensures refuses: \result == 0 ==>
      \forall integer r; !phys_fits(page_bytes, phys_bytes, r);
*/
uint64_t trace_phys_pages(uint64_t page_bytes, uint64_t phys_bytes);

/*@ requires page: page_fits(page_bytes);
    requires phys: phys_pages_ok(phys_pages);
    terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> huge_fits(page_bytes, phys_pages, huge_bytes);
*/
bool trace_huge_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t huge_bytes);

/*@ requires page: page_fits(page_bytes);
    requires phys: phys_pages_ok(phys_pages);
    terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> arena_fits(page_bytes, phys_pages, arena_bytes);
*/
bool trace_arena_fits(uint64_t page_bytes, uint64_t phys_pages, uint64_t arena_bytes);

#endif
