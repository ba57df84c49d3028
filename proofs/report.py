"""What is kept of a run: pins.txt, the tables of README.md and docs/trust.md, the page."""
import html
import re
from pathlib import Path

import sources
import tools

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PINS = HERE / "pins.txt"
PINS_HEAD = """\
# What each proved function has: written by `prove.py --update`, demanded by every
# other run. So a clause that goes shows, even where another one comes.
#
# file | function | goals | what it ensures | memory-model hypotheses
"""
HEAP = r"\valid(h)"


# Pins.

def pin(file, row):
    return f"{file} | {row.function} | {row.goals} | {' '.join(row.ensures) or '-'} | " + (
        "; ".join(row.hypotheses) or "-")


def pins():
    """{file: its lines} of pins.txt."""
    found = {}
    for line in PINS.read_text().splitlines() if PINS.exists() else []:
        if line and not line.startswith("#"):
            found.setdefault(line.split(" | ")[0], []).append(line)
    return found


def goals_by_function(file):
    """{function: how many goals it has pinned}, without lemmas."""
    fields = [line.split(" | ") for line in pins().get(file, [])]
    return {field[1]: int(field[2]) for field in fields if field[1].isidentifier()}


def moved_pins(file, rows, only=()):
    here = {pin(file, row) for row in rows}
    pinned = {line for line in pins().get(file, []) if not only or line.split(" | ")[1] in only}
    return [f"pinned, but not so: {line}" for line in sorted(pinned - here)] + [
        f"not pinned: {line}" for line in sorted(here - pinned)]


def lost_pins():
    for file in sorted(set(pins()) - {target.file for target in sources.proved_targets()}):
        yield f"{file} is in pins.txt and not proved by targets.txt"


def write_pins(outcomes):
    """Pin what went through, and say what moved."""
    kept = pins()
    for outcome in outcomes:
        if not outcome.faults:
            file = outcome.target.file
            print("".join(f"  {line}\n" for line in moved_pins(file, outcome.rows)), end="")
            kept[file] = [pin(file, row) for row in outcome.rows]
    lines = [line for target in sources.proved_targets() for line in kept.get(target.file, [])]
    PINS.write_text(PINS_HEAD + "".join(line + "\n" for line in lines))


# Tables in the documents, between <!-- name ... --> and <!-- /name -->.

def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def dash(field):
    return "" if field == "-" else field


def goals_of(target):
    wrong = f", {target.wrong} kept open" if target.wrong else ""
    return "none yet" if target.goals is None else f"{target.goals}{wrong}"


def proved_table():
    return table(["file", "goals", "what is proved", "what that doesn't say"],
                 [[f"`{target.file}`", goals_of(target), target.claim, dash(target.non_claim)]
                  for target in sources.targets()])


def tools_table():
    compiler = ["`cc`, any", "builds what was proved", "sizes of types, by the gate"]
    return table(["tool", "what it does", "checked"],
                 [[f"{tool} {version}", what, "version, by the gate"]
                  for tool, (version, what) in tools.NEEDED.items()] + [compiler])


def machine_table():
    return table(["type", "bytes"],
                 [[f"`{kind}`", str(size)] for kind, size in tools.SIZES.items()])


def hypotheses_table():
    functions = {}
    for line in (line for lines in pins().values() for line in lines):
        file, function, _, _, clauses = line.split(" | ")
        for clause in clauses.split("; ") if clauses != "-" else []:
            functions.setdefault(clause, []).append(f"`{function}`")
    rows = []
    for clause, named in sorted(functions.items(), key=lambda item: (-len(item[1]), item[0])):
        why = "callers must pass a live heap, and every proved caller does" if (
            clause == HEAP) else "no proved file says what a door is, so none looks behind it" if (
            all(sources.is_behind_the_door(name.strip("`"), clause) for name in named)) else (
            "a precondition says the same, and every proved caller meets it")
        rows.append([f"`{clause}`", ", ".join(named) if len(named) < 5 else str(len(named)), why])
    return table(["hypothesis", "functions", "why it holds"], rows)


TABLES = {"README.md": {"proved": proved_table},
          "docs/trust.md": {"tools": tools_table, "machine": machine_table,
                            "hypotheses": hypotheses_table}}


def filled(document):
    """The text of DOCUMENT with its tables as they should be."""
    text = (ROOT / document).read_text()
    for name, write in TABLES[document].items():
        marked = re.compile(rf"(<!-- {name}\b[^>]*-->\n).*?(<!-- /{name} -->)", re.S)
        if len(marked.findall(text)) != 1:
            raise SystemExit(f"{document}: no place for the table {name}")
        text = marked.sub(lambda match: match.group(1) + write() + match.group(2), text)
    return text


def stale_tables():
    for document in TABLES:
        if filled(document) != (ROOT / document).read_text():
            yield f"{document} has an old table: prove.py --readme"


def write_tables():
    for document in TABLES:
        (ROOT / document).write_text(filled(document))


# The page.

STYLE = """
:root { color-scheme: light dark; --line: #8884; --bad: #c33; --good: #2a7f3f; }
@media (prefers-color-scheme: dark) { :root { --bad: #f88; --good: #7c9; } }
body { font: 16px/1.45 system-ui, sans-serif; max-width: 68rem; margin: auto; padding: 1rem; }
h1 { font-size: 1.4rem; } summary { cursor: pointer; padding: .6rem 0; }
details { border-top: 1px solid var(--line); } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0;
  border-top: 1px solid var(--line); } td.n { text-align: right; white-space: nowrap; }
code { font-size: .9em; overflow-wrap: anywhere; } .bad { color: var(--bad); }
.good { color: var(--good); } .less { opacity: .75; }
"""
HOW = {"prove": "proved from scratch, without a cache",
       "replay": "replayed from the cache; no prover ran, seconds are those recorded",
       "update": "proved where the cache had no answer; the other seconds are those recorded"}


def row_html(row):
    provers = ", ".join(f"{html.escape(prover)} {count}"
                        for prover, count in row.provers.most_common())
    return (f"<tr><td><code>{html.escape(row.function)}</code></td>"
            f"<td>{html.escape(', '.join(row.ensures))}</td><td class=n>{row.goals}</td>"
            f"<td>{provers}</td><td class=n>{row.seconds:.1f}</td></tr>")


def target_html(outcome):
    target = outcome.target
    state = "bad" if outcome.faults else "good"
    wrong = f", {target.wrong} wrong claims stay open" if target.wrong else ""
    faults = "".join(f"<p class=bad>{html.escape(fault)}</p>" for fault in outcome.faults)
    not_said = f"<p class=less>Not said: {html.escape(target.non_claim)}</p>" if (
        dash(target.non_claim)) else ""
    return (f"<details{' open' if outcome.faults else ''}><summary><code>{target.file}</code> "
            f"<b class={state}>{outcome.proved}/{target.goals}</b>{wrong}: "
            f"{html.escape(target.claim)}</summary>{not_said}{faults}<div class=wide><table>"
            "<tr><th>function<th>ensures<th>goals<th>proved by<th>seconds</tr>"
            f"{''.join(map(row_html, outcome.rows))}</table></div></details>\n")


def write_page(path, outcomes, mode, faults):
    order = [target.file for target in sources.proved_targets()]
    outcomes = sorted(outcomes, key=lambda outcome: order.index(outcome.target.file))
    failed = len(faults) + sum(len(outcome.faults) for outcome in outcomes)
    proved = sum(outcome.proved for outcome in outcomes)
    everything = sum(outcome.target.goals for outcome in outcomes)
    versions = ", ".join(f"{tool} {version}" for tool, (version, _) in tools.NEEDED.items())
    verdict = f"<b class=bad>{failed} faults</b>" if failed else "<b class=good>no fault</b>"
    unproved = ", ".join(f"<code>{target.file}</code>" for target in sources.targets()
                         if target.goals is None)
    path.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>spanref: proofs</title><style>{STYLE}</style>\n<h1>spanref: what is proved</h1>"
        f"<p>{verdict}: {proved} of {everything} goals in {len(outcomes)} of {len(order)} files, "
        f"{HOW[mode]}.</p><p class=less>{versions}. What is taken on trust: "
        "<code>docs/trust.md</code>. Qed and CFG are Frama-C's own simplifier and control flow."
        + (f" Not proved at all: {unproved}." if unproved else "") + "</p>\n"
        + "".join(f"<p class=bad>{html.escape(fault)}</p>\n" for fault in faults)
        + "".join(map(target_html, outcomes)) + "</html>\n")
    return path
