#include "film.h"

#include <stdlib.h>
#include <string.h>

#include "../../judge/expect.h"

void film_free(struct film *film)
{
  for (size_t i = 0; i < film->count; i++)
    for (int side = 0; side < SIDES; side++) {
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
  *frame = (struct film_frame){.number = number, .operation = op_print(op)};
  for (int side = 0; side < SIDES; side++) /* all unknown */
    memset(&frame->sides[side].stats, 0xff, sizeof frame->sides[side].stats);
  return frame;
}

static bool is_as_it_was(const struct span *a, const struct span *b)
{
  return a->base == b->base && a->npages == b->npages && a->free == b->free &&
         a->manual == b->manual;
}

/* The same side in the frame before the last, or NULL. */
static const struct film_side *side_before(const struct film *film, int side)
{
  return film->count > 1 ? &film->frames[film->count - 2].sides[side] : NULL;
}

/* What was there in the frame before is as old as it was then. */
static void find_births(const struct film *film, int side)
{
  const struct film_frame *now = &film->frames[film->count - 1];
  const struct film_side *was = side_before(film, side), *is = &now->sides[side];
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

static void add_words(struct film_side *to, const char *what, struct field_text text)
{
  size_t used = strlen(to->answer);
  snprintf(to->answer + used, sizeof to->answer - used, " %s %s", what, text.text);
}

static void side_answer(struct film_side *to, const struct call *call,
                        const struct observation *said, uint64_t page_bytes)
{
  struct expectation expect = expect_of(call, said, page_bytes);
  snprintf(to->answer, sizeof to->answer, "%.100s",
           expect_print(&expect, EXPECT_ANSWER | 1U << STAT_NEEDZERO).text);
  if (said->answer.advice_pages > 0)
    add_words(to, "huge", field_print(FIELD_ADVICE, call->kind, said, page_bytes));
  if (said->answer.below_pages > 0)
    add_words(to, "huge", field_print(FIELD_ADVICE_BELOW, call->kind, said, page_bytes));
  to->back = said->gone;
  to->ready = (struct span_range){said->answer.ready_base, said->answer.ready_pages};
  if (said->gone.pages > 0)
    add_words(to, "gives back", field_print(FIELD_GONE, call->kind, said, page_bytes));
  if (said->answer.ready_pages > 0)
    add_words(to, "make ready", field_print(FIELD_READY, call->kind, said, page_bytes));
  if (!op_gives(call->kind) || said->status != SPANREF_OK) return;
  to->got_base = said->answer.base;
  to->got_pages = call->number;
}

/* Of the frame added last, which was answered. */
static void find_asked(struct film *film, const struct judge *judge, const struct trace_op *op)
{
  static const struct film_side nothing;
  const struct film_side *before = side_before(film, SIDE_REFERENCE);
  if (before == NULL) before = &nothing;
  film->frames[film->count - 1].asked = asked_of(judge, op, before->spans, before->count);
}

/* All that this side shows. false: out of memory. */
static bool shoot_walk(struct film *film, struct judge *judge, int side)
{
  struct span_heap *shown;
  struct observation said;
  const char *self_check;
  if (!transport_walk(judge->sides[side], &shown, &self_check, &said)) return true; /* gone */
  size_t count = shown->count < SPAN_HEAP_CAPACITY ? (size_t)shown->count : SPAN_HEAP_CAPACITY;
  film->frames[film->count - 1].sides[side].stats = said.stats;
  return side_copy(film, side, shown->spans, count);
}

/* What it gave, and isn't in use: it meets what is, or can't be. */
static void add_given(struct film_side *to, const struct judge *judge)
{
  size_t at = 0;
  if (to->got_pages == 0 || judge->carried_out) return;
  while (at < to->count && to->spans[at].base <= to->got_base) at++;
  memmove(&to->spans[at + 1], &to->spans[at], (to->count - at) * sizeof *to->spans);
  to->spans[at] = (struct span){
      .base = to->got_base,
      .npages = to->got_pages,
      .manual = judge->call.kind == OP_MANUAL,
      .needzero = judge->said[SIDE_CANDIDATE].answer.needzero};
  to->count++;
}

/* It doesn't show its spans: those that it gave out are known. */
static bool shoot_live(struct film *film, struct judge *judge)
{
  const struct span_heap *held = judge_holding(judge);
  if (held == NULL) return false;
  struct film_side *to = side_make(film, SIDE_CANDIDATE, (size_t)held->count);
  if (to == NULL) return false;
  to->count = 0;
  for (uint64_t i = 0; i < held->count; i++)
    if (!held->spans[i].free) to->spans[to->count++] = held->spans[i];
  to->stats = judge->said[SIDE_CANDIDATE].stats;
  add_given(to, judge);
  find_births(film, SIDE_CANDIDATE);
  return true;
}

/* What it showed last. */
static bool shoot_gone(struct film *film)
{
  const struct film_side *was = side_before(film, SIDE_CANDIDATE);
  film->frames[film->count - 1].sides[SIDE_CANDIDATE].gone = true;
  return side_copy(film, SIDE_CANDIDATE, was ? was->spans : NULL, was ? was->count : 0);
}

static bool shoot(struct film *film, struct judge *judge, uint64_t number,
                  const struct trace_op *op, bool was_skipped)
{
  int fate;
  bool alive = transport_fate(judge->sides[SIDE_CANDIDATE], &fate) == FATE_ALIVE, ok = true;
  struct film_frame *frame = frame_add(film, number, op);
  if (op != NULL && !was_skipped && op_is_answered((enum op_kind)op->kind)) {
    find_asked(film, judge, op);
    for (int side = 0; side < (alive ? SIDES : SIDE_CANDIDATE); side++)
      side_answer(&frame->sides[side], &judge->call, &judge->said[side], film->page_bytes);
  }
  if (alive && film->shows_free) ok = shoot_walk(film, judge, SIDE_CANDIDATE);
  if (alive && !film->shows_free) ok = shoot_live(film, judge);
  if (frame->sides[SIDE_CANDIDATE].spans == NULL) ok &= shoot_gone(film);
  return ok && shoot_walk(film, judge, SIDE_REFERENCE);
}

/* --- A history -------------------------------------------------------------------------- */

/* Is what comes after i operations of nops wanted? */
static bool is_wanted(size_t i, size_t nops) { return i + FILM_FRAMES_MAX > nops; }

/* The first `stop` operations, or all and the end. Where frames are wanted, all spans are
 * looked at as well. */
static enum judgement play(struct film *film, struct judge *judge, const struct trace *trace,
                           size_t stop, size_t *at)
{
  enum judgement judgement = judge_begin_trace(judge, trace);
  bool ok = judgement_ends(judgement) || !is_wanted(0, stop) ||
            shoot(film, judge, 0, NULL, false);
  for (*at = 0; ok && *at < trace->nops && *at < stop; ++*at) {
    const struct trace_op *op = &trace->ops[*at];
    judge->list_every = is_wanted(*at + 1, stop) ? 1 : JUDGE_LIST_EVERY;
    judgement = judge_step(judge, op);
    if (is_wanted(*at + 1, stop))
      ok = shoot(film, judge, *at + 1, op, judgement == JUDGED_SKIPPED);
    if (judgement_ends(judgement)) return ok ? judgement : JUDGED_FAILED;
  }
  if (ok) judgement = judge_finish(judge);
  if (ok && judgement == JUDGED_DEPARTED)
    ok = shoot(film, judge, trace->nops + 1, NULL, false);
  return ok ? judgement : JUDGED_FAILED;
}

enum judgement film_judge(struct film *film, struct judge *judge, const struct trace *trace,
                          size_t *at)
{
  const struct about *about = judge_about(judge);
  struct judge_tally tally = judge->tally;
  uint64_t list_every = judge->list_every;
  *film = (struct film){.page_bytes = trace->page_bytes,
                        .shows_free = about->has_walk,
                        .one_axis = about->memory == SPANREF_NUMBERS};
  enum judgement judgement = play(film, judge, trace, *at + 1, at);
  judge->tally = tally;
  judge->list_every = list_every;
  return judgement;
}
