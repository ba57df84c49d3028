#!/usr/bin/env python3
"""Are bugs that allocators really had found? Each of historic_bugs.txt must be.

  candidates/test_historic.py TOOL FOLDER [--histories N] [--replay | --write] [NAME...]

TOOL: spanref. FOLDER: where the candidates were built. Prints "ok" or "not ok" lines. Each bug must
be found in N random histories; it is said whether the recordings (corpus/real) find it, too. Its
trace (corpus/trophies/historic) must depart with it as the trace says, and conform without it. And
docs/trophies.json must say the same of it.
--replay only does that. --write writes the shortest history that is found, where there is no trace
yet; the pictures; and of docs/trophies.json what is historic. Exits with 1 if something isn't so.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import historic
import trophies
from said import kind_of, said_of

TRACES = trophies.FOLDER / 'historic'
TROPHIES = trophies.ROOT / 'docs/trophies.json'
SEED = '1'


def how_of(said):
    """At which level, and in what kind it departs; '' if it conforms."""
    is_departure = said is not None and said['departures']
    return '{level}, {kind}'.format(**said['departures'][-1]) if is_departure else kind_of(said)


def shown_by_check(tool, library, path):
    """The trace, and how it departs: made short, it may do so in another kind. Where a pool isn't
    said, check hands in more memory than fuzz: then it is said, in one piece."""
    text = path.read_text()
    said, _ = said_of(tool, 'check', '-c', library, path)
    if not how_of(said) and not re.search('(?m)^g ', text):
        page_bytes = int(re.search(r'(?m)^page (\d+)', text).group(1))
        text = re.sub('(?m)^(goal .*\n)', rf'\g<1>g {0x1000 * page_bytes:#x} 5632\n', text)
        path.write_text(text)
        said, _ = said_of(tool, 'check', '-c', library, path)
    return text, how_of(said)


def found(options, place, library, is_kept):
    """How random histories find it, in which of them, and the shortest history; if that isn't to be
    kept, nobody waits for it."""
    tool, hurry = options.tool, [] if is_kept else ['-n', '0']
    said, run = said_of(tool, 'fuzz', '-s', SEED, '-r', str(options.histories), '-c', library,
                         '-o', place / 'found.trace', *hurry)
    if not said or not said['departures']:
        return None
    is_short = re.search(r'(?m)^# \d+ operations? became \d+ in', run.stdout)
    short = place / ('found.short.trace' if is_short else 'found.trace')
    how = {'how': how_of(said), 'history': said['histories']}
    how['trace'] = shown_by_check(tool, library, short)
    return how


def is_found_by_recordings(tool, library):
    corpus = historic.HERE.parent / 'corpus'
    said, _ = said_of(tool, 'check', '-c', library, corpus / 'real',
                      corpus / 'real-requests')
    return bool(said and said['departures'])


def write_trace(path, bug, text, how):
    """The kind stands in the second line; recorded() reads it."""
    head, rest = text.split('\n', 1)
    path.write_text(f'{head}\n# {how}\n# {bug.name}, fixed by {bug.commit}\n{rest}')


def recorded(path):
    return path.read_text().split('\n')[1].removeprefix('# ')


def replayed(tool, path, with_bug, without):
    """'' if the trace shows the bug and nothing else."""
    if not path.exists():
        return 'has no trace'
    said, _ = said_of(tool, 'check', '-c', with_bug, path)
    if not recorded(path) or how_of(said) != recorded(path):
        return f'its trace says {recorded(path)}, and shows {how_of(said) or "nothing"}'
    said, _ = said_of(tool, 'check', '-c', without, path)
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
        return None, replayed(options.tool, path, with_bug, without)
    is_kept = options.write and not path.exists()
    how = found(options, place, with_bug, is_kept)
    if how is None:
        return None, f'not found in {options.histories} histories'
    how['recordings'] = is_found_by_recordings(options.tool, with_bug)
    if is_kept:
        write_trace(path, bug, *how['trace'])
    if options.write:
        trophies.draw(options.tool, with_bug, path)
    if path.exists():
        how['operations'] = trophies.operations_of(path)
    return how, replayed(options.tool, path, with_bug, without)


def entry_of(bug, how):
    """Of docs/trophies.json."""
    level, kind = how['how'].split(', ')
    return {'bug': bug.name, 'candidate': bug.candidate, 'subject': bug.subject, 'commit': bug.commit,
            'level': level, 'kind': kind, 'history': how['history'],
            'operations': how['operations'], 'recordings': how['recordings']}


def line(bug, how, wrong):
    texts = [wrong] if wrong else []
    if how:
        texts.insert(0, f'{how["how"]}, in history {how["history"]}, {how.get("operations", "?")} operations'
                     + (', also by recordings' if how['recordings'] else ''))
    return f'{"not ok" if wrong else "ok"} - {bug.name}' + ''.join(f': {text}' for text in texts)


def options_of():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=Path)
    parser.add_argument('folder', type=Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--replay', action='store_true')
    parser.add_argument('--histories', type=int, default=3000)
    parser.add_argument('--write', action='store_true')
    options = parser.parse_intermixed_args()
    options.traces = TRACES
    options.tool, options.folder = options.tool.resolve(), options.folder.resolve()
    return options


def all_judged(options):
    """Each bug with what came of it, in order."""
    bugs, mends = historic.read()

    def one(bug):
        mend = mends.get((bug.package, bug.file))
        with tempfile.TemporaryDirectory() as place:
            return bug, *judged(options, bug, [mend] if mend else [], Path(place))

    chosen = [bug for bug in bugs if not options.names or bug.name in options.names]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(one, chosen)


def told_otherwise(entry):
    """'' if docs/trophies.json says the same."""
    told = [other for other in json.loads(TROPHIES.read_text())['historic']
            if other['bug'] == entry['bug']]
    return '' if told == [entry] else 'docs/trophies.json says otherwise: test_historic.py --write'


def write(entries):
    """In the place of those of the same name; the others stay."""
    said = json.loads(TROPHIES.read_text())
    named = {entry['bug']: entry for entry in said['historic'] + entries}
    bugs, _ = historic.read()
    said['historic'] = [named[bug.name] for bug in bugs if bug.name in named]
    TROPHIES.write_text(json.dumps(said, indent=2, ensure_ascii=False) + '\n')


def main():
    options = options_of()
    count_wrong, entries = 0, []
    for bug, how, wrong in all_judged(options):
        if how and not wrong:
            entries.append(entry_of(bug, how))
            wrong = '' if options.write else told_otherwise(entries[-1])
        count_wrong += bool(wrong)
        print(line(bug, how, wrong), flush=True)
    if options.write:
        write(entries)
    return 1 if count_wrong else 0


if __name__ == '__main__':
    sys.exit(main())
