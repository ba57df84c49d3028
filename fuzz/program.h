/* What the C program of a reproducer (c_program.h) calls: each operation is a function, which
 * runs one step of the judge and prints what both heaps answer. Header only.
 *
 *   static void history(struct program *p) { free_of(p, alloc(p, 5, false)); ... }
 *   int main(void) { return program_judge(geometry, 8192, 4096, history, &candidate_opt); } */
#ifndef SPANREF_PROGRAM_H
#define SPANREF_PROGRAM_H

#include <stdio.h>

#include "../candidates/ours/ours.h"
#include "../judge/judge.h"
#include "../judge/report.h"

struct program {
  struct transport candidate;
  struct judge judge;
  enum judgement judgement;
  uint64_t next_name;
};

static inline void program_step(struct program *p, struct trace_op op)
{
  struct judge *judge = &p->judge;
  if (judgement_ends(p->judgement)) return; /* it departed before */
  p->judgement = judge_step(judge, &op);
  printf("%s\n", op_print(&op).text);
  for (int side = 0; side < SIDES && op_is_answered(op.kind); side++) {
    const struct observation *said = &judge->said[side];
    printf("  %s: %s", side == SIDE_REFERENCE ? "reference" : judge_about(judge)->name,
           field_print(FIELD_STATUS, op.kind, said, judge->page_bytes).text);
    if ((op_gives(op.kind) || op.kind == OP_RESIZE) && said->status == SPANREF_OK)
      printf(", page 0x%llx, needzero %d", (unsigned long long)said->answer.base,
             said->answer.needzero);
    if (op.kind == OP_SCAVENGE)
      printf(", %llu pages", (unsigned long long)said->answer.released_pages);
    putchar('\n');
  }
  if (p->judgement == JUDGED_DEPARTED)
    report_departure(stdout, "after", &op, &judge->departure);
}

/* Allocates, and returns a name for free_of. */
static inline uint64_t alloc(struct program *p, uint64_t npages, bool manual)
{
  program_step(p, (struct trace_op){.kind = manual ? OP_MANUAL : OP_HEAP,
                                    .name = p->next_name,
                                    .number = npages});
  return p->next_name++;
}

/* The same for any request, and for a claim: all but the name. */
static inline uint64_t ask(struct program *p, struct trace_op op)
{
  op.name = p->next_name;
  program_step(p, op);
  return p->next_name++;
}

/* Resizes what the name got; does nothing if it got nothing. */
static inline void resize_of(struct program *p, uint64_t name, uint64_t npages)
{
  program_step(p, (struct trace_op){.kind = OP_RESIZE, .name = name, .number = npages});
}

/* Frees what the name got; does nothing if it got nothing. */
static inline void free_of(struct program *p, uint64_t name)
{
  program_step(p, (struct trace_op){.kind = OP_FREE, .name = name});
}

/* Any other operation. page: its address, as a page number; number: as in a trace. */
static inline void operate(struct program *p, enum op_kind kind, uint64_t page,
                           uint64_t number)
{
  program_step(p, (struct trace_op){.kind = (uint8_t)kind,
                                    .address = page * p->judge.page_bytes,
                                    .number = number});
}

static inline void add_region(struct program *p, uint64_t page, bool down)
{
  program_step(p, (struct trace_op){.kind = OP_REGION,
                                    .down = down,
                                    .address = page * p->judge.page_bytes});
}

typedef void program_history(struct program *p);

/* Runs and judges the history. given_pages: as in struct judge. Returns 1 if the candidate
 * departs, 0 if it doesn't, 2 if it could not be judged. */
static inline int program_judge(struct span_geometry geometry, uint64_t page_bytes,
                                uint64_t given_pages, program_history *history,
                                const struct spanref_candidate *candidate)
{
  static struct program p;
  bool ok = transport_open_here(&p.candidate, candidate);
  ok = judge_create(&p.judge, &p.candidate, &candidate_ref) && ok;
  p.judge.list_every = 1;
  p.judge.lookups_max = SIZE_MAX;
  p.judge.given_pages = given_pages;
  p.judge.must_serve = true;
  p.judgement = ok ? judge_begin(&p.judge, geometry, page_bytes) : JUDGED_FAILED;
  bool is_begun = p.judgement == JUDGED_SAME;
  if (is_begun) history(&p);
  bool is_said = is_begun && judgement_ends(p.judgement);
  if (is_begun && !is_said) p.judgement = judge_finish(&p.judge);
  bool departs = p.judgement == JUDGED_DEPARTED;
  if (departs && !is_said)
    report_departure(stdout, is_begun ? "after" : "before", NULL, &p.judge.departure);
  judge_destroy(&p.judge);
  transport_close(&p.candidate);
  puts(departs ? "It departs." : "It doesn't depart.");
  return p.judgement == JUDGED_FAILED ? 2 : departs;
}

#endif
