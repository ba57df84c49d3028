#include "asks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- What is asked for ------------------------------------------------------------------- */

/* Exactly these pages. */
static struct span_request request_at(uint64_t base, uint64_t npages)
{
  return (struct span_request){
      .npages = npages, .align = 1, .from = base, .below = base + npages};
}

static struct span_range in_use_at(const struct span *spans, size_t count, uint64_t base)
{
  for (size_t i = 0; i < count; i++)
    if (!spans[i].free && spans[i].base == base)
      return (struct span_range){base, spans[i].npages};
  return (struct span_range){base, 0};
}

static struct asked asked_resize(const struct judge *judge, const struct trace_op *op,
                                 const struct span *spans, size_t count)
{
  struct holding holding = {true, judge->call.page, 0};
  struct asked asked = {.what = ASKS_RESIZE, .npages = judge->call.number};
  (void)holdings_find(&judge->held, op->name, &holding);
  asked.held = in_use_at(spans, count, holding.base);
  if (asked.held.npages > 0 && asked.npages > asked.held.npages)
    asked.request = request_at(asked.held.base + asked.held.npages,
                               asked.npages - asked.held.npages);
  return asked;
}

struct asked asked_of(const struct judge *judge, const struct trace_op *op,
                      const struct span *spans, size_t count)
{
  const struct call *call = &judge->call;
  struct asked asked = {.what = ASKS_NOTHING};
  if (op_is_alloc(call->kind)) {
    asked = (struct asked){.what = ASKS_PLACE, .request = call->request};
    asked.is_plain = request_needs(&call->request) == 0;
    if (asked.is_plain && judge->is_pages) asked.request.fit = judge_about(judge)->fit;
  } else if (call->kind == OP_CLAIM) {
    asked.what = ASKS_CLAIM;
    asked.request = request_at(call->page, call->number);
  } else if (call->kind == OP_RESIZE) {
    asked = asked_resize(judge, op, spans, count);
  }
  return asked;
}

/* --- In words ---------------------------------------------------------------------------- */

static void add(struct asked_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct asked_words *words, const char *format, ...)
{
  size_t used = strlen(words->text);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words->text + used, sizeof words->text - used, format, arguments);
  va_end(arguments);
}

static void add_pages(struct asked_words *words, uint64_t npages)
{
  add(words, "%" PRIu64 " page%s", npages, npages == 1 ? "" : "s");
}

static void add_window(struct asked_words *words, const struct span_request *q,
                       uint64_t page_bytes)
{
  uint64_t from = q->from * page_bytes, below = q->below * page_bytes;
  bool is_below = q->below != SPAN_LIMIT_PAGES;
  if (q->from > 0 && is_below)
    add(words, ", between 0x%" PRIx64 " and 0x%" PRIx64, from, below);
  else if (q->from > 0)
    add(words, ", from 0x%" PRIx64 " on", from);
  else if (is_below)
    add(words, ", below 0x%" PRIx64, below);
}

static void add_place(struct asked_words *words, const struct span_request *q,
                      uint64_t page_bytes)
{
  static const char *const fits[] = {[SPAN_FIRST_FIT] = "first fit",
                                     [SPAN_LAST_FIT] = "last fit",
                                     [SPAN_BEST_FIT] = "best fit"};
  add_pages(words, q->npages);
  if (q->manual) add(words, ", manual");
  if (q->align != 1) add(words, ", aligned to %" PRIu64, q->align);
  if (q->phase != 0) add(words, ", at phase %" PRIu64, q->phase);
  add_window(words, q, page_bytes);
  add(words, ", %s", fits[q->fit]);
}

static void add_resize(struct asked_words *words, const struct asked *asked,
                       uint64_t page_bytes)
{
  uint64_t held = asked->held.npages, wanted = asked->npages;
  uint64_t kept = wanted < held ? wanted : held;
  add(words, "resize %s", held == 0 ? "of what isn't in use " : "");
  if (held != 0 && wanted != held) add(words, "from %" PRIu64 " ", held);
  add(words, "to ");
  add_pages(words, wanted);
  add(words, wanted == held ? ", which it has" : ", in place");
  if (held == 0 || wanted == held || wanted == 0) return;
  add(words, ": ");
  add_pages(words, wanted < held ? held - wanted : wanted - held);
  add(words, " at 0x%" PRIx64 " %s", (asked->held.base + kept) * page_bytes,
      wanted < held ? "to be freed" : "to be taken");
}

struct asked_words asked_words(const struct asked *asked, uint64_t page_bytes)
{
  struct asked_words words = {""};
  if (asked->what == ASKS_PLACE) add_place(&words, &asked->request, page_bytes);
  if (asked->what == ASKS_RESIZE) add_resize(&words, asked, page_bytes);
  if (asked->what == ASKS_CLAIM) {
    add(&words, "claim of ");
    add_pages(&words, asked->request.npages);
    add(&words, " at 0x%" PRIx64, asked->request.from * page_bytes);
  }
  return words;
}

/* --- Where it could have been ------------------------------------------------------------ */

/* Else it has to be refused, whatever is free. */
static bool can_be(const struct span_request *q)
{
  return q->npages > 0 && q->npages <= SPAN_LIMIT_PAGES && q->align > 0 &&
         q->align <= SPAN_LIMIT_PAGES && q->phase < q->align;
}

bool asked_placements(const struct asked *asked, const struct span *span,
                      struct placements *placements)
{
  const struct span_request *q = &asked->request;
  uint64_t low = span->base < q->from ? q->from : span->base,
           end = span->base + span->npages;
  if (q->below < end) end = q->below;
  if (!can_be(q) || !span->free || end < q->npages || end - q->npages < low) return false;
  uint64_t high = end - q->npages;
  low += (q->phase + q->align - low % q->align) % q->align;
  if (low > high) return false;
  *placements = (struct placements){low, high - (high - low) % q->align};
  return true;
}
