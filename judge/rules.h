/* What is right about one answer. Each rule decides exactly what its contract says, from what was
 * asked, what was answered, and what the reference and the candidate's declarations say of it.
 * faults.h has the words. */
#ifndef SPANREF_RULES_H
#define SPANREF_RULES_H

#include "../spec/placement.h"
#include "differ.h"
#include "shown.h"

enum fault {
  FAULT_NONE,
  /* Of what it gives out. */
  FAULT_SIZE,         /* a size that must be refused */
  FAULT_TOO_GREAT,    /* greater than its greatest request */
  FAULT_TAKES_LESS,   /* fewer pages than were asked for */
  FAULT_ALIGN,        /* an alignment that must be refused */
  FAULT_PHASE,
  FAULT_WINDOW,
  FAULT_NOT_CLAIMED,  /* other pages than those */
  FAULT_OUTSIDE,      /* never obtained, or past the limit */
  FAULT_GIVEN_BEFORE, /* and said to need no zeroing */
  FAULT_NOT_ZERO,
  FAULT_PLACE,        /* not where its fit has it */
  /* Of what it takes back, or changes in place. */
  FAULT_CHANGED,      /* it doesn't hold what was written there */
  FAULT_NOT_FREED,
  FAULT_FREED_OTHER,  /* what isn't in use */
  FAULT_RESIZED_OTHER,
  FAULT_NOT_RELEASED,
  FAULT_NOT_RELOADED,
  /* Of what it refuses. */
  FAULT_HAS_FREE_RUN,
  FAULT_HAS_MEMORY,
  FAULT_GREW,
  FAULT_IN_PLACE,     /* a claim, or a resize, that can be done */
  FAULT_GEOMETRY_REFUSED,
  /* Of what it says. */
  FAULT_GEOMETRY_ACCEPTED,
  FAULT_IN_USE, FAULT_MANUAL, FAULT_SYS, FAULT_IDLE,
  FAULT_LOOKUP,
  FAULTS
};

/*@
  predicate can_be(integer npages) = 0 < npages <= SPAN_LIMIT_PAGES;
*/

/* So many pages are given out. takes_pages: it says that they take up so many. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==>
      can_be(npages) && npages <= max_pages && npages <= takes_pages;
    ensures size: \result == FAULT_SIZE <==> !can_be(npages);
    ensures great: \result == FAULT_TOO_GREAT <==> can_be(npages) && max_pages < npages;
    ensures less: \result == FAULT_TAKES_LESS <==>
      can_be(npages) && npages <= max_pages && takes_pages < npages;
*/
enum fault rule_size(uint64_t npages, uint64_t max_pages, uint64_t takes_pages);

/* They begin there: is that what was asked for? */
/*@ requires size: can_be(q.npages);
    requires below: base <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==>
      request_ok(q) && on_phase(q, base) && in_window(q, base);
    ensures align: \result == FAULT_ALIGN <==> !request_ok(q);
    ensures phase: \result == FAULT_PHASE <==> request_ok(q) && !on_phase(q, base);
    ensures window: \result == FAULT_WINDOW <==>
      request_ok(q) && on_phase(q, base) && !in_window(q, base);
*/
enum fault rule_request(struct span_request q, uint64_t base);

/* Something was freed, or not. is_changed: what was written there isn't there any more. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==> !is_changed && (was_in_use <==> is_freed);
    ensures changed: \result == FAULT_CHANGED <==> is_changed != 0;
    ensures kept: \result == FAULT_NOT_FREED <==> !is_changed && was_in_use && !is_freed;
    ensures other: \result == FAULT_FREED_OTHER <==> !is_changed && !was_in_use && is_freed;
*/
enum fault rule_free(bool was_in_use, bool is_freed, bool is_changed);

/* A resize was granted. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==> was_in_use &&
      can_be(npages) && npages <= max_pages && npages <= takes_pages;
    ensures other: \result == FAULT_RESIZED_OTHER <==> !was_in_use;
    ensures size: \result == FAULT_SIZE <==> was_in_use && !can_be(npages);
    ensures great: \result == FAULT_TOO_GREAT <==>
      was_in_use && can_be(npages) && max_pages < npages;
    ensures less: \result == FAULT_TAKES_LESS <==>
      was_in_use && can_be(npages) && npages <= max_pages && takes_pages < npages;
*/
enum fault rule_resize(bool was_in_use, uint64_t npages, uint64_t max_pages,
                       uint64_t takes_pages);

/* Where the reference took the one place that a fit allows: is theirs that one? */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==> ours == theirs || is_as_good != 0;
    ensures other: \result == FAULT_NONE || \result == FAULT_PLACE;
*/
enum fault rule_place(uint64_t ours, uint64_t theirs, bool is_as_good);

/* --- What it refuses ------------------------------------------------------------------------ */

/* An allocation that was refused, and what the candidate declares of such. */
struct refusal {
  uint64_t npages, max_pages;
  uint64_t nalive, alive_max; /* allocations in use; as many as there may be */
  bool is_plain;  /* nothing is asked for but pages */
  bool is_placed; /* where each placement is known, any request may be held against it */
};

/*@
  predicate beyond_limits(struct refusal r) =
    r.max_pages < r.npages || r.alive_max <= r.nalive;
  predicate excused(struct refusal r) =
    !can_be(r.npages) || beyond_limits(r) || (!r.is_plain && !r.is_placed);
*/

/* May it be refused whatever memory there is? */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> excused(r);
*/
bool rule_is_excused(struct refusal r);

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> beyond_limits(r);
*/
bool rule_is_beyond(struct refusal r);

/* Nothing excuses it. has_run: it holds a free run that is long enough. would_serve: the reference
 * has a placement, or the OS would grant it. is_there: and that memory is surely the candidate's to
 * give. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures run: \result == FAULT_HAS_FREE_RUN <==> has_run != 0;
    ensures memory: \result == FAULT_HAS_MEMORY <==> !has_run && would_serve && is_there;
    ensures right: \result == FAULT_NONE <==> !has_run && !(would_serve && is_there);
*/
enum fault rule_refusal(bool has_run, bool would_serve, bool is_there);

/* Where memory is all there: a claim, or a resize, was refused. is_more: a resize to more pages. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==> !can_be_done || (is_more && is_beyond);
    ensures wrong: \result == FAULT_NONE || \result == FAULT_IN_PLACE;
*/
enum fault rule_in_place(bool can_be_done, bool is_more, bool is_beyond);

/* --- What it says --------------------------------------------------------------------------- */

/*@
  predicate sums_up(struct span_stats says) = says.sys == says.idle + says.in_use;
  predicate says(integer numbers, integer bit) = number_in(numbers, bit) == 1;
*/

/* Which of its statistics are wrong. */
struct wrong_stats {
  bool in_use, manual, sys, idle;
};

/* Of its statistics it says these numbers (bit 1 << enum number). holds: what it holds. has_idle:
 * what is free is known, too. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures in_use: \result.in_use <==>
      says(numbers, 1 << NUMBER_IN_USE) && stats.in_use != holds.in_use;
    ensures manual: \result.manual <==>
      says(numbers, 1 << NUMBER_MANUAL) && stats.manual != holds.manual;
    ensures sys: \result.sys <==> says(numbers, 1 << NUMBER_SYS) &&
      says(numbers, 1 << NUMBER_IDLE) && says(numbers, 1 << NUMBER_IN_USE) && !sums_up(stats);
    ensures idle: \result.idle <==>
      says(numbers, 1 << NUMBER_IDLE) && has_idle && stats.idle != holds.idle;
*/
struct wrong_stats rule_stats(struct span_stats stats, struct span_stats holds, uint32_t numbers,
                              bool has_idle);

/* Which allocation holds the page, if one does: by the reference, and as the candidate says. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==>
      (is_used <==> says_used) && (is_used ==> same_use(is, says, has_manual));
    ensures wrong: \result == FAULT_NONE || \result == FAULT_LOOKUP;
*/
enum fault rule_lookup(bool is_used, struct span is, bool says_used, struct span says,
                       bool has_manual);

/* What it made of a geometry. must_serve: it may refuse none that fits. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures right: \result == FAULT_NONE <==>
      (fits || !serves) && (!fits || serves || !must_serve);
    ensures accepted: \result == FAULT_GEOMETRY_ACCEPTED <==> !fits && serves;
    ensures refused: \result == FAULT_GEOMETRY_REFUSED <==> fits && !serves && must_serve;
*/
enum fault rule_geometry(bool fits, bool serves, bool must_serve);

/* --- Wrong frees ---------------------------------------------------------------------------- */

/* What no allocation begins at. */
enum wrong_page {
  PAGE_FOREIGN,   /* nobody holds it, or it was never given out */
  PAGE_INSIDE,    /* of an allocation */
  PAGE_FREED,     /* it was given out before, or is pending */
  PAGE_FREED_OR_FOREIGN /* what was cleared isn't known any more to have been given out */
};

/* found: the reference's span there, of which `is_free` and `is_pending` speak. was_given: the page
 * was given out, unless forgets: what was cleared is forgotten. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures foreign: \result == PAGE_FOREIGN <==>
      !found || (is_free && !forgets && !was_given);
    ensures inside: \result == PAGE_INSIDE <==> found && !is_free && !is_pending;
    ensures freed: \result == PAGE_FREED <==> found &&
      ((!is_free && is_pending) || (is_free && !forgets && was_given));
    ensures either: \result == PAGE_FREED_OR_FOREIGN <==> found && is_free && forgets;
*/
enum wrong_page rule_wrong_page(bool found, bool is_free, bool is_pending, bool was_given,
                                bool forgets);

/* --- Memory that it gets -------------------------------------------------------------------- */

/* May what the OS granted be used? asked_pages: 0 if it was handed in. cuts_pages: physical pages
 * are cut, so it may begin in one. */
/*@ requires phys: 0 < phys_pages;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> 0 < grant.npages &&
      grant.base + grant.npages <= SPAN_LIMIT_PAGES &&
      (0 < asked_pages ==> asked_pages <= grant.npages &&
        (cuts_pages || grant.base % phys_pages == 0));
*/
bool rule_grant_is_of_use(struct span_range grant, uint64_t asked_pages, uint64_t phys_pages,
                          bool cuts_pages);

#endif
