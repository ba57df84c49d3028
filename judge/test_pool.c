/* How much a heap has and serves: limits, and closed pools, whose history hands in first all that
 * they have. */
#include "test_faulty.h"

/* --- Limits ---------------------------------------------------------------------------------- */

static uint64_t max_pages, alive, alive_max;

static int limited_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  if (npages > max_pages || alive >= alive_max) return SPANREF_NO_MEMORY;
  int status = alloc(heap, npages, manual, answer);
  alive += status == SPANREF_OK;
  return status;
}

static int limited_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  alive--;
  return free_span(heap, base, answer);
}

static struct outcome judged_with_limits(const struct spanref_candidate *candidate, uint64_t pages,
                                         uint64_t allocations_max)
{
  max_pages = pages;
  alive_max = allocations_max;
  alive = 0;
  return judged(candidate, HEADER "region 0x1000000 up\na 0 7\na 1 8\na 2 9\na 3 1\nf 1\na 4 1\na 5 1\n");
}

/* At the limit, one less and one more. */
static void a_limit_is_exact(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc = limited_alloc;
  candidate.free = limited_free;
  candidate.request_max_pages = 8;
  assert_int_equal(judged_with_limits(&candidate, 8, 99).judgement, JUDGED_SAME);
  assert_departs(judged_with_limits(&candidate, 7, 99), DEPARTS_REFUSED, "alloc.nomem", 9);
  assert_departs(judged_with_limits(&candidate, 9, 99), DEPARTS_ACCEPTED, NULL, 10);
  candidate.request_max_pages = 0;
  candidate.alive_max = 3;
  assert_int_equal(judged_with_limits(&candidate, 99, 3).judgement, JUDGED_SAME);
  assert_int_equal(judged_with_limits(&candidate, 99, 4).judgement, JUDGED_SAME);
  assert_departs(judged_with_limits(&candidate, 99, 2), DEPARTS_REFUSED, "alloc.nomem", 10);
}

static uint64_t align_max;

/* A greater alignment gets any place. */
static int badly_aligned(void *heap, const struct spanref_request *request, struct spanref_answer *answer)
{
  struct spanref_request asked = *request;
  if (asked.align > align_max) asked.align = 1;
  return alloc_request(heap, &asked, answer);
}

static void a_greater_alignment_is_not_asked(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  static const char text[] = HEADER "region 0x1000000 up\na 0 3\na 1 1 align=4\na 2 1 align=8\n";
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc_request = badly_aligned;
  align_max = 4;
  candidate.align_max_pages = 4;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_HEAP].skipped, 1);
  candidate.align_max_pages = 8;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "placement", 10);
  align_max = 2;
  candidate.align_max_pages = 4;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "placement", 9);
}

/* Less than four pages are never left. */
static int absorbing_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  int status = alloc(heap, npages, manual, answer);
  size_t at = status == SPANREF_OK ? in_use_at(list, answer->base) : list->count;
  if (at + 1 < list->count && list->spans[at + 1].free && list->spans[at + 1].npages < 4)
    (void)take_behind(list, at, list->spans[at + 1].npages);
  return status;
}

static void a_small_remainder_is_taken_up(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 56\na 1 4\nf 0\na 2 53\na 3 1\n"
                                    "f 2\na 4 52\n";
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.resize = NULL;
  candidate.alloc = absorbing_alloc;
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 11);
  candidate.remainder_min_pages = 4;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.remainder_min_pages = 5; /* it leaves four */
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 9);
  candidate.alloc = alloc;
  candidate.remainder_min_pages = 4;
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 11);
}

/* --- Pools -------------------------------------------------------------------------------------- */

static uint64_t handed_in[8], nhanded_in, told_pages;

static int refusing_add(void *heap, uint64_t base, uint64_t npages)
{
  return base >= 0x40 ? SPANREF_BAD_RANGE : add(heap, base, npages);
}

static int noting_add(void *heap, uint64_t base, uint64_t npages)
{
  if (nhanded_in < 8) handed_in[nhanded_in++] = npages;
  return add(heap, base, npages);
}

static void *noting_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  nhanded_in = 0;
  told_pages = geometry->pool_pages;
  return faulty_create(geometry, os);
}

/* What a history hands in to begin with is all there is. Pieces that overlap aren't. */
static void a_pool_is_what_its_history_hands_in(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  candidate.create = noting_create;
  candidate.add = noting_add;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 4\na 0 7\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\ng 0x10000 4\ng 0x12000 4\n"
                                             "g 0x20000 6\na 0 7\na 1 6\ng 0x80000 4\na 2 4\n"
                                             "a 3 1\n").judgement,
                   JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[0] + handed_in[1], 10);
  assert_int_equal(judged(&candidate, HEADER "a 0 7\ng 0x10000 4\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  assert_int_equal(judged(&candidate, HEADER).judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  candidate.pool_max_pages = 1000;
  assert_int_equal(judged(&candidate, HEADER "a 0 7\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[1], 1000 - 512);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 1001\ng 0x10000 1000\na 0 1000\n").judgement,
                   JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 1000);
  candidate.pool_unit_pages = 100;
  assert_int_equal(judged(&candidate, HEADER "a 0 1\n").judgement, JUDGED_SAME);
  assert_int_equal(handed_in[0], 600);
  assert_int_equal(handed_in[1], 400);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\ng 0x64000 50\ng 0x64000 200\na 0 1\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 200);
  candidate.pool_unit_pages = 0;
  candidate.pool_max_pages = 0;
  candidate.pool_pieces_max = 1;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\ng 0x9000000 5\na 0 100\na 1 1\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(judged(&candidate, HEADER "a 0 5632\na 1 1\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 512 + 1024 + 4096);
  candidate.pool_min_pages = 10000;
  candidate.pool_pieces_max = 2;
  assert_int_equal(judged(&candidate, HEADER "a 0 9488\na 1 512\na 2 1\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[1], 10000 - 512);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\na 0 10000\n").judgement, JUDGED_SAME);
  assert_int_equal(handed_in[0], 10000); /* no pool is smaller */
  candidate.pool_min_pages = candidate.pool_pieces_max = 0;
  candidate.add = refusing_add;
  assert_int_equal(judged(&candidate, HEADER "g 0x3f000 1\ng 0x40000 1\na 0 1\na 1 1\n").judgement,
                   JUDGED_SAME);
  assert_departs(judged(&candidate, HEADER "g 0x40000 1\na 0 1\n"), DEPARTS_REFUSED, "alloc.nomem",
                 8);
}

/* What begins at this page joins nothing below it. */
static uint64_t apart_page;

static void joined_but_there(struct list *list, size_t at)
{
  struct spanref_span *spans = list->spans;
  if (at + 1 < list->count && spans[at + 1].base != apart_page && are_one(&spans[at], &spans[at + 1])) {
    spans[at].npages += spans[at + 1].npages;
    take_out(list, at + 1);
  }
  if (at == 0 || spans[at].base == apart_page || !are_one(&spans[at - 1], &spans[at])) return;
  spans[at - 1].npages += spans[at].npages;
  take_out(list, at);
}

static int apart_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  int status = lonely_free(heap, base, answer);
  if (status == SPANREF_OK) joined_but_there(list, place_of(list, base));
  return status;
}

static int apart_add(void *heap, uint64_t base, uint64_t npages)
{
  struct list *list = heap;
  nhanded_in++;
  if (!make_room(list)) return SPANREF_NO_MEMORY;
  insert(list, place_of(list, base), (struct spanref_span){base, npages, true, false, false, true});
  return SPANREF_OK;
}

/* Two regions that touch, each granted for itself; and two pieces of a pool that would. */
static void pieces_may_stay_apart(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 64\na 1 32\na 2 32\nf 0\nf 1\nf 2\n";
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  apart_page = 0x1040;
  candidate.free = apart_free;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 12);
  candidate.joins = SPANREF_JOINS_IN_PIECES;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.free = lonely_free;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 13);
  candidate.free = apart_free;
  candidate.create = noting_create;
  candidate.add = apart_add;
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, HEADER "g 0x1000000 4\ng 0x1004000 4\ng 0x1009000 4\na 0 4\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
}

/* In its own memory a candidate is told how much that shall be. */
static void a_pool_of_bytes_is_told_its_size(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.create = noting_create;
  candidate.memory = SPANREF_BYTES;
  candidate.alloc = limited_alloc;
  max_pages = 0; /* so that no byte is touched */
  alive = alive_max = 0;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 0);
  candidate.pool = SPANREF_POOL_CLOSED;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 42);
  candidate.pool_min_pages = 50;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 50);
  candidate.pool_max_pages = 60;
  (void)judged(&candidate, HEADER "g 0x10000 61\na 0 1\n");
  assert_int_equal(told_pages, 60);
  (void)judged(&candidate, HEADER "a 0 1\n");
  assert_int_equal(told_pages, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_limit_is_exact),
      cmocka_unit_test(a_greater_alignment_is_not_asked),
      cmocka_unit_test(a_small_remainder_is_taken_up),
      cmocka_unit_test(a_pool_is_what_its_history_hands_in),
      cmocka_unit_test(pieces_may_stay_apart),
      cmocka_unit_test(a_pool_of_bytes_is_told_its_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
