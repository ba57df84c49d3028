#!/bin/sh
# Mallocs as candidates: build.sh FOLDER [NAME [INSTEAD]] makes FOLDER/malloc-*.so, or malloc-NAME.so
# alone. They come from Debian's packages, as they are there: files that are compiled here, objects of
# static libraries, and shared ones. A file in the folder INSTEAD takes the place of a package's.
set -eu
only=${2:-}
instead=$(realpath "${3:-/nonexistent}" 2>/dev/null || true)
mkdir -p "$1"
folder=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
flags="-O2 -fPIC -Ishim"

version() {
  dpkg-query -W -f '${Version}' "$1"
}

# NAME SUMMARY OBJECT... -- [FLAG OF PLUG.C...] [LIBRARY...]: its variables become one section, and
# of all its names only the table's is seen from outside.
candidate() {
  name=$1 summary=$2
  shift 2
  [ -z "$only" ] || [ "$only" = "$name" ] || return 0
  objects=""
  while [ "$1" != -- ]; do
    objects="$objects $1"
    shift
  done
  shift
  # shellcheck disable=SC2086 # one word an object
  ld -r -T state.ld -o "$work/its-$name.o" $objects
  # shellcheck disable=SC2086 # one word a flag
  $cc $flags -Wall -Wextra -shared -Wl,-z,defs -Wl,-Bsymbolic -Wl,--version-script=plug.map \
    -DMALLOC_NAME="\"$name\"" -DMALLOC_SUMMARY="\"$summary\"" -o "$folder/malloc-$name.so" \
    plug.c ways.c runs.c region.c state.c "$work/its-$name.o" "$@"
}

# Other people's files are compiled with the warnings that they have.
# OUT FILE [FLAG...]
its() {
  out=$1 file=$2
  shift 2
  # shellcheck disable=SC2086 # one word a flag
  $cc $flags -w ${instead:+"-I$instead"} -c -o "$work/$out.o" "$file" "$@"
}

emscripten=/usr/share/emscripten/system/lib
its dlmalloc dlmalloc.c -idirafter $emscripten
candidate dlmalloc "Emscripten $(version emscripten), dlmalloc: over sbrk" "$work/dlmalloc.o" -- \
  -DMALLOC_CLOSED=32
# Someone else may move the break: then what is free doesn't all touch.
shared="-DMALLOC_SHARED=4 -DMALLOC_JOINS=SPANREF_JOINS_NEVER"
# shellcheck disable=SC2086 # one word a flag
candidate dlmalloc-shared "Emscripten $(version emscripten), dlmalloc: over a shared sbrk" \
  "$work/dlmalloc.o" -- -DMALLOC_CLOSED=32 $shared
# Their calloc, and nano-malloc's memalign, multiply and add without a look whether the size wraps.
# That is a candidate of its own, so that the other histories get further.
its emmalloc emmalloc.c -idirafter $emscripten
for name in emmalloc emmalloc-shared emmalloc-wrap; do
  wraps=-DMALLOC_WRAPS_CALLOC how="over sbrk"
  case $name in
    *-wrap) wraps="" how="sizes that wrap in calloc" ;;
    *-shared) wraps="$wraps $shared" how="over a shared sbrk" ;;
  esac
  # shellcheck disable=SC2086 # a flag or none
  candidate $name "Emscripten $(version emscripten), emmalloc: $how" "$work/emmalloc.o" -- \
    -DMALLOC_CLOSED=4 -DMALLOC_ALIGN_BYTES_MAX=0x100000 -DREGION_LOW $wraps
done

tar -xf /usr/src/newlib/newlib-*.tar.xz -C "$work" --wildcards '*/newlib/libc/stdlib/*mallocr.c'
newlib=$(dirname "$work"/*/newlib/libc/stdlib/mallocr.c)
its newlib newlib.c -I"$newlib"
its newlib-nano newlib.c -I"$newlib" -DNEWLIB_NANO
for name in newlib newlib-shared newlib-wrap newlib-nano newlib-nano-wrap newlib-nano-wrap-memalign; do
  how="over sbrk"
  case $name in
    *-wrap) wraps="" how="sizes that wrap in calloc" ;;
    *-wrap-memalign) wraps=-DMALLOC_WRAPS_CALLOC how="in memalign" ;;
    *-nano) wraps="-DMALLOC_WRAPS_CALLOC -DMALLOC_WRAPS_MEMALIGN" ;;
    *) wraps=-DMALLOC_WRAPS_CALLOC ;;
  esac
  object=newlib
  case $name in
    *-nano*) object=newlib-nano what=nano-malloc rounds="" ;;
    *-shared) what=malloc rounds=$shared how="over a shared sbrk" ;;
    *) what=malloc rounds=-DMALLOC_ROUNDS=0x8000 ;;
  esac
  # shellcheck disable=SC2086 # flags or none
  candidate $name "newlib $(version newlib-source), $what: $how" \
    "$work/$object.o" -- -DMALLOC_CLOSED=4 $rounds $wraps
done

# The members of musl's library that are its malloc; two of its files have one name.
musl=/usr/lib/x86_64-linux-musl/libc.a
mkdir "$work/musl"
(cd "$work/musl" && ar x $musl malloc.lo donate.lo calloc.lo aligned_alloc.lo malloc_usable_size.lo &&
  ar xN 2 $musl free.lo && ar xN 1 $musl realloc.lo)
its musl musl.c
ld -r -o "$work/musl-names.o" "$work"/musl/*.lo
objcopy --redefine-syms=musl.names "$work/musl-names.o"
candidate musl "musl $(version musl-dev), mallocng" "$work/musl.o" "$work/musl-names.o" --

# One that is loaded beside the C library is asked as the example has it.
if [ -z "$only" ] || [ "$only" = mimalloc ]; then
  # shellcheck disable=SC2086 # one word a flag
  $cc $flags -Wall -Wextra -shared -I.. -DMALLOC_NAME='"mimalloc"' \
    -DMALLOC_SUMMARY="\"mimalloc $(version libmimalloc2.0), as a library\"" \
    -DMALLOC_LIBRARY='"libmimalloc.so.2"' -o "$folder/malloc-mimalloc.so" ../examples/malloc.c -ldl
fi

its tbb tbb.c
candidate tbb "oneTBB $(version libtbbmalloc2), scalable_malloc" "$work/tbb.o" -- -l:libtbbmalloc.so.2
its gc gc.c
candidate gc "Boehm's collector $(version libgc-dev), GC_malloc and GC_free" "$work/gc.o" -- -lgc \
  -DMALLOC_ALIGN_BYTES_MAX=4096
