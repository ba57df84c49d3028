#!/usr/bin/env python3
"""Compare every candidate of the repository with the reference; write README.md's table.

  candidates/verdicts.py BUILD [--seconds S] [--passes N] [NAME...]

BUILD has spanref and candidates/*.so (make plugins). Each candidate runs all recordings of
corpus/real N times over (twice as often if it declares placement), and random histories for
S seconds. Exit status 1: a candidate departs, or merge_bug doesn't, which must depart.
"""
import argparse
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

from said import said_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = {'glibc': 'libc6', 'jemalloc': 'libjemalloc2', 'mimalloc': 'libmimalloc2.0',
            'tcmalloc': 'libtcmalloc-minimal4'}
ORDER = ('ref', 'opt', 'go', 'first_fit', 'last_fit', 'best_fit', 'buddy', 'merge_bug',
         'glibc', 'jemalloc', 'mimalloc', 'tcmalloc', 'mmap')
# jemalloc, loaded late, needs more thread-local memory than glibc reserves for that.
ENVIRONMENT = {**os.environ, 'GLIBC_TUNABLES': 'glibc.rtld.optional_static_tls=16384'}


def version(name):
    if name == 'mmap':
        return f' (Linux {platform.release().split("-")[0]})'
    if name not in PACKAGES:
        return ''
    said = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', PACKAGES[name]],
                          capture_output=True, text=True, check=False)
    return f' ({PACKAGES[name]} {said.stdout})' if said.returncode == 0 else ''


class Verdict:
    """What one run says (docs/verdict-json.md)."""

    def __init__(self, said):
        departures = said['departures']
        candidate = said['candidate']
        self.summary = candidate['summary']
        self.levels = ', '.join(candidate['levels'])
        if candidate['profile']:
            self.levels += f' ({candidate["profile"]})'
        self.compared = said['operations_compared']
        self.placements = sum(counts['compared'] for counts in said['counts']
                              if counts['level'] == 'placement')
        self.departs = ''
        if said['verdict'] != 'conforms':
            first = departures[-1] if departures else {'kind': said['verdict'], 'text': ''}
            self.departs = f'{first["kind"]}: {first["text"]}'
        self.waived = [f'{waiver["kind"]} {waiver["used"]} times: {waiver["why"]}'
                       for waiver in said['waivers'] if waiver['used'] > 0]


def run(tool, verb, plugin, *arguments):
    said, done = said_of(tool, verb, '-c', plugin, *arguments, cwd=ROOT, env=ENVIRONMENT)
    if said is None:
        sys.exit(f'{plugin}: {done.stderr}')
    return Verdict(said)


def row(name, build, options, place):
    tool, plugin = build / 'spanref', build / f'candidates/{name}.so'
    drawn = run(tool, 'fuzz', plugin, '-t', str(options.seconds), '-o', place / 'found')
    # About half of all operations are allocations, and only those have a placement.
    passes = options.passes * (2 if drawn.placements else 1)
    recorded = run(tool, 'check', plugin, *['corpus/real'] * passes)
    departs = [verdict.departs for verdict in (drawn, recorded) if verdict.departs]
    cells = [name, recorded.summary + version(name)]
    if departs:
        cells += [f'**departs**: {departs[0]}', '', '', '']
    else:
        waived = '; '.join(recorded.waived or drawn.waived)
        cells += [recorded.levels + (f'; waived: {waived}' if waived else ''),
                  f'{recorded.compared:,}', f'{recorded.placements:,}', f'{drawn.compared:,}']
    print(' | '.join(cells), flush=True)
    return '| ' + ' | '.join(cells) + ' |\n', bool(departs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--seconds', type=int, default=10)
    parser.add_argument('--passes', type=int, default=6)
    options = parser.parse_intermixed_args()
    build = options.build.resolve()
    names = options.names or [name for name in ORDER
                              if (build / f'candidates/{name}.so').exists()]
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            text, departs = row(name, build, options, pathlib.Path(place))
            rows.append(text)
            if departs != (name == 'merge_bug'):
                wrong.append(name)
    if not options.names:
        readme = ROOT / 'README.md'
        table = ('| candidate | what it is | conforms at | recorded operations compared '
                 '| placements among these | random operations compared |\n'
                 '| --- | --- | --- | --- | --- | --- |\n' + ''.join(rows))
        readme.write_text(re.sub(r'(<!-- candidates\b[^>]*-->\n).*?(<!-- /candidates -->)',
                                 lambda match: match.group(1) + table + match.group(2),
                                 readme.read_text(), flags=re.S))
    print(f'unexpected: {", ".join(wrong)}' if wrong else 'all as expected')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
