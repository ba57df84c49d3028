/* What a plug-in shows of itself, and what is left when a history is over. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "../ref/decide.h"
#include "judge.h"
#include "span_list.h"

/* Histories in a row after each of which more is allocated than after the one before. */
#define LEAK_HISTORIES 8

/* In order, without overlap; in use what is in use, and nothing else. */
static enum judgement judge_list(struct judge *judge, enum op_kind kind,
                                 const struct spanref_span *spans, uint64_t nspans)
{
  uint64_t end = 0;
  size_t in_use = 0;
  for (uint64_t i = 0; i < nspans; i++) {
    const struct spanref_span *span = &spans[i];
    if (span->base < end || span->npages == 0)
      return judge_places(
          judge,
          judge_departs(judge, kind, DEPARTS_SPANS,
                        "span 0x%" PRIx64 " +%" PRIu64 " isn't behind the one before",
                        span->base, span->npages),
          span->base, span->npages);
    end = span->base + span->npages;
    if (span->free) continue;
    const struct live_span *live = live_at(&judge->live, span->base);
    in_use++;
    if (live == NULL || live->npages != span->npages || live->manual != span->manual)
      return judge_places(
          judge,
          judge_departs(judge, kind, DEPARTS_SPANS,
                        "it shows 0x%" PRIx64 " +%" PRIu64 " in use; in use there are %"
                        PRIu64 " pages", span->base, span->npages,
                        live == NULL ? 0 : live->npages),
          span->base, span->npages);
  }
  if (in_use == judge->live.count) return JUDGED_SAME;
  return judge_departs(judge, kind, DEPARTS_SPANS, "it shows %zu spans in use of %zu", in_use,
                       judge->live.count);
}

static enum judgement judge_coalesced(struct judge *judge, enum op_kind kind,
                                      const struct spanref_span *spans, uint64_t nspans)
{
  for (uint64_t i = 1; i < nspans; i++) {
    const struct spanref_span *a = &spans[i - 1], *b = &spans[i];
    if (!a->free || !b->free || a->base + a->npages != b->base ||
        a->scavenged != b->scavenged)
      continue;
    return judge_places(
        judge,
        judge_departs(judge, kind, DEPARTS_UNCOALESCED,
                      "0x%" PRIx64 " +%" PRIu64 " and 0x%" PRIx64 " +%" PRIu64
                      " are free and adjacent, and not one span",
                      a->base, a->npages, b->base, b->npages),
        a->base, a->npages + b->npages);
  }
  return JUDGED_SAME;
}

/* Free pages and free spans, as it says and as its spans add up to. */
static enum judgement judge_sums(struct judge *judge, enum op_kind kind,
                                 const struct spanref_span *spans, uint64_t nspans,
                                 const struct spanref_stats *stats)
{
  uint64_t idle = 0, nfree = 0;
  bool has_arena = stats->arena_base != SPANREF_UNKNOWN && stats->arena_end != SPANREF_UNKNOWN;
  for (uint64_t i = 0; i < nspans; i++) {
    if (!spans[i].free) continue;
    idle += spans[i].npages;
    nfree++;
  }
  if (has_arena) idle += stats->arena_end - stats->arena_base;
  if (stats->idle != SPANREF_UNKNOWN && stats->idle != idle)
    return judge_cites(judge,
                       judge_departs(judge, kind, DEPARTS_STATS,
                                     "idle: its spans add up to %" PRIu64
                                     " pages, it says %" PRIu64, idle, stats->idle),
                       CLAUSE_STATS_IDLE);
  if (stats->nfree != SPANREF_UNKNOWN && stats->nfree != nfree)
    return judge_cites(judge,
                       judge_departs(judge, kind, DEPARTS_STATS,
                                     "nfree: %" PRIu64 " of its spans are free, it says %" PRIu64,
                                     nfree, stats->nfree),
                       CLAUSE_STATS_NFREE);
  return JUDGED_SAME;
}

/* Is it the heap that the reference is? Decided by proof (ref/decide.h). */
static enum judgement judge_state(struct judge *judge, enum op_kind kind,
                                  const struct spanref_span *spans, uint64_t nspans)
{
  struct span_heap *ours = &judge->shown[0], *theirs = &judge->shown[1];
  struct span_stats stats = machine_stats(&judge->reference);
  span_heap_show(&candidate_ref, judge->reference.heap, &stats, &judge->geometry, ours);
  memcpy(theirs, ours, offsetof(struct span_heap, spans));
  theirs->count = nspans;
  for (uint64_t i = 0; i < nspans; i++)
    theirs->spans[i] = (struct span){spans[i].base,   spans[i].npages,    spans[i].free,
                                     spans[i].manual, spans[i].scavenged, spans[i].needzero};
  if (span_heaps_are_same(ours, theirs)) return JUDGED_SAME;
  uint64_t i = 0;
  while (i < ours->count && i < nspans && spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  enum judgement judgement = judge_departs(
      judge, kind, DEPARTS_STATE, "span number %" PRIu64 ": the reference has %s, it has %s",
      i + 1, i < ours->count ? span_print(&ours->spans[i], judge->page_bytes).text : "none",
      i < nspans ? span_print(&theirs->spans[i], judge->page_bytes).text : "none");
  return judge_cites(judge, judgement, CLAUSE_SPANS);
}

static enum judgement judge_shown(struct judge *judge, enum op_kind kind,
                                  const struct spanref_span *spans, uint64_t nspans,
                                  const struct spanref_stats *stats)
{
  enum judgement judgement = JUDGED_SAME;
  if (judge_declares(judge, LEVEL_COALESCING)) {
    judge->counts[LEVEL_COALESCING][kind].compared++;
    judgement = judge_list(judge, kind, spans, nspans);
    if (judgement == JUDGED_SAME) judgement = judge_coalesced(judge, kind, spans, nspans);
  }
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_ACCOUNTING) &&
      cell_about(judge->cell)->has_stats)
    judgement = judge_sums(judge, kind, spans, nspans, stats);
  if (judgement == JUDGED_SAME && judge_is_exact(judge) && !judge->placement_is_lost)
    judgement = judge_state(judge, kind, spans, nspans);
  return judgement;
}

enum judgement judge_spans(struct judge *judge, enum op_kind kind)
{
  const struct spanref_span *spans;
  uint64_t nspans;
  struct cell_reply reply;
  const struct cell_about *about = cell_about(judge->cell);
  if (!about->has_walk && judge_declares(judge, LEVEL_COALESCING))
    judge->counts[LEVEL_COALESCING][kind].skipped++;
  if (!about->has_walk && !about->has_self_check) return JUDGED_SAME;
  if (!cell_walk(judge->cell, &spans, &nspans, &reply)) return judge_fate(judge, kind);
  if (reply.self_check[0] != '\0')
    return judge_departs(judge, kind, DEPARTS_UNSOUND, "by its own check: %s",
                         reply.self_check);
  if (!about->has_walk) return JUDGED_SAME;
  if (nspans > SPAN_HEAP_CAPACITY)
    return judge_departs(judge, kind, DEPARTS_SPANS, "it shows %" PRIu64 " spans", nspans);
  return judge_shown(judge, kind, spans, nspans, &reply.stats);
}

/* All that is in use is freed, and is what it was. */
static enum judgement give_back(struct judge *judge)
{
  struct cell_reply reply;
  enum judgement judgement = JUDGED_SAME;
  while (judgement == JUDGED_SAME && judge->live.count > 0) {
    struct live_span span = judge->live.spans[judge->live.count - 1];
    const struct call call = {.kind = OP_FREE_AT, .page = span.base};
    struct cell_grant grant = {span.base, span.npages, span.tag};
    if (!cell_free(judge->cell, grant, &reply)) return judge_fate(judge, OP_FREE_AT);
    judgement = judge_places(judge, judge_free(judge, &call, &reply), span.base, span.npages);
    /* It refused, and that is waived. */
    if (live_at(&judge->live, span.base) != NULL) live_remove(&judge->live, span.base);
  }
  return judgement;
}

static enum judgement judge_kept(struct judge *judge, uint64_t kept_bytes)
{
  judge->kept_more = kept_bytes > judge->kept_bytes ? judge->kept_more + 1 : 0;
  uint64_t more = kept_bytes - judge->kept_bytes;
  judge->kept_bytes = kept_bytes;
  if (judge->kept_more < LEAK_HISTORIES) return JUDGED_SAME;
  judge->kept_more = 0;
  return judge_departs(judge, OP_DUMP, DEPARTS_LEAK,
                       "more is allocated after each of %d histories; %" PRIu64
                       " bytes more after this one", LEAK_HISTORIES, more);
}

enum judgement judge_finish(struct judge *judge)
{
  uint64_t kept_bytes;
  enum judgement judgement = judge_spans(judge, OP_DUMP);
  if (judgement == JUDGED_SAME) judgement = give_back(judge);
  if (judgement != JUDGED_SAME) return judgement;
  if (!cell_destroy(judge->cell, &kept_bytes)) return judge_fate(judge, OP_DUMP);
  return judge_kept(judge, kept_bytes);
}
