"""Bugs of historic_bugs.txt: what an entry says; how its candidate is built with it and without."""
import atexit
import functools
import os
import re
import shlex
import subprocess
import tempfile
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
Bug = namedtuple('Bug', 'name commit subject package file candidate changes')
BUG = re.compile(r'bug (\S+)\nfixed (\S+) (.*)\nin (\S+) (\S+), (\S+)\n((?:[-+].*\n)+)')
MEND = re.compile(r'mend (\S+) (\S+)\n((?:[-+].*\n)+)')
CHANGE = re.compile(r'((?:-.*\n)+)((?:\+.*\n)*)')


class CannotBuild(Exception):
    """Why there is no such candidate."""


def read(path=HERE / 'historic_bugs.txt'):
    """The bugs, and what mends each (package, file) that still has some."""
    text = ''.join(line for line in path.read_text().splitlines(True) if not line.startswith('#'))
    rest = MEND.sub('', BUG.sub('', text)).split()
    if rest:
        raise SystemExit(f'{path.name}: "{rest[0]}" means nothing')
    mends = {(package, file): changes for package, file, changes in MEND.findall(text)}
    return [Bug(*found) for found in BUG.findall(text)], mends


def changed(text, changes, file):
    for old, new in CHANGE.findall(changes):
        old, new = (re.sub('(?m)^.', '', part) for part in (old, new))
        if text.count(old) != 1:
            raise CannotBuild(f'{file} has {text.count(old)} times what is to be changed: '
                              f'{old.strip().splitlines()[0]}')
        text = text.replace(old, new)
    return text


def run(*command, **options):
    ran = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if ran.returncode != 0:
        raise CannotBuild(ran.stderr.strip()[-500:])


def linux_flags(plug_in):
    """The plug-in's file, and how linux/build.sh compiles it."""
    mode = re.fullmatch(r'drm_mm-(\w+)', plug_in)
    if mode:
        return 'drm_mm', [f'-DDRM_MM_MODE={mode.group(1).upper()}']
    script = (HERE / 'linux/build.sh').read_text()
    found = re.search(rf'(?m)^candidate {re.escape(plug_in)} (\S+) ?(.*) "\$@"$', script)
    return found.group(1), shlex.split(found.group(2))


def build_linux(folder, place, file, candidate):
    """With place/FILE in the place of the kernel's FILE."""
    tree = folder / 'linux'
    plug, flags = linux_flags(candidate.removeprefix('linux-'))
    compile_ = [HERE / 'linux/compile.sh', tree]
    near = ['-iquote', (tree / file).parent, '-w']
    objects = [place / 'plug.o']
    run(*compile_, HERE / f'linux/{plug}.c', objects[0], f'-I{place}', f'-I{HERE}', *near, *flags)
    if f'<{file}>' not in (HERE / f'linux/{plug}.c').read_text():
        objects.append(place / 'changed.o')
        run(*compile_, place / file, objects[1], *near)
    run(*shlex.split(os.environ.get('CC', 'cc')), '-shared', '-Wl,--gc-sections', '-Wl,-z,defs',
        '-o', place / f'{candidate}.so', *objects, tree / 'lib.a')


def build_bbolt(_, place, file, candidate):
    """With place/FILE in the place of the package's FILE."""
    run(HERE / 'bbolt/build.sh', place, candidate.removeprefix('bbolt-'),
        env={**os.environ, 'CHANGED': f'{file}={place / file}'})


@functools.lru_cache
def newlib_sources(_):
    """Out of its package's archive, for as long as this process runs."""
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    archive = next(Path('/usr/src/newlib').glob('newlib-*.tar.xz'))
    run('tar', '-xf', archive, '-C', place.name, '--wildcards', '*/newlib/libc/stdlib/*mallocr.c')
    return next(Path(place.name).glob('*/newlib/libc/stdlib'))


def build_malloc(_, place, __, candidate):
    """place has a file that is in the place of the package's."""
    run(HERE / 'mallocs/build.sh', place, candidate.removeprefix('malloc-'), place)


# Of each package: where its files are, and what builds a candidate with one of them changed.
PACKAGES = {
    'linux': (lambda folder: folder / 'linux', build_linux),
    'newlib': (newlib_sources, build_malloc),
    'emscripten': (lambda _: Path('/usr/share/emscripten/system/lib'), build_malloc),
    'bbolt': (lambda _: Path('/usr/share/gocode/src/go.etcd.io/bbolt'), build_bbolt),
}


def build(folder, place, bug, *changes):
    """bug's candidate, with these changes in bug's file."""
    sources, build_one = PACKAGES[bug.package]
    text = (sources(folder) / bug.file).read_text()
    for change in changes:
        text = changed(text, change, bug.file)
    (place / bug.file).parent.mkdir(parents=True, exist_ok=True)
    (place / bug.file).write_text(text)
    build_one(folder, place, bug.file, bug.candidate)
    return place / f'{bug.candidate}.so'
