#!/usr/bin/env python3
"""The gate can't be talked round: each case is an attack that says what isn't so.

  test_attacks.py [CASE ...]

The code is wrong, or false is believed; the proof goes through, or nearly. Each passed a
gate once, or passes Frama-C. What a later version of Frama-C was seen to report as proved
stands here too.
"""
import re
import sys

import test_prove
from test_prove import CODE, MUTANT, QUIET, SMALL, TARGET, Expect, in_front, mutation, replace

WRONG = "case 4: return x / 4 * 8;"
RIGHT = "case 4: return x / 4 * 4;"
ROUND_DOWN = "uint64_t round_down(uint64_t x, uint64_t r)\n{"


def wrong_code(copy, head=""):
    """Right code becomes wrong, behind HEAD."""
    replace(copy / TARGET, RIGHT, WRONG.replace("return", head + "return"))


def before(copy, text, place=CODE):
    replace(copy / TARGET, place, text + place)


# What the compiler compiles is not what is proved.

def wish_spelled_by_a_macro(copy):
    before(copy, "#define WISH ad##mit\n", '#include "rounding.h"')
    wrong_code(copy, "/*@ WISH wish: x < 4; */ ")
    return Expect(r"directive that no proved file may have: #define WISH")


def code_chosen_by_the_machine(copy):
    replace(copy / TARGET, RIGHT, f"\n#ifdef __FC_MACHDEP_X86_64\n{RIGHT}\n#else\n{WRONG}\n#endif\n")
    return Expect(r"directive that no proved file may have: #ifdef __FC")


def code_chosen_by_the_optimizer(copy):
    replace(copy / TARGET, RIGHT, f"\n#ifdef __OPTIMIZE__\n{WRONG}\n#else\n{RIGHT}\n#endif\n")
    return Expect(r'cc -std=c99 -O2 -DNDEBUG compiles ".*8.*", Frama-C proves')


def code_chosen_without_a_directive(copy):
    replace(copy / TARGET, RIGHT, "case 4: return x / 4 * (4 + 4 * (__FC_MACHDEP_X86_64 == 0));")
    return Expect(r"says __FC_MACHDEP_X86_64")


def axioms_behind_a_blank(copy):
    (copy / "fuzz").mkdir()
    (copy / "fuzz/evil.h").write_text("/*@ axiomatic evil { axiom no: \\false; } */\n")
    before(copy, '# include "../fuzz/evil.h"\n', '#include "rounding.h"')
    wrong_code(copy)
    return Expect(r"fuzz/evil.h says axiomatic|directive that no proved file may have: # include")


def directive_behind_a_literal(copy):
    before(copy, 'static const char *said = "/*";\n#define round_up round_down\n/* "*/\n')
    return Expect(r"directive that no proved file may have: #define round_up", target=SMALL)


def header_from_elsewhere(copy):
    before(copy, '#include "/evil.h"\n', '#include "rounding.h"')
    return Expect(r'directive that no proved file may have: #include "/evil', target=SMALL)


def name_that_some_compilers_define(copy):
    replace(copy / TARGET, RIGHT, "case 4: return x / 4 * (4 + 0 * linux);")
    return Expect(r'cc -std=c99 -O0 compiles ".*linux')


def directive_by_digraph(copy):
    before(copy, "%:define phys_ok(r) 0 == 1\n", '#include "rounding.h"')
    return Expect(r"has a digraph: '%:'", target=SMALL)


def word_over_two_lines(copy):
    wrong_code(copy, "/*@ ad\\\nmit wish: x < 4; */ ")
    return Expect(r"has a line that goes on")


def keyword_renamed(copy):
    before(copy, "#define ensures check ensures\n", '#include "rounding.h"')
    return Expect(r"directive that no proved file may have: #define ensures", target=SMALL)


# What is believed without a proof.

def goals(copy, more):
    """The attacker counts the goals that come with what is added."""
    path = copy / "proofs/targets.txt"
    path.write_text(re.sub(rf"(?m)^({TARGET} *\| )(\d+)",
                           lambda line: line[1] + str(int(line[2]) + more), path.read_text()))


def believed(copy, head):
    """Wrong code is right since a lemma without a body says that false is true."""
    before(copy, f"/*@ ghost\n  /@ {QUIET} ensures \\false; @/\n  {head}; */\n", ROUND_DOWN)
    wrong_code(copy, "/*@ ghost lemma_magic(); */ ")


def lemma_that_returns_char(copy):
    believed(copy, "char lemma_magic(void)")
    return Expect(r"lemma_magic")


def lemma_over_two_lines(copy):
    believed(copy, "void\n  lemma_magic(void)")
    return Expect(r"lemma_magic")


def proved_lemma_with_another_contract(copy):
    before(copy, f"/*@ ghost\n  /@ {QUIET} ensures \\false; @/\n  void lemma_sums_bounded(int x); */\n",
           ROUND_DOWN)
    wrong_code(copy, "/*@ ghost lemma_sums_bounded(0); */ ")
    return Expect(r"believes a contract of lemma_sums_bounded that is not the proved one")


def definition_without_an_end(copy):
    replace(copy / "spec/physical.h", "/*@\n",
            "/*@\n  logic integer bad(integer x) = bad(x) + 1;\n")
    wrong_code(copy, "/*@ assert no: bad(0) == bad(0) + 1; */ ")
    goals(copy, 1)
    return Expect(r"bad calls itself, and nothing says why that ends")


def definition_that_ends_in_one_branch_only(copy):
    replace(copy / "spec/sums.h", "idle_sum(h, lo, hi - 1) + idle_of(h.spans[hi - 1])",
            "idle_sum(h, lo, hi - 1) + idle_of(h.spans[hi - 1]) + idle_sum(h, lo, hi + 1)")
    return Expect(r"idle_sum calls itself, but not with hi - 1", target=SMALL.replace("frame", "sums"))


def definition_that_halves_and_is_not_listed(copy):
    replace(copy / "spec/frame.h", "/*@\n",
            "/*@\n  logic integer free_count(integer hi) = hi <= 0 ? 0 : free_count(hi / 2);\n")
    return Expect(r"free_count calls itself, but not with hi - 1", target=SMALL)


def definition_that_halves_without_an_end(copy):
    """Half of 0 is 0."""
    replace(copy / "spec/frame.h", "/*@\n",
            "/*@\n  logic integer odd_part(integer n) =\n"
            "    n < 0 ? n : (n % 2 != 0 ? n : odd_part(n / 2));\n")
    return Expect(r"odd_part calls itself, but not with n / 2, or where n <= 0", target=SMALL)


def definition_without_a_body(copy):
    replace(copy / "spec/frame.h", "/*@\n", "/*@\n  logic integer magic{L}(uint64_t *p);\n")
    return Expect(r"magic has no definition|Warning: ", target=SMALL)


def invariant_of_a_type(copy):
    before(copy, "/*@ type invariant small(struct span s) = s.npages == 0; */\n")
    return Expect(r"only predicate, logic, lemma stand on their own|Warning: ", target=TARGET)


def global_invariant(copy):
    before(copy, "static uint64_t nobody;\n/*@ global invariant no: nobody == 1; */\n")
    return Expect(r"only predicate, logic, lemma stand on their own|Warning: ", target=TARGET)


def ghost_code_that_changes_the_heap(copy):
    before(copy, f"/*@ requires valid: \\valid(h); terminates \\true; exits \\false; assigns h->count;\n"
           "    ensures none: h->count == 0; */\n"
           "static void forget(struct span_heap *h)\n{\n  /*@ ghost h->count = 0; */\n}\n\n")
    return Expect(r"Warning: |User Error")


def ghost_code_that_returns(copy):
    replace(copy / TARGET, RIGHT, f"/*@ ghost if (x >= 0) return x - x % 4; */ {WRONG}")
    return Expect(r"directive|Warning: |User Error|open: ")


def function_that_never_returns(copy):
    before(copy, f"/*@ {QUIET} ensures \\false; */\nstatic _Noreturn void stop(void)\n{{\n}}\n\n")
    return Expect(r"says _Noreturn")


def endless_loop(copy):
    before(copy, "/*@ terminates \\false; exits \\false; assigns \\nothing; ensures \\false; */\n"
           "static void stay(void)\n{\n  /*@ loop assigns \\nothing; */\n  while (true) { }\n}\n\n")
    goals(copy, 5)
    return Expect(r"the contract of stay does not say terminates")


# What is stated changes under its name.

def clause_weakened_under_its_name(copy):
    replace(copy / "ref/decide.h", "ensures decides: \\result <==> same_heap(*a, *b);",
            "ensures decides: \\result ==> same_heap(*a, *b);")
    return Expect(r"stated otherwise than pinned: ref/decide.c \| span_heaps_are_same", "--replay", "ref/decide.c")


def definition_weakened_under_its_name(copy):
    replace(copy / "spec/frame.h", "lo < hi && nowhere(a, lo, hi) ==>", "lo < hi && nowhere(a, lo, hi) && lo == hi ==>")
    return Expect(r"stated otherwise than pinned: predicate \| apart", "--replay", SMALL)


def door_that_can_be_looked_behind(copy):
    replace(copy / "spec/os.h", "struct span_os; /*", "struct span_os { int asked; }; /*")
    return Expect(r"unjustified hypothesis: requires .separated.h, gone, os|stated otherwise than pinned", "--replay", "ref/grow.c")


def door_that_promises_more(copy):
    replace(copy / "spec/os.h", "    ensures said:", "    ensures kind: \\result.granted;\n    ensures said:")
    return Expect(r"stated otherwise than pinned: trusted \| span_os_reserve", "--replay", "ref/grow.c")


# What Frama-C passes over.

def contract_of_a_statement(copy):
    wrong_code(copy, "/*@ ensures \\false; */ { x = x + 0; } ")
    return Expect(r"Warning: |, not proved: |open: ")


def invariant_that_is_no_loops(copy):
    replace(copy / TARGET, "  uint64_t over = x % unit;",
            "  uint64_t over = x % unit;\n  /*@ invariant wish: over == 0; */")
    return Expect(r"Warning: |, not proved: |open: ")


def union_written_in_part(copy):
    before(copy, "union both { uint64_t whole; uint32_t half; };\n"
           f"/*@ {QUIET} ensures same: \\result == 1; */\n"
           "static uint64_t halves(void)\n{\n  union both b;\n  b.whole = 1;\n  b.half = 2;\n"
           "  return b.whole;\n}\n\n")
    return Expect(r"says union")


def clause_without_a_goal(copy):
    replace(copy / "proofs/prove.py", '"-wp", "-wp-model"',
            '"-wp", "-wp-prop=-@ensures", "-wp-model"')
    return Expect(r"was not proved|-, not proved: Default behavior")


def dead_branch(copy):
    replace(copy / TARGET, RIGHT, f"case 4: if (x > UINT64_MAX - 1 && x < 4) return x / 4 * 8; return x / 4 * 4;")
    return Expect(r"contradiction or dead code", mode="--smoke")


# What a prover says.

def prover_that_crashes(copy):
    configuration = copy / "proofs/why3.conf"
    environment = in_front(copy, "tools", "z3", 'case "$*" in *--version*) exec /usr/bin/z3 "$@";; esac\nkill -SEGV $$')
    configuration.write_text(re.sub(r"/usr/bin/z3", str(copy / "tools/z3"), configuration.read_text()))
    for entry in (copy / "proofs/cache/mutants" / MUTANT).iterdir():
        entry.unlink()
    expect = mutation(r"not every prover was tried|only these prove a simple truth", "--update")
    return expect._replace(environment=environment)


CASES = [case for name, case in list(globals().items())
         if callable(case) and getattr(case, "__module__", "") == __name__
         and case.__code__.co_varnames[:case.__code__.co_argcount] == ("copy",)]

if __name__ == "__main__":
    sys.exit(test_prove.main(CASES))
