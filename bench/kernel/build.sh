#!/bin/sh
# The kernel's allocators as a shared object: build.sh SOURCE.tar.xz OUT.so [CFLAG...]
# The kernel's files are taken from the source package as they are, and stay beside OUT.
set -eu
tarball=$(realpath "$1")
out=$(realpath -m "$2")
shift 2
here=$(dirname "$(realpath "$0")")
tree=$(dirname "$out")/linux
headers="bitmap const container_of err find genalloc interval_tree_generic list llist
  maple_tree overflow poison rbtree rbtree_augmented rbtree_types rculist vmalloc xarray"
files="include/drm/drm_mm.h drivers/gpu/drm/drm_mm.c lib/bitmap.c lib/find_bit.c
  lib/genalloc.c lib/kstrtox.h lib/maple_tree.c lib/rbtree.c mm/vmalloc.c"
for header in $headers; do files="$files include/linux/$header.h"; done

rm -rf "$tree"
mkdir -p "$tree"
# shellcheck disable=SC2086 # one word a file
printf 'linux-source-6.1/%s\n' $files |
  tar -xf "$tarball" -C "$tree" --strip-components=1 --files-from=-

# Headers that are named and weren't taken are empty: shim.h has what is needed of them.
cd "$tree"
grep -rhE '^# *include' . | sed -n 's|.*include *<\(.*\)>.*|include/\1|p
  s|.*include *"\(.*\)".*|mm/\1\nlib/\1|p' | sort -u | while read -r header; do
  mkdir -p "$(dirname "$header")"
  case $header in
    */errno.h | */limits.h) echo "#include_next <${header#include/}>" >"$header" ;; # libc's lean on them
    *) [ -e "$header" ] || : >"$header" ;;
  esac
done

compile() { # FILE [CFLAG...]
  object=$(basename "$1" .c).o
  source=$1
  shift
  ${CC:-cc} -std=gnu11 -O2 -g -fPIC -fno-strict-aliasing -fvisibility=hidden \
    -ffunction-sections -fdata-sections -include "$here/shim.h" -isystem "$tree/include" "$@" -c \
    -o "$object" "$source"
}
for file in drivers/gpu/drm/drm_mm.c lib/bitmap.c lib/find_bit.c lib/genalloc.c \
  lib/maple_tree.c lib/rbtree.c; do
  compile "$file" -w
done
for file in "$here"/*.c; do
  compile "$file" -isystem "$tree" "$@"
done
${CC:-cc} -shared -Wl,--gc-sections -Wl,-z,defs -o "$out" ./*.o
