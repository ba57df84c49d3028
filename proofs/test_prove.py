#!/usr/bin/env python3
"""The gate fails when it should: break the proof in a copy and see it say so.

  test_prove.py [CASE ...]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import report
import sources
import tools

ROOT = Path(__file__).resolve().parent.parent
TARGET = "ref/rounding.c"
SMALL = "spec/frame.c"  # quicker, for what could be seen in any target
PART, FIRST = "trace/bytes_operands.c", "region_base"  # where a part of it begins
CODE = "uint64_t huge_pages_in(struct span s"  # a place to put a function before
QUIET = "terminates \\true; exits \\false; assigns \\nothing;"
WITNESS = """#include "../ref/rounding.h"

/*@ requires phys: phys_ok(r) && x <= SPAN_LIMIT_PAGES;
    terminates \\true; exits \\false; assigns \\nothing;
    ensures right: \\result <= x;
    check ensures wrong: \\result %s x; */
static uint64_t takes_something(uint64_t x, uint64_t r)
{
  return round_down(x, r);
}
"""

MUTANT = "rounds-up-too-far"

# said: what the gate says when it fails, None where it has to pass. kept: what has
# to be so afterwards. seconds: what a prover has for a goal; None: see run.
LITTLE, ENOUGH = 2, 30
Expect = namedtuple("Expect", "said mode target environment kept tool seconds", defaults=(
    None, "--update", TARGET, None, lambda copy: True, "prove.py", None))


def replace(path, old, new):
    text = path.read_text()
    if text.count(old) != 1:
        sys.exit(f"{path}: expected once: {old}")
    path.write_text(text.replace(old, new))


def copied(copy):
    for room in ("spec", "ref", "trace", "judge"):
        shutil.copytree(ROOT / room, copy / room)
    shutil.copytree(ROOT / "proofs", copy / "proofs", ignore=lambda directory, names: [
        name for name in names
        if directory.endswith("cache") and name not in ("ref-rounding.c", "spec-frame.c", "mutants")])
    (copy / "docs").mkdir()
    for document in ("README.md", "docs/trust.md"):
        shutil.copy(ROOT / document, copy / document)


def in_front(copy, directory, tool, script):
    """PATH with a TOOL of our own before the others."""
    (copy / directory).mkdir()
    (copy / directory / tool).write_text(f"#!/bin/sh\n{script}\n")
    (copy / directory / tool).chmod(0o755)
    return dict(os.environ, PATH=f"{copy / directory}:{os.environ['PATH']}")


def unchanged(copy):
    return Expect()


def unchanged_in_little_time(copy):
    """Where the gate refuses this target, it isn't for want of time: the cache has its proofs, and
    each took less."""
    return Expect(seconds=LITTLE)


def unchanged_replayed(copy):
    return Expect(mode="--replay")


def unchanged_smoke(copy):
    return Expect(mode="--smoke", target=SMALL)


def part_whose_caller_is_left_out(copy):
    """What `operand_bytes` demands is proved where it is called, and one caller is left out."""
    files = [target.file for target in sources.proved_targets()]
    turn = files.index(PART) + len(files) * sorted(report.goals_by_function(PART)).index(FIRST)
    return Expect(mode="--one", target=PART,
                  environment=in_front(copy, "tools", "git", f"echo {turn:012x}"))


def wrong_code(copy):
    replace(copy / TARGET, "return x / 4 * 4;", "return x / 4 * 8;")
    return Expect(r"open: typed_ref_round_down_ensures_down")


def cached_proof_not_believed_from_scratch(copy):
    """Wrong code, and a cache in which everything that was tried is proved. That it takes in
    a replay, which trusts the cache, shows that the entries are as Frama-C wants them."""
    expect = wrong_code(copy)
    subprocess.run([copy / "proofs" / "prove.py", "--update", "--timeout", str(LITTLE), TARGET],
                   cwd=copy, capture_output=True)
    for entry in (copy / "proofs" / "cache" / "ref-rounding.c").glob("*.json"):
        entry.write_text(re.sub(r'"timeout", "time": [\d.]+', '"valid", "was": "timeout", '
                                '"time": 0.01, "steps": 52323', entry.read_text()))
    replay = [copy / "proofs" / "prove.py", "--replay", TARGET]
    return expect._replace(mode=f"--timeout={LITTLE}", kept=lambda copy: subprocess.run(
        replay, cwd=copy, capture_output=True).returncode == 0)


def wrong_contract(copy):
    replace(copy / "ref/rounding.h", "ensures bounds: x <= \\result < x + unit;",
            "ensures bounds: x < \\result < x + unit;")
    return Expect(r"open: typed_ref_round_up_to_ensures_bounds")


def dropped_clauses(copy):
    replace(copy / "ref/rounding.h", "    ensures bounds: x <= \\result < x + unit;\n", "")
    return Expect(r"goals, targets.txt says")


def clause_dropped_here_added_there(copy):
    replace(copy / "ref/rounding.h", "    ensures bounds: x <= \\result < x + unit;\n", "")
    replace(copy / "ref/rounding.h", "    ensures bounds: \\result <= x < \\result + unit;\n",
            "    ensures bounds: \\result <= x < \\result + unit;\n"
            "    ensures below: \\result <= x;\n")
    return Expect(r"pinned, but not so: ref/rounding.c \| round_up_to .*bounds", mode="--replay")


def function_without_contract(copy):
    replace(copy / TARGET, "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return round_down(x",
            "uint64_t plus(uint64_t x, uint64_t r);\n"
            "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return round_down(plus(x, 0)")
    return Expect(r"Warning: |plus, which has no proved body")


def unproved_function(copy):
    replace(copy / TARGET, CODE,
            "static uint64_t half(uint64_t x)\n{\n  return x / 2;\n}\n\n" + CODE)
    return Expect(r"half was not proved")


def hypothesis_not_demanded(copy):
    replace(copy / TARGET, CODE,
            f"/*@ requires valid: \\valid(a) && \\valid(b); {QUIET}\n"
            "    ensures same: \\result <==> a->count == b->count; */\n"
            "static bool alike(const struct span_heap *a, const struct span_heap *b)\n"
            "{\n  return a->count == b->count;\n}\n\n" + CODE)
    return Expect(r"unjustified hypothesis: requires \\separated\(a, b\)")


def admitted_clause(copy):
    replace(copy / TARGET, "  uint64_t over = x % unit;",
            "  uint64_t over = x % unit;\n  /*@ admit wish: x == 0; */")
    return Expect(r"ref/rounding.c says admit", target=SMALL)


def code_hidden_from_frama_c(copy):
    replace(copy / TARGET, CODE, "#ifndef __FRAMAC__\n#define NDEBUG\n#endif\n\n" + CODE)
    return Expect(r"ref/rounding.c says __FRAMAC__", target=SMALL)


def lemma_without_proof(copy):
    replace(copy / TARGET, "uint64_t round_up(uint64_t x, uint64_t r)\n{",
            f"/*@ ghost /@ {QUIET} ensures \\false; @/ void lemma_magic(void); */\n"
            "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  /*@ ghost lemma_magic(); */")
    return Expect(r"relies on lemma_magic", target=SMALL)


def lemmas_in_a_circle(copy):
    replace(copy / TARGET, CODE,
            f"/*@ ghost /@ {QUIET} ensures \\false; @/ void lemma_hen(void); */\n"
            f"/*@ ghost /@ {QUIET} ensures \\false; @/\n"
            "  void lemma_egg(void) { lemma_hen(); } */\n"
            "/*@ ghost void lemma_hen(void) { lemma_egg(); } */\n" + CODE)
    return Expect(r"called in a circle: lemma_egg -> lemma_hen -> lemma_egg", target=SMALL)


def undefined_predicate(copy):
    replace(copy / "spec/frame.h", "/*@\n", "/*@\n  predicate magic(integer x);\n")
    return Expect(r"Warning: ", target=SMALL)


def absurd_lemma(copy):
    replace(copy / "spec/frame.h", "/*@\n", "/*@\n  lemma absurd: \\false;\n")
    return Expect(r"open: typed_ref_lemma_absurd", target=SMALL)


def contradictory_precondition(copy):
    replace(copy / "ref/rounding.h", "requires fits: x <= UINT64_MAX - 16;",
            "requires fits: x <= UINT64_MAX - 16 && r == 3;")
    return Expect(r"contradiction or dead code: typed_ref_round_up_wp_smoke", mode="--smoke")


def contradictory_vocabulary(copy):
    replace(copy / "spec/huge.h", "/*@\n", "/*@\n  lemma nonsense: \\forall integer x; x == 1;\n")
    return Expect(r"spec/ contradicts itself", mode="--smoke", target=SMALL)


def smoke_test_that_is_gone(copy):
    replace(copy / "proofs/targets.txt", "19, 1 smoke", "19, 2 smoke")
    return Expect(r"1 smoke tests, targets.txt says 2", mode="--smoke",
                  target="spec/well_formed.c")


def smoke_tests_not_run(copy):
    replace(copy / "proofs/prove.py", '["-wp-smoke-tests", ', "[")
    return Expect(r"not tested: the precondition of round_up\b", mode="--smoke")


def target_left_out(copy):
    targets = copy / "proofs/targets.txt"
    lines = targets.read_text().splitlines(keepends=True)
    targets.write_text("".join(line for line in lines if not line.startswith("spec/sums.c")))
    return Expect(r"spec/sums.c is not in targets.txt", target=SMALL)


def skipped_function(copy):
    replace(copy / "proofs/prove.py", '"-wp", "-wp-model"',
            '"-wp", "-wp-skip-fct", "round_down_to", "-wp-model"')
    return Expect(r"round_down_to was not proved")


def missing_prover(copy):
    configuration = copy / "proofs/why3.conf"
    configuration.write_text(configuration.read_text().replace("bin/cvc4", "bin/cvc4-gone"))
    return Expect(r"cvc4 \(/usr/bin/cvc4-gone\) is not installed")


def other_prover_version(copy):
    other = in_front(copy, "tools", "z3", "echo Z3 version 4.8.13 - 64 bit")["PATH"].split(":")[0]
    configuration = copy / "proofs/why3.conf"
    configuration.write_text(configuration.read_text().replace("/usr/bin/z3", f"{other}/z3"))
    return Expect(r"z3 .* is not version 4.8.12: Z3 version 4.8.13")


def other_why3_version(copy):
    return Expect(r"why3 is not version 1.5.1",
                  environment=in_front(copy, "tools", "why3", "echo Why3 platform, version 1.6.0"))


def prover_that_proves_nothing(copy):
    replace(copy / "proofs/why3.conf", "smt.qi.eager_threshold=5 -st %f", "-h")
    return Expect(rf"of {len(tools.PROVERS)} provers only these prove a simple truth", target=SMALL)


def missing_cache_entry(copy):
    for entry in list((copy / "proofs/cache/spec-frame.c").iterdir())[::2]:
        entry.unlink()
    return Expect(r"open: ", mode="--replay", target=SMALL)


def stale_cache_entry_goes(copy):
    stale = copy / "proofs/cache/spec-frame.c" / ("0" * 32 + ".json")
    stale.write_text('{ "prover": "qed", "verdict": "valid" }\n')
    return Expect(kept=lambda copy: not stale.exists(), target=SMALL)


def missing_report(copy):
    replace(copy / "proofs/prove.py", '"-wp-report-json", str(summary), ', "")
    return Expect(r"no JSON report that can be read", target=SMALL)


def old_report_is_not_read(copy):
    (copy / "build/proofs").mkdir(parents=True)
    (copy / "build/proofs/spec-frame.c.json").write_text("{}\n")
    replace(copy / "proofs/prove.py", '"-wp-report-json", str(summary), ', "")
    return Expect(r"no JSON report that can be read", target=SMALL)


def goal_not_told_on_the_console(copy):
    frama_c = shutil.which("frama-c")
    return Expect(r"round_up: \d+ goals on the console, \d+ of \d+ proved in the JSON report",
                  environment=in_front(copy, "tools", "frama-c",
                                       f'{frama_c} "$@" | grep -v "Goal .*round_up_ensures_up"'))


def old_table_in_the_readme(copy):
    replace(copy / "README.md", "to physical pages, arenas", "to anything, arenas")
    return Expect(r"README.md has an old table", mode="--replay", target=SMALL)


def witness(copy, relation, goals="13 + 1 wrong"):
    (copy / "proofs/try.c").write_text(WITNESS % relation)
    with (copy / "proofs/targets.txt").open("a") as targets:
        targets.write(f"proofs/try.c | {goals} | a wrong claim stays open | -\n")


def wrong_claim_stays_open(copy):
    witness(copy, "<")
    return Expect(target="proofs/try.c")


def wrong_claim_proved(copy):
    witness(copy, "<=")
    return Expect(r"a wrong claim is proved: typed_ref_takes_something_check_ensures_wrong",
                  target="proofs/try.c")


def wrong_claim_not_tried(copy):
    witness(copy, "<")
    return Expect(r"not every prover was tried on the wrong claim", mode="--replay",
                  target="proofs/try.c")


def wrong_claim_left_out(copy):
    witness(copy, "<", "13 + 2 wrong")
    return Expect(r"1 wrong claims, targets.txt says 2", target="proofs/try.c")


def wrong_claim_relied_on(copy):
    witness(copy, "<")
    replace(copy / TARGET, "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return round_down(x",
            "uint64_t takes_something(uint64_t x, uint64_t r);\n"
            "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return takes_something(x")
    return Expect(r"ref/rounding.c relies on takes_something", mode="--replay", target=SMALL)


def mutation(said=None, mode="--replay"):
    return Expect(said, mode, MUTANT, tool="mutants.py")


def dead_mutant(copy):
    return mutation()


def mutant_alive(copy):
    replace(copy / "proofs/mutants.txt", "+ x + r\n", "+ r + x - 1\n")
    return mutation(rf"{MUTANT}: all \d+ goals are proved", "--update")


def mutant_not_tried(copy):
    for entry in list((copy / "proofs/cache/mutants" / MUTANT).iterdir())[::2]:
        entry.unlink()
    return mutation(r"open, but not every prover was tried")


def mutant_of_other_code(copy):
    replace(copy / TARGET, "round_down(x + r - 1, r)", "round_down(x - 1 + r, r)")
    return mutation(r"the old text is there 0 times")


def mutant_that_changes_nothing(copy):
    replace(copy / "proofs/mutants.txt", "+ x + r\n", "+ x  + r - 1\n")
    return mutation(r"nothing is changed")


def mutant_that_is_no_code(copy):
    replace(copy / "proofs/mutants.txt", "+ x + r\n", "+ x + + ; r\n")
    return mutation(r"frama-c exited with 1")


def mutant_of_no_clause(copy):
    replace(copy / "proofs/mutants.txt", "round_up up\n", "round_up upwards\n")
    return mutation(r"round_up of ref/rounding.c has no goal upwards")


def mutant_given_twice(copy):
    mutants = copy / "proofs/mutants.txt"
    entry = next(part for part in mutants.read_text().split("\n\n") if MUTANT in part)
    with mutants.open("a") as file:
        file.write(f"\n{entry}\n")
    return mutation(f"name given twice: {MUTANT}")


def too_few_mutants(copy):
    mutants = copy / "proofs/mutants.txt"
    mutants.write_text(mutants.read_text().replace("] stats\n", "] lookup\n"))
    return mutation(r"stats: 0 mutants, at least 4")


def contract_no_law_relies_on(copy):
    weakened = copy / "proofs/weakened.txt"
    weakened.write_text(re.sub("open proofs/laws.c", "open ref/alloc.c", weakened.read_text(), 1))
    return mutation(r"no law, determinism proof or witness")


CASES = [
    unchanged, unchanged_in_little_time, unchanged_replayed, unchanged_smoke,
    part_whose_caller_is_left_out,
    wrong_code, cached_proof_not_believed_from_scratch, wrong_contract, dropped_clauses,
    clause_dropped_here_added_there,
    function_without_contract, unproved_function, hypothesis_not_demanded,
    admitted_clause, code_hidden_from_frama_c, lemma_without_proof, lemmas_in_a_circle,
    undefined_predicate, absurd_lemma, contradictory_precondition, contradictory_vocabulary,
    smoke_test_that_is_gone, smoke_tests_not_run, target_left_out, skipped_function, missing_prover,
    other_prover_version, other_why3_version, prover_that_proves_nothing,
    missing_cache_entry, stale_cache_entry_goes, missing_report, old_report_is_not_read,
    goal_not_told_on_the_console, old_table_in_the_readme, wrong_claim_stays_open,
    wrong_claim_proved, wrong_claim_not_tried, wrong_claim_left_out, wrong_claim_relied_on,
    dead_mutant, mutant_alive, mutant_not_tried, mutant_of_other_code,
    mutant_that_changes_nothing, mutant_that_is_no_code, mutant_of_no_clause,
    mutant_given_twice, too_few_mutants, contract_no_law_relies_on,
]


def run(case):
    """(whether the gate did what it should, what it said)."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory)
        copied(copy)
        expect = case(copy)
        # A goal that stays open takes all the time that there is, of every prover.
        seconds = expect.seconds or (LITTLE if expect.said else ENOUGH)
        gate = subprocess.run([copy / "proofs" / expect.tool, expect.mode, "--timeout",
                               str(seconds), expect.target],
                              capture_output=True, text=True, cwd=copy,
                              env=expect.environment)
        said = gate.stdout + gate.stderr
        good = expect.kept(copy) and (
            gate.returncode == 0 if expect.said is None else
            gate.returncode != 0 and bool(re.search(expect.said, said)))
        return good, said


def main(known):
    wanted = sys.argv[1:]
    cases = [case for case in known if not wanted or case.__name__ in wanted]
    failed = 0
    with ThreadPoolExecutor(2 * os.cpu_count()) as pool:  # Frama-C sleeps half of its time
        for case, (good, said) in zip(cases, pool.map(run, cases)):
            print(f"{'ok' if good else 'not ok'} gate: {case.__name__.replace('_', ' ')}",
                  flush=True)
            if not good:
                failed = 1
                print("\n".join("# " + line for line in said.splitlines()[-12:]))
    return failed or not cases


if __name__ == "__main__":
    sys.exit(main(CASES))
