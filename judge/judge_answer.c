/* One answer, and the statistics after it. */
#include <inttypes.h>
#include <string.h>

#include "../spec/request.h"
#include "follow.h"
#include "judge_internal.h"

/* --- Safety ------------------------------------------------------------------------------- */

/* Numbers have no contents, but a history. */
static enum judgement give_pages(struct judge *judge, uint64_t base, uint64_t npages,
                                 bool needzero)
{
  uint64_t end = base + npages;
  if (judge_is_in_bytes(judge)) return JUDGED_SAME;
  bool was_given = !needzero && page_set_meets(&judge->given, base, end);
  if (!page_set_add(&judge->given, base, end)) return judge_fails(judge, "out of memory");
  if (!was_given) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " are said to need no zeroing, but were given out before",
                       base, npages);
}

static enum judgement judge_outside(struct judge *judge, uint64_t base, uint64_t npages)
{
  return judge_departs(judge, DEPARTS_OUTSIDE, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " were never obtained, or reach past page 2^40", base, npages);
}

/* Pages that it says it gave out: are they there, and nobody else's? Then the reference gives
 * them out, too. */
static enum judgement judge_pages(struct judge *judge, uint64_t base, uint64_t npages)
{
  struct span other;
  if (!pages_are_below_limit(base, npages)) return judge_outside(judge, base, npages);
  switch (follow_claim(judge, base, npages, judge->kind == OP_MANUAL, &other)) {
  case SPOT_FREE: return JUDGED_SAME;
  case SPOT_FULL: return JUDGED_FULL;
  case SPOT_OUTSIDE: return judge_outside(judge, base, npages);
  default: break;
  }
  return judge_departs(judge, DEPARTS_OVERLAP, NO_CLAUSE, base, npages,
                       "pages 0x%" PRIx64 " +%" PRIu64 " overlap 0x%" PRIx64 " +%" PRIu64
                       ", which is in use", base, npages, other.base, other.npages);
}

/* A size that can't be has to be refused. */
static enum judgement judge_size(struct judge *judge, uint64_t base, uint64_t npages)
{
  if (npages > 0 && npages <= SPAN_LIMIT_PAGES) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_ERROR_SIZE, base, npages,
                       "it answered ok to %" PRIu64 " pages, a size that must be refused",
                       npages);
}

/* What was asked for it must be, wherever that is. */
static enum judgement judge_request(struct judge *judge)
{
  const struct span_request *of = &judge->call.request;
  uint64_t base = judge->said[SIDE_CANDIDATE].answer.base, end = base + of->npages;
  bool is_claim = judge->kind == OP_CLAIM;
  if (is_claim && base == judge->call.page) return JUDGED_SAME;
  if (is_claim)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_CLAIM, base, judge->call.number,
                         "0x%" PRIx64 " was claimed, it answered 0x%" PRIx64,
                         judge->call.page * judge->page_bytes, base * judge->page_bytes);
  if (of->align == 0 || of->align > SPAN_LIMIT_PAGES || of->phase >= of->align)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_ERROR_ALIGN, base, of->npages,
                         "it answered ok to an alignment that must be refused");
  if (base % of->align != of->phase)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_PLACEMENT, base, of->npages,
                         "0x%" PRIx64 " is off its phase: page 0x%" PRIx64 " is %" PRIu64
                         " modulo %" PRIu64 ", not %" PRIu64, base * judge->page_bytes, base,
                         base % of->align, of->align, of->phase);
  if (base < of->from || end > of->below)
    return judge_departs(judge, DEPARTS_ADDRESS, CLAUSE_PLACEMENT, base, of->npages,
                         "the window is from 0x%" PRIx64 " to 0x%" PRIx64 ", it answered %" PRIu64
                         " page%s at 0x%" PRIx64, of->from * judge->page_bytes,
                         of->below * judge->page_bytes, of->npages, of->npages == 1 ? "" : "s",
                         base * judge->page_bytes);
  return JUDGED_SAME;
}

/* Is there memory for sure? Whoever was refused by the OS may have none that fits; but
 * where all memory was handed in, no OS matters. */
static bool is_there(const struct judge *judge)
{
  if (judge->is_pages) return true;
  return judge->call.number <= JUDGE_THERE_BYTES / judge->page_bytes &&
         (judge_is_in_bytes(judge) || !judge->sides[SIDE_CANDIDATE]->door.refused);
}
/* --- What the reference would have answered --------------------------------------------------- */

/* The operation as the candidate is bound to carry it out: by its fit, with all pages that it
 * takes up. */
static struct call bound_call(const struct judge *judge)
{
  struct call call = judge->call;
  if (call.number > 0 && call.number <= SPAN_LIMIT_PAGES)
    call.number = call.request.npages = judge->said[SIDE_CANDIDATE].takes_pages;
  if (op_is_alloc(call.kind)) call.request.fit = judge_fit(judge);
  return call;
}

/* Unless it chose itself: then that counts. */
static void reference_says(struct judge *judge, struct observation said)
{
  if (judge->chose) return;
  said.stats = judge->holds;
  judge->said[SIDE_REFERENCE] = said;
}

/* Would it give pages? It has given none afterwards. */
static bool would_give(struct judge *judge)
{
  struct observation ours = follow_give(judge, bound_call(judge));
  if (ours.status == SPANREF_OK) follow_free(judge, ours.answer.base);
  reference_says(judge, ours);
  return ours.status == SPANREF_OK;
}

/* Where the candidate is bound to a place, the reference takes its own. true: the candidate's
 * is the same. Otherwise it has none afterwards. */
static bool is_same_place(struct judge *judge)
{
  uint64_t theirs = judge->said[SIDE_CANDIDATE].answer.base;
  struct observation ours = follow_give(judge, bound_call(judge));
  reference_says(judge, ours);
  if (ours.status != SPANREF_OK) return false;
  if (ours.answer.base == theirs) return true;
  (void)follow_keep(judge); /* without it the explanation says less */
  follow_free(judge, ours.answer.base);
  return false;
}

/* --- Memory given out ---------------------------------------------------------------------- */

static enum judgement judge_takes(struct judge *judge)
{
  uint64_t takes_pages = judge->said[SIDE_CANDIDATE].takes_pages, npages = judge->call.number;
  if (takes_pages >= npages) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_UNSOUND, NO_CLAUSE, 0, 0,
                       "%" PRIu64 " pages take up %" PRIu64 ", it says", npages, takes_pages);
}

/* What it says it gave out the reference gives out as well. */
static enum judgement judge_place(struct judge *judge, uint64_t base, uint64_t npages)
{
  bool is_bound = judge->is_pages || judge->kind == OP_CLAIM;
  if (is_bound && is_same_place(judge)) return JUDGED_SAME;
  enum judgement judgement = judge_pages(judge, base, npages);
  if (!is_bound) {
    struct observation ours = {.status = judgement == JUDGED_SAME ? SPAN_OK : SPAN_NO_MEMORY,
                               .answer.base = base};
    reference_says(judge, ours);
  }
  return judgement;
}

static enum judgement take_memory(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  uint64_t base = said->answer.base, npages = judge->call.number;
  enum judgement judgement = judge_size(judge, base, npages);
  if (judgement == JUDGED_SAME) judgement = judge_takes(judge);
  if (judgement == JUDGED_SAME) judgement = judge_place(judge, base, said->takes_pages);
  judge->carried_out = judgement == JUDGED_SAME;
  if (judgement == JUDGED_SAME) judgement = judge_request(judge);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, base, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
  return give_pages(judge, base, npages, said->answer.needzero);
}

/* --- Memory refused -------------------------------------------------------------------------- */

/* A free span that long, below the limit. */
static bool shows_free(const struct span_heap *shown, uint64_t npages)
{
  for (uint64_t i = 0; i < shown->count && i < SPAN_HEAP_CAPACITY; i++) {
    const struct span *span = &shown->spans[i];
    if (span->free && span->npages >= npages &&
        pages_are_below_limit(span->base, span->npages))
      return true;
  }
  return false;
}

/* The reference has a free run that long. Has the candidate, since nothing is in use, or by its
 * own list of spans? */
static bool holds_free(const struct judge *judge, uint64_t npages)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  struct span_heap *shown;
  if (judge_is_in_bytes(judge)) return false;
  if (candidate->about.has_walk)
    return transport_walk(candidate, &shown, NULL, NULL) && shows_free(shown, npages);
  return judge->holds.in_use + judge->holds.manual == 0;
}

/* Would its OS grant so many, if it were asked? */
static bool os_would_serve(const struct judge *judge, uint64_t npages)
{
  struct fake_os os = judge->sides[SIDE_CANDIDATE]->door.fake; /* a copy */
  uint64_t arena_pages = judge->geometry.arena_pages, over = npages % arena_pages;
  struct span_os_answer answer =
      fake_os_reserve(&os, over == 0 ? npages : npages - over + arena_pages);
  return answer.granted && pages_are_below_limit(answer.base, answer.npages) &&
         answer.base % judge->geometry.phys_pages == 0;
}

/* Is a run free that surely serves, as the candidate declares? */
static bool surely_serves(struct judge *judge)
{
  uint64_t npages = judge->said[SIDE_CANDIDATE].needs_pages;
  const struct call call = {.kind = OP_HEAP, .number = npages,
                            .request = span_plain_request(npages, false)};
  if (judge->chose || !judge_about(judge)->has_needs || npages == 0 || npages > SPAN_LIMIT_PAGES)
    return false;
  struct observation ours = follow_give(judge, call);
  if (ours.status == SPANREF_OK) follow_free(judge, ours.answer.base);
  return ours.status == SPANREF_OK;
}

static enum judgement refuse_memory(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  uint64_t npages = judge->call.number;
  bool is_plain = request_needs(&judge->call.request) == 0;
  bool can_be = npages > 0 && npages <= SPAN_LIMIT_PAGES;
  bool would = would_give(judge);
  /* Of the reference that chose itself its own answer counts: it has grown, if need be. */
  bool would_have = judge->chose ? judge->said[SIDE_REFERENCE].status == SPAN_OK : would;
  if (!can_be || (!is_plain && !judge->chose && !judge->is_pages)) return JUDGED_SAME;
  bool is_held = is_plain && (surely_serves(judge) ||
                              (would && !judge->is_pages && holds_free(judge, npages)));
  bool serves = would_have || (!judge->is_pages && !judge->chose && os_would_serve(judge, npages));
  if (!is_held && !(serves && is_there(judge))) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                       "%" PRIu64 " page%s refused with %s (%d), though %s", npages,
                       npages == 1 ? "" : "s", status_name(status), status,
                       is_held ? "it holds a free run of that length"
                               : "there is memory for that");
}

/* Without an OS a claim and a resize can be done or can't. */
static enum judgement refuse_in_place(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  const struct call *call = &judge->call;
  if (!judge->is_pages || judge->said[SIDE_REFERENCE].status != SPAN_OK) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED,
                       clause_of(call, FIELD_STATUS, SPAN_OK, status_of(status), false),
                       call->page, 1,
                       "page 0x%" PRIx64 " +%" PRIu64 " refused with %s (%d), though %s",
                       call->page, call->number, status_name(status), status,
                       call->kind == OP_CLAIM ? "these pages are free"
                       : call->number > call->held_pages ? "the pages behind it are free"
                                                         : "it has as many");
}

static enum judgement refuse_claim(struct judge *judge)
{
  (void)would_give(judge);
  return refuse_in_place(judge);
}

/* --- Memory given back, or more of it --------------------------------------------------------- */

enum judgement judge_free(struct judge *judge, const struct call *call, uint64_t npages,
                          const struct observation *said)
{
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  bool is_freed = said->status == SPANREF_OK;
  if (was_live && is_freed) follow_free(judge, call->page);
  reference_says(judge, (struct observation){.status = was_live ? SPAN_OK : SPAN_NOT_IN_USE});
  if (said->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, DEPARTS_CHANGED, NO_CLAUSE, call->page, npages,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         said->scribble_page);
  if (was_live && !is_freed)
    return judge_departs(judge, DEPARTS_NOT_FREED, NO_CLAUSE, call->page, npages,
                         "it answered %s (%d) to the free of page 0x%" PRIx64
                         ", which is in use", status_name(said->status), said->status,
                         call->page);
  if (!was_live && is_freed)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_FREE_BASE, call->page, npages,
                         "it answered ok to the free of page 0x%" PRIx64
                         ", which isn't in use", call->page);
  return JUDGED_SAME;
}

/* The reference is asked the same. What it did is undone where the candidate refused. */
static void resize_reference(struct judge *judge, bool was_live, uint64_t old_pages)
{
  struct call back = judge->call;
  struct observation ours = follow_ask(judge, bound_call(judge));
  reference_says(judge, ours);
  back.number = old_pages;
  if (was_live && ours.status == SPANREF_OK &&
      judge->said[SIDE_CANDIDATE].status != SPANREF_OK)
    (void)follow_ask(judge, back);
}

/* What was in use at that page has as many pages as was asked. */
static enum judgement judge_resize(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  struct span span;
  bool was_live = follow_in_use(judge, call->page, &span);
  resize_reference(judge, was_live, span.npages);
  if (said->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, DEPARTS_CHANGED, NO_CLAUSE, call->page, 1,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         said->scribble_page);
  if (said->status != SPANREF_OK) return refuse_in_place(judge);
  if (!was_live)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_RESIZE_LESS, call->page, 1,
                         "it answered ok to the resizing of page 0x%" PRIx64
                         ", which isn't in use", call->page);
  uint64_t old_pages = span.npages, npages = said->takes_pages;
  uint64_t more_pages = npages > old_pages ? npages - old_pages : 0;
  enum judgement judgement = judge_size(judge, call->page, call->number);
  if (judgement == JUDGED_SAME) judgement = judge_takes(judge);
  struct span now;
  bool is_done = follow_in_use(judge, call->page, &now) && now.npages == npages;
  if (judgement == JUDGED_SAME && !is_done)
    judgement = judge_pages(judge, call->page + old_pages, more_pages);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, CLAUSE_RESIZE_NEEDZERO, call->page, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
  return more_pages == 0 ? JUDGED_SAME
                         : give_pages(judge, call->page + old_pages, more_pages,
                                      said->answer.needzero);
}

static enum judgement judge_safety(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  if (op_gives(call->kind) && said->status == SPANREF_OK) return take_memory(judge);
  if (op_is_alloc(call->kind)) return refuse_memory(judge);
  if (call->kind == OP_CLAIM) return refuse_claim(judge);
  if (call->kind == OP_RESIZE) return judge_resize(judge);
  if (op_is_free(call->kind)) return judge_free(judge, call, 1, said);
  if (call->kind == OP_LOOKUP) reference_says(judge, follow_ask(judge, *call));
  return JUDGED_SAME;
}

/* --- Accounting ---------------------------------------------------------------------------- */

static enum judgement judge_number(struct judge *judge, enum clause clause, uint64_t says,
                                   uint64_t is)
{
  if (says == is) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_STATS, clause, 0, 0,
                       "%s is %" PRIu64 " page%s, the candidate says %" PRIu64,
                       clause_label(clause) + strlen("stats."), is, is == 1 ? "" : "s",
                       says);
}

static enum judgement judge_stats(struct judge *judge)
{
  const struct spanref_stats *stats = &judge->said[SIDE_CANDIDATE].stats;
  const struct spanref_stats *holds = &judge->holds;
  struct judge_counts *counts = judge_counts(judge, LEVEL_ACCOUNTING);
  bool has_sys = judge_knows(judge, NUMBER_SYS) && judge_knows(judge, NUMBER_IDLE) &&
                 judge_knows(judge, NUMBER_IN_USE);
  if (!judge_knows(judge, NUMBER_IN_USE) && !judge_knows(judge, NUMBER_MANUAL)) {
    counts->skipped++;
    return JUDGED_SAME;
  }
  counts->compared++;
  enum judgement judgement = JUDGED_SAME;
  if (judge_knows(judge, NUMBER_IN_USE))
    judgement = judge_number(judge, CLAUSE_STATS_IN_USE, stats->in_use, holds->in_use);
  if (judgement == JUDGED_SAME && judge_knows(judge, NUMBER_MANUAL))
    judgement = judge_number(judge, CLAUSE_STATS_MANUAL, stats->manual, holds->manual);
  if (judgement == JUDGED_SAME && has_sys)
    judgement = judge_number(judge, CLAUSE_STATS_SYS, stats->sys,
                             stats->idle + stats->in_use);
  bool has_idle = judge_knows(judge, NUMBER_IDLE) && !judge_is_in_bytes(judge);
  if (judgement != JUDGED_SAME || !has_idle || stats->idle == holds->idle) return judgement;
  /* All that was obtained is in use or idle. Which pages are lost its spans say. */
  judgement = judge_spans(judge, 0);
  if (judgement != JUDGED_SAME) return judgement;
  return judge_number(judge, CLAUSE_STATS_IDLE, stats->idle, holds->idle);
}

/* --- Placement ------------------------------------------------------------------------------ */

/* The sentence that speaks of the first of these fields. */
static enum clause clause_of_fields(const struct judge *judge, field_set fields,
                                    enum field *first)
{
  const struct observation *said = judge->said;
  for (*first = FIELD_STATUS; !field_in(fields, *first);) *first = (enum field)(*first + 1);
  return clause_of(&judge->call, *first, status_of(said[SIDE_REFERENCE].status),
                   status_of(said[SIDE_CANDIDATE].status), judge_grew(judge));
}

static enum departs departs_in(enum field field)
{
  if (field_in(FIELDS_OF_BACKING, field)) return DEPARTS_MEMORY;
  return field == FIELD_BASE ? DEPARTS_ADDRESS : DEPARTS_ANSWER;
}

static enum judgement depart_exactly(struct judge *judge, field_set fields)
{
  const struct observation *said = judge->said;
  enum field field;
  enum clause clause = clause_of_fields(judge, fields, &field);
  enum judgement judgement = judge_departs(
      judge, departs_in(field), clause, 0, 0,
      "%s: the reference says %s, the candidate says %s", field_name(field),
      field_print(field, judge->kind, &said[SIDE_REFERENCE], judge->page_bytes).text,
      field_print(field, judge->kind, &said[SIDE_CANDIDATE], judge->page_bytes).text);
  if (judgement == JUDGED_DEPARTED) judge->departure.fields = fields;
  return judgement;
}

/* An allocation in the memory there is: at the same address. What was claimed is there. */
static enum judgement judge_address(struct judge *judge)
{
  static const struct {
    enum clause clause;
    const char *which;
  } fits[] = {[SPAN_FIRST_FIT] = {CLAUSE_FIND, "lowest address"},
              [SPAN_LAST_FIT] = {CLAUSE_FIND_LAST, "highest address"},
              [SPAN_BEST_FIT] = {CLAUSE_FIND_BEST, "lowest address in the shortest span"}};
  uint64_t ours = judge->said[SIDE_REFERENCE].answer.base;
  uint64_t theirs = judge->said[SIDE_CANDIDATE].answer.base;
  enum span_fit fit = judge_fit(judge);
  if (ours == theirs || judge->kind == OP_CLAIM) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_ADDRESS, fits[fit].clause, theirs, 1,
                       "the %s that fits is 0x%" PRIx64 ", the candidate says 0x%" PRIx64,
                       fits[fit].which, ours * judge->page_bytes, theirs * judge->page_bytes);
}

/* Who has this page in use is the same for both. What is free may be in other pieces. */
static enum judgement judge_lookup(struct judge *judge)
{
  const struct observation *ours = &judge->said[SIDE_REFERENCE],
                           *theirs = &judge->said[SIDE_CANDIDATE];
  const struct spanref_span *a = &ours->span, *b = &theirs->span;
  bool is_used = ours->found && !a->free, they_say_used = theirs->found && !b->free;
  bool is_same = a->base == b->base && a->npages == b->npages && a->manual == b->manual;
  if (is_used == they_say_used && (!is_used || is_same)) return JUDGED_SAME;
  return judge_departs(
      judge, DEPARTS_ANSWER, CLAUSE_LOOKUP, judge->call.page, 1,
      "lookup: the reference says %s, the candidate says %s",
      field_print(FIELD_LOOKUP, judge->kind, ours, judge->page_bytes).text,
      field_print(FIELD_LOOKUP, judge->kind, theirs, judge->page_bytes).text);
}

/* In SPANREF_PAGES. */
static enum judgement judge_in_place(struct judge *judge)
{
  bool we_did = judge->said[SIDE_REFERENCE].status == SPAN_OK;
  bool they_did = judge->said[SIDE_CANDIDATE].status == SPANREF_OK;
  if (judge->kind == OP_LOOKUP) return judge_lookup(judge);
  return we_did && they_did && op_gives(judge->kind) ? judge_address(judge) : JUDGED_SAME;
}

/* --- All of it --------------------------------------------------------------------------------- */

/* It said what the reference said, which is proved: that is safe, and accounted for. */
static enum judgement agree(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  const struct call *call = &judge->call;
  bool needzero = said->answer.needzero;
  judge->carried_out = true;
  if (said->status != SPANREF_OK) return JUDGED_SAME;
  if (op_gives(call->kind)) return give_pages(judge, said->answer.base, call->number, needzero);
  const struct spanref_stats *was = &judge->before, *is = &judge->said[SIDE_REFERENCE].stats;
  uint64_t was_pages = was->in_use + was->manual, is_pages = is->in_use + is->manual;
  if (call->kind != OP_RESIZE || is_pages <= was_pages) return JUDGED_SAME;
  uint64_t more_pages = is_pages - was_pages, end = call->page + call->number;
  return give_pages(judge, end - more_pages, more_pages, needzero);
}

/* Where it declares to be the reference in all it answers. */
static enum judgement judge_exactly(struct judge *judge)
{
  const struct observation *ours = &judge->said[SIDE_REFERENCE],
                           *theirs = &judge->said[SIDE_CANDIDATE];
  const field_set place = 1U << FIELD_STATUS | 1U << FIELD_BASE;
  enum field field;
  bool is_accounting = judge_declares(judge, LEVEL_ACCOUNTING);
  field_set fields = observations_differ(ours, theirs, judge->known);
  if (judge_declares(judge, LEVEL_BACKING))
    judge_counts(judge, LEVEL_BACKING)->compared++;
  else
    fields &= ~FIELDS_OF_BACKING;
  judge_counts(judge, LEVEL_PLACEMENT)->compared++;
  if (fields == 0) {
    if (is_accounting && judge->known != 0) judge_counts(judge, LEVEL_ACCOUNTING)->compared++;
    return agree(judge);
  }
  judge->holds = ours->stats;
  if ((fields & place) != 0 && !follow_from_here(judge))
    return judge_fails(judge, "out of memory");
  enum judgement judgement = judge->follows ? judge_safety(judge) : agree(judge);
  if (judgement == JUDGED_DEPARTED) { /* its sentence stays the first's */
    struct departure *departure = &judge->departure;
    departure->fields = fields;
    if (!departure->has_clause || departure->clause != CLAUSE_PLACEMENT) /* it says more */
      departure->clause = clause_of_fields(judge, fields, &field);
    departure->has_clause = true;
  }
  if (judgement == JUDGED_SAME) judgement = depart_exactly(judge, fields);
  return judgement == JUDGED_SAME && is_accounting ? judge_stats(judge) : judgement;
}

static enum judgement judge_by_levels(struct judge *judge)
{
  enum judgement judgement = judge_safety(judge);
  bool is_placed = judge->is_pages && judge->kind != OP_FREE;
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_PLACEMENT)) {
    struct judge_counts *counts = judge_counts(judge, LEVEL_PLACEMENT);
    *(is_placed ? &counts->compared : &counts->skipped) += 1;
    if (is_placed) judgement = judge_in_place(judge);
  }
  if (judge_declares(judge, LEVEL_BACKING)) judge_counts(judge, LEVEL_BACKING)->skipped++;
  bool is_accounting = judge_declares(judge, LEVEL_ACCOUNTING);
  return judgement == JUDGED_SAME && is_accounting ? judge_stats(judge) : judgement;
}

void judge_learns_numbers(struct judge *judge)
{
  const uint64_t *numbers = stats_numbers(&judge->said[SIDE_CANDIDATE].stats);
  if (judge->known == NUMBERS_ALL) return;
  for (unsigned i = 0; i < NUMBERS; i++)
    judge->known |= (uint32_t)(numbers[i] != SPANREF_UNKNOWN) << i;
}

enum judgement judge_answer(struct judge *judge)
{
  judge_learns_numbers(judge);
  judge->tally.compared++;
  judge->tally.exercised[judge->kind]++;
  judge_counts(judge, LEVEL_SAFETY)->compared++;
  enum judgement judgement = judge->chose ? judge_exactly(judge) : judge_by_levels(judge);
  if (judgement == JUDGED_DEPARTED && (judge->chose || judge->is_pages)) judge_explain(judge);
  return judgement;
}
