#!/usr/bin/env python3
"""How long does each engine need for each seeded bug? Writes the answers as a page.

  fuzz/bug_board.py BUILD [--bugs NAME...] [--engines NAME...] [--seeds N]
                    [--timeout S] [--control S] [--jobs J] [--out DIR]

Every bug of fuzz/seeded_bugs.txt is built for every engine: spanref fuzz, libFuzzer, AFL++.
The builds have -O2 and no asserts, so only the comparison can catch the bug. Each engine
runs with every seed, from an empty corpus. What it finds is shrunk. DIR (docs) gets
bug-board.csv, a row for each run, and bug-board.md. Rows that are there already are kept if
the bug's line is still the same.

Exit status 1:
  - no engine finds a bug in time (median MEDIAN seconds, worst WORST);
  - a history shrinks to more than SHRUNK times the shortest known history that shows the same
    sentence of docs/semantics.md ("shortest N SENTENCE" in the table);
  - an engine says that the unchanged heap is wrong.
"""
import argparse
import concurrent.futures
import csv
import hashlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MEDIAN, WORST, SHRUNK = 10, 120, 1.25
ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / 'fuzz/seeded_bugs.txt'
COVER = ['-fsanitize=fuzzer-no-link', '-fno-sanitize-coverage=trace-cmp',
         f'-fsanitize-coverage-ignorelist={ROOT}/fuzz/uninstrumented.txt']
ENGINES = {  # name: directory below BUILD, compiler, its flags
    'random': ('', 'cc', []),
    'libfuzzer': ('fuzzers/libfuzzer', 'clang', COVER),
    'afl': ('fuzzers/afl', 'afl-clang-fast', []),
}
FLAGS = ['-std=c99', '-D_POSIX_C_SOURCE=200809L', '-O2', '-g', '-DNDEBUG',
         '-DSPANREF_BUG_BOARD', '-include', f'{ROOT}/fuzz/bug.h']
AFL_ENVIRONMENT = {
    **dict.fromkeys(('AFL_NO_UI', 'AFL_SKIP_CPUFREQ', 'AFL_NO_AFFINITY', 'AFL_QUIET',
                     'AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES', 'AFL_BENCH_UNTIL_CRASH'), '1'),
    'AFL_LLVM_DENYLIST': f'{ROOT}/fuzz/uninstrumented.txt'}
COLUMNS = ('bug', 'line', 'engine', 'seed', 'reached', 'triggered', 'detected', 'shrunk',
           'sentence')


class Bug:
    def __init__(self, name):
        self.name = name
        self.shortest = {}  # sentence: operations

    def line_hash(self):
        return hashlib.sha1((self.file + self.old + self.new).encode()).hexdigest()[:8]


def read_bugs(text):
    bugs = []
    for line in text.splitlines():
        if line.startswith('bug '):
            bugs.append(Bug(line[4:]))
        elif line.startswith('in '):
            bugs[-1].file, bugs[-1].area = line[3:].split(', ', 1)
        elif line.startswith('-'):
            bugs[-1].old = line[1:]
        elif line.startswith('+'):
            bugs[-1].new = line[1:]
        elif line.startswith('shortest '):
            operations, sentence = line[9:].split()
            bugs[-1].shortest[sentence] = int(operations)
    return bugs


# --- Building

def run_quietly(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f'{command[0]} failed:\n{done.stdout}')


def change_line(bug, copy):
    lines = (copy / bug.file).read_text().split('\n')
    if lines.count(bug.old) != 1:
        sys.exit(f'{bug.name}: {bug.file} has the line to change {lines.count(bug.old)} times')
    lines[lines.index(bug.old)] = bug.new
    (copy / bug.file).write_text('\n'.join(lines))


def compile_objects(copy, sources, engine):
    """{name of the source: object}."""
    _, compiler, flags = ENGINES[engine]
    objects = {}
    for source in sources:
        objects[source] = copy / f'{source}-{engine}.o'
        run_quietly([compiler, *FLAGS, *flags, '-c', '-o', objects[source], f'opt/{source}'],
                    cwd=copy, env={**os.environ, **AFL_ENVIRONMENT})
    return objects


def link(program, compiler, objects, root, mains, flags):
    run_quietly([compiler, '-O2', '-o', program, *objects, *(root / main for main in mains),
                 root / 'libspanref.a', *flags], env={**os.environ, **AFL_ENVIRONMENT})
    return program


def build(bug, build_root, work, control):
    """The programs of a bug (None: of the unchanged heap), by engine. control: the
    objects of the unchanged heap, by engine; all of opt/ is built with asserts off."""
    copy = work / (bug.name if bug else 'control')
    for room in ('opt', 'spec'):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns('test_*'))
    sources = sorted(path.name for path in (copy / 'opt').glob('*.c'))
    if bug:
        change_line(bug, copy)
        if bug.file.endswith('.c'):
            sources = [pathlib.Path(bug.file).name]
    programs = {}
    for engine, (place, compiler, _) in ENGINES.items():
        objects = {**control.get(engine, {}), **compile_objects(copy, sources, engine)}
        if not bug:
            control[engine] = objects
        root = build_root / place
        main, flags = ('cli/main.o', []) if engine == 'random' else \
            ('fuzz/fuzz_target.o', ['-fsanitize=fuzzer'])
        programs[engine] = link(copy / engine, compiler, objects.values(), root, [main], flags)
        if engine == 'random':
            programs['replay'] = link(copy / 'replay', compiler, objects.values(), root,
                                      ['fuzz/replay.o', 'fuzz/fuzz_target.o'], [])
    return programs


# --- Running

def command_of(engine, program, seed, timeout, place):
    if engine == 'random':
        return [program, 'fuzz', '-s', str(seed), '-t', str(timeout), '-o', place / 'found.trace']
    if engine == 'libfuzzer':
        return [program, f'-seed={seed}', f'-max_total_time={timeout}', '-max_len=256',
                f'-artifact_prefix={place}/']
    (place / 'in').mkdir()
    (place / 'in/empty').write_bytes(b'\0\0\0')
    return ['afl-fuzz', '-i', place / 'in', '-o', place / 'out', '-s', str(seed), '-V',
            str(timeout), '-G', '256', '-m', 'none', '--', program]


def inputs_found(engine, place):
    pattern = {'random': 'found.trace', 'libfuzzer': 'crash-*',
               'afl': 'out/default/crashes/id*'}[engine]
    return sorted(place.glob(pattern))


def length(trace):
    """How many operations; the header has exactly six lines."""
    return len(trace.read_text().splitlines()) - 6


def shrunk(engine, programs, found, place):
    """How many operations the short history has, and the sentence that it breaks."""
    if engine != 'random':
        run = [programs['replay'], '-o', place, found]
        subprocess.run(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                       env={key: value for key, value in os.environ.items()
                            if key != 'SPANREF_BUG_NOTES'})
        trace = place / (found.name + '.trace')
    else:
        trace = place / 'found.short.trace'
    if not trace.exists():
        return '', ''
    strip = trace.with_suffix('.txt').read_text()
    return length(trace), re.search(r'semantics\.md \[(.+?)\]', strip).group(1)


def measure(bug, engine, seed, timeout, programs):
    """A row: seconds from the start, or '' for what didn't happen."""
    row = {'bug': bug.name if bug else 'control', 'line': bug.line_hash() if bug else '',
           'engine': engine, 'seed': seed, 'reached': '', 'triggered': '', 'detected': '',
           'shrunk': '', 'sentence': ''}
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        notes = place / 'notes'
        environment = {**os.environ, **AFL_ENVIRONMENT, 'SPANREF_BUG_NOTES': str(notes)}
        began = time.monotonic()
        subprocess.run(command_of(engine, programs[engine], seed, timeout, place),
                       env=environment, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False, cwd=place)
        took = time.monotonic() - began
        found = inputs_found(engine, place)
        for what in ('reached', 'triggered'):
            times = re.findall(rf'^{what} ([\d.]+)$',
                               notes.read_text() if notes.exists() else '', re.M)
            if times:
                row[what] = f'{max(0, min(map(float, times)) - began):.3f}'
        if found:
            row['detected'] = f'{took:.3f}'
            row['shrunk'], row['sentence'] = shrunk(engine, programs, found[0], place)
    return row


def measure_bug(bug, options, work, known, control):
    """All its rows; those known are not run again."""
    engines = options.engines
    wanted = [(engine, seed) for engine in engines for seed in range(1, options.seeds + 1)
              if not bug or (bug.name, bug.line_hash(), engine, str(seed)) not in known]
    if not bug:
        wanted = [(engine, 1) for engine in engines]
    if not wanted:
        return []
    programs = build(bug, options.build, work, control)
    timeout = options.timeout if bug else options.control
    rows = [measure(bug, engine, seed, timeout, programs) for engine, seed in wanted]
    if bug:
        shutil.rmtree(work / bug.name)
    found = sum(row['detected'] != '' for row in rows)
    print(f'{bug.name if bug else "control":34} {found} of {len(rows)} runs departed', flush=True)
    return rows


# --- Judging

def seconds(rows, column, timeout):
    """Median and worst. A run in which it didn't happen counts as the time-out."""
    times = [float(row[column]) if row[column] != '' else float(timeout) for row in rows]
    return statistics.median(times), max(times)


def judge(bug, rows, timeout):
    """What is wrong with this bug's rows."""
    best = None
    for engine in ENGINES:
        mine = [row for row in rows if row['engine'] == engine]
        if mine and all(row['detected'] != '' for row in mine):
            median, worst = seconds(mine, 'detected', timeout)
            best = min(best or (median, worst), (median, worst))
    faults = []
    if best is None:
        faults.append('no engine finds it with every seed')
    elif best[0] > MEDIAN or best[1] > WORST:
        faults.append(f'the best engine needs {best[0]:.1f} s, {best[1]:.1f} s at worst')
    if any(row['detected'] != '' and row['shrunk'] == '' for row in rows):
        faults.append('a history did not shrink')
    for sentence in sorted({row['sentence'] for row in rows if row['shrunk'] != ''}):
        lengths = [int(row['shrunk']) for row in rows if row['sentence'] == sentence]
        known = bug.shortest.get(sentence)
        what = f'[{sentence}]: a history shrinks to'
        if known is None:
            faults.append(f'{what} {min(lengths)}, fuzz/seeded_bugs.txt names no shortest')
        elif min(lengths) < known:
            faults.append(f'{what} {min(lengths)}, shorter than the shortest known, {known}')
        elif max(lengths) > SHRUNK * known:
            faults.append(f'{what} {max(lengths)}, the shortest known is {known}')
    return faults


# --- Writing

def cell(rows, timeout):
    if not rows:
        return 'not run'
    found = sum(row['detected'] != '' for row in rows)
    texts = []
    for column in ('reached', 'triggered', 'detected'):
        median, worst = seconds(rows, column, timeout)
        texts.append(' / '.join(f'>{timeout}' if number >= timeout else f'{number:.2f}'
                                for number in (median, worst)))
    return f'{found} of {len(rows)}: {", ".join(texts)}'


def lengths_shrunk(rows):
    """For each sentence, the shortest and the longest history."""
    by_sentence = {}
    for row in rows:
        if row['shrunk'] != '':
            by_sentence.setdefault(row['sentence'], []).append(int(row['shrunk']))
    return ', '.join(f'{min(lengths)}' + (f' ... {max(lengths)}' if len(set(lengths)) > 1 else '')
                     + f' [{sentence}]' for sentence, lengths in sorted(by_sentence.items()))


def seeds_of(rows):
    """For each engine, how many seeds: one may have been run with more than another."""
    seeds = {engine: {str(row['seed']) for row in rows
                      if row['engine'] == engine and row['bug'] != 'control'}
             for engine in ENGINES}
    return ', '.join(f'{engine} {len(known)}' for engine, known in seeds.items())


def version(command):
    """The first number with a dot that the command prints."""
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return re.search(r'\d+\.\d+[\w.]*', said.stdout + said.stderr).group()


def page(bugs, rows, options, faults):
    control = [row for row in rows if row['bug'] == 'control']
    measured = [bug for bug in bugs if any(row['bug'] == bug.name for row in rows)]
    yield '# Bug board'
    yield ''
    yield ('How long does each fuzzing engine need to find a bug? '
           '[fuzz/seeded_bugs.txt](../fuzz/seeded_bugs.txt) has '
           f'{len(measured)} bugs, each one wrong line in the optimised heap. `make bug-board` '
           'measures them and writes this page; the single runs are in '
           '[bug-board.csv](bug-board.csv).')
    yield ''
    yield f'- Seeds for each bug: {seeds_of(rows)}.'
    yield f'- Each run starts from an empty corpus and takes {options.timeout} s at most.'
    yield (f'- {options.jobs} runs at a time on {os.cpu_count()} cores; '
           f'clang {version(["clang", "--version"])}, AFL++ {version(["afl-fuzz", "-h"])}.')
    yield ('- Built with -O2, without sanitizers and asserts: only the comparison with the '
           'reference finds a bug.')
    yield (f'- Control, {options.control} s on the unchanged heap: '
           + ', '.join(f'{row["engine"]} {"silent" if row["detected"] == "" else "DEPARTED"}'
                       for row in control) + '.')
    yield ''
    yield (f'The aims: for each bug an engine finds it with every seed, within {MEDIAN} s (median) '
           f'and {WORST} s (worst); every history shrinks to at most {SHRUNK} times the shortest '
           'known; the control is silent.')
    yield ''
    if faults:
        yield '**Short of the aims:**'
        yield ''
        yield from (f'- {fault}' for fault in faults)
    else:
        yield '**All aims are met.**'
    yield ''
    yield '## How to read it'
    yield ''
    yield '"10 of 10: 0.01 / 0.02, 0.03 / 0.05, 0.10 / 0.31" says:'
    yield ''
    yield '- the bug was found with ten of ten seeds;'
    yield '- the wrong line was reached after 0.01 s (median) or 0.02 s (worst);'
    yield '- it first changed a value (triggered the bug) after 0.03 s or 0.05 s;'
    yield '- the bug was detected after 0.10 s or 0.31 s.'
    yield ''
    yield (f'Times count from the start of the engine. `>{options.timeout}` is a run that took '
           f'longer than {options.timeout} s; it counts as {options.timeout} s.')
    yield ''
    yield ('"Shrunk to" is the number of operations of the shrunk histories, the shortest and '
           'the longest, for each sentence of [semantics.md](semantics.md) that they break. '
           'Shrinking keeps the sentence.')
    for area in dict.fromkeys(bug.area for bug in measured):
        yield ''
        yield f'## {area}'
        yield ''
        yield '| bug | built-in random | libFuzzer | AFL++ | shrunk to |'
        yield '| --- | --- | --- | --- | --- |'
        for bug in (bug for bug in measured if bug.area == area):
            mine = [row for row in rows if row['bug'] == bug.name]
            cells = [cell([row for row in mine if row['engine'] == engine], options.timeout)
                     for engine in ENGINES]
            yield f'| {bug.name} | {" | ".join(cells)} | {lengths_shrunk(mine)} |'
    yield ''
    yield '## What it does not say'
    yield ''
    yield ('- How bugs fare that nobody thought of: these are single wrong lines, in one heap.')
    yield ('- Which engine is better: most bugs fall in the first second, and most of that is '
           f'starting up. Times are those of one machine, with {options.jobs} runs at once.')
    yield ('- Wrong lines that no history can show: they are listed with the reason at the end '
           'of [fuzz/seeded_bugs.txt](../fuzz/seeded_bugs.txt).')


def write(bugs, rows, options, faults):
    rows.sort(key=lambda row: (row['bug'], row['engine'], int(row['seed'])))
    with open(options.out / 'bug-board.csv', 'w', newline='') as to:
        writer = csv.DictWriter(to, COLUMNS, lineterminator='\n')
        writer.writeheader()
        writer.writerows(rows)
    (options.out / 'bug-board.md').write_text('\n'.join(page(bugs, rows, options, faults)) + '\n')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--bugs', nargs='+')
    parser.add_argument('--engines', nargs='+', choices=ENGINES, default=list(ENGINES))
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--timeout', type=int, default=WORST)
    parser.add_argument('--control', type=int, default=WORST)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--out', type=pathlib.Path, default=ROOT / 'docs')
    options = parser.parse_args()
    options.build = options.build.resolve()
    return options


def known_rows(options):
    path = options.out / 'bug-board.csv'
    if not path.exists():
        return []
    with open(path, newline='') as source:
        return list(csv.DictReader(source))


def main():
    options = arguments()
    bugs = read_bugs(TABLE.read_text())
    lines = {bug.name: bug.line_hash() for bug in bugs}
    wanted = [bug for bug in bugs if not options.bugs or bug.name in options.bugs]
    if options.bugs and len(wanted) != len(options.bugs):
        sys.exit('expected names of fuzz/seeded_bugs.txt')
    rows = [row for row in known_rows(options) if lines.get(row['bug']) == row['line']]
    known = {(row['bug'], row['line'], row['engine'], row['seed']) for row in rows}
    control = {}
    with tempfile.TemporaryDirectory() as name, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        work = pathlib.Path(name)
        rows += measure_bug(None, options, work, known, control)
        jobs = [pool.submit(measure_bug, bug, options, work, known, control)
                for bug in wanted]
        for job in jobs:
            rows += job.result()
    faults = [f'{bug.name}: {fault}' for bug in wanted
              for fault in judge(bug, [r for r in rows if r['bug'] == bug.name],
                                 options.timeout)]
    faults += [f'control: {row["engine"]} says that the unchanged heap is wrong'
               for row in rows if row['bug'] == 'control' and row['detected'] != '']
    write(bugs, rows, options, faults)
    print('\n'.join(faults) or f'{len(wanted)} bugs, all found in time')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
