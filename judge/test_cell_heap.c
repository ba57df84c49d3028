/* A heap in a cell that does what it is told to (test_cell.h). What it gives it never gives again,
 * but shows as free. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "spanref_candidate.h"
#include "test_cell.h"

enum { SPANS_MAX = 4096, CHUNK_PAGES = 64, ASKS = 200, MORE_BYTES = 1 << 24 };

static struct heap {
  const struct spanref_os *os;
  struct spanref_span spans[SPANS_MAX]; /* in the order of their addresses; the last may be free */
  size_t count;
} heap;

static struct test_cell *told(void)
{
  const char *at = getenv("TEST_CELL");
  return at != NULL ? (struct test_cell *)(uintptr_t)strtoull(at, NULL, 0) : NULL;
}

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)geometry;
  heap.os = os;
  heap.count = 0;
  return &heap;
}

static void destroy(void *of) { (void)of; }

static void grow(void)
{
  volatile char *more = malloc(MORE_BYTES);
  for (size_t i = 0; more != NULL && i < MORE_BYTES; i += 4096) more[i] = 1;
}

static void work(void)
{
  clock_t end = clock() + CLOCKS_PER_SEC / 2;
  while (clock() < end) {}
}

static void beget(void)
{
  if (fork() > 0) return;
  alarm(600); /* should nobody end it; nor does anybody wait for what it has to say */
  for (int output = STDOUT_FILENO; output <= STDERR_FILENO; output++) close(output);
  for (;;) pause();
}

/* NULL: there is none. */
static struct spanref_span *last_span(void)
{
  return heap.count > 0 ? &heap.spans[heap.count - 1] : NULL;
}

/* What the OS grants joins the last span, or is one more. */
static bool ask(uint64_t npages)
{
  uint64_t base, granted;
  struct spanref_span *last = last_span();
  if (heap.count == SPANS_MAX ||
      !heap.os->reserve(heap.os->context, npages, &base, &granted)) return false;
  if (last != NULL && last->free && last->base + last->npages == base)
    last->npages += granted;
  else
    heap.spans[heap.count++] = (struct spanref_span){.base = base, .npages = granted, .free = true};
  return true;
}

/* false: it refuses. */
static bool misbehave(struct test_cell *cell)
{
  unsigned call = cell != NULL ? ++cell->calls : 0;
  bool is_now = cell != NULL && call == cell->at;
  if (cell != NULL && cell->does == DOES_WORK && call >= cell->at) work();
  if (!is_now) return true;
  switch (cell->does) {
  case DOES_BEGET: beget(); abort();
  case DOES_CRASH: abort();
  case DOES_EXIT: _exit(3);
  case DOES_HANG: for (volatile int i = 0;; i = !i) {}
  case DOES_SLEEP: for (;;) pause();
  case DOES_GROW: for (;;) grow();
  case DOES_ASK: for (int i = 0; i < ASKS; i++) (void)ask(CHUNK_PAGES); break;
  case DOES_ASK_ON: while (ask(1)) {} break;
  case DOES_FORGE: ++*cell->victim; break;
  default: break;
  }
  return cell->does != DOES_REFUSE;
}

static int alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  (void)of;
  if (!misbehave(told())) return SPANREF_NO_MEMORY;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  struct spanref_span *last = last_span();
  if (last == NULL || !last->free || last->npages < npages) {
    if (!ask(npages < CHUNK_PAGES ? CHUNK_PAGES : npages)) return SPANREF_NO_MEMORY;
    last = last_span();
  }
  if (heap.count == SPANS_MAX || last->npages < npages) return SPANREF_NO_MEMORY;
  struct spanref_span rest = *last;
  *last = (struct spanref_span){.base = rest.base, .npages = npages, .manual = manual};
  rest.base += npages;
  rest.npages -= npages;
  if (rest.npages > 0) heap.spans[heap.count++] = rest;
  answer->base = last->base;
  answer->needzero = true;
  return SPANREF_OK;
}

static int release(void *of, uint64_t base, struct spanref_answer *answer)
{
  (void)of, (void)answer;
  for (size_t i = 0; i < heap.count; i++) {
    struct spanref_span *span = &heap.spans[i];
    if (span->base != base || span->free) continue;
    (void)misbehave(told());
    span->free = true;
    span->manual = false;
    return SPANREF_OK;
  }
  return SPANREF_NOT_IN_USE;
}

static void walk(void *of, spanref_visit *visit, void *context)
{
  (void)of;
  for (size_t i = 0; i < heap.count; i++) visit(context, &heap.spans[i]);
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "told",
    .summary = "does as it is told",
    .levels = SPANREF_SAFETY,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = release,
    .walk = walk,
    .promises = SPANREF_REFUSES_SECOND | SPANREF_REFUSES_INSIDE | SPANREF_REFUSES_FOREIGN,
};
