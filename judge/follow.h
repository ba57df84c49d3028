/* The reference follows a candidate: whatever it gives out, takes back or obtains is carried out
 * on the reference, at the candidate's own addresses. So what the candidate holds is the state of
 * a heap that is proved, and whether pages may be given out is that heap's answer to a claim.
 *
 * The follower knows pages alone: a physical page is a page, and all that is free is retained,
 * so that free neighbours are one span. Memory of a candidate's own process (SPANREF_BYTES) is
 * all there from the start. */
#ifndef SPANREF_FOLLOW_H
#define SPANREF_FOLLOW_H

#include "judge.h"

/* Of the reference where it follows: single pages. */
extern const struct span_geometry follow_geometry;

/* What the reference answers, whose statistics are judge.holds from then on. */
struct observation follow_ask(struct judge *judge, struct call call);

/* The same for what may give out pages. */
struct observation follow_give(struct judge *judge, struct call call);

/* A heap that holds nothing, or all pages. */
void follow_begin(struct judge *judge);
/* What the door has granted since the last time is the reference's now. What is of no use is of
 * no use as a whole: pages past 2^40, or held already, and what the OS grants that is less than
 * was asked or begins within a physical page. */
void follow_grants(struct judge *judge);
/* judge.after: its spans now. false: out of memory. */
bool follow_keep(struct judge *judge);
/* From here on it follows, in the state in which judge.said has left it: the last operation, in
 * which the two came apart, is undone. false: out of memory. */
bool follow_from_here(struct judge *judge);

/* Once many spans are in use judge.many follows, from the state that the reference has. false: out
 * of memory. */
bool follow_with_many(struct judge *judge);

/* The operation as the candidate is bound to carry it out: by its fit, with all pages that it
 * takes up. */
struct call follow_bound_call(const struct judge *judge);
/* What the reference would have answered, unless it chose itself: then that counts. */
void follow_says(struct judge *judge, struct observation said);

/* Why pages can't be given out. */
enum follow_spot {
  SPOT_FREE,
  SPOT_OUTSIDE, /* a page is held by nobody */
  SPOT_IN_USE,  /* a page is of *other */
  SPOT_FULL     /* the reference has no room */
};
/* They become spans in use where that is SPOT_FREE; otherwise nothing changes. The pages lie
 * below 2^40. */
enum follow_spot follow_claim(struct judge *judge, uint64_t base, uint64_t npages, bool manual,
                              struct span *other);
/* The span in use that begins at base. false: none does. */
bool follow_in_use(struct judge *judge, uint64_t base, struct span *span);
/* It is free again. It must be in use. */
void follow_free(struct judge *judge, uint64_t base);
/* The candidate freed this span in use: it is free, or pending where that is declared. false:
 * there is no room. */
bool follow_take_back(struct judge *judge, const struct span *span);
/* What is pending is free. */
void follow_release(struct judge *judge);
/* Is the reference's span in use there one that was freed, and is pending? */
bool follow_is_pending(const struct judge *judge, uint64_t base);

#endif
