#include "ktap.h"

#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "version.h"

/* Behind a '#' a directive would stand, and a line is a result. */
static void name(FILE *to, const char *text)
{
  for (; *text != '\0'; text++) fputc(*text == '#' || *text == '\n' ? '?' : *text, to);
}

/* Each line of it as a diagnostic. */
static void diagnose(FILE *to, const char *text)
{
  for (size_t length; *text != '\0'; text += length + (text[length] == '\n')) {
    length = strcspn(text, "\n");
    fprintf(to, "# %.*s\n", (int)length, text);
  }
}

static void result(FILE *to, uint64_t number, bool is_right, const char *what, const char *skipped)
{
  fprintf(to, "%sok %" PRIu64 " ", is_right ? "" : "not ", number);
  name(to, what);
  if (skipped != NULL) fprintf(to, " # SKIP %s", skipped);
  fputc('\n', to);
}

/* What departed stands before its result. */
static void one_history(FILE *to, uint64_t number, const struct evidence_history *history)
{
  const struct departure *departure = &history->departure;
  if (history->departed) {
    fprintf(to, "# line %" PRIu64 ": %s\n# %s, %s\n", history->line, history->operation.text,
            level_name(departs_level(departure->what)), departs_name(departure->what));
    diagnose(to, departure->text);
    diagnose(to, departure->explanation);
    diagnose(to, departure->last_words.text);
  }
  result(to, number, !history->departed, history->path,
         history->unserved ? "not its geometry" : NULL);
}

bool ktap_write(const struct evidence *evidence, const struct judge *judge, uint64_t unused,
                const char *path)
{
  bool plain = evidence->count == 0, compared = judge->tally.compared > 0;
  uint64_t number = 0;
  FILE *to = file_create(path);
  if (to == NULL) return false;
  fprintf(to, "KTAP version 1\n# spanref %s: ", SPANREF_VERSION);
  name(to, judge_about(judge)->name);
  if (evidence->origin.has_seed) fprintf(to, ", seed %" PRIu64, evidence->origin.seed);
  fprintf(to, "\n1..%zu\n", evidence->count + plain + (unused > 0));
  for (size_t i = 0; i < evidence->count; i++) one_history(to, ++number, &evidence->histories[i]);
  if (plain)
    result(to, ++number, true, "random histories", compared ? NULL : "nothing was compared");
  if (unused > 0) result(to, ++number, false, "waivers that weren't needed", NULL);
  return file_close(to, path);
}
