/* What was judged, and by what: whoever has the verdict can tell whether it is of his file. */
#ifndef SPANREF_ORIGIN_H
#define SPANREF_ORIGIN_H

#include <stdbool.h>
#include <stdio.h>

#include "../judge/libraries.h"
#include "sha256.h"

struct origin { /* {0}: built in, and nothing was drawn */
  char file[4096]; /* the shared object; "": it is built in */
  struct sha256_text sha256; /* of that; "": it couldn't be read */
  struct libraries libraries;
  bool has_seed; /* histories were drawn */
  uint64_t seed;
};

void origin_of_file(struct origin *origin, const char *path);
/* For people, in lines. */
void origin_print(FILE *to, const struct origin *origin);

#endif
