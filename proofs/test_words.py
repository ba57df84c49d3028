#!/usr/bin/env python3
"""Does llvm.py run functions as the processor does? Those of words.c, near.c and test_machine.c, on
many words; and are its formulas of them true of what the processor answers?

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
TIMES = 100
CHECKED = 'needs_', 'opt_', 'spec_', 'answers_', 'holds_', 'from_', 'upto_'
MACHINE = 'proofs/words_of_opt/test_machine.c'
PARTS = 'needs', 'opt', 'spec', 'holds'  # functions whose arguments are those of the claim
# What near.c has of its own comes before what the linker finds here.
LIBRARY = 'page_tree.c', 'page_search.c', 'page_check.c', 'node_pool.c', 'opt_memory.c', 'example/os_mmap.c'


def drawn(draw, width):
    """Small and great numbers, and words with few or with many bits."""
    number = draw.getrandbits(width)
    return draw.choice([number, number & draw.getrandbits(width), number | draw.getrandbits(width),
                        number >> draw.randrange(width), draw.randrange(20)])


def numbers_drawn(draw, type_):
    if not type_.endswith('*'):
        return [drawn(draw, llvm.width_of(type_))]
    return [drawn(draw, llvm.width_of(type_[:-1])) >> 1 for _ in range(words.LANES)]


def pair_of(type_, numbers):
    """For the processor, and for llvm.py."""
    if not type_.endswith('*'):
        width = llvm.width_of(type_)
        return TYPES[width](numbers[0]), (width, numbers[0])
    width = llvm.width_of(type_[:-1])
    array = {16: ctypes.c_uint16, 32: ctypes.c_uint32}[width] * words.LANES
    return array(*numbers), llvm.Pointer([(width, number) for number in numbers])


def arguments_drawn(functions, name, last, draw):
    part, of = name.split('_', 1)
    types = [type_ for type_, _ in functions[name].arguments]
    numbers = [numbers_drawn(draw, type_) for type_ in types]
    if last is not None:  # an answer comes after it
        numbers[-2 if part == 'answers' else -1] = [last]
    if part in ('opt', 'holds'):
        numbers = claimed(words.Claim(functions, of, last), numbers, draw)
    return [pair_of(type_, given) for type_, given in zip(types, numbers)]


def claimed(claim, numbers, draw):
    """Some of them, and others for which the claim is made with these; or all of them."""
    needs = claim.needs()
    for _ in range(20):
        kept = [argument for argument in zip(claim.arguments, numbers) if draw.random() < 0.5]
        said = words.solved(claim.terms.script([needs, *equal(claim, kept)]) + '(get-model)\n')
        if said.startswith('sat'):
            found = words.numbers_of(claim, said)
            return [given if any(argument is one for one, _ in kept) else other
                    for argument, given, other in zip(claim.arguments, numbers, found)]
    return numbers


def equal(claim, given):
    return [claim.terms.compare('eq', value, (value[0], number)) for argument, numbers in given
            for value, number in zip(words.values_of(argument), numbers)]


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
    where = equal(claim, [(argument, [number for _, number in words.values_of(theirs)])
                          for argument, (_, theirs) in zip(claim.arguments, pairs)])

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
    for _ in range(TIMES // 10 if name.startswith('holds_') else TIMES):
        same, was_asked = is_same(library, functions, name, draw)
        if not same:
            return 'not ok', asked
        asked += was_asked
    if name.split('_')[0] in PARTS and not all(
            is_formula_true(library, functions, name, draw) for _ in range(TIMES // 30)):
        return 'not ok', asked
    return ('ok' if asked else 'not ok'), asked


def built(flags):
    opt = words.HERE.parent / 'opt'
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / 'words.so'
        subprocess.run(['clang', '-O1', '-w', '-fPIC', '-shared', '-Wl,-z,muldefs', *flags, '-o', path,
                        words.HERE.parent / MACHINE,
                        *(words.HERE.parent / source for source in reversed(words.SOURCES)),
                        *(opt / source for source in LIBRARY)], check=True)
        return ctypes.CDLL(str(path))


def checked(form):
    """The functions, and which of them are held against the processor."""
    machine = words.compiled(words.HERE.parent, form, [MACHINE])
    names = [name for name in words.ours(form) if name.startswith(CHECKED) and
             name.split('_', 1)[1] in words.names_of('SSE2') and (form == 'SSE2' or words.is_other(name))]
    return {**words.ours(form), **machine}, names + (list(machine) if form == 'SSE2' else [])


def main():
    verdicts = set()
    for form, flags in words.FORMS.items():
        library, (functions, names) = built(flags), checked(form)
        for name in names:
            verdict, asked = judged(library, functions, name)
            verdicts.add(verdict)
            print(f'{verdict} - {name}, {form}: {asked} times as the processor', flush=True)
    return 0 if verdicts == {'ok'} else 1


if __name__ == '__main__':
    sys.exit(main())
