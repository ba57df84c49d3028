"""What the compiler and Frama-C see of the proved sources: the same text.

Frama-C has its own preprocessor run and its own macros, and it expands macros in
annotations, which the compiler never reads. So no directive chooses between two
texts here, no macro stands for anything but a number, and what both preprocessors
make of a file is compared, token by token.
"""
import re
import shutil
import subprocess
from pathlib import Path

# A whole line each. Numbers alone: no macro makes a keyword, of C or of ACSL.
DIRECTIVES = re.compile(r"""(?x)
      \#include\ "(?:\.\./)*\w[\w/]*\.h"
    | \#include\ <std(?:bool|def|int)\.h>
    | \#define\ [A-Z][A-Z0-9_]+\ (?:0x[0-9a-f]+|[0-9]+)(?:ULL)?
    | \#define\ [A-Z][A-Z0-9_]+\ UINT(?:32|64)_MAX""")
# The sizes of tables are all that a build may choose: ref/test_ref.c has a small one.
CAPACITY = """#ifndef {0}
#define {0} {1}
#endif
"""
CAPACITIES = (("SPAN_HEAP_CAPACITY", 262144), ("PAGE_SET_CAPACITY", 1048576))
# Literals first: a comment's first sign inside one begins no comment.
PIECE = re.compile(r'''"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|/\*.*?\*/|//[^\n]*''', re.S)
# Spellings that begin a directive, or paste, or end no line; names that compilers define.
SPELLINGS = {"%:": "a digraph", "??": "a trigraph", "\\\n": "a line that goes on",
             "_Pragma": "a pragma"}
RESERVED = re.compile(r"\b__\w+")

FRAMA_C = ("gcc", "-E", "-D__FRAMAC__", "-D__FC_MACHDEP_X86_64", "-nostdinc", "-m64")
# Every macro that one of these defines and another doesn't would show.
COMPILERS = (("cc", "-std=c99", "-O0"), ("cc", "-std=c99", "-O2", "-DNDEBUG"),
             ("gcc", "-std=gnu11", "-O3"), ("clang", "-std=c99", "-O1", "-fsanitize=address"))
FLAGS = ("-E", "-D_POSIX_C_SOURCE=200809L", "-D_FILE_OFFSET_BITS=64")


def without_guard(source):
    """SOURCE without its include guard, which is the first directive and the last."""
    bare = PIECE.sub(lambda piece: piece.group() if piece.group()[0] in "\"'" else
                     "\n" * piece.group().count("\n"), source)
    guard = re.match(r"\s*#ifndef (\w+)\n#define \1\n(.*)\n#endif\s*$", bare, re.S)
    return guard.group(2) if guard else bare


def odd_spellings(source):
    """What SOURCE has that only a preprocessor understands, and needn't."""
    chosen = without_guard(source)
    for name, records in CAPACITIES:
        chosen = chosen.replace(CAPACITY.format(name, records), "")
    for line in chosen.splitlines():
        if "#" in line and not DIRECTIVES.fullmatch(line.strip()):
            yield f"has a directive that no proved file may have: {line.strip()}"
    for spelling, what in SPELLINGS.items():
        if spelling in source:
            yield f"has {what}: {spelling!r}"
    for name in sorted(set(RESERVED.findall(source))):
        yield f"says {name}"


def tokens(command, file, root):
    """The tokens of the project's own files, as a preprocessor has them."""
    run = subprocess.run([*command, file], cwd=root, capture_output=True, text=True)
    if run.returncode:
        raise ValueError(f"{command[0]} does not preprocess {file}: {run.stderr.strip()[:200]}")
    found, where = [], ""
    for line in run.stdout.splitlines():
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            where = marker.group(1)
        elif where and not where.startswith(("/", "<")):
            found += re.findall(r"\w+|\S", line)
    # The headers of the two write the same limits in two ways.
    text = re.sub(r"\b(\d+|0x[0-9a-fA-F]+)U?L?L?\b", r"\1", " ".join(found))
    return re.sub(r"\( (\d+) \)", r"\1", text).split()


def share():
    run = subprocess.run(["frama-c", "-print-share-path"], capture_output=True, text=True)
    return Path(run.stdout.strip()) / "libc"


def differences(files, root):
    """Where a compiler sees other text than Frama-C, or none."""
    try:
        yield from compared(files, root)
    except ValueError as error:
        yield str(error)


def compared(files, root):
    libc = share()
    for file in files:
        proved = tokens((*FRAMA_C, f"-I{libc}", "-I."), file, root)
        for compiler, *options in COMPILERS:
            if not shutil.which(compiler):
                continue
            compiled = tokens((compiler, *options, *FLAGS), file, root)
            if compiled != proved:
                at = next((i for i, pair in enumerate(zip(compiled, proved))
                           if pair[0] != pair[1]), min(len(compiled), len(proved)))
                yield (f"{file}: {compiler} {' '.join(options)} compiles "
                       f"\"{' '.join(compiled[at:at + 8])}\", Frama-C proves "
                       f"\"{' '.join(proved[at:at + 8])}\"")
