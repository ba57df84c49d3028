#!/usr/bin/env python3
"""Hold every candidate of the repository against the reference; the table in README.md.

  candidates/verdicts.py BUILD [--seconds S] [--passes N] [NAME...]

BUILD has spanref and candidates/plug/*.so (make plugins). Each runs all recordings of
corpus/real N times over, and random histories for S seconds. Exit status 1: a candidate
departs, other than merge_bug, which has to.
"""
import argparse
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = {'glibc': 'libc6', 'jemalloc': 'libjemalloc2', 'mimalloc': 'libmimalloc2.0',
            'tcmalloc': 'libtcmalloc-minimal4'}
ORDER = ('ref', 'opt', 'go', 'first_fit', 'best_fit', 'buddy', 'merge_bug', 'glibc', 'jemalloc',
         'mimalloc', 'tcmalloc', 'mmap')
# jemalloc's thread-local memory doesn't fit where libraries loaded late get theirs.
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
    """What the lines of one run say."""

    def __init__(self, text):
        self.summary = re.search(r'^\w+: (.+)$', text, re.M).group(1)
        conforms = re.search(r'^conforms: \w+ at (.+), (\d+) operations compared', text, re.M)
        departs = re.search(r'^  \w+, ([\w-]+: .+)$', text, re.M)
        self.levels = conforms.group(1) if conforms else ''
        self.compared = int(conforms.group(2)) if conforms else 0
        self.departs = departs.group(1) if departs else '' if conforms else text.split('\n')[-2]
        self.waived = [f'{what} {times} times: {why}' for what, times, why in
                       re.findall(r'^waived ([\w-]+), ([1-9]\d*) times: (.+)$', text, re.M)]


def run(tool, arguments):
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False,
                          cwd=ROOT, env=ENVIRONMENT)
    if done.returncode == 2:
        sys.exit(f'{" ".join(map(str, arguments))}: {done.stderr}')
    return Verdict(done.stdout)


def row(name, build, options, place):
    tool, plugin = build / 'spanref', build / f'candidates/plug/{name}.so'
    recorded = run(tool, ['check', '-c', plugin, *['corpus/real'] * options.passes])
    drawn = run(tool, ['fuzz', '-c', plugin, '-t', str(options.seconds), '-o', place / 'found'])
    departs = [verdict.departs for verdict in (recorded, drawn) if verdict.departs]
    cells = [name, recorded.summary + version(name)]
    if departs:
        cells += [f'**departs**: {departs[0]}', '', '']
    else:
        waived = '; '.join(recorded.waived or drawn.waived)
        cells += [recorded.levels + (f'; waived: {waived}' if waived else ''),
                  f'{recorded.compared:,}', f'{drawn.compared:,}']
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
                              if (build / f'candidates/plug/{name}.so').exists()]
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            text, departs = row(name, build, options, pathlib.Path(place))
            rows.append(text)
            if departs != (name == 'merge_bug'):
                wrong.append(name)
    if not options.names:
        readme = ROOT / 'README.md'
        table = ('| candidate | what it is | conforms at | operations of recordings '
                 '| of random histories |\n| --- | --- | --- | --- | --- |\n' + ''.join(rows))
        readme.write_text(re.sub(r'(<!-- candidates\b[^>]*-->\n).*?(<!-- /candidates -->)',
                                 lambda match: match.group(1) + table + match.group(2),
                                 readme.read_text(), flags=re.S))
    print(f'unexpected: {", ".join(wrong)}' if wrong else 'all as expected')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
