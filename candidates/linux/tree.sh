#!/bin/sh
# What a program needs of the Linux kernel to have its allocators: tree.sh SOURCE TREE
# SOURCE: a source package's tarball, or a kernel tree. The files are taken as they are. Afterwards
# TREE/*.o are the kernel's objects, TREE/include its headers.
set -eu
source=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
headers="bitmap const container_of err find genalloc interval_tree_generic iova list llist
  maple_tree memblock overflow poison rbtree rbtree_augmented rbtree_types rculist vmalloc xarray"
files="include/drm/drm_mm.h include/drm/drm_buddy.h drivers/gpu/drm/drm_mm.c
  drivers/gpu/drm/drm_buddy.c drivers/iommu/iova.c lib/bitmap.c lib/find_bit.c lib/genalloc.c
  lib/kstrtox.h lib/maple_tree.c lib/rbtree.c mm/memblock.c mm/vmalloc.c"
for header in $headers; do files="$files include/linux/$header.h"; done

rm -rf "$2"
mkdir -p "$2"
tree=$(realpath "$2")
# shellcheck disable=SC2086 # one word a file
if [ -d "$source" ]; then
  (cd "$source" && cp --parents $files "$tree")
else
  top=$(tar -tf "$source" | head -n 1)
  for file in $files; do echo "${top%%/*}/$file"; done |
    tar -xf "$source" -C "$tree" --strip-components=1 --files-from=-
fi

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

# Files with functions that nobody else may call are compiled where they are included.
for file in drivers/gpu/drm/drm_mm.c lib/bitmap.c lib/find_bit.c \
  lib/genalloc.c lib/maple_tree.c lib/rbtree.c "$here/memory.c"; do
  "$here/compile.sh" "$tree" "$file" "$(basename "$file" .c).o" -w
done
