#!/usr/bin/env python3
"""Prove what opt/ computes by tricks on one word for all words: words_of_opt/words.c says what.

  proofs/words.py [--wrong] [--scalar] [NAME...]

The C compiler's own intermediate form of that file is run on unknown words (llvm.py); Z3 decides
whether some words exist for which the answer is another one, or an assertion fails. So a changed line
changes the claim. --scalar: lanes.h as plain C. --wrong: each of wrong_words.txt there must be refuted; what
refutes it is drawn. Prints "ok" or "not ok" lines, and exits with 1 if one isn't ok.
"""
import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import llvm

HERE = Path(__file__).resolve().parent
# Loops stay loops, and lanes stay as they are written.
CLANG = ['clang', '-O1', '-fno-vectorize', '-fno-slp-vectorize', '-fno-unroll-loops', '-S',
         '-emit-llvm', '-w', '-o', '-']
SOLVER = ['z3', '-in', '-T:600']
WORDS = 'proofs/words_of_opt/words.c'
LANES = 16
WRONG = re.compile(r'wrong (\S+)\nin (\S+), (\S+)\n((?:[-+].*\n)+)')


def compiled(folder, flags):
    said = subprocess.run([*CLANG, *flags, folder / WORDS], check=True, capture_output=True,
                          text=True).stdout
    return llvm.functions_of(said)


def solved(text):
    said = subprocess.run(SOLVER, input=text, capture_output=True, text=True, check=False).stdout
    if 'error' in said and 'model is not available' not in said:
        raise SystemExit(f'z3: {said[:500]}')
    return said


class Claim:
    """That opt_NAME answers what spec_NAME does, or what answers_NAME accepts."""

    def __init__(self, functions, name, last=None):
        self.functions, self.name, self.last, self.needs = functions, name, last, []
        self.terms = llvm.Terms()
        types = [type_ for type_, _ in functions[f'opt_{name}'][0]]
        self.arguments = [self.argument(type_, i) for i, type_ in enumerate(types)]
        if last is not None:
            self.arguments[-1] = llvm.width_of(types[-1]), last

    def argument(self, type_, i):
        if not type_.endswith('*'):
            return self.terms.free(f'a{i}', llvm.width_of(type_))
        width = llvm.width_of(type_[:-1])
        return llvm.Pointer([self.terms.free(f'a{i}_{lane}', width) for lane in range(LANES)])

    def script(self, assertions):
        return '\n'.join(['(set-logic QF_BV)', *self.terms.lines,
                          *(f'(assert {text})' for text in [*self.needs, *assertions]),
                          '(check-sat)', ''])

    def is_possible(self, conditions):
        return not solved(self.script(conditions)).startswith('unsat')

    def answer(self, kind, *more):
        """Of all ways through the function; and when an assertion of it fails."""
        machine = llvm.Machine(self.functions, self.terms, self.is_possible)
        answers, failures = machine.run(f'{kind}_{self.name}', [*self.arguments, *more])
        value = answers[-1][1]
        for conditions, other in reversed(answers[:-1]):
            value = self.terms.ite(self.terms.bool(llvm.both(conditions)), other, value)
        return value, [llvm.both(conditions) for conditions in failures]

    def decided(self):
        """'unsat': it holds. 'sat', and for which arguments it doesn't."""
        text = self.terms.text
        if f'needs_{self.name}' in self.functions:
            self.needs = [f'(= {text(self.answer("needs")[0])} #b1)']
            if not self.is_possible([]):
                return 'it holds of nothing', {}
        ours, failures = self.answer('opt')
        if f'answers_{self.name}' in self.functions:
            differs = f'(= {text(self.answer("answers", ours)[0])} #b0)'
        else:
            differs = f'(distinct {text(ours)} {text(self.answer("spec")[0])})'
        said = solved(self.script([f'(or {differs} {" ".join(failures)})']) + '(get-model)\n')
        return said.split()[0], self.read(said)

    @staticmethod
    def read(said):
        found = re.findall(r'define-fun (a\d+(?:_\d+)?) \(\) \(_ BitVec \d+\)\s+#([xb])(\w+)', said)
        return {name: int(digits, 16 if base == 'x' else 2) for name, base, digits in found}


def picture(claim, model):
    """Words as bits, the lowest on the left."""
    lines = []
    for i, value in enumerate(claim.arguments):
        if isinstance(value, llvm.Pointer):
            lines.append('lanes ' + ' '.join(str(model.get(f'a{i}_{lane}', 0)) for lane in range(LANES)))
        elif value[0] == 64:
            number = model.get(f'a{i}', 0)
            lines.append(''.join('1' if number >> bit & 1 else '.' for bit in range(64)))
        else:
            lines.append(str(value[1] if isinstance(value[1], int) else model.get(f'a{i}', 0)))
    return lines


def values_of_last(functions, name):
    """Those of EACH, or none."""
    if f'from_{name}' not in functions:
        return [None]
    machine = llvm.Machine(functions, llvm.Terms(), None)
    ends = [machine.run(f'{end}_{name}', [])[0][0][1][1] for end in ('from', 'upto')]
    return range(ends[0], ends[1] + 1)


def judged(functions, name):
    """'' if it holds for all; or what was found."""
    for last in values_of_last(functions, name):
        claim = Claim(functions, name, last)
        verdict, model = claim.decided()
        if verdict != 'unsat':
            return verdict, picture(claim, model)
    return '', []


def names_of(functions, chosen):
    names = [name[4:] for name in functions if name.startswith('opt_')]
    return [name for name in names if not chosen or name in chosen]


def prove(options):
    functions = compiled(HERE.parent, ['-DSPANREF_SCALAR'] if options.scalar else [])
    wrong = 0
    for name in names_of(functions, options.names):
        begin, count = time.time(), len(values_of_last(functions, name))
        verdict, lines = judged(functions, name)
        wrong += bool(verdict)
        how = f'each of {count} sizes' if count > 1 else 'proved'
        print(f'{"not ok" if verdict else "ok"} - {name}: {verdict or how}, {time.time() - begin:.1f} s', flush=True)
        for line in lines:
            print(f'#   {line}', flush=True)
    return wrong


def changed(folder, file, changes):
    path = folder / file
    text = path.read_text()
    for old, new in re.findall(r'((?:-.*\n)+)((?:\+.*\n)*)', changes):
        old, new = (re.sub('(?m)^.', '', part) for part in (old, new))
        if text.count(old) != 1:
            raise SystemExit(f'{file} has {text.count(old)} times: {old.strip()}')
        text = text.replace(old, new)
    path.write_text(text)


def refute(options):
    text = ''.join(line for line in (HERE / 'words_of_opt/wrong_words.txt').read_text().splitlines(True)
                   if not line.startswith('#'))
    missed = 0
    for wrong, file, name, changes in WRONG.findall(text):
        if options.names and wrong not in options.names and name not in options.names:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            for part in ('opt', 'spec', 'proofs/words_of_opt'):
                (folder / part).mkdir(parents=True)
                for source in (HERE.parent / part).glob('*.[ch]'):
                    (folder / part / source.name).write_text(source.read_text())
            changed(folder, file, changes)
            verdict, lines = judged(compiled(folder, ['-DSPANREF_SCALAR'] if options.scalar else []), name)
        missed += verdict != 'sat'
        print(f'{"ok" if verdict == "sat" else "not ok"} - {wrong}: {name}, {verdict or "proved"}', flush=True)
        for line in lines:
            print(f'#   {line}', flush=True)
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--wrong', action='store_true')
    parser.add_argument('--scalar', action='store_true')
    options = parser.parse_args()
    return 1 if (refute if options.wrong else prove)(options) else 0


if __name__ == '__main__':
    sys.exit(main())
