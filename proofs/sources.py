"""What the sources declare, call and assume, read as text: Frama-C is not asked."""
import re
from collections import namedtuple
from functools import lru_cache
from pathlib import Path

import preprocessed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ROOMS = ("spec", "ref")
# The door to the OS has a contract and no proof: it promises nothing.
TRUSTED = {"span_os_reserve"}
# What would be believed without proof, and what lets proved and compiled code differ.
ASSUMED = re.compile(r"\b(admit|axiomatic|axiom|inductive|reads|volatile|asm|union|_Noreturn|noreturn)\b")
# A function's head, ghost ones too; prototypes end in a semicolon.
HEAD = re.compile(r"(?m)(?:^|@/|ghost) *(?:static |const |inline )*(?:struct \w+|enum \w+|\w+_t|"
                  r"bool|void|int|unsigned|long) +\*?(\w+)\(")
COUNT = re.compile(r"(\d+)(?: \+ (\d+) wrong)?(?:, (\d+) smoke)?$")

# goals: how many must be proved, None where nothing is. wrong: how many clauses
# named "wrong" must stay open. smoke: how many smoke tests there are.
# only: these functions of it, where there are any; goals is theirs then.
Target = namedtuple("Target", "file goals wrong smoke claim non_claim only", defaults=[()])


def targets():
    for line in (HERE / "targets.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            file, goals, claim, non_claim = (field.strip() for field in line.split("|"))
            counts = (None, 0, 0) if goals == "-" else COUNT.match(goals).groups("0")
            proved, wrong, smoke = counts
            yield Target(file, proved and int(proved), int(wrong), int(smoke), claim, non_claim)


def proved_targets():
    return [target for target in targets() if target.goals is not None]


@lru_cache(maxsize=None)
def text(file):
    return (ROOT / file).read_text()


def functions(file):
    """(name, body) of the functions that FILE declares; "" where it has no body."""
    for match in HEAD.finditer(text(file)):
        start, end = text(file).find("{", match.end()), text(file).find(";", match.end())
        has_body = start != -1 and (end == -1 or start < end)
        yield match.group(1), text(file)[start:end_of_body(text(file), start)] if has_body else ""


def end_of_body(source, start):
    """Where the braces that open at START are closed."""
    depth = 0
    for at in range(start, len(source)):
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        if depth == 0:
            return at + 1
    return len(source)


def files():
    """Every .c of targets.txt, spec/ and ref/, and every header of theirs."""
    found = {target.file for target in targets()}
    for room in ROOMS:
        found |= {f"{room}/{path.name}" for path in (ROOT / room).iterdir()
                  if path.suffix in (".c", ".h") and not path.name.startswith("test_")}
    waiting = sorted(found)
    while waiting:
        file = waiting.pop()
        for included in re.findall(r'(?m)^[ \t]*#[ \t]*include[ \t]*"(.*?)"', text(file)):
            path = (ROOT / file).parent.joinpath(included).resolve()
            if not path.is_relative_to(ROOT):
                continue  # preprocessed.py refuses it
            header = str(path.relative_to(ROOT))
            if header not in found and path.exists():
                found.add(header)
                waiting.append(header)
    return sorted(found)


def contracts(name):
    """The contracts that stand before NAME's heads, those of ghost functions too."""
    contract = re.compile(rf"/(?:\*@|@)((?:(?!\*/|@/).)*)(?:\*/|@/)\s*"
                          rf"(?:static |inline )*[\w ]+\*?\b{name}\(", re.S)
    return [found for file in files() for found in contract.findall(text(file))]


def demands(name, clause):
    """Whether NAME's contract has a precondition that says CLAUSE."""
    return any(clause in (part.strip() for part in said.split("&&"))
               for contract in contracts(name)
               for said in re.findall(r"requires\s+(?:\w+:)?(.*?);", contract, re.S))


def is_behind_the_door(name, clause):
    """Whether CLAUSE keeps a heap of NAME apart from what a door points to, of which nothing is
    read or written: no proved file says what is in it. Two heaps are apart by precondition."""
    heaps = re.fullmatch(r"\\separated\((\w+(?:, \w+)*), os \+ \(\.\.\)\)", clause)
    if not heaps or "," in heaps[1] and not demands(name, rf"\separated({heaps[1]})"):
        return False
    return not any(re.search(r"\bstruct\s+span_os\s*\{", (ROOT / file).read_text())
                   for file in files())


def has_precondition(name):
    return any(re.search(r"\brequires\b", contract) for contract in contracts(name))


def bodies():
    """What each function proved somewhere says, and the file it stands in.

    Nobody may rely on a function of a file with wrong claims."""
    return {name: (target.file, body) for target in proved_targets() if not target.wrong
            for name, body in functions(target.file) if body}


def circles():
    """Functions that call each other in circles: their proofs would lean on themselves.

    Any name before a parenthesis counts as a call, in annotations too: a circle
    too many is possible, one too few is not."""
    proved = bodies()
    calls = {name: set(re.findall(r"\b(\w+)\(", body)) & set(proved)
             for name, (_, body) in proved.items()}
    state = {}

    def walk(name, path):
        if state.get(name) == "done":
            return
        if name in path:
            yield " -> ".join(path[path.index(name):] + [name])
            return
        for callee in sorted(calls[name]):
            yield from walk(callee, path + [name])
        state[name] = "done"

    for name in sorted(calls):
        yield from walk(name, [])


def faults():
    """What the sources assume, leave out of targets.txt or call unproved."""
    listed = {target.file for target in targets()}
    for file in files():
        for word in sorted(set(ASSUMED.findall(text(file)))):
            yield f"{file} says {word}"
        for oddity in preprocessed.odd_spellings(text(file)):
            yield f"{file} {oddity}"
        if file.endswith(".c") and file not in listed:
            yield f"{file} is not in targets.txt"
    for path in sorted(HERE.glob("*.c")):
        if f"proofs/{path.name}" not in listed:
            yield f"proofs/{path.name} is not in targets.txt"
    declared = {name for file in files() for name, _ in functions(file)}
    for target in proved_targets():
        called = set(re.findall(r"\b(\w+)\(", text(target.file))) & declared
        own = {name for name, body in functions(target.file) if body} if target.wrong else set()
        calls_own = {name for name in own for _, body in functions(target.file)
                     if re.search(rf"\b{name}\(", body)}
        for name in sorted((called - own | calls_own) - set(bodies()) - TRUSTED):
            yield f"{target.file} relies on {name}, which has no proved body"
    for circle in circles():
        yield f"called in a circle: {circle}"
