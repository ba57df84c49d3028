#include "origin.h"

#include <inttypes.h>

#include "../candidates/spanref_candidate.h"
#include "../trace/text.h"
#include "version.h"

void origin_of_file(struct origin *origin, const char *path)
{
  origin->sha256 = sha256_file(path);
  snprintf(origin->file, sizeof origin->file, "%s", path);
  text_clean(origin->file);
}

void origin_print(FILE *to, const struct origin *origin)
{
  fprintf(to, "spanref %s, interface for candidates %d", SPANREF_VERSION,
          SPANREF_CANDIDATE_VERSION);
  if (origin->has_seed) fprintf(to, ", seed %" PRIu64, origin->seed);
  fputc('\n', to);
  if (origin->file[0] == '\0') {
    fputs("built in\n", to);
    return;
  }
  fprintf(to, "file %s, SHA-256 %s\nlibraries %s\n", origin->file, origin->sha256.text,
          origin->libraries.text);
}
