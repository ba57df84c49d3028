#!/usr/bin/env python3
"""Is docs/trophies.json as it should be, and docs/trophies.md what it says?

  candidates/trophies.py [--write]

--write writes the page. Otherwise prints "ok" or "not ok" lines, and exits with 1 if something isn't
so: an entry lacks a field, or has one that isn't known; a trace, picture or report isn't there, or
belongs to nothing; a trace has another number of operations; a sentence isn't one of semantics.md.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / 'corpus/trophies'
PAGE = ROOT / 'docs/trophies.md'
LEVELS = {'safety', 'accounting', 'coalescing', 'placement', 'backing'}
UNREPORTED = 'reproduced, not yet reported'
STATUSES = {UNREPORTED, 'reported', 'known, reported before', 'known, fixed in later versions'}
FOUND = {'project': str, 'version': str, 'candidate': str, 'what': str, 'link': str, 'status': str,
         'level': str, 'kind': str, 'sentence': str, 'in_random_histories': bool, 'found_by': str,
         'operations': int, 'trace': str}
FOUND_MAY = {'done': str, 'report': str}
HISTORIC = {'bug': str, 'candidate': str, 'subject': str, 'commit': str, 'level': str, 'kind': str,
            'history': int, 'operations': int, 'recordings': bool}


def draw(tool, library, trace):
    """As text, beside the trace, as that candidate departs in it."""
    with tempfile.TemporaryDirectory() as place:
        drawn = pathlib.Path(place) / 'drawn.trace'
        subprocess.run([tool, 'shrink', '-n', '0', '-c', library, '-o', drawn, trace],
                       capture_output=True, check=False, cwd=place)
        text = drawn.with_suffix('.txt').read_text(errors='replace')
    # A BUG, an assertion and a panic name their file by where it was compiled.
    trace.with_suffix('.txt').write_text(re.sub(r'(?<!\S)/\S*/([^/\s]+:\d+)', r'\1', text))


def operations_of(trace):
    """How many lines of it are neither header nor comment."""
    header = ('spanref-trace', 'page', 'phys', 'huge', 'arena', 'goal', 'region', '#')
    words = (line.split() for line in trace.read_text().splitlines())
    return sum(1 for word in words if word and not word[0].startswith(header))


def fields_wrong(entry, must, may):
    for name, kind in must.items():
        if type(entry.get(name)) is not kind:  # bool is an int, otherwise
            yield f'{name} should be of type {kind.__name__}'
    for name in entry.keys() - must.keys() - may.keys():
        yield f'{name} is not known'


def files_wrong(entry, trace):
    if not trace.exists():
        yield f'{trace.name} is missing'
    elif operations_of(trace) != entry['operations']:
        yield f'{trace.name} has {operations_of(trace)} operations'
    if not trace.with_suffix('.txt').exists():
        yield f'{trace.stem}.txt, its picture, is missing'


def found_wrong(entry, sentences):
    wrong = [*fields_wrong(entry, FOUND, FOUND_MAY)]
    if wrong:
        yield from wrong
        return
    yield from files_wrong(entry, FOLDER / entry['trace'])
    if entry['status'] not in STATUSES:
        yield f'status "{entry["status"]}" is not known'
    if entry['level'] not in LEVELS:
        yield f'level "{entry["level"]}" is not known'
    if entry['sentence'] and entry['sentence'] not in sentences:
        yield f'[{entry["sentence"]}] is no sentence of semantics.md'
    if (entry['status'] == UNREPORTED) != ('report' in entry):
        yield 'a report belongs to what is not yet reported'
    if 'report' in entry and not (ROOT / entry['report']).exists():
        yield f'{entry["report"]} is missing'
    if bool(entry['candidate']) == ('done' in entry):
        yield 'either a candidate is here, or "done" says what was done'


def historic_wrong(entry):
    wrong = [*fields_wrong(entry, HISTORIC, {})]
    if wrong:
        yield from wrong
        return
    yield from files_wrong(entry, historic_trace(entry))
    if entry['level'] not in LEVELS:
        yield f'level "{entry["level"]}" is not known'


def historic_trace(entry):
    return FOLDER / 'historic' / f'{entry["bug"]}.trace'


def orphans(trophies):
    """Files that no entry names."""
    traces = {FOLDER / entry['trace'] for entry in trophies['found']}
    traces |= {historic_trace(entry) for entry in trophies['historic']}
    named = traces | {trace.with_suffix('.txt') for trace in traces}
    named |= {ROOT / entry['report'] for entry in trophies['found'] if 'report' in entry}
    there = [*FOLDER.rglob('*.*'), *(ROOT / 'docs/reports').glob('*')]
    return [str(file.relative_to(ROOT)) for file in there if file not in named]


# --- The page

def linked(name, trace):
    """The trace, and its picture as text."""
    path = '../' + str(trace.relative_to(ROOT))
    return f'[{name}]({path}), [picture]({path.removesuffix(".trace")}.txt)'


def status_of(entry):
    status = entry['status']
    if 'report' in entry:
        status = f'{status}: [text]({entry["report"].removeprefix("docs/")})'
    return f'{status} ([more]({entry["link"]}))' if entry['link'] else status


def page(trophies):
    lines = [
        '# Trophies', '',
        'Faults of allocators that people run. This page is written by `candidates/trophies.py '
        '--write` from [trophies.json](trophies.json). `make gallery` replays each trace of which '
        'the allocator is a package of Debian, and draws it to `build/gallery/pictures`.', '',
        '## Found by spanref', '',
        '| in | what | departs in | operations | found by | status |',
        '| --- | --- | --- | --- | --- | --- |']
    for entry in trophies['found']:
        lines.append(
            f'| {entry["project"]} {entry["version"]} | {entry["what"]} | {entry["level"]}, '
            f'{entry["kind"]} | {entry["operations"]}: {linked("trace", FOLDER / entry["trace"])} '
            f'| {entry["found_by"]} | {status_of(entry)} |')
    lines += ['', 'The code of these isn\'t here, since it is no package of Debian, or needs a '
              'plug-in that is no part of the gallery. What was done:', '']
    for project in dict.fromkeys(entry['project'] for entry in trophies['found']):
        done = dict.fromkeys(entry['done'] for entry in trophies['found']
                             if entry['project'] == project and 'done' in entry)
        if done:
            lines.append(f'- **{project}**: ' + ' '.join(done))
    lines += ['', '## Historic, found again', '',
              'Each was really fixed. `candidates/historic_bugs.txt` puts it back into today\'s '
              'code, in a few lines, and `candidates/test_historic.py` looks for it in 3000 random '
              'histories, all of seed 1. The shortest history is what became of it. The last column '
              'says whether the recordings of real programs (`corpus/real`) find it, too.', '',
              '| in | bug, by the subject of its fix | fixed by | departs in | in history '
              '| operations | recordings |',
              '| --- | --- | --- | --- | --- | --- | --- |']
    for entry in trophies['historic']:
        lines.append(
            f'| {entry["candidate"]} | {entry["subject"]} | {entry["commit"]} | {entry["level"]}, '
            f'{entry["kind"]} | {entry["history"]} | {entry["operations"]}: '
            f'{linked("trace", historic_trace(entry))} | {"too" if entry["recordings"] else ""} |')
    return '\n'.join(lines) + '\n'


def main():
    trophies = json.loads((ROOT / 'docs/trophies.json').read_text())
    if sys.argv[1:] == ['--write']:
        PAGE.write_text(page(trophies))
        return 0
    sentences = re.findall(r'\*\*\[([\w.-]+)\]\*\*', (ROOT / 'docs/semantics.md').read_text())
    results = {}
    for i, entry in enumerate(trophies['found']):
        results[f'{i}: {entry["project"]}, {entry["trace"]}'] = [*found_wrong(entry, sentences)]
    for entry in trophies['historic']:
        results[entry['bug']] = [*historic_wrong(entry)]
    if not any(results.values()):  # the rest reads all entries
        results['each trace, picture and report belongs to an entry'] = orphans(trophies)
        results['docs/trophies.md is what trophies.json says'] = (
            [] if PAGE.exists() and PAGE.read_text() == page(trophies) else ['run trophies.py --write'])
    for name, wrong in results.items():
        print(f'not ok - {name}: {"; ".join(wrong)}' if wrong else f'ok - {name}')
    return 1 if any(results.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
