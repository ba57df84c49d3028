/* In stages: each function may rely on what the ones before it have decided, so
 * that no sum and no end of a span can wrap. */
#include "decide.h"
#include "rounding.h"

bool span_geometry_is_ok(struct span_geometry g)
{
  uint64_t r = g.phys_pages;
  if (r != 1 && r != 2 && r != 4 && r != 8 && r != 16) return false;
  return 0 < g.arena_pages && g.arena_pages <= SPAN_LIMIT_PAGES &&
         round_down(g.arena_pages, r) == g.arena_pages &&
         g.huge_pages <= SPAN_LIMIT_PAGES &&
         (g.huge_pages < r || round_down(g.huge_pages, r) == g.huge_pages) &&
         (g.has_goal || g.goal_pages == 0);
}

/*@ requires valid: \valid(h);
    requires phys: phys_ok(h->geometry.phys_pages);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> bounded(*h);
*/
static bool is_bounded(const struct span_heap *h)
{
  if (h->count > SPAN_HEAP_CAPACITY) return false;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==>
        0 < h->spans[k].npages && end_of(h->spans[k]) <= SPAN_LIMIT_PAGES;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    uint64_t npages = h->spans[i].npages;
    if (npages == 0 || npages > SPAN_LIMIT_PAGES ||
        h->spans[i].base > SPAN_LIMIT_PAGES - npages)
      return false;
  }
  return true;
}

/* Neighbours in order, and none empty: so all are. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> ordered(*h);
*/
static bool is_ordered(const struct span_heap *h)
{
  uint64_t end = 0; /* of the span before */
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant end: 0 < i ==> end == end_of(h->spans[i - 1]);
      loop invariant below: \forall integer k; 0 <= k < i ==> end_of(h->spans[k]) <= end;
      loop invariant so_far: \forall integer j, k; 0 <= j < k < i ==>
        end_of(h->spans[j]) <= h->spans[k].base;
      loop invariant none: i == 0 ==> end == 0;
      loop assigns i, end;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    if (h->spans[i].base < end) return false;
    end = h->spans[i].base + h->spans[i].npages;
  }
  return true;
}

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> flagged(*h);
*/
static bool is_flagged(const struct span_heap *h)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==> plain_flags(h->spans[k]);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].free ? h->spans[i].manual : h->spans[i].scavenged) return false;
  return true;
}

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> releasable(*h);
*/
static bool is_releasable(const struct span_heap *h)
{
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i && h->spans[k].scavenged ==>
        holds_physical_page(h->spans[k], h->geometry.phys_pages);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].scavenged &&
        !has_physical_page(h->spans[i], h->geometry.phys_pages))
      return false;
  return true;
}

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> clear_of_arena(*h);
*/
static bool is_clear_of_arena(const struct span_heap *h)
{
  if (h->arena_base >= h->arena_end) return true;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant so_far: \forall integer k; 0 <= k < i ==>
        end_of(h->spans[k]) <= h->arena_base || h->arena_end <= h->spans[k].base;
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++)
    if (h->spans[i].base + h->spans[i].npages > h->arena_base &&
        h->arena_end > h->spans[i].base)
      return false;
  return true;
}

/*@ requires range: end_of(a) <= SPAN_LIMIT_PAGES;
    requires phys: phys_ok(r);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> settled(a, b, r);
*/
static bool are_settled(struct span a, struct span b, uint64_t r)
{
  if (!a.free || !b.free || a.base + a.npages != b.base) return true;
  return a.scavenged != b.scavenged && round_down(b.base, r) == b.base;
}

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> coalesced(*h);
*/
static bool is_coalesced(const struct span_heap *h)
{
  /*@ loop invariant range: 1 <= i && (h->count == 0 || i <= h->count);
      loop invariant so_far: \forall integer j, k; 0 <= j < k < i && k <= j + 1 ==>
        settled(h->spans[j], h->spans[k], h->geometry.phys_pages);
      loop assigns i;
      loop variant h->count - i; */
  for (uint64_t i = 1; i < h->count; i++)
    if (!are_settled(h->spans[i - 1], h->spans[i], h->geometry.phys_pages)) return false;
  return true;
}

/*@ requires valid: \valid(h);
    requires geometry: geometry_ok(h->geometry);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> arena_ok(*h);
*/
static bool has_arena(const struct span_heap *h)
{
  uint64_t r = h->geometry.phys_pages;
  return h->arena_base <= h->arena_end && h->arena_end <= SPAN_LIMIT_PAGES &&
         round_down(h->arena_base, r) == h->arena_base &&
         round_down(h->arena_end, r) == h->arena_end &&
         h->arena_end % h->geometry.arena_pages == 0;
}

struct sums {
  uint64_t idle, in_use, manual, released;
};

/* The spans lie one behind the other below the limit, so no sum exceeds it. */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures sums: sums_are(*h, h->count, \result.idle, \result.in_use, \result.manual,
      \result.released);
    ensures total: \result.idle + \result.in_use + \result.manual <= SPAN_LIMIT_PAGES;
    ensures less: \result.released <= \result.idle;
*/
static struct sums sum_up(const struct span_heap *h)
{
  struct sums sums = {0, 0, 0, 0};
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant idle: sums.idle == idle_sum(*h, 0, i);
      loop invariant in_use: sums.in_use == in_use_sum(*h, 0, i);
      loop invariant manual: sums.manual == manual_sum(*h, 0, i);
      loop invariant released: sums.released == released_sum(*h, 0, i);
      loop invariant none: i == 0 ==> sums.idle + sums.in_use + sums.manual == 0;
      loop invariant total: 0 < i ==>
        sums.idle + sums.in_use + sums.manual <= end_of(h->spans[i - 1]);
      loop invariant less: sums.released <= sums.idle;
      loop assigns i, sums;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    struct span s = h->spans[i];
    if (s.free)
      sums.idle += s.npages;
    else if (s.manual)
      sums.manual += s.npages;
    else
      sums.in_use += s.npages;
    sums.released += released_pages_in(s, h->geometry.phys_pages);
  }
  return sums;
}

/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires arena: arena_ok(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> accounted(*h);
*/
static bool is_accounted(const struct span_heap *h)
{
  struct sums sums = sum_up(h);
  uint64_t rest = h->arena_end - h->arena_base;
  return h->idle == sums.idle + rest && h->released == sums.released + rest &&
         h->in_use == sums.in_use && h->manual == sums.manual &&
         h->sys == h->idle + h->in_use;
}

bool span_heap_is_well_formed(const struct span_heap *h)
{
  return span_geometry_is_ok(h->geometry) && is_bounded(h) && is_ordered(h) &&
         is_flagged(h) && is_releasable(h) && is_clear_of_arena(h) && is_coalesced(h) &&
         has_arena(h) && is_accounted(h);
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> a == b;
*/
static bool geometries_are_equal(struct span_geometry a, struct span_geometry b)
{
  return a.phys_pages == b.phys_pages && a.huge_pages == b.huge_pages &&
         a.arena_pages == b.arena_pages && a.has_goal == b.has_goal &&
         a.goal_pages == b.goal_pages;
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> a == b;
*/
static bool spans_are_equal(struct span a, struct span b)
{
  return a.base == b.base && a.npages == b.npages && a.free == b.free &&
         a.manual == b.manual && a.scavenged == b.scavenged && a.needzero == b.needzero;
}

/*@ requires valid: \valid(a) && \valid(b);
    requires separate: \separated(a, b);
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> same_accounts(*a, *b);
*/
static bool accounts_are_same(const struct span_heap *a, const struct span_heap *b)
{
  return geometries_are_equal(a->geometry, b->geometry) && a->sys == b->sys &&
         a->idle == b->idle && a->in_use == b->in_use && a->manual == b->manual &&
         a->released == b->released && a->arena_base == b->arena_base &&
         a->arena_end == b->arena_end;
}

bool span_heaps_are_same(const struct span_heap *a, const struct span_heap *b)
{
  if (!accounts_are_same(a, b) || a->count != b->count) return false;
  /*@ loop invariant range: 0 <= i <= a->count;
      loop invariant so_far: unchanged(*a, *b, 0, i);
      loop assigns i;
      loop variant a->count - i; */
  for (uint64_t i = 0; i < a->count; i++)
    if (!spans_are_equal(a->spans[i], b->spans[i])) return false;
  return true;
}
