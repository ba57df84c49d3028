#!/usr/bin/env python3
"""How much of ref/ and opt/ does the checked-in corpus run, and is that enough?

  fuzz/coverage.py BUILD

Runs every file of corpus/fuzz and corpus/regressions through BUILD/coverage's replay, which
make coverage builds for clang's source-based coverage, asserts off. Writes an HTML report to
BUILD/coverage/html. Fails if

  - of ref/ or of opt/ fewer than LINES percent of lines or BRANCHES percent of branches ran;
  - a line that did not run, or a branch that went one way only, isn't named with a reason
    in fuzz/uncovered.txt;
  - a line named there is covered by now.

Two files are left out, see JUDGES: they look for faults, and on two heaps that conform
half of each is never reached.
"""
import json
import pathlib
import shutil
import subprocess
import sys

LINES = 98.0
BRANCHES = 95.0
ROOMS = ('ref', 'opt')
JUDGES = {
    'ref/decide.c': 'decides for the judge whether a heap is malformed or differs; '
                    'judge/test_wellformed.c and its mutants show it both',
    'opt/page_check.c': "says why opt's tree is invalid; tests and -DOPT_CHECK call it",
    'opt/opt_heap_check.inc': "says why opt's heap is invalid; tests and -DOPT_CHECK call it",
}
ROOT = pathlib.Path(__file__).resolve().parent.parent


def tool(name):
    """llvm-cov, or llvm-cov-14."""
    for candidate in (name, name + '-14'):
        if shutil.which(candidate):
            return candidate
    sys.exit(f'{name} is not installed')


def run_corpus(build):
    """Replay the corpus; the merged profile."""
    shutil.rmtree(build / 'profiles', ignore_errors=True)
    environment = {'LLVM_PROFILE_FILE': str(build / 'profiles' / '%4m.profraw')}
    subprocess.run([build / 'fuzz/replay', ROOT / 'corpus/fuzz', ROOT / 'corpus/regressions'],
                   env=environment, check=True, stdout=subprocess.DEVNULL)
    merged = build / 'corpus.profdata'
    subprocess.run([tool('llvm-profdata'), 'merge', '-sparse', '-o', merged,
                    *sorted((build / 'profiles').iterdir())], check=True)
    return merged


def sources():
    return [str(path.relative_to(ROOT)) for room in ROOMS
            for path in sorted((ROOT / room).iterdir())
            if path.suffix in ('.c', '.h', '.inc') and not path.name.startswith('test_')
            and f'{room}/{path.name}' not in JUDGES]


def export(build, profile):
    """llvm-cov's numbers for each source file."""
    out = subprocess.run([tool('llvm-cov'), 'export', build / 'fuzz/replay',
                          '-instr-profile', profile, *sources()],
                         cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = json.loads(out)['data'][0]['files']
    return {str(pathlib.Path(file['filename']).resolve().relative_to(ROOT)): file
            for file in files}


def html(build, profile):
    subprocess.run([tool('llvm-cov'), 'show', build / 'fuzz/replay', '-instr-profile',
                    profile, '-format=html', '-show-branches=count', '-output-dir',
                    build / 'html', *sources()], cwd=ROOT, check=True)


def missed(file):
    """Numbers of lines not run, or of a branch that went one way only."""
    lines = {}
    for line, _, count, has_count, is_entry, is_gap in file['segments']:
        if has_count and is_entry and not is_gap and count == 0:
            lines[line] = 'not run'
    for line, _, _, _, true, false, *_ in file['branches']:
        if (true == 0) != (false == 0):
            lines.setdefault(line, 'never ' + ('true' if true == 0 else 'false'))
    return lines


def excused():
    """{(file, text of the line): reason} of fuzz/uncovered.txt."""
    known, place = {}, None
    for line in (ROOT / 'fuzz/uncovered.txt').read_text().splitlines():
        if line.startswith('in '):
            place = line[3:]
        elif line.startswith('-'):
            known[place, line[1:].strip()] = None
        elif line.startswith('  '):
            known.update({key: line.strip() for key, reason in known.items()
                          if reason is None})
    return known


def judge_room(room, files):
    """Its percentages; false: too few."""
    enough = True
    for what, least in (('lines', LINES), ('branches', BRANCHES)):
        mine = [file['summary'][what] for name, file in files.items()
                if name.startswith(room + '/')]
        count, covered = (sum(part[key] for part in mine) for key in ('count', 'covered'))
        share = 100 * covered / count
        verdict = 'ok' if share >= least else 'not ok'
        enough &= share >= least
        print(f'{verdict} - {room}: {covered} of {count} {what}, {share:.2f} %, '
              f'at least {least:.0f} %')
    return enough


def judge_rest(files):
    """Is all that was missed excused, and all that is excused missed?"""
    known, seen, good = excused(), set(), True
    for name, file in sorted(files.items()):
        text = (ROOT / name).read_text().splitlines()
        for line, what in sorted(missed(file).items()):
            key = name, text[line - 1].strip()
            seen.add(key)
            if not known.get(key):
                good = False
                print(f'# {name}:{line}: {what}: {key[1]}')
    for name, line in known.keys() - seen:
        good = False
        print(f'# fuzz/uncovered.txt: is covered, or gone: {name}: {line}')
    print(f'{"ok" if good else "not ok"} - {len(seen)} lines were missed, in whole or in '
          'part, and fuzz/uncovered.txt says why')
    return good


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / 'coverage'
    profile = run_corpus(build)
    files = export(build, profile)
    html(build, profile)
    good = [judge_room(room, files) for room in ROOMS] + [judge_rest(files)]
    for name, reason in JUDGES.items():
        print(f'# left out: {name}: {reason}')
    print(f'# report: {build}/html/index.html')
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main())
