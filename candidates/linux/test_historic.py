#!/usr/bin/env python3
"""Are bugs that the kernel really had found? Each of historic_bugs.txt must be.

  candidates/linux/test_historic.py TOOL FOLDER [--histories N] [NAME...]

TOOL: spanref. FOLDER: where build.sh has put the candidates. Prints "ok" or "not ok" lines, of
what is found the level, the kind, in how many histories, and the shortest history. Exits with 1
if a bug isn't found.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENTRY = re.compile(r'bug (\S+)\nfixed (\S+) (.*)\nin (\S+), (\S+)\n((?:[-+].*\n)+)')
CHANGE = re.compile(r'((?:-.*\n)+)((?:\+.*\n)*)')
SEED = '1'


def bugs():
    text = ''.join(line for line in (HERE / 'historic_bugs.txt').read_text().splitlines(True)
                   if not line.startswith('#'))
    rest = ENTRY.sub('', text).split()
    if rest:
        sys.exit(f'historic_bugs.txt: "{rest[0]}" means nothing')
    return ENTRY.findall(text)


def put_back(text, changes):
    """The file with the bug, or None."""
    for old, new in CHANGE.findall(changes):
        old, new = (re.sub('(?m)^.', '', part) for part in (old, new))
        if text.count(old) != 1:
            return None
        text = text.replace(old, new)
    return text


def flags_of(candidate):
    """The plug-in's file, and how build.sh compiles it."""
    script = (HERE / 'build.sh').read_text()
    found = re.search(rf'(?m)^candidate {re.escape(candidate)} (\S+) ?(.*) "\$@"$', script)
    if found:
        return found.group(1), shlex.split(found.group(2))
    mode = re.fullmatch(r'drm_mm-(\w+)', candidate).group(1).upper()
    return 'drm_mm', [f'-DDRM_MM_MODE={mode}']


def build(folder, place, entry):
    """The candidate with the bug; or why there is none."""
    _, _, _, file, candidate, changes = entry
    tree = folder / 'linux'
    text = put_back((tree / file).read_text(), changes)
    if text is None:
        return None, f'{file} has not just once what is to be changed'
    wrong = place / file
    wrong.parent.mkdir(parents=True)
    wrong.write_text(text)
    plug, flags = flags_of(candidate)
    compile_ = [HERE / 'compile.sh', tree]
    objects = [place / 'plug.o']
    subprocess.run([*compile_, HERE / f'{plug}.c', objects[0], f'-I{place}', f'-I{HERE.parent}',
                    '-iquote', (tree / file).parent, '-w', *flags], check=True)
    if f'<{file}>' not in (HERE / f'{plug}.c').read_text():
        objects.append(place / 'wrong.o')
        subprocess.run([*compile_, wrong, objects[1], '-iquote',
                        (tree / file).parent, '-w'], check=True)
    library = place / 'bug.so'
    subprocess.run([*shlex.split(os.environ.get('CC', 'cc')), '-shared', '-Wl,--gc-sections',
                    '-Wl,-z,defs', '-o', library, *objects, tree / 'lib.a'], check=True)
    return library, ''


def found_by(tool, library, place, histories):
    run = subprocess.run([tool, 'fuzz', '-s', SEED, '-r', str(histories), '-c', library, '-o',
                          place / 'found.trace'], capture_output=True, text=True, check=False,
                         errors='replace')
    how = re.search(r'(?m)^  (\w+, [\w-]+): ', run.stdout)
    when = re.search(r'(?m)^departs: \S+ in 1 of (\d+) random histor', run.stdout)
    short = re.search(r'(?m)^# \d+ operations? became (\d+) in', run.stdout)
    if run.returncode != 1 or how is None or when is None:
        return None
    return (f'{how.group(1)}, in history {when.group(1)}, '
            f'{short.group(1) if short else "?"} operations')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=Path)
    parser.add_argument('folder', type=Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--histories', type=int, default=3000)
    options = parser.parse_intermixed_args()
    missed = 0
    for entry in bugs():
        if options.names and entry[0] not in options.names:
            continue
        with tempfile.TemporaryDirectory() as place:
            library, why = build(options.folder.resolve(), Path(place), entry)
            how = library and found_by(options.tool.resolve(), library, Path(place),
                                       options.histories)
        missed += not how
        print(f'{"ok" if how else "not ok"} - {entry[0]}: '
              f'{how or why or f"not found in {options.histories} histories"}', flush=True)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
