/* Laws: what the contracts of the judge's proved parts say, taken together. No body is
 * visible here, as in laws.c. Never compiled.
 *
 * The assertions named law are the laws. */
#include "../judge/differ.h"
#include "../judge/joined.h"
#include "../judge/page_set.h"
#include "../judge/rules.h"
#include "../judge/shown.h"
#include "../judge/totals.h"
#include "../ref/decide.h"
#include "../ref/rounding.h"
#include "../ref/span_heap.h"
#include "../spec/sums.h"
#include "../trace/call_of.h"

/* --- Sets of pages: judge/page_set.h ---------------------------------------------------- */

/* An empty set has room. */
/*@ requires valid: \valid(s);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s; */
void what_was_cleared_has_room(struct page_set *s, uint64_t base, uint64_t end)
{
  page_set_clear(s);
  /*@ assert nothing: s->count > 0 ==> in_set(*s, s->runs[0].base); */
  bool added = page_set_add(s, base, end);
  /*@ assert law: added; */
}

/* Exactly what was added is met. */
/*@ requires valid: \valid(s);
    requires pages: base < end && base2 < end2 && from < to;
    terminates \true; exits \false; assigns *s; */
void what_was_added_is_met(struct page_set *s, uint64_t base, uint64_t end, uint64_t base2,
                           uint64_t end2, uint64_t from, uint64_t to)
{
  page_set_clear(s);
  if (!page_set_add(s, base, end) || !page_set_add(s, base2, end2)) return;
  /*@ assert first: in_set(*s, base) && in_set(*s, base2); */
  /*@ assert start: base <= from < end || base2 <= from < end2 ==> in_set(*s, from); */
  bool met = page_set_meets(s, from, to);
  /*@ assert law: met <==> (from < end && base < to) || (from < end2 && base2 < to); */
}

/* What was added and removed isn't met, and nothing else was lost or gained. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s; */
void what_was_removed_is_gone(struct page_set *s, uint64_t base, uint64_t end)
{
  /*@ ghost struct page_set before = *s; */
  if (!page_set_add(s, base, end) || !page_set_remove(s, base, end)) return;
  bool met = page_set_meets(s, base, end);
  /*@ assert law: !met; */
  /*@ assert law_others: \forall integer page; !(base <= page < end) ==>
        (in_set(*s, page) <==> in_set(before, page)); */
}

/* To add twice is to add once. */
/*@ requires valid: \valid(s) && \valid(t);
    requires separate: \separated(s, t);
    requires ok: page_set_ok(*s) && page_set_ok(*t);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s, *t; */
void adding_twice_is_adding_once(struct page_set *s, struct page_set *t, uint64_t base,
                                 uint64_t end)
{
  if (!page_sets_are_same(s, t)) return;
  if (!page_set_add(s, base, end)) return;
  if (!page_set_add(t, base, end) || !page_set_add(t, base, end)) return;
  bool same = page_sets_are_same(s, t);
  /*@ assert law: same; */
}

/* What meets nothing of a range meets nothing of it when pages elsewhere are added. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end && from < to;
    requires elsewhere: end <= from || to <= base;
    terminates \true; exits \false; assigns *s; */
void nothing_is_added_elsewhere(struct page_set *s, uint64_t base, uint64_t end, uint64_t from,
                                uint64_t to)
{
  bool met = page_set_meets(s, from, to);
  (void)page_set_add(s, base, end);
  bool is_met = page_set_meets(s, from, to);
  /*@ assert law: met == is_met; */
}

/* The order of two adds doesn't matter. */
/*@ requires valid: \valid(s) && \valid(t);
    requires separate: \separated(s, t);
    requires ok: page_set_ok(*s) && page_set_ok(*t);
    requires pages: base < end && base2 < end2;
    terminates \true; exits \false; assigns *s, *t; */
void adds_commute(struct page_set *s, struct page_set *t, uint64_t base, uint64_t end,
                  uint64_t base2, uint64_t end2)
{
  if (!page_sets_are_same(s, t)) return;
  if (!page_set_add(s, base, end) || !page_set_add(s, base2, end2)) return;
  if (!page_set_add(t, base2, end2) || !page_set_add(t, base, end)) return;
  bool same = page_sets_are_same(s, t);
  /*@ assert law: same; */
}

/* What is refused changes nothing. */
/*@ requires valid: \valid(s) && \valid(t);
    requires separate: \separated(s, t);
    requires ok: page_set_ok(*s) && page_set_ok(*t);
    requires pages: base < end;
    terminates \true; exits \false; assigns *s; */
void what_is_refused_changes_nothing(struct page_set *s, const struct page_set *t, uint64_t base,
                                     uint64_t end, bool adds)
{
  bool same = page_sets_are_same(s, t);
  bool done = adds ? page_set_add(s, base, end) : page_set_remove(s, base, end);
  bool still_same = page_sets_are_same(s, t);
  /*@ assert law: !done ==> same == still_same; */
}

/* Only a run that touches none needs room, and only one that is cut in two. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires pages: base < end < UINT64_MAX;
    terminates \true; exits \false; assigns *s; */
void few_need_room(struct page_set *s, uint64_t base, uint64_t end, bool adds)
{
  bool met = page_set_meets(s, base, end), met_behind = page_set_meets(s, end, end + 1);
  /*@ ghost struct page_set before = *s; */
  bool done = adds ? page_set_add(s, base, end) : page_set_remove(s, base, end);
  /*@ assert cut: !adds && !done ==> in_set(before, base) && in_set(before, end); */
  /*@ assert law: (adds ? met || met_behind : !met || !met_behind) ==> done; */
}

/* Sets that differ in one page are not the same. */
/*@ requires valid: \valid(s) && \valid(t);
    requires separate: \separated(s, t);
    requires ok: page_set_ok(*s) && page_set_ok(*t);
    requires pages: base < end;
    terminates \true; exits \false; assigns \nothing; */
void sets_that_are_met_elsewhere_differ(const struct page_set *s, const struct page_set *t,
                                        uint64_t base, uint64_t end)
{
  bool met = page_set_meets(s, base, end), met2 = page_set_meets(t, base, end);
  bool same = page_sets_are_same(s, t);
  /*@ assert law: met != met2 ==> !same; */
}

/* --- The end of sets of pages ------------------------------------------------------------ */

/* A set takes one run more at the most, so that there is room for the next. */
/*@ requires valid: \valid(s);
    requires ok: page_set_ok(*s);
    requires room: s->count < PAGE_SET_CAPACITY - 1;
    requires pages: base < end && base2 < end2;
    terminates \true; exits \false; assigns *s; */
void a_run_takes_room_for_one(struct page_set *s, uint64_t base, uint64_t end, uint64_t base2,
                              uint64_t end2)
{
  bool added = page_set_add(s, base, end), added2 = page_set_add(s, base2, end2);
  /*@ assert law: added && added2; */
}

/* --- What a candidate shows: judge/shown.h ------------------------------------------------ */

/*@
  // Somebody holds the page: by the reference, and what is pending doesn't count; or as the
  // candidate shows it.
  predicate held_page(struct span_heap h, struct page_set pending, integer page) =
    \exists integer i; held_at(h, pending, i) && holds_page(h.spans[i], page);
  predicate used_page(struct span_heap h, integer page) =
    \exists integer i; used_at(h, i) && holds_page(h.spans[i], page);
*/

/* A heap held against a copy of itself conforms, where nothing is pending or reserved. */
/*@ requires valid: \valid(is) && \valid(pending) && \valid(shows) && \valid(ours) &&
      \valid(theirs);
    requires separate: \separated(is, pending, shows, ours, theirs);
    requires order: shown_in_order(*is);
    requires copy: is->count == shows->count && unchanged(*is, *shows, 0, is->count);
    terminates \true; exits \false; assigns *pending, *ours, *theirs; */
void a_copy_conforms(const struct span_heap *is, struct page_set *pending,
                     const struct span_heap *shows, struct page_set *ours,
                     struct page_set *theirs, bool has_manual)
{
  /*@ assert order: shown_in_order(*shows); */
  page_set_clear(pending);
  bool used = shown_uses_are_same(is, pending, shows, has_manual);
  struct span_range none = {0, 0};
  bool is_free = shown_free_is_same(is, shows, none, ours, theirs);
  /*@ assert law: used && is_free; */
}

/* What conforms is the same memory, page by page: what is held is shown in use, and nothing else
 * is; what is free is shown free or is reserved, and nothing else is. */
/*@ requires valid: \valid(is) && \valid(pending) && \valid(shows) && \valid(ours) &&
      \valid(theirs);
    requires separate: \separated(is, pending, shows, ours, theirs);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires set: page_set_ok(*pending);
    requires range: reserved.base + reserved.npages <= UINT64_MAX;
    terminates \true; exits \false; assigns *ours, *theirs; */
void what_conforms_is_the_same_memory(const struct span_heap *is, const struct page_set *pending,
                                      const struct span_heap *shows, struct span_range reserved,
                                      struct page_set *ours, struct page_set *theirs,
                                      bool has_manual, uint64_t page)
{
  bool used = shown_uses_are_same(is, pending, shows, has_manual);
  bool is_free = shown_free_is_same(is, shows, reserved, ours, theirs);
  if (!used || !is_free) return;
  /*@ assert law_held: held_page(*is, *pending, page) <==> used_page(*shows, page); */
  /*@ assert law_free: free_page(*is, page) <==>
        free_page(*shows, page) || is_reserved(reserved, page); */
  /*@ assert law_never_both: held_page(*is, *pending, page) ==>
        !free_page(*shows, page) && !is_reserved(reserved, page); */
  /*@ assert law_reserved: is_reserved(reserved, page) ==>
        !free_page(*shows, page) && !used_page(*shows, page); */
}

/* Each span in use is shown with its base and pages, and with its kind where kinds are said. */
/*@ requires valid: \valid(is) && \valid(pending) && \valid(shows);
    requires separate: \separated(is, pending, shows);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires set: page_set_ok(*pending);
    terminates \true; exits \false; assigns \nothing; */
void each_span_in_use_is_shown(const struct span_heap *is, const struct page_set *pending,
                               const struct span_heap *shows, bool has_manual, uint64_t i,
                               uint64_t j)
{
  bool used = shown_uses_are_same(is, pending, shows, has_manual);
  if (!used || i >= is->count || j >= shows->count) return;
  /*@ assert law: held_at(*is, *pending, i) && used_at(*shows, j) &&
        is->spans[i].base == shows->spans[j].base ==>
          is->spans[i].npages == shows->spans[j].npages &&
          (has_manual ==> is->spans[i].manual == shows->spans[j].manual); */
  /*@ assert law_shown: held_at(*is, *pending, i) ==> \exists integer k;
        used_at(*shows, k) && shows->spans[k].base == is->spans[i].base; */
  /*@ assert law_real: used_at(*shows, j) ==> \exists integer k;
        held_at(*is, *pending, k) && is->spans[k].base == shows->spans[j].base; */
}

/* A span in use that isn't shown is missed, and one that is shown and isn't in use is seen, as is
 * one that is pending. */
/*@ requires valid: \valid(is) && \valid(pending) && \valid(shows);
    requires separate: \separated(is, pending, shows);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires set: page_set_ok(*pending);
    terminates \true; exits \false; assigns \nothing; */
void spans_in_use_are_missed_and_seen(const struct span_heap *is, const struct page_set *pending,
                                      const struct span_heap *shows, bool has_manual, uint64_t i,
                                      uint64_t j)
{
  bool used = shown_uses_are_same(is, pending, shows, has_manual);
  /*@ assert law_missed: held_at(*is, *pending, i) &&
        (\forall integer k; used_at(*shows, k) ==>
          shows->spans[k].base != is->spans[i].base) ==> !used; */
  /*@ assert law_seen: used_at(*shows, j) && (\forall integer k; held_at(*is, *pending, k) ==>
        is->spans[k].base != shows->spans[j].base) ==> !used; */
  /*@ assert law_pending: used_at(*shows, j) && in_set(*pending, shows->spans[j].base) ==>
        !used; */
  /*@ assert law_longer: held_at(*is, *pending, i) && used_at(*shows, j) &&
        is->spans[i].base == shows->spans[j].base &&
        is->spans[i].npages != shows->spans[j].npages ==> !used; */
}

/* A free page that nobody shows is missed; one that is shown free and isn't is seen, as is one
 * that is shown free and reserved as well. */
/*@ requires valid: \valid(is) && \valid(shows) && \valid(ours) && \valid(theirs);
    requires separate: \separated(is, shows, ours, theirs);
    requires order: shown_in_order(*is) && shown_in_order(*shows);
    requires range: reserved.base + reserved.npages <= UINT64_MAX;
    terminates \true; exits \false; assigns *ours, *theirs; */
void free_pages_are_missed_and_seen(const struct span_heap *is, const struct span_heap *shows,
                                    struct span_range reserved, struct page_set *ours,
                                    struct page_set *theirs, uint64_t page)
{
  bool same = shown_free_is_same(is, shows, reserved, ours, theirs);
  /*@ assert law_missed: free_page(*is, page) && !free_page(*shows, page) &&
        !is_reserved(reserved, page) ==> !same; */
  /*@ assert law_seen: free_page(*shows, page) && !free_page(*is, page) ==> !same; */
  /*@ assert law_twice: free_page(*shows, page) && is_reserved(reserved, page) ==> !same; */
}

/* What is not below the limit is in no order, so nobody need ask. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns \nothing; */
void what_is_past_the_limit_is_in_no_order(const struct span_heap *h, uint64_t i)
{
  bool below = shown_is_below_limit(h);
  /*@ assert law: shown_in_order(*h) ==> below; */
  if (!below) return;
  bool order = shown_is_in_order(h);
  /*@ assert law_sound: bounded(*h) && ordered(*h) ==> order; */
  /*@ assert law_empty: i < h->count && h->spans[i].npages == 0 ==> !order; */
  /*@ assert law_overlap: 0 < i < h->count && h->spans[i].base < end_of(h->spans[i - 1]) ==>
        !order; */
}

/* Whatever the reference can come to passes every rule on lists. */
/*@ requires valid: \valid(h) && \valid(given) && \valid(pieces);
    requires separate: \separated(h, given, pieces);
    requires well_formed: well_formed(*h);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns *given; */
void a_well_formed_heap_passes(const struct span_heap *h, struct page_set *given,
                               const struct span_range_list *pieces, enum join_rule rule)
{
  page_set_clear(given);
  bool below = shown_is_below_limit(h), order = shown_is_in_order(h);
  bool plain = shown_free_is_plain(h), clean = shown_is_clean(h, given);
  bool joined = shown_is_joined(h, pieces, rule, true);
  /*@ assert law: below && order; */
  /*@ assert law_plain: plain && clean; */
  /*@ assert law_joined: joined; */
}

/* Free memory is clean only as long as none of its pages was given out. */
/*@ requires valid: \valid(h) && \valid(given);
    requires separate: \separated(h, given);
    requires order: shown_in_order(*h);
    requires set: page_set_ok(*given);
    requires given: i < h->count && holds_page(h->spans[i], page) && in_set(*given, page);
    terminates \true; exits \false; assigns \nothing; */
void what_was_given_out_is_dirty(const struct span_heap *h, const struct page_set *given,
                                 uint64_t i, uint64_t page)
{
  bool clean = shown_is_clean(h, given);
  /*@ assert law: clean ==> !h->spans[i].free || h->spans[i].needzero; */
}

/* Where there is room for more there is room for fewer, and where nothing is in use every span
 * has room for a page. */
/*@ requires valid: \valid(h);
    requires order: shown_in_order(*h);
    terminates \true; exits \false; assigns \nothing; */
void room_for_more_is_room_for_fewer(const struct span_heap *h, uint64_t npages, uint64_t fewer)
{
  bool more = shown_has_room(h, npages), less = shown_has_room(h, fewer);
  bool one = shown_has_room(h, 1), unused = shown_is_unused(h);
  /*@ assert law: more && fewer <= npages ==> less; */
  /*@ assert law_unused: unused && 0 < h->count ==> fits(h->spans[0], 1) && one; */
}

/* Room is only where the pages are free. */
/*@ requires valid: \valid(h) && \valid(set);
    requires separate: \separated(h, set);
    requires order: shown_in_order(*h);
    requires size: 0 < npages;
    terminates \true; exits \false; assigns *set; */
void room_is_free_pages(const struct span_heap *h, struct page_set *set, uint64_t npages,
                        uint64_t page)
{
  shown_free_pages(set, h);
  bool room = shown_has_room(h, npages), unused = shown_is_unused(h);
  /*@ assert first: \forall integer i; 0 <= i < h->count && fits(h->spans[i], npages) ==>
        free_page(*h, h->spans[i].base); */
  /*@ assert law: room ==> \exists integer base; in_set(*set, base) && free_page(*h, base); */
  /*@ assert law_unused: unused ==> !used_page(*h, page); */
  /*@ assert law_apart: in_set(*set, page) ==> !used_page(*h, page); */
}

/* --- What must be joined: judge/joined.h -------------------------------------------------- */

/* Who joins nothing joins all that he must. */
/*@ requires valid: \valid(h) && \valid(pieces);
    requires separate: \separated(h, pieces);
    requires order: shown_in_order(*h);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing; */
void who_need_not_join_has_joined(const struct span_heap *h, const struct span_range_list *pieces,
                                  bool by_flag)
{
  bool joined = shown_is_joined(h, pieces, JOIN_NONE, by_flag);
  /*@ assert law: joined; */
}

/* Free neighbours of one kind are seen wherever they are; whoever joins all joins by every rule. */
/*@ requires valid: \valid(h) && \valid(pieces);
    requires separate: \separated(h, pieces);
    requires order: shown_in_order(*h);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    terminates \true; exits \false; assigns \nothing; */
void free_neighbours_are_seen(const struct span_heap *h, const struct span_range_list *pieces,
                              enum join_rule rule, bool by_flag, uint64_t i)
{
  bool all = shown_is_joined(h, pieces, JOIN_ALL, by_flag);
  bool any = shown_is_joined(h, pieces, rule, by_flag);
  /*@ assert law: 0 < i < h->count && adjacent_free(h->spans[i - 1], h->spans[i]) &&
        one_kind(h->spans[i - 1], h->spans[i], by_flag) ==> !all; */
  /*@ assert law_all: all ==> any; */
  if (i == 0 || i >= h->count) return;
  bool must = spans_must_join(pieces, rule, by_flag, h->spans[i - 1], h->spans[i]);
  /*@ assert law_each: any ==> !must; */
}

/* Where one piece has both, who joins in pieces must join them as who joins all; where none has,
 * he need not, nor need who joins buddies. */
/*@ requires valid: \valid(pieces);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES &&
      end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing; */
void pieces_are_joined_within(const struct span_range_list *pieces, bool by_flag, struct span a,
                              struct span b)
{
  bool all = spans_must_join(pieces, JOIN_ALL, by_flag, a, b);
  bool within = spans_must_join(pieces, JOIN_IN_PIECES, by_flag, a, b);
  bool buddies = spans_must_join(pieces, JOIN_BUDDIES, by_flag, a, b);
  /*@ assert law: in_one_piece(*pieces, a, b) ==> within == all; */
  /*@ assert law_across: !in_one_piece(*pieces, a, b) ==> !within && !buddies; */
  /*@ assert law_fewer: buddies ==> within; */
}

/* Buddies are equal halves of a block of 2^k pages, and no others. */
/*@ requires valid: \valid(pieces);
    requires piece: pieces->count == 1;
    requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES &&
      end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing; */
void buddies_are_halves(const struct span_range_list *pieces, struct span a, struct span b)
{
  bool must = spans_must_join(pieces, JOIN_BUDDIES, false, a, b);
  /*@ assert law: a.npages != b.npages ==> !must; */
  uint64_t n = a.npages, half = n / 2, quarter = half / 2;
  /*@ assert three: n == 3 ==> odd_part(n) == 3; */
  /*@ assert law_three: a.npages == 3 ==> !must; */
  /*@ assert halved: 0 < n && n % 2 == 0 ==> odd_part(n) == odd_part(half); */
  /*@ assert halved_again: 0 < half && half % 2 == 0 ==> odd_part(half) == odd_part(quarter); */
  /*@ assert one: quarter == 1 ==> odd_part(quarter) == 1; */
  /*@ assert first: in_piece(*pieces, 0, a, b) && a.base == pieces->ranges[0].base &&
        a.npages == 4 && b.npages == 4 ==> buddies(*pieces, a, b); */
  /*@ assert law_first: in_piece(*pieces, 0, a, b) && a.base == pieces->ranges[0].base &&
        a.npages == 4 && b.npages == 4 && adjacent_free(a, b) ==> must; */
  /*@ assert law_second: a.base == pieces->ranges[0].base + 4 && a.npages == 4 ==> !must; */
}

/* Who joins without a look at a flag must join no less; and nobody joins what isn't free. */
/*@ requires valid: \valid(pieces);
    requires count: pieces->count <= 2 * SPAN_HEAP_CAPACITY;
    requires sizes: 0 < a.npages && end_of(a) <= SPAN_LIMIT_PAGES &&
      end_of(b) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing; */
void flags_only_keep_apart(const struct span_range_list *pieces, enum join_rule rule,
                           struct span a, struct span b)
{
  bool any = spans_must_join(pieces, rule, false, a, b);
  bool by_flag = spans_must_join(pieces, rule, true, a, b);
  /*@ assert law: by_flag ==> any && a.scavenged == b.scavenged; */
  /*@ assert law_alike: a.scavenged == b.scavenged ==> by_flag == any; */
  /*@ assert law_free: any ==> a.free && b.free && end_of(a) == b.base; */
}

/* --- What spans add up to: judge/totals.h -------------------------------------------------- */

/* The reference's own statistics are the totals of its spans, and no others are. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing; */
void totals_of_an_accounted_heap(const struct span_heap *h, uint64_t says_pages)
{
  struct span_stats stats = span_heap_stats(h);
  struct shown_totals totals = shown_totals(h);
  bool same = totals_are(stats.idle, totals.idle_pages, stats.arena_base, stats.arena_end);
  bool says = totals_are(says_pages, totals.idle_pages, stats.arena_base, stats.arena_end);
  /*@ assert law: same && totals.nfree == stats.nfree; */
  /*@ assert law_exact: says ==> says_pages == stats.idle; */
}

/* What shows the same spans has the same totals. */
/*@ requires valid: \valid(is) && \valid(shows);
    requires separate: \separated(is, shows);
    requires below: shown_below(*is);
    requires same: same_table(*is, *shows);
    terminates \true; exits \false; assigns \nothing; */
void the_same_spans_have_the_same_pages(const struct span_heap *is, const struct span_heap *shows)
{
  /*@ ghost lemma_sums_frame(*is, *shows, 0, is->count); */
  /*@ assert below: shown_below(*shows); */
  struct shown_totals a = shown_totals(is), b = shown_totals(shows);
  /*@ assert law: a.idle_pages == b.idle_pages; */
}

/* --- What differs: judge/differ.h ---------------------------------------------------------- */

/* What is the same differs in nothing. */
/*@ terminates \true; exits \false; assigns \nothing; */
void what_is_the_same_differs_in_nothing(struct seen a, uint32_t numbers)
{
  uint32_t fields = seen_differ(a, a, numbers);
  uint32_t stats = seen_stats_differ(a.stats, a.stats, numbers);
  /*@ assert law: fields == 0 && stats == 0; */
}

/* What differs in nothing has the same answers, and the same numbers as far as they are said. */
/*@ terminates \true; exits \false; assigns \nothing; */
void what_differs_in_nothing_is_the_same(struct seen a, struct seen b, uint32_t numbers)
{
  uint32_t fields = seen_differ(a, b, numbers);
  if (fields != 0) return;
  /*@ assert law: a.status == b.status && a.base == b.base && a.needzero == b.needzero &&
        a.released_pages == b.released_pages && a.found == b.found && a.span == b.span &&
        a.advice == b.advice && a.advice_below == b.advice_below && a.ready == b.ready &&
        a.gone_pages == b.gone_pages && a.gone_digest == b.gone_digest; */
  /*@ assert law_pages: (number_in(numbers, 1 << NUMBER_SYS) == 1 ==> a.stats.sys == b.stats.sys) &&
        (number_in(numbers, 1 << NUMBER_IDLE) == 1 ==> a.stats.idle == b.stats.idle) &&
        (number_in(numbers, 1 << NUMBER_IN_USE) == 1 ==> a.stats.in_use == b.stats.in_use) &&
        (number_in(numbers, 1 << NUMBER_MANUAL) == 1 ==> a.stats.manual == b.stats.manual) &&
        (number_in(numbers, 1 << NUMBER_RELEASED) == 1 ==>
          a.stats.released == b.stats.released); */
  /*@ assert law_rest: (number_in(numbers, 1 << NUMBER_HUGE_FREE) == 1 ==>
          a.stats.huge_free == b.stats.huge_free) &&
        (number_in(numbers, 1 << NUMBER_NFREE) == 1 ==> a.stats.nfree == b.stats.nfree) &&
        (number_in(numbers, 1 << NUMBER_ARENA_BASE) == 1 ==>
          a.stats.arena_base == b.stats.arena_base) &&
        (number_in(numbers, 1 << NUMBER_ARENA_END) == 1 ==>
          a.stats.arena_end == b.stats.arena_end); */
}

/* Whatever else differs, a field that becomes the same is its own bit less, and no other. */
/*@ terminates \true; exits \false; assigns \nothing; */
void each_field_is_its_own_bit(struct seen a, struct seen b, uint32_t numbers)
{
  uint32_t fields = seen_differ(a, b, numbers);
  struct seen status = b, base = b, needzero = b, lookup = b, gone = b;
  status.status = a.status;
  base.base = a.base;
  needzero.needzero = a.needzero;
  lookup.span = a.span;
  gone.gone_digest = a.gone_digest;
  uint32_t without = seen_differ(a, status, numbers);
  /*@ assert law_status: fields - without == (a.status != b.status ? 1 << FIELD_STATUS : 0); */
  without = seen_differ(a, base, numbers);
  /*@ assert law_base: fields - without == (a.base != b.base ? 1 << FIELD_BASE : 0); */
  without = seen_differ(a, needzero, numbers);
  /*@ assert law_needzero: fields - without ==
        (a.needzero != b.needzero ? 1 << FIELD_NEEDZERO : 0); */
  without = seen_differ(a, lookup, numbers);
  /*@ assert law_lookup: a.found == b.found ==>
        fields - without == (a.span != b.span ? 1 << FIELD_LOOKUP : 0); */
  without = seen_differ(a, gone, numbers);
  /*@ assert law_gone: a.gone_pages == b.gone_pages ==>
        fields - without == (a.gone_digest != b.gone_digest ? 1 << FIELD_GONE : 0); */
}

/* ... and so is a number, if it is said. */
/*@ terminates \true; exits \false; assigns \nothing; */
void each_number_is_its_own_bit(struct span_stats a, struct span_stats b, uint32_t numbers)
{
  uint32_t fields = seen_stats_differ(a, b, numbers);
  struct span_stats idle = b, nfree = b;
  idle.idle = a.idle;
  nfree.nfree = a.nfree;
  uint32_t without = seen_stats_differ(a, idle, numbers);
  /*@ assert law_idle: fields - without == (number_in(numbers, 1 << NUMBER_IDLE) == 1 &&
        a.idle != b.idle ? 1 << FIELD_IDLE : 0); */
  without = seen_stats_differ(a, nfree, numbers);
  /*@ assert law_nfree: fields - without == (number_in(numbers, 1 << NUMBER_NFREE) == 1 &&
        a.nfree != b.nfree ? 1 << FIELD_NFREE : 0); */
}

/* Numbers of which none is said differ in nothing, and who says all differs in each. */
/*@ terminates \true; exits \false; assigns \nothing; */
void what_is_not_said_is_not_compared(struct span_stats a, struct span_stats b)
{
  uint32_t none = seen_stats_differ(a, b, 0), arena = seen_stats_differ(a, b, 384);
  /*@ assert law: none == 0; */
  /*@ assert law_arena: arena == (a.arena_base != b.arena_base || a.arena_end != b.arena_end ?
        1 << FIELD_ARENA : 0); */
}

/* Nothing differs more than both ways. */
/*@ terminates \true; exits \false; assigns \nothing; */
void to_differ_is_mutual(struct seen a, struct seen b, uint32_t numbers)
{
  uint32_t there = seen_differ(a, b, numbers), back = seen_differ(b, a, numbers);
  /*@ assert law: there == back; */
}

/* --- What is right about an answer: judge/rules.h ----------------------------------------- */

/* The reference's own answers are right. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void what_the_reference_gives_is_right(struct span_heap *h, struct span_os *os,
                                       struct span_request q, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK) return;
  /*@ assert size: request_ok(q); */
  /*@ assert below: given.base <= SPAN_LIMIT_PAGES; */
  enum fault request = rule_request(q, given.base);
  enum fault size = rule_size(q.npages, SPAN_LIMIT_PAGES, q.npages);
  enum fault place = rule_place(given.base, given.base, false);
  /*@ assert law: request == FAULT_NONE && size == FAULT_NONE && place == FAULT_NONE; */
}

/* What it refuses as a bad size nobody may give out, by one rule or the other. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires below: base <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void what_it_refuses_nobody_may_give(struct span_heap *h, struct span_os *os,
                                     struct span_request q, struct span_range_list *gone,
                                     uint64_t base)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  enum fault size = rule_size(q.npages, SPAN_LIMIT_PAGES, q.npages);
  bool is_size = 0 < q.npages && q.npages <= SPAN_LIMIT_PAGES;
  enum fault request = is_size ? rule_request(q, base) : FAULT_NONE;
  /*@ assert law: given.status == SPAN_BAD_SIZE <==>
        size == FAULT_SIZE || request == FAULT_ALIGN; */
}

/* What it refuses for want of memory anybody may refuse who has no more: there is no free run
 * that is long enough. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    requires plain: plain(q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void what_it_has_no_memory_for_may_be_refused(struct span_heap *h, struct span_os *os,
                                              struct span_request q,
                                              struct span_range_list *gone)
{
  /*@ assert phase: \forall integer x; x % 1 == 0; */
  /*@ assert placed: \forall integer i; 0 <= i < h->count && fits(h->spans[i], q.npages) ==>
        placed_in(h->spans[i], q, h->spans[i].base); */
  bool has_run = shown_has_room(h, q.npages);
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  enum fault fault = rule_refusal(has_run, given.status == SPAN_OK, true);
  /*@ assert law: given.status == SPAN_NO_MEMORY ==> fault == FAULT_NONE; */
  /*@ assert law_departs: given.status == SPAN_OK ==> fault != FAULT_NONE; */
}

/* A free of what is in use that is done is right, and that isn't is a fault; so is a free of what
 * isn't in use that is done. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void frees_are_right(struct span_heap *h, uint64_t base)
{
  struct span_lookup_result found = span_heap_lookup(h, base);
  bool was_in_use = found.found && !found.span.free && found.span.base == base;
  struct span_free_result freed = span_heap_free(h, base);
  bool is_freed = freed.status == SPAN_OK;
  enum fault right = rule_free(was_in_use, is_freed, false);
  enum fault other = rule_free(was_in_use, !is_freed, false);
  enum fault changed = rule_free(was_in_use, is_freed, true);
  /*@ assert law: right == FAULT_NONE && changed == FAULT_CHANGED; */
  /*@ assert law_other: other == (is_freed ? FAULT_NOT_FREED : FAULT_FREED_OTHER); */
}

/* A resize is right as the reference does it, and a lookup. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void resizes_are_right(struct span_heap *h, uint64_t base, uint64_t npages, bool has_manual)
{
  struct span_lookup_result before = span_heap_lookup(h, base);
  bool was_in_use = before.found && !before.span.free && before.span.base == base;
  struct span_alloc_result resized = span_heap_resize(h, base, npages);
  struct span_lookup_result after = span_heap_lookup(h, base);
  bool is_used = after.found && !after.span.free;
  struct span shown = {base, npages, false, after.span.manual, false, false};
  enum fault granted = rule_resize(was_in_use, npages, SPAN_LIMIT_PAGES, npages);
  enum fault found = rule_lookup(is_used, after.span, true, shown, has_manual);
  /*@ assert law: resized.status == SPAN_OK ==> granted == FAULT_NONE && found == FAULT_NONE; */
  /*@ assert law_other: resized.status == SPAN_NOT_IN_USE ==> granted == FAULT_RESIZED_OTHER; */
  /*@ assert law_size: resized.status == SPAN_BAD_SIZE ==> granted == FAULT_SIZE; */
}

/* An allocation that is found nowhere, elsewhere, or with other pages is seen. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing; */
void lookups_are_right(const struct span_heap *h, uint64_t page, bool says_used,
                       struct span says)
{
  struct span_lookup_result found = span_heap_lookup(h, page);
  bool is_used = found.found && !found.span.free;
  enum fault same = rule_lookup(is_used, found.span, is_used, found.span, true);
  enum fault fault = rule_lookup(is_used, found.span, says_used, says, true);
  /*@ assert law: same == FAULT_NONE; */
  /*@ assert law_used: is_used && (!says_used || says.base != found.span.base ||
        says.npages != found.span.npages || says.manual != found.span.manual) ==>
          fault == FAULT_LOOKUP; */
  /*@ assert law_free: !is_used && says_used ==> fault == FAULT_LOOKUP; */
}

/* Who declares no limits is not excused: what he holds a run for he must give. */
/*@ requires size: can_be(r.npages);
    requires limits: r.max_pages == SPAN_LIMIT_PAGES && r.alive_max == UINT64_MAX &&
      r.nalive < UINT64_MAX;
    requires plain: r.is_plain != 0;
    terminates \true; exits \false; assigns \nothing; */
void who_never_allocates_departs(struct refusal r, bool would_serve, bool is_there)
{
  bool excused = rule_is_excused(r), beyond = rule_is_beyond(r);
  enum fault run = rule_refusal(true, would_serve, is_there);
  enum fault memory = rule_refusal(false, true, true);
  /*@ assert law: !excused && !beyond && run == FAULT_HAS_FREE_RUN &&
        memory == FAULT_HAS_MEMORY; */
}

/* Limits excuse, to the page and to the allocation. */
/*@ requires size: can_be(r.npages);
    terminates \true; exits \false; assigns \nothing; */
void limits_are_exact(struct refusal r)
{
  bool excused = rule_is_excused(r), beyond = rule_is_beyond(r);
  /*@ assert law: beyond ==> excused; */
  /*@ assert law_pages: r.npages == r.max_pages && r.nalive < r.alive_max ==> !beyond; */
  /*@ assert law_more: r.npages == r.max_pages + 1 ==> beyond; */
  /*@ assert law_alive: r.nalive == r.alive_max ==> beyond; */
  /*@ assert law_placed: r.is_placed ==> excused == beyond; */
  enum fault size = rule_size(r.npages, r.max_pages, r.npages);
  /*@ assert law_given: size == FAULT_TOO_GREAT ==> beyond; */
}

/* What can be done in place is done, unless it asks for more than there may be. */
/*@ terminates \true; exits \false; assigns \nothing; */
void what_can_be_done_in_place_is(bool is_more, bool is_beyond)
{
  enum fault done = rule_in_place(true, is_more, is_beyond);
  enum fault less = rule_in_place(true, false, is_beyond);
  enum fault claim = rule_in_place(true, is_more, false);
  enum fault none = rule_in_place(false, is_more, is_beyond);
  /*@ assert law: none == FAULT_NONE && less == FAULT_IN_PLACE && claim == FAULT_IN_PLACE; */
  /*@ assert law_beyond: done == FAULT_NONE <==> is_more && is_beyond; */
}

/* A geometry is served as the reference serves it. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns *h; */
void geometries_are_served(struct span_heap *h, struct span_geometry geometry)
{
  bool fits = span_geometry_is_ok(geometry);
  bool serves = span_heap_init(h, geometry) == SPAN_OK;
  enum fault right = rule_geometry(fits, serves, true);
  enum fault wrong = rule_geometry(fits, !serves, true);
  enum fault refused = rule_geometry(fits, false, false);
  /*@ assert law: right == FAULT_NONE && wrong != FAULT_NONE && refused == FAULT_NONE; */
}

/* The reference's statistics are right of what it holds, and lost pages are wrong. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing; */
void statistics_are_right(const struct span_heap *h, struct span_stats says, uint32_t numbers,
                          bool has_idle)
{
  struct span_stats holds = span_heap_stats(h);
  struct wrong_stats right = rule_stats(holds, holds, numbers, has_idle);
  struct wrong_stats wrong = rule_stats(says, holds, 1 << NUMBER_IDLE, true);
  struct wrong_stats unsaid = rule_stats(says, holds, 0, has_idle);
  /*@ assert law: !right.in_use && !right.manual && !right.sys && !right.idle; */
  /*@ assert law_lost: says.idle != holds.idle ==> wrong.idle; */
  /*@ assert law_unsaid: !unsaid.in_use && !unsaid.manual && !unsaid.sys && !unsaid.idle; */
}

/* Who says of what it holds what is so, and whose sys is the sum, says nothing wrong. */
/*@ requires holds: says.in_use == holds.in_use && says.manual == holds.manual &&
      says.idle == holds.idle;
    requires sums: sums_up(says);
    terminates \true; exits \false; assigns \nothing; */
void who_says_what_it_holds_is_right(struct span_stats says, struct span_stats holds,
                                     uint32_t numbers, bool has_idle)
{
  struct wrong_stats wrong = rule_stats(says, holds, numbers, has_idle);
  /*@ assert law: !wrong.in_use && !wrong.manual && !wrong.sys && !wrong.idle; */
}

/* ... and who says all, and isn't, does. */
/*@ terminates \true; exits \false; assigns \nothing; */
void who_says_what_is_not_is_wrong(struct span_stats says, struct span_stats holds)
{
  struct wrong_stats wrong = rule_stats(says, holds, 15, true);
  /*@ assert law: says.in_use != holds.in_use || says.manual != holds.manual ||
        says.idle != holds.idle || !sums_up(says) ==>
          wrong.in_use || wrong.manual || wrong.sys || wrong.idle; */
}

/* Of what the reference gave out a page that no span begins at is inside. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone; */
void pages_of_an_allocation_are_inside(struct span_heap *h, struct span_os *os,
                                       struct span_request q, uint64_t page, bool was_given,
                                       bool forgets, struct span_range_list *gone)
{
  struct span_alloc_result given = span_heap_alloc(h, os, q, gone);
  if (given.status != SPAN_OK || page < given.base || page >= given.base + q.npages) return;
  struct span_lookup_result found = span_heap_lookup(h, page);
  enum wrong_page inside =
      rule_wrong_page(found.found, found.span.free, false, was_given, forgets);
  enum wrong_page pending =
      rule_wrong_page(found.found, found.span.free, true, was_given, forgets);
  /*@ assert law: inside == PAGE_INSIDE && pending == PAGE_FREED; */
}

/* What was freed is freed, and what nobody holds is foreign. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h; */
void freed_pages_are_freed(struct span_heap *h, uint64_t base, bool is_pending)
{
  struct span_free_result freed = span_heap_free(h, base);
  struct span_lookup_result found = span_heap_lookup(h, base);
  enum wrong_page known = rule_wrong_page(found.found, found.span.free, is_pending, true, false);
  enum wrong_page cleared = rule_wrong_page(found.found, found.span.free, is_pending, true, true);
  /*@ assert held: freed.status == SPAN_OK ==> held_free(*h, base, base + 1); */
  /*@ assert law: freed.status == SPAN_OK ==>
        known == PAGE_FREED && cleared == PAGE_FREED_OR_FOREIGN; */
  /*@ assert law_foreign: !found.found ==> known == PAGE_FOREIGN && cleared == PAGE_FOREIGN; */
}

/* What the reference believes of the OS is of use, and what is handed in. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires asked: asked_pages <= SPAN_LIMIT_PAGES;
    requires good: good_answer(*h, answer, asked_pages);
    terminates \true; exits \false; assigns \nothing; */
void what_the_reference_believes_is_of_use(const struct span_heap *h,
                                           struct span_os_answer answer, uint64_t asked_pages)
{
  struct span_range grant = {answer.base, answer.npages};
  /*@ ghost lemma_aligned_multiple(answer.base, h->geometry.arena_pages, h->geometry.phys_pages); */
  /*@ assert phys: answer.base % h->geometry.phys_pages == 0; */
  bool use = rule_grant_is_of_use(grant, asked_pages, h->geometry.phys_pages, false);
  bool cut = rule_grant_is_of_use(grant, asked_pages, h->geometry.phys_pages, true);
  bool little = rule_grant_is_of_use(grant, answer.npages + 1, h->geometry.phys_pages, true);
  /*@ assert law: use && cut && !little; */
}

/* --- How an operation is asked: trace/call_of.h -------------------------------------------- */

/* What names nothing for its kind asks nothing: a lookup is its address alone, a free its name. */
/*@ requires bytes: 0 < page_bytes;
    requires fits: a.fit <= SPAN_BEST_FIT && b.fit <= SPAN_BEST_FIT;
    requires kind: a.kind == b.kind && a.down == b.down && a.number == b.number;
    requires rest: !is_alloc(a);
    requires address: has_address(a) ==> a.address == b.address;
    requires name: has_name(a) ==> held.base == other.base && held.npages == other.npages;
    terminates \true; exits \false; assigns \nothing; */
void what_names_nothing_asks_nothing(struct trace_op a, struct trace_op b, uint64_t page_bytes,
                                     struct holding held, struct holding other)
{
  struct call x = call_of(a, page_bytes, held), y = call_of(b, page_bytes, other);
  /*@ assert law: x.kind == y.kind && x.down == y.down && x.page == y.page &&
        x.held_pages == y.held_pages && x.number == y.number; */
  /*@ assert law_request: asks_nothing(x.request) && asks_nothing(y.request); */
}

/* ... and an allocation is what it asks for, whatever its name, address and holding. */
/*@ requires bytes: 0 < page_bytes;
    requires fits: a.fit <= SPAN_BEST_FIT;
    requires alloc: is_alloc(a);
    requires same: a.kind == b.kind && a.number == b.number && a.has_align == b.has_align &&
      a.align == b.align && a.phase == b.phase && a.from == b.from &&
      a.has_below == b.has_below && a.below == b.below && a.fit == b.fit;
    terminates \true; exits \false; assigns \nothing; */
void an_allocation_is_what_it_asks_for(struct trace_op a, struct trace_op b, uint64_t page_bytes,
                                       struct holding held, struct holding other)
{
  struct call x = call_of(a, page_bytes, held), y = call_of(b, page_bytes, other);
  /*@ assert law: x.number == y.number && x.page == 0 && y.page == 0 && x.held_pages == 0 &&
        y.held_pages == 0 && x.request.npages == x.number; */
  /*@ assert law_request: x.request.npages == y.request.npages &&
        x.request.align == y.request.align && x.request.phase == y.request.phase &&
        x.request.from == y.request.from && x.request.below == y.request.below &&
        x.request.fit == y.request.fit && (x.request.manual <==> y.request.manual); */
}

/* An allocation of which nothing is said but pages asks for nothing else, and its window ends
 * where it is said to. */
/*@ requires bytes: 0 < page_bytes;
    requires alloc: is_alloc(op);
    requires plain: !op.has_align && op.phase == 0 && op.from == 0 && op.fit == 0;
    terminates \true; exits \false; assigns \nothing; */
void a_plain_allocation_asks_for_pages(struct trace_op op, uint64_t page_bytes,
                                       struct holding held)
{
  struct call call = call_of(op, page_bytes, held);
  /*@ assert law: !op.has_below ==> plain(call.request) && call.request.npages == op.number; */
  /*@ assert law_manual: call.request.manual <==> op.kind == OP_MANUAL; */
  /*@ assert law_below: op.has_below ==> call.request.below * page_bytes <= op.below; */
}

/* Bytes are pages, rounded down where they are an address, and up where they are wanted back. */
/*@ requires bytes: 0 < page_bytes;
    requires fits: op.fit <= SPAN_BEST_FIT;
    terminates \true; exits \false; assigns \nothing; */
void bytes_are_pages(struct trace_op op, uint64_t page_bytes, struct holding held)
{
  struct call call = call_of(op, page_bytes, held);
  /*@ assert law: has_address(op) ==>
        call.page * page_bytes <= op.address < (call.page + 1) * page_bytes; */
  /*@ assert law_up: op.kind == OP_SCAVENGE ==> op.number <= call.number * page_bytes; */
  /*@ assert law_no_more: op.kind == OP_SCAVENGE && 0 < op.number ==>
        (call.number - 1) * page_bytes < op.number; */
}
