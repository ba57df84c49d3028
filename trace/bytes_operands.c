#include "bytes_operands.h"

/* Forms of sizes and of addresses: 1 byte, 2, 1, 8. */
/*@ requires form: form <= 3;
    terminates \true; exits \false;
    assigns \nothing;
    ensures bytes: \result == (form == 3 ? 8 : form == 1 ? 2 : 1);
*/
static unsigned operand_bytes(uint64_t form)
{
  return form == 3 ? 8 : form == 1 ? 2 : 1;
}

/* --- Sizes ---------------------------------------------------------------- */

/* Sizes at which something may break. */
/*@ requires state: \valid_read(state) && operands_ok(*state);
    requires choice: choice < 16;
    terminates \true; exits \false;
    assigns \nothing;
*/
static uint64_t edge_pages(uint64_t choice, const struct bytes_state *state)
{
  const uint64_t arena = state->arena_pages, huge = state->huge_pages;
  const uint64_t edges[16] = {
      arena - 1, arena, arena + 1, 2 * arena,
      huge > 0 ? huge - 1 : 0, huge, huge + 1, 2 * huge, state->phys_pages,
      SPAN_LIMIT_PAGES - 1, SPAN_LIMIT_PAGES, SPAN_LIMIT_PAGES + 1,
      0x0008000000000000ULL, /* 2^51: times 8192 is 0 */
      0x8000000000000000ULL, UINT64_MAX - arena + 1, UINT64_MAX};
  return edges[choice];
}

struct number read_pages(const uint8_t *data, size_t size, size_t position,
                         enum bytes_size form, const struct bytes_state *state)
{
  struct number number = read_number(data, size, position, operand_bytes(form));
  if (form == BYTES_SIZE_EDGE) number.value = edge_pages(number.value % 16, state);
  return number;
}

/* --- Addresses ------------------------------------------------------------ */

struct address read_address(const uint8_t *data, size_t size, size_t position,
                            const struct bytes_state *state)
{
  struct number selector = read_number(data, size, position, 1);
  uint64_t form = selector.value / 8 % 4;
  struct number operand = read_number(data, size, selector.next, operand_bytes(form));
  uint64_t anchor =
      state->nanchors > 0 ? state->anchors[selector.value % 8 % state->nanchors] : 0;
  uint64_t page_bytes = state->page_bytes;
  uint64_t arena_bytes = bytes_of(state->arena_pages, page_bytes);
  struct address address = {operand.value, selector.value / 32 % 4, operand.next};
  if (form == BYTES_ADDRESS_PAGES_1)
    address.value = above(anchor, operand.value, page_bytes);
  else if (form == BYTES_ADDRESS_PAGES_2)
    address.value = moved(anchor, operand.value, 2, page_bytes);
  else if (form == BYTES_ADDRESS_ARENAS)
    address.value = moved(anchor, operand.value, 1, arena_bytes);
  return address;
}

/* --- Regions -------------------------------------------------------------- */

/*@ requires state: \valid_read(state) && operands_ok(*state);
    requires choice: choice < 16;
    terminates \true; exits \false;
    assigns \nothing;
*/
static uint64_t region_base(uint64_t choice, uint64_t raw, const struct bytes_state *state)
{
  const uint64_t bases[16] = {
      BYTES_REGION_0, BYTES_REGION_1, BYTES_REGION_2, BYTES_REGION_3, BYTES_REGION_4,
      BYTES_REGION_5, BYTES_REGION_6, 0x7f0000000000ULL, state->last_region,
      state->nanchors > 0 ? state->anchors[0] : BYTES_REGION_0, 0,
      SPAN_LIMIT_PAGES * state->page_bytes, 0x7fffffffffffffffULL, 0x8000000000000000ULL,
      UINT64_MAX, raw};
  return bases[choice];
}

/*@ requires state: \valid_read(state) && operands_ok(*state);
    terminates \true; exits \false;
    assigns \nothing;
*/
static uint64_t region_offset(uint64_t choice, uint64_t base,
                              const struct bytes_state *state)
{
  uint64_t page_bytes = state->page_bytes;
  uint64_t arena_bytes = bytes_of(state->arena_pages, page_bytes);
  switch (choice) {
  case 1: return above(base, 1, page_bytes);
  case 2: return above(base, 1, arena_bytes);
  case 3: return above(base, 2, arena_bytes);
  case 4: return above(base, 4, arena_bytes);
  case 5: return below(base, 1, page_bytes);
  case 6: return below(base, 1, arena_bytes);
  case 7: return above(base, state->phys_pages, page_bytes);
  default: break;
  }
  return base;
}

struct address read_region_address(const uint8_t *data, size_t size, size_t position,
                                   const struct bytes_state *state)
{
  struct number byte = read_number(data, size, position, 1);
  uint64_t choice = byte.value % 16;
  bool escaped = choice == BYTES_ESCAPE_REGION;
  struct number raw = read_number(data, size, byte.next, escaped ? 8 : 0);
  uint64_t base = region_base(choice, raw.value, state);
  struct address address = {base, byte.value / 16 % 2, raw.next};
  if (!escaped) address.value = region_offset(byte.value / 32, base, state);
  return address;
}
