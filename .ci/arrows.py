#!/usr/bin/env python3
"""Do the rooms lean on each other as the table in CONTRIBUTING.md says?

  .ci/arrows.py [BUILD]

Reads what the C files include, and which symbols the objects in BUILD (build) take from
other files. Fails if a file leans on a room that the table doesn't allow, if the table
allows what nothing needs, or if files lean on each other in a circle. Tests may lean on
everything.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r'^\| `([\w/]+)/` \|.*\|(.*?)\|$', re.M)
# Whoever links a heap gives it a body of this door: spec/os.h.
DOOR = 'span_os_reserve'


def table():
    """{room: the rooms it may lean on}, as CONTRIBUTING.md has it."""
    rows = ROW.findall((ROOT / 'CONTRIBUTING.md').read_text())
    return {room: set(re.findall(r'`([\w/]+)/`', arrows)) for room, arrows in rows}


def room_of(file, rooms):
    """The innermost room that the file is in."""
    parents = [str(parent) for parent in pathlib.PurePath(file).parents]
    return next((parent for parent in parents if parent in rooms), None)


def sources(rooms):
    tracked = subprocess.run(['git', 'ls-files', '*.c', '*.h', '*.inc'], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout.split()
    return [file for file in tracked if room_of(file, rooms) and (ROOT / file).exists()
            and not pathlib.PurePath(file).name.startswith('test_')]


def included(file):
    for name in re.findall(r'(?m)^# *include "(.*)"', (ROOT / file).read_text()):
        for place in (ROOT / file).parent, ROOT / 'candidates':
            if (place / name).exists():
                yield str((place / name).resolve().relative_to(ROOT))


def symbols(build, files):
    """{file: (symbols it defines, symbols it leaves to others)}."""
    objects = {str(build / file.replace('.c', '.o')): file for file in files
               if file.endswith('.c') and (build / file.replace('.c', '.o')).exists()}
    found = {file: (set(), set()) for file in objects.values()}
    said = subprocess.run(['nm', '-A', '-P', *objects], capture_output=True, text=True,
                          check=True)
    for line in said.stdout.splitlines():
        place, name, kind = line.split()[:3]
        defined, left = found[objects[place.rstrip(':')]]
        if kind in 'TDBRVWC':
            defined.add(name)
        elif kind == 'U' and name != DOOR:
            left.add(name)
    return found


def leans_on(build, files):
    """(file, file it leans on, by what)."""
    known = set(files)
    for file in files:
        for other in included(file):
            if other in known:
                yield file, other, f'includes {other}'
    objects = symbols(build, files)
    home = {name: file for file, (defined, _) in objects.items() for name in defined}
    for file, (_, left) in objects.items():
        for name in sorted(left & set(home)):
            yield file, home[name], f'calls {name}'


def circles(edges):
    """Files that lean on each other, the smallest circle from each."""
    graph = {}
    for one, other in edges:
        if one != other:
            graph.setdefault(one, set()).add(other)
    seen = set()
    for start in sorted(graph):
        paths, visited = [[start]], {start}
        while paths and start not in seen:
            path = paths.pop(0)
            for follower in sorted(graph.get(path[-1], ())):
                if follower == start:
                    seen.update(path)
                    yield ' -> '.join(path + [start])
                    paths = []
                    break
                if follower not in visited:
                    visited.add(follower)
                    paths.append(path + [follower])


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / 'build').resolve()
    rooms = table()
    files = sources(rooms)
    faults, used = [], set()
    edges = list(leans_on(build, files))
    for file, other, how in edges:
        arrow = room_of(file, rooms), room_of(other, rooms)
        used.add(arrow)
        if arrow[0] != arrow[1] and arrow[1] not in rooms[arrow[0]]:
            faults.append(f'{file} {how}: no arrow from {arrow[0]}/ to {arrow[1]}/')
    for room, others in rooms.items():
        faults += [f'nothing in {room}/ needs {other}/' for other in sorted(others)
                   if (room, other) not in used]
    faults += [f'a circle: {circle}' for circle in
               circles({(one, other) for one, other, _ in edges})]
    for fault in faults:
        print(f'not ok {fault}')
    if not faults:
        between = sum(1 for one, other in used if one != other)
        print(f'ok {len(files)} files of {len(rooms)} rooms lean on each other '
              f'in {between} ways, and in no circle')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
