#!/bin/sh
# What a program needs of the Linux kernel to have its allocators: tree.sh SOURCE TREE
# SOURCE: a source package's tarball, or a kernel tree. The files are taken as they are, as far as
# that version has them. Afterwards TREE/*.o are the kernel's objects, TREE/include its headers, and
# TREE/version says which version it is. What doesn't compile is said, and left out.
set -eu
source=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
headers="bitmap cleanup const container_of err find genalloc gpu_buddy idr interval_tree_generic
  iova list llist maple_tree memblock overflow poison radix-tree rbtree rbtree_augmented rbtree_types
  rculist vmalloc xarray"
objects="drivers/gpu/drm/drm_mm.c lib/bitmap.c lib/find_bit.c lib/genalloc.c lib/idr.c lib/maple_tree.c
  lib/rbtree.c lib/xarray.c"
# Files with functions that nobody else may call are compiled where they are included.
files="$objects Makefile include/drm/drm_mm.h include/drm/drm_buddy.h drivers/gpu/buddy.c
  drivers/gpu/drm/drm_buddy.c drivers/iommu/iova.c lib/kstrtox.h lib/radix-tree.h mm/memblock.c
  mm/vmalloc.c"
# Pages and zones: the others have no need of these headers, and would need what they name.
zone="mm/page_alloc.c mm/internal.h mm/page_reporting.h mm/shuffle.h"
for header in gfp gfp_types mm_types mmdebug mmzone nodemask nodemask_types numa page-flags \
  page-flags-layout page-isolation pageblock-flags pfn threads; do
  zone="$zone include/linux/$header.h"
done
files="$files $zone"
for header in $headers; do files="$files include/linux/$header.h"; done

rm -rf "$2"
mkdir -p "$2"
tree=$(realpath "$2")
if [ -d "$source" ]; then
  cd "$source"
  for file in $files; do [ ! -e "$file" ] || cp --parents "$file" "$tree"; done
else
  top=$(tar -tf "$source" | head -n 1)
  for file in $files; do echo "${top%%/*}/$file"; done |
    tar -xf "$source" -C "$tree" --strip-components=1 --files-from=- 2>"$tree/missing" ||
    grep -q 'Not found in archive' "$tree/missing" || { cat "$tree/missing" >&2; exit 1; }
fi
cd "$tree"
if ! [ -e Makefile ] || ! [ -e include/linux/list.h ]; then
  echo "$source: not a kernel's source" >&2
  exit 1
fi
sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' Makefile | paste -sd. >version

mkdir zone
for file in $zone; do
  mkdir -p "zone/$(dirname "$file")"
  [ ! -e "$file" ] || mv "$file" "zone/$file"
done

# Headers that are named and weren't taken are empty: shim.h has what is needed of them.
grep -rhE '^# *include' . | sed -n 's|.*include *<\(.*\)>.*|include/\1|p
  s|.*include *"\(.*\)".*|mm/\1\nlib/\1\nzone/mm/\1|p' | sort -u | while read -r header; do
  mkdir -p "$(dirname "$header")"
  case $header in
    */errno.h | */limits.h) echo "#include_next <${header#include/}>" >"$header" ;; # libc's lean on them
    *) [ -e "$header" ] || : >"$header" ;;
  esac
done

for file in $objects "$here/memory.c"; do
  "$here/compile.sh" "$tree" "$file" "$(basename "$file" .c).o" -w 2>said ||
    echo "left out: $file, $(grep -m 1 -o 'error: .*' said)" >&2
done
