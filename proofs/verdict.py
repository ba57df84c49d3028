"""What Frama-C said about a target: its goals, and whatever is wrong with them.

Frama-C exits 0 with open goals, so both of its voices are read: the console names
every goal with its prover, the JSON report counts them by function and leaves out
those that the control flow settles. They have to agree.
"""
import json
import re
from collections import Counter, namedtuple

import sources

# prover is None where the goal is open; tried: how many provers gave up on it, then
# or as the cache has it: where it has nothing, Frama-C has no line.
Goal = namedtuple("Goal", "name function prover seconds tried")
# A function of a target, or "(lemmas)". ensures: the names of its postconditions.
Row = namedtuple("Row", "function goals ensures hypotheses provers seconds")

SECTION = re.compile(r"--- (?:Properties of Function '(\w+)'|Global Properties)\n-+\n"
                     r"((?:(?!-{20}).*\n)*)")
STATUS = re.compile(r"(?m)^\[ *([^\]]*?) *\] (.*)")
# What a prover says that has tried. One that crashed, or was killed, says Failed.
GAVE_UP = re.compile(r"(?m)^  [^:\n]+: (?:Timeout|Unknown)")
GOAL = re.compile(r"(?m)^\[wp\] \[([^\]]+)\] Goal (\S+)( : Valid)?(.*)\n((?:  .*\n)*)")
KIND = (r"_(?:\w+_)?(?:ensures|assigns|assert|check|loop|call|terminates|exits|requires|complete|"
        r"disjoint|variant)(?:_\w+)?$")
WRONG = re.compile(r"_(?:ensures|assert|check)_wrong(?:_|$)")
# The properties that a wrong claim leaves open.
WRONG_OPEN = re.compile(r"(?:Check|Post-condition(?: for '\w+')?) 'wrong\w*'|Default behavior$")
# What callers prove: left open where they aren't looked at.
OF_CALLERS = re.compile(r"Pre-condition\b")
HYPOTHESIS = re.compile(r"\b(requires|ensures)\s+(.*?);", re.S)
LEMMAS = "(lemmas)"


def seconds(times):
    """Of "(Qed:4ms) (1'2s) (24649) (cached)", what the prover took, or Qed alone."""
    found = re.search(r"\((?:(\d+)')?([\d.]+)(ms|s)\)", times) or re.search(
        r"\(Qed:(?:(\d+)')?([\d.]+)(ms|s)\)", times)
    if not found:
        return 0.0
    minutes, number, unit = found.groups()
    return int(minutes or 0) * 60 + float(number) / (1000 if unit == "ms" else 1)


def names(said):
    return set(re.findall(r"annotating function (\w+)", said))


def goals(said, functions):
    for tool, name, valid, times, below in GOAL.findall(said):
        bare = re.sub(r"^typed_(?:ref_)?", "", name)
        owners = [f for f in functions if bare.startswith(f) and re.match(KIND, bare[len(f):])]
        yield Goal(name, max(owners, key=len, default=LEMMAS), tool if valid else None,
                   seconds(times), len(GAVE_UP.findall(below)))


def functions_with_open_goals(said):
    return {goal.function for goal in goals(said, names(said)) if goal.prover is None}


def counted(said):
    """(proved, all) by the console's own count."""
    count = re.search(r"Proved goals:\s*(\d+)\s*/\s*(\d+)", said)
    return (int(count.group(1)), int(count.group(2))) if count else None


def reported(path):
    """{function: ((proved, all), names of what it ensures)} by the JSON report."""
    report = json.loads(path.read_text())
    found = {}
    for function, section in report.get("wp:functions", {}).items():
        marks = [re.sub(r"^(?:check_)?ensures_?", "", clause.removeprefix(function + "_"))
                 for clause in section if re.match(rf"{function}_(?:\w+_)?ensures", clause)]
        found[function] = tally([section["wp:section"]]), sorted(m or "(unnamed)" for m in marks)
    lemmas = {name: counts for axiomatic in report.get("wp:axiomatics", {}).values()
              for name, counts in axiomatic.items() if name != "wp:section"}
    if lemmas:
        found[LEMMAS] = tally(lemmas.values()), sorted(
            name.removeprefix("lemma_") for name in lemmas)
    return found


def tally(sections):
    counts = [section["wp:main"] for section in sections]
    return sum(c.get("valid", 0) for c in counts), sum(c["total"] for c in counts)


def disagreements(found, by_report, total):
    """Where the console's goals, its count and the JSON report differ."""
    told = [goal for goal in found if goal.prover != "CFG"]
    for function in sorted({goal.function for goal in told} | set(by_report)):
        mine = [goal for goal in told if goal.function == function]
        proved, everything = by_report.get(function, ((0, 0), []))[0]
        if (sum(goal.prover is not None for goal in mine), len(mine)) != (proved, everything):
            yield (f"{function}: {len(mine)} goals on the console, {proved} of {everything} proved "
                   "in the JSON report")
    if len(found) != total:
        yield f"{len(found)} goals listed, {total} counted"


def hypotheses(said):
    """(function, kind, clause) of every memory-model hypothesis."""
    for block in said.split("Memory model hypotheses for function ")[1:]:
        clauses = HYPOTHESIS.findall(block.split("*/", 1)[0])
        for kind, clause in clauses or [("?", "a hypothesis that can't be read")]:
            yield block.split("'")[1], kind, " ".join(clause.split())


def unjustified(said):
    for function, kind, clause in hypotheses(said):
        if kind != "requires" or (
                clause != r"\valid(h)" and not sources.demands(function, clause) and
                not sources.is_behind_the_door(function, clause)):
            yield f"unjustified hypothesis: {kind} {clause}"


def believed(said, wrong, only):
    """What Frama-C's own consolidation (-report) takes for valid without a proof; of these
    functions only, where there are any.

    A function without a body here is proved where its body is: sources.bodies."""
    proved = set(sources.bodies()) | sources.TRUSTED
    if "--- Status Report Summary" not in said:
        yield "no consolidated report"
    for function, listed in SECTION.findall(said):
        if only and function not in only:
            continue
        for status, what in STATUS.findall(listed):
            if status == "Valid" or (status == "Extern" and function in proved):
                continue
            if not (wrong and WRONG_OPEN.match(what) or only and OF_CALLERS.match(what)):
                yield f"{status.lower()}, not proved: {what} of {function or 'the whole'}"


def warnings(said):
    lines = said.splitlines()
    for line, following in zip(lines, lines[1:] + [""]):
        if "Warning:" in line and not following.startswith("  Memory model hypotheses"):
            yield f"{line.strip()} {following.strip()}"
        elif "User Error" in line or "aborted" in line:
            yield line.strip()


def skipped(file, said, found, only):
    bodies = {name for name, body in sources.functions(file) if body}
    for name in sorted(only or names(said) | bodies):
        mine = [goal.name for goal in found if goal.function == name]
        for kind in ("ensures|assigns", "terminates", "exits"):
            if not any(re.search(rf"_(?:{kind})(?:_|$)", goal) for goal in mine):
                yield f"{name} was not proved: no goal for {kind.replace('|', ' or ')}"
                break


def wrong_clauses(found):
    """{clause: its goals} of what has to stay open; a clause may have goals in parts."""
    clauses = {}
    for goal in found:
        if WRONG.search(goal.name):
            clauses.setdefault(re.sub(r"_part\d+$", "", goal.name), []).append(goal)
    return clauses


def wrong_proved(clauses, provers):
    """Wrong claims that went through, or that not every prover was seen to give up on."""
    for clause, parts in clauses.items():
        still_open = [goal for goal in parts if goal.prover is None]
        if not still_open:
            yield f"a wrong claim is proved: {clause}"
        elif all(goal.tried < provers for goal in still_open):
            yield f"not every prover was tried on the wrong claim {clause}"


def rows(said, found, by_report):
    supposed = {}
    for function, _, clause in hypotheses(said):
        supposed.setdefault(function, []).append(clause)
    for function in sorted({goal.function for goal in found}):
        mine = [goal for goal in found if goal.function == function]
        yield Row(function, len(mine), by_report.get(function, (None, []))[1],
                  sorted(set(supposed.get(function, []))),
                  Counter(goal.prover or "open" for goal in mine),
                  sum(goal.seconds for goal in mine))


def judge(target, said, report, provers):
    """(proved goals, faults, rows) of a run."""
    if not counted(said):
        return 0, ["no count of proved goals", *warnings(said)], []
    functions = names(said) | {name for name, _ in sources.functions(target.file)}
    found = list(goals(said, functions))
    faults = []
    try:
        by_report = reported(report)
    except (OSError, ValueError, KeyError) as error:
        by_report = None
        faults.append(f"no JSON report that can be read: {error}")
    wrong = wrong_clauses(found) if target.wrong else {}
    aside = [goal for parts in wrong.values() for goal in parts]
    plain = [goal for goal in found if goal not in aside]
    faults += [f"open: {goal.name}" for goal in plain if goal.prover is None]
    if len(plain) != target.goals:
        faults.append(f"{len(plain)} goals, targets.txt says {target.goals}")
    if len(wrong) != target.wrong:
        faults.append(f"{len(wrong)} wrong claims, targets.txt says {target.wrong}")
    faults += wrong_proved(wrong, provers)
    if by_report is not None:
        faults += disagreements(found, by_report, counted(said)[1])
    if sum(goal.prover is not None for goal in found) != counted(said)[0]:
        faults.append(f"{counted(said)[0]} goals counted as proved, more or fewer listed")
    faults += [*believed(said, target.wrong, target.only), *warnings(said), *unjustified(said),
               *skipped(target.file, said, found, target.only)]
    return (sum(goal.prover is not None for goal in plain), faults,
            list(rows(said, found, by_report or {})))


def smoke_faults(file, said, expected):
    """(passed tests, faults) of a run with -wp-smoke-tests, whose other goals don't matter."""
    if not counted(said):
        return 0, ["no count of goals", *warnings(said)]
    passed = set(re.findall(r"\[Passed\] Smoke-test (\S+)", said))
    failed = set(re.findall(r"\[Failed\] Smoke-test (\S+)", said))
    faults = [f"contradiction or dead code: {test}" for test in sorted(failed)]
    if len(passed | failed) != expected:
        faults.append(f"{len(passed | failed)} smoke tests, targets.txt says {expected}")
    if not failed:
        faults += [f"not tested: the precondition of {name}"
                   for name, body in sources.functions(file)
                   if body and sources.has_precondition(name) and not any(
                       re.search(rf"_{name}_wp_smoke_default(_requires)?$", test)
                       for test in passed)]  # Frama-C cuts long names short
    return len(passed), faults
