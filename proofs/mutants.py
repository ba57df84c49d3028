#!/usr/bin/env python3
"""Break the reference on purpose, and the contracts, and see the proofs fail.

  mutants.py [--replay | --update] [NAME ...]

mutants.txt changes the code: a goal of its proof has to stay open. weakened.txt
takes something out of a contract: a law, a determinism proof or a witness has to
stay open, since the code would satisfy less just as well. Open means that every
prover gave up. Without option every goal is tried afresh, in the time that a proof
has (prove.py); --replay: from the cache in the repository, no prover is run;
--update: run what the cache lacks and drop what is not used. With these two, each
prover has at least the time of the slowest proof of the same target.
"""
import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import prove
import sources
import tools
import verdict

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = HERE / "cache" / "mutants"
OPERATIONS = ("init placement alloc claim free resize scavenge add grow lookup stats table "
              "coalesce rounding decide pages judge").split()
CONTRACT = "contract"
# Seconds for each goal and prover, if none of the target's proofs took more.
TIMES = 5, 10, 15, prove.TIMEOUT
# At least so many of each, and of the code so many an operation.
CODE, CONTRACTS, EACH = 120, 40, 4

# within: the function or predicate of file that is changed, or "". open: the
# target, the function and the clauses of which one stays open; equivalent: why
# none would, and then open is None.
Mutant = namedtuple("Mutant", "name operation file within old new open equivalent why")
ENTRY = re.compile(r"\[([\w-]+)\] (\w+)\nin (\S+)(?: (\w+))?\n((?:- .*\n)+)((?:\+.*\n)+)"
                   r"(?:open (\S+) (\w+) (.+)|equivalent (.+))\nwhy (.+)")


def entries(text):
    """Every entry; ValueError for what is none."""
    for part in filter(None, re.split(r"\n{2,}", re.sub(r"(?m)^#.*\n", "", text).strip())):
        found = ENTRY.fullmatch(part)
        if not found:
            raise ValueError(f"not an entry: {part.splitlines()[0]}")
        name, operation, file, within, old, new, target, function, clauses, same, why = \
            found.groups()
        lines = [[line[1:].strip() for line in side.splitlines()] for side in (old, new)]
        yield Mutant(name, operation, file, within or "", *lines,
                     (target, function, clauses.split()) if target else None, same, why)


def mutants():
    return [mutant for file in ("mutants.txt", "weakened.txt")
            for mutant in entries((HERE / file).read_text())]


def faults(listed):
    """What is wrong with the lists, whatever the provers say."""
    counts = Counter(mutant.operation for mutant in listed if mutant.open)
    code = sum(counts[operation] for operation in OPERATIONS)
    if code < CODE or counts[CONTRACT] < CONTRACTS:
        yield f"{code} mutants of code and {counts[CONTRACT]} contracts: {CODE} and {CONTRACTS}"
    for operation in OPERATIONS:
        if counts[operation] < EACH:
            yield f"{operation}: {counts[operation]} mutants, at least {EACH}"
    for operation in set(counts) - {*OPERATIONS, CONTRACT}:
        yield f"no such operation: {operation}"
    for kind, seen in (("name", Counter(mutant.name for mutant in listed)),
                       ("change", Counter(str(mutant[2:6]) for mutant in listed))):
        yield from (f"{kind} given twice: {what}" for what, n in seen.items() if n > 1)
    for mutant in listed:
        if mutant.operation == CONTRACT and not (mutant.open or [""])[0].startswith("proofs/"):
            yield f"{mutant.name}: no law, determinism proof or witness"


def stretch(text, name):
    """(start, end) of function NAME with its contract, or of predicate NAME."""
    defined = re.search(rf"(?:predicate|logic \w+) {name}\b", text)
    if defined:
        after = re.compile(r"\n\s*(?:predicate |logic |lemma |//|\*/)").search(text, defined.end())
        return defined.start(), after.start()
    heads = [head for head in sources.HEAD.finditer(text) if head.group(1) == name]
    if len(heads) != 1:
        raise ValueError(f"{len(heads)} functions or predicates named {name}")
    head = heads[0]
    brace, semicolon = text.find("{", head.end()), text.find(";", head.end())
    end = sources.end_of_body(text, brace) if 0 <= brace < semicolon else semicolon
    return max(0, text.rfind("/*@", 0, head.start())), end


def changed(text, mutant):
    """TEXT with the mutant's change; ValueError unless its old text is there once."""
    start, end = stretch(text, mutant.within) if mutant.within else (0, len(text))
    old = r"\s*\n\s*".join(re.escape(line) for line in mutant.old)
    places = [place.span() for place in re.finditer(old, text[start:end])]
    if len(places) != 1:
        raise ValueError(f"the old text is there {len(places)} times")
    low, high = places[0]
    mutated = text[:start + low] + "\n".join(mutant.new) + text[start + high:]
    if mutated.split() == text.split():
        raise ValueError("nothing is changed")
    return mutated


def survived(mutant, said, broken):
    """Why the mutant is not dead; nothing if it is."""
    target, function, clauses = mutant.open
    found = list(verdict.goals(said, verdict.names(said) | {function}))
    open_goals = [goal for goal in found if goal.prover is None]
    yield from broken
    yield from verdict.warnings(said)
    if not found:
        yield f"{function} of {target} has no goal {' '.join(clauses)}"
    elif not open_goals:
        yield f"all {len(found)} goals are proved: {target} {function} {' '.join(clauses)}"
    elif all(goal.tried < len(tools.PROVERS) for goal in open_goals):
        yield "open, but not every prover was tried"


def time_for(target):
    """The least of TIMES in which every proof of TARGET was found, by the cache."""
    found = (re.search(r'"valid", "time": ([\d.]+)', entry.read_text())
             for entry in (prove.CACHE / prove.flat(target)).glob("*.json"))
    slowest = max((float(proof.group(1)) for proof in found if proof), default=TIMES[-1])
    return next((seconds for seconds in TIMES if slowest <= seconds), TIMES[-1])


def kill(mutant, mode, timeout, logs):
    """Why the mutant is alive, in a list; empty if it is dead."""
    target, function, clauses = mutant.open
    timeout = timeout or (time_for(target) if mode != "prove" else prove.TIMEOUT)
    cache = CACHE / mutant.name
    if mode == "update":
        cache.mkdir(parents=True, exist_ok=True)
        prove.forget_failures(cache)
    options = [*prove.proof_options(timeout, 1), "-wp-fct", function,
               "-wp-prop", ",".join(clauses)]
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for file in sources.files():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, root / file)
        try:
            path = root / mutant.file
            path.write_text(changed(path.read_text(), mutant))
        except (OSError, ValueError) as error:
            return [str(error)]
        return list(survived(mutant, *prove.frama_c(
            target, options, prove.CACHE_MODES[mode], cache, logs / f"{mutant.name}.log", root)))


def options():
    parser = argparse.ArgumentParser(description="Break code and contracts, see proofs fail.")
    modes = parser.add_mutually_exclusive_group()
    for mode, what in (("replay", "from the cache, without provers"),
                       ("update", "run only what the cache lacks, drop what is not used")):
        modes.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=what)
    parser.set_defaults(mode="prove")
    parser.add_argument("--timeout", type=int,
                        help="seconds for each goal and prover")
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "mutants")
    parser.add_argument("name", nargs="*")
    return parser.parse_args()


def main():
    chosen = options()
    listed = mutants()
    wrong = list(tools.missing()) + list(faults(listed))
    if chosen.mode != "replay":  # what an idle prover is tried on stays open
        wrong += tools.idle_provers(prove.environment(ROOT))
    unknown = set(chosen.name) - {mutant.name for mutant in listed}
    wrong += [f"no such mutant: {name}" for name in sorted(unknown)]
    for fault in wrong:
        print(f"not ok {fault}")
    if chosen.mode == "update" and not chosen.name:
        prove.keep_only(CACHE, {mutant.name for mutant in listed})
    chosen.logs.mkdir(parents=True, exist_ok=True)
    wanted = [m for m in listed if m.open and (not chosen.name or m.name in chosen.name)]
    alive = 0
    with ThreadPoolExecutor(prove.jobs(chosen.mode)) as pool:
        verdicts = pool.map(lambda m: kill(m, chosen.mode, chosen.timeout, chosen.logs), wanted)
        for mutant, reasons in zip(wanted, verdicts):
            alive += bool(reasons)
            print(f"not ok {mutant.name}: {'; '.join(reasons)}" if reasons else
                  f"ok {mutant.name}: {' '.join(mutant.open[2])} of {mutant.open[1]} stays open",
                  flush=True)
    same = [mutant for mutant in listed if not mutant.open]
    print(f"# {len(wanted) - alive} of {len(wanted)} are dead; {len(same)} more are equivalent")
    return 1 if wrong or alive else 0


if __name__ == "__main__":
    sys.exit(main())
