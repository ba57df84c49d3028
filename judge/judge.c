#include "judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool judge_create(struct judge *judge, struct cell *cell)
{
  *judge = (struct judge){.cell = cell, .list_every = JUDGE_LIST_EVERY, .given_pages = 4096};
  judge->shown = malloc(2 * sizeof *judge->shown);
  if (judge->shown != NULL && machine_create(&judge->reference, &candidate_ref))
    return true;
  judge_destroy(judge);
  return false;
}

void judge_destroy(struct judge *judge)
{
  if (judge->reference.candidate != NULL) machine_destroy(&judge->reference);
  holdings_free(&judge->ours);
  holdings_free(&judge->theirs);
  page_set_free(&judge->door.obtained);
  page_set_free(&judge->given);
  live_free(&judge->live);
  free(judge->shown);
}

/* --- What it declares, and where it departs ----------------------------------------- */

static bool is_in_bytes(const struct judge *judge)
{
  return cell_about(judge->cell)->memory == SPANREF_BYTES;
}

bool judge_declares(const struct judge *judge, enum level level)
{
  return cell_about(judge->cell)->levels >> level & 1;
}

bool judge_is_exact(const struct judge *judge)
{
  return judge_declares(judge, LEVEL_PLACEMENT) &&
         cell_about(judge->cell)->profile == SPANREF_GO113;
}

bool judge_is_pages(const struct judge *judge)
{
  return judge_declares(judge, LEVEL_PLACEMENT) && !judge_is_exact(judge);
}

/* Nobody is there any more, or it isn't known what is in use. */
static bool ends_history(enum departs what)
{
  return what == DEPARTS_CRASHED || what == DEPARTS_HUNG || what == DEPARTS_EXITED ||
         what == DEPARTS_OUTGREW || what == DEPARTS_OVERLAP || what == DEPARTS_OUTSIDE ||
         what == DEPARTS_ACCEPTED;
}

enum judgement judge_departs(struct judge *judge, enum op_kind kind, enum departs what,
                             const char *format, ...)
{
  struct departure departure = {.what = what};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(departure.text, sizeof departure.text, format, arguments);
  va_end(arguments);
  judge->counts[departs_level(what)][kind].differed++;
  if (waivers_use(&judge->waivers, what) != NULL)
    return ends_history(what) ? JUDGED_OVER : JUDGED_SAME;
  departure.has_clause = departs_clause(what, &departure.clause);
  judge->departure = departure;
  return JUDGED_DEPARTED;
}

enum judgement judge_cites(struct judge *judge, enum judgement judgement, enum clause clause)
{
  if (judgement != JUDGED_DEPARTED) return judgement;
  judge->departure.has_clause = true;
  judge->departure.clause = clause;
  return judgement;
}

enum judgement judge_places(struct judge *judge, enum judgement judgement, uint64_t base,
                            uint64_t npages)
{
  if (judgement != JUDGED_DEPARTED) return judgement;
  judge->departure.base = base;
  judge->departure.npages = npages;
  return judgement;
}

enum judgement judge_fate(struct judge *judge, enum op_kind kind)
{
  int number;
  switch (cell_fate(judge->cell, &number)) {
  case FATE_HUNG:
    return judge_departs(judge, kind, DEPARTS_HUNG, "no answer within %d s", number);
  case FATE_EXITED:
    return judge_departs(judge, kind, DEPARTS_EXITED, "its process exited with status %d",
                         number);
  case FATE_OUTGREW:
    return judge_departs(judge, kind, DEPARTS_OUTGREW,
                         "its process has more than %d MiB in memory; in use are %" PRIu64
                         " pages", number,
                         judge->live.other_pages + judge->live.manual_pages);
  default:
    return judge_departs(judge, kind, DEPARTS_CRASHED,
                         "its process was ended by signal %d", number);
  }
}

/* --- Beginning ------------------------------------------------------------------------ */

/* Handed in, memory is scavenged; allocated and freed, it is retained. There is none
 * else meanwhile, so that the allocation is the piece. */
static enum judgement give_memory(struct judge *judge)
{
  const struct { uint64_t base, npages; } pieces[] = {
      {0x1000, 512}, {0x1400, 1024}, {0x4000, judge->given_pages}};
  enum { PIECES = sizeof pieces / sizeof *pieces };
  struct cell_reply reply;
  void *heap = judge->reference.heap;
  for (size_t i = 0; i < PIECES; i++) {
    uint64_t base = pieces[i].base, npages = pieces[i].npages;
    (void)candidate_ref.add(heap, base, npages);
    (void)candidate_ref.alloc(heap, &judge->reference.os, npages, false);
    if (!cell_about(judge->cell)->has_add) continue;
    if (!cell_add(judge->cell, base, npages, &reply)) return judge_fate(judge, OP_ADD);
    if (reply.status != SPANREF_OK)
      return judge_departs(judge, OP_ADD, DEPARTS_REFUSED,
                           "0x%" PRIx64 " +%" PRIu64 " handed in: status %d", base, npages,
                           reply.status);
    if (!page_set_add(&judge->door.obtained, base, base + npages)) return JUDGED_NO_MEMORY;
  }
  for (size_t i = 0; i < PIECES; i++) (void)candidate_ref.free(heap, pieces[i].base);
  return JUDGED_SAME;
}

static struct span_geometry plain_geometry(struct span_geometry geometry)
{
  return (struct span_geometry){.phys_pages = 1, .arena_pages = geometry.arena_pages};
}

enum judgement judge_begin(struct judge *judge, struct span_geometry geometry,
                           uint64_t page_bytes)
{
  if (judge_is_pages(judge)) geometry = plain_geometry(geometry);
  struct spanref_geometry theirs = {page_bytes, geometry.phys_pages, geometry.huge_pages,
                                    geometry.arena_pages, geometry.has_goal,
                                    geometry.goal_pages};
  bool serves = false;
  judge->geometry = geometry;
  judge->page_bytes = page_bytes;
  judge->ran = 0;
  judge->placement_is_lost = false;
  holdings_clear(&judge->ours);
  holdings_clear(&judge->theirs);
  live_clear(&judge->live);
  page_set_clear(&judge->given);
  fake_os_reset(&judge->door.os);
  page_set_clear(&judge->door.obtained);
  judge->reply = (struct cell_reply){0};
  memset(&judge->reply.stats, 0xff, sizeof judge->reply.stats); /* all unknown */
  if (machine_reset(&judge->reference, geometry) != SPAN_OK) return JUDGED_SKIPPED;
  if (!cell_revive(judge->cell) || !cell_create(judge->cell, &theirs, &serves))
    return judge_fate(judge, OP_DUMP);
  if (!serves) return JUDGED_SKIPPED;
  return judge_is_pages(judge) ? give_memory(judge) : JUDGED_SAME;
}

/* --- Asking both ------------------------------------------------------------------------ */

/* What it has no function for is not done. A free by address, and a lookup, mean the same
 * to both only where addresses are the same. */
static bool can_do(const struct judge *judge, enum op_kind kind)
{
  const struct cell_about *about = cell_about(judge->cell);
  if (judge_is_pages(judge)) return kind == OP_HEAP || kind == OP_MANUAL || kind == OP_FREE ||
                                    kind == OP_DUMP;
  switch (kind) {
  case OP_SCAVENGE: return about->has_scavenge;
  case OP_ADD: return about->has_add && !is_in_bytes(judge);
  case OP_FREE_AT: return judge_is_exact(judge);
  case OP_LOOKUP: return judge_is_exact(judge) && about->has_lookup;
  default: return true;
  }
}

/* Whoever may be asked to free anything is asked; others only what they gave. */
static bool may_free(const struct judge *judge, const struct call *call)
{
  return judge_is_exact(judge) || live_at(&judge->live, call->page) != NULL;
}

static struct cell_grant grant_at(const struct judge *judge, uint64_t page)
{
  const struct live_span *span = live_at(&judge->live, page);
  struct cell_grant grant = {page, 0, 0};
  if (span != NULL) grant = (struct cell_grant){page, span->npages, span->tag};
  return grant;
}

/* false: its process is gone. */
static bool ask(struct judge *judge, const struct call *call, struct cell_reply *reply)
{
  struct cell *cell = judge->cell;
  judge->door.refused = false;
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL:
    return cell_alloc(cell, &judge->door, call->number, call->kind == OP_MANUAL,
                      ++judge->next_tag, reply);
  case OP_SCAVENGE: return cell_scavenge(cell, call->number, reply);
  case OP_ADD: return cell_add(cell, call->page, call->number, reply);
  case OP_LOOKUP: return cell_lookup(cell, call->page, reply);
  default: return cell_free(cell, grant_at(judge, call->page), reply);
  }
}

static void do_to_os(struct span_os *os, const struct call *call)
{
  if (call->kind == OP_REFUSE) fake_os_refuse(os, call->number);
  if (call->kind == OP_REGION) (void)fake_os_add_region(os, call->page, call->down);
}

/* --- Looking at the answer: safety -------------------------------------------------------- */

static enum judgement take_memory(struct judge *judge, const struct call *call,
                                  const struct cell_reply *reply)
{
  uint64_t base = reply->answer.base, npages = call->number;
  if (npages == 0 || npages > SPAN_LIMIT_PAGES)
    return judge_cites(judge,
                       judge_departs(judge, call->kind, DEPARTS_ACCEPTED,
                                     "%" PRIu64 " pages can't be, and it says ok", npages),
                       CLAUSE_ERROR_SIZE);
  if (base > SPAN_LIMIT_PAGES - npages ||
      (!is_in_bytes(judge) &&
       !page_set_holds(&judge->door.obtained, base, base + npages)))
    return judge_departs(judge, call->kind, DEPARTS_OUTSIDE,
                         "pages 0x%" PRIx64 " +%" PRIu64 " were never obtained, or can't be",
                         base, npages);
  const struct live_span *other = live_meets(&judge->live, base, base + npages);
  if (other != NULL)
    return judge_departs(judge, call->kind, DEPARTS_OVERLAP,
                         "pages 0x%" PRIx64 " +%" PRIu64 " meet 0x%" PRIx64 " +%" PRIu64
                         ", which is in use", base, npages, other->base, other->npages);
  struct live_span span = {base, npages, judge->next_tag, call->kind == OP_MANUAL,
                           reply->answer.needzero};
  bool was_given = page_set_meets(&judge->given, base, base + npages);
  if (!live_add(&judge->live, span) || !page_set_add(&judge->given, base, base + npages))
    return JUDGED_NO_MEMORY;
  /* Numbers have no contents, but a history. */
  if (!is_in_bytes(judge) && was_given && !reply->answer.needzero)
    return judge_departs(judge, call->kind, DEPARTS_DIRTY,
                         "pages 0x%" PRIx64 " +%" PRIu64
                         " are said to need no zeroing, and were given out before",
                         base, npages);
  if (reply->scribble != SCRIBBLE_DIRTY) return JUDGED_SAME;
  return judge_departs(judge, call->kind, DEPARTS_DIRTY,
                       "page 0x%" PRIx64 " is said to need no zeroing, and isn't zero",
                       reply->scribble_page);
}

/* Is there memory for sure? Whoever was refused by the OS may have none that fits. */
static bool is_there(const struct judge *judge, const struct call *call)
{
  return call->number <= JUDGE_THERE_BYTES / judge->page_bytes &&
         (is_in_bytes(judge) || !judge->door.refused);
}

/* Does it hold memory that fits: by its own list of spans, or since nothing is in use? */
static bool holds_free(const struct judge *judge, uint64_t npages)
{
  const struct spanref_span *spans;
  const struct page_set *obtained = &judge->door.obtained;
  uint64_t nspans;
  struct cell_reply reply;
  if (cell_about(judge->cell)->has_walk) {
    if (!cell_walk(judge->cell, &spans, &nspans, &reply)) return false;
    for (uint64_t i = 0; i < nspans && i < SPAN_HEAP_CAPACITY; i++)
      if (spans[i].free && spans[i].npages >= npages) return true;
    return false;
  }
  if (is_in_bytes(judge) || judge->live.count > 0) return false;
  for (size_t i = 0; i < obtained->count; i++)
    if (obtained->runs[i].end - obtained->runs[i].base >= npages) return true;
  return false;
}

static const char *status_name(int status)
{
  static const char *const names[] = {"OK",        "NO_MEMORY", "BAD_SIZE",
                                      "NOT_IN_USE", "BAD_RANGE", "BAD_ANSWER"};
  bool is_known = status >= 0 && (size_t)status < sizeof names / sizeof *names;
  return is_known ? names[status] : "a status that there isn't";
}

static enum judgement judge_alloc(struct judge *judge, const struct call *call,
                                  const struct observation *ours,
                                  const struct cell_reply *reply)
{
  if (reply->status == SPANREF_OK)
    return judge_places(judge, take_memory(judge, call, reply), reply->answer.base,
                        call->number);
  bool can_be = call->number > 0 && call->number <= SPAN_LIMIT_PAGES;
  if (can_be && holds_free(judge, call->number))
    return judge_departs(judge, call->kind, DEPARTS_REFUSED,
                         "%" PRIu64 " pages: %s (%d), though it holds so many that are free",
                         call->number, status_name(reply->status), reply->status);
  if (ours->answer.status != SPAN_OK || !is_there(judge, call)) return JUDGED_SAME;
  return judge_departs(judge, call->kind, DEPARTS_REFUSED,
                       "%" PRIu64 " pages: %s (%d), though there is memory",
                       call->number, status_name(reply->status), reply->status);
}

enum judgement judge_free(struct judge *judge, const struct call *call,
                          const struct cell_reply *reply)
{
  bool was_live = live_at(&judge->live, call->page) != NULL;
  bool is_freed = reply->status == SPANREF_OK;
  if (was_live && is_freed) live_remove(&judge->live, call->page);
  if (reply->scribble == SCRIBBLE_CHANGED)
    return judge_departs(judge, call->kind, DEPARTS_CHANGED,
                         "page 0x%" PRIx64 " doesn't hold what was written there",
                         reply->scribble_page);
  if (was_live && !is_freed)
    return judge_departs(judge, call->kind, DEPARTS_NOT_FREED,
                         "page 0x%" PRIx64 " is in use: %s (%d)", call->page,
                         status_name(reply->status), reply->status);
  if (!was_live && is_freed)
    return judge_cites(judge,
                       judge_departs(judge, call->kind, DEPARTS_ACCEPTED,
                                     "page 0x%" PRIx64 " isn't in use, and it says ok",
                                     call->page),
                       CLAUSE_FREE_BASE);
  return JUDGED_SAME;
}

static enum judgement judge_safety(struct judge *judge, const struct call *call,
                                   const struct observation *ours,
                                   const struct cell_reply *reply)
{
  judge->counts[LEVEL_SAFETY][call->kind].compared++;
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL: return judge_alloc(judge, call, ours, reply);
  case OP_FREE:
  case OP_FREE_AT:
    return judge_places(judge, judge_free(judge, call, reply), call->page, 1);
  case OP_ADD:
    if (reply->status == SPANREF_OK &&
        !page_set_add(&judge->door.obtained, call->page, call->page + call->number))
      return JUDGED_NO_MEMORY;
    return JUDGED_SAME;
  default: return JUDGED_SAME;
  }
}

/* --- Accounting ---------------------------------------------------------------------------- */

static enum judgement judge_number(struct judge *judge, enum op_kind kind, enum clause clause,
                                   uint64_t says, uint64_t is)
{
  if (says == SPANREF_UNKNOWN || says == is) return JUDGED_SAME;
  enum judgement judgement = judge_departs(
      judge, kind, DEPARTS_STATS, "%s is %" PRIu64 " pages, it says %" PRIu64,
      clause_label(clause) + strlen("stats."), is, says);
  return judge_cites(judge, judgement, clause);
}

static enum judgement judge_stats(struct judge *judge, enum op_kind kind,
                                  const struct spanref_stats *stats)
{
  const struct live_set *live = &judge->live;
  if (!cell_about(judge->cell)->has_stats) {
    judge->counts[LEVEL_ACCOUNTING][kind].skipped++;
    return JUDGED_SAME;
  }
  judge->counts[LEVEL_ACCOUNTING][kind].compared++;
  enum judgement judgement =
      judge_number(judge, kind, CLAUSE_STATS_IN_USE, stats->in_use, live->other_pages);
  if (judgement == JUDGED_SAME)
    judgement = judge_number(judge, kind, CLAUSE_STATS_MANUAL, stats->manual,
                             live->manual_pages);
  if (judgement == JUDGED_SAME && stats->idle != SPANREF_UNKNOWN &&
      stats->in_use != SPANREF_UNKNOWN)
    judgement = judge_number(judge, kind, CLAUSE_STATS_SYS, stats->sys,
                             stats->idle + stats->in_use);
  return judgement;
}

/* --- Placement ------------------------------------------------------------------------------ */

void judge_observe(const struct cell_reply *reply, const struct observation *ours,
                   struct observation *theirs)
{
  const struct spanref_answer *answer = &reply->answer;
  const struct spanref_stats *stats = &reply->stats;
  const struct spanref_span *span = &reply->span;
  bool is_known = (unsigned)reply->status <= SPAN_BAD_ANSWER;
  theirs->answer = (struct answer){
      .status = is_known ? (enum span_status)reply->status : SPAN_BAD_GEOMETRY,
      .base = answer->base,
      .needzero = answer->needzero,
      .released_pages = answer->released_pages,
      .advice = {answer->advice_base, answer->advice_pages},
      .lookup = {reply->found,
                 {span->base, span->npages, span->free, span->manual, span->scavenged,
                  span->needzero}}};
  const uint64_t says[] = {stats->sys,      stats->idle,      stats->in_use,
                           stats->manual,   stats->released,  stats->huge_free,
                           stats->nfree,    stats->arena_base, stats->arena_end};
  uint64_t *const to[] = {&theirs->stats.sys,        &theirs->stats.idle,
                          &theirs->stats.in_use,     &theirs->stats.manual,
                          &theirs->stats.released,   &theirs->stats.huge_free,
                          &theirs->stats.nfree,      &theirs->stats.arena_base,
                          &theirs->stats.arena_end};
  theirs->stats = ours->stats; /* what it can't say isn't compared */
  for (size_t i = 0; i < sizeof says / sizeof *says; i++)
    if (says[i] != SPANREF_UNKNOWN) *to[i] = says[i];
}

static enum judgement judge_exactly(struct judge *judge, enum op_kind kind,
                                    const struct observation *ours,
                                    const struct cell_reply *reply)
{
  struct observation theirs;
  enum field field = FIELD_STATUS;
  judge_observe(reply, ours, &theirs);
  field_set fields = answers_differ(&ours->answer, &theirs.answer) |
                     stats_differ(&ours->stats, &theirs.stats);
  if (fields == 0) return JUDGED_SAME;
  while (!field_in(fields, field)) field = (enum field)(field + 1);
  enum judgement judgement = judge_departs(
      judge, kind, field == FIELD_BASE ? DEPARTS_ADDRESS : DEPARTS_ANSWER,
      "%s: the reference says %s, it says %s", field_name(field),
      field_print(field, kind, ours, judge->page_bytes).text,
      field_print(field, kind, &theirs, judge->page_bytes).text);
  if (field == FIELD_BASE) judge->placement_is_lost = true;
  return judge_cites(judge, judgement,
                     clause_of(kind, field, ours->answer.status, theirs.answer.status, false));
}

/* First fit in the memory there is: where both got some, at the same address. */
static enum judgement judge_address(struct judge *judge, enum op_kind kind,
                                    const struct observation *ours,
                                    const struct cell_reply *reply)
{
  bool we_got = ours->answer.status == SPAN_OK, they_got = reply->status == SPANREF_OK;
  if (we_got && they_got && ours->answer.base != reply->answer.base) {
    enum judgement judgement = judge_departs(
        judge, kind, DEPARTS_ADDRESS,
        "the lowest address is 0x%" PRIx64 ", it says 0x%" PRIx64,
        ours->answer.base * judge->page_bytes, reply->answer.base * judge->page_bytes);
    judge->placement_is_lost = true;
    judgement = judge_places(judge, judgement, reply->answer.base, 1);
    return judge_cites(judge, judgement, CLAUSE_FIND);
  }
  judge->placement_is_lost = we_got != they_got;
  return JUDGED_SAME;
}

static enum judgement judge_placement(struct judge *judge, enum op_kind kind,
                                      const struct observation *ours,
                                      const struct cell_reply *reply)
{
  struct judge_counts *counts = &judge->counts[LEVEL_PLACEMENT][kind];
  bool is_alloc = kind == OP_HEAP || kind == OP_MANUAL;
  if (judge->placement_is_lost || (!is_alloc && !judge_is_exact(judge))) {
    counts->skipped++;
    return JUDGED_SAME;
  }
  counts->compared++;
  return judge_is_exact(judge) ? judge_exactly(judge, kind, ours, reply)
                               : judge_address(judge, kind, ours, reply);
}

/* --- One operation --------------------------------------------------------------------------- */

static enum judgement skip(struct judge *judge, enum op_kind kind)
{
  if (kind == OP_REFUSE || kind == OP_REGION) return JUDGED_SKIPPED; /* nobody is asked */
  for (int level = 0; level < LEVELS; level++)
    if (judge_declares(judge, (enum level)level)) judge->counts[level][kind].skipped++;
  return JUDGED_SKIPPED;
}

/* What is freed is forgotten, but by those that answer a second free: its memory may be
 * another name's by then. false: out of memory. */
static bool learn(const struct judge *judge, const struct trace_op *op,
                  const struct answer *answer, struct holdings *holdings)
{
  if (op->kind == OP_FREE && !judge_is_exact(judge))
    return holdings_set(holdings, op->name, false, 0);
  return call_learn(op, answer, holdings);
}

static bool learn_theirs(struct judge *judge, const struct trace_op *op,
                         const struct cell_reply *reply)
{
  struct answer answer = {.status = reply->status == SPANREF_OK ? SPAN_OK : SPAN_NO_MEMORY,
                          .base = reply->answer.base};
  return learn(judge, op, &answer, &judge->theirs);
}

static enum judgement judge_reply(struct judge *judge, const struct trace_op *op,
                                  const struct call *call, const struct observation *ours,
                                  const struct cell_reply *reply)
{
  enum op_kind kind = call->kind;
  judge->compared++;
  for (int level = 0; level < LEVELS; level++)
    if (judge_declares(judge, (enum level)level)) judge->counts[level][kind].exercised++;
  enum judgement judgement = judge_safety(judge, call, ours, reply);
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_PLACEMENT))
    judgement = judge_placement(judge, kind, ours, reply);
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_ACCOUNTING))
    judgement = judge_stats(judge, kind, &reply->stats);
  if (judgement == JUDGED_SAME && !learn_theirs(judge, op, reply)) return JUDGED_NO_MEMORY;
  if (judgement == JUDGED_SAME && ++judge->ran % judge->list_every == 0)
    judgement = judge_spans(judge, kind);
  return judgement;
}

/* The reference's turn. JUDGED_FULL, JUDGED_NO_MEMORY, or JUDGED_SAME. */
static enum judgement ask_reference(struct judge *judge, const struct trace_op *op,
                                    struct observation *ours)
{
  struct call call;
  *ours = (struct observation){.answer.status = SPAN_NO_MEMORY};
  if (!call_resolve(op, judge->page_bytes, &judge->ours, &call)) return JUDGED_SAME;
  machine_run(&judge->reference, &call, &ours->answer);
  if (!call_is_answered(&call)) return JUDGED_SAME;
  if (ours->answer.status == SPAN_TABLE_FULL) return JUDGED_FULL;
  ours->stats = machine_stats(&judge->reference);
  return learn(judge, op, &ours->answer, &judge->ours) ? JUDGED_SAME : JUDGED_NO_MEMORY;
}

enum judgement judge_step(struct judge *judge, const struct trace_op *op,
                          struct observation *ours)
{
  struct call call;
  struct cell_reply reply;
  if (!can_do(judge, (enum op_kind)op->kind)) return skip(judge, (enum op_kind)op->kind);
  enum judgement judgement = ask_reference(judge, op, ours);
  if (judgement != JUDGED_SAME) return judgement;
  if (!call_resolve(op, judge->page_bytes, &judge->theirs, &call))
    return skip(judge, (enum op_kind)op->kind);
  if (call.kind == OP_DUMP) return judge_spans(judge, OP_DUMP);
  if (!call_is_answered(&call)) {
    do_to_os(&judge->door.os, &call);
    return JUDGED_SAME;
  }
  if (call.kind == OP_FREE && !may_free(judge, &call)) return skip(judge, OP_FREE);
  judge->call = call;
  judge->ours_said = *ours;
  judge->reply = (struct cell_reply){0};
  if (!ask(judge, &call, &reply)) return judge_fate(judge, call.kind);
  judge->reply = reply;
  return judge_reply(judge, op, &call, ours, &reply);
}
