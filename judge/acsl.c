/* The ACSL that states each sentence of docs/semantics.md, copied from the proved
 * sources: test_clauses.c looks for it there. */
#include <stddef.h>

#include "clauses.h"

static const char settled[] =
    "predicate settled(struct span a, struct span b, integer r) =\n"
    "    adjacent_free(a, b) ==> a.scavenged != b.scavenged && aligned(b.base, r);\n"
    "  predicate coalesced(struct span_heap h) =\n"
    "    \\forall integer i, j; 0 <= i < j < h.count && j <= i + 1 ==>\n"
    "      settled(h.spans[i], h.spans[j], h.geometry.phys_pages);";

static const char accounted[] =
    "logic integer arena_rest(struct span_heap h) = h.arena_end - h.arena_base;\n"
    "  predicate accounted(struct span_heap h) =\n"
    "    h.idle == idle_sum(h, 0, h.count) + arena_rest(h) &&\n"
    "    h.released == released_sum(h, 0, h.count) + arena_rest(h) &&\n"
    "    h.in_use == in_use_sum(h, 0, h.count) &&\n"
    "    h.manual == manual_sum(h, 0, h.count) &&\n"
    "    h.sys == h.idle + h.in_use;";

static const char dropped[] =
    "predicate dropped(struct span_heap a, struct span_heap b, integer i) =\n"
    "    a.geometry == b.geometry && same_arena(a, b) && b.released == a.released &&\n"
    "    b.idle == a.idle + a.spans[i].npages &&\n"
    "    (a.spans[i].manual ?\n"
    "      b.manual == a.manual - a.spans[i].npages && b.in_use == a.in_use &&\n"
    "        b.sys == a.sys + a.spans[i].npages :\n"
    "      b.in_use == a.in_use - a.spans[i].npages && b.manual == a.manual && "
    "b.sys == a.sys) &&\n"
    "    b.count == a.count && unchanged(a, b, 0, i) && unchanged(a, b, i + 1, a.count) &&\n"
    "    b.spans[i].base == a.spans[i].base && b.spans[i].npages == a.spans[i].npages &&\n"
    "    b.spans[i].free && !b.spans[i].manual && !b.spans[i].scavenged && "
    "b.spans[i].needzero;";

static const char looked_up[] =
    "behavior found:\n"
    "      assumes held: !nowhere(*h, page, page + 1);\n"
    "      ensures found: \\result.found;\n"
    "      ensures span: \\exists integer i; 0 <= i < h->count &&\n"
    "        holds_page(h->spans[i], page) && \\result.span == h->spans[i];\n"
    "    behavior none:\n"
    "      assumes free: nowhere(*h, page, page + 1);\n"
    "      ensures none: !\\result.found;\n"
    "      ensures zero: no_span(\\result.span);";

static const struct clause_acsl acsl[CLAUSES] = {
    [CLAUSE_GEOMETRY] = {"spec/well_formed.h",
      "predicate geometry_ok(struct span_geometry g) =\n"
      "    phys_ok(g.phys_pages) && 0 < g.arena_pages <= SPAN_LIMIT_PAGES &&\n"
      "    aligned(g.arena_pages, g.phys_pages) && g.huge_pages <= SPAN_LIMIT_PAGES &&\n"
      "    (g.huge_pages < g.phys_pages || aligned(g.huge_pages, g.phys_pages)) &&\n"
      "    (g.has_goal || g.goal_pages == 0);"},
    [CLAUSE_LIMIT] = {"spec/invariants.h",
      "predicate bounded(struct span_heap h) =\n"
      "    phys_ok(h.geometry.phys_pages) && h.count <= SPAN_HEAP_CAPACITY &&\n"
      "    \\forall integer i; 0 <= i < h.count ==>\n"
      "      0 < h.spans[i].npages && end_of(h.spans[i]) <= SPAN_LIMIT_PAGES;"},
    [CLAUSE_ERROR_UNCHANGED] = {"ref/span_heap.h",
      "ensures unchanged: \\result.status != SPAN_OK ==> *h == \\old(*h);"},
    [CLAUSE_ERROR_SIZE] = {"ref/span_heap.h",
      "behavior bad_size:\n"
      "      assumes size: npages == 0 || npages > SPAN_LIMIT_PAGES;\n"
      "      ensures status: \\result.status == SPAN_BAD_SIZE;\n"
      "      ensures not_asked: span_os_said == \\old(span_os_said) &&\n"
      "        span_os_asked == \\old(span_os_asked);"},
    [CLAUSE_INV_ORDER] = {"spec/invariants.h",
      "predicate bounded(struct span_heap h) =\n"
      "    phys_ok(h.geometry.phys_pages) && h.count <= SPAN_HEAP_CAPACITY &&\n"
      "    \\forall integer i; 0 <= i < h.count ==>\n"
      "      0 < h.spans[i].npages && end_of(h.spans[i]) <= SPAN_LIMIT_PAGES;\n"
      "\n"
      "  // 1. Spans are in address order and don't overlap.\n"
      "  predicate ordered(struct span_heap h) =\n"
      "    \\forall integer i, j; 0 <= i < j < h.count ==>\n"
      "      end_of(h.spans[i]) <= h.spans[j].base;"},
    [CLAUSE_INV_COALESCED] = {"spec/invariants.h", settled},
    [CLAUSE_INV_BOUNDARY] = {"spec/invariants.h", settled},
    [CLAUSE_INV_RELEASABLE] = {"spec/invariants.h",
      "predicate holds_physical_page(struct span s, integer r) =\n"
      "    up(s.base, r) + r <= down(end_of(s), r);\n"
      "  predicate releasable(struct span_heap h) =\n"
      "    \\forall integer i; 0 <= i < h.count && h.spans[i].scavenged ==>\n"
      "      holds_physical_page(h.spans[i], h.geometry.phys_pages);"},
    [CLAUSE_INV_ARENA] = {"spec/well_formed.h",
      "predicate arena_ok(struct span_heap h) =\n"
      "    h.arena_base <= h.arena_end <= SPAN_LIMIT_PAGES &&\n"
      "    aligned(h.arena_base, h.geometry.phys_pages) &&\n"
      "    aligned(h.arena_end, h.geometry.phys_pages) &&\n"
      "    h.arena_end % h.geometry.arena_pages == 0;"},
    [CLAUSE_INV_MAP] = {"ref/span_heap.h", looked_up},
    [CLAUSE_STATS_IDLE] = {"spec/well_formed.h", accounted},
    [CLAUSE_STATS_RELEASED] = {"spec/well_formed.h", accounted},
    [CLAUSE_STATS_SYS] = {"spec/well_formed.h", accounted},
    [CLAUSE_STATS_IN_USE] = {"spec/well_formed.h", accounted},
    [CLAUSE_STATS_MANUAL] = {"spec/well_formed.h", accounted},
    [CLAUSE_STATS_HUGE_FREE] = {"ref/span_heap.h",
      "ensures huge_free: \\result.huge_free == huge_free_sum(*h, h->count);"},
    [CLAUSE_STATS_NFREE] = {"ref/span_heap.h",
      "ensures nfree: \\result.nfree == free_count(*h, h->count);"},
    [CLAUSE_INV_NEEDZERO] = {NULL,
      "No ACSL states it, since it is about the whole history; the judge keeps "
      "the set of pages that were ever given out."},
    [CLAUSE_FIND] = {"spec/operations.h",
      "predicate lowest_fit(struct span_heap h, integer want, integer i) =\n"
      "    0 <= i < h.count && fits(h.spans[i], want) &&\n"
      "    \\forall integer j; 0 <= j < i ==> !fits(h.spans[j], want);"},
    [CLAUSE_ALLOC_GROW] = {"ref/span_heap.h",
      "behavior grows:\n"
      "      assumes size: 0 < npages <= SPAN_LIMIT_PAGES;\n"
      "      assumes none: !something_fits(*h, npages);\n"
      "      assumes room: h->count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;\n"
      "      assumes enough: arena_enough(*h, npages);\n"
      "      ensures status: \\result.status == SPAN_OK;\n"
      "      ensures next: \\exists struct span_heap m; grown(\\old(*h), m, npages) &&\n"
      "        allocated(m, *h, npages, manual, \\result);\n"
      "      ensures not_asked: span_os_said == \\old(span_os_said) &&\n"
      "        span_os_asked == \\old(span_os_asked);"},
    [CLAUSE_ALLOC_NOMEM] = {"ref/span_heap.h",
      "behavior asks:\n"
      "      assumes size: 0 < npages <= SPAN_LIMIT_PAGES;\n"
      "      assumes none: !something_fits(*h, npages);\n"
      "      assumes room: h->count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;\n"
      "      assumes short: !arena_enough(*h, npages);\n"
      "      ensures asked: span_os_asked == reservation(\\old(*h), npages);\n"
      "      ensures status: answered(\\old(*h), span_os_said, span_os_asked, "
      "\\result.status);\n"
      "      ensures next: \\result.status == SPAN_OK ==>\n"
      "        \\exists struct span_heap m;\n"
      "          reserved_and_grown(\\old(*h), m, span_os_said, npages) &&\n"
      "          allocated(m, *h, npages, manual, \\result);"},
    [CLAUSE_ALLOC_RELEASED] = {"spec/operations.h",
      "predicate released_after(struct span_heap a, struct span_heap b, integer i,\n"
      "                           integer npages) =\n"
      "    a.spans[i].npages == npages ?\n"
      "      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) :\n"
      "      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) +\n"
      "        released_of(b.spans[i + 1], a.geometry.phys_pages);"},
    [CLAUSE_ALLOC_REMAINDER] = {"spec/operations.h",
      "predicate given_out(struct span s, struct span was, integer npages, bool manual) =\n"
      "    s.base == was.base && s.npages == npages && !s.free && (s.manual <==> manual) &&\n"
      "    !s.scavenged && s.needzero == was.needzero;\n"
      "  predicate remains(struct span s, struct span was, integer npages, integer r) =\n"
      "    s.base == was.base + npages && end_of(s) == end_of(was) && s.free && !s.manual &&\n"
      "    (s.scavenged <==> (was.scavenged && up(s.base, r) < down(end_of(s), r))) &&\n"
      "    s.needzero == was.needzero;"},
    [CLAUSE_ALLOC_NEEDZERO] = {"spec/operations.h",
      "predicate allocated(struct span_heap a, struct span_heap b, integer npages,\n"
      "                      bool manual, struct span_alloc_result result) =\n"
      "    \\exists integer i; lowest_fit(a, npages, i) &&\n"
      "      carved(a, b, i, npages, manual, result.advice) && "
      "result.base == a.spans[i].base &&\n"
      "      (result.needzero <==> a.spans[i].needzero);"},
    [CLAUSE_ALLOC_STATS] = {"spec/operations.h",
      "predicate counted_out(struct span_heap a, struct span_heap b, integer npages,\n"
      "                        bool manual) =\n"
      "    a.geometry == b.geometry && same_arena(a, b) && b.idle == a.idle - npages &&\n"
      "    (manual ? b.manual == a.manual + npages && b.in_use == a.in_use &&\n"
      "                b.sys == a.sys - npages :\n"
      "              b.in_use == a.in_use + npages && b.manual == a.manual && "
      "b.sys == a.sys);"},
    [CLAUSE_GROW_ARENA] = {"spec/operations.h",
      "logic integer grown_base(struct span_heap h, integer npages) =\n"
      "    up(h.arena_base + npages, h.geometry.phys_pages);\n"
      "  predicate arena_carved(struct span_heap a, struct span_heap b, integer npages) =\n"
      "    same_table(a, b) && b.sys == a.sys && b.idle == a.idle && "
      "b.released == a.released &&\n"
      "    b.in_use == a.in_use && b.manual == a.manual &&\n"
      "    b.arena_base == grown_base(a, npages) && b.arena_end == a.arena_end;\n"
      "  predicate arena_enough(struct span_heap h, integer npages) =\n"
      "    grown_base(h, npages) <= h.arena_end;\n"
      "  predicate grown(struct span_heap a, struct span_heap b, integer npages) =\n"
      "    \\exists struct span_heap m; arena_carved(a, m, npages) &&\n"
      "      span_added(m, b, a.arena_base, grown_base(a, npages) - a.arena_base);\n"
      "\n"
      "  // grow(n), where it has not: the OS's answer becomes, or extends, the arena.\n"
      "  logic integer reservation(struct span_heap h, integer npages) =\n"
      "    npages % h.geometry.arena_pages == 0 ? npages :\n"
      "    npages - npages % h.geometry.arena_pages + h.geometry.arena_pages;"},
    [CLAUSE_GROW_STATS] = {"spec/operations.h",
      "predicate answer_counted(struct span_heap a, struct span_heap b,\n"
      "                           struct span_os_answer answer) =\n"
      "    same_table(a, b) && same_arena(a, b) && b.sys == a.sys &&\n"
      "    b.idle == a.idle + answer.npages && b.released == a.released + answer.npages &&\n"
      "    b.in_use == a.in_use && b.manual == a.manual;\n"
      "  predicate reserved(struct span_heap a, struct span_heap b, "
      "struct span_os_answer answer) =\n"
      "    \\exists struct span_heap opened, struct span_heap rest;\n"
      "      arena_opened(a, opened, answer) && rest_added(opened, rest, a, answer) &&\n"
      "      answer_counted(rest, b, answer);"},
    [CLAUSE_OS_ANSWER] = {"spec/operations.h",
      "predicate good_answer(struct span_heap h, struct span_os_answer answer, "
      "integer asked) =\n"
      "    asked <= answer.npages && answer.base % h.geometry.arena_pages == 0 &&\n"
      "    answer.npages % h.geometry.arena_pages == 0 &&\n"
      "    new_range(h, answer.base, answer.npages);\n"
      "  predicate answered(struct span_heap h, struct span_os_answer said, integer asked,\n"
      "                     integer status) =\n"
      "    !said.granted ? status == SPAN_NO_MEMORY :\n"
      "    good_answer(h, said, asked) ? status == SPAN_OK : status == SPAN_BAD_ANSWER;"},
    [CLAUSE_ADD_SPAN] = {"spec/operations.h",
      "predicate new_span(struct span s, integer base, integer npages) =\n"
      "    s.base == base && s.npages == npages && s.free && !s.manual && s.scavenged &&\n"
      "    !s.needzero;\n"
      "  predicate inserted(struct span_heap a, struct span_heap b, integer at, "
      "integer base,\n"
      "                     integer npages) =\n"
      "    same_accounts(a, b) && 0 <= at <= a.count && b.count == a.count + 1 &&\n"
      "    (\\forall integer i; 0 <= i < at ==> a.spans[i].base < base) &&\n"
      "    (\\forall integer i; at <= i < a.count ==> base <= a.spans[i].base) &&\n"
      "    unchanged(a, b, 0, at) && new_span(b.spans[at], base, npages) &&\n"
      "    shifted(a, b, at, a.count, 1);\n"
      "  predicate placed(struct span_heap a, struct span_heap b, integer base, "
      "integer npages) =\n"
      "    \\exists struct span_heap m, integer at, integer now;\n"
      "      inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now);\n"
      "  predicate span_added(struct span_heap a, struct span_heap b, integer base,\n"
      "                       integer npages) =\n"
      "    \\exists struct span_heap m; scavenged_for_growth(a, m, npages) &&\n"
      "      placed(m, b, base, npages);"},
    [CLAUSE_ADD_RANGE] = {"spec/operations.h",
      "predicate new_range(struct span_heap h, integer base, integer npages) =\n"
      "    0 < npages && base + npages <= SPAN_LIMIT_PAGES &&\n"
      "    (h.arena_base < h.arena_end ==>\n"
      "      base + npages <= h.arena_base || h.arena_end <= base) &&\n"
      "    \\forall integer i; 0 <= i < h.count ==> !overlaps(h.spans[i], base, "
      "base + npages);\n"
      "\n"
      "  predicate may_add(struct span_heap h, integer base, integer npages) =\n"
      "    new_range(h, base, npages) && aligned(base, h.geometry.phys_pages) &&\n"
      "    aligned(npages, h.geometry.phys_pages);"},
    [CLAUSE_ADD_STATS] = {"spec/operations.h",
      "predicate counted_in(struct span_heap a, struct span_heap b, integer npages) =\n"
      "    same_table(a, b) && same_arena(a, b) && b.sys == a.sys + npages &&\n"
      "    b.idle == a.idle + npages && b.released == a.released + npages &&\n"
      "    b.in_use == a.in_use && b.manual == a.manual;\n"
      "  predicate added(struct span_heap a, struct span_heap b, integer base, "
      "integer npages) =\n"
      "    \\exists struct span_heap m; counted_in(a, m, npages) && span_added(m, b, base, "
      "npages);"},
    [CLAUSE_COALESCE_MERGE] = {"spec/coalesce.h",
      "predicate merge_of(struct span s, struct span a, struct span b) =\n"
      "    s.base == a.base && end_of(s) == end_of(b) && s.free && !s.manual &&\n"
      "    s.scavenged == a.scavenged && (s.needzero <==> (a.needzero || b.needzero));\n"
      "  predicate merged(struct span_heap a, struct span_heap b, integer i) =\n"
      "    b.count == a.count - 1 && unchanged(a, b, 0, i) &&\n"
      "    merge_of(b.spans[i], a.spans[i], a.spans[i + 1]) &&\n"
      "    shifted(b, a, i + 1, b.count, 1);"},
    [CLAUSE_COALESCE_REALIGN] = {"spec/coalesce.h",
      "logic integer boundary_of(struct span a, struct span b, integer r) =\n"
      "    a.scavenged ? down(b.base, r) : up(b.base, r);\n"
      "  // The retained one may have gained used pages (D2).\n"
      "  predicate taints(struct span from, struct span to, integer r) =\n"
      "    r > 1 && !to.scavenged && from.needzero;\n"
      "  predicate realigned_left(struct span s, struct span a, struct span b, integer r) =\n"
      "    s.base == a.base && end_of(s) == boundary_of(a, b, r) &&\n"
      "    s.free == a.free && s.manual == a.manual && s.scavenged == a.scavenged &&\n"
      "    (s.needzero <==> (a.needzero || taints(b, a, r)));\n"
      "  predicate realigned_right(struct span s, struct span a, struct span b, integer r) =\n"
      "    s.base == boundary_of(a, b, r) && end_of(s) == end_of(b) &&\n"
      "    s.free == b.free && s.manual == b.manual && s.scavenged == b.scavenged &&\n"
      "    (s.needzero <==> (b.needzero || taints(a, b, r)));"},
    [CLAUSE_ADVICE] = {"spec/coalesce.h",
      "predicate advised(struct span s, integer huge_pages, integer huge_before,\n"
      "                    struct span_advice advice) =\n"
      "    !s.scavenged && huge_of(s, huge_pages) > huge_before ?\n"
      "      advice.base == s.base && advice.npages == s.npages : no_advice(advice);\n"
      "  predicate coalesce_advice(struct span_heap a, integer i, struct span s,\n"
      "                            struct span_advice advice) =\n"
      "    \\exists integer huge; huge_around(a, i, huge) &&\n"
      "      advised(s, a.geometry.huge_pages, huge, advice);"},
    [CLAUSE_FREE_BASE] = {"ref/span_heap.h",
      "behavior freed:\n"
      "      assumes in_use: \\exists integer i; in_use_at(*h, base, i);\n"
      "      ensures status: \\result.status == SPAN_OK;\n"
      "      ensures next: freed(\\old(*h), *h, base, \\result.advice);\n"
      "    behavior refused:\n"
      "      assumes wrong: !\\exists integer i; in_use_at(*h, base, i);\n"
      "      ensures status: \\result.status == SPAN_NOT_IN_USE;\n"
      "      ensures unchanged: *h == \\old(*h);\n"
      "      ensures advice: no_advice(\\result.advice);"},
    [CLAUSE_FREE_STATS] = {"spec/operations.h", dropped},
    [CLAUSE_FREE_RELEASED] = {"spec/operations.h", dropped},
    [CLAUSE_SCAVENGE_ORDER] = {"spec/scavenge.h",
      "predicate candidate(struct span_heap h, integer i) =\n"
      "    0 <= i < h.count && can_scavenge(h.spans[i], h.geometry.phys_pages) &&\n"
      "    (holds_huge(h.spans[i], h.geometry.huge_pages) ?\n"
      "      no_huge_candidate(h, i + 1, h.count) :\n"
      "      no_huge_candidate(h, 0, h.count) && no_candidate(h, i + 1, h.count));"},
    [CLAUSE_SCAVENGE_AMOUNT] = {"spec/scavenge.h",
      "predicate scavenge_ends(struct span_heap a, struct span_heap b, integer want) =\n"
      "    want <= b.released - a.released || no_candidate(b, 0, b.count);\n"
      "  predicate scavenged(struct span_heap a, struct span_heap b, integer want) =\n"
      "    scavenge_ends(a, b, want) &&\n"
      "    \\exists integer n; 0 <= n <= want && scavenge_steps(a, b, want, n);"},
    [CLAUSE_SCAVENGE_SPLIT] = {"spec/scavenge.h",
      "logic integer huge_down(integer x, integer huge_pages) = x - x % huge_pages;\n"
      "  predicate cut_boundary(struct span_geometry g, integer lo, integer hi, "
      "integer want,\n"
      "                         integer boundary) =\n"
      "    hi - lo <= want ? boundary == lo :\n"
      "    g.phys_pages < g.huge_pages &&\n"
      "        lo <= huge_down(down(hi - want, g.phys_pages), g.huge_pages) ?\n"
      "      boundary == huge_down(down(hi - want, g.phys_pages), g.huge_pages) :\n"
      "      boundary == down(hi - want, g.phys_pages);\n"
      "\n"
      "  // From boundary on, free span i of a is a span of its own, number k of b.\n"
      "  predicate cut_from(struct span_heap a, struct span_heap b, integer i, "
      "integer boundary,\n"
      "                     integer k) =\n"
      "    same_accounts(a, b) &&\n"
      "    (boundary == up(a.spans[i].base, a.geometry.phys_pages) ?\n"
      "      k == i && same_heap(a, b) :\n"
      "      k == i + 1 && split_at(a, b, i, boundary - a.spans[i].base));"},
    [CLAUSE_SCAVENGE_RELEASED] = {"spec/scavenge.h",
      "predicate gave_back(struct span_heap a, struct span_heap b, integer k) =\n"
      "    a.geometry == b.geometry && a.sys == b.sys && a.idle == b.idle &&\n"
      "    a.in_use == b.in_use && a.manual == b.manual &&\n"
      "    a.arena_base == b.arena_base && a.arena_end == b.arena_end &&\n"
      "    b.released == a.released + released_of(b.spans[k], b.geometry.phys_pages) &&\n"
      "    b.count == a.count && unchanged(a, b, 0, k) && unchanged(a, b, k + 1, a.count) &&\n"
      "    b.spans[k].base == a.spans[k].base && b.spans[k].npages == a.spans[k].npages &&\n"
      "    b.spans[k].free == a.spans[k].free && b.spans[k].manual == a.spans[k].manual &&\n"
      "    b.spans[k].scavenged && b.spans[k].needzero == a.spans[k].needzero;"},
    [CLAUSE_LOOKUP] = {"ref/span_heap.h", looked_up},
    [CLAUSE_SPANS] = {NULL,
      "No ACSL states it for a whole history. For a single operation, "
      "proofs/determinism_of_operations.c shows: two heaps that can't be told apart stay so, "
      "as long as the OS gives both the same answer."},
};

struct clause_acsl clause_acsl(enum clause clause) { return acsl[clause]; }
