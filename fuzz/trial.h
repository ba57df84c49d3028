/* A heap on trial: calls that write down what it answers, so that the program of a
 * reproducer (c_program.h) is a few lines. Header only; needs open_memstream.
 *
 *   static void history(struct trial *t) { free_of(t, alloc(t, 5, false)); ... }
 *   int main(void) { return trial_compare(geometry, history, "opt"); } */
#ifndef SPANREF_TRIAL_H
#define SPANREF_TRIAL_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../candidates/ours/candidate.h"
#include "../trace/fake_os.h"

struct trial {
  const struct candidate *type;
  void *heap;
  struct span_os os;
  FILE *said;
};

static inline struct span_alloc_result alloc(struct trial *t, uint64_t npages, bool manual)
{
  struct span_alloc_result r = t->type->alloc(t->heap, &t->os, npages, manual);
  fprintf(t->said, "alloc %" PRIu64 ": status %d, page 0x%" PRIx64 ", needzero %d, advice 0x%"
          PRIx64 " +%" PRIu64 "\n", npages, r.status, r.base, r.needzero,
          r.advice.base, r.advice.npages);
  return r;
}

static inline void free_at(struct trial *t, uint64_t page)
{
  struct span_free_result r = t->type->free(t->heap, page);
  fprintf(t->said, "free 0x%" PRIx64 ": status %d, advice 0x%" PRIx64 " +%" PRIu64 "\n", page,
          r.status, r.advice.base, r.advice.npages);
}

/* Does nothing where nothing was got. */
static inline void free_of(struct trial *t, struct span_alloc_result got)
{
  if (got.status == SPAN_OK) free_at(t, got.base);
}

static inline void scavenge(struct trial *t, uint64_t npages)
{
  struct span_scavenge_result r = t->type->scavenge(t->heap, npages);
  fprintf(t->said, "scavenge %" PRIu64 ": status %d, pages %" PRIu64 "\n", npages, r.status,
          r.released_pages);
}

static inline void add(struct trial *t, uint64_t page, uint64_t npages)
{
  fprintf(t->said, "add 0x%" PRIx64 " +%" PRIu64 ": status %d\n", page, npages,
          t->type->add(t->heap, page, npages));
}

static inline void say_span(FILE *to, struct span s)
{
  fprintf(to, "0x%" PRIx64 " +%" PRIu64 " %s%s%s needzero %d\n", s.base, s.npages,
          s.free ? "free" : "in use", s.manual ? ", manual" : "",
          s.scavenged ? ", scavenged" : "", s.needzero);
}

static inline void lookup(struct trial *t, uint64_t page)
{
  struct span_lookup_result r = t->type->lookup(t->heap, page);
  fprintf(t->said, "lookup 0x%" PRIx64 ": ", page);
  if (r.found)
    say_span(t->said, r.span);
  else
    fputs("none\n", t->said);
}

static inline void say_visited(void *context, const struct span *span)
{
  struct trial *t = context;
  say_span(t->said, *span);
  lookup(t, span->base);
  lookup(t, span->base + span->npages - 1);
}

/* Statistics, all spans, and what lookup says of them. */
static inline void say_all(struct trial *t)
{
  struct span_stats s = t->type->stats(t->heap);
  fprintf(t->said, "sys %" PRIu64 " idle %" PRIu64 " in_use %" PRIu64 " manual %" PRIu64
          " released %" PRIu64 " huge_free %" PRIu64 " nfree %" PRIu64 " arena 0x%" PRIx64
          "-0x%" PRIx64 "\n", s.sys, s.idle, s.in_use, s.manual, s.released, s.huge_free,
          s.nfree, s.arena_base, s.arena_end);
  t->type->walk(t->heap, say_visited, t);
}

typedef void trial_history(struct trial *t);

/* All it said; the caller frees it. */
static inline char *trial_run(const struct candidate *type, struct span_geometry geometry,
                              trial_history *history)
{
  char *text = NULL;
  size_t size;
  struct trial t = {.type = type, .heap = type->create()};
  t.said = open_memstream(&text, &size);
  fake_os_reset(&t.os);
  if (t.said == NULL || t.heap == NULL || type->reset(t.heap, geometry) != SPAN_OK) abort();
  history(&t);
  say_all(&t);
  fclose(t.said);
  type->destroy(t.heap);
  return text;
}

/* 1: the candidate said something else than the reference; 0: the same. */
static inline int trial_compare(struct span_geometry geometry, trial_history *history,
                                const char *candidate)
{
  char *wanted = trial_run(&candidate_ref, geometry, history);
  char *got = trial_run(candidate_named(candidate), geometry, history);
  int differ = strcmp(wanted, got) != 0;
  printf("--- ref\n%s--- %s\n%s%s\n", wanted, candidate, got,
         differ ? "They differ." : "They are the same.");
  free(wanted);
  free(got);
  return differ;
}

#endif
