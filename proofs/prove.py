#!/usr/bin/env python3
"""Run the proofs and fail unless every one of them went through.

Frama-C exits 0 with open goals, skipped functions and dropped clauses, so this
reads what it says: `Proved goals: N / N` with N at least the floor of
targets.txt, no warning that means a spec was invented or left out, no
memory-model hypothesis but `\\valid(h)`, and every function that has a contract
in the file among the functions proved.

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
# What must not be said, with what it would mean.
FORBIDDEN = [
    (r"annot:missing-spec|Neither code nor (specification|explicit)|[Mm]issing assigns clause",
     "a contract was invented for a function without one"),
    (r"(?i)\bIgnoring\b|unsupported|not yet implemented|skipped", "something was left out"),
    (r"User Error|aborted", "Frama-C gave up"),
]
HYPOTHESIS = re.compile(r"requires (.*?);")


def targets():
    for line in (HERE / "targets.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            file, floor, claim, non_claim = (field.strip() for field in line.split("|"))
            yield file, int(floor), claim, non_claim


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


def contracted_functions(file):
    """Names of the functions, ghost ones too, that FILE gives a body."""
    text = (ROOT / file).read_text()
    head = r"(?m)^ *(?:static )?(?:const )?(?:struct \w+ |enum \w+ |uint64_t |bool |void )\*?(\w+)\("
    for match in re.finditer(head, text):
        body = text.find("{", match.end())
        end = text.find(";", match.end())
        if body != -1 and (end == -1 or body < end):
            yield match.group(1)


def faults(file, floor, said):
    count = re.search(r"Proved goals:\s*(\d+)\s*/\s*(\d+)", said)
    if not count:
        return 0, 0, ["no count of proved goals"]
    proved, total = int(count.group(1)), int(count.group(2))
    found = [f"open: {goal}" for goal in re.findall(r"\[Failed\] Goal (\S+)", said)]
    if proved < total and not found:
        found.append(f"{total - proved} goals open")
    if total < floor:
        found.append(f"{total} goals, below the floor of {floor}")
    for pattern, meaning in FORBIDDEN:
        for match in re.finditer(pattern, said):
            line = said[said.rfind("\n", 0, match.start()) + 1:].split("\n", 1)[0]
            found.append(f"{meaning}: {line.strip()}")
    for block in said.split("Memory model hypotheses for function ")[1:]:
        block = block.split("*/", 1)[0]
        for hypothesis in HYPOTHESIS.findall(block):
            if hypothesis != r"\valid(h)":
                found.append(f"unjustified hypothesis: {hypothesis}")
    for function in contracted_functions(file):
        if not re.search(rf"(?:\b|typed_ref_){function}_(?:terminates|exits|ensures|assigns)", said):
            found.append(f"{function} was not proved")
    return proved, total, found


def prove(file, floor, cache_mode, timeout, logs):
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
    proved, total, found = faults(file, floor, run.stdout)
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
    print(f"{'proved':>9}  {'seconds':>7}  target")
    for file, floor, claim, _ in targets():
        if options.target and file not in options.target:
            continue
        proved, total, seconds, found = prove(file, floor, cache_mode, options.timeout,
                                              options.logs)
        failed += bool(found)
        print(f"{proved:>4}/{total:<4}  {seconds:7.1f}  {file}: {claim}", flush=True)
        for fault in found:
            print(f"           FAILED  {fault}")
    print("all proved" if not failed else f"{failed} targets not proved")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
