#!/bin/sh
# Mallocs as candidates: build.sh FOLDER makes FOLDER/malloc-*.so. They come from Debian's packages,
# as they are there: files that are compiled here, objects of static libraries, and shared ones.
set -eu
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
    plug.c ways.c region.c state.c "$work/its-$name.o" "$@"
}

# Other people's files are compiled with the warnings that they have.
# OUT FILE [FLAG...]
its() {
  out=$1 file=$2
  shift 2
  # shellcheck disable=SC2086 # one word a flag
  $cc $flags -w -c -o "$work/$out.o" "$file" "$@"
}

emscripten=/usr/share/emscripten/system/lib
its dlmalloc dlmalloc.c -idirafter $emscripten
candidate dlmalloc "dlmalloc of emscripten $(version emscripten), over sbrk" "$work/dlmalloc.o" -- \
  -DMALLOC_CLOSED=32
its emmalloc emmalloc.c -idirafter $emscripten
candidate emmalloc "emmalloc of emscripten $(version emscripten), over sbrk" "$work/emmalloc.o" -- \
  -DMALLOC_CLOSED=4 -DMALLOC_ALIGN_BYTES_MAX=0x100000 -DMALLOC_SIZES_WRAP

tar -xf /usr/src/newlib/newlib-*.tar.xz -C "$work" --wildcards '*/newlib/libc/stdlib/*mallocr.c'
newlib=$(dirname "$work"/*/newlib/libc/stdlib/mallocr.c)
its newlib newlib.c -I"$newlib"
candidate newlib "malloc of newlib-source $(version newlib-source), over sbrk" "$work/newlib.o" -- \
  -DMALLOC_CLOSED=4 -DMALLOC_SIZES_WRAP -DMALLOC_JOINS=SPANREF_JOINS_WHEN_PURGED
its nano newlib.c -I"$newlib" -DNEWLIB_NANO
candidate newlib-nano "nano-malloc of newlib-source $(version newlib-source), over sbrk" \
  "$work/nano.o" -- -DMALLOC_CLOSED=4 -DMALLOC_SIZES_WRAP
