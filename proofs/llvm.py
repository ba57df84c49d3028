"""Run LLVM IR on unknown words: what a function answers, as an SMT-LIB formula of its arguments.

As much of the language as functions on one word need: integers, vectors of them, branches, loops,
tables of integers that are only read, and a function's own structs. Each block is run once for each turn of the loops around it,
with the values of all ways that lead there joined. No solver is asked meanwhile: what goes round a
loop more often than LOOP_MAX times is a failure, as an assertion is.
"""
import functools
import os
import re

HEAD = re.compile(r'define [^@]*@(\w+)\((.*)\)[^)]*\{')
STRUCT = re.compile(r'(?m)^(%[\w.]+) = type \{ (.*) \}$')
ARRAY = re.compile(r'\[(\d+) x (.*)\]')
LABEL = re.compile(r'(\d+|[\w.]+):')
NAME = re.compile(r'%[\w.]+')
INTEGER = re.compile(r'i(\d+)')
USED = re.compile(r'\b[atu]\d+(?:_\d+)?\b')
VECTOR = re.compile(r'<(\d+) x i(\d+)>')


class Unknown(Exception):
    """Something that isn't read here."""


class Function:
    """Blocks of lines, and in which order they are run."""

    def __init__(self, arguments, structs):
        self.arguments, self.entry, self.structs = arguments, str(len(arguments)), structs
        self.blocks = {self.entry: []}

    @functools.cached_property
    def targets(self):
        """Of each block, where it goes on."""
        return {label: re.findall(r'label %([\w.]+)', lines[-1]) for label, lines in self.blocks.items()}

    def reached(self, start, without=()):
        """From this block, and not through those."""
        found, left = set(), [start]
        while left:
            label = left.pop()
            if label not in found and label not in without:
                found.add(label)
                left += self.targets[label]
        return found

    @functools.cached_property
    def loops(self):
        """Where each loop begins, and its blocks: those that come back to its beginning, and are
        reached through that alone."""
        everywhere, found = self.reached(self.entry), {}
        for begin in everywhere:
            inside = everywhere - self.reached(self.entry, (begin,))
            back = {label for label in inside if begin in self.targets[label]}
            if back:
                found[begin] = {begin} | {label for label in inside if self.reached(label, (begin,)) & back}
        return found

    @functools.cached_property
    def around(self):
        """Of each block, the beginnings of the loops around it, the outermost first."""
        outer_first = sorted(self.loops, key=lambda begin: -len(self.loops[begin]))
        return {label: [begin for begin in outer_first if label in self.loops[begin]] for label in self.blocks}

    @functools.cached_property
    def rank(self):
        """Each block comes after all that lead there, but for ways back to a loop's beginning."""
        order, on_the_way = [], set()

        def visit(label):
            if label in on_the_way:
                raise Unknown('a loop with two beginnings')
            on_the_way.add(label)
            for target in self.targets[label]:
                if target not in self.around[label] and target not in order:
                    visit(target)
            on_the_way.remove(label)
            order.append(label)
        visit(self.entry)
        return {label: rank for rank, label in enumerate(reversed(order))}

    def place(self, label, turns):
        """Where a block stands once loops are laid out turn by turn: places in their order lead from
        each block to the next. turns: one for each loop around the block."""
        return tuple(number for begin, turn in zip(self.around[label], turns)
                     for number in (self.rank[begin], turn)) + (self.rank[label],)

    def turns(self, label, turns, target):
        """Those of the block that comes next."""
        now = dict(zip(self.around[label], turns))
        return tuple(now.get(begin, -1) + 1 if begin == target else now[begin] for begin in self.around[target])


def functions_of(text):
    """Name: Function."""
    found, blocks = {}, None
    structs = {name: split(members) for name, members in STRUCT.findall(text)}
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            arguments = [(part.split()[0], part.split()[-1]) for part in split(head.group(2))]
            found[head.group(1)] = function = Function(arguments, structs)
            blocks, label = function.blocks, function.entry
        elif line == '}':
            blocks = None
        elif blocks is not None:
            match = LABEL.match(line)
            if match:
                label = match.group(1)
                blocks[label] = []
            elif line.strip():
                blocks[label].append(re.sub(r', ![\w.]+ ![\d]+', '', line.strip()).split(' #')[0].replace(' volatile ', ' '))
    return found


@functools.lru_cache(None)
def split(text):
    """At commas outside of brackets."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in '([<{') - (letter in ')]>}')
        if letter == ',' and depth == 0:
            parts.append(text[begin:at].strip())
            begin = at + 1
    rest = text[begin:].strip()
    return parts + ([rest] if rest else [])


@functools.lru_cache(None)
def read_step(line):
    """Its name, or None where nothing is to be done; its word, and the rest."""
    match = re.match(r'(%[\w.]+) = (?:tail |notail )?(\w+) (.*)', line)
    if match:
        return match.groups()
    if re.match(r'(tail )?call void @llvm\.(assume|dbg|lifetime)', line):
        return None, '', ''
    raise Unknown(line)


@functools.lru_cache(None)
def read_flags(text):
    """Those that it begins with, and the rest."""
    flags, rest = re.match(r'((?:(?:nuw|nsw|exact) )*)(.*)', text).groups()
    return flags.split(), rest


@functools.lru_cache(None)
def read_phi(line):
    """Its name, type, and where it comes from: {block: value}."""
    name, type_, sources = re.match(r'(%[\w.]+) = phi (\S+|<.*?>) (.*)', line).groups()
    return name, type_, dict(reversed([part.strip() for part in pair.strip('[] ').split(',')])
                             for pair in re.findall(r'\[.*?\]', sources))


# --- Values: (width, number or name of a term), a list of these for a vector, Pointer

class Pointer:
    """Into a table of integers of one width, that are only read."""

    def __init__(self, table, offset_bits=0):
        self.table, self.offset_bits = table, offset_bits


class Place:
    """In one of a function's own structs: the name of that, and a byte of it. Several, each with the bit
    that says whether it is that one, where a formula tells them apart."""

    def __init__(self, *choices):
        self.choices = choices

    def __eq__(self, other):
        return isinstance(other, Place) and self.choices == other.choices


@functools.lru_cache(None)
def width_of(type_):
    return 64 if type_.endswith('*') else int(INTEGER.fullmatch(type_).group(1))


class Layout:
    """Sizes and places in bytes, as on x86-64."""

    def __init__(self, structs):
        self.structs = structs

    def align(self, type_):
        array = ARRAY.fullmatch(type_)
        if array:
            return self.align(array.group(2))
        if type_ in self.structs:
            return max(map(self.align, self.structs[type_]))
        return (width_of(type_) + 7) // 8

    def size(self, type_):
        array = ARRAY.fullmatch(type_)
        if array:
            return int(array.group(1)) * self.size(array.group(2))
        if type_ in self.structs:
            return self.padded(self.offset(type_, len(self.structs[type_])), self.align(type_))
        return (width_of(type_) + 7) // 8

    def offset(self, struct, member):
        at = 0
        for type_ in self.structs[struct][:member]:
            at = self.padded(at, self.align(type_)) + self.size(type_)
        rest = self.structs[struct][member:]
        return self.padded(at, self.align(rest[0])) if rest else at

    @staticmethod
    def padded(at, align):
        return -(-at // align) * align


def signed(value):
    width, number = value
    return number - (1 << width) if number >> (width - 1) else number


def by_number(operation):
    return lambda one, other: operation(one[1], other[1])


def by_shift(operation):
    return lambda one, other: operation(one, min(other[1], one[0]))


# What it is called in a formula, and of numbers.
BINARY = {'add': ('bvadd', by_number(lambda a, b: a + b)), 'sub': ('bvsub', by_number(lambda a, b: a - b)),
          'mul': ('bvmul', by_number(lambda a, b: a * b)), 'and': ('bvand', by_number(lambda a, b: a & b)),
          'or': ('bvor', by_number(lambda a, b: a | b)), 'xor': ('bvxor', by_number(lambda a, b: a ^ b)),
          'shl': ('bvshl', by_shift(lambda one, by: one[1] << by)),
          'lshr': ('bvlshr', by_shift(lambda one, by: one[1] >> by)),
          'ashr': ('bvashr', by_shift(lambda one, by: signed(one) >> by))}
# Shifts, and what takes each back if it lost no bits.
BACK = {'shl': {'nuw': 'lshr', 'nsw': 'ashr'}, 'lshr': {'exact': 'shl'}, 'ashr': {'exact': 'shl'}}
COMPARE = {'eq': '=', 'ne': 'distinct', 'ult': 'bvult', 'ule': 'bvule', 'ugt': 'bvugt', 'uge': 'bvuge',
           'slt': 'bvslt', 'sle': 'bvsle', 'sgt': 'bvsgt', 'sge': 'bvsge'}


class Terms:
    """What was computed so far, each as a definition, so that formulas share what is the same."""

    def __init__(self, open_bit=None):
        """open_bit: what all bits are that C leaves open, for a run on numbers; None: any."""
        self.known, self.lines = {}, {}  # name of each text; of each name, its line and the names there
        self.open_bit, self.most = open_bit, {}  # most: the largest number a term may be, where known

    def free(self, name, width):
        self.lines[name] = f'(declare-const {name} (_ BitVec {width}))', []
        return width, name

    def open(self, width):
        """What C, or the compiler, leaves open: whatever is proved holds for all of it."""
        if self.open_bit is None:
            return self.free(f'u{len(self.lines)}', width)
        return width, ((1 << width) - 1) * self.open_bit

    def define(self, width, text):
        if text not in self.known:
            name = self.known[text] = f't{len(self.known)}'
            # z3 takes long to put what is defined in the place of its name.
            self.lines[name] = (f'(declare-const {name} (_ BitVec {width}))\n(assert (= {name} {text}))',
                                USED.findall(text))
        return width, self.known[text]

    def script(self, bits):
        """Asks whether all of these can be set."""
        needed, left = set(), [name for _, name in bits if isinstance(name, str)]
        while left:
            name = left.pop()
            if name not in needed:
                needed.add(name)
                left += self.lines[name][1]
        return '\n'.join(['(set-logic QF_BV)', *(self.lines[name][0] for name in self.lines if name in needed),
                          *(f'(assert (= {self.text(bit)} #b1))' for bit in bits), '(check-sat)', ''])

    @staticmethod
    def text(value):
        width, what = value
        return what if isinstance(what, str) else f'(_ bv{what % (1 << width)} {width})'

    def ite(self, condition, one, other):
        if isinstance(condition[1], int):
            return one if condition[1] else other
        if one == other:
            return one
        answer = self.define(one[0], f'(ite (= {condition[1]} #b1) {self.text(one)} {self.text(other)})')
        return self.at_most(answer, max(self.most_of(one), self.most_of(other)))

    def most_of(self, value):
        width, what = value
        return what if isinstance(what, int) else self.most.get(what, (1 << width) - 1)

    def at_most(self, value, most):
        self.most[value[1]] = most
        return value

    def binary(self, word, one, other):
        width = one[0]
        if isinstance(one[1], int) and isinstance(other[1], int):
            return width, BINARY[word][1](one, other) % (1 << width)
        if word == 'and' and (width, 0) in (one, other):
            return width, 0
        answer = self.define(width, f'({BINARY[word][0]} {self.text(one)} {self.text(other)})')
        most = {'and': min, 'add': lambda a, b: a + b}.get(word, lambda a, b: 1 << width)(
            self.most_of(one), self.most_of(other))
        return self.at_most(answer, min(most, (1 << width) - 1))

    def checked(self, word, flags, one, other):
        """The same, and open where it is too far to shift, or where the flags say that it may be."""
        answer = self.binary(word, one, other)
        opens = [self.compare('uge', other, (one[0], one[0]))] if word in BACK and self.most_of(other) >= one[0] else []
        opens += [self.is_lossy(word, flag, one, other, answer) for flag in flags]
        for is_open in opens:
            if is_open != (1, 0):
                answer = self.ite(is_open, self.open(one[0]), answer)
        return answer

    def is_lossy(self, word, flag, one, other, answer):
        """Has the answer lost bits? nuw: as numbers without a sign, nsw: with one; exact: on the right."""
        if word in BACK:
            back = self.binary(BACK[word][flag], answer, other)
            return self.compare('ne', back, one)
        kind, half = ('zext', 1 << one[0]) if flag == 'nuw' else ('sext', 1 << one[0] - 1)
        if word == 'add' and self.most_of(one) + self.most_of(other) < half:
            return 1, 0
        width = 2 * one[0]
        wide = self.binary(word, self.resized(kind, one, width), self.resized(kind, other, width))
        return self.compare('ne', wide, self.resized(kind, answer, width))

    def resized(self, word, value, width):
        if isinstance(value[1], int):
            return width, (signed(value) if word == 'sext' else value[1]) % (1 << width)
        if word == 'trunc':
            return self.define(width, f'((_ extract {width - 1} 0) {value[1]})')
        kind = 'sign' if word == 'sext' else 'zero'
        answer = self.define(width, f'((_ {kind}_extend {width - value[0]}) {value[1]})')
        return self.at_most(answer, self.most_of(value) if word == 'zext' else (1 << width) - 1)

    def compare(self, predicate, one, other):
        if isinstance(one, Place):  # and NULL
            return 1, int({'eq': other == one, 'ne': other != one}[predicate])
        if isinstance(one[1], int) and isinstance(other[1], int):
            a, b = (signed(one), signed(other)) if predicate[0] == 's' else (one[1], other[1])
            return 1, int({'eq': a == b, 'ne': a != b, 'lt': a < b, 'le': a <= b, 'gt': a > b,
                           'ge': a >= b}[predicate if predicate in ('eq', 'ne') else predicate[1:]])
        return self.define(
            1, f'(ite ({COMPARE[predicate]} {self.text(one)} {self.text(other)}) #b1 #b0)')


class Way:
    """To a block: what is known there, and under which conditions it is taken, as (bit, is set)."""

    def __init__(self, label, turns, env, conditions):
        self.label, self.turns, self.env, self.conditions = label, turns, env, conditions


class Machine:
    """Runs one function."""

    LOOP_MAX = 64

    def __init__(self, functions, terms):
        self.functions, self.terms, self.structs = functions, terms, 0

    def run(self, name, arguments):
        """The answer, or None, and bits that are set where there is none: an assertion fails there, or
        a loop goes on."""
        function = self.functions[name]
        self.layout, self.failures = Layout(function.structs), []
        answers, failures = [], self.failures
        env = {at: value for (_, at), value in zip(function.arguments, arguments)}
        waiting = {function.place(function.entry, ()): [Way(function.entry, (), env, ())]}
        while waiting:
            way = self.met(waiting.pop(min(waiting)))
            self.conditions = way.conditions
            last = self.run_block(function.blocks[way.label], way.env)
            if last.startswith('ret '):
                type_, value = last[4:].split(' ', 1)
                answers.append(Way(None, (), {'answer': self.value(type_, value, way.env)}, way.conditions))
            elif last == 'unreachable':
                failures.append(self.all_set(way.conditions))
            else:
                for further in self.branch(function, last, way):
                    if max(further.turns, default=0) > self.LOOP_MAX:
                        failures.append(self.all_set(further.conditions))
                    else:
                        waiting.setdefault(function.place(further.label, further.turns), []).append(further)
        return self.met(answers).env['answer'] if answers else None, failures

    def run_block(self, lines, env):
        """The line that ends it."""
        for line in lines[:-1]:
            if ' = phi ' not in line and '@__assert_fail' not in line:
                self.step(line, env)
        return lines[-1]

    def branch(self, function, line, way):
        """The ways from here on."""
        labels = re.findall(r'label %([\w.]+)', line)
        if not line.startswith('br '):
            raise Unknown(line)
        if len(labels) == 1:
            return [self.way_to(function, way, labels[0])]
        asked = self.value('i1', re.match(r'br i1 (\S+),', line).group(1), way.env)
        if isinstance(asked[1], int):
            return [self.way_to(function, way, labels[0] if asked[1] else labels[1])]
        return [self.way_to(function, way, label, (asked[1], is_set)) for label, is_set in zip(labels, (True, False))]

    def way_to(self, function, way, label, *more):
        return Way(label, function.turns(way.label, way.turns, label),
                   self.entered(function.blocks[label], way.label, way.env), way.conditions + more)

    def entered(self, lines, came_from, env):
        fresh = {}
        for line in lines:
            if ' = phi ' not in line:
                break
            name, type_, sources = read_phi(line)
            fresh[name] = self.value(type_, sources['%' + came_from], env)
        return {**env, **fresh}

    # --- Ways that meet

    def met(self, ways):
        """One way of several. Those that parted last are joined first: then they differ in one bit."""
        if len(ways) == 1:
            return ways[0]
        depth = len(os.path.commonprefix([way.conditions for way in ways]))
        groups = {}
        for way in ways:
            groups.setdefault(way.conditions[depth], []).append(way)
        one, *others = [self.met(group) for group in groups.values()]
        for other in others:
            one = self.met_pair(depth, one, other)
        return one

    def met_pair(self, depth, one, other):
        """No arguments lead both ways, so that one's conditions tell which it is."""
        (name, is_set), (other_name, _) = one.conditions[depth], other.conditions[depth]
        rests = self.all_set(one.conditions[depth:]), self.all_set(other.conditions[depth:])
        is_one = rests[0]
        if name == other_name:  # one way where the bit is set, the other where it isn't
            is_one = (1, name) if is_set else self.terms.binary('xor', (1, name), (1, 1))
        either = self.terms.binary('or', *rests)
        conditions = one.conditions[:depth]
        if name != other_name or len(one.conditions) > depth + 1 or len(other.conditions) > depth + 1:
            conditions += ((either[1], True),)
        env = {}
        for at in [at for at in one.env if at in other.env] + self.cells_of_one(one.env, other.env):
            value = self.either(is_one, one.env.get(at), other.env.get(at))
            if value is not None:
                env[at] = value
        return Way(one.label, one.turns, env, conditions)

    @staticmethod
    def cells_of_one(one, other):
        """What only one of them has written."""
        return [at for env, without in ((one, other), (other, one)) for at in env
                if isinstance(at, tuple) and at not in without]

    def all_set(self, conditions):
        bits = [(1, name) if is_set else self.terms.binary('xor', (1, name), (1, 1)) for name, is_set in conditions]
        return functools.reduce(lambda a, b: self.terms.binary('and', a, b), bits) if bits else (1, 1)

    def either(self, condition, one, other):
        """None: what it isn't can't be said. It is not there then."""
        if one is None or other is None:  # it isn't written there
            known = one or other
            return None if isinstance(known, Place) else self.terms.ite(
                condition, *(value or self.terms.open(known[0]) for value in (one, other)))
        if isinstance(one, Place) or isinstance(other, Place):
            return one if one == other else None
        if isinstance(one, list):
            return [self.terms.ite(condition, *lane) for lane in zip(one, other)]
        if isinstance(one, Pointer):
            return one if (one.table, one.offset_bits) == (other.table, other.offset_bits) else None
        return self.terms.ite(condition, one, other)

    # --- One instruction

    def value(self, type_, text, env):
        return env[text] if text in env else self.constant(type_, text, env)

    def constant(self, type_, text, env):
        vector = VECTOR.fullmatch(type_)
        if vector:
            count, width = int(vector.group(1)), int(vector.group(2))
            if text.startswith('<'):
                return [self.value(*part.split(), env) for part in split(text[1:-1])]
            if text == 'zeroinitializer':
                return [(width, 0)] * count
            if text in ('undef', 'poison'):
                return [self.terms.open(width) for _ in range(count)]
            raise Unknown(text)
        if text in ('undef', 'poison'):
            return self.terms.open(width_of(type_))
        if text in ('true', 'false', 'null'):
            return width_of(type_), int(text == 'true')
        return width_of(type_), int(text) % (1 << width_of(type_))

    def step(self, line, env):
        if line.startswith('store '):
            self.store(line, env)
            return
        name, word, rest = read_step(line)
        if name:
            env[name] = getattr(self, 'do_' + word, self.do_binary)(word, rest, env)

    @staticmethod
    def lanes(type_, operation, *values):
        """An operation on integers, lane by lane if these are vectors."""
        if type_.startswith('<'):
            return [operation(*lane) for lane in zip(*values)]
        return operation(*values)

    @staticmethod
    @functools.lru_cache(None)
    def typed(text):
        """A type, and the rest."""
        return re.match(r'(<[^>]*>|\S+) (.*)', text).groups()

    def operands(self, rest, env):
        type_, both = self.typed(rest)
        return type_, [self.value(type_, part, env) for part in split(both)]

    def do_binary(self, word, rest, env):
        if word not in BINARY:
            raise Unknown(f'{word} {rest}')
        flags, rest = read_flags(rest)
        type_, values = self.operands(rest, env)
        return self.lanes(type_, lambda a, b: self.terms.checked(word, flags, a, b), *values)

    def do_icmp(self, _, rest, env):
        predicate, rest = rest.split(' ', 1)
        type_, values = self.operands(rest, env)
        return self.lanes(type_, lambda a, b: self.terms.compare(predicate, a, b), *values)

    def do_select(self, _, rest, env):
        (asked_type, asked), (type_, one), (_, other) = (self.typed(part) for part in split(rest))
        condition = self.value(asked_type, asked, env)
        values = self.value(type_, one, env), self.value(type_, other, env)
        if VECTOR.fullmatch(asked_type):
            return [self.terms.ite(*lane) for lane in zip(condition, *values)]
        return self.lanes(type_, lambda a, b: self.terms.ite(condition, a, b), *values)

    def do_freeze(self, _, rest, env):
        return self.value(*self.typed(rest), env)

    def cast(self, rest, env):
        source, to = rest.rsplit(' to ', 1)
        type_, text = self.typed(source)
        return type_, text, to

    def widened(self, word, rest, env):
        type_, text, to = self.cast(rest, env)
        vector = VECTOR.fullmatch(to)
        width = int(vector.group(2)) if vector else width_of(to)
        return self.lanes(type_, lambda a: self.terms.resized(word, a, width), self.value(type_, text, env))

    do_zext = do_sext = do_trunc = widened

    # --- Vectors and tables

    def joined(self, parts):
        """As one integer, the first one lowest."""
        if len(parts) == 1:
            return parts[0]
        width = sum(part[0] for part in parts)
        if all(isinstance(part[1], int) for part in parts):
            number = 0
            for part_width, part_number in reversed(parts):
                number = number << part_width | part_number
            return width, number
        texts = ' '.join(self.terms.text(part) for part in reversed(parts))
        return self.terms.define(width, f'(concat {texts})')

    def cut(self, value, width):
        if value[0] == width:
            return [value]
        if isinstance(value[1], int):
            return [(width, value[1] >> low & (1 << width) - 1) for low in range(0, value[0], width)]
        return [self.terms.define(width, f'((_ extract {low + width - 1} {low}) {self.terms.text(value)})')
                for low in range(0, value[0], width)]

    def as_type(self, parts, type_):
        vector = VECTOR.fullmatch(type_)
        if not vector:
            return self.joined(parts)
        width = int(vector.group(2))
        if all(part[0] == width for part in parts):
            return parts
        return self.cut(self.joined(parts), width)

    def do_bitcast(self, _, rest, env):
        type_, text, to = self.cast(rest, env)
        if type_.endswith('*'):
            return env[text]
        value = self.value(type_, text, env)
        return self.as_type(value if isinstance(value, list) else [value], to)

    def do_getelementptr(self, _, rest, env):
        type_, (_, base), *places = [self.typed(part + ' ') for part in split(rest.removeprefix('inbounds '))]
        type_, base = type_[0], env[base.strip()]
        places = [self.value(kind, place.strip(), env) for kind, place in places]
        if isinstance(base, Place):
            return self.member(base, type_, places)
        if len(places) != 1 or not isinstance(places[0][1], int):
            raise Unknown(f'a place in a table that is a formula: {rest}')
        return Pointer(base.table, base.offset_bits + signed(places[0]) * width_of(type_))

    def member(self, base, type_, places):
        """Of a struct or an array, of one of its members, and so on."""
        if places[0][1] != 0:
            raise Unknown('a place beside a struct')
        for place in places[1:]:
            array = ARRAY.fullmatch(type_)
            if not array:
                by, type_ = self.layout.offset(type_, place[1]), self.layout.structs[type_][place[1]]
                base = Place(*((bit, name, at + by) for bit, name, at in base.choices))
                continue
            count, type_ = int(array.group(1)), array.group(2)
            outside = self.terms.compare('uge', place, (place[0], count))
            self.failures.append(self.terms.binary('and', self.all_set(self.conditions), outside))
            base = Place(*((self.terms.binary('and', bit, is_here), name, at + i * self.layout.size(type_))
                           for bit, name, at in base.choices for i in range(count)
                           for is_here in [self.terms.compare('eq', place, (place[0], i))] if is_here != (1, 0)))
        return base

    def do_alloca(self, _, rest, env):
        self.structs += 1
        return Place(((1, 1), f'struct {self.structs}', 0))

    def cell(self, name, at, size, env):
        """What was written there last, or None. All that is written lies side by side."""
        for near in range(at - 7, at + 8):
            there = env.get((name, near))
            if there is not None:
                bytes_ = 8 if isinstance(there, Place) else (there[0] + 7) // 8
                if near == at and bytes_ != size or near < at < near + bytes_ or at < near < at + size:
                    raise Unknown(f'bytes {at} of {name} are written in two ways')
        return env.get((name, at))

    def load_from(self, place, type_, env):
        """The first of its choices is taken where no other one is."""
        if VECTOR.fullmatch(type_):
            return self.as_type(self.cells_from(place, type_, env), type_)
        width, value = width_of(type_), None
        for bit, name, at in place.choices:
            found = self.cell(name, at, (width + 7) // 8, env)
            if found is None:
                found = self.terms.open(width)
            value = found if value is None else self.terms.ite(bit, found, value)
        return value

    @staticmethod
    def cells_from(place, type_, env):
        """Side by side, as many as the vector has."""
        (_, name, at), = place.choices
        count, width = map(int, VECTOR.fullmatch(type_).groups())
        cells, end = [], at + count * width // 8
        while at < end:
            if (name, at) not in env:
                raise Unknown(f'byte {at} of {name} is read and not written')
            cells.append(env[name, at])
            at += cells[-1][0] // 8
        return cells

    def store(self, line, env):
        (type_, text), (_, to) = (self.typed(part) for part in split(line.removeprefix('store '))[:2])
        value, place = self.value(type_, text, env), env[to]
        if not isinstance(place, Place):
            raise Unknown('a table is written')
        size = (width_of(type_) + 7) // 8
        for bit, name, at in place.choices:
            was = self.cell(name, at, size, env)
            env[name, at] = value if bit == (1, 1) else self.terms.ite(bit, value, was or self.terms.open(value[0]))

    def do_load(self, _, rest, env):
        type_, pointer = rest.split(', ')[0], env[NAME.findall(rest)[-1]]
        if isinstance(pointer, Place):
            return self.load_from(pointer, type_, env)
        vector = VECTOR.fullmatch(type_)
        size = int(vector.group(1)) * int(vector.group(2)) if vector else width_of(type_)
        width = pointer.table[0][0]
        first = pointer.offset_bits // width
        return self.as_type([self.terms.open(width) if at not in range(len(pointer.table)) else pointer.table[at]
                             for at in range(first, first + size // width)], type_)

    def do_extractelement(self, _, rest, env):
        (type_, vector), (_, at) = (self.typed(part) for part in split(rest))
        return self.value(type_, vector, env)[int(at)]

    def do_insertelement(self, _, rest, env):
        (type_, vector), (element, value), (_, at) = (self.typed(part) for part in split(rest))
        lanes = list(self.value(type_, vector, env))
        lanes[int(at)] = self.value(element, value, env)
        return lanes

    def do_shufflevector(self, _, rest, env):
        (type_, one), (_, other), (_, mask) = (self.typed(part) for part in split(rest))
        lanes = self.value(type_, one, env) + self.value(type_, other, env)
        if mask == 'zeroinitializer':
            return [lanes[0]] * int(VECTOR.match(split(rest)[2]).group(1))
        places = [part.split()[1] for part in split(mask[1:-1])]
        return [self.terms.open(lanes[0][0]) if at in ('undef', 'poison') else lanes[int(at)] for at in places]

    # --- What the compiler has names for

    def do_call(self, _, rest, env):
        match = re.match(r'(?:\w+ )*?(<[^>]*>|i\d+) @([\w.]+)\((.*)\)', rest)
        if not match:
            raise Unknown(rest)
        function = match.group(2)
        types, values = [], []
        for part in split(match.group(3)):
            type_, text = self.typed(part.replace('noundef ', ''))
            types.append(type_)
            values.append(self.value(type_, text, env))
        name = re.sub(r'^llvm\.|\.v?\d*i\d+$', '', function).replace('.', '_')
        operation = getattr(self, 'call_' + name, None)
        if operation is None:
            raise Unknown(function)
        return operation(types[0], *values)

    def call_cttz(self, type_, value, is_open):
        return self.count(value, is_open, range(value[0]))

    def call_ctlz(self, type_, value, is_open):
        return self.count(value, is_open, range(value[0] - 1, -1, -1))

    def count(self, value, is_open, places):
        """How many of these bits come before the first that is set. Of 0: all, or it is open."""
        width = value[0]
        found = self.terms.open(width) if is_open[1] else (width, width)
        for before, at in reversed(list(enumerate(places))):
            bit = self.terms.compare('ne', self.terms.binary('and', value, (width, 1 << at)), (width, 0))
            found = self.terms.ite(bit, (width, before), found)
        return found

    def extreme(self, predicate):
        return lambda a, b: self.terms.ite(self.terms.compare(predicate, a, b), a, b)

    def call_ctpop(self, type_, value):
        bits = [self.terms.resized('zext', bit, value[0]) for bit in self.cut(value, 1)]
        return functools.reduce(lambda a, b: self.terms.binary('add', a, b), bits)

    def call_umax(self, type_, one, other):
        return self.lanes(type_, self.extreme('ugt'), one, other)

    def call_umin(self, type_, one, other):
        return self.lanes(type_, self.extreme('ult'), one, other)

    def call_smax(self, type_, one, other):
        return self.lanes(type_, self.extreme('sgt'), one, other)

    def call_smin(self, type_, one, other):
        return self.lanes(type_, self.extreme('slt'), one, other)

    def saturated(self, value, width):
        high, low = (value[0], (1 << (width - 1)) - 1), (value[0], -(1 << (width - 1)) % (1 << value[0]))
        return self.terms.resized('trunc', self.extreme('sgt')(self.extreme('slt')(value, high), low), width)

    def call_x86_sse2_packssdw_128(self, _, one, other):
        return [self.saturated(lane, 16) for lane in one + other]

    def call_x86_sse2_packsswb_128(self, _, one, other):
        return [self.saturated(lane, 8) for lane in one + other]

    def call_x86_sse2_pmovmskb_128(self, _, bytes_):
        signs = [self.terms.resized('trunc', self.terms.binary('lshr', lane, (8, 7)), 1) for lane in bytes_]
        return self.terms.resized('zext', self.joined(signs), 32)
