#include "recording.h"

#include <inttypes.h>

#include "../../trace/text.h"

static const char header[] = "page 8192\n"
                             "phys 4096\n"
                             "huge 2097152\n"
                             "arena 67108864\n"
                             "goal none\n"
                             "region 0x5000000000 up\n";

bool recording_print(FILE *to, const struct recording *r, unsigned logged, char **command)
{
  fputs("spanref-trace 1\n# made by: spanref record", to);
  if (r->min_bytes != PAGE_BYTES) fprintf(to, " --min-bytes %" PRIu64, r->min_bytes);
  fputs(" --", to);
  for (; *command != NULL; command++) {
    fputc(' ', to);
    text_print_word(to, *command);
  }
  if (logged > 1) {
    fputs("\n# process: ", to);
    text_print_word(to, r->program);
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
