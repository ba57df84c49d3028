#!/usr/bin/env python3
"""Is the judge tested? Each wrong line of judge/wrong_lines.txt must make its test fail.

  judge/test_wrong_lines.py [BUILD [NAME...]]

BUILD: where build/libspanref.a is (build). NAME: only these. Prints "ok" or "not ok" lines, and
exits with 1 if one is not ok.

A wrong file is compiled alone and linked in front of the library with one test. The named test
must fail, by an assertion of its own or by a crash. A test program may run that one alone, whose
name is in the environment: SPANREF_TEST.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / 'judge/wrong_lines.txt'
AT_LEAST = 60
CC = [*shlex.split(os.environ.get('CC', 'cc')), '-std=c99', '-D_POSIX_C_SOURCE=200809L',
      '-D_FILE_OFFSET_BITS=64', '-O1', '-w', '-Icandidates']
SECONDS = 120
ENTRY = re.compile(r'wrong (\S+)\nin (\S+), (\S+) (\S+)\n((?:-.*\n)+)((?:\+.*\n)+)')


def entries():
    """(name, file, test's file, test, what stands there, what comes in its place)."""
    text = ''.join(line for line in TABLE.read_text().splitlines(keepends=True)
                   if not line.startswith('#'))
    found = [(*m.groups()[:4], *(re.sub('(?m)^.', '', part) for part in m.groups()[4:]))
             for m in ENTRY.finditer(text)]
    rest = ENTRY.sub('', text).split()
    if rest:
        sys.exit(f'{TABLE.name}: "{rest[0]}" means nothing')
    return found


def test_source(name):
    return next(path for room in ('judge', 'fuzz', 'trace')
                if (path := ROOT / room / f'test_{name}.c').exists())


def compiled(source, beside, to, how=('-c',)):
    """An object of SOURCE, which includes what it would where it stands."""
    run = subprocess.run([*CC, '-iquote', beside, *how, '-o', to, source], cwd=ROOT,
                         capture_output=True, text=True, check=False)
    return run.stderr if run.returncode else ''


def seen(build, tests, entry):
    """'', or why the wrong line isn't seen."""
    name, file, test_file, test, old, new = entry
    text = (ROOT / file).read_text()
    if text.count(old) != 1:
        return f'{file} has the line to change {text.count(old)} times'
    with tempfile.TemporaryDirectory() as directory:
        wrong, program = Path(directory) / Path(file).name, Path(directory) / 'test'
        wrong.write_text(text.replace(old, new))
        said = compiled(wrong, (ROOT / file).parent, f'{wrong}.o')
        heap = ROOT / f'judge/test_{test_file}_heap.c'  # what the test loads, beside it
        if heap.exists() and not said:
            said = compiled(heap, heap.parent, f'{directory}/{heap.stem}.so', ('-fPIC', '-shared'))
        if said:
            return said
        subprocess.run([*CC, '-o', program, tests[test_file], f'{wrong}.o',
                        build / 'libspanref.a', '-lcmocka', '-ldl', '-lpthread'], check=True)
        try:
            run = subprocess.run([program, test], cwd=ROOT, capture_output=True, text=True,
                                 timeout=SECONDS, check=False, errors='replace')
        except subprocess.TimeoutExpired:
            return 'the test comes to no end'
    said = run.stdout + run.stderr
    is_seen = re.search(rf'(?m)^\[  FAILED  \] {test}$', said) is not None
    others = sorted(set(re.findall(r'(?m)^\[  FAILED  \] (\w+)$', said)))
    return '' if is_seen else f'{test} passes; what fails: {", ".join(others) or "nothing"}'


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else 'build').resolve()
    wanted, failed = sys.argv[2:], 0
    chosen = [entry for entry in entries() if not wanted or entry[0] in wanted]
    with tempfile.TemporaryDirectory() as directory:
        tests = {}
        for name in {entry[2] for entry in chosen}:
            tests[name] = Path(directory) / f'test_{name}.o'
            said = compiled(test_source(name), test_source(name).parent, tests[name])
            if said:
                sys.exit(said)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for entry, why in zip(chosen, pool.map(lambda e: seen(build, tests, e), chosen)):
                print(f'{"not ok" if why else "ok"} - {entry[0]}: {entry[3]}', flush=True)
                failed += bool(why)
                if why:
                    print('# ' + why.strip().replace('\n', '\n# '))
    if not wanted:
        enough = len({entry[0] for entry in chosen}) >= AT_LEAST
        print(f'{"ok" if enough else "not ok"} - {len(chosen)} wrong lines, {AT_LEAST} at least')
        failed += not enough
    return 1 if failed or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
