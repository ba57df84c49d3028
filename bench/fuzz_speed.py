#!/usr/bin/env python3
"""How many executions a second libFuzzer does, beside a target that does nothing.

  bench/fuzz_speed.py BUILD [--seconds N] [--rounds N] [--min-len BYTES] [--max-len BYTES]

BUILD has fuzzers/libfuzzer and fuzzers/libfuzzer-asan (make fuzzers). In each round every
target runs for N seconds on one core, one after the other. The seeds are those of
corpus/fuzz that have 48 to 64 bytes, which is 24 operations or a few more. Nothing is
written, and no input is shortened for its own sake. The medians of the rounds are printed.
"Long" executions have 24 operations or more, with the frees that drain the heaps; shorter
ones take time too, but aren't counted as long.
"""
import argparse
import os
import pathlib
import re
import statistics
import struct
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZERS = {'libfuzzer': [],
              'libfuzzer-asan': ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']}


def empty_target(place, kind):
    program = place / f'empty-{kind}'
    subprocess.run(['clang', '-O2', '-g', '-fsanitize=fuzzer', *SANITIZERS[kind], '-o', program,
                    ROOT / 'bench/empty_target.c'], check=True)
    return program


def run(program, seeds, options, place):
    """Executions, long ones and operations, a second."""
    counters = place / 'counters'
    counters.unlink(missing_ok=True)
    said = subprocess.run([program, f'-seed_inputs=@{seeds}', f'-max_len={options.max_len}',
                           '-len_control=0', '-reduce_inputs=0',
                           f'-max_total_time={options.seconds}',
                           '-print_final_stats=1'], cwd=place, capture_output=True, text=True,
                          check=True, env={**os.environ, 'SPANREF_COUNTERS': str(counters)})
    done = re.search(r'^Done (\d+) runs in (\d+) second', said.stderr, re.M)
    executions, seconds = map(int, done.groups())
    _, long, operations, _ = struct.unpack('=4Q', counters.read_bytes()) \
        if counters.exists() else (0, 0, 0, 0)
    return executions / seconds, long / seconds, operations / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--seconds', type=int, default=10)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--min-len', type=int, default=48)
    parser.add_argument('--max-len', type=int, default=64)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        seeds = place / 'seeds'
        seeds.write_text(','.join(str(path) for path in sorted((ROOT / 'corpus/fuzz').iterdir())
                                  if options.min_len <= path.stat().st_size
                                  <= options.max_len))
        programs = {}
        for kind in SANITIZERS:
            programs[f'empty, {kind}'] = empty_target(place, kind)
            programs[kind] = options.build.resolve() / 'fuzzers' / kind / 'fuzz/fuzz_target'
        rates = {what: [] for what in programs}
        for _ in range(options.rounds):
            for what, program in programs.items():
                rates[what].append(run(program, seeds, options, place))
        medians = {what: [statistics.median(column) for column in zip(*rows)]
                   for what, rows in rates.items()}
        print(f'{"target":24} {"executions/s":>12} {"long/s":>9} {"operations/s":>13}'
              f' {"beside empty":>13}')
        for what, (executions, long, operations) in medians.items():
            peer = medians.get(f'empty, {what}', [executions])[0]
            print(f'{what:24} {executions:12,.0f} {long:9,.0f} {operations:13,.0f}'
                  f' {executions / peer:13.3f}')


if __name__ == '__main__':
    main()
