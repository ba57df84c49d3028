/* The list to be read (candidates/examples/list.c), which does one thing wrong, -DNAUGHTY=...: each
 * must be called by its name, and what is right conform (test_plugin.sh). It asks the OS for
 * numbers, so that its accounts show what the bytes of test_naughty.c can't. */
#include <stddef.h>

#define LIST_WITHOUT_TABLE
#include "../candidates/examples/list.c"

enum {
  NEVER,        /* allocates: it asks, is granted, and refuses */
  LOSES,        /* every freed span of three pages, for good */
  LOSES_JOINED, /* a page wherever two spans become one */
  LOSES_GRANT,  /* the last page of what the OS grants */
  LOSES_TAIL,   /* what is taken off a span */
  FORGETS,      /* on its hundredth call what it has free */
  UNDERFLOWS,   /* by a page, where nothing is in use */
  SILENT,       /* right, but says nothing */
  BLANK,        /* shows no span at all */
  NONSENSE,     /* shows one that wraps */
  BACKWARDS,    /* shows them from the last to the first */
  FALLS,        /* crashes in destroy */
  ROUNDS,       /* up, and doesn't say so */
  ROUNDS_SAID,  /* up, and says so: right */
  SHRINKS,      /* says that it takes up less than was asked for */
  APART,        /* joins nothing, and doesn't say so */
  APART_SAID,   /* and says so: right */
  KEEPS,        /* what is freed, and says ok */
  BEYOND,       /* gives pages behind those that it was granted */
  STRETCHES,    /* has one page more in use than it gave */
  BOOLS,        /* true is any byte but 0: right */
  OLD,          /* a table of version 1: right */
  COMPLAINS,    /* of itself, from its 50th call on */
  TURNS,        /* shows manual spans as heap spans */
  LIMITED,      /* its greatest request is 8 pages, as it says: right */
  LIMIT_LESS,   /* it refuses these 8, too */
  LIMIT_MORE,   /* it grants 9 */
  ALIGNS,       /* its greatest alignment is 512 pages, as it says: right */
  ALIGN_LESS,   /* it is less */
  FEW,          /* it has 5 allocations at most, as it says: right */
  FEW_LESS,     /* it has 4 */
  GREEDY,       /* asks the OS whatever it has, and says what surely serves */
  FREES_TWICE,  /* says that it refuses a second free, and answers ok */
  CLEANS,       /* shows all that is free as clean */
  POOL,         /* is closed: right */
  POOL_LOSES,   /* so is this, shows nothing, and loses every freed span of three pages */
  POOL_ROVES,   /* next fit: right */
  PENDS,        /* frees nothing before it is released, as it says: right */
  PENDS_LESS,   /* frees one allocation less than was freed */
  RELOADS       /* forgets what is free, when it loads it again */
};

static unsigned calls; /* of this heap */
static uint64_t rover; /* where the last allocation ended, in this heap */

static bool is(int how) { return NAUGHTY == how; }

static void *naughty_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  calls = 0;
  rover = 0;
  return create(geometry, os);
}

static size_t count_used(const struct list *list)
{
  size_t used = 0;
  for (size_t at = 0; at < list->count; at++) used += !list->spans[at].free;
  return used;
}

static bool is_refused(const struct list *list, uint64_t npages)
{
  uint64_t max_pages = is(LIMITED) ? 8 : is(LIMIT_LESS) ? 7 : is(LIMIT_MORE) ? 9 : UINT64_MAX;
  size_t used_max = is(FEW) ? 5 : is(FEW_LESS) ? 4 : SIZE_MAX;
  return npages > max_pages || count_used(list) >= used_max;
}

static int roving_alloc(struct list *list, uint64_t npages, bool manual,
                        struct spanref_answer *answer)
{
  struct spanref_request request = {npages, 1, 0, rover, SPANREF_LIMIT_PAGES, FIT, manual};
  uint64_t base;
  size_t at = find(list, &request, &base);
  request.from = 0;
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  if (at == list->count) at = find(list, &request, &base);
  if (at == list->count) return SPANREF_NO_MEMORY;
  rover = base + npages;
  return take(list, at, base, &request, answer);
}

/* What is too great an alignment is none. */
static int naughty_request(void *heap, const struct spanref_request *request,
                           struct spanref_answer *answer)
{
  struct spanref_request asked = *request;
  if (asked.align > (is(ALIGN_LESS) ? 256 : 512)) asked.align = 1;
  return alloc_request(heap, &asked, answer);
}

static void naughty_destroy(void *heap)
{
  destroy(heap);
  if (is(FALLS)) *(volatile int *)NULL = 1;
}

static uint64_t naughty_takes(void *heap, uint64_t npages)
{
  (void)heap;
  return is(SHRINKS) ? npages - (npages > 1) : (npages + 3) / 4 * 4;
}

static int naughty_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  uint64_t base, granted;
  calls++;
  if (is(NEVER) && is_size(npages)) {
    (void)list->os->reserve(list->os->context, list->arena_pages, &base, &granted);
    return SPANREF_NO_MEMORY;
  }
  if (is_refused(list, npages)) return SPANREF_NO_MEMORY;
  if (is(POOL_ROVES)) return roving_alloc(list, npages, manual, answer);
  if (is(GREEDY) && is_size(npages) && npages < 4096) (void)grow(list, npages);
  size_t was = list->count;
  if ((is(ROUNDS) || is(ROUNDS_SAID)) && is_size(npages)) npages = naughty_takes(heap, npages);
  int status = alloc(heap, npages, manual, answer);
  if (is(LOSES_GRANT) && was == 0 && list->count > 1) list->spans[list->count - 1].npages--;
  if (status != SPANREF_OK) return status;
  if (is(BEYOND) && calls % 20 == 0) answer->base += 1 << 24;
  if (is(STRETCHES) && calls % 20 == 0) {
    size_t at = in_use_at(list, answer->base);
    if (at + 1 < list->count && list->spans[at + 1].free && list->spans[at + 1].npages > 1) {
      list->spans[at].npages++;
      list->spans[at + 1].base++;
      list->spans[at + 1].npages--;
    }
  }
  return status;
}

static void forget(struct list *list)
{
  for (size_t at = list->count; at-- > 0;)
    if (list->spans[at].free) take_out(list, at);
}

static int naughty_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  calls++;
  if (is(FORGETS) && calls % 100 == 0) forget(list);
  size_t at = in_use_at(list, base), was = list->count;
  if (at == list->count) return is(FREES_TWICE) ? SPANREF_OK : SPANREF_NOT_IN_USE;
  if (is(KEEPS)) return SPANREF_OK;
  if (is(PENDS) || is(PENDS_LESS)) {
    bool is_pending = list->spans[at].scavenged;
    list->spans[at].scavenged = true;
    return is_pending ? SPANREF_NOT_IN_USE : SPANREF_OK;
  }
  if ((is(LOSES) || is(POOL_LOSES)) && list->spans[at].npages == 3) {
    take_out(list, at);
    return SPANREF_OK;
  }
  if (is(APART) || is(APART_SAID)) {
    list->spans[at].free = true;
    list->spans[at].manual = false;
    return SPANREF_OK;
  }
  int status = free_span(heap, base, answer);
  at = place_of(list, base);
  if (is(LOSES_JOINED) && list->count < was && list->spans[at].npages > 1)
    list->spans[at].npages--;
  return status;
}

/* What is pending is in use, and has a mark. */
static int naughty_release(void *heap)
{
  struct list *list = heap;
  bool is_left = is(PENDS_LESS);
  for (size_t at = list->count; at-- > 0;) {
    if (list->spans[at].free || !list->spans[at].scavenged) continue;
    if (!is_left) {
      list->spans[at].scavenged = false;
      set_free(list, at);
      at = at < list->count ? at : list->count; /* its neighbours are part of it */
    }
    is_left = false;
  }
  return SPANREF_OK;
}

static int naughty_reload(void *heap)
{
  if (is(RELOADS)) forget(heap);
  return SPANREF_OK;
}

static int naughty_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  if (at < list->count && npages > list->spans[at].npages && is_refused(list, npages))
    return SPANREF_NO_MEMORY;
  if (is(LOSES_TAIL) && at < list->count && npages > 0 && npages < list->spans[at].npages) {
    list->spans[at].npages = npages;
    return SPANREF_OK;
  }
  return resize(heap, base, is(ROUNDS_SAID) && is_size(npages) ? naughty_takes(heap, npages) : npages,
                answer);
}

static void naughty_stats(void *heap, struct spanref_stats *said)
{
  const struct list *list = heap;
  stats(heap, said);
  for (size_t at = 0; at < list->count; at++) {
    const struct spanref_span *span = &list->spans[at];
    if (span->free || !span->scavenged) continue;
    *(span->manual ? &said->manual : &said->in_use) -= span->npages;
    if (!span->manual) said->sys -= span->npages;
  }
  if (is(UNDERFLOWS) && said->in_use == 0) said->in_use--;
}

struct shown {
  spanref_visit *visit;
  void *context;
};

static void show(void *context, const struct spanref_span *right)
{
  const struct shown *shown = context;
  struct spanref_span span = *right;
  unsigned char flags[2] = {span.free ? 0xff : 0, span.manual ? 4 : 0};
  if (is(NONSENSE) && span.free) span.base = UINT64_MAX - 3;
  if (is(TURNS)) span.manual = false;
  if (is(CLEANS)) span.needzero = false;
  if (!span.free && span.scavenged) return;
  if (is(BOOLS)) memcpy(&span.free, &flags[0], 1);
  if (is(BOOLS)) memcpy(&span.manual, &flags[1], 1);
  shown->visit(shown->context, &span);
}

static void naughty_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  struct shown shown = {visit, context};
  for (size_t at = list->count; at-- > 0 && is(BACKWARDS);) visit(context, &list->spans[at]);
  if (!is(BACKWARDS) && !is(BLANK)) walk(heap, show, &shown);
}

static const char *naughty_self_check(void *heap)
{
  (void)heap;
  return is(COMPLAINS) && calls > 50 ? "it doesn't feel well" : NULL;
}

const struct spanref_candidate spanref_candidate = {
    .version = NAUGHTY == OLD ? 1 : SPANREF_CANDIDATE_VERSION,
    .size_bytes = NAUGHTY == OLD ? offsetof(struct spanref_candidate, can)
                                 : sizeof spanref_candidate,
    .name = "naughty",
    .summary = "a list, wrong on purpose",
    .levels = SPANREF_SAFETY |
              (NAUGHTY == SILENT || NAUGHTY == POOL_LOSES ? 0 : SPANREF_ACCOUNTING | SPANREF_COALESCING) |
              (NAUGHTY == POOL_ROVES ? SPANREF_PLACEMENT : 0),
    .fit = NAUGHTY == POOL_ROVES ? SPANREF_NEXT_FIT : SPANREF_FIRST_FIT,
    .memory = SPANREF_NUMBERS,
    .create = naughty_create,
    .destroy = naughty_destroy,
    .alloc = naughty_alloc,
    .free = naughty_free,
    .add = add,
    .stats = NAUGHTY == SILENT || NAUGHTY == POOL_LOSES ? NULL : naughty_stats,
    .walk = NAUGHTY == SILENT || NAUGHTY == POOL_LOSES ? NULL : naughty_walk,
    .lookup = lookup,
    .self_check = naughty_self_check,
    .claim = claim,
    .resize = naughty_resize,
    .joins = NAUGHTY == APART_SAID ? SPANREF_JOINS_NEVER : SPANREF_JOINS_AT_ONCE,
    .takes = NAUGHTY == ROUNDS_SAID || NAUGHTY == SHRINKS ? naughty_takes : NULL,
    .needs = NAUGHTY == GREEDY ? needs : NULL,
    .pool = NAUGHTY >= POOL && NAUGHTY <= POOL_ROVES ? SPANREF_POOL_CLOSED : SPANREF_POOL_GROWS,
    .pool_max_pages = NAUGHTY == POOL ? 5000 : 0,
    .request_max_pages = NAUGHTY == LIMITED || NAUGHTY == LIMIT_LESS || NAUGHTY == LIMIT_MORE ? 8 : 0,
    .can = NAUGHTY == ALIGNS || NAUGHTY == ALIGN_LESS ? SPANREF_CAN_ALIGN : 0,
    .alloc_request = naughty_request,
    .align_max_pages = NAUGHTY == ALIGNS || NAUGHTY == ALIGN_LESS ? 512 : 0,
    .alive_max = NAUGHTY == FEW || NAUGHTY == FEW_LESS ? 5 : 0,
    .promises = NAUGHTY == FREES_TWICE ? SPANREF_REFUSES_SECOND : 0,
    .release = NAUGHTY == PENDS || NAUGHTY == PENDS_LESS ? naughty_release : NULL,
    .reload = naughty_reload,
    .says = NAUGHTY == CLEANS ? SPANREF_SAYS_SPAN_NEEDZERO | SPANREF_SAYS_IN_USE : 0,
};
