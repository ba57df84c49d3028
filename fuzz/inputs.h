/* Files of bytes, and directories of them. */
#ifndef SPANREF_INPUTS_H
#define SPANREF_INPUTS_H

#include <stddef.h>
#include <stdint.h>

#define INPUT_BYTES_MAX (1U << 20)

struct input {
  const char *path;
  uint8_t data[INPUT_BYTES_MAX];
  size_t size;
};

typedef void input_visit(void *context, const struct input *input);

/* Visits every file; a directory stands for the files under it (trace/files.h). Returns how
 * many could not be read; standard error says which, and why. */
size_t inputs_visit(char *const *paths, int npaths, input_visit *visit, void *context);

#endif
