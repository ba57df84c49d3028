#include "page_set.h"

/*@
  // Two sets: the same runs from lo to hi, or the same but for a shift.
  predicate same_runs(struct page_set a, struct page_set b, integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==> a.runs[i] == b.runs[i];
  predicate shifted_runs(struct page_set a, struct page_set b, integer lo, integer hi,
                         integer by) =
    (\forall integer i; lo <= i < hi ==> a.runs[i] == b.runs[i + by]) &&
    (\forall integer j; lo + by <= j < hi + by ==> b.runs[j] == a.runs[j - by]);
*/

void page_set_clear(struct page_set *s) { s->count = 0; }

/* The first run that ends at page or above. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    terminates \true; exits \false; assigns \nothing;
    ensures range: 0 <= \result <= s->count;
    ensures below: \forall integer i; 0 <= i < \result ==> s->runs[i].end < page;
    ensures above: \forall integer i; \result <= i < s->count ==> page <= s->runs[i].end;
*/
static uint64_t first_reaching(const struct page_set *s, uint64_t page)
{
  uint64_t low = 0, high = s->count;
  /*@ loop invariant range: 0 <= low <= high <= s->count;
      loop invariant below: \forall integer i; 0 <= i < low ==> s->runs[i].end < page;
      loop invariant above: \forall integer i; high <= i < s->count ==> page <= s->runs[i].end;
      loop assigns low, high;
      loop variant high - low; */
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (s->runs[middle].end < page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The first run that begins above page. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    terminates \true; exits \false; assigns \nothing;
    ensures range: 0 <= \result <= s->count;
    ensures below: \forall integer i; 0 <= i < \result ==> s->runs[i].base <= page;
    ensures above: \forall integer i; \result <= i < s->count ==> page < s->runs[i].base;
*/
static uint64_t first_above(const struct page_set *s, uint64_t page)
{
  uint64_t low = 0, high = s->count;
  /*@ loop invariant range: 0 <= low <= high <= s->count;
      loop invariant below: \forall integer i; 0 <= i < low ==> s->runs[i].base <= page;
      loop invariant above: \forall integer i; high <= i < s->count ==> page < s->runs[i].base;
      loop assigns low, high;
      loop variant high - low; */
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (s->runs[middle].base <= page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool page_set_meets(const struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base + 1);
  /*@ assert here: at < s->count && base <= s->runs[at].base < end ==>
        in_set(*s, s->runs[at].base); */
  /*@ assert around: at < s->count && s->runs[at].base <= base ==> in_set(*s, base); */
  return at < s->count && s->runs[at].base < end;
}

/* One run more at `at`, which is the one that was there, or none. */
/*@ requires valid: \valid(s);
    requires room: at <= s->count < PAGE_SET_CAPACITY;
    terminates \true; exits \false; assigns s->runs[at .. s->count], s->count;
    ensures count: s->count == \old(s->count) + 1;
    ensures below: same_runs(\old(*s), *s, 0, at);
    ensures above: shifted_runs(\old(*s), *s, at, \old(s->count), 1);
*/
static void open_gap(struct page_set *s, uint64_t at)
{
  uint64_t i = s->count;
  /*@ loop invariant range: at <= i <= s->count;
      loop invariant below: same_runs(\at(*s, Pre), *s, 0, i);
      loop invariant above: shifted_runs(\at(*s, Pre), *s, i, s->count, 1);
      loop assigns i, s->runs[at .. s->count];
      loop variant i; */
  for (; i > at; i--) s->runs[i] = s->runs[i - 1];
  s->count++;
}

/* The runs from `at` to `next` go. */
/*@ requires valid: \valid(s);
    requires range: at <= next <= s->count <= PAGE_SET_CAPACITY;
    terminates \true; exits \false; assigns s->runs[at .. s->count - 1], s->count;
    ensures count: s->count == \old(s->count) - (next - at);
    ensures below: same_runs(\old(*s), *s, 0, at);
    ensures above: shifted_runs(*s, \old(*s), at, s->count, next - at);
*/
static void close_gap(struct page_set *s, uint64_t at, uint64_t next)
{
  uint64_t by = next - at, i = at;
  if (by == 0) return;
  /*@ loop invariant range: at <= i <= s->count - by;
      loop invariant below: same_runs(\at(*s, Pre), *s, 0, at);
      loop invariant above: same_runs(\at(*s, Pre), *s, i, s->count);
      loop invariant moved: shifted_runs(*s, \at(*s, Pre), at, i, by);
      loop assigns i, s->runs[at .. s->count - 1];
      loop variant s->count - i; */
  for (; i + by < s->count; i++) s->runs[i] = s->runs[i + by];
  s->count -= by;
}

/* The runs from `at` to `next` make room for `kept` others, which the caller writes. */
/*@ requires valid: \valid(s);
    requires range: at <= next <= s->count <= PAGE_SET_CAPACITY;
    requires more: kept <= next - at + 1;
    requires room: next - at < kept ==> s->count < PAGE_SET_CAPACITY;
    terminates \true; exits \false; assigns *s;
    ensures count: s->count == \old(s->count) + kept - (next - at);
    ensures below: same_runs(\old(*s), *s, 0, at);
    ensures above: shifted_runs(\old(*s), *s, next, \old(s->count), kept - (next - at));
*/
static void make_room(struct page_set *s, uint64_t at, uint64_t next, uint64_t kept)
{
  if (kept > next - at)
    open_gap(s, next);
  else
    close_gap(s, at + kept, next);
}

bool page_set_add(struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base), next = first_above(s, end);
  struct page_run whole = {base, end};
  if (at == next && s->count == PAGE_SET_CAPACITY) return false;
  if (at < next && s->runs[at].base < base) whole.base = s->runs[at].base;
  if (at < next && s->runs[next - 1].end > end) whole.end = s->runs[next - 1].end;
  make_room(s, at, next, 1);
  s->runs[at] = whole;
  return true;
}

bool page_set_remove(struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base + 1), next = first_above(s, end - 1);
  /*@ ghost struct page_set before = *s; */
  /*@ assert order: next < s->count ==> base < s->runs[next].end; */
  if (at == next) return true;
  struct page_run low = {s->runs[at].base, base}, high = {end, s->runs[next - 1].end};
  uint64_t kept = (uint64_t)(low.base < low.end) + (uint64_t)(high.base < high.end);
  if (kept > next - at && s->count == PAGE_SET_CAPACITY) return false;
  make_room(s, at, next, kept);
  if (low.base < low.end) s->runs[at] = low;
  if (high.base < high.end) s->runs[at + kept - 1] = high;
  /*@ assert gone: \forall integer page; in_set(*s, page) ==>
        in_set(before, page) && !(base <= page < end); */
  /*@ assert stays: \forall integer page;
        in_set(before, page) && !(base <= page < end) ==> in_set(*s, page); */
  return true;
}

/* At the first difference there is a page in one and not in the other. */
/*@ ghost
  /@ requires ok_a: page_set_ok(a);
     requires ok_b: page_set_ok(b);
     requires alike: same_runs(a, b, 0, i);
     requires range: i <= a.count && i <= b.count;
     terminates \true; exits \false; assigns \nothing;
     ensures more: i < a.count && i == b.count ==>
       in_set(a, a.runs[i].base) && !in_set(b, a.runs[i].base);
     ensures lower: i < a.count && i < b.count && a.runs[i].base < b.runs[i].base ==>
       in_set(a, a.runs[i].base) && !in_set(b, a.runs[i].base);
     ensures shorter: i < a.count && i < b.count && a.runs[i].base == b.runs[i].base &&
       a.runs[i].end < b.runs[i].end ==>
         in_set(b, a.runs[i].end) && !in_set(a, a.runs[i].end); @/
  void lemma_runs_differ(struct page_set a, struct page_set b, uint64_t i)
  {
  }
*/

bool page_sets_are_same(const struct page_set *a, const struct page_set *b)
{
  uint64_t i = 0;
  /*@ loop invariant range: 0 <= i <= a->count && i <= b->count;
      loop invariant so_far: same_runs(*a, *b, 0, i);
      loop assigns i;
      loop variant a->count - i; */
  while (i < a->count && i < b->count && a->runs[i].base == b->runs[i].base &&
         a->runs[i].end == b->runs[i].end)
    i++;
  /*@ ghost lemma_runs_differ(*a, *b, i);
            lemma_runs_differ(*b, *a, i); */
  return i == a->count && i == b->count;
}
