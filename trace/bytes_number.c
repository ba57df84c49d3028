#include "bytes_number.h"

struct number read_number(const uint8_t *data, size_t size, size_t position, unsigned bytes)
{
  size_t left = size - position < bytes ? size - position : bytes;
  struct number number = {0, position + left};
  /*@ loop invariant left: 0 <= left <= number.next - position;
      loop invariant below: number.value < numbers(number.next - position - left);
      loop invariant value:
        number.value == number_at(data, position + left, number.next);
      loop assigns left, number.value;
      loop variant left; */
  for (; left > 0; left--)
    number.value = number.value * 256 + data[position + left - 1];
  return number;
}

uint64_t bytes_of(uint64_t count, uint64_t unit_bytes)
{
  /*@ assert key: count * unit_bytes <= SPAN_LIMIT_PAGES * unit_bytes; */
  return count * unit_bytes;
}

uint64_t above(uint64_t base, uint64_t count, uint64_t unit_bytes)
{
  uint64_t most = 0;
  if (unit_bytes == 0) return base;
  most = (UINT64_MAX - base) / unit_bytes;
  /*@ assert fits: most * unit_bytes <= UINT64_MAX - base < (most + 1) * unit_bytes; */
  /*@ assert key: count <= most ? count * unit_bytes <= most * unit_bytes
                                : (most + 1) * unit_bytes <= count * unit_bytes; */
  if (count > most) return base;
  return base + count * unit_bytes;
}

uint64_t below(uint64_t base, uint64_t count, uint64_t unit_bytes)
{
  uint64_t most = 0;
  if (unit_bytes == 0) return base;
  most = base / unit_bytes;
  /*@ assert fits: most * unit_bytes <= base < (most + 1) * unit_bytes; */
  /*@ assert key: count <= most ? count * unit_bytes <= most * unit_bytes
                                : (most + 1) * unit_bytes <= count * unit_bytes; */
  if (count > most) return base;
  return base - count * unit_bytes;
}

uint64_t moved(uint64_t base, uint64_t offset, unsigned bytes, uint64_t unit_bytes)
{
  uint64_t half = bytes == 1 ? 0x80 : 0x8000;
  if (offset < half) return above(base, offset, unit_bytes);
  return below(base, 2 * half - offset, unit_bytes);
}

uint64_t on_page(uint64_t address, uint64_t page_bytes)
{
  return address - address % page_bytes;
}
