"""The tools the proofs are for, by version, and the machine they suppose."""
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The name, the version, what it is for.
NEEDED = {
    "frama-c": ("25.0-beta", "makes goals of code and contracts, and settles the easy ones"),
    "why3": ("1.5.1", "hands goals to the provers"),
    "z3": ("4.8.12", "proves them"),
    "cvc4": ("1.8", "proves them"),
}
# In the order in which they are tried: fastest first, by measurement.
PROVERS = ("z3e", "z3", "cvc4", "z3s1", "z3eager")
# What Frama-C takes the machine to be (`frama-c -print-machdep`: x86_64).
SIZES = {"char": 1, "short": 2, "int": 4, "long": 8, "long long": 8, "void *": 8, "size_t": 8,
         "bool": 1, "enum { NONE }": 4}
# True, and out of reach of Frama-C's own simplifier: what a prover at work proves.
TRUTH = r"lemma truth: \forall integer x, y; 0 <= x && x < y && y <= x + 1 ==> 2 * y == 2 * x + 2;"


def sections():
    """Every prover of why3.conf, as a dictionary."""
    for section in (HERE / "why3.conf").read_text().split("\n\n"):
        keys = dict(re.findall(r'(?m)^(\w+) = "(.*)"', section))
        if "name" in keys:
            yield keys


def configured():
    """(name, version, binary) of every prover of why3.conf: these are run, not those of PATH."""
    for keys in sections():
        yield keys["name"], keys["version"], keys.get("path") or keys["command"].split()[0]


def cached_name(prover):
    """What the cache calls one of PROVERS."""
    for keys in sections():
        if keys["shortcut"] == prover:
            return ":".join(filter(None, (keys["name"], keys["version"], keys["alternative"])))
    raise ValueError(f"not in why3.conf: {prover}")


def said_by(binary):
    run = subprocess.run([binary, "--version"], capture_output=True, text=True)
    return run.stdout.splitlines()[0] if run.stdout else "nothing"


def missing():
    binaries = {tool: (tool, NEEDED[tool][0]) for tool in ("frama-c", "why3")}
    for name, version, binary in configured():
        if version != NEEDED[name.lower()][0]:
            yield f"why3.conf wants {name} {version}, not {NEEDED[name.lower()][0]}"
        binaries[f"{name.lower()} ({binary})"] = binary, version
    for tool, (binary, version) in binaries.items():
        if not shutil.which(binary):
            yield f"{tool} is not installed (needs {version}; see `make deps`)"
        elif not re.search(rf"(?<![\w.]){re.escape(version)}(?![\w.])", said_by(binary)):
            yield f"{tool} is not version {version}: {said_by(binary)}"


def idle_provers(environment):
    """Whether all prove a simple truth: an idle prover would leave every wrong claim open."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "truth.c"
        file.write_text(f"/*@ {TRUTH} */\n")
        run = subprocess.run(["frama-c", "-wp", "-wp-prover", ",".join(PROVERS),
                              "-wp-run-all-provers", "-wp-timeout", "10", "-wp-cache", "none",
                              "-wp-session", directory, str(file)],
                             capture_output=True, text=True, env=environment)
    able = re.findall(r"(?m)^  (?!Qed)([^:\n]+): +1\b", run.stdout)
    if len(able) < len(PROVERS):
        yield f"of {len(PROVERS)} provers only these prove a simple truth: {', '.join(able)}"


def strange_machine():
    """Where the C compiler's sizes are not those of the proofs."""
    checks = "".join(f'_Static_assert(sizeof({kind}) == {size}, "{kind}");\n'
                     for kind, size in SIZES.items())
    source = f"#include <stdbool.h>\n#include <stddef.h>\n{checks}"
    run = subprocess.run(["cc", "-std=c11", "-fsyntax-only", "-x", "c", "-"], input=source,
                         capture_output=True, text=True)
    for kind in re.findall(r'static assertion failed:? "?(.*?)"?$', run.stderr, re.M):
        yield f"cc and the proofs disagree on the size of {kind}"
    if run.returncode != 0 and "assertion failed" not in run.stderr:
        yield f"cc could not be asked about its sizes: {run.stderr.strip()[:200]}"
