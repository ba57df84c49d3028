/* Mutations of a history that know what an operation is.
 *
 * Bytes are decoded, a few operations inserted, deleted, duplicated, swapped, resized
 * or moved, or two histories spliced, and the result is encoded: names still mean
 * what they meant, where bytes changed at random shift all that follows. The same
 * seed does the same. */
#ifndef SPANREF_MUTATE_H
#define SPANREF_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* In place: data holds size bytes, and has room for max_size. The new size; size
 * where nothing came of it. */
size_t mutate(uint8_t *data, size_t size, size_t max_size, uint64_t seed);
/* The beginning of a, the end of b, at most max_size bytes in out. The size; 0 where
 * nothing came of it. */
size_t mutate_splice(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                     uint8_t *out, size_t max_size, uint64_t seed);

#endif
