#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../judge/report.h"
#include "../trace/bytes.h"

static bool read_waivers(struct waivers *waivers)
{
  const char *path = getenv("SPANREF_WAIVERS"), *expected = "a file that can be read";
  uint64_t line = 0;
  if (path == NULL) return true;
  if (access(path, R_OK) == 0 && waivers_read(waivers, path, "fuzz", &line, &expected))
    return true;
  print_place(stderr, path, line);
  fprintf(stderr, "expected %s\n", expected);
  return false;
}

bool target_create(struct target *target)
{
  *target = (struct target){.history = {0}};
  const char *why = about_adopt(fuzz_subject.candidate, &target->table);
  bool ok = why == NULL && transport_open_here(&target->candidate, &target->table);
  ok = ok && judge_create(&target->judge, &target->candidate, &candidate_ref);
  if (!ok) {
    fprintf(stderr, "spanref: spanref_candidate: %s\n", why != NULL ? why : "out of memory");
    return false;
  }
  target->judge.list_every = 1;
  target->judge.lookups_max = 2; /* after each operation: the turn comes to all */
  target->judge.must_serve = fuzz_subject.is_ours;
  if (!fuzz_subject.is_ours) target->judge.given_pages = TARGET_GIVEN_PAGES;
  return read_waivers(&target->judge.tally.waivers);
}

void target_destroy(struct target *target)
{
  judge_destroy(&target->judge);
  transport_close(&target->candidate);
  suit_free(&target->suit);
  trace_free(&target->history);
}

bool target_decode(struct target *target, const uint8_t *data, size_t size)
{
  struct trace *history = &target->history;
  if (fuzz_subject.is_ours) return bytes_decode(data, size, history);
  return suit_decode(&target->suit, &target->candidate.about, data, size, history);
}

/* Every second span first, so that the rest have free neighbours on both sides. By
 * address: names may be gone. */
static bool append_frees(struct target *target)
{
  const struct span_heap *list = target->judge.shown[SIDE_REFERENCE];
  for (size_t first = 0; first < 2; first++) {
    size_t in_use = 0;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
      if (list->spans[i].free || in_use++ % 2 != first) continue;
      struct trace_op op = {.kind = OP_FREE_AT,
                            .address = list->spans[i].base * target->history.page_bytes};
      if (!trace_append(&target->history, op)) return false;
    }
  }
  return true;
}

/* The operations from number *at on, which becomes that of the last one run. */
static enum judgement run_from(struct target *target, size_t *at)
{
  size_t from = *at;
  const struct trace *history = &target->history;
  if (from == history->nops) return JUDGED_SAME;
  enum judgement judgement =
      judge_steps(&target->judge, history->ops + from, history->nops - from, at);
  *at += from;
  return judgement;
}

static enum judgement run_and_drain(struct target *target, size_t *at)
{
  struct judge *judge = &target->judge;
  const struct trace *history = &target->history;
  *at = 0;
  enum judgement judgement = judge_begin_trace(judge, history);
  if (judgement == JUDGED_SAME) judgement = run_from(target, at);
  if (judgement != JUDGED_SAME) return judgement;
  if (judge->is_exact && !append_frees(target)) return JUDGED_FAILED;
  judgement = run_from(target, at);
  return judgement == JUDGED_SAME ? judge_finish(judge) : judgement;
}

/* Sizes that don't fit together, in one of the ways there are. */
static struct span_geometry wrong_geometry(struct span_geometry right, size_t way)
{
  struct span_geometry wrong = right;
  bool is_multiple = right.phys_pages == 1; /* and so is everything */
  switch (way % 9) {
  case 0: wrong.phys_pages = 0; break;
  case 1: wrong.phys_pages = 3; break;
  case 2: wrong.phys_pages = 32; break;
  case 3: wrong.huge_pages = SPAN_LIMIT_PAGES + right.phys_pages; break;
  case 4: wrong.arena_pages = 0; break;
  case 5: wrong.arena_pages = SPAN_LIMIT_PAGES + right.phys_pages; break;
  case 6: wrong.huge_pages = is_multiple ? SPAN_LIMIT_PAGES + 1 : right.phys_pages + 1; break;
  case 7: wrong.arena_pages = is_multiple ? 0 : right.phys_pages + 1; break;
  default:
    wrong.has_goal = false;
    wrong.goal_pages = 1;
    break;
  }
  return wrong;
}

/* Both heaps must refuse it. */
static enum judgement refuse_geometry(struct target *target)
{
  const struct trace *history = &target->history;
  struct span_geometry wrong = wrong_geometry(history->geometry, history->nops);
  enum judgement judgement = judge_begin(&target->judge, wrong, history->page_bytes);
  return judgement == JUDGED_SKIPPED ? JUDGED_SAME : judgement;
}

enum judgement target_run(struct target *target, const uint8_t *data, size_t size)
{
  size_t at;
  uint64_t kept_bytes;
  if (!target_decode(target, data, size)) return JUDGED_FAILED;
  enum judgement judgement = run_and_drain(target, &at);
  target->at_end = at == target->history.nops;
  if (judgement == JUDGED_DEPARTED && !target->at_end) target->history.nops = at + 1;
  if (judgement == JUDGED_SAME && fuzz_subject.is_ours) judgement = refuse_geometry(target);
  /* What it costs to empty the heaps is this input's: the next one finds them empty, and
   * runs the same code whatever came before. */
  (void)transport_destroy(&target->candidate, &kept_bytes);
  (void)transport_destroy(target->judge.sides[SIDE_REFERENCE], &kept_bytes);
  return judgement;
}
