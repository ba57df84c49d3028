#!/usr/bin/env python3
"""Run the proofs and fail unless every one of them went through.

Frama-C exits 0 with open goals, skipped functions and dropped clauses, and it
takes an `admit` without a word. So this reads the sources and what Frama-C says:
`Proved goals: N / N` with the very N of targets.txt, no warning at all but the
memory-model hypothesis `\\valid(h)`, goals for every function that has a body,
nothing assumed in the sources, and no call of a function that is not proved.

  prove.py [--replay | --update] [TARGET ...]

without option: from scratch, no cache. --replay: from the cache in the
repository, no prover is run. --update: run what the cache lacks, keep the rest.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = HERE / "cache"
PROVERS = "z3,z3s1,z3s2,z3e,z3eager,cvc4"
NEEDED = {"frama-c": "25.0", "z3": "4.8.12", "cvc4": "1.8"}
# The door to the OS has a contract and no proof: it promises nothing.
TRUSTED = {"span_os_reserve"}
ASSUMED = re.compile(r"\b(admit|axiomatic|axiom|inductive|reads)\b")
# A function's head, ghost ones too; prototypes end in a semicolon.
HEAD = re.compile(r"(?m)(?:^|@/) *(?:static |const |inline )*(?:struct \w+|enum \w+|\w+_t|bool|void|"
                  r"int|unsigned|long) +\*?(\w+)\(")
HYPOTHESIS = re.compile(r"\b(requires|ensures)\s+(.*?);", re.S)


def targets():
    for line in (HERE / "targets.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            file, goals, claim, non_claim = (field.strip() for field in line.split("|"))
            yield file, None if goals == "-" else int(goals), claim, non_claim


def missing_tools():
    for tool, version in NEEDED.items():
        if not shutil.which(tool):
            yield f"{tool} is not installed (needs {version}; see `make deps`)"
            continue
        said = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
        if version not in said:
            yield f"{tool} is not version {version}: {said.splitlines()[0] if said else '?'}"


def command(file, session, report, cache_mode, timeout):
    return [
        "frama-c", "-wp", "-wp-model", "Typed+ref", "-wp-rte",
        "-warn-unsigned-overflow", "-warn-unsigned-downcast", "-wp-check-memory-model",
        "-wp-prover", PROVERS, "-wp-timeout", str(timeout), "-wp-par", str(os.cpu_count() or 2),
        "-wp-session", session, "-wp-cache", cache_mode, "-wp-cache-dir", str(CACHE),
        "-wp-report-json", report, file,
    ]


def functions(file):
    """(name, has a body) of the functions that FILE declares."""
    text = (ROOT / file).read_text()
    for match in HEAD.finditer(text):
        body, end = text.find("{", match.end()), text.find(";", match.end())
        yield match.group(1), body != -1 and (end == -1 or body < end)


def rooms(*endings):
    for room in ("spec", "ref"):
        for path in sorted((ROOT / room).iterdir()):
            if path.suffix in endings and not path.name.startswith("test_"):
                yield f"{room}/{path.name}"


def unsound_sources():
    """What the sources assume, leave out of targets.txt or call unproved."""
    goals = {file: count for file, count, *_ in targets()}
    for file in rooms(".h", ".c"):
        for word in ASSUMED.findall((ROOT / file).read_text()):
            yield f"{file} says {word}"
    for file in rooms(".c"):
        if file not in goals:
            yield f"{file} is not in targets.txt"
    proved = {name for file, count in goals.items() if count is not None
              for name, has_body in functions(file) if has_body} | TRUSTED
    declared = {name for file in rooms(".h", ".c") for name, _ in functions(file)}
    for file, count in goals.items():
        if count is None:
            continue
        called = set(re.findall(r"\b(\w+)\(", (ROOT / file).read_text())) & declared
        for name in sorted(called - proved):
            yield f"{file} relies on {name}, which has no proved body"


def hypotheses(said):
    for block in said.split("Memory model hypotheses for function ")[1:]:
        clauses = HYPOTHESIS.findall(block.split("*/", 1)[0])
        if not clauses:
            yield "a memory-model hypothesis that can't be read"
        for kind, clause in clauses:
            clause = " ".join(clause.split())
            if (kind, clause) != ("requires", r"\valid(h)"):
                yield f"unjustified hypothesis: {kind} {clause}"


def warnings(said):
    lines = said.splitlines()
    for line, following in zip(lines, lines[1:] + [""]):
        if "Warning:" in line and not following.startswith("  Memory model hypotheses"):
            yield f"{line.strip()} {following.strip()}"
        elif "User Error" in line or "aborted" in line:
            yield line.strip()


def unproved_functions(file, said):
    names = set(re.findall(r"annotating function (\w+)", said))
    names |= {name for name, has_body in functions(file) if has_body}
    for name in sorted(names):
        for kind in (r"(?:\w+_)?ensures\w*", "terminates", "exits"):
            if not re.search(rf"Goal (?:typed_ref_)?{name}_{kind}\b", said):
                yield f"{name} was not proved: no goal for {kind.split('?')[-1].rstrip('*')}"
                break


def faults(file, pinned, said):
    count = re.search(r"Proved goals:\s*(\d+)\s*/\s*(\d+)", said)
    if not count:
        return 0, 0, ["no count of proved goals"] + list(warnings(said))
    proved, total = int(count.group(1)), int(count.group(2))
    found = [f"open: {goal}" for goal in re.findall(r"\[Failed\] Goal (\S+)", said)]
    if proved < total and not found:
        found.append(f"{total - proved} goals open")
    if total != pinned:
        found.append(f"{total} goals, targets.txt says {pinned}")
    found += list(warnings(said)) + list(hypotheses(said))
    found += list(unproved_functions(file, said))
    return proved, total, found


def prove(file, pinned, cache_mode, timeout, logs):
    log = logs / (file.replace("/", "-") + ".log")
    with tempfile.TemporaryDirectory() as session:
        report = str(logs / (file.replace("/", "-") + ".json"))
        # Frama-C finds files by PWD, not by its working directory.
        environment = dict(os.environ, WHY3CONFIG=str(HERE / "why3.conf"), PWD=str(ROOT))
        start = time.monotonic()
        run = subprocess.run(command(file, session, report, cache_mode, timeout), cwd=ROOT,
                             env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    log.write_text(run.stdout)
    proved, total, found = faults(file, pinned, run.stdout)
    if run.returncode != 0:
        found.append(f"frama-c exited with {run.returncode}")
    return proved, total, time.monotonic() - start, found


def main():
    parser = argparse.ArgumentParser(description="Run the proofs of targets.txt.")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--replay", action="store_true", help="from the cache, without provers")
    modes.add_argument("--update", action="store_true", help="run only what the cache lacks")
    parser.add_argument("--timeout", type=int, default=30, help="seconds for each goal and prover")
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "proofs")
    parser.add_argument("target", nargs="*")
    options = parser.parse_args()
    missing = list(missing_tools())
    if missing:
        sys.exit("\n".join(missing))
    options.logs.mkdir(parents=True, exist_ok=True)
    cache_mode = "offline" if options.replay else "update" if options.update else "none"
    known = {file for file, *_ in targets()}
    unknown = set(options.target) - known
    if unknown:
        sys.exit(f"not a target of proofs/targets.txt: {', '.join(sorted(unknown))}")
    failed = 0
    for fault in unsound_sources():
        failed += 1
        print(f"FAILED  {fault}")
    print(f"{'proved':>9}  {'seconds':>7}  target")
    for file, pinned, claim, _ in targets():
        if pinned is None or (options.target and file not in options.target):
            continue
        proved, total, seconds, found = prove(file, pinned, cache_mode, options.timeout,
                                              options.logs)
        failed += len(found)
        print(f"{proved:>4}/{total:<4}  {seconds:7.1f}  {file}: {claim}", flush=True)
        for fault in found:
            print(f"           FAILED  {fault}")
    scope = "all targets" if not options.target else "the targets named"
    done = "agree with the cache" if options.replay else "are proved"
    print(f"{scope} {done}" if not failed else f"{failed} faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
