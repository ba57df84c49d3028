#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../spec/request.h"
#include "cell.h"

struct process {
  struct cell_channel *channel;
  int asks, answers;
  struct spanref_candidate table;
  struct in_process here;
  struct spanref_os os;
  struct fake_os fake; /* what is asked by that */
  uint32_t nasked;     /* how often it was woken */
  uint32_t call;       /* the one that runs, by its number */
  bool has_far;        /* CELL_FAR was granted */
  size_t nown, nlisted; /* objects loaded before the candidate, and when they were listed */
};

/* Nobody asks any more where the pipe is closed: this process isn't needed. */
static void wait_for_parent(struct process *process)
{
  char byte;
  ssize_t got;
  cell_glance(process->channel, &process->channel->nasked, process->nasked);
  do got = read(process->asks, &byte, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) _exit(0);
  process->nasked++;
}

static void wake_parent(const struct process *process)
{
  process->channel->nanswered++;
  while (write(process->answers, "", 1) < 0 && errno == EINTR) {}
}

/* --- The OS --------------------------------------------------------------------------- */

static void note(struct process *process, struct cell_note made)
{
  struct cell_channel *channel = process->channel;
  if (channel->nnotes < CELL_NOTES) channel->notes[channel->nnotes++] = made;
  if (channel->nnotes < channel->notes_max) return;
  channel->is_full = true;
  wake_parent(process);
  wait_for_parent(process);
}

static bool reserve(void *context, uint64_t npages, uint64_t *base, uint64_t *granted_pages)
{
  struct process *process = context;
  struct span_os_answer answer = fake_os_reserve(&process->fake, npages);
  *base = answer.base;
  *granted_pages = answer.npages;
  if (answer.granted && answer.base <= CELL_FAR && answer.npages > CELL_FAR - answer.base)
    process->has_far = true;
  note(process, (struct cell_note){process->call, npages, answer});
  return answer.granted;
}

/* It may load some later than with itself: in create, as a rule. */
static void list_libraries(struct process *process, const char *path)
{
  size_t loaded = libraries_count();
  if (loaded == process->nlisted) return;
  libraries_list(&process->channel->libraries, process->nown, path);
  process->nlisted = loaded;
}

/* --- Leaks ---------------------------------------------------------------------------- */

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
/* The C library keeps small blocks that were freed, up to so many of a size, and counts
 * them as given out. Here it gets as many as it keeps, so that they don't make a
 * difference. */
static uint64_t allocated_beside_kept(size_t each)
{
  enum { SIZES = 64, EACH_MAX = 16 };
  static void *volatile blocks[SIZES * EACH_MAX];
  for (size_t i = 0; i < SIZES * each; i++) blocks[i] = malloc(24 + i / each * 16);
  for (size_t i = 0; i < SIZES * each; i++) free(blocks[i]);
  struct mallinfo2 info = mallinfo2();
  return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

/* What the C library has given out, so that a leak can be told. It keeps 7 of a size, since 2.42
 * 16, which takes longer: only where there seems to be a leak. */
static uint64_t allocated_bytes(void)
{
  static uint64_t last;
  uint64_t bytes = allocated_beside_kept(7);
  if (bytes > last) bytes = allocated_beside_kept(16);
  return last = bytes;
}
#else
static uint64_t allocated_bytes(void) { return 0; }
#endif

static void destroy(struct process *process)
{
  in_process_destroy(&process->here);
  process->channel->exchange.kept_bytes = allocated_bytes();
}

/* --- Calls ------------------------------------------------------------------------------ */

/* What the call is about, where a call before has decided it. false: nothing. */
static bool find_page(struct process *process, struct cell_call *asked)
{
  if (asked->after == process->call) return true;
  const struct cell_call *before = &process->channel->calls[asked->after];
  struct call *call = &asked->call;
  if (asked->wrong == CELL_RIGHT) asked->grant = before->left;
  if (asked->wrong == CELL_RIGHT) asked->takes_pages = before->takes_pages;
  if (asked->wrong != CELL_WRONG_FAR) call->page = before->left.base;
  call->held_pages = before->left.npages;
  if (asked->wrong == CELL_WRONG_INSIDE) call->page += before->takes_pages - 1;
  if (asked->wrong == CELL_WRONG_INSIDE || asked->wrong == CELL_WRONG_FAR) call->held_pages = 1;
  return before->is_left && (asked->wrong != CELL_WRONG_INSIDE || before->takes_pages > 1);
}

static void do_in_heap(struct process *process, struct cell_call *asked)
{
  const struct call *call = &asked->call;
  bool is_ok, is_new = op_gives(call->kind);
  in_process_call(&process->here, call, &asked->grant, &asked->said);
  is_ok = asked->said.status == SPANREF_OK;
  asked->is_left = is_ok || !is_new;
  asked->left = (struct grant){call->page, call->held_pages};
  if (is_new && is_ok) asked->left.base = asked->said.answer.base;
  if (!is_ok || !(is_new || call->kind == OP_RESIZE)) return;
  asked->left.npages = call->number;
  asked->takes_pages = asked->said.takes_pages;
}

static void do_call(struct process *process, struct cell_call *asked)
{
  const struct call *call = &asked->call;
  asked->is_left = false;
  asked->ran = asked->is_asked && find_page(process, asked);
  if (!asked->ran) return;
  if (call->kind == OP_REFUSE)
    fake_os_refuse(&process->fake, call->number);
  else if (call->kind == OP_REGION)
    fake_os_add_region(&process->fake, call->page, call->down);
  else if (op_is_answered(call->kind))
    do_in_heap(process, asked);
}

/* Whether the candidate had room may have to be looked at then. */
static bool is_refused(const struct cell_call *asked)
{
  const struct call *call = &asked->call;
  return asked->ran && op_is_alloc(call->kind) && asked->said.status != SPANREF_OK &&
         request_needs(&call->request) == 0 && call->number > 0 &&
         call->number <= SPAN_LIMIT_PAGES;
}

/* Each span's first and last page. */
static void look_up(struct process *process, const struct span_heap *shown)
{
  struct cell_channel *channel = process->channel;
  uint64_t count = shown->count, max = channel->look.spans_max;
  if (count > SPAN_HEAP_CAPACITY) return;
  for (uint64_t i = 0; i < count && i < max && i < CELL_PAGES / 2; i++) {
    const struct span *span = &shown->spans[(channel->look.from + i) % count];
    for (int last = 0; last < 2; last++) {
      struct cell_page *to = &channel->pages[channel->npages];
      struct observation said;
      to->page = span->base + (last ? span->npages - 1 : 0);
      in_process_lookup(&process->here, to->page, &said);
      to->found = said.found;
      to->span = said.span;
      channel->npages++;
    }
  }
}

static void show(struct process *process)
{
  struct exchange *exchange = &process->channel->exchange;
  exchange->request = REQUEST_WALK;
  in_process_serve(&process->here, exchange);
  process->channel->has_shown = true;
}

static void do_calls(struct process *process)
{
  struct cell_channel *channel = process->channel;
  uint32_t i = 0, ncalls = channel->ncalls;
  bool stops = false;
  process->fake = channel->os;
  process->has_far = false;
  while (i < ncalls && !stops) {
    process->call = i;
    do_call(process, &channel->calls[i]);
    stops = process->has_far ||
            (channel->stops_at_refusal && is_refused(&channel->calls[i]));
    channel->done = ++i;
  }
  if (i < ncalls) return;
  if (channel->look.shows) show(process);
  look_up(process, &channel->exchange.shown);
  if (channel->look.destroys) destroy(process);
  channel->has_destroyed = channel->look.destroys;
}

/* --- All requests ------------------------------------------------------------------------- */

static bool load(struct process *process, const char *path)
{
  struct cell_channel *channel = process->channel;
  process->nown = libraries_count();
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const struct spanref_candidate *candidate =
      object == NULL ? NULL : dlsym(object, "spanref_candidate");
  const char *why = candidate == NULL ? dlerror() : about_adopt(candidate, &process->table);
  snprintf(channel->why, sizeof channel->why, "%s", why != NULL ? why : "");
  if (why != NULL) return false;
  process->os = (struct spanref_os){process, reserve, NULL};
  in_process_begin(&process->here, &process->table, &process->os);
  about_describe(&process->table, &channel->about);
  return true;
}

static void do_request(struct process *process, const char *path)
{
  struct exchange *exchange = &process->channel->exchange;
  const enum request request = exchange->request;
  switch (request) {
  case REQUEST_LOAD: exchange->done = load(process, path); break;
  case REQUEST_CALLS: do_calls(process); break;
  case REQUEST_DESTROY: destroy(process); break;
  default: in_process_serve(&process->here, exchange); break;
  }
  if (request == REQUEST_LOAD || request == REQUEST_CREATE) list_libraries(process, path);
}

void cell_serve(struct cell_channel *channel, const char *path, int asks, int answers)
{
  struct process process = {.channel = channel, .asks = asks, .answers = answers};
  for (;;) {
    wait_for_parent(&process);
    do_request(&process, path);
    channel->is_full = false;
    wake_parent(&process);
  }
}
