#!/usr/bin/env python3
"""Hold allocators that people run to their contracts; say what came of it.

  candidates/gallery.py TOOL FOLDER [--histories N] [--ktap FILE] [NAME...]

FOLDER has the candidates that linux/build.sh and bbolt/build.sh make. Each runs N random
histories. candidates/gallery.json says who departs, and in what kind: those must depart so, and
the others conform. Exits with 1 if one doesn't.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def judged(tool, plugin, histories):
    """What the tool says of random histories (docs/verdict-json.md); None: nothing."""
    with tempfile.TemporaryDirectory() as place:
        said = pathlib.Path(place) / 'verdict.json'
        run = subprocess.run([tool, 'fuzz', '-s', '1', '-r', str(histories), '-c', plugin, '-j', said,
                              '-o', pathlib.Path(place) / 'found.trace'], capture_output=True,
                             text=True, check=False, errors='replace')
        return json.loads(said.read_text()) if run.returncode in (0, 1) else None


def line_of(name, said, known):
    """What is printed, and whether it is as it should be."""
    if said is None:
        return f'{name}: nothing could be judged', False
    if said['verdict'] == 'conforms':
        levels = ', '.join(said['candidate']['levels'])
        return (f'{name}: conforms at {levels}, {said["operations_compared"]:,} operations compared',
                name not in known)
    first = said['departures'][-1] if said['departures'] else {'kind': said['verdict'], 'text': ''}
    return f'{name}: departs, {first["kind"]}: {first["text"]}', known.get(name) == first['kind']


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--histories', type=int, default=2000)
    parser.add_argument('--ktap', type=pathlib.Path)
    options = parser.parse_intermixed_args()
    known = json.loads((ROOT / 'candidates/gallery.json').read_text())
    lines = []
    for plugin in sorted(options.folder.resolve().glob('*.so')):
        if options.names and plugin.stem not in options.names:
            continue
        said = judged(options.tool.resolve(), plugin, options.histories)
        text, is_right = line_of(plugin.stem, said, known)
        lines.append(f'{"ok" if is_right else "not ok"} {len(lines) + 1} {text}')
        print(lines[-1], flush=True)
    if options.ktap:
        options.ktap.write_text(f'KTAP version 1\n1..{len(lines)}\n' + '\n'.join(lines) + '\n')
    return 1 if not lines or any(line.startswith('not') for line in lines) else 0


if __name__ == '__main__':
    sys.exit(main())
