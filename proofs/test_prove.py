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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = "ref/rounding.c"


def replace(path, old, new):
    text = path.read_text()
    if text.count(old) != 1:
        sys.exit(f"{path}: expected once: {old}")
    path.write_text(text.replace(old, new))


def gate(copy, environment=None):
    run = subprocess.run([str(copy / "proofs/prove.py"), "--update", "--timeout", "3", TARGET],
                         capture_output=True, text=True, env=environment, cwd=copy)
    return run.returncode, run.stdout + run.stderr


def unchanged(copy):
    return None, None


def wrong_code(copy):
    replace(copy / TARGET, "return x / 4 * 4;", "return x / 4 * 8;")
    return r"open: typed_ref_round_down_ensures_down", None


def wrong_contract(copy):
    replace(copy / "ref/rounding.h", "ensures bounds: x <= \\result < x + unit;",
            "ensures bounds: x < \\result < x + unit;")
    return r"open: typed_ref_round_up_to_ensures_bounds", None


def dropped_clauses(copy):
    replace(copy / "ref/rounding.h", "    ensures bounds: x <= \\result < x + unit;\n", "")
    return r"goals, targets.txt says", None


def function_without_contract(copy):
    replace(copy / TARGET, "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return round_down(x",
            "uint64_t plus(uint64_t x, uint64_t r);\n"
            "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  return round_down(plus(x, 0)")
    return r"Warning: |plus, which has no proved body", None


def unproved_function(copy):
    replace(copy / TARGET, "uint64_t huge_pages_in(struct span s",
            "static uint64_t half(uint64_t x)\n{\n  return x / 2;\n}\n\n"
            "uint64_t huge_pages_in(struct span s")
    return r"half was not proved", None


def admitted_clause(copy):
    replace(copy / TARGET, "  uint64_t over = x % unit;",
            "  uint64_t over = x % unit;\n  /*@ admit wish: x == 0; */")
    return r"ref/rounding.c says admit", None


def lemma_without_proof(copy):
    replace(copy / TARGET, "uint64_t round_up(uint64_t x, uint64_t r)\n{",
            "/*@ ghost /@ terminates \\true; exits \\false; assigns \\nothing;\n"
            "    ensures \\false; @/ void lemma_magic(void); */\n"
            "uint64_t round_up(uint64_t x, uint64_t r)\n{\n  /*@ ghost lemma_magic(); */")
    return r"relies on lemma_magic", None


def undefined_predicate(copy):
    replace(copy / "spec/huge.h", "/*@\n", "/*@\n  predicate magic(integer x);\n")
    return r"Warning: ", None


def absurd_lemma(copy):
    replace(copy / "spec/huge.h", "/*@\n", "/*@\n  lemma absurd: \\false;\n")
    return r"open: typed_ref_lemma_absurd", None


def target_left_out(copy):
    targets = copy / "proofs/targets.txt"
    lines = targets.read_text().splitlines(keepends=True)
    targets.write_text("".join(line for line in lines if not line.startswith("spec/sums.c")))
    return r"spec/sums.c is not in targets.txt", None


def skipped_function(copy):
    replace(copy / "proofs/prove.py", '"-wp", "-wp-model"',
            '"-wp", "-wp-skip-fct", "round_down_to", "-wp-model"')
    return r"round_down_to was not proved", None


def missing_prover(copy):
    tools = copy / "tools"
    tools.mkdir()
    for directory in os.environ["PATH"].split(":"):
        for tool in Path(directory).iterdir() if Path(directory).is_dir() else []:
            if tool.name != "z3" and not (tools / tool.name).exists():
                (tools / tool.name).symlink_to(tool)
    return r"z3 is not installed", dict(os.environ, PATH=str(tools))


def missing_cache_entry(copy):
    shutil.rmtree(copy / "proofs/cache")
    (copy / "proofs/cache").mkdir()
    replace(copy / "proofs/prove.py", '"offline" if options.replay', '"offline" if True')
    return r"open: |goals open", None


def main():
    failed = 0
    wanted = sys.argv[1:]
    for case in (unchanged, wrong_code, wrong_contract, dropped_clauses,
                 function_without_contract, unproved_function, admitted_clause,
                 lemma_without_proof, undefined_predicate, absurd_lemma, target_left_out,
                 skipped_function, missing_prover, missing_cache_entry):
        if wanted and case.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory() as directory:
            copy = Path(directory)
            for room in ("spec", "ref", "proofs"):
                shutil.copytree(ROOT / room, copy / room)
            pattern, environment = case(copy)
            status, said = gate(copy, environment)
        good = status == 0 if pattern is None else status != 0 and re.search(pattern, said)
        print(f"{'ok' if good else 'not ok'} gate: {case.__name__.replace('_', ' ')}", flush=True)
        if not good:
            failed = 1
            print("\n".join("# " + line for line in said.splitlines()[-12:]))
    return failed


if __name__ == "__main__":
    sys.exit(main())
