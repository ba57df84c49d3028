#!/usr/bin/env python3
"""Hold allocators that people run to their contracts; say what came of it.

  candidates/gallery.py TOOL FOLDER [--histories N] [--ktap FILE] [NAME...]

FOLDER has the candidates that linux/build.sh and bbolt/build.sh make. Each runs N random histories.
It must conform, unless docs/trophies.json has bugs of its that random histories find; then it must
depart in the kind of one of them. And each trophy's trace must show it; where the project's code
isn't here, it must be a trace. Exits with 1 if something isn't so.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def said_of(tool, *arguments):
    """What the tool says as JSON (docs/verdict-json.md); None: nothing."""
    with tempfile.TemporaryDirectory() as place:
        verdict = pathlib.Path(place) / 'verdict.json'
        run = subprocess.run([tool, *arguments, '-j', verdict], capture_output=True, text=True,
                             check=False, errors='replace', cwd=place)
        return json.loads(verdict.read_text()) if run.returncode in (0, 1) else None


def kind_of(said):
    """In what it departs; '' if it conforms."""
    if said['verdict'] == 'conforms':
        return ''
    return said['departures'][-1]['kind'] if said['departures'] else said['verdict']


def in_random_histories(tool, plugin, histories, trophies):
    """A line, and whether all is as it should be."""
    said = said_of(tool, 'fuzz', '-s', '1', '-r', str(histories), '-c', plugin)
    if said is None:
        return f'{plugin.stem}: nothing could be judged', False
    kinds = {trophy['kind'] for trophy in trophies
             if trophy['candidate'] == plugin.stem and trophy['in_random_histories']}
    kind = kind_of(said)
    if kind:
        return f'{plugin.stem}: departs, {kind}: {said["departures"][-1]["text"]}', kind in kinds
    levels = ', '.join(said['candidate']['levels'])
    return (f'{plugin.stem}: conforms at {levels}, {said["operations_compared"]:,} operations '
            'compared', not kinds)


def in_its_trace(tool, folder, trophy):
    said = said_of(tool, 'check', '-c', folder / f'{trophy["candidate"]}.so',
                   ROOT / 'corpus/trophies' / trophy['trace'])
    kind = kind_of(said) if said else 'nothing could be judged'
    return (f'{trophy["trace"]}: {trophy["candidate"]} departs, {kind or "not"}',
            kind == trophy['kind'])


def as_a_trace(tool, trophy):
    run = subprocess.run([tool, 'show', ROOT / 'corpus/trophies' / trophy['trace']],
                         capture_output=True, check=False)
    return f'{trophy["trace"]}: {trophy["project"]} # SKIP its code is not here', run.returncode == 0


def all_lines(options, trophies):
    tool, folder = options.tool.resolve(), options.folder.resolve()
    for plugin in sorted(folder.glob('*.so')):
        if not options.names or plugin.stem in options.names:
            yield in_random_histories(tool, plugin, options.histories, trophies)
    for trophy in trophies:
        if options.names and trophy['candidate'] not in options.names:
            continue
        yield in_its_trace(tool, folder, trophy) if trophy['candidate'] else as_a_trace(tool, trophy)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--histories', type=int, default=2000)
    parser.add_argument('--ktap', type=pathlib.Path)
    options = parser.parse_intermixed_args()
    trophies = json.loads((ROOT / 'docs/trophies.json').read_text())
    lines = []
    for text, is_right in all_lines(options, trophies):
        lines.append(f'{"ok" if is_right else "not ok"} {len(lines) + 1} {text}')
        print(lines[-1], flush=True)
    if options.ktap:
        options.ktap.write_text(f'KTAP version 1\n1..{len(lines)}\n' + '\n'.join(lines) + '\n')
    return 1 if not lines or any(re.match('not ok', line) for line in lines) else 0


if __name__ == '__main__':
    sys.exit(main())
