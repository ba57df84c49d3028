/* Laws: what the contracts of the judge's proved parts say, taken together. No body is
 * visible here, as in laws.c. Never compiled.
 *
 * The assertions named law are the laws. */
#include "../judge/page_set.h"

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
