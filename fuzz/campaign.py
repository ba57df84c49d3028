#!/usr/bin/env python3
"""Fuzz for hours with every engine on one corpus; resumable, stopped by Ctrl-C.

  fuzz/campaign.py BUILD [--hours H] [--jobs J] [--state DIR]

BUILD: where fuzzers/ and fuzz/replay are (make fuzz-campaign builds them). DIR
(BUILD/campaign) keeps corpus/, AFL++'s queues, departures/ and the counters. A campaign that
is started again goes on from there.

The engines are ROLES: AFL++ as main and as two secondaries (sanitizers, CMPLOG), libFuzzer in
fork mode with sanitizers and without. J of them run at a time, in turns of at most SLICE
seconds. Between the turns, what one found goes to the others: libFuzzer writes to the corpus,
AFL++'s main reads the corpus, and its secondaries read main. In the end the corpus is merged:
files that add no coverage go.

Exit status:
  0  nothing departed
  1  something departed (departures/ has the inputs, the logs and the reproducers), or AFL++
     was not 100 % stable
  2  bad usage
  3  nothing was run
"""
import argparse
import hashlib
import math
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time

SLICE = 300
MAX_LEN = 1024
ROLES = ('libfuzzer-asan', 'afl-main', 'libfuzzer', 'afl-asan', 'afl-cmplog')
ROOT = pathlib.Path(__file__).resolve().parent.parent
DICTIONARY = ROOT / 'fuzz/spanref.dict'
SEEDS = (ROOT / 'corpus/fuzz', ROOT / 'corpus/regressions')
AFL_ENVIRONMENT = dict.fromkeys((
    'AFL_NO_UI', 'AFL_SKIP_CPUFREQ', 'AFL_NO_AFFINITY', 'AFL_AUTORESUME',
    'AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES', 'AFL_IMPORT_FIRST'), '1')


class Stopped(Exception):
    """Ctrl-C, or the like."""


class Campaign:
    def __init__(self, build, state):
        self.fuzzers = build / 'fuzzers'
        self.replay = build / 'fuzz/replay'
        self.state = state
        self.corpus = state / 'corpus'
        self.departures = state / 'departures'
        self.artifacts = state / 'artifacts'
        self.afl = state / 'afl'
        self.counters = state / 'counters'
        self.logs = state / 'logs'
        for directory in (self.corpus, self.departures, self.artifacts, self.logs):
            directory.mkdir(parents=True, exist_ok=True)
        for seeds in SEEDS:
            self.take_files(seeds.iterdir())

    def take_files(self, paths):
        """Into the corpus, by their SHA-1 as libFuzzer names them."""
        for path in paths:
            data = path.read_bytes()
            target = self.corpus / hashlib.sha1(data).hexdigest()
            if not target.exists():
                target.write_bytes(data)

    # --- The engines

    def command(self, role, seconds):
        build = {'afl-main': 'afl', 'afl-cmplog': 'afl'}.get(role, role)
        target = self.fuzzers / build / 'fuzz/fuzz_target'
        if role.startswith('libfuzzer'):
            return [target, '-fork=1', '-ignore_crashes=1', '-ignore_timeouts=1',
                    '-ignore_ooms=1', f'-max_len={MAX_LEN}', f'-max_total_time={seconds}',
                    f'-artifact_prefix={self.artifacts}/', f'-dict={DICTIONARY}', self.corpus]
        place = {'afl-main': ['-M', 'main', '-F', self.corpus],
                 'afl-asan': ['-S', 'asan'],
                 'afl-cmplog': ['-S', 'cmplog', '-l', '2', '-c',
                                self.fuzzers / 'afl-cmplog/fuzz/fuzz_target']}[role]
        return ['afl-fuzz', '-i', self.corpus, '-o', self.afl, *place, '-V', str(seconds),
                '-x', DICTIONARY, '-G', str(MAX_LEN), '-m', 'none', '--', target]

    def start(self, role, seconds):
        environment = {**os.environ, **AFL_ENVIRONMENT, 'SPANREF_COUNTERS': str(self.counters)}
        with open(self.logs / f'{role}.log', 'wb') as log:
            return subprocess.Popen(self.command(role, seconds), env=environment, stdout=log,
                                    stderr=subprocess.STDOUT, start_new_session=True)

    def stop(self, running):
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for process in running:
                if process.poll() is None:
                    os.killpg(process.pid, stop)
            until = time.monotonic() + 10
            while time.monotonic() < until and any(p.poll() is None for p in running):
                time.sleep(0.1)

    # --- What they found

    def collect(self):
        """New inputs to the corpus, new crashes to departures/."""
        self.take_files(self.afl.glob('*/queue/id:*'))
        found = [*self.artifacts.iterdir(), *self.afl.glob('*/crashes/id:*'),
                 *self.afl.glob('*/hangs/id:*')]
        new = []
        for path in found:
            data = path.read_bytes()
            target = self.departures / hashlib.sha1(data).hexdigest()
            if not target.exists():
                target.write_bytes(data)
                new.append(target)
        for path in new:
            self.reproduce(path)

    def reproduce(self, path):
        """What sanitizers say of it, and where heaps differ the four reproducers."""
        with open(path.with_suffix('.log'), 'wb') as log:
            for command in ([self.fuzzers / 'libfuzzer-asan/fuzz/fuzz_target', path],
                            [self.replay, '-o', self.departures, path]):
                subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)

    def merge(self):
        merged = self.state / 'merged'
        shutil.rmtree(merged, ignore_errors=True)
        merged.mkdir()
        with open(self.logs / 'merge.log', 'wb') as log:
            done = subprocess.run([self.fuzzers / 'libfuzzer/fuzz/fuzz_target', '-merge=1',
                                   f'-max_len={MAX_LEN}', merged, self.corpus], stdout=log,
                                  stderr=subprocess.STDOUT, check=False,
                                  start_new_session=True)
        if done.returncode == 0:
            shutil.rmtree(self.corpus)
            merged.rename(self.corpus)

    # --- What is known

    def counted(self):
        data = self.counters.read_bytes() if self.counters.exists() else b''
        names = ('executions', 'long_executions', 'operations', 'departures')
        numbers = struct.unpack('=4Q', data) if len(data) == 32 else (0, 0, 0, 0)
        return dict(zip(names, numbers))

    def coverage(self):
        """libFuzzer's edges, the most any of its logs says."""
        best = 0
        for log in self.logs.glob('libfuzzer*.log'):
            for found in re.findall(rb'cov: (\d+)', log.read_bytes()[-100000:]):
                best = max(best, int(found))
        return best

    def departed(self):
        return [path for path in self.departures.iterdir() if not path.suffix]

    def afl_stats(self):
        for stats in sorted(self.afl.glob('*/fuzzer_stats')):
            fields = dict(re.findall(r'^(\w+)\s*: (.*)$', stats.read_text(), re.M))
            yield stats.parent.name, fields

    def status(self, elapsed, total):
        counted = self.counted()
        return (f'{clock(elapsed)} of {clock(total)}  executions {counted["executions"]:,}'
                f'  compared operations {counted["operations"]:,}'
                f'  coverage {self.coverage()} edges'
                f'  corpus {sum(1 for _ in self.corpus.iterdir()):,}'
                f'  departures {len(self.departed())}')


def clock(seconds):
    seconds = int(seconds)
    return f'{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}'


class Progress:
    """The status on one line; where nobody looks, one a minute."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.due = 0

    def show(self, campaign, elapsed, total):
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + (2 if self.live else 60)
        text = campaign.status(elapsed, total)
        print('\r\033[K' + text if self.live else text, end='' if self.live else '\n', flush=True)


def run_slices(campaign, total, jobs, progress):
    began = time.monotonic()
    turn = 0
    turns = math.ceil(len(ROLES) / jobs)
    while True:
        elapsed = time.monotonic() - began
        if elapsed >= total:
            return
        seconds = max(1, math.ceil(min(SLICE, max(5, total / turns), total - elapsed)))
        roles = {ROLES[(turn + i) % len(ROLES)] for i in range(min(jobs, len(ROLES)))}
        turn += len(roles)
        running = [campaign.start(role, seconds) for role in roles]
        try:
            until = time.monotonic() + seconds + 20
            while any(p.poll() is None for p in running) and time.monotonic() < until:
                time.sleep(0.5)
                progress.show(campaign, time.monotonic() - began, total)
        finally:
            campaign.stop(running)
            campaign.collect()


def summary(campaign, seconds):
    counted = campaign.counted()
    print(f'executions: {counted["executions"]:,}, of which {counted["long_executions"]:,} '
          'have 24 operations or more')
    print(f'operations compared: {counted["operations"]:,}')
    print(f'in this run: {clock(seconds)}; coverage {campaign.coverage()} edges; corpus '
          f'{sum(1 for _ in campaign.corpus.iterdir()):,} files after the merge')
    stable = True
    for name, stats in campaign.afl_stats():
        stable &= stats.get('stability') == '100.00%'
        print(f'AFL++ {name}: {stats.get("execs_done")} executions, stability '
              f'{stats.get("stability")}, crashes {stats.get("saved_crashes")}')
    for path in campaign.departed():
        print(f'departure or crash: {path} (.log says what it is; .trace, .c, .txt show it)')
    if counted['executions'] == 0:
        print('nothing was run')
        return 3
    if campaign.departed() or not stable:
        print('departs' if campaign.departed() else 'AFL++ is not stable')
        return 1
    print(f'conforms: {counted["operations"]:,} operations compared in '
          f'{counted["executions"]:,} histories')
    return 0


def interrupted(*_):
    raise Stopped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--hours', type=float, default=1)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--state', type=pathlib.Path)
    options = parser.parse_args()
    if options.hours <= 0 or options.jobs < 1:
        parser.error('expected HOURS above 0 and at least 1 job')
    build = options.build.resolve()
    campaign = Campaign(build, (options.state or build / 'campaign').resolve())
    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGTERM, interrupted)
    began = time.monotonic()
    try:
        run_slices(campaign, options.hours * 3600, options.jobs, Progress())
    except Stopped:
        print('\nstopped; merging', flush=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    seconds = time.monotonic() - began
    campaign.merge()
    return summary(campaign, seconds)


if __name__ == '__main__':
    sys.exit(main())
