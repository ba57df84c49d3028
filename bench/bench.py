#!/usr/bin/env python3
"""How fast is opt beside its peers? The same operations run on all of them, in one run.

  bench/bench.py BUILD [--rounds N] [--quick] [--callgrind] [--readme]
                 [--only WORKLOAD,...] [--heaps HEAP,...]

BUILD/bench has bench, bench-go and generate (make bench-programs).

In each round every heap runs once on every workload, in a process of its own; from round to
round the order turns by one. opt and Go then run once more with a clock around each
operation; the others but the kernel's do so in the first round only. A figure is the median
over the rounds. A ratio is the median, over the rounds, of opt's figure divided by the peer's
figure of the same round. A heap that has taken half a minute on a workload sits out the other
rounds. A heap that is slow on a workload runs once, for its addresses.

W9 to W12 carry requests: alignment, windows, last and best fit. There the peers are the Linux
kernel's, and where Debian's linux-source-6.1 isn't installed they are left out, by name.
  --quick      one short round of the small workloads
  --callgrind  count instructions an operation as well (needs valgrind; not for Go)
  --only       workloads by name, W1 for all of W1 1e3 ... W1 1e6
  --readme     write the tables of which all rows were measured: into docs/bench.md, and the
               short one into README.md
Writes BUILD/bench/results.json, unless something was left out (--quick, --only, --heaps).
Exit status 1: heaps that must answer the same addresses did not.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXACT = ('opt', 'go', 'treap', 'bitmap', 'ref')  # lowest-address first fit, to the page
PLAIN = (*EXACT, 'jemalloc', 'tcmalloc', 'mimalloc', 'glibc')
KERNEL = ('genalloc', 'drm_mm', 'maple', 'vmalloc')  # they answer requests
HEAPS = (*PLAIN, *KERNEL)
COUNTED = ('opt', 'treap')  # by callgrind
SECONDS_EACH = 30


class Workload:
    """Those of `alike` must answer the same addresses. Those that are `slow` run once."""

    def __init__(self, name, what, generate, repeats=1, without=(), slow=(), quick=True,
                 of=PLAIN, alike=EXACT):
        self.name, self.what, self.generate, self.repeats = name, what, generate, repeats
        self.of, self.alike, self.slow, self.quick = of, alike, slow, quick
        self.without = without

    def heaps(self, options, round_number=0):
        left_out = self.slow if options.quick or round_number > 0 else ()
        return [heap for heap in self.of if heap not in (*self.without, *left_out)
                and (heap not in KERNEL or options.kernel)
                and (not options.heaps or heap in options.heaps)]


def requests(name, what, argument, of, alike, slow=(), without=()):
    """One workload for each number of live spans. slow, without: a heap, and from how many live
    spans on."""
    def those(heaps, live):
        return [heap for heap, least in heaps if float(live) >= least]

    return [Workload(f'{name} {live}', what, [argument, str(int(float(live)))],
                     of=('opt', 'ref', *of), alike=('opt', 'ref', *alike),
                     slow=those(slow, live), without=those(without, live), quick=live == '1e3')
            for live in ('1e3', '1e4', '1e5')]


MALLOCS = ('jemalloc', 'tcmalloc', 'mimalloc', 'glibc')
RECORDINGS = sorted(map(str, (ROOT / 'corpus/real').glob('*.trace')))
WORKLOADS = (
    Workload('W1 1e3', 'pair, 1e3 live spans', ['w1', '1000'], 3),
    Workload('W1 1e4', 'pair, 1e4 live spans', ['w1', '10000'], 3),
    Workload('W1 1e5', 'pair, 1e5 live spans', ['w1', '100000'], slow=['ref']),
    Workload('W1 1e6', 'pair, 1e6 live spans', ['w1', '1000000'], without=('ref', 'bitmap'),
             quick=False),
    Workload('W2b', 'pair of one page, heap churned', ['w2b'], slow=['ref']),
    Workload('W3', 'pair of two pages over 5e4 holes of one', ['w3'], slow=['ref']),
    Workload('W4 alloc', '1e5 allocations', ['w4a'], 5, slow=['ref']),
    Workload('W4 free', 'and their frees, in random order', ['w4f'], 5, slow=['ref']),
    Workload('W5', 'recordings of 20 programs, an operation', ['w5', *RECORDINGS], 5),
    Workload('W6', 'pair, runs of 64 to 65536 pages among small', ['w6']),
    Workload('W7', 'pair, spread over 1 TiB', ['w7'], without=('bitmap',), slow=['ref'],
             quick=False),
    Workload('W8', 'growth and scavenging, an operation', ['w8'],
             without=('go', 'treap', 'bitmap', *MALLOCS)),
)
# vmalloc and the maple tree don't find the lowest aligned place, and drm_mm takes another of
# several holes that fit best: these aren't alike.
REQUESTS = (
    *requests('W9', 'pair, aligned to 2 ... 64 pages', 'w9', KERNEL, ('genalloc', 'drm_mm'),
              slow=[('ref', 1e4), ('drm_mm', 1e4), ('genalloc', 1e5)],
              without=[('ref', 1e5), ('drm_mm', 1e5)]),
    *requests('W10', 'pair, first fit in a window', 'w10', ('drm_mm', 'maple', 'vmalloc'),
              ('drm_mm', 'maple', 'vmalloc'), slow=[('ref', 1e4)]),
    *requests('W11', 'pair, last fit', 'w11', ('drm_mm', 'maple'), ('drm_mm', 'maple'),
              slow=[('ref', 1e4)]),
    *requests('W12', 'pair, best fit', 'w12', ('genalloc', 'drm_mm'), ('genalloc',),
              slow=[('ref', 1e4), ('genalloc', 1e5)], without=[('ref', 1e5)]),
)
# What opt aims at: at most these parts of Go's time.
TARGETS = {'W1 1e3': .25, 'W1 1e4': .25, 'W1 1e5': .25, 'W1 1e6': .30, 'W2b': .20, 'W3': .12,
           'W4 alloc': .12, 'W4 free': .60, 'W6': .50}
# And of the best of the kernel's, where that finds the same places.
KERNEL_TARGETS = {f'{name} {live}': .5 for name in ('W9', 'W10', 'W11') for live in ('1e4', '1e5')}
# The rows of the short table in README.md.
SHORT = (('W1 1e4', 'free one of 10,000 live spans, allocate another'),
         ('W1 1e6', 'the same with 1,000,000 live spans'),
         ('W5', 'one operation of the recordings of 20 real programs'))
# No malloc gives memory back while it is measured: only finding memory is compared.
# jemalloc, loaded late, needs more thread-local memory than glibc reserves for that.
ENVIRONMENT = {**os.environ,
               'MALLOC_CONF': 'dirty_decay_ms:-1,muzzy_decay_ms:-1',
               'TCMALLOC_RELEASE_RATE': '0',
               'MIMALLOC_ALLOW_DECOMMIT': '0', 'MIMALLOC_PAGE_RESET': '0',
               'GLIBC_TUNABLES': 'glibc.rtld.optional_static_tls=16384:'
                                 'glibc.malloc.mmap_threshold=33554432:'
                                 'glibc.malloc.trim_threshold=1099511627776',
               'GODEBUG': 'asyncpreemptoff=1'}


def pinned():
    """The last processor there is, so that nothing moves."""
    if not shutil.which('taskset'):
        return []
    return ['taskset', '-c', str(max(os.sched_getaffinity(0)))]


def run(place, heap, file, repeats, each):
    program = [place / 'bench-go'] if heap == 'go' else [place / 'bench', heap]
    command = [*pinned(), *program, file, str(repeats), *(['each'] if each else [])]
    said = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    if said.returncode != 0:
        sys.exit(f'bench: {heap} on {file.name}: exit status {said.returncode}: {said.stderr}')
    figures = dict(field.split('=') for field in said.stdout.split())
    return {key: value if key in ('heap', 'hash') else float(value)
            for key, value in figures.items()}


def instructions(place, heap, file):
    """Instructions of what a figure is for, without the preparation."""
    said = subprocess.run(['valgrind', '--tool=callgrind', '--toggle-collect=measured*',
                           f'--callgrind-out-file={os.devnull}', place / 'bench', heap, file,
                           '1'], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    with file.open('rb') as header:
        _, _, _, ntimed, per = struct.unpack('=5Q', header.read(40))
    return int(re.search(r'Collected : (\d+)', said.stderr).group(1)) * per / ntimed


class Results:
    """Every figure of every round, by workload, heap and name."""

    def __init__(self, workloads):
        self.of = {}
        self.alike = {workload.name: workload.alike for workload in workloads}
        self.departs = []
        self.seconds = {}

    def note(self, workload, heap, figures, keys):
        noted = self.of.setdefault(workload, {}).setdefault(heap, {})
        for key in keys:
            noted.setdefault(key, []).append(figures[key])
        for key in ('metadata', 'extent', 'live', 'refused', 'hash'):
            if (key in figures and noted.setdefault(key, figures[key]) != figures[key]
                    and heap in self.alike[workload]):
                self.departs.append(f'{workload}: {heap} differs from itself: {key}')

    def check(self):
        for workload, heaps in self.of.items():
            hashes = {heap: figures['hash'] for heap, figures in heaps.items()
                      if heap in self.alike[workload]}
            if len(set(hashes.values())) > 1:
                self.departs.append(f'{workload}: answers differ: {hashes}')

    def median(self, workload, heap, key='ns'):
        figures = self.of.get(workload, {}).get(heap, {}).get(key)
        return statistics.median(figures) if figures else None

    def ratio(self, workload, *peers):
        """opt by the peer with the least median: median, least, most. None: one wasn't there."""
        heaps = self.of.get(workload, {})
        peers = [heaps[peer]['ns'] for peer in peers if peer in heaps]
        if 'opt' not in heaps or not peers:
            return None
        best = min(peers, key=statistics.median)
        ratios = [mine / theirs for mine, theirs in zip(heaps['opt']['ns'], best)]
        return statistics.median(ratios), min(ratios), max(ratios)


def prepare(place, workload):
    file = place / (workload.name.replace(' ', '-').lower() + '.ops')
    with file.open('wb') as to:
        subprocess.run([place / 'generate', *workload.generate], stdout=to, check=True)
    return file


def measure(place, workloads, options):
    results = Results(workloads)
    files = {workload.name: prepare(place, workload) for workload in workloads}
    for number in range(options.rounds):
        for workload in workloads:
            heaps = workload.heaps(options, number)
            turn = number % len(heaps)
            for heap in heaps[turn:] + heaps[:turn]:
                spent = results.seconds.get((workload.name, heap), 0)
                if spent > SECONDS_EACH:
                    continue
                began = time.monotonic()
                file = files[workload.name]
                repeats = 1 if heap == 'ref' else workload.repeats
                results.note(workload.name, heap, run(place, heap, file, repeats, False), ['ns'])
                if (heap not in ('ref', *workload.slow) and not options.quick
                        and (heap in ('opt', 'go')
                             or (heap in PLAIN and number == 0))):
                    results.note(workload.name, heap, run(place, heap, file, 1, True),
                                 ['p50', 'p99', 'max'])
                results.seconds[workload.name, heap] = spent + time.monotonic() - began
        if sys.stderr.isatty():
            print(f'\rround {number + 1} of {options.rounds}', end='', file=sys.stderr)
    if options.callgrind:
        count_instructions(place, workloads, files, results, options)
    results.check()
    return results


def count_instructions(place, workloads, files, results, options):
    for workload in workloads:
        counted = argparse.Namespace(quick=True, heaps=COUNTED, kernel=options.kernel)
        for heap in workload.heaps(counted):
            count = instructions(place, heap, files[workload.name])
            results.of[workload.name][heap]['instructions'] = [count]


def number(value):
    if value is None:
        return ''
    return f'{value:.0f}' if value >= 99.5 else f'{value:.1f}' if value < 9.95 else f'{value:.0f}'


def measured_heaps(results, workloads):
    return [heap for heap in HEAPS
            if any(heap in results.of[workload.name] for workload in workloads)]


def beside(ratio):
    return f'**{ratio[0]:.2f}** ({ratio[1]:.2f}–{ratio[2]:.2f})' if ratio else ''


def table(results, workloads):
    heaps = measured_heaps(results, workloads)
    yield '| workload | what a figure is for | opt / go | ' + ' | '.join(heaps) + ' |'
    yield '| --- | --- | --- | ' + ' | '.join('---:' for _ in heaps) + ' |'
    for workload in workloads:
        ratio = results.ratio(workload.name, 'go')
        cells = ' | '.join(number(results.median(workload.name, heap)) for heap in heaps)
        yield f'| {workload.name} | {workload.what} | {beside(ratio)} | {cells} |'


def table_of_requests(results, workloads):
    """A figure in italics is of a heap that finds other places."""
    def cell(workload, heap):
        text = number(results.median(workload.name, heap))
        return f'*{text}*' if text and heap not in workload.alike else text

    heaps = measured_heaps(results, workloads)
    yield ("| workload | a figure is for | opt / best of the kernel's with the same places"
           " | opt / best of all the kernel's | " + ' | '.join(heaps) + ' | opt p50 / p99 |')
    yield '| --- | --- | --- | --- ' + '| ---: ' * len(heaps) + '| ---: |'
    for workload in workloads:
        alike = [heap for heap in KERNEL if heap in workload.alike]
        cells = [beside(results.ratio(workload.name, *alike)),
                 beside(results.ratio(workload.name, *KERNEL)),
                 *(cell(workload, heap) for heap in heaps), single(results, workload.name, 'opt')]
        yield f'| {workload.name} | {workload.what} | ' + ' | '.join(cells) + ' |'


def short_table(results):
    yield '| | opt | Go | opt / Go |'
    yield '| --- | ---: | ---: | ---: |'
    for name, what in SHORT:
        ratio = results.ratio(name, 'go')
        opt, go = (number(results.median(name, heap)) for heap in ('opt', 'go'))
        yield f'| {what} | {opt} ns | {go} ns | {f"{ratio[0]:.2f}" if ratio else ""} |'


def by(figures, above, below, places=2):
    if not figures or not figures.get(below):
        return ''
    return f'{figures[above] / figures[below]:.{places}f}'


def single(results, workload, heap):
    middle, high = (results.median(workload, heap, key) for key in ('p50', 'p99'))
    return '' if middle is None else f'{middle:.0f} / {high:.0f}'


def details(results, workloads):
    counted = [heap for heap in HEAPS
               if any('instructions' in results.of[workload.name].get(heap, {})
                      for workload in workloads)]
    columns = [*(f'{heap} p50 / p99' for heap in ('opt', 'go')),
               *(f'metadata, bytes a page: {heap}' for heap in ('opt', 'go', 'treap')),
               *(f'extent by live pages: {heap}'
                 for heap in ('first fit', 'jemalloc', 'tcmalloc', 'mimalloc')),
               *(f'instructions: {heap}' for heap in counted)]
    yield '| workload | ' + ' | '.join(columns) + ' |'
    yield '| --- ' + '| ---: ' * len(columns) + '|'
    for workload in workloads:
        heaps = results.of[workload.name]
        cells = [*(single(results, workload.name, heap) for heap in ('opt', 'go')),
                 *(by(heaps.get(heap), 'metadata', 'extent') for heap in ('opt', 'go', 'treap')),
                 *(by(heaps.get(heap), 'extent', 'live')
                   for heap in ('opt', 'jemalloc', 'tcmalloc', 'mimalloc')),
                 *(number(results.median(workload.name, heap, 'instructions'))
                   for heap in counted)]
        yield f'| {workload.name} | ' + ' | '.join(cells) + ' |'


def targets(results):
    """What opt aims at, and what was measured."""
    def line(what, have, most):
        return f'{what:42} {have:8.3f}  at most {most:5.2f}  {"" if have <= most else "SHORT"}'
    for name, most in TARGETS.items():
        ratio = results.ratio(name, 'go')
        if ratio:
            yield line(f'{name}: opt by go', ratio[0], most)
    for workload in REQUESTS:
        alike = [heap for heap in KERNEL if heap in workload.alike]
        ratio = results.ratio(workload.name, *alike)
        if ratio and workload.name in KERNEL_TARGETS:
            yield line(f"{workload.name}: opt by the best of the kernel's", ratio[0],
                       KERNEL_TARGETS[workload.name])
    for peer in ('go', 'treap', 'bitmap', 'ref', 'jemalloc'):
        ratio = results.ratio('W5', peer)
        if ratio:
            yield line(f'W5: opt by {peer}', ratio[0], 1)
    few, many = results.median('W1 1e3', 'opt'), results.median('W1 1e6', 'opt')
    if few and many:
        yield line('W1: 1e6 by 1e3 live spans', many / few, 1.7)
        figures = results.of['W1 1e6']['opt']
        yield line('W1 1e6: metadata bytes a page', figures['metadata'] / figures['extent'], .6)
    for name in [name for name in results.of if name.startswith('W1 ')]:
        middle, high = (results.median(name, 'opt', key) for key in ('p50', 'p99'))
        if high:
            yield line(f'{name}: p99 by median', high / max(middle, 1), 6)


def output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ''


def machine():
    model = re.search(r'^Model name:\s*(.*)$', output(['lscpu']), re.M)
    return {'processor': model.group(1) if model else platform.machine(),
            'kernel': f'Linux {platform.release().split("-")[0]}',
            'compiler': output(['cc', '--version']).splitlines()[0],
            'go': output(['go', 'env', 'GOVERSION']).strip()}


def save(path, results, workloads, options, where):
    path.write_text(json.dumps(
        {'machine': where, 'rounds': options.rounds,
         'workloads': [{'name': workload.name, 'what': workload.what,
                        'heaps': results.of[workload.name]} for workload in workloads]},
        indent=1) + '\n')


def write_between(document, name, text):
    """TEXT between <!-- NAME ... --> and <!-- /NAME --> of the document."""
    path = ROOT / document
    new, count = re.subn(rf'(<!-- {name}\b[^>]*-->\n).*?(<!-- /{name} -->)',
                         lambda match: match.group(1) + text + match.group(2),
                         path.read_text(), flags=re.S)
    if count != 1:
        sys.exit(f'bench: {document} has no place for the table {name}')
    path.write_text(new)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--rounds', type=int, default=5)
    for flag in ('quick', 'callgrind', 'readme'):
        parser.add_argument(f'--{flag}', action='store_true')
    parser.add_argument('--only', type=lambda text: text.split(','))
    parser.add_argument('--heaps', type=lambda text: text.split(','))
    options = parser.parse_args()
    if options.quick:
        options.rounds = 1
    return options


def chosen(workloads, options):
    return [workload for workload in workloads
            if (workload.quick or not options.quick)
            and (not options.only or {workload.name, workload.name.split()[0]} & {*options.only})]


def tables(results, plain, asking, told):
    """By the names of their places in docs/bench.md."""
    if plain:
        yield 'bench', [told, '', *table(results, plain), '', *details(results, plain)]
    if asking:
        yield 'requests', [told, '', *table_of_requests(results, asking)]


def main():
    options = parse()
    place = options.build.resolve() / 'bench'
    plain, asking = chosen(WORKLOADS, options), chosen(REQUESTS, options)
    options.kernel = (place / 'kernel.so').exists()
    if asking and not options.kernel:
        print(f'bench: {", ".join(KERNEL)} are left out: install linux-source-6.1 and run'
              ' make bench-programs\n')
    began = time.monotonic()
    results = measure(place, plain + asking, options)
    where = machine()
    is_whole = {'bench': len(plain) == len(WORKLOADS) and not options.heaps,
                'requests': len(asking) == len(REQUESTS) and not options.heaps}
    if all(is_whole.values()):
        save(place / 'results.json', results, plain + asking, options, where)
    told = (f'Nanoseconds; medians of {options.rounds} interleaved rounds. Beside each ratio: the'
            f' least and the greatest of the rounds. {where["processor"]}, {where["kernel"]},'
            f' {where["compiler"]}, {where["go"]}.')
    texts = {name: '\n'.join(lines) for name, lines in tables(results, plain, asking, told)}
    print(*texts.values(), sep='\n\n', end='\n\n')
    print(*targets(results), '', sep='\n')
    print(f'{time.monotonic() - began:.0f} s')
    for departs in results.departs:
        print('bench:', departs)
    if options.readme:
        for name, text in texts.items():
            if is_whole[name]:
                write_between('docs/bench.md', name, text + '\n')
        if is_whole['bench']:
            write_between('README.md', 'speed', '\n'.join(short_table(results)) + '\n')
    return 1 if results.departs else 0


if __name__ == '__main__':
    sys.exit(main())
