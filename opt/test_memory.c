/* opt/ with a door to memory that refuses: the k-th request, for every k there is.
 *
 *   test_memory [seed]
 *
 * One history is played to the optimised heap and to the reference. Its memory is far apart: nodes
 * are needed all the time. An operation whose request for memory is refused must answer so and
 * change nothing: the heap is still what the reference is before that operation. Then the same
 * operation is asked again, and the history goes on. Only an aligned search does without: what it
 * would have remembered is forgotten, and the answer is the reference's.
 *
 * Not covered here: what the heap does with the memory that it got (test_opt.c, fuzz/). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../ref/span_heap.h"
#include "../spec/request.h"
#include "opt_heap.h"

#define STEPS 1000

/* The door to memory. Requests are counted from 0. */

struct door {
  size_t nrequests, nrefused;
  size_t first, last;  /* the requests to refuse, but not while is_open */
  bool is_open;
  size_t held_bytes, nheld;
};

/* In front of all memory that the door gives, to see that it comes back whole. */
struct stamp {
  size_t bytes;
  size_t unused; /* keeps what follows aligned as malloc's */
};

static void *door_get(void *context, size_t bytes)
{
  struct door *door = context;
  size_t request = door->nrequests++;
  if (!door->is_open && door->first <= request && request <= door->last) {
    door->nrefused++;
    return NULL;
  }
  struct stamp *stamp = malloc(sizeof *stamp + bytes);
  assert_non_null(stamp);
  stamp->bytes = bytes;
  door->held_bytes += bytes;
  door->nheld++;
  return memset(stamp + 1, 0xa5, bytes); /* nobody may rely on zeros */
}

static void door_give(void *context, void *memory, size_t bytes)
{
  struct door *door = context;
  struct stamp *stamp = (struct stamp *)memory - 1;
  assert_int_equal(stamp->bytes, bytes);
  door->held_bytes -= bytes;
  door->nheld--;
  free(stamp);
}

/* The door to the OS: one answer for both heaps. */
struct span_os {
  struct span_os_answer answer;
  unsigned calls;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  (void)npages;
  os->calls++;
  return os->answer;
}

/* Operations. */

enum kind { ALLOC, REQUEST, CLAIM, RESIZE, FREE, SCAVENGE, ADD };

struct operation {
  enum kind kind;
  uint64_t base, npages;
  bool manual;
  struct span_request request; /* REQUEST: all of it */
  struct span_os os;
};

/* The answer of any operation; a field that the operation doesn't answer is 0. */
struct answer {
  enum span_status status;
  uint64_t base, released_pages;
  bool needzero;
  struct span_advice advice, advice_below;
  struct span_range ready;
};

static struct answer answer_of(struct span_alloc_result got)
{
  return (struct answer){.status = got.status,
                         .base = got.base,
                         .needzero = got.needzero,
                         .advice = got.advice,
                         .advice_below = got.advice_below,
                         .ready = got.ready};
}

struct play {
  struct door door;
  struct opt_heap *heap;
  size_t created_bytes; /* held by the heap when it was new */
  uint64_t random;
  uint64_t align; /* the last one asked for; 0: none */
  uint64_t next; /* comparing walks: the reference's next span */
};

static struct span_heap ref; /* too large for the stack */
/* What the operation gave back, by either heap. */
static struct span_range_list gone, told;
static uint64_t seed = 4711;

static uint64_t draw(struct play *play, uint64_t below)
{
  play->random ^= play->random << 13;
  play->random ^= play->random >> 7;
  play->random ^= play->random << 17;
  return (play->random >> 11) % below;
}

/* Mostly small; some reach over many nodes. */
static uint64_t draw_size(struct play *play)
{
  if (draw(play, 2)) return 1 + draw(play, 600);
  return 1 + draw(play, UINT64_C(1) << draw(play, 24));
}

/* No two near each other, mostly. */
static uint64_t draw_far(struct play *play)
{
  return draw(play, SPAN_LIMIT_PAGES >> 20) << 20;
}

static uint64_t draw_span(struct play *play, bool is_free)
{
  uint64_t start = draw(play, ref.count + 1);
  for (uint64_t i = start; i < ref.count; i++)
    if (ref.spans[i].free == is_free) return ref.spans[i].base;
  return draw_far(play); /* wrong, mostly */
}

/* Aligned to 2 ... 256 pages, mostly as the last one. Every other one in a window. */
static struct span_request draw_request(struct play *play, uint64_t npages)
{
  struct span_request request = span_plain_request(npages, draw(play, 2));
  if (play->align == 0 || draw(play, 4) == 0) play->align = UINT64_C(2) << draw(play, 8);
  request.align = play->align;
  request.phase = draw(play, 4) ? 0 : draw(play, request.align);
  if (draw(play, 2)) request.from = draw_far(play);
  request.fit = draw(play, 2) ? SPAN_FIRST_FIT : SPAN_LAST_FIT;
  return request;
}

static struct operation draw_operation(struct play *play)
{
  static const enum kind kinds[] = {ALLOC, ALLOC, ALLOC, ALLOC, ALLOC, REQUEST, REQUEST, REQUEST,
                                    CLAIM, RESIZE, FREE, FREE, SCAVENGE, SCAVENGE, ADD, ADD};
  uint64_t arena = ref.geometry.arena_pages;
  struct operation op = {.kind = kinds[draw(play, 16)], .npages = draw_size(play)};
  op.manual = draw(play, 2);
  if (op.kind == REQUEST) {
    op.request = draw_request(play, op.npages);
    op.npages += op.request.align - 1;
  }
  if (op.kind == ALLOC || op.kind == REQUEST) {
    op.os.answer.granted = op.kind == REQUEST || draw(play, 8) > 0;
    op.os.answer.base = draw(play, 2) ? ref.arena_end : draw_far(play);
    op.os.answer.npages = (op.npages + arena - 1) / arena * arena;
  }
  if (op.kind == FREE || op.kind == RESIZE) op.base = draw_span(play, false);
  if (op.kind == CLAIM) op.base = draw_span(play, true) + draw(play, 64);
  if (op.kind == ADD) {
    op.base = draw_far(play) + 16 * draw(play, 64);
    op.npages = (op.npages + 15) / 16 * 16;
  }
  return op;
}

static void hear(void *context, struct span_range range)
{
  struct span_range_list *list = context;
  list->ranges[list->count++] = range;
}

static struct answer ask_opt(struct opt_heap *heap, struct operation *op)
{
  told.count = 0;
  struct span_free_result freed;
  struct span_scavenge_result scavenged;
  switch (op->kind) {
  case ALLOC: return answer_of(opt_heap_alloc(heap, &op->os, op->npages, op->manual));
  case REQUEST: return answer_of(opt_heap_alloc_request(heap, &op->os, op->request));
  case CLAIM: return answer_of(opt_heap_claim(heap, op->base, op->npages, op->manual));
  case RESIZE: return answer_of(opt_heap_resize(heap, op->base, op->npages));
  case FREE:
    freed = opt_heap_free(heap, op->base);
    return (struct answer){.status = freed.status, .advice = freed.advice};
  case SCAVENGE:
    scavenged = opt_heap_scavenge(heap, op->npages);
    return (struct answer){.status = scavenged.status,
                           .released_pages = scavenged.released_pages};
  default:
    return (struct answer){.status = opt_heap_add(heap, op->base, op->npages)};
  }
}

static struct answer ask_ref(struct operation *op)
{
  gone.count = 0;
  struct span_free_result freed;
  struct span_scavenge_result scavenged;
  struct span_request plain = span_plain_request(op->npages, op->manual);
  switch (op->kind) {
  case ALLOC: return answer_of(span_heap_alloc(&ref, &op->os, plain, &gone));
  case REQUEST: return answer_of(span_heap_alloc(&ref, &op->os, op->request, &gone));
  case CLAIM: return answer_of(span_heap_claim(&ref, op->base, op->npages, op->manual));
  case RESIZE: return answer_of(span_heap_resize(&ref, op->base, op->npages));
  case FREE:
    freed = span_heap_free(&ref, op->base);
    return (struct answer){.status = freed.status, .advice = freed.advice};
  case SCAVENGE:
    scavenged = span_heap_scavenge(&ref, op->npages, &gone);
    return (struct answer){.status = scavenged.status,
                           .released_pages = scavenged.released_pages};
  default:
    return (struct answer){.status = span_heap_add(&ref, op->base, op->npages, &gone)};
  }
}

static void assert_answer(struct answer got, struct answer want)
{
  assert_int_equal(got.status, want.status);
  assert_int_equal(got.base, want.base);
  assert_int_equal(got.released_pages, want.released_pages);
  assert_int_equal(got.needzero, want.needzero);
  assert_int_equal(got.advice.base, want.advice.base);
  assert_int_equal(got.advice.npages, want.advice.npages);
  assert_int_equal(got.advice_below.base, want.advice_below.base);
  assert_int_equal(got.advice_below.npages, want.advice_below.npages);
  assert_int_equal(got.ready.base, want.ready.base);
  assert_int_equal(got.ready.npages, want.ready.npages);
}

static void visit_compare(void *context, const struct span *got)
{
  struct play *play = context;
  assert_true(play->next < ref.count);
  const struct span *want = &ref.spans[play->next++];
  assert_int_equal(got->base, want->base);
  assert_int_equal(got->npages, want->npages);
  assert_int_equal(got->free, want->free);
  assert_int_equal(got->manual, want->manual);
  assert_int_equal(got->scavenged, want->scavenged);
  assert_int_equal(got->needzero, want->needzero);
}

/* Every span and every statistic; and the bytes of nodes are what the heap took. */
static void assert_same_as_ref(struct play *play)
{
  struct span_stats got = opt_heap_stats(play->heap), want = span_heap_stats(&ref);
  assert_memory_equal(&got, &want, sizeof got);
  play->next = 0;
  opt_heap_walk(play->heap, visit_compare, play);
  assert_int_equal(play->next, ref.count);
  assert_int_equal(play->door.held_bytes - play->created_bytes,
                   opt_heap_metadata_bytes(play->heap));
}

/* The operation was refused: nothing has changed, and the OS wasn't asked. */
static void assert_refused(struct play *play, const struct operation *op, struct answer got)
{
  assert_answer(got, (struct answer){.status = SPAN_NO_MEMORY});
  assert_int_equal(op->os.calls, 0);
  assert_same_as_ref(play);
  assert_null(opt_heap_why_invalid(play->heap));
}

/* Ask the operation, and ask once more if it was refused. */
static void perform(struct play *play, struct operation op, bool compare_all)
{
  struct operation again = op, refs = op;
  size_t nrefused = play->door.nrefused;
  struct answer got = ask_opt(play->heap, &op);
  if (play->door.nrefused > nrefused && got.status == SPAN_NO_MEMORY) {
    compare_all = true;
    assert_refused(play, &op, got);
    op = again;
    play->door.is_open = true;
    got = ask_opt(play->heap, &op);
    play->door.is_open = false;
  }
  struct answer want = ask_ref(&refs);
  assert_answer(got, want);
  assert_int_equal(op.os.calls, refs.os.calls);
  assert_int_equal(told.count, gone.count);
  assert_memory_equal(told.ranges, gone.ranges, gone.count * sizeof *gone.ranges);
  if (compare_all) assert_same_as_ref(play);
}

static void create(struct play *play, struct span_geometry geometry)
{
  struct opt_memory memory = {&play->door, door_get, door_give};
  play->heap = opt_heap_create(&memory);
  if (play->door.nrefused > 0) {
    assert_null(play->heap);
    assert_int_equal(play->door.nheld, 0);
    play->door.is_open = true;
    play->heap = opt_heap_create(&memory);
    play->door.is_open = false;
  }
  assert_non_null(play->heap);
  play->created_bytes = play->door.held_bytes;
  opt_heap_tell(play->heap, hear, &told);
  assert_int_equal(opt_heap_reset(play->heap, geometry), SPAN_OK);
  assert_int_equal(span_heap_init(&ref, geometry), SPAN_OK);
}

/* Play the history, with the requests from first to last refused. Answers how many were. */
static size_t play(struct span_geometry geometry, size_t first, size_t last)
{
  struct play play = {.door = {.first = first, .last = last}, .random = seed};
  create(&play, geometry);
  for (int i = 0; i < STEPS; i++) {
    struct operation op = draw_operation(&play);
    perform(&play, op, draw(&play, 16) == 0); /* comparing all takes long */
  }
  assert_same_as_ref(&play);
  assert_null(opt_heap_why_invalid(play.heap));
  opt_heap_destroy(play.heap);
  assert_int_equal(play.door.nheld, 0);
  assert_int_equal(play.door.held_bytes, 0);
  return play.door.nrefused;
}

static const struct span_geometry geometries[] = {
    {.phys_pages = 1, .arena_pages = 64, .huge_pages = 256},
    {.phys_pages = 16, .arena_pages = 64, .huge_pages = 16},
    {.phys_pages = 4, .arena_pages = 8192, .has_goal = true, .goal_pages = 3000},
};

/* Requests refused: the k-th alone, or all from it on. */
static void play_for_every_k(bool and_all_later)
{
  for (size_t i = 0; i < sizeof geometries / sizeof *geometries; i++) {
    size_t k = 0;
    while (play(geometries[i], k, and_all_later ? SIZE_MAX : k) > 0) k++;
    assert_in_range(k, 20, 1000); /* otherwise the history asks for too little */
  }
}

static void one_refusal_changes_nothing(void **state)
{
  (void)state;
  play_for_every_k(false);
}

static void refusals_from_some_time_on_change_nothing(void **state)
{
  (void)state;
  play_for_every_k(true);
}

/* Close the door and allocate until no block is spare: each of these allocations takes one. The
 * highest memory isn't touched. */
static void use_up_blocks(struct play *play)
{
  play->door.first = play->door.nrequests;
  play->door.last = SIZE_MAX;
  for (;;) {
    struct operation op = {.kind = ALLOC, .npages = 1024}, refs = op;
    struct answer got = ask_opt(play->heap, &op);
    if (play->door.nrefused > 0) {
      assert_refused(play, &op, got);
      break;
    }
    assert_answer(got, ask_ref(&refs));
  }
  play->door.nrefused = 0;
}

static void perform_all(struct play *play, const struct operation *ops, size_t nops)
{
  for (size_t i = 0; i < nops; i++) perform(play, ops[i], true);
}

/* The operation needs a block: it is refused while there is none, and then it gets one. */
static void perform_without_blocks(struct play *play, struct operation op)
{
  use_up_blocks(play);
  perform(play, op, true);
  assert_int_equal(play->door.nrefused, 1);
  assert_null(opt_heap_why_invalid(play->heap));
  opt_heap_destroy(play->heap);
  assert_int_equal(play->door.nheld, 0);
}

/* The part released begins in a block without boundaries. */
static void scavenging_needs_memory_to_split(void **state)
{
  (void)state;
  static const struct operation before[] = {
      {.kind = ADD, .base = 1 << 30, .npages = 1 << 20},
      {.kind = ALLOC, .npages = 1 << 20},
      {.kind = FREE, .base = 1 << 30},
      {.kind = ADD, .base = 0, .npages = 1 << 20},
  };
  struct play play = {.door = {.first = SIZE_MAX}};
  create(&play, geometries[0]);
  perform_all(&play, before, 4);
  perform_without_blocks(&play, (struct operation){.kind = SCAVENGE, .npages = 5000});
  assert_int_equal(ref.spans[ref.count - 1].npages, 5120); /* whole huge pages */
}

/* The boundary to scavenged memory moves up to a physical page, into the next block. */
static void freeing_needs_memory_to_realign(void **state)
{
  (void)state;
  static const struct operation before[] = {
      {.kind = ADD, .base = 1 << 30, .npages = 1 << 20},
      {.kind = ALLOC, .npages = 1024 - 8},
      {.kind = ADD, .base = 0, .npages = 1 << 20},
  };
  struct play play = {.door = {.first = SIZE_MAX}};
  create(&play, geometries[1]);
  perform_all(&play, before, 3);
  perform_without_blocks(&play, (struct operation){.kind = FREE, .base = 1 << 30});
  assert_int_equal(ref.spans[ref.count - 1].base, (1 << 30) + 1024);
}

static void a_closed_door_stays_an_answer(void **state)
{
  (void)state;
  struct play play = {.door = {.first = 1, .last = SIZE_MAX}, .random = seed};
  create(&play, geometries[0]);
  struct span_os os = {.answer = {true, 64, 64}};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(opt_heap_alloc(play.heap, &os, 1, false).status, SPAN_NO_MEMORY);
    assert_int_equal(opt_heap_add(play.heap, 64, 64), SPAN_NO_MEMORY);
    assert_int_equal(opt_heap_scavenge(play.heap, 1).status, SPAN_NO_MEMORY);
    /* These are wrong, and need no memory to be told so. */
    assert_int_equal(opt_heap_alloc(play.heap, &os, 0, false).status, SPAN_BAD_SIZE);
    assert_int_equal(opt_heap_free(play.heap, 64).status, SPAN_NOT_IN_USE);
    assert_int_equal(opt_heap_add(play.heap, 64, 0), SPAN_BAD_RANGE);
  }
  assert_int_equal(os.calls, 0);
  assert_same_as_ref(&play);
  opt_heap_destroy(play.heap);
  assert_int_equal(play.door.nheld, 0);
}

int main(int argc, char **argv)
{
  if (argc > 1) seed = strtoull(argv[1], NULL, 0);
  if (seed == 0) seed = 1; /* the generator needs a bit */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_refusal_changes_nothing),
      cmocka_unit_test(refusals_from_some_time_on_change_nothing),
      cmocka_unit_test(scavenging_needs_memory_to_split),
      cmocka_unit_test(freeing_needs_memory_to_realign),
      cmocka_unit_test(a_closed_door_stays_an_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
