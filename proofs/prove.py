#!/usr/bin/env python3
"""Run the proofs and fail unless every one of them went through.

  prove.py [--replay | --update | --smoke] [TARGET ...]
  prove.py --one | --readme

without option: from scratch; the cache in the repository says only who needn't be
asked. --replay: from that cache, no prover is run. --update: run what the cache
lacks, drop what is not used, write pins.txt and the tables. --smoke: look for
contradictory preconditions and dead code instead of proofs. --one: one target from
scratch, or functions of a long one, others for each commit. --readme: write the
tables alone.

What has to be so: the very number of goals of targets.txt, all proved; the very
functions, postconditions and memory-model hypotheses of pins.txt, and the very
contracts and definitions of statements.txt; no warning; nothing assumed in the
sources (sources.py), nor by Frama-C's own account; the same text for Frama-C and
for the compiler (preprocessed.py); every wrong claim still open. What Frama-C says
is read by verdict.py.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import preprocessed
import report
import sources
import statements
import tools
import verdict

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = HERE / "cache"
# Read bytes through a pointer: the ref model would take them to lie apart from the
# state. Plain Typed takes nothing for granted, and still proves them.
TYPED = {"trace/bytes_operands.c", "trace/bytes_read.c", "proofs/bytes_law.c"}
# Frama-C's cleanup is update, and drops the entries that this run didn't use.
CACHE_MODES = {"prove": "none", "replay": "offline", "update": "cleanup", "smoke": "replay"}
# One prover that gives up soon, and a short time: a smoke test is passed by failing. All other
# goals are left out. What they say is still taken for granted where it stands.
OTHERS = "ensures", "requires", "assigns", "assert", "invariant", "variant"
SMOKE = ["-wp-smoke-tests", "-wp-smoke-timeout", "1", "-wp-prover", "z3e", "-wp-timeout", "1",
         f"-wp-prop={','.join(f'-@{kind}' for kind in OTHERS)}"]
# Frama-C's own word on what it took for granted, after the proofs.
REPORT = ("-then", "-report")
TIMEOUT = 20  # seconds of a processor for each goal and prover
ROUNDS = 2, 8  # the same in rounds before: what one prover can't do another can
STUCK = 3600  # seconds after which Frama-C won't come back: no target takes a third of it
WRONG_TIMEOUT = 5  # the same where there are wrong claims: these cost all of it
WRONG_WEIGHT = 20
ONE_GOALS = 120  # as many goals --one proves at the most, unless a single function has more

# An entry of the cache that proves nothing. Frama-C writes it so; "2." is no number of JSON.
FAILURE = re.compile(r'\{ "prover": "([^"]+)", "verdict": "(timeout|unknown)"'
                     r'(?:, "time": [\d.]+)? \}')

Outcome = namedtuple("Outcome", "target proved seconds faults rows")


def flat(file):
    return file.replace("/", "-")


def environment(root):
    """What Frama-C needs to know; it finds files by PWD, not by its working directory."""
    return dict(os.environ, WHY3CONFIG=str(HERE / "why3.conf"), PWD=str(root))


def frama_c(file, options, cache_mode, cache, log, root=ROOT, then=()):
    """What Frama-C says about FILE below ROOT, kept in LOG."""
    command = ["frama-c", "-wp", "-wp-model", "Typed" if file in TYPED else "Typed+ref",
               "-wp-rte", "-warn-unsigned-overflow", "-warn-unsigned-downcast",
               "-wp-check-memory-model", "-wp-cache", cache_mode, *options, file]
    with tempfile.TemporaryDirectory() as session:
        # Frama-C cleans up no cache but that of a session.
        if cache.is_dir():
            (Path(session) / "cache").symlink_to(cache)
        try:
            run = subprocess.run([*command, "-wp-session", session, *then], cwd=root,
                                 env=environment(root), stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, timeout=STUCK)
        except subprocess.TimeoutExpired:
            return "", [f"frama-c didn't end within {STUCK} seconds: {file}"]
    log.write_text(run.stdout)
    return run.stdout, [f"frama-c exited with {run.returncode}"] if run.returncode else []


def keep_only(cache, names):
    """Drop what belongs to nobody of NAMES; within one, Frama-C does it."""
    for path in cache.iterdir() if cache.exists() else []:
        if path.name not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def forget_failures(cache):
    """What a prover failed on, rather than gave up, it is asked again. Whether there is any."""
    failed = [entry for entry in cache.glob("*.json") if '"failed"' in entry.read_text()]
    for entry in failed:
        entry.unlink()
    return bool(failed)


def jobs(mode):
    """How many to run at a time: Frama-C sleeps half of its time, with smoke tests a third."""
    return int({"replay": 3, "smoke": 1.5}.get(mode, 2) * (os.cpu_count() or 1))


def proof_options(timeout, processes, provers=tools.PROVERS):
    return ["-wp-prover", ",".join(provers), "-wp-timeout", str(timeout),
            "-wp-par", str(processes)]


def rounds(file, options_for, timeout, cache, log):
    """What Frama-C says in the end; CACHE keeps what was proved. Each round gives more time to
    what is still open, so that a prover that fails costs little where another doesn't."""
    short = timeout <= max(ROUNDS)
    said, broken = frama_c(file, options_for(timeout if short else ROUNDS[0]), "update", cache,
                           log, then=REPORT)
    if short:
        return said, broken
    now, wrong = said, broken
    for seconds in [*ROUNDS[1:], timeout]:
        for prover in tools.PROVERS:
            functions = verdict.functions_with_open_goals(now)
            if functions and not wrong:
                now, wrong = ask_again(file, options_for, seconds, cache, log, prover, functions)
    return (said, broken) if now is said else settled(file, options_for, timeout, cache, log)


def ask_again(file, options_for, seconds, cache, log, prover, functions):
    """One prover about what is open. Frama-C asks one prover after the other until one proves
    a goal, and asks again whom it gave less time before. So this one comes last, and the
    others are taken to have given up in as many seconds, in a copy of the cache, from which
    proofs alone are kept."""
    others = [other for other in tools.PROVERS if other != prover]
    only = [] if verdict.LEMMAS in functions else ["-wp-fct", ",".join(sorted(functions))]
    options = [*options_for(seconds, [*others, prover]), *only]
    with tempfile.TemporaryDirectory() as directory:
        for entry in cache.glob("*.json"):
            text = entry.read_text()
            if '"timeout"' in text and f'"{tools.cached_name(prover)}"' not in text:
                text = re.sub(r'"time": [\d.]+', f'"time": {seconds}.', text)
            (Path(directory) / entry.name).write_text(text)
        said, broken = frama_c(file, options, "update", Path(directory), log)
        for entry in Path(directory).glob("*.json"):
            if '"valid"' in entry.read_text():
                shutil.copy(entry, cache / entry.name)
    return said, broken


def settled(file, options_for, timeout, cache, log):
    """What the cache has to say. Where that isn't all, everything is asked again, with all the
    time that there is."""
    said, broken = frama_c(file, options_for(timeout), "offline", cache, log, then=REPORT)
    if not broken and verdict.functions_with_open_goals(said):
        return frama_c(file, options_for(timeout), "update", cache, log, then=REPORT)
    return said, broken


def updated(file, options_for, timeout, cache, log):
    """The cache answers what it can. Where that isn't all, the provers answer the rest, and
    what they prove goes into the cache."""
    if timeout > max(ROUNDS):
        said, broken = frama_c(file, options_for(timeout), "offline", cache, log, then=REPORT)
        if not verdict.functions_with_open_goals(said):
            return said, broken
    return rounds(file, options_for, timeout, cache, log)


def believe_failures(cache, timeout, to):
    """Who gave up on a goal by CACHE is said, in TO, to have given up in TIMEOUT. Nothing else
    of CACHE is taken over, so that it can't prove anything. The entries, to be taken back."""
    provers, believed = {tools.cached_name(prover) for prover in tools.PROVERS}, []
    for entry in cache.glob("*.json"):
        said = FAILURE.fullmatch(entry.read_text().strip())
        if said and said.group(1) in provers:
            time = f', "time": {timeout}.' if said.group(2) == "timeout" else ""
            believed.append(to / entry.name)
            believed[-1].write_text(
                f'{{ "prover": "{said.group(1)}", "verdict": "{said.group(2)}"{time} }}')
    return believed


def afresh(file, options_for, timeout, cache, log):
    """Every proof is found anew. Who gave up by CACHE, the repository's, isn't asked, and who
    is left has all the time there is. Where that isn't enough, the others are asked after
    all."""
    with tempfile.TemporaryDirectory() as directory:
        believed = believe_failures(cache, timeout, Path(directory))
        said, broken = frama_c(file, options_for(timeout), "update", Path(directory), log,
                               then=REPORT)
        if broken or not verdict.functions_with_open_goals(said):
            return said, broken
        for entry in believed:
            entry.unlink()
        return rounds(file, options_for, timeout, Path(directory), log)


def to_the_end(file, options_for, timeout, log):
    """From scratch, where every prover must give up on something. Whoever failed on that, rather
    than gave up, is asked once more; what was said of the rest is kept in a cache of this run's
    own."""
    with tempfile.TemporaryDirectory() as directory:
        cache = Path(directory)
        said, broken = frama_c(file, options_for(timeout), "update", cache, log, then=REPORT)
        if forget_failures(cache) and not broken:
            said, broken = frama_c(file, options_for(timeout), "update", cache, log, then=REPORT)
        return said, broken


def tidy(file, timeout, cache, log):
    """What nothing asks for is dropped from the cache in the repository."""
    frama_c(file, proof_options(min(timeout, *ROUNDS), 1), "cleanup", cache,
            log.with_suffix(".cleanup"))


def prove(target, mode, timeout, processes, logs):
    cache, name = CACHE / flat(target.file), flat(target.file)
    summary, log = logs / f"{name}.json", logs / f"{name}.log"
    summary.unlink(missing_ok=True)
    limit = min(timeout, WRONG_TIMEOUT) if target.wrong else timeout

    def options_for(seconds, provers=tools.PROVERS):
        only = ["-wp-fct", ",".join(target.only)] if target.only else []
        return [*proof_options(seconds, processes, provers), "-wp-report-json", str(summary), *only]

    start = time.monotonic()
    if mode == "update":
        cache.mkdir(parents=True, exist_ok=True)
        forget_failures(cache)
    if target.wrong and mode == "prove":
        said, broken = to_the_end(target.file, options_for, limit, log)
    elif target.wrong or mode == "replay":
        said, broken = frama_c(target.file, options_for(limit), CACHE_MODES[mode], cache, log,
                               then=REPORT)
    elif mode == "update":
        said, broken = updated(target.file, options_for, limit, cache, log)
    else:
        said, broken = afresh(target.file, options_for, limit, cache, log)
    proved, faults, rows = verdict.judge(target, said, summary, len(tools.PROVERS))
    if mode != "update":
        faults += report.moved_pins(target.file, rows, target.only)
    elif not (target.wrong or faults or broken):
        tidy(target.file, timeout, cache, log)
    return Outcome(target, proved, time.monotonic() - start, faults + broken, rows)


def smoke(target, mode, timeout, processes, logs):
    start = time.monotonic()
    said, broken = frama_c(target.file, [*SMOKE, "-wp-par", str(processes)], CACHE_MODES[mode],
                           CACHE / flat(target.file), logs / f"{flat(target.file)}.smoke.log")
    passed, faults = verdict.smoke_faults(target.file, said, target.smoke)
    return Outcome(target, passed, time.monotonic() - start, faults + broken, [])


def absurd(timeout, logs):
    """Whether spec/ taken together, lemmas included, proves that false is true."""
    headers = sorted((ROOT / "spec").glob("*.h"))
    file = logs / "absurd.c"
    file.write_text("".join(f'#include "{path}"\n' for path in headers) +
                    "/*@ lemma absurd: \\false; */\n")
    options = [*proof_options(timeout, 1), "-wp-prop", "absurd"]
    said, broken = frama_c(str(file), options, "none", CACHE / "absurd", logs / "absurd.log")
    if verdict.counted(said) != (0, 1):
        broken.append("the absurd lemma is not open: spec/ contradicts itself, see absurd.log")
    return broken


def all_of(work, chosen, mode, timeout, logs):
    """The outcomes as they come, longest first."""
    workers = max(1, min(jobs(mode), len(chosen)))
    processes = max(1, (os.cpu_count() or 1) // workers)
    weight = {target.file: target.goals + WRONG_WEIGHT * target.wrong for target in chosen}
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(work, target, mode, timeout, processes, logs)
                   for target in sorted(chosen, key=lambda target: -weight[target.file])]
        for done in as_completed(waiting):
            yield done.result()


def line(outcome, mode):
    target = outcome.target
    of = "" if mode == "smoke" else f"/{target.goals}"
    wrong = f" ({target.wrong} wrong claims stay open)" if target.wrong and of else ""
    only = f" {' '.join(target.only)}" if target.only else ""
    print(f"{f'{outcome.proved}{of}':>11}  {outcome.seconds:7.1f}  {target.file}{only}: "
          f"{target.claim}{wrong}", flush=True)
    for fault in outcome.faults:
        print(f"             FAILED  {fault}", flush=True)


def of_this_commit():
    """A target, or functions of it, that nobody can choose without changing the commit."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    turn = int(head.stdout.strip()[:12] or "0", 16) if head.returncode == 0 else 0
    proved = sources.proved_targets()
    target, turn = proved[turn % len(proved)], turn // len(proved)
    if target.wrong or target.goals <= ONE_GOALS:
        return target
    goals = report.goals_by_function(target.file)
    names = sorted(goals)
    names, chosen = names[turn % len(names):] + names[:turn % len(names)], []
    while not chosen or (names and sum(map(goals.get, [*chosen, names[0]])) <= ONE_GOALS):
        chosen.append(names.pop(0))
    return target._replace(goals=sum(map(goals.get, chosen)), only=tuple(chosen))


def options():
    parser = argparse.ArgumentParser(description="Run the proofs of targets.txt.")
    modes = parser.add_mutually_exclusive_group()
    for mode, what in (("replay", "from the cache, without provers"),
                       ("update", "run only what the cache lacks; write pins and tables"),
                       ("smoke", "look for contradictory preconditions and dead code"),
                       ("one", "one target from scratch, or a part of it, by the commit"),
                       ("readme", "write the tables of README.md and docs/trust.md, no more")):
        modes.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=what)
    parser.set_defaults(mode="prove", part=None)
    parser.add_argument("--timeout", type=int, default=TIMEOUT,
                        help="seconds for each goal and prover")
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "proofs")
    parser.add_argument("target", nargs="*")
    chosen = parser.parse_args()
    if chosen.mode == "one":
        chosen.mode, chosen.part = "prove", of_this_commit()
        chosen.target = [chosen.part.file]
    unknown = set(chosen.target) - {target.file for target in sources.targets()}
    if unknown:
        parser.error(f"not a target of proofs/targets.txt: {', '.join(sorted(unknown))}")
    return chosen


def stated(wanted, everything, mode):
    """What is wrong with what is stated, and, unless it may move, what moved."""
    faults, moved = statements.check([target.file for target in wanted], everything,
                                     mode == "update", sources.TRUSTED, jobs("replay"))
    if mode == "update":
        print("".join(f"  {line}\n" for line in moved), end="")
    return faults + (moved if mode != "update" else [])


def unsound(mode, wanted):
    """What would make every proof worthless. All of it can be seen before anything is proved."""
    yield from sources.faults()
    yield from preprocessed.differences([target.file for target in wanted], ROOT)
    yield from tools.strange_machine()
    if mode != "replay":
        yield from tools.idle_provers(environment(ROOT))


def moved(mode, wanted, everything):
    """What the repository keeps of the proofs, and isn't so any more."""
    yield from stated(wanted, everything, mode)
    if mode != "update":
        yield from report.stale_tables()
        yield from report.lost_pins()


def main():
    chosen = options()
    mode, logs = chosen.mode, chosen.logs
    if mode == "readme":
        return report.write_tables()
    missing = list(tools.missing())
    if missing:
        sys.exit("\n".join(missing))
    logs.mkdir(parents=True, exist_ok=True)
    wanted = [target for target in sources.proved_targets()
              if not chosen.target or target.file in chosen.target]
    wanted = [chosen.part] if chosen.part else wanted
    faults = list(unsound(mode, wanted))
    pointless = bool(faults)  # nothing is proved then, and nothing is kept
    faults += moved("replay" if pointless else mode, wanted, not chosen.target)
    wanted = [] if pointless else wanted
    if mode == "smoke" and wanted:
        wanted = [target for target in wanted if not target.wrong]
        faults += absurd(chosen.timeout, logs)
    for fault in faults:
        print(f"FAILED  {fault}", flush=True)
    print(f"{'passed' if mode == 'smoke' else 'proved':>11}  {'seconds':>7}  target", flush=True)
    outcomes = []
    for outcome in all_of(smoke if mode == "smoke" else prove, wanted, mode, chosen.timeout, logs):
        line(outcome, mode)
        outcomes.append(outcome)
    if mode == "update" and not pointless:
        if not chosen.target:
            keep_only(CACHE, {"mutants"} | {flat(t.file) for t in sources.proved_targets()})
        report.write_pins(outcomes)
        report.write_tables()
    failed = len(faults) + sum(len(outcome.faults) for outcome in outcomes)
    if mode != "smoke":
        page = report.write_page(logs.parent / "proofs.html", outcomes, mode, faults)
        print(f"report: {page}")
    scope = "the targets named" if chosen.target else "all targets"
    done = {"replay": "agree with the cache", "smoke": "pass the smoke tests"}.get(
        mode, "are proved")
    print(f"{scope} {done}" if not failed else f"{failed} faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
