#!/usr/bin/env python3
"""Hold allocators that people run to their contracts; say what came of it.

  candidates/gallery.py TOOL FOLDER [--histories N] [--ktap FILE] [--pictures FOLDER] [--draw]
                        [--readme] [--other] [NAME...]

FOLDER has the candidates that linux/build.sh and its kin make, and says in *.skipped which ones it
lacks, and why. Each runs N random histories. It must conform, unless docs/trophies.json has faults of
its version that random histories find; then it must depart in the kind of one of them. And each
trophy's trace must show its fault in the version that the trophy names, and none in another. Where a
project's code isn't here, its trace is only read. What is skipped must be what a version doesn't have;
with --other, of a tree that isn't Debian's, it may be anything. --pictures draws the traces as HTML,
--draw as the text beside them. --readme writes README.md's table. Exits with 1 if something isn't so.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import trophies
from said import kind_of, said_of

ROOT = trophies.ROOT
TRACES = trophies.FOLDER
ABSENT = 'this version has no '
README = re.compile(r'(<!-- gallery: [^\n]*-->\n)(.*?)(<!-- /gallery -->)', re.S)


def is_of(trophy, said):
    """Whether this is the version that has it; a candidate's summary begins with project and version."""
    version = re.escape(trophy['version'])
    return said is not None and bool(
        re.search(rf'(?<![\d.]){version}(?!\d)', said['candidate']['summary']))


class Gallery:
    """All that is asked, and what came of it: (line, whether it is as it should be)."""

    def __init__(self, options):
        found = json.loads((ROOT / 'docs/trophies.json').read_text())['found']
        self.options = options
        self.trophies = [trophy for trophy in found
                         if not options.names or trophy['candidate'] in options.names]
        self.traces = {(trophy['candidate'] or trophy['project'], trophy['trace']): trophy
                       for trophy in self.trophies}  # of several versions, one
        self.plugins = [plugin for plugin in sorted(options.folder.glob('*.so'))
                        if not options.names or plugin.stem in options.names]
        self.said = {}  # in random histories

    def in_random_histories(self, plugin):
        said, _ = said_of(self.options.tool, 'fuzz', '-s', '1', '-r', str(self.options.histories),
                          '-c', plugin)
        kind, name = kind_of(said), plugin.stem
        kinds = {trophy['kind'] for trophy in self.trophies
                 if trophy['candidate'] == name and trophy['in_random_histories']
                 and is_of(trophy, said)}
        self.said[name] = said
        if said is None:
            return f'{name}: {kind}', False
        if kind:
            text = said['departures'][-1]['text'] if said['departures'] else ''
            return f'{name}: departs, {kind}: {text}', kind in kinds
        return (f'{name}: conforms at {", ".join(said["candidate"]["levels"])}, '
                f'{said["operations_compared"]:,} operations compared', not kinds)

    def in_its_trace(self, trophy):
        candidate, trace = trophy['candidate'], TRACES / trophy['trace']
        if not candidate:
            run = subprocess.run([self.options.tool, 'show', trace], capture_output=True, check=False)
            return f'{trophy["project"]}, {trace.name} # SKIP its code is not here', run.returncode == 0
        plugin = self.options.folder / f'{candidate}.so'
        if not plugin.exists():
            return f'{candidate}, {trace.name} # SKIP there is no {candidate}', self.options.other
        picture = []
        if self.options.pictures:
            picture = ['--html', self.options.pictures / f'{candidate}-{trace.stem}.html']
        said, _ = said_of(self.options.tool, 'check', '-c', plugin, *picture, trace)
        kinds = {other['kind'] for other in self.trophies if is_of(other, said) and
                 (other['candidate'], other['trace']) == (candidate, trophy['trace'])}
        kind = kind_of(said)
        if self.options.draw and kind:
            trophies.draw(self.options.tool, plugin, trace)
        how = f'departs, {kind}' if kind else 'conforms'
        return (f'{candidate}, {trace.name}: {how}{"" if kinds else " in this version"}',
                kind in (kinds or {''}))

    def skipped(self):
        for told in sorted(self.options.folder.glob('*.skipped')):
            for line in told.read_text().splitlines():
                name, why = line.split(': ', 1)
                if not self.options.names or name in self.options.names:
                    yield f'{name} # SKIP {why}', self.options.other or why.startswith(ABSENT)

    def lines(self):
        yield from self.skipped()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(self.in_random_histories, self.plugins)
            yield from pool.map(self.in_its_trace, self.traces.values())

    def verdict(self, ways):
        """ways: (name, how, said)"""
        link = '](docs/trophies.md)'
        kinds = [f'{how or name}: [{kind_of(said)}{link}' for name, how, said in ways if kind_of(said)]
        if kinds:
            return f'**departs** ({"; ".join(kinds)})' + ('' if len(kinds) == len(ways) else
                                                          ', otherwise conforms')
        names = {name for name, _, _ in ways}
        by_hand = any(trophy['candidate'] in names and is_of(trophy, self.said[trophy['candidate']])
                      for trophy in self.trophies)
        return f'conforms; departs [by hand{link}' if by_hand else 'conforms'

    def table(self):
        """One row for what differs in how it is asked only: its summary is "PROJECT, WHAT: HOW"."""
        rows = {}
        for name in sorted(self.said):
            said = self.said[name]
            project, what = said['candidate']['summary'].split(', ', 1)
            what, _, how = what.partition(': ')
            rows.setdefault((project, what), []).append((name, how, said))
        yield '| in | what | held to | random operations compared | verdict |'
        yield '| --- | --- | --- | --- | --- |'
        for (project, what), ways in rows.items():
            _, hows, saids = zip(*ways)
            how = '; '.join(how for how in hows if how)
            levels = max((said['candidate']['levels'] for said in saids), key=len)
            count = sum(said['operations_compared'] for said in saids)
            yield (f'| {project} | {what}{": " + how if how else ""} | {", ".join(levels)} | {count:,} '
                   f'| {self.verdict(ways)} |')


def options_of():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tool', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--histories', type=int, default=2000)
    parser.add_argument('--ktap', type=pathlib.Path)
    parser.add_argument('--pictures', type=pathlib.Path, metavar='FOLDER')
    parser.add_argument('--readme', action='store_true')
    parser.add_argument('--draw', action='store_true')
    parser.add_argument('--other', action='store_true')
    options = parser.parse_intermixed_args()
    options.tool, options.folder = options.tool.resolve(), options.folder.resolve()
    if options.pictures:
        options.pictures = options.pictures.resolve()
        options.pictures.mkdir(parents=True, exist_ok=True)
    return options


def main():
    options = options_of()
    gallery, lines = Gallery(options), []
    for text, is_right in gallery.lines():
        lines.append(f'{"ok" if is_right else "not ok"} {len(lines) + 1} {text}')
        print(lines[-1], flush=True)
    wrong = sum(line.startswith('not ok') for line in lines)
    skipped = sum('# SKIP' in line for line in lines)
    print(f'# {len(lines) - wrong - skipped} as they should be, {wrong} not, {skipped} skipped')
    if options.ktap:
        options.ktap.write_text(f'KTAP version 1\n1..{len(lines)}\n' + '\n'.join(lines) + '\n')
    if options.readme:
        readme = ROOT / 'README.md'
        table = '\n'.join(gallery.table()) + '\n'
        readme.write_text(README.sub(lambda m: m[1] + table + m[3], readme.read_text()))
    return 1 if wrong or not gallery.said else 0


if __name__ == '__main__':
    sys.exit(main())
