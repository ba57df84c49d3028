#!/usr/bin/env python3
"""Are bugs that allocators really had found? Each of historic_bugs.txt must be.

  candidates/test_historic.py TOOL FOLDER [--histories N] [--traces FOLDER] [--markdown FILE]
                              [--replay] [NAME...]

TOOL: spanref. FOLDER: where the candidates were built. Prints "ok" or "not ok" lines. Each bug must
be found in N random histories; it is said whether the recordings (corpus/real) find it, too. Its
trace (corpus/trophies/historic) must depart with it as the trace says, and conform without it.
--replay only does that. --traces writes the shortest histories that are found as those traces,
--markdown a table. Exits with 1 if something isn't so.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import historic

TRACES = historic.HERE.parent / 'corpus/trophies/historic'
SEED = '1'


def said_of(tool, place, *arguments):
    """What the tool says as JSON (docs/verdict-json.md), and prints."""
    ran = subprocess.run([tool, *arguments, '-j', place / 'said.json'], capture_output=True,
                         text=True, check=False, errors='replace', cwd=place)
    if ran.returncode not in (0, 1):
        return None, ran.stderr
    return json.loads((place / 'said.json').read_text()), ran.stdout


def how_of(said):
    """At which level, and in what kind it departs; '' if it conforms."""
    if said is None or not said['departures']:
        return '' if said and said['verdict'] == 'conforms' else 'nothing could be judged'
    return '{level}, {kind}'.format(**said['departures'][-1])


def shown_by_check(tool, place, library, path):
    """The trace, and how it departs: made short, it may do so in another kind. Where a pool isn't
    said, check hands in more memory than fuzz: then it is said, in one piece."""
    text = path.read_text()
    said, _ = said_of(tool, place, 'check', '-c', library, path)
    if not how_of(said) and not re.search('(?m)^g ', text):
        page_bytes = int(re.search(r'(?m)^page (\d+)', text).group(1))
        text = re.sub('(?m)^(goal .*\n)', rf'\g<1>g {0x1000 * page_bytes:#x} 5632\n', text)
        path.write_text(text)
        said, _ = said_of(tool, place, 'check', '-c', library, path)
    return text, how_of(said)


def found(tool, place, library, histories):
    """How random histories find it, in which of them, and the shortest history."""
    said, text = said_of(tool, place, 'fuzz', '-s', SEED, '-r', str(histories), '-c', library, '-o',
                         place / 'found.trace')
    if not said or not said['departures']:
        return None
    operations = re.search(r'(?m)^# \d+ operations? became (\d+) in', text)
    short = place / ('found.short.trace' if operations else 'found.trace')
    how = {'how': how_of(said), 'history': said['histories'],
           'operations': int(operations.group(1)) if operations else None}
    how['trace'] = shown_by_check(tool, place, library, short)
    return how


def is_found_by_recordings(tool, place, library):
    corpus = historic.HERE.parent / 'corpus'
    said, _ = said_of(tool, place, 'check', '-c', library, corpus / 'real',
                      corpus / 'real-requests')
    return bool(said and said['departures'])


def write_trace(path, bug, text, how):
    """The kind stands in the second line; recorded() reads it."""
    head, rest = text.split('\n', 1)
    path.write_text(f'{head}\n# {how}\n# {bug.name}, fixed by {bug.commit}\n{rest}')


def recorded(path):
    return path.read_text().split('\n')[1].removeprefix('# ')


def replayed(tool, place, path, with_bug, without):
    """'' if the trace shows the bug and nothing else."""
    if not path.exists():
        return 'has no trace'
    said, _ = said_of(tool, place, 'check', '-c', with_bug, path)
    if not recorded(path) or how_of(said) != recorded(path):
        return f'its trace says {recorded(path)}, and shows {how_of(said) or "nothing"}'
    said, _ = said_of(tool, place, 'check', '-c', without, path)
    return f'without it, its trace shows {how_of(said)}' if how_of(said) else ''


def judged(options, bug, mend, place):
    """What was found, and what is wrong with that."""
    (place / 'with').mkdir()
    (place / 'without').mkdir()
    try:
        with_bug = historic.build(options.folder, place / 'with', bug, *mend, bug.changes)
        without = historic.build(options.folder, place / 'without', bug, *mend)
    except historic.CannotBuild as why:
        return None, str(why)
    path = options.traces / f'{bug.name}.trace'
    if options.replay:
        return None, replayed(options.tool, place, path, with_bug, without)
    how = found(options.tool, place, with_bug, options.histories)
    if how is None:
        return None, f'not found in {options.histories} histories'
    how['recordings'] = is_found_by_recordings(options.tool, place, with_bug)
    if options.is_written:
        write_trace(path, bug, *how['trace'])
    return how, replayed(options.tool, place, path, with_bug, without)


HEAD = ['| in | bug, by the subject of its fix | fixed by | found at | in history | shortest '
        '| recordings |', '| --- | --- | --- | --- | --- | --- | --- |']


def row(bug, how):
    """Of the table in docs/gallery.md."""
    return (f'| `{bug.candidate}` | {bug.subject} | {bug.commit} | {how["how"]} '
            f'| {how["history"]} | {how["operations"]} | {"too" if how["recordings"] else ""} |')


def line(bug, how, wrong):
    texts = [wrong] if wrong else []
    if how:
        texts.insert(0, f'{how["how"]}, in history {how["history"]}, {how["operations"]} operations'
                     + (', also by recordings' if how['recordings'] else ''))
    return f'{"not ok" if wrong else "ok"} - {bug.name}' + ''.join(f': {text}' for text in texts)


def options_of():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=Path)
    parser.add_argument('folder', type=Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--replay', action='store_true')
    parser.add_argument('--histories', type=int, default=3000)
    parser.add_argument('--traces', type=Path, metavar='FOLDER')
    parser.add_argument('--markdown', type=Path, metavar='FILE')
    options = parser.parse_intermixed_args()
    options.is_written = options.traces is not None
    options.traces = (options.traces or TRACES).resolve()
    if options.is_written:
        options.traces.mkdir(parents=True, exist_ok=True)
    options.tool, options.folder = options.tool.resolve(), options.folder.resolve()
    return options


def main():
    options = options_of()
    bugs, mends = historic.read()
    rows, count_wrong = HEAD[:], 0
    for bug in bugs:
        if options.names and bug.name not in options.names:
            continue
        mend = mends.get((bug.package, bug.file))
        with tempfile.TemporaryDirectory() as place:
            how, wrong = judged(options, bug, [mend] if mend else [], Path(place))
        count_wrong += bool(wrong)
        if how:
            rows.append(row(bug, how))
        print(line(bug, how, wrong), flush=True)
    if options.markdown:
        options.markdown.write_text('\n'.join(rows) + '\n')
    return 1 if count_wrong else 0


if __name__ == '__main__':
    sys.exit(main())
