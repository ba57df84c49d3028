/* The list to be read (candidates/examples/list.c), wrong in ways that not every run shows, or one
 * beside another, -DNAUGHTY=...: what shows it again must be found (fuzz/test_confirm.c,
 * test_plugin.sh). */
#include <stddef.h>
#include <stdio.h>

#define LIST_WITHOUT_TABLE
#include "../candidates/examples/list.c"

/* To lose is to forget a span of LOST_PAGES when it is freed. */
enum {
  LOSES,
  THIRD,           /* loses, from the third heap of a process on */
  ADDS_UP,         /* loses the third such span of a process, and all after it */
  FIRST,           /* loses, where an arena isn't as big as that of the first heap */
  SOMETIMES,       /* loses in every second process */
  RARELY,          /* loses in every fifth */
  ONCE,            /* loses in the first process, and never again */
  FALLS_LATER,     /* crashes in destroy, once such a span was freed */
  FALLS_AND_LOSES, /* and loses it, too */
  TWO_FAULTS,      /* joins late; and counts wrong what is freed between two free spans */
  FAULT_BY_FAULT,  /* joins late; and counts wrong what is freed some time after that */
  TURNS            /* shows manual spans as heap spans */
};

#define LOST_PAGES 3
#define MISCOUNTED_PAGES 7

static unsigned miscounted, freed, joined_late; /* of this heap; freed: with LOST_PAGES */
static unsigned heaps, freed_in_all;            /* of this process */
static unsigned starts;                         /* of processes so far */
static uint64_t arena_pages;                    /* of the first heap */

static bool is(int how) { return NAUGHTY == how; }

/* A file has a byte for each process: what is by chance elsewhere is the same here each time. */
static unsigned count_start(void)
{
  const char *path = getenv("NAUGHTY_STARTS");
  FILE *file = path != NULL ? fopen(path, "a") : NULL;
  if (file == NULL) return 1;
  fputc('.', file);
  long count = ftell(file);
  fclose(file);
  return (unsigned)count;
}

static bool loses(const struct list *list)
{
  switch (NAUGHTY) {
  case LOSES:
  case FALLS_AND_LOSES: return true;
  case THIRD: return heaps >= 3;
  case ADDS_UP: return freed_in_all >= 3;
  case FIRST: return list->arena_pages != arena_pages;
  case SOMETIMES: return starts % 2 == 1;
  case RARELY: return starts % 5 == 1;
  case ONCE: return starts == 1;
  default: return false;
  }
}

static void *naughty_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)needs; /* it doesn't say that */
  miscounted = freed = joined_late = 0;
  if (heaps++ == 0) {
    arena_pages = geometry->arena_pages;
    if (is(SOMETIMES) || is(RARELY) || is(ONCE)) starts = count_start();
  }
  return create(geometry, os);
}

static void naughty_destroy(void *heap)
{
  destroy(heap);
  if (freed > 0 && (is(FALLS_LATER) || is(FALLS_AND_LOSES))) *(volatile int *)NULL = 1;
}

static bool joins_late(void) { return is(TWO_FAULTS) || is(FAULT_BY_FAULT); }

static void join_all(struct list *list)
{
  size_t was = list->count;
  for (size_t at = list->count; joins_late() && at-- > 0;)
    if (list->spans[at].free) merge(list, at);
  joined_late += list->count < was;
}

static int naughty_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  join_all(heap);
  return alloc(heap, npages, manual, answer);
}

static void miscount(const struct list *list, size_t at)
{
  const struct spanref_span *span = &list->spans[at];
  bool is_between = at > 0 && at + 1 < list->count && span[-1].free && span[1].free;
  if (span->npages != MISCOUNTED_PAGES) return;
  miscounted += (is(TWO_FAULTS) && is_between) || (is(FAULT_BY_FAULT) && joined_late > 0);
}

static int naughty_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  join_all(list);
  size_t at = in_use_at(list, base);
  if (at == list->count) return SPANREF_NOT_IN_USE;
  bool is_lost = list->spans[at].npages == LOST_PAGES;
  freed += is_lost;
  freed_in_all += is_lost;
  if (is_lost && loses(list)) {
    take_out(list, at);
    return SPANREF_OK;
  }
  miscount(list, at);
  if (!joins_late()) return free_span(heap, base, answer);
  list->spans[at].free = true;
  list->spans[at].manual = false;
  return SPANREF_OK;
}

static void naughty_stats(void *heap, struct spanref_stats *said)
{
  stats(heap, said);
  said->in_use += miscounted;
}

static void naughty_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  if (!is(TURNS)) walk(heap, visit, context);
  if (!is(TURNS)) return;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    span.manual = false;
    visit(context, &span);
  }
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "naughty",
    .summary = "a list, wrong on purpose, now and then",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = naughty_create,
    .destroy = naughty_destroy,
    .alloc = naughty_alloc,
    .free = naughty_free,
    .add = add,
    .stats = naughty_stats,
    .walk = naughty_walk,
    .lookup = lookup,
    .claim = claim,
    .resize = resize,
};
