/* Does a departure show again, in processes of the candidate's started anew?
 *
 * The process in which it was first seen had run other histories. So what shows there may be the
 * doing of what the candidate kept from those, or chance. The history alone in a new process is
 * tried first, then the history over and over in one process, then those that ran before it.
 *
 * Our own heaps are in this process, which can't be started anew, and keep nothing. */
#ifndef SPANREF_CONFIRM_H
#define SPANREF_CONFIRM_H

#include "../judge/judge.h"

#define CONFIRM_TRIES 3       /* new processes in which the history runs alone */
#define CONFIRM_RUNS_MAX 16   /* of the history in one process */
#define CONFIRM_BEFORE_MAX 64 /* histories before it */

/* A call hangs that takes so long; it hung before, for longer. */
#define CONFIRM_CALL_SECONDS 1

struct confirmation {
  /* Alone the history departs in so many of so many new processes. */
  unsigned shown, tries;
  /* Where it is in none of them, and not by chance: in a new process it departs as the last of
   * so many runs of it, or else after so many histories before it. */
  size_t runs, before;
  /* Alone it departs otherwise, each time, since it is looked at more closely. That is
   * judge.departure now, and where it is. */
  bool is_other;
  size_t at;
};

static inline bool confirmed_alone(const struct confirmation *of)
{
  return of->shown == of->tries;
}

/* Sometimes, or never again. */
static inline bool confirmed_by_chance(const struct confirmation *of)
{
  return !confirmed_alone(of) && of->runs == 0 && of->before == 0;
}

/* Number 0 is the history that departed, number i ran i histories before it. It may be
 * overwritten by the next call. NULL: it isn't known any more. */
typedef const struct trace *confirm_history(void *context, size_t number);

/* The departure to be seen again is judge.departure; the tally stays as it is. The next history is in a new process. */
struct confirmation confirm(struct judge *judge, confirm_history *history, void *context,
                            size_t nbefore);
/* Of a history that was never run: in a new process, which of CONFIRM_RUNS_MAX runs of it is the
 * first that departs? 0: none; *judgement is the last one's. A heap of ours has one run. */
size_t confirm_first(struct judge *judge, const struct trace *trace, enum judgement *judgement);

/* A history as spanref check runs it: *at is the operation after which it departs. */
enum judgement confirm_run(struct judge *judge, const struct trace *trace, size_t *at);

#endif
