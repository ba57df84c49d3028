/* One answer, and the statistics after it. */
#include <inttypes.h>
#include <string.h>

#include "judge_internal.h"

/* --- What may come apart ---------------------------------------------------------------- */

/* What a name got, the candidate has by that name too. */
static bool copy_holdings(struct holdings *to, const struct holdings *from)
{
  bool ok = true;
  for (size_t i = 0; ok && i < from->names.count; i++)
    ok = holdings_set(to, from->names.names[i], from->held[i]);
  return ok;
}

enum judgement judge_lose_step(struct judge *judge)
{
  if (!judge->in_step) return JUDGED_SAME;
  judge->in_step = false;
  holdings_clear(&judge->held[SIDE_CANDIDATE]);
  return live_settle(&judge->live) &&
                 copy_holdings(&judge->held[SIDE_CANDIDATE], &judge->held[SIDE_REFERENCE])
             ? JUDGED_SAME
             : judge_fails(judge, "out of memory");
}

/* --- Safety ------------------------------------------------------------------------------- */

/* Numbers have no contents, but a history. */
static enum judgement give_pages(struct judge *judge, const struct live_span *span)
{
  uint64_t end = span->base + span->npages;
  if (judge_is_in_bytes(judge)) return JUDGED_SAME;
  bool was_given = !span->needzero && page_set_meets(&judge->given, span->base, end);
  if (!page_set_add(&judge->given, span->base, end))
    return judge_fails(judge, "out of memory");
  if (!was_given) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, span->base, span->npages,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " are said to need no zeroing, but were given out before",
                       span->base, span->npages);
}

static struct live_span given_span(const struct judge *judge)
{
  const struct spanref_answer *answer = &judge->said[SIDE_CANDIDATE].answer;
  return (struct live_span){answer->base, judge->call.number, judge->next_tag,
                            judge->call.kind == OP_MANUAL, answer->needzero};
}

/* Pages that it says it gave out: are they there, and nobody else's? */
static enum judgement judge_pages(struct judge *judge, uint64_t base, uint64_t npages)
{
  const struct door *door = &judge->sides[SIDE_CANDIDATE]->door;
  if (!pages_are_below_limit(base, npages) ||
      (!judge_is_in_bytes(judge) && !page_set_holds(&door->obtained, base, base + npages)))
    return judge_departs(judge, DEPARTS_OUTSIDE, NO_CLAUSE, base, npages,
                         "pages 0x%" PRIx64 " +%" PRIu64
                         " were never obtained, or reach past page 2^40", base, npages);
  const struct live_span *other = live_meets(&judge->live, base, base + npages);
  if (other != NULL)
    return judge_departs(judge, DEPARTS_OVERLAP, NO_CLAUSE, base, npages,
                         "pages 0x%" PRIx64 " +%" PRIu64 " overlap 0x%" PRIx64 " +%" PRIu64
                         ", which is in use", base, npages, other->base, other->npages);
  return JUDGED_SAME;
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

static enum judgement take_memory(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  uint64_t base = said->answer.base, npages = judge->call.number;
  enum judgement judgement = judge_size(judge, base, npages);
  if (judgement == JUDGED_SAME) judgement = judge_pages(judge, base, npages);
  if (judgement == JUDGED_SAME) judgement = judge_request(judge);
  if (judgement != JUDGED_SAME) return judgement;
  struct live_span span = given_span(judge);
  if (!live_add(&judge->live, span)) return judge_fails(judge, "out of memory");
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, NO_CLAUSE, base, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
  return give_pages(judge, &span);
}

/* SPANREF_PAGES: does the candidate hold what the reference holds, each at its place? */
static bool is_in_place(const struct judge *judge)
{
  return judge->is_pages && !judge->placement_is_lost;
}

/* Is there memory for sure? Whoever was refused by the OS may have none that fits; but
 * where all memory was handed in, no OS matters. */
static bool is_there(const struct judge *judge)
{
  if (is_in_place(judge)) return true;
  return judge->call.number <= JUDGE_THERE_BYTES / judge->page_bytes &&
         (judge_is_in_bytes(judge) || !judge->sides[SIDE_CANDIDATE]->door.refused);
}

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

/* Does it hold memory that fits: by its own list of spans, or since nothing is in use? */
static bool holds_free(const struct judge *judge, uint64_t npages)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  const struct page_set *obtained = &candidate->door.obtained;
  if (candidate->about.has_walk) {
    struct span_heap *shown;
    return transport_walk(candidate, &shown, NULL, NULL) && shows_free(shown, npages);
  }
  if (judge_is_in_bytes(judge) || judge->live.count > 0) return false;
  for (size_t i = 0; i < obtained->count; i++)
    if (obtained->runs[i].end - obtained->runs[i].base >= npages) return true;
  return false;
}

static enum judgement refuse_memory(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  const struct span_request *of = &judge->call.request;
  uint64_t npages = judge->call.number;
  bool is_plain = request_needs(of) == 0;
  bool can_be = npages > 0 && npages <= SPAN_LIMIT_PAGES;
  bool is_held = can_be && is_plain && holds_free(judge, npages);
  /* Where its own spans lie elsewhere, another placement may be there for us alone. */
  bool is_alike = judge->is_exact || is_in_place(judge);
  if (!is_plain && !is_alike) return JUDGED_SAME;
  if (!is_held && (judge->said[SIDE_REFERENCE].status != SPAN_OK || !is_there(judge)))
    return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED, NO_CLAUSE, 0, 0,
                       "%" PRIu64 " page%s refused with %s (%d), though %s", npages,
                       npages == 1 ? "" : "s", status_name(status), status,
                       is_held ? "it holds a free run of that length"
                               : "there is memory for that");
}

/* Without an OS, and with all at its place, a claim and a resize can be done or can't. */
static enum judgement refuse_in_place(struct judge *judge)
{
  int status = judge->said[SIDE_CANDIDATE].status;
  const struct call *call = &judge->call;
  if (!is_in_place(judge) || judge->said[SIDE_REFERENCE].status != SPAN_OK)
    return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_REFUSED,
                       clause_of(call, FIELD_STATUS, SPAN_OK, status_of(status), false),
                       call->page, 1,
                       "page 0x%" PRIx64 " +%" PRIu64 " refused with %s (%d), though %s",
                       call->page, call->number, status_name(status), status,
                       call->kind == OP_CLAIM ? "these pages are free"
                       : call->number > call->held_pages ? "the pages behind it are free"
                                                         : "it has as many");
}

enum judgement judge_free(struct judge *judge, const struct call *call, uint64_t npages,
                          const struct observation *said)
{
  bool was_live = live_at(&judge->live, call->page) != NULL;
  bool is_freed = said->status == SPANREF_OK;
  if (was_live && is_freed) live_remove(&judge->live, call->page);
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

/* What was in use at that page has as many pages as was asked. */
static enum judgement judge_resize(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  const struct live_span *span = live_at(&judge->live, call->page);
  if (said->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, DEPARTS_CHANGED, NO_CLAUSE, call->page, 1,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         said->scribble_page);
  if (said->status != SPANREF_OK) return refuse_in_place(judge);
  if (span == NULL)
    return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_RESIZE_LESS, call->page, 1,
                         "it answered ok to the resizing of page 0x%" PRIx64
                         ", which isn't in use", call->page);
  uint64_t old_pages = span->npages, npages = call->number;
  uint64_t more_pages = npages > old_pages ? npages - old_pages : 0;
  enum judgement judgement = judge_size(judge, call->page, npages);
  if (judgement == JUDGED_SAME && more_pages > 0)
    judgement = judge_pages(judge, call->page + old_pages, more_pages);
  if (judgement != JUDGED_SAME) return judgement;
  if (said->scribble == SCRIBBLE_DIRTY)
    return judge_departs(judge, DEPARTS_DIRTY, CLAUSE_RESIZE_NEEDZERO, call->page, npages,
                         "page 0x%" PRIx64 " is said to need no zeroing, but isn't zero",
                         said->scribble_page);
  live_resize(&judge->live, call->page, npages);
  const struct live_span gained = {.base = call->page + old_pages, .npages = more_pages,
                                   .needzero = said->answer.needzero};
  return more_pages > 0 ? give_pages(judge, &gained) : JUDGED_SAME;
}

static enum judgement judge_safety(struct judge *judge)
{
  const struct call *call = &judge->call;
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  if (op_gives(call->kind) && said->status == SPANREF_OK) return take_memory(judge);
  if (op_is_alloc(call->kind)) return refuse_memory(judge);
  if (call->kind == OP_CLAIM) return refuse_in_place(judge);
  if (call->kind == OP_RESIZE) return judge_resize(judge);
  return op_is_free(call->kind) ? judge_free(judge, call, 1, said) : JUDGED_SAME;
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
  const struct live_set *live = &judge->live;
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
    judgement = judge_number(judge, CLAUSE_STATS_IN_USE, stats->in_use, live->pages[false]);
  if (judgement == JUDGED_SAME && judge_knows(judge, NUMBER_MANUAL))
    judgement = judge_number(judge, CLAUSE_STATS_MANUAL, stats->manual, live->pages[true]);
  if (judgement == JUDGED_SAME && has_sys)
    judgement = judge_number(judge, CLAUSE_STATS_SYS, stats->sys,
                             stats->idle + stats->in_use);
  return judgement;
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
  if (field == FIELD_BASE) judge->placement_is_lost = true;
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
  judge->placement_is_lost = ours != theirs;
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

/* In SPANREF_PAGES, as long as all is in its place. */
static enum judgement judge_in_place(struct judge *judge)
{
  bool we_did = judge->said[SIDE_REFERENCE].status == SPAN_OK;
  bool they_did = judge->said[SIDE_CANDIDATE].status == SPANREF_OK;
  if (judge->kind == OP_LOOKUP) return judge_lookup(judge);
  if (we_did && they_did && op_gives(judge->kind)) return judge_address(judge);
  judge->placement_is_lost = we_did != they_did;
  return JUDGED_SAME;
}

/* --- All of it --------------------------------------------------------------------------------- */

/* It said what the reference said, which is proved: that is safe, and accounted for. */
static enum judgement agree(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  const struct call *call = &judge->call;
  bool is_alloc = op_gives(call->kind);
  if (said->status != SPANREF_OK) return JUDGED_SAME;
  if (call->kind == OP_RESIZE)
    return live_settle(&judge->live) ? judge_resize(judge) : judge_fails(judge, "out of memory");
  if (!is_alloc && !op_is_free(call->kind)) return JUDGED_SAME;
  struct live_span *span = live_later(&judge->live);
  if (span == NULL) return judge_fails(judge, "out of memory");
  if (is_alloc)
    *span = given_span(judge);
  else
    *span = (struct live_span){.base = call->page};
  return is_alloc ? give_pages(judge, span) : JUDGED_SAME;
}

/* Where it declares to be the reference in all it answers. */
static enum judgement judge_exactly(struct judge *judge)
{
  const struct observation *ours = &judge->said[SIDE_REFERENCE],
                           *theirs = &judge->said[SIDE_CANDIDATE];
  enum field field;
  bool is_accounting = judge_declares(judge, LEVEL_ACCOUNTING);
  field_set fields = observations_differ(ours, theirs, judge->known);
  if (judge_declares(judge, LEVEL_BACKING))
    judge_counts(judge, LEVEL_BACKING)->compared++;
  else
    fields &= ~FIELDS_OF_BACKING;
  judge_counts(judge, LEVEL_PLACEMENT)->compared++;
  if (fields == 0 && judge->in_step) {
    if (is_accounting && judge->known != 0) judge_counts(judge, LEVEL_ACCOUNTING)->compared++;
    return agree(judge);
  }
  enum judgement judgement = judge_lose_step(judge);
  if (judgement == JUDGED_SAME) judgement = judge_safety(judge);
  if (judgement == JUDGED_DEPARTED && fields != 0) { /* its sentence stays the first's */
    struct departure *departure = &judge->departure;
    departure->fields = fields;
    if (!departure->has_clause || departure->clause != CLAUSE_PLACEMENT) /* it says more */
      departure->clause = clause_of_fields(judge, fields, &field);
    departure->has_clause = true;
  }
  if (judgement == JUDGED_SAME && fields != 0) judgement = depart_exactly(judge, fields);
  return judgement == JUDGED_SAME && is_accounting ? judge_stats(judge) : judgement;
}

static enum judgement judge_by_levels(struct judge *judge)
{
  enum judgement judgement = judge_safety(judge);
  bool is_placed = is_in_place(judge) && judge->kind != OP_FREE;
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
  bool is_alike = (judge->is_exact || judge->is_pages) && !judge->placement_is_lost;
  enum judgement judgement =
      judge->is_exact && is_alike ? judge_exactly(judge) : judge_by_levels(judge);
  if (judgement == JUDGED_DEPARTED && is_alike) judge_explain(judge);
  return judgement;
}
