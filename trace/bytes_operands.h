/* The operands of operations: sizes, addresses, regions (docs/trace-format.md,
 * "Bytes"). */
#ifndef SPANREF_BYTES_OPERANDS_H
#define SPANREF_BYTES_OPERANDS_H

#include "bytes_number.h"
#include "bytes_read.h"

/* The selector: anchor (3 bits), form (2), extra (2), one bit unused. */
struct address {
  uint64_t value;
  uint64_t extra; /* 0 ... 3, for the operation to use */
  size_t next;
};

/*@ predicate operands_ok(struct bytes_state state) =
      sizes_ok(state) && counts_ok(state); */

/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && operands_ok(*state);
    requires form: 0 <= form <= BYTES_SIZE_8;
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: position <= \result.next <= size && \result.next <= position + 8;
*/
struct number read_pages(const uint8_t *data, size_t size, size_t position,
                         enum bytes_size form, const struct bytes_state *state);

/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && operands_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: position <= \result.next <= size && \result.next <= position + 9;
    ensures extra: \result.extra <= 3;
*/
struct address read_address(const uint8_t *data, size_t size, size_t position,
                            const struct bytes_state *state);

/* One byte: base (4 bits), down (1), offset (3); an escaped base in 8 bytes. The
 * extra is whether it grows down. */
/*@ requires bytes: bytes_at(data, size, position);
    requires state: \valid_read(state) && operands_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
    ensures next: position <= \result.next <= size && \result.next <= position + 9;
    ensures extra: \result.extra <= 1;
*/
struct address read_region_address(const uint8_t *data, size_t size, size_t position,
                                   const struct bytes_state *state);

#endif
