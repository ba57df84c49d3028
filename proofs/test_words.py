#!/usr/bin/env python3
"""Does llvm.py run functions as the processor does? Those of words.c, on many words; and are its
formulas of them true of what the processor answers?

  proofs/test_words.py

Prints "ok" or "not ok" lines, and exits with 1 if one isn't ok.
"""
import ctypes
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import llvm
import words

TYPES = {1: ctypes.c_bool, 32: ctypes.c_uint32, 64: ctypes.c_uint64}
TIMES = 300
PARTS = 'needs', 'opt', 'spec'  # functions whose arguments are those of opt_NAME


def drawn(draw, width):
    """Small and great numbers, and words with few or with many bits."""
    number = draw.getrandbits(width)
    return draw.choice([number, number & draw.getrandbits(width), number | draw.getrandbits(width),
                        number >> draw.randrange(width), draw.randrange(20)])


def argument_drawn(draw, type_):
    if not type_.endswith('*'):
        width = llvm.width_of(type_)
        number = drawn(draw, width)
        return TYPES[width](number), (width, number)
    width = llvm.width_of(type_[:-1])
    numbers = [drawn(draw, width) >> 1 for _ in range(words.LANES)]
    array = {16: ctypes.c_uint16, 32: ctypes.c_uint32}[width] * words.LANES
    return array(*numbers), llvm.Pointer([(width, number) for number in numbers])


def arguments_drawn(functions, name, last, draw):
    """For the processor, and for llvm.py."""
    pairs = [argument_drawn(draw, type_) for type_, _ in functions[name].arguments]
    if last is not None:  # an answer comes after it
        pairs[-2 if name.startswith('answers_') else -1] = ctypes.c_uint32(last), (32, last)
    return pairs


def last_drawn(functions, name, draw):
    """One of those of EACH: loops of such functions may run as often as it says."""
    part, of = name.split('_', 1)
    return draw.choice(words.values_of_last(functions, of)) if part in words.PARTS else None


def is_same(library, functions, name, draw):
    pairs = arguments_drawn(functions, name, last_drawn(functions, name, draw), draw)
    machine = llvm.Machine(functions, llvm.Terms())
    answer, failures = machine.run(name, [theirs for _, theirs in pairs])
    if (1, 1) in failures:
        return True, False  # an assertion ends it: the processor isn't asked
    width, number = answer
    ask = getattr(library, name)
    ask.restype = TYPES[width]
    return int(ask(*(ours for ours, _ in pairs))) == number, True


def is_formula_true(library, functions, name, draw):
    """The formula of all arguments, where these are drawn: it has the processor's answer, unless an
    assertion fails."""
    part, of = name.split('_', 1)
    last = last_drawn(functions, name, draw)
    claim = words.Claim(functions, of, last)
    pairs = arguments_drawn(functions, name, last, draw)
    value, failures = claim.answer(part)
    where = [claim.terms.compare('eq', *lanes) for argument, (_, drawn) in zip(claim.arguments, pairs)
             for lanes in zip(words.values_of(argument), words.values_of(drawn))]

    def is_possible(bit):
        return words.solved(claim.terms.script([*where, bit])).split()[0] == 'sat'
    if any(is_possible(failure) for failure in failures):
        return True
    ask = getattr(library, name)
    ask.restype = TYPES[value[0]]
    answer = int(ask(*(ours for ours, _ in pairs)))
    return not is_possible(claim.terms.compare('ne', value, (value[0], answer)))


def judged(library, functions, name):
    draw, asked = random.Random(name), 0
    for _ in range(TIMES):
        same, was_asked = is_same(library, functions, name, draw)
        if not same:
            return 'not ok', asked
        asked += was_asked
    if name.split('_')[0] in PARTS and not all(
            is_formula_true(library, functions, name, draw) for _ in range(TIMES // 100)):
        return 'not ok', asked
    return ('ok' if asked else 'not ok'), asked


def main():
    verdicts = set()
    for form, flags in words.FORMS.items():
        functions = words.ours(form)
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / 'words.so'
            subprocess.run(['clang', '-O1', '-w', '-fPIC', '-shared', *flags, '-o', path,
                            words.HERE.parent / words.WORDS], check=True)
            library = ctypes.CDLL(str(path))
        for name in functions:
            if form != 'SSE2' and not words.is_other(name):
                continue
            verdict, asked = judged(library, functions, name)
            verdicts.add(verdict)
            print(f'{verdict} - {name}, {form}: {asked} times as the processor')
    return 0 if verdicts == {'ok'} else 1


if __name__ == '__main__':
    sys.exit(main())
