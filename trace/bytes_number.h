/* Numbers in bytes, and addresses counted from others: what the byte decoder is
 * made of. Nothing wraps around: what would leave the 64 bits isn't added. */
#ifndef SPANREF_BYTES_NUMBER_H
#define SPANREF_BYTES_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "trace_sizes.h"

struct number {
  uint64_t value;
  size_t next; /* position behind it */
};

/*@
  // All bytes can be read, and this position is among them or at their end.
  predicate bytes_at{L}(uint8_t *data, integer size, integer position) =
    \valid_read(data + (0 .. size - 1)) && position <= size;

  // What data[from .. to - 1] say, lowest byte first.
  logic integer number_at{L}(uint8_t *data, integer from, integer to) =
    from >= to ? 0 : data[from] + 256 * number_at(data, from + 1, to);

  // How many numbers have so many bytes, 0 to 8.
  logic integer numbers(integer bytes) =
    bytes <= 0 ? 1 : bytes == 1 ? 0x100 : bytes == 2 ? 0x10000 :
    bytes == 3 ? 0x1000000 : bytes == 4 ? 0x100000000 :
    bytes == 5 ? 0x10000000000 : bytes == 6 ? 0x1000000000000 :
    bytes == 7 ? 0x100000000000000 : 0x100000000 * 0x100000000;

  // Where a number of so many bytes ends, or all bytes do.
  logic integer number_end(integer size, integer position, integer bytes) =
    position + bytes <= size ? position + bytes : size;
*/

/* `bytes` bytes, lowest first. Past the end there are zeros, and the position
 * stays. */
/*@ requires inside: bytes_at(data, size, position);
    requires bytes: bytes <= 8;
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: \result.next == number_end(size, position, bytes);
    ensures below: \result.value < numbers(bytes);
    ensures value: \result.value == number_at(data, position, \result.next);
*/
struct number read_number(const uint8_t *data, size_t size, size_t position,
                          unsigned bytes);

/* count * unit_bytes, so small that it fits. */
/*@ requires count: count <= SPAN_LIMIT_PAGES;
    requires unit: unit_bytes <= TRACE_PAGE_BYTES_MAX;
    terminates \true; exits \false;
    assigns \nothing;
    ensures bytes: \result == count * unit_bytes;
*/
uint64_t bytes_of(uint64_t count, uint64_t unit_bytes);

/* base + count * unit_bytes, or base where that would pass 2^64. */
/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures above: base + count * unit_bytes <= UINT64_MAX ==>
      \result == base + count * unit_bytes;
    ensures beyond: base + count * unit_bytes > UINT64_MAX ==> \result == base;
*/
uint64_t above(uint64_t base, uint64_t count, uint64_t unit_bytes);

/* base - count * unit_bytes, or base where that would pass 0. */
/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures below: count * unit_bytes <= base ==> \result == base - count * unit_bytes;
    ensures beyond: count * unit_bytes > base ==> \result == base;
*/
uint64_t below(uint64_t base, uint64_t count, uint64_t unit_bytes);

/* offset units above base, which stays where that would leave the 64 bits; offset is
 * a two's complement number of `bytes` bytes. */
/*@ requires bytes: bytes == 1 || bytes == 2;
    requires offset: offset < numbers(bytes);
    terminates \true; exits \false;
    assigns \nothing;
    ensures up: 2 * offset < numbers(bytes) && base + offset * unit_bytes <= UINT64_MAX
      ==> \result == base + offset * unit_bytes;
    ensures down: 2 * offset >= numbers(bytes) &&
      (numbers(bytes) - offset) * unit_bytes <= base
      ==> \result == base - (numbers(bytes) - offset) * unit_bytes;
*/
uint64_t moved(uint64_t base, uint64_t offset, unsigned bytes, uint64_t unit_bytes);

/* The address rounded down to its page. */
/*@ requires page: page_bytes > 0;
    terminates \true; exits \false;
    assigns \nothing;
    ensures on_page: \result % page_bytes == 0;
    ensures down: \result <= address < \result + page_bytes;
*/
uint64_t on_page(uint64_t address, uint64_t page_bytes);

#endif
