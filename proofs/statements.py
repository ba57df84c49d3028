"""What is stated: every contract and every logic definition, as Frama-C prints it.

Frama-C prints what it understood, macros expanded. So what is looked at here is what
it proves, however it was spelled. statements.txt pins a hash of each text: a change
shows in review as a changed line, under the same name too.
"""
import hashlib
import os
import re
import subprocess
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PINS = HERE / "statements.txt"
HEAD = """\
# A hash of each logic definition and each contract, as Frama-C prints it: written by
# `prove.py --update`, demanded by every other run. A changed line is a changed statement.
#
# kind or file | name | hash
"""
DEFINITIONS = ("predicate", "logic", "lemma")
# Definitions that call themselves, and why that ends: each call is a step nearer to where
# this holds, and there it calls no more.
MEASURES = {
    "candidates": "hi <= lo", "idle_sum": "hi <= lo", "in_use_sum": "hi <= lo",
    "manual_sum": "hi <= lo", "released_sum": "hi <= lo", "free_count": "hi <= 0",
    "huge_free_sum": "hi <= 0", "scavenge_steps": "n <= 0", "number_at": "from >= to",
    "odd_part": "n <= 0",
}
# Each step is by one, but for these, which halve: above 0 that is less.
HALVES = {"odd_part"}
# These two stand in every contract, so that no caller goes on after what never returns.
DEMANDED = (r"terminates \true;", r"exits \false;")

# proved: whether it has a body here. place: a file with a proof, or the kind of definition.
Statement = namedtuple("Statement", "place name text proved")

BLOCK = re.compile(r"(?ms)^/\*@(.*?)\*/")
GHOST = re.compile(r"(?s)/@(.*?)@/\s*([^;{}()@]*?\b(\w+)\([^;{}@]*?\))\s*([;{])")


def printed(file):
    """Frama-C's own text of FILE, which it looks for by PWD."""
    run = subprocess.run(["frama-c", "-print", "-no-unicode", file], cwd=ROOT,
                         env=dict(os.environ, PWD=str(ROOT)), capture_output=True, text=True)
    if run.returncode:
        raise ValueError(f"frama-c cannot read {file}: {run.stdout.strip()[-300:]}")
    return run.stdout


def one_line(text):
    return " ".join(text.split())


def read(file, said):
    """The statements of what Frama-C printed of FILE."""
    for block in BLOCK.finditer(said):
        text = block.group(1).strip()
        kind = re.match(r"[\w ]*?\w+", text).group() if text else ""
        if text.startswith("ghost"):
            for contract, _, name, end in GHOST.findall(text):
                yield Statement(file, name, one_line(contract), end == "{")
        elif kind.split()[0] in ("requires", "check", "assumes", "ensures", "assigns", "behavior",
                                 "terminates", "exits", "decreases", "allocates", "frees") and \
                not kind.startswith("check lemma"):
            rest = said[block.end():]
            head = re.match(r"(?s)[^;{}]*?\b(\w+)\(", rest)
            after = re.search(r"[;{]", rest)
            yield Statement(file, head.group(1), one_line(text), after.group() == "{")
        else:
            name = re.search(r"(\w+)\s*(?:\{.*?\})?\s*[(:=]", text.split(None, 1)[-1])
            kind = text.split()[0]
            yield Statement(kind, name.group(1) if name else one_line(text)[:40],
                            one_line(text), False)


def ill_defined(statement):
    """Why a logic definition could say anything at all."""
    kind, name, text, _ = statement
    if kind not in DEFINITIONS:
        return f"{one_line(text)[:60]}: only {', '.join(DEFINITIONS)} stand on their own"
    if kind == "lemma":
        return ""
    head, _, body = (part.strip() for part in text.partition("="))
    calls = len(re.findall(rf"\b{name}\b", body))
    if not body:
        return f"{name} has no definition"
    if not calls:
        return ""
    if name not in MEASURES:
        return f"{name} calls itself, and nothing says why that ends"
    moves, relation, stays = MEASURES[name].split()
    step = f"{moves} {'-' if relation == '<=' else '+'} 1"
    if name in HALVES and (relation, stays) == ("<=", "0"):
        step = f"{moves} / 2"
    parameters = [part.split()[-1].strip("*") for part in head[head.index("(") + 1:-1].split(",")]
    arguments = ", ".join({moves: re.escape(step), stays: stays}.get(parameter, r"[\w.]+")
                          for parameter in parameters)
    rebound = re.search(rf"(?:integer|bool|\w+_t|struct \w+)[ *]+(?:\w+, )*{moves}\b", body)
    if rebound or moves not in parameters or not body.startswith(f"{MEASURES[name]}? ") or \
            len(re.findall(rf"\b{name}\({arguments}\)", body)) != calls or \
            re.search(rf"\b{name}\b", body.split(":")[0]):
        return f"{name} calls itself, but not with {step}, or where {MEASURES[name]}"
    return ""


def own(found, trusted):
    """What FOUND is pinned of: definitions, what has a proof here, and what is trusted."""
    return {s for s in found if s.proved or s.name in trusted or s.place in DEFINITIONS}


def line(statement, trusted):
    place, name, text, _ = statement
    return f"{'trusted' if name in trusted else place} | {name} | " + (
        hashlib.sha256(text.encode()).hexdigest()[:12])


def name_of(pin):
    return pin.rsplit(" | ", 1)[0]


def pinned():
    return {pin for pin in PINS.read_text().splitlines()
            if pin and not pin.startswith("#")} if PINS.exists() else set()


def faults_of(found, lines, trusted):
    """What no pin could make good; LINES are the pins."""
    of_name = {}
    for pin in lines:
        of_name.setdefault(pin.split(" | ")[1], set()).add(pin.split(" | ")[2])
    meaning = {}
    for statement in sorted(set(found)):
        place, name, text, proved = statement
        if place not in DEFINITIONS and place.endswith(".c"):
            for clause in DEMANDED:
                if clause not in text:
                    yield f"{place}: the contract of {name} does not say {clause}"
            if not proved and line(statement, trusted).split(" | ")[2] not in of_name.get(name, ()):
                yield f"{place} believes a contract of {name} that is not the proved one"
            continue
        why = ill_defined(statement)
        if why:
            yield why
        if meaning.setdefault(name, text) != text:
            yield f"{name} is defined in two ways"


def collect(files, workers):
    with ThreadPoolExecutor(workers) as pool:
        said = pool.map(lambda file: list(read(file, printed(file))), files)
        return [statement for statements in said for statement in statements]


def moves(before, gone, now):
    """In words, how what is stated differs from the pins."""
    were, are = ({name_of(pin) for pin in pins} for pins in (before, now))
    for pin in sorted(gone):
        if name_of(pin) not in are:
            yield f"pinned, but not stated: {pin}"
    for pin in sorted(now - before):
        how = "stated otherwise than pinned" if name_of(pin) in were else "stated, but not pinned"
        yield f"{how}: {pin}"


def check(files, everything, update, trusted, workers):
    """(faults, what moved); with UPDATE the pins follow."""
    try:
        found = collect(files, workers)
    except ValueError as error:
        return [str(error)], []
    now, before = {line(statement, trusted) for statement in own(found, trusted)}, pinned()
    here = {pin for pin in before if everything or pin.split(" | ")[0] in files}
    gone = here - now
    if update:
        names = {name_of(pin) for pin in now}
        kept = {pin for pin in before - gone if name_of(pin) not in names} | now
        PINS.write_text(HEAD + "".join(pin + "\n" for pin in sorted(kept)))
    faults = list(faults_of(found, pinned(), trusted))
    return faults, list(moves(before, gone, now))
