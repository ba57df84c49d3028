#!/usr/bin/env python3
"""Prove what opt/ does with one word for all words: words.c and near.c in words_of_opt/ say what.

  proofs/words.py [--scalar] [NAME...]   each claim, from scratch
  proofs/words.py --wrong [NAME...]      refute each of wrong_words.txt there, from scratch
  proofs/words.py --all                  all of these, and a table
  proofs/words.py --replay [NAME...]     are the questions those that were answered? No solver runs
  proofs/words.py --update               answer what words_of_opt/proved.txt lacks, and write it

The C compiler's own intermediate form of these files is run on unknown words (llvm.py); Z3 or CVC4
decides whether some words exist for which the answer is another one, or an assertion fails. So a changed line
changes the claim. --scalar: lanes.h as plain C, and only claims that have another form then. What
refutes a wrong line is drawn, and run: the answer of the wrong line is another one there. Prints "ok"
or "not ok" lines, and exits with 1 if one isn't ok.

proved.txt has of each claim a hash of all that was asked, in its order, and of the solver's version; and
of each wrong line the words that refute it.
"""
import argparse
import functools
import hashlib
import re
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import llvm

HERE = Path(__file__).resolve().parent
# Loops stay loops, lanes stay as they are written, and calls become what is called.
CLANG = ['clang', '-O1', '-fno-vectorize', '-fno-slp-vectorize', '-fno-unroll-loops', '-mllvm',
         '-inline-threshold=2000', '-S', '-emit-llvm', '-w', '-o', '-']
# Z3, but CVC4 where numbers are put in order: there Z3 takes many times as long.
SOLVERS = {'z3': ['z3', '-in', '-T:600'], 'cvc4': ['cvc4', '--lang=smt2', '--produce-models', '--tlimit=600000']}
SOURCES = 'proofs/words_of_opt/words.c', 'proofs/words_of_opt/near.c'
CACHE = HERE / 'words_of_opt/proved.txt'
BASES = {'#x': 16, '#b': 2, '(_ bv': 10}  # of numbers in their answers
LANES = 16
FORMS = {'SSE2': [], 'plain': ['-DSPANREF_SCALAR']}
PARTS = 'needs', 'opt', 'spec', 'answers', 'holds'  # of a claim
WRONG_OF_EACH = 10
WRONG = re.compile(r'wrong (\S+)\nin (\S+), (\w+)(?:, (\w+))?\n((?:[-+ ].*\n)+)')
Wrong = namedtuple('Wrong', 'name file claim form changes')


class Gone(Exception):
    """A wrong line whose right one isn't there, or not once."""


def compiled(folder, form, sources=SOURCES):
    functions = {}
    for source in sources:
        said = subprocess.run([*CLANG, *FORMS[form], folder / source], check=True, capture_output=True, text=True)
        functions.update(llvm.functions_of(said.stdout))
    return functions


@functools.lru_cache(None)
def ours(form):
    """As the repository has it."""
    return compiled(HERE.parent, form)


# --- One claim

def solved(text, solver='z3'):
    said = subprocess.run(SOLVERS[solver], input=text, capture_output=True, text=True, check=False).stdout
    if 'error' in said and not said.startswith('unsat'):  # of which there is no model
        raise SystemExit(f'{solver}: {said[:500]}')
    return said


class Claim:
    """That opt_NAME answers what spec_NAME does, or what answers_NAME accepts; or that holds_NAME is true."""

    def __init__(self, functions, name, last=None, open_bit=None):
        self.functions, self.name = functions, name
        self.terms = llvm.Terms(open_bit)
        types = [type_ for type_, _ in functions[f'{"holds" if self.has("holds") else "opt"}_{name}'].arguments]
        self.arguments = [self.argument(type_, i) for i, type_ in enumerate(types)]
        if last is not None:
            self.arguments[-1] = llvm.width_of(types[-1]), last

    def argument(self, type_, i):
        if not type_.endswith('*'):
            return self.terms.free(f'a{i}', llvm.width_of(type_))
        width = llvm.width_of(type_[:-1])
        return llvm.Pointer([self.terms.free(f'a{i}_{lane}', width) for lane in range(LANES)])

    def has(self, part):
        return f'{part}_{self.name}' in self.functions

    def answer(self, part, *more):
        """And bits that are set where it has none."""
        machine = llvm.Machine(self.functions, self.terms)
        return machine.run(f'{part}_{self.name}', [*self.arguments, *more])

    @property
    def solver(self):
        return 'cvc4' if self.has('answers') else 'z3'

    def needs(self):
        """A bit that is set where the claim is made."""
        answer, failures = self.answer('needs') if self.has('needs') else ((1, 1), [])
        if failures:
            raise SystemExit(f'needs_{self.name} is not defined everywhere')
        return answer

    def differs(self):
        """Bits; the claim holds where none can be set."""
        if self.has('holds'):
            answer, failures = self.answer('holds')
            return failures if answer is None else [self.terms.compare('eq', answer, (1, 0)), *failures]
        answer, failures = self.answer('opt')
        if answer is None:
            return failures
        wanted, more = self.answer('answers', answer) if self.has('answers') else self.answer('spec')
        if wanted is not None:
            is_other = ('eq', wanted, (1, 0)) if self.has('answers') else ('ne', answer, wanted)
            failures = [self.terms.compare(*is_other), *failures]
        return failures + more

    def questions(self):
        """Texts, and what the solver must say of them."""
        needs = self.needs()
        differs = functools.reduce(lambda a, b: self.terms.binary('or', a, b), self.differs())
        return [(self.terms.script([needs]), 'sat'), (self.terms.script([needs, differs]), 'unsat')]


def numbers_of(claim, said):
    """The arguments in the solver's answer: a list for each, of one number or one for each lane."""
    found = {name: int(digits, BASES[base]) for name, base, digits in
             re.findall(r'define-fun (a\d+(?:_\d+)?) \(\) \(_ BitVec \d+\)\s+(#x|#b|\(_ bv)(\w+)', said)}
    return [[value[1] if isinstance(value[1], int) else found.get(value[1], 0) for value in values_of(argument)]
            for argument in claim.arguments]


def values_of(argument):
    return argument.table if isinstance(argument, llvm.Pointer) else [argument]


def picture(claim, numbers):
    """Words as bits, the lowest on the left."""
    lines = []
    for argument, given in zip(claim.arguments, numbers):
        if isinstance(argument, llvm.Pointer):
            lines.append('lanes ' + ' '.join(map(str, given)))
        elif argument[0] == 64:
            lines.append(''.join('1' if given[0] >> bit & 1 else '.' for bit in range(64)))
        else:
            lines.append(str(given[0]))
    return lines


def is_refuted(functions, name, numbers):
    """Run on these arguments, whatever is left open being 0, or else 1: they may be given, and the
    answer is another one or there is none."""
    return any(is_other_answer(Claim(functions, name, None, bit), numbers) for bit in (0, 1))


def is_other_answer(claim, numbers):
    widths = [[width for width, _ in values_of(argument)] for argument in claim.arguments]
    if [len(given) for given in numbers] != [len(width) for width in widths]:
        return False
    given = [list(zip(*pair)) for pair in zip(widths, numbers)]
    claim.arguments = [llvm.Pointer(values) if isinstance(argument, llvm.Pointer) else values[0]
                       for argument, values in zip(claim.arguments, given)]
    return claim.needs() == (1, 1) and (1, 1) in claim.differs()


# --- All sizes of one claim

def values_of_last(functions, name):
    """Those of EACH, or none."""
    if f'from_{name}' not in functions:
        return [None]
    machine = llvm.Machine(functions, llvm.Terms())
    ends = [machine.run(f'{end}_{name}', [])[0][1] for end in ('from', 'upto')]
    return range(ends[0], ends[1] + 1)


def claims(functions, name):
    return (Claim(functions, name, last) for last in values_of_last(functions, name))


def judged(functions, name):
    """'' if it holds for all; or what the solver said, the claim, and the arguments if there are some."""
    for claim in claims(functions, name):
        for text, wanted in claim.questions():
            said = solved(text + '(get-model)\n', claim.solver)
            if said.split()[:1] != [wanted]:
                return ' '.join(said.split()[:1]) or 'no answer', claim, numbers_of(claim, said)
    return '', None, []


@functools.lru_cache(None)
def version(solver):
    return subprocess.run([solver, '--version'], check=True, capture_output=True, text=True).stdout.split('\n')[0]


def fingerprint(functions, name):
    """Of all that the verdict comes from."""
    digest = hashlib.sha256()
    for claim in claims(functions, name):
        for text, wanted in claim.questions():
            digest.update(f'{version(claim.solver)}\n{SOLVERS[claim.solver]}\n{text}{wanted}\n'.encode())
    return digest.hexdigest()


# --- What there is to be proved and refuted

def names_of(form, chosen=()):
    """Those with this form: the second one only where it isn't as the first one."""
    functions = ours(form)
    names = [name.split('_', 1)[1] for name in functions if name.split('_')[0] in ('spec', 'answers', 'holds')]
    return [name for name in names if (not chosen or name in chosen) and
            (form == 'SSE2' or any(is_other(f'{part}_{name}') for part in PARTS))]


def is_other(function):
    return any(function in ours(form) for form in FORMS) and \
        ours('SSE2')[function].blocks != ours('plain')[function].blocks


def wrongs(chosen=()):
    text = ''.join(line for line in (HERE / 'words_of_opt/wrong_words.txt').read_text().splitlines(True)
                   if not line.startswith('#'))
    found = [Wrong(name, file, claim, form or 'SSE2', changes)
             for name, file, claim, form, changes in WRONG.findall(text)]
    if len(found) != len(re.findall('(?m)^wrong ', text)):
        raise SystemExit('wrong_words.txt: an entry is not as the others are')
    return [wrong for wrong in found if not chosen or wrong.name in chosen or wrong.claim in chosen]


def compiled_wrong(wrong):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in ('opt', 'spec', 'proofs/words_of_opt'):
            (folder / part).mkdir(parents=True)
            for source in (HERE.parent / part).iterdir():
                if source.suffix in ('.c', '.h', '.inc'):
                    (folder / part / source.name).write_text(source.read_text())
        change(folder / wrong.file, wrong.changes)
        return compiled(folder, wrong.form, [source for source in SOURCES if has_claim(folder / source, wrong.claim)])


def has_claim(path, name):
    return re.search(rf'\b(opt|holds)_{name}\(', path.read_text())


def change(path, changes):
    """Lines with '-' become those with '+'; those with ' ' stay, and say where."""
    text = path.read_text()
    old, new = (''.join(line[1:] for line in changes.splitlines(True) if line[0] in signs)
                for signs in ('- ', '+ '))
    if text.count(old) != 1:
        raise Gone(f'{path.name} has {text.count(old)} times: {old.strip()}')
    path.write_text(text.replace(old, new))


# --- From scratch

def say(is_ok, text, lines=()):
    print(f'{"ok" if is_ok else "not ok"} - {text}', flush=True)
    for line in lines:
        print(f'#   {line}', flush=True)
    return is_ok


class Scratch:
    """Asks the solvers for everything. seconds: how long each claim took, if it was proved; refuted: how
    long each of its wrong versions; numbers: what refuted the last one."""

    def __init__(self):
        self.seconds, self.refuted, self.numbers = {}, {}, []

    def prove(self, form, name):
        begin = time.time()
        verdict, claim, numbers = judged(ours(form), name)
        count = len(values_of_last(ours(form), name))
        how = f'each of {count} sizes' if count > 1 else 'proved'
        if not verdict:
            self.seconds[form, name] = time.time() - begin
        return say(not verdict, f'{name}, {form}: {verdict or how}, {time.time() - begin:.1f} s',
                   picture(claim, numbers) if verdict else [])

    def is_proved(self, form, name):
        """A wrong line says nothing of a claim that doesn't hold without it."""
        return (form, name) in self.seconds or self.prove(form, name)

    def refute(self, wrong):
        try:
            functions = compiled_wrong(wrong)
        except Gone as gone:
            return say(False, f'{wrong.name}: {gone}')
        begin = time.time()
        verdict, claim, numbers = judged(functions, wrong.claim)
        is_so = verdict == 'sat' and is_refuted(functions, wrong.claim, numbers)
        if is_so:
            self.numbers = numbers
            self.refuted.setdefault(wrong.claim, []).append(time.time() - begin)
        return say(is_so, f'{wrong.name}: {wrong.claim}, {wrong.form}, {verdict or "proved"}',
                   picture(claim, numbers) if verdict else [])

    def table(self):
        print('# | claim | SSE2 | plain C | wrong versions refuted |')
        for name in names_of('SSE2'):
            proved = [f'{self.seconds[form, name]:.1f} s' if (form, name) in self.seconds else
                      'not proved' if name in names_of(form) else 'the same' for form in FORMS]
            times = self.refuted.get(name, [])
            print(f'# | {name} | {" | ".join(proved)} | {len(times)} in {sum(times):.1f} s |')


def are_enough(chosen):
    """Wrong versions, of each claim."""
    counts = {name: sum(wrong.claim == name for wrong in wrongs()) for name in names_of('SSE2', chosen)}
    return all([say(count >= WRONG_OF_EACH, f'{name} has {count} wrong versions') for name, count in counts.items()])


# --- From proved.txt

def read_cache():
    if not CACHE.exists():
        return {}
    return dict(line.rsplit(' ', 1) for line in CACHE.read_text().splitlines() if not line.startswith('#'))


def as_text(numbers):
    """Arguments apart by commas, lanes by colons."""
    return ','.join(':'.join(f'{number:x}' for number in given) for given in numbers)


def from_text(text):
    return [[int(number, 16) for number in given.split(':')] for given in text.split(',')]


def key_of_claim(form, name):
    return f'proved {name}, {form}:'


def key_of_wrong(wrong):
    return f'refuted {wrong.name}, {wrong.claim}, {wrong.form}:'


def replayed_claim(cache, form, name):
    return cache.get(key_of_claim(form, name)) == fingerprint(ours(form), name)


def replayed_wrong(cache, wrong):
    """Needs no trust in a solver: the words are there, and the wrong line's answer to them is wrong."""
    text = cache.get(key_of_wrong(wrong))
    try:
        return text is not None and is_refuted(compiled_wrong(wrong), wrong.claim, from_text(text))
    except Gone as gone:
        return say(False, f'{wrong.name}: {gone}')


def replay(chosen):
    cache, asked, good = read_cache(), set(), [are_enough(chosen)]
    for form in FORMS:
        for name in names_of(form, chosen):
            asked.add(key_of_claim(form, name))
            is_so = replayed_claim(cache, form, name)
            good.append(say(is_so, f'{name}, {form}: {"as it was proved" if is_so else "proved.txt lacks what is asked"}'))
    for wrong in wrongs(chosen):
        asked.add(key_of_wrong(wrong))
        is_so = replayed_wrong(cache, wrong)
        good.append(say(is_so, f'{wrong.name}: {wrong.claim}, {wrong.form}, {"refuted" if is_so else "not refuted"}'))
    if not chosen:
        good += [say(False, f'proved.txt has what is not asked: {key}') for key in cache.keys() - asked]
    return all(good)


def updated(cache, scratch):
    """What was there and still is so, and what the solvers say of the rest."""
    for form in FORMS:
        for name in names_of(form):
            if replayed_claim(cache, form, name) or scratch.prove(form, name):
                yield key_of_claim(form, name), fingerprint(ours(form), name)
    for wrong in wrongs():
        if replayed_wrong(cache, wrong):
            yield key_of_wrong(wrong), cache[key_of_wrong(wrong)]
        elif scratch.refute(wrong):
            yield key_of_wrong(wrong), as_text(scratch.numbers)


def update():
    lines = [f'{key} {what}\n' for key, what in updated(read_cache(), Scratch())]
    CACHE.write_text('# Written by proofs/words.py --update.\n' + ''.join(lines))
    return replay(())


def run(options):
    if options.replay or options.update:
        return update() if options.update else replay(options.names)
    scratch, good = Scratch(), []
    forms = FORMS if options.all else [] if options.wrong else ['plain' if options.scalar else 'SSE2']
    for form in forms:
        good += [scratch.prove(form, name) for name in names_of(form, options.names)]
    if options.wrong or options.all:
        good += [scratch.is_proved(wrong.form, wrong.claim) and scratch.refute(wrong)
                 for wrong in wrongs(options.names)]
    if options.all:
        good.append(are_enough(options.names))
        scratch.table()
    return all(good)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('names', nargs='*', metavar='NAME')
    for option in 'scalar', 'wrong', 'all', 'replay', 'update':
        parser.add_argument(f'--{option}', action='store_true')
    return 0 if run(parser.parse_args()) else 1


if __name__ == '__main__':
    sys.exit(main())
