#include "recording.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static const char header[] = "page 8192\n"
                             "phys 4096\n"
                             "huge 2097152\n"
                             "arena 67108864\n"
                             "goal none\n"
                             "region 0x5000000000 up\n";

/* As a shell would read it back, on one line of ASCII. */
static void print_word(FILE *to, const char *word)
{
  bool plain = *word != '\0', odd = false;
  for (const char *c = word; *c != '\0'; c++) {
    if (!isalnum((unsigned char)*c) && strchr("%+,-./:=@_", *c) == NULL) plain = false;
    if (*c < ' ' || *c > '~') odd = true;
  }
  if (plain) {
    fputs(word, to);
    return;
  }
  fputs(odd ? "$'" : "'", to);
  for (const char *c = word; *c != '\0'; c++) {
    if (odd && (*c < ' ' || *c > '~'))
      fprintf(to, "\\x%02x", (unsigned)(unsigned char)*c);
    else if (odd && (*c == '\'' || *c == '\\'))
      fprintf(to, "\\%c", *c);
    else if (*c == '\'')
      fputs("'\\''", to);
    else
      fputc(*c, to);
  }
  fputc('\'', to);
}

bool recording_print(FILE *to, const struct recording *r, unsigned logged, char **command)
{
  fputs("spanref-trace 1\n# made by: spanref record", to);
  if (r->min_bytes != PAGE_BYTES) fprintf(to, " --min-bytes %" PRIu64, r->min_bytes);
  fputs(" --", to);
  for (; *command != NULL; command++) {
    fputc(' ', to);
    print_word(to, *command);
  }
  if (logged > 1) {
    fputs("\n# process: ", to);
    print_word(to, r->program);
    fprintf(to, ", the one of %u with the most operations", logged);
  }
  fprintf(to, "\n# operations: %zu\n# peak pages: %" PRIu64 "\n# peak allocations: %" PRIu64 "\n",
          r->nops, r->peak_pages, r->peak);
  if (r->unseen_frees > 0)
    fprintf(to, "# freed out of sight: %" PRIu64 "\n", r->unseen_frees);
  if (r->lost) fputs("# the log could not grow: the rest is missing\n", to);
  fputs(header, to);
  for (size_t i = 0; i < r->nops; i++) {
    const struct op *op = &r->ops[i];
    fprintf(to, "%c %" PRIu64, op->kind, op->name);
    if (op->kind != 'f') fprintf(to, " %" PRIu64, op->pages);
    if (op->align > 1) fprintf(to, " align=%" PRIu64, op->align);
    fputc('\n', to);
  }
  return fflush(to) == 0 && !ferror(to);
}
