/* Wrong frees, asked of whoever says that it refuses them. */
#include <inttypes.h>

#include "follow.h"
#include "judge_internal.h"

static const struct grant nothing = {0, 0};

/* Which of enum spanref_promise refuse the free of this page, where no allocation begins. */
static uint32_t refused_by(struct judge *judge, uint64_t page)
{
  static const uint32_t by[] = {
      [PAGE_FOREIGN] = SPANREF_REFUSES_FOREIGN,
      [PAGE_INSIDE] = SPANREF_REFUSES_INSIDE,
      [PAGE_FREED] = SPANREF_REFUSES_SECOND,
      [PAGE_FREED_OR_FOREIGN] = SPANREF_REFUSES_SECOND | SPANREF_REFUSES_FOREIGN};
  struct observation said;
  if (page >= SPAN_LIMIT_PAGES) return by[PAGE_FOREIGN];
  (void)transport_lookup(judge->sides[SIDE_REFERENCE], page, &said);
  return by[rule_wrong_page(said.found, said.span.free, follow_is_pending(judge, said.span.base),
                            page_set_meets(judge->given, page, page + 1),
                            judge_about(judge)->is_cleared)];
}

/* What the name asked for that has these pages; or all of them. */
static uint64_t asked_pages(const struct judge *judge, const struct span *span)
{
  for (size_t i = 0; i < judge->held.names.count; i++) {
    const struct holding *held = &judge->held.held[i];
    if (held->granted && held->base == span->base && held->npages > 0) return held->npages;
  }
  return span->npages;
}

bool judge_may_free_at(struct judge *judge, struct call *call)
{
  struct span span;
  bool is_used = follow_in_use(judge, call->page, &span);
  call->held_pages = is_used ? asked_pages(judge, &span) : 1;
  if (is_used) return true;
  uint32_t by = refused_by(judge, call->page);
  return (judge_about(judge)->promises & by) == by;
}

/* One of them. */
static enum judgement ask(struct judge *judge, enum spanref_promise promise, uint64_t page,
                          uint64_t npages, const char *which)
{
  const struct call call = {.kind = OP_FREE_AT, .page = page, .held_pages = npages};
  struct observation said;
  if (!judge_refuses(judge, promise)) return JUDGED_SAME;
  judge->tally.exercised[OP_FREE_AT]++;
  judge->tally.counts[LEVEL_SAFETY][OP_FREE_AT].compared++;
  if (!transport_call(judge->sides[SIDE_CANDIDATE], &call, nothing, &said))
    return judge_fate(judge);
  if (said.status != SPANREF_OK) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_ACCEPTED, CLAUSE_FREE_BASE, page, 1,
                       "it answered ok to the free of page 0x%" PRIx64 ", %s, which it says that it "
                       "refuses", page, which);
}

static enum judgement ask_before(struct judge *judge, const struct span *span, uint64_t held_pages)
{
  uint64_t last = span->base + span->npages - 1;
  enum judgement judgement = JUDGED_SAME;
  if (span->npages > 1)
    judgement = ask(judge, SPANREF_REFUSES_INSIDE, last, 1, "inside an allocation");
  if (judgement == JUDGED_SAME)
    judgement = ask(judge, SPANREF_REFUSES_EMPTY, span->base, 0, "of 0 pages");
  /* Where it rounds up, a page less may be as many. */
  if (judgement == JUDGED_SAME && held_pages > 1 && !judge_about(judge)->has_takes)
    judgement = ask(judge, SPANREF_REFUSES_PARTIAL, span->base, held_pages - 1,
                    "with a page less than it has");
  if (judgement == JUDGED_SAME)
    judgement = ask(judge, SPANREF_REFUSES_PARTIAL, span->base, span->npages + 1,
                    "with a page more than it has");
  return judgement;
}

enum judgement judge_wrong_frees(struct judge *judge, const struct call *call,
                                 const struct span *span, bool is_freed)
{
  struct observation said;
  const uint64_t far = SPAN_LIMIT_PAGES - 1;
  if (!is_freed) return ask_before(judge, span, call->held_pages);
  enum judgement judgement =
      ask(judge, SPANREF_REFUSES_SECOND, span->base, call->held_pages, "which was freed just now");
  (void)transport_lookup(judge->sides[SIDE_REFERENCE], far, &said);
  return judgement == JUDGED_SAME && !said.found
             ? ask(judge, SPANREF_REFUSES_FOREIGN, far, 1, "which was never obtained")
             : judgement;
}
