/* SHA-256 (FIPS 180-4): which file it was. */
#ifndef SPANREF_SHA256_H
#define SPANREF_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha256 {
  uint32_t state[8];
  uint64_t bytes; /* so far */
  uint8_t block[64];
};

/* In hexadecimal. */
struct sha256_text {
  char text[65];
};

void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *bytes, size_t size);
struct sha256_text sha256_end(struct sha256 *sha);

/* Of a file; "" where it can't be read. */
struct sha256_text sha256_file(const char *path);

#endif
