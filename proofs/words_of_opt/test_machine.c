/* For proofs/test_words.py: functions whose answers show how structs are written and read. */
#include <stdint.h>

struct inner {
  uint16_t lanes[8];
  uint8_t tag;
  uint64_t pair[2];
};

struct outer {
  uint32_t first;
  struct inner inner;
  uint16_t last;
};

/* Bytes of every member, after writes at a place that is a formula, and on some ways only. */
uint64_t opt_struct(uint64_t a, uint64_t b, uint32_t at)
{
  volatile struct outer kept; /* volatile: or the compiler would have no struct left */
  kept.first = (uint32_t)a;
  kept.last = (uint16_t)b;
  kept.inner.tag = (uint8_t)(a >> 8);
  kept.inner.pair[0] = a;
  kept.inner.pair[1] = b;
  for (unsigned i = 0; i < 8; i++) kept.inner.lanes[i] = (uint16_t)(a >> i);
  kept.inner.pair[at & 1] += 3;
  kept.inner.lanes[at >> 1 & 7] = 77;
  if (a < b) {
    kept.inner.tag = 5;
    kept.inner.pair[b & 1] ^= a;
    if (a & 4) kept.last = 9;
  } else {
    kept.inner.lanes[b & 7] ^= 1;
  }
  uint64_t sum = kept.first + ((uint64_t)kept.last << 20) + ((uint64_t)kept.inner.tag << 40);
  for (unsigned i = 0; i < 8; i++) sum = sum * 31 + kept.inner.lanes[i];
  return sum ^ kept.inner.pair[0] ^ kept.inner.pair[1] * 7 ^ kept.inner.pair[at >> 4 & 1];
}

/* Ways that part and meet in loops, and leave them at several places. */
uint64_t opt_ways(uint64_t a, uint64_t b)
{
  uint64_t sum = 0;
  for (unsigned i = 0; i < 9; i++) {
    if (a >> i & 1) {
      sum += b >> i;
      for (uint64_t left = b >> 60; left; left &= left - 1) {
        sum ^= left << i;
        if ((sum & 0xf) == 3) break;
      }
    } else if (b >> i & 1) {
      sum = sum * 3 + 1;
      continue;
    }
    if ((sum & 0xff) == 0x42) return sum + i;
  }
  return sum ^ a;
}
