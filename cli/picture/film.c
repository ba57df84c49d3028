#include "film.h"

#include <stdlib.h>
#include <string.h>

#include "../../judge/expect.h"
#include "../../judge/report.h"
#include "../../judge/span_list.h"

void film_free(struct film *film)
{
  for (size_t i = 0; i < film->count; i++)
    for (int side = 0; side < ORACLE_SIDES; side++) {
      free(film->frames[i].sides[side].spans);
      free(film->frames[i].sides[side].born);
    }
  film->count = 0;
}

/* --- A frame ---------------------------------------------------------------------------- */

static struct film_frame *frame_add(struct film *film, uint64_t number,
                                    const struct trace_op *op)
{
  struct film_frame *frame = &film->frames[film->count++];
  *frame = (struct film_frame){.number = number};
  FILE *to = fmemopen(frame->operation, sizeof frame->operation, "w");
  if (to != NULL && op != NULL) print_op(to, op);
  if (to != NULL) fclose(to);
  return frame;
}

static bool is_as_it_was(const struct span *a, const struct span *b)
{
  return a->base == b->base && a->npages == b->npages && a->free == b->free &&
         a->manual == b->manual;
}

/* What was there in the frame before is as old as it was then. */
static void find_births(const struct film *film, int side)
{
  const struct film_frame *now = &film->frames[film->count - 1];
  const struct film_side *was = film->count > 1 ? &film->frames[film->count - 2].sides[side]
                                                : NULL;
  const struct film_side *is = &now->sides[side];
  size_t before = 0;
  for (size_t i = 0; i < is->count; i++) {
    is->born[i] = was != NULL ? now->number : 0;
    if (was == NULL) continue;
    while (before < was->count && was->spans[before].base < is->spans[i].base) before++;
    if (before < was->count && is_as_it_was(&was->spans[before], &is->spans[i]))
      is->born[i] = was->born[before];
  }
}

/* Room for so many spans, and one more, in the frame added last. */
static struct film_side *side_make(struct film *film, int side, size_t count)
{
  struct film_side *to = &film->frames[film->count - 1].sides[side];
  to->spans = malloc((count + 1) * sizeof *to->spans);
  to->born = malloc((count + 1) * sizeof *to->born);
  to->count = count;
  return to->spans != NULL && to->born != NULL ? to : NULL;
}

static bool side_copy(struct film *film, int side, const struct span *spans, size_t count)
{
  struct film_side *to = side_make(film, side, count);
  if (to == NULL) return false;
  if (count > 0) memcpy(to->spans, spans, count * sizeof *spans);
  find_births(film, side);
  return true;
}

static void side_answer(struct film *film, int side, const struct call *call,
                        const struct observation *said)
{
  struct film_side *to = &film->frames[film->count - 1].sides[side];
  struct expectation expect = expect_of(call, said, film->page_bytes);
  const struct span_advice *advice = &said->answer.advice;
  int used = snprintf(to->answer, sizeof to->answer, "%.100s",
                      expect_print(&expect, EXPECT_ANSWER | 1U << STAT_NEEDZERO).text);
  if (advice->npages > 0)
    snprintf(to->answer + used, sizeof to->answer - (size_t)used, " huge %.40s",
             field_print(FIELD_ADVICE, call->kind, said, film->page_bytes).text);
  if ((call->kind != OP_HEAP && call->kind != OP_MANUAL) || said->answer.status != SPAN_OK)
    return;
  to->got_base = said->answer.base;
  to->got_pages = call->number;
}

/* Of so many spans those that there was room for. */
static size_t kept(uint64_t count)
{
  return count < SPAN_HEAP_CAPACITY ? (size_t)count : SPAN_HEAP_CAPACITY;
}

static struct spanref_stats stats_of(const struct span_stats *stats)
{
  return (struct spanref_stats){stats->sys,      stats->idle,      stats->in_use,
                                stats->manual,   stats->released,  stats->huge_free,
                                stats->nfree,    stats->arena_base, stats->arena_end};
}

/* A heap in this process: all that it shows. */
static bool side_of_machine(struct film *film, int side, const struct machine *machine,
                            const struct span_geometry *geometry, struct span_heap *shown)
{
  struct span_stats stats = machine_stats(machine);
  span_heap_show(machine->candidate, machine->heap, &stats, geometry, shown);
  size_t count = kept(shown->count);
  film->frames[film->count - 1].sides[side].stats = stats_of(&stats);
  return side_copy(film, side, shown->spans, count);
}

/* Is what comes after i operations of nops wanted? */
static bool is_wanted(size_t i, size_t nops) { return i + FILM_FRAMES_MAX > nops; }

/* --- Two heaps in this process ------------------------------------------------------------ */

/* Did both say something to it? */
static bool is_answered(const struct trace_op *op, bool was_skipped)
{
  return op != NULL && !was_skipped && op->kind != OP_REFUSE && op->kind != OP_REGION &&
         op->kind != OP_DUMP;
}

static bool shoot_oracle(struct film *film, struct oracle *oracle, uint64_t number,
                         const struct trace_op *op, bool was_skipped)
{
  bool ok = true;
  (void)frame_add(film, number, op);
  for (int side = 0; side < ORACLE_SIDES; side++) {
    if (is_answered(op, was_skipped))
      side_answer(film, side, &oracle->call, &oracle->said[side]);
    ok &= side_of_machine(film, side, &oracle->machines[side], &oracle->geometry,
                          &oracle->shown[side]);
  }
  return ok;
}

bool film_oracle(struct film *film, struct oracle *oracle, const struct trace *trace,
                 size_t nops)
{
  struct oracle_counts counts = oracle->counts;
  struct divergence divergence = oracle->divergence;
  struct span_geometry geometry;
  struct trace_error error;
  (void)trace_geometry(trace, &geometry, &error);
  *film = (struct film){.page_bytes = trace->page_bytes, .shows_free = true, .one_axis = true};
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, trace->page_bytes);
  bool ok = !is_wanted(0, nops) || shoot_oracle(film, oracle, 0, NULL, false);
  for (size_t i = 0; ok && i < nops; i++) {
    if (outcome == ORACLE_SAME || outcome == ORACLE_SKIPPED)
      outcome = oracle_step(oracle, &trace->ops[i]);
    if (is_wanted(i + 1, nops))
      ok = shoot_oracle(film, oracle, i + 1, &trace->ops[i], outcome == ORACLE_SKIPPED);
  }
  oracle->counts = counts;
  oracle->divergence = divergence;
  return ok && outcome != ORACLE_NO_MEMORY;
}

/* --- A plug-in --------------------------------------------------------------------------- */

static struct film_side *plugin_side(struct film *film)
{
  return &film->frames[film->count - 1].sides[ORACLE_CANDIDATE];
}

static bool shoot_walk(struct film *film, struct judge *judge)
{
  const struct spanref_span *spans;
  uint64_t nspans;
  struct cell_reply reply;
  if (!cell_walk(judge->cell, &spans, &nspans, &reply)) return true; /* it is gone */
  struct film_side *to = side_make(film, ORACLE_CANDIDATE, kept(nspans));
  if (to == NULL) return false;
  for (size_t i = 0; i < to->count; i++)
    to->spans[i] = (struct span){spans[i].base,   spans[i].npages,    spans[i].free,
                                 spans[i].manual, spans[i].scavenged, spans[i].needzero};
  to->stats = reply.stats;
  find_births(film, ORACLE_CANDIDATE);
  return true;
}

/* What it gave, and isn't in use: it meets what is, or can't be. */
static void add_given(struct film_side *to, const struct judge *judge)
{
  const struct live_span *live = live_at(&judge->live, to->got_base);
  size_t at = 0;
  if (to->got_pages == 0 || (live != NULL && live->tag == judge->next_tag)) return;
  while (at < to->count && to->spans[at].base <= to->got_base) at++;
  memmove(&to->spans[at + 1], &to->spans[at], (to->count - at) * sizeof *to->spans);
  to->spans[at] = (struct span){.base = to->got_base,
                                .npages = to->got_pages,
                                .manual = judge->call.kind == OP_MANUAL,
                                .needzero = judge->reply.answer.needzero};
  to->count++;
}

/* It doesn't show its spans: those that it gave out are known. */
static bool shoot_live(struct film *film, const struct judge *judge)
{
  const struct live_set *live = &judge->live;
  struct film_side *to = side_make(film, ORACLE_CANDIDATE, live->count);
  if (to == NULL) return false;
  for (size_t i = 0; i < live->count; i++)
    to->spans[i] = (struct span){.base = live->spans[i].base,
                                 .npages = live->spans[i].npages,
                                 .manual = live->spans[i].manual,
                                 .needzero = live->spans[i].needzero};
  to->stats = judge->reply.stats;
  add_given(to, judge);
  find_births(film, ORACLE_CANDIDATE);
  return true;
}

static bool shoot_gone(struct film *film)
{
  plugin_side(film)->gone = true;
  if (film->count < 2) return side_copy(film, ORACLE_CANDIDATE, NULL, 0);
  const struct film_side *was = &film->frames[film->count - 2].sides[ORACLE_CANDIDATE];
  return side_copy(film, ORACLE_CANDIDATE, was->spans, was->count);
}

static bool shoot_judge(struct film *film, struct judge *judge, uint64_t number,
                        const struct trace_op *op, bool was_skipped)
{
  struct observation theirs;
  int fate;
  bool alive = cell_fate(judge->cell, &fate) == FATE_ALIVE, ok = true;
  (void)frame_add(film, number, op);
  memset(&plugin_side(film)->stats, 0xff, sizeof(struct spanref_stats)); /* all unknown */
  if (is_answered(op, was_skipped)) {
    side_answer(film, ORACLE_REFERENCE, &judge->call, &judge->ours_said);
    judge_observe(&judge->reply, &judge->ours_said, &theirs);
    if (alive) side_answer(film, ORACLE_CANDIDATE, &judge->call, &theirs);
  }
  if (alive) ok = film->shows_free ? shoot_walk(film, judge) : shoot_live(film, judge);
  if (plugin_side(film)->spans == NULL) ok &= shoot_gone(film);
  return ok && side_of_machine(film, ORACLE_REFERENCE, &judge->reference, &judge->geometry,
                               &judge->shown[0]);
}

/* film: NULL where it is only to be found where it departs. stop: how many operations
 * that took then; whoever comes further this time is left there. */
static enum judgement play(struct film *film, struct judge *judge, const struct trace *trace,
                           size_t stop, size_t *at)
{
  struct span_geometry geometry;
  struct trace_error error;
  struct observation ours;
  bool ok = true;
  (void)trace_geometry(trace, &geometry, &error);
  enum judgement judgement = judge_begin(judge, geometry, trace->page_bytes);
  if (film != NULL && is_wanted(0, stop)) ok = shoot_judge(film, judge, 0, NULL, false);
  for (*at = 0; ok && judgement == JUDGED_SAME && *at < trace->nops && *at < stop; ++*at) {
    const struct trace_op *op = &trace->ops[*at];
    judgement = judge_step(judge, op, &ours);
    if (film != NULL && is_wanted(*at + 1, stop))
      ok = shoot_judge(film, judge, *at + 1, op, judgement == JUDGED_SKIPPED);
    if (judgement == JUDGED_SKIPPED) judgement = JUDGED_SAME;
    if (judgement != JUDGED_SAME) return ok ? judgement : JUDGED_NO_MEMORY;
  }
  if (ok && judgement == JUDGED_SAME) judgement = judge_finish(judge);
  if (ok && film != NULL && judgement == JUDGED_DEPARTED)
    ok = shoot_judge(film, judge, trace->nops + 1, NULL, false);
  return ok ? judgement : JUDGED_NO_MEMORY;
}

enum judgement film_judge(struct film *film, struct judge *judge, const struct trace *trace,
                          size_t *at)
{
  const struct cell_about *about = cell_about(judge->cell);
  struct judge before = *judge;
  *film = (struct film){.page_bytes = trace->page_bytes,
                        .shows_free = about->has_walk,
                        .one_axis = about->memory == SPANREF_NUMBERS};
  judge->list_every = 1;
  (void)play(NULL, judge, trace, trace->nops + 1, at);
  enum judgement judgement = play(film, judge, trace, *at + 1, at);
  judge->list_every = before.list_every;
  judge->compared = before.compared;
  judge->waivers = before.waivers;
  judge->kept_bytes = before.kept_bytes;
  judge->kept_more = before.kept_more;
  memcpy(judge->counts, before.counts, sizeof judge->counts);
  return judgement;
}
