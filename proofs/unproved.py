#!/usr/bin/env python3
"""What decides a verdict and isn't proved: unproved.txt, counted.

  proofs/unproved.py [--readme]

Every function and table of the judge is proved, or has a line in unproved.txt; no line names what isn't there.
Fails if not, if what decides has more lines than that file allows, or if the table in docs/trust.md
isn't the one that --readme writes. A line counts that has code: no blank one, and no comment.
"""
import argparse
import re
import sys
from collections import namedtuple
from pathlib import Path

import sources

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / 'proofs/unproved.txt'
README = ROOT / 'docs/trust.md'
KINDS = 'decides', 'asks', 'words'
# What of trace/ the judge leans on between an operation and a call.
BESIDE = ['trace/call.c', 'trace/call.h', 'trace/holdings.c', 'trace/names.c', 'trace/fake_os.c']
MARKS = '<!-- unproved: written by proofs/unproved.py --readme -->\n', '<!-- /unproved -->'

Entry = namedtuple('Entry', 'file functions kind what')


def entries():
    """(most lines that may decide, [Entry])."""
    most, found = 0, []
    for line in TABLE.read_text().splitlines():
        if line.startswith('at most '):
            most = int(line.split()[2])
        elif line and not line.startswith('#'):
            place, kind, what = (field.strip() for field in line.split('|'))
            file, *functions = place.split()
            found.append(Entry(file, functions, kind, what))
    return most, found


def without_comments(text):
    return re.sub(r'/\*.*?\*/', lambda found: '\n' * found.group().count('\n'), text, flags=re.S)


def table(lines, at):
    """(name, lines) of the table that begins there, if one does that is no single line."""
    if not re.match(r'(static )?const [^(]*[^;(]$', lines[at]) or lines[at].endswith(','):
        return None
    end = next((i for i in range(at, len(lines)) if lines[i].endswith('};')), None)
    name = end and re.search(r'(\w+)(?:\[[^]]*\])+ = \{', ' '.join(lines[at:end + 1]))
    return (name.group(1), lines[at:end + 1]) if name else None


def sizes(file):
    """{function or table: its lines}, heads included, of those that have a body in FILE."""
    lines = without_comments((ROOT / file).read_text()).split('\n')
    found, at = {}, 0
    while at < len(lines):
        of_table = table(lines, at)
        if of_table:
            found[of_table[0]] = sum(1 for line in of_table[1] if line.strip())
            at += len(of_table[1])
            continue
        one = re.match(r'(?:static |inline |const |struct |enum |unsigned )*\w+[\w ]*\*?\b(\w+)\(.*\) \{.*\}$', lines[at])
        if one:
            found[one.group(1)] = 1
        elif lines[at] == '{':
            head = at - 1
            while head >= 0 and lines[head].strip() and lines[head][-1] not in ';}' and lines[head][0] != '#':
                head -= 1
            end = next(i for i in range(at, len(lines)) if lines[i].startswith('}'))
            name = re.search(r'(\w+)\(', ' '.join(lines[head + 1:at])).group(1)
            found[name] = sum(1 for line in lines[head + 1:end + 1] if line.strip())
            at = end
        at += 1
    return found


def files():
    """Those of the judge that are neither tests nor proved, nor without a function."""
    proved = {target.file for target in sources.proved_targets()}
    judge = [f'judge/{path.name}' for path in sorted((ROOT / 'judge').iterdir())
             if path.suffix in ('.c', '.h') and not path.name.startswith('test_')]
    return [file for file in judge + BESIDE if file not in proved and sizes(file)]


def counted(found):
    """[(Entry, lines)], and what is wrong with the table."""
    rows, faults = [], []
    left = {file: sizes(file) for file in files()}
    for entry in sorted(found, key=lambda entry: not entry.functions):
        here = left.get(entry.file, {})
        names = entry.functions or list(here)
        faults += [f'{entry.file} has no {name}, or twice' for name in names if name not in here]
        if entry.kind not in KINDS:
            faults.append(f'{entry.file}: {entry.kind} is no kind')
        if not names:
            faults.append(f'{entry.file}: nothing is left for this line')
        rows.append((entry, sum(here.pop(name, 0) for name in names)))
    faults += [f'{file}: {name} has no line' for file, here in left.items() for name in here]
    return rows, faults


def readme(rows):
    def total(kind):
        return sum(lines for entry, lines in rows if entry.kind == kind)
    said = [f'| {kind} | {total(kind)} | '
            + ', '.join(f'`{Path(entry.file).name}` {lines}' for entry, lines in
                        sorted(rows, key=lambda row: -row[1]) if entry.kind == kind and lines)
            + ' |' for kind in KINDS]
    return '\n'.join(['| kind | lines | where |', '| --- | --- | --- |', *said, ''])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--readme', action='store_true')
    options = parser.parse_args()
    most, found = entries()
    rows, faults = counted(found)
    decide = sum(lines for entry, lines in rows if entry.kind == 'decides')
    if decide > most:
        faults.append(f'{decide} lines decide a verdict and aren\'t proved; {most} may')
    before, rest = README.read_text().split(MARKS[0])
    old, after = rest.split(MARKS[1])
    if options.readme:
        README.write_text(before + MARKS[0] + readme(rows) + MARKS[1] + after)
    elif old != readme(rows):
        faults.append(f'{README.name} has another table: run proofs/unproved.py --readme')
    for fault in faults:
        print(f'not ok {fault}')
    if not faults:
        print(f'ok {decide} lines decide a verdict and aren\'t proved')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
