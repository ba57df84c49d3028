/* What two heaps showed after each of the last operations of a history: what a picture is
 * drawn from. */
#ifndef SPANREF_FILM_H
#define SPANREF_FILM_H

#include "../../judge/judge.h"
#include "../../judge/report.h"
#include "asks.h"

#define FILM_FRAMES_MAX 33 /* what was there before, and the last 32 operations */

/* One heap after one operation. */
struct film_side {
  struct span *spans;
  uint64_t *born; /* of each: the operation after which it was first as it is; 0: before
                     what is filmed */
  size_t count;
  struct spanref_stats stats; /* SPANREF_UNKNOWN: it can't say */
  char answer[400];           /* as in a trace; "": it wasn't asked */
  uint64_t got_base, got_pages; /* what an allocation got; 0 pages: nothing */
  struct span_range ready;      /* what has to be made ready; 0 pages: nothing */
  struct gone back;             /* what the OS may have back */
  bool gone; /* its process is: the spans are those that it showed last */
};

struct film_frame {
  uint64_t number;     /* of the operation, the first is 1 */
  struct op_text operation; /* as in a trace; "": before the first, or at the end */
  struct asked asked;
  struct film_side sides[SIDES];
};

struct film { /* {0} is empty */
  struct film_frame frames[FILM_FRAMES_MAX + 1]; /* the end may be one more */
  size_t count;
  uint64_t page_bytes;
  bool shows_free; /* does the candidate show what is free? */
  bool one_axis;   /* is a page number the same page to both? */
};

/* The history up to operation number *at, after which the candidate departs; nops: at its
 * end, or after the last. Its last operations are filmed. judge.departure is that of this
 * run, and *at where that was; judge.tally stays as it is. JUDGED_SAME: it doesn't depart
 * again. JUDGED_FAILED: out of memory. */
enum judgement film_judge(struct film *film, struct judge *judge, const struct trace *trace,
                          size_t *at);
void film_free(struct film *film);

#endif
