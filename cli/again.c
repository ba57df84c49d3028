#include "again.h"

#include <stdio.h>

#include "shell.h"
#include "traces.h"

struct confirmation again_confirm(struct session *session, confirm_history *history,
                                  void *context, size_t nbefore)
{
  if (nbefore > CONFIRM_BEFORE_MAX) nbefore = CONFIRM_BEFORE_MAX;
  transport_mute(&session->candidate, true);
  struct confirmation found = confirm(&session->judge, history, context, nbefore);
  transport_mute(&session->candidate, false);
  return found;
}

void again_print_candidate(const struct session *session)
{
  const struct options *options = session->options;
  if (options->plugin != NULL || options->heap != &candidate_opt) fputs(" -c ", stdout);
  if (options->plugin != NULL)
    shell_print(stdout, options->plugin);
  else if (options->heap != &candidate_opt)
    fputs(options->heap->name, stdout);
}

void again_print_command(const struct session *session, const struct confirmation *found,
                         const char *path, again_paths *before, void *context)
{
  size_t runs = found->runs > 0 ? found->runs : 1;
  fputs("spanref check", stdout);
  again_print_candidate(session);
  if (found->before > 0) before(context);
  for (size_t run = 0; run < runs; run++) {
    putchar(' ');
    shell_print(stdout, path);
  }
  putchar('\n');
}

#define CHANCE "it answers differently from run to run (addresses, time, or random numbers)"

void again_print_why(const struct confirmation *found, size_t nbefore)
{
  if (confirmed_alone(found)) return;
  if (nbefore > CONFIRM_BEFORE_MAX) nbefore = CONFIRM_BEFORE_MAX;
  if (found->runs > 0)
    printf("it departs only where that history runs %zu times in one process: the candidate keeps "
           "something from one history to the next\n", found->runs);
  else if (found->before > 0)
    printf("it departs only after %s in one process: the candidate keeps something from one "
           "history to the next\n",
           counted(found->before, "other history", "other histories").text);
  else if (found->shown > 0)
    printf("it departs in %u of %u new processes: " CHANCE "\n", found->shown, found->tries);
  else if (nbefore > 0)
    printf("it didn't depart again: not alone, not in %d runs in one process, and not after the %s "
           "before it: " CHANCE ", or keeps something from even earlier histories\n",
           CONFIRM_RUNS_MAX, counted(nbefore, "history", "histories").text);
  else
    printf("it didn't depart again, not in %d runs in one process either: " CHANCE "\n",
           CONFIRM_RUNS_MAX);
}

const char *again_word(const struct confirmation *found)
{
  if (confirmed_alone(found)) return "alone";
  return confirmed_by_chance(found) ? "by chance" : "after others";
}
