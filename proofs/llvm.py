"""Run LLVM IR on unknown words: what a function answers, as an SMT-LIB formula of its arguments.

As much of the language as functions on one word need: integers, vectors of them, branches, loops, and
tables of integers that are only read. Loops run until a number, not a formula, ends them; or as often
as the solver can't exclude.
"""
import re

HEAD = re.compile(r'define [^@]*@(\w+)\((.*)\)[^)]*\{')
LABEL = re.compile(r'(\d+|[\w.]+):')
NAME = re.compile(r'%[\w.]+')
INTEGER = re.compile(r'i(\d+)')
VECTOR = re.compile(r'<(\d+) x i(\d+)>')


class Unknown(Exception):
    """Something that isn't read here."""


def functions_of(text):
    """Name: (arguments' types and names, {label: lines})."""
    found, blocks = {}, None
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            arguments = [(part.split()[0], part.split()[-1]) for part in split(head.group(2))]
            entry = str(len(arguments))
            blocks = {entry: []}
            found[head.group(1)] = (arguments, entry, blocks)
            label = entry
        elif line == '}':
            blocks = None
        elif blocks is not None:
            match = LABEL.match(line)
            if match:
                label = match.group(1)
                blocks[label] = []
            elif line.strip():
                blocks[label].append(re.sub(r', ![\w.]+ ![\d]+', '', line.strip()).split(' #')[0])
    return found


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


# --- Values: (width, number or name of a term), a list of these for a vector, Pointer

class Pointer:
    """Into a table of integers of one width, that are only read."""

    def __init__(self, table, offset_bits=0):
        self.table, self.offset_bits = table, offset_bits


def width_of(type_):
    return int(INTEGER.fullmatch(type_).group(1))


class Terms:
    """What was computed so far, each as a definition, so that formulas share what is the same."""

    def __init__(self):
        self.lines, self.known = [], {}

    def free(self, name, width):
        self.lines.append(f'(declare-const {name} (_ BitVec {width}))')
        return width, name

    def define(self, width, text):
        if text not in self.known:
            name = self.known[text] = f't{len(self.known)}'
            # z3 takes long to put what is defined in the place of its name.
            self.lines.append(f'(declare-const {name} (_ BitVec {width}))\n(assert (= {name} {text}))')
        return width, self.known[text]

    @staticmethod
    def text(value):
        width, what = value
        return what if isinstance(what, str) else f'(_ bv{what % (1 << width)} {width})'

    def bool(self, condition):
        return self.define(1, f'(ite {condition} #b1 #b0)')

    def ite(self, condition, one, other):
        if isinstance(condition[1], int):
            return one if condition[1] else other
        if one == other:
            return one
        return self.define(one[0], f'(ite (= {condition[1]} #b1) {self.text(one)} {self.text(other)})')


def signed(value):
    width, number = value
    return number - (1 << width) if number >> (width - 1) else number


BINARY = {'add': ('bvadd', lambda a, b: a + b), 'sub': ('bvsub', lambda a, b: a - b),
          'mul': ('bvmul', lambda a, b: a * b), 'and': ('bvand', lambda a, b: a & b),
          'or': ('bvor', lambda a, b: a | b), 'xor': ('bvxor', lambda a, b: a ^ b),
          'shl': ('bvshl', None), 'lshr': ('bvlshr', None), 'ashr': ('bvashr', None)}
COMPARE = {'eq': '=', 'ne': 'distinct', 'ult': 'bvult', 'ule': 'bvule', 'ugt': 'bvugt', 'uge': 'bvuge',
           'slt': 'bvslt', 'sle': 'bvsle', 'sgt': 'bvsgt', 'sge': 'bvsge'}


class Machine:
    """Runs one function; every way through it is kept with the condition under which it is taken."""

    LOOP_FREE = 64  # so often a formula may end a loop without the solver being asked
    BLOCKS_MAX = 2000000

    def __init__(self, functions, terms, is_possible):
        self.functions, self.terms, self.is_possible = functions, terms, is_possible

    def run(self, name, arguments):
        """[(conditions, answer)], [conditions under which an assertion fails]"""
        declared, entry, blocks = self.functions[name]
        env = {at: value for (_, at), value in zip(declared, arguments)}
        answers, failures = [], []
        ways, blocks_run = [(entry, None, env, (), {})], 0
        while ways:
            blocks_run += 1
            if blocks_run > self.BLOCKS_MAX:
                raise Unknown(f'{name} has too many ways, or a loop that does not end')
            label, came_from, env, conditions, visits = ways.pop()
            env = dict(env)
            self.enter(blocks[label], came_from, env)
            for line in blocks[label]:
                if ' = phi ' in line:
                    continue
                if line.startswith('ret '):
                    type_, value = line[4:].split(' ', 1)
                    answers.append((conditions, self.value(type_, value, env)))
                elif line.startswith('br '):
                    ways += self.branch(line, label, env, conditions, visits)
                elif '@__assert_fail' in line:
                    failures.append(conditions)
                elif line != 'unreachable':
                    self.step(line, env)
        return answers, failures

    def enter(self, lines, came_from, env):
        fresh = {}
        for line in lines:
            phi = re.match(r'(%[\w.]+) = phi (\S+|<.*?>) (.*)', line)
            if phi:
                sources = dict(reversed([part.strip() for part in pair.strip('[] ').split(',')])
                               for pair in re.findall(r'\[.*?\]', phi.group(3)))
                fresh[phi.group(1)] = self.value(phi.group(2), sources['%' + came_from], env)
        env.update(fresh)

    def branch(self, line, label, env, conditions, visits):
        labels = re.findall(r'label %([\w.]+)', line)
        if len(labels) == 1:
            return [(labels[0], label, env, conditions, visits)]
        asked = self.value('i1', re.match(r'br i1 (\S+),', line).group(1), env)
        if isinstance(asked[1], int):
            return [(labels[0] if asked[1] else labels[1], label, env, conditions, visits)]
        visits = {**visits, label: visits.get(label, 0) + 1}
        ways = []
        for target, bit in zip(labels, ('#b1', '#b0')):
            more = conditions + (f'(= {asked[1]} {bit})',)
            if visits[label] <= self.LOOP_FREE or self.is_possible(more):
                ways.append((target, label, env, more, visits))
        return ways

    # --- One instruction

    def value(self, type_, text, env):
        text = text.strip()
        if text in env:
            return env[text]
        vector = VECTOR.fullmatch(type_)
        if vector:
            count, width = int(vector.group(1)), int(vector.group(2))
            if text.startswith('<'):
                return [self.value(*part.split(), env) for part in split(text[1:-1])]
            if text in ('zeroinitializer', 'undef', 'poison'):
                return [(width, 0)] * count
            raise Unknown(text)
        if text in ('true', 'false', 'undef', 'poison'):
            return width_of(type_), int(text == 'true')
        return width_of(type_), int(text) % (1 << width_of(type_))

    def step(self, line, env):
        match = re.match(r'(%[\w.]+) = (?:tail |notail )?(\w+) (.*)', line)
        if not match:
            if re.match(r'(tail )?call void @llvm\.(assume|dbg|lifetime)', line):
                return
            raise Unknown(line)
        name, word, rest = match.groups()
        env[name] = getattr(self, 'do_' + word, self.do_binary)(word, rest, env)

    def lanes(self, type_, operation, *values):
        """An operation on integers, lane by lane if these are vectors."""
        if VECTOR.fullmatch(type_):
            return [operation(*lane) for lane in zip(*values)]
        return operation(*values)

    @staticmethod
    def typed(text):
        """A type, and the rest."""
        return re.match(r'(<[^>]*>|\S+) (.*)', text).groups()

    def operands(self, rest, env):
        type_, both = self.typed(rest)
        return type_, [self.value(type_, part, env) for part in split(both)]

    def do_binary(self, word, rest, env):
        if word not in BINARY:
            raise Unknown(f'{word} {rest}')
        rest = re.sub(r'^((nuw|nsw|exact) )*', '', rest)
        type_, values = self.operands(rest, env)
        return self.lanes(type_, lambda a, b: self.binary(word, a, b), *values)

    def binary(self, word, one, other):
        width = one[0]
        if isinstance(one[1], int) and isinstance(other[1], int):
            return width, self.number(word, one, other) % (1 << width)
        return self.terms.define(
            width, f'({BINARY[word][0]} {self.terms.text(one)} {self.terms.text(other)})')

    @staticmethod
    def number(word, one, other):
        width, a = one
        b = other[1]
        if word == 'shl':
            return a << b if b < width else 0
        if word == 'lshr':
            return a >> b if b < width else 0
        if word == 'ashr':
            return signed(one) >> min(b, width - 1)
        return BINARY[word][1](a, b)

    def do_icmp(self, _, rest, env):
        predicate, rest = rest.split(' ', 1)
        type_, values = self.operands(rest, env)
        return self.lanes(type_, lambda a, b: self.compare(predicate, a, b), *values)

    def compare(self, predicate, one, other):
        if isinstance(one[1], int) and isinstance(other[1], int):
            a, b = (signed(one), signed(other)) if predicate[0] == 's' else (one[1], other[1])
            return 1, int({'eq': a == b, 'ne': a != b, 'lt': a < b, 'le': a <= b, 'gt': a > b,
                           'ge': a >= b}[predicate if predicate in ('eq', 'ne') else predicate[1:]])
        return self.terms.bool(
            f'({COMPARE[predicate]} {self.terms.text(one)} {self.terms.text(other)})')

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
        return self.lanes(type_, lambda a: self.resized(word, a, width), self.value(type_, text, env))

    do_zext = do_sext = do_trunc = widened

    def resized(self, word, value, width):
        if isinstance(value[1], int):
            return width, (signed(value) if word == 'sext' else value[1]) % (1 << width)
        if word == 'trunc':
            return self.terms.define(width, f'((_ extract {width - 1} 0) {value[1]})')
        kind = 'sign' if word == 'sext' else 'zero'
        return self.terms.define(width, f'((_ {kind}_extend {width - value[0]}) {value[1]})')

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
        type_, (_, base), (_, index) = split(rest.removeprefix('inbounds '))[0], *(
            self.typed(part) for part in split(rest.removeprefix('inbounds '))[1:])
        index = self.value('i64', index, env)
        if not isinstance(index[1], int):
            raise Unknown(f'a place in a table that is a formula: {rest}')
        return Pointer(env[base].table, env[base].offset_bits + signed(index) * width_of(type_))

    def do_load(self, _, rest, env):
        type_, pointer = rest.split(', ')[0], env[NAME.findall(rest)[-1]]
        vector = VECTOR.fullmatch(type_)
        size = int(vector.group(1)) * int(vector.group(2)) if vector else width_of(type_)
        width = pointer.table[0][0]
        first = pointer.offset_bits // width
        return self.as_type(pointer.table[first:first + size // width], type_)

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
        return [(lanes[0][0], 0) if at in ('undef', 'poison') else lanes[int(at)] for at in places]

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

    def call_cttz(self, type_, value, _):
        return self.first_bit(value, range(value[0]))

    def call_ctlz(self, type_, value, _):
        at = self.first_bit(value, range(value[0] - 1, -1, -1))
        return self.binary('sub', (value[0], value[0] - 1), at)

    def first_bit(self, value, places):
        """Which of these bits is set first; of 0 it isn't defined."""
        width = value[0]
        found = (width, 0)
        for at in reversed(places):
            bit = self.compare('ne', self.binary('and', value, (width, 1 << at)), (width, 0))
            found = self.terms.ite(bit, (width, at), found)
        return found

    def extreme(self, predicate):
        return lambda a, b: self.terms.ite(self.compare(predicate, a, b), a, b)

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
        return self.resized('trunc', self.extreme('sgt')(self.extreme('slt')(value, high), low), width)

    def call_x86_sse2_packssdw_128(self, _, one, other):
        return [self.saturated(lane, 16) for lane in one + other]

    def call_x86_sse2_packsswb_128(self, _, one, other):
        return [self.saturated(lane, 8) for lane in one + other]

    def call_x86_sse2_pmovmskb_128(self, _, bytes_):
        signs = [self.resized('trunc', self.binary('lshr', lane, (8, 7)), 1) for lane in bytes_]
        return self.resized('zext', self.joined(signs), 32)


def both(conditions):
    """All of them."""
    return f'(and true {" ".join(conditions)})'
