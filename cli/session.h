/* A candidate before the judge, for check, fuzz and shrink: what was run, what came of it,
 * and the verdict. */
#ifndef SPANREF_SESSION_H
#define SPANREF_SESSION_H

#include "evidence.h"
#include "options.h"
#include "picture/picture.h"

/* What a recorded program may use of memory given beforehand, in check and in shrink: 2 GiB of
 * 8 KiB pages. */
#define SESSION_GIVEN_PAGES (UINT64_C(1) << 18)

struct session {
  const struct options *options;
  const char *one, *many; /* what is run: "trace", "traces" */
  struct transport candidate;
  struct judge judge;
  struct evidence evidence;
  struct picture picture; /* of the first departure, where one is wanted */
  uint64_t departed;
  bool waivers_must; /* each be needed: what is run doesn't depend on the time */
  uint64_t unused;   /* waivers that should have been needed */
};

/* verb: whose waivers count; NULL: all. It must stay where it is. false: there is nothing to judge, which was said, or no
 * memory; session_close works all the same. */
bool session_open(struct session *session, const struct options *options, const char *verb,
                  const char *one, const char *many);
void session_close(struct session *session);

/* The command that runs this trace, on a line. */
void session_print_check(const struct session *session, const char *path);

/* A history was judged, up to op (NULL: to the end). false: the judging failed, which is
 * said here. */
bool session_add(struct session *session, const char *path, enum judgement judgement,
                 const struct trace_op *op);
/* judge_locate. What the candidate writes meanwhile it has written before, and isn't passed on. */
enum judgement session_locate(struct session *session, const struct trace *trace, size_t *at);
/* The candidate departed after operation number at; nops: after the last, or at the end.
 * Draws that where a picture is wanted and there is none yet. false: out of memory, which was said. */
bool session_draw(struct session *session, const char *path, const struct trace *trace,
                  size_t at);
/* Makes a history in which the candidate departs short, and writes its four forms to path,
 * whose ".trace" is left out for the others; of "-" only the trace; or says that it couldn't be
 * shortened. runs: it departs as one of so many in a row. false: it doesn't depart again, or that
 * failed, which was said. */
bool session_shrink(struct session *session, struct trace *history, const char *path,
                    size_t runs, enum judgement *judgement);

/* Is less memory handed in than by check? */
bool session_is_short(const struct session *session);

/* Says the verdict, and writes it where that is wanted. The status to exit with. */
int session_verdict(struct session *session);
/* Only draws it. */
int session_write_picture(struct session *session, int status);
/* What was waived, and how often. */
void session_print_waivers(struct session *session);

#endif
