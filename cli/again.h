/* Does a departure show again, and by which command? What fuzz, check and shrink say of that. */
#ifndef SPANREF_AGAIN_H
#define SPANREF_AGAIN_H

#include "../fuzz/confirm.h"
#include "session.h"

/* Runs the history again in new processes, others before it if need be (fuzz/confirm.h). */
struct confirmation again_confirm(struct session *session, confirm_history *history,
                                  void *context, size_t nbefore);

/* Prints the paths of the histories before it, each after a blank. */
typedef void again_paths(void *context);

/* " -c" and the candidate, as a shell takes it; nothing for opt. */
void again_print_candidate(const struct session *session);
/* The command that shows it; path: where the history is. before may be NULL, where none is needed
 * before it. */
void again_print_command(const struct session *session, const struct confirmation *found,
                         const char *path, again_paths *before, void *context);
/* A line where it isn't simply so: on how often it shows, and why. */
void again_print_why(const struct confirmation *found, size_t nbefore);

/* "alone", "after others", "by chance": docs/verdict-json.md. */
const char *again_word(const struct confirmation *found);

#endif
