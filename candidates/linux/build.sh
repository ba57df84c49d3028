#!/bin/sh
# The kernel's allocators as candidates: build.sh SOURCE FOLDER [CFLAG...]
# SOURCE as in tree.sh, FOLDER gets linux-*.so.
set -eu
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
folder=$(realpath "$2")
tree=$folder/linux
"$here/tree.sh" "$1" "$tree"
shift 2

# NAME FILE [CFLAG...]
candidate() {
  name=$1 file=$2
  shift 2
  "$here/compile.sh" "$tree" "$here/$file.c" "$tree/plug-$name.o" -I"$here/.." "$@"
  ${CC:-cc} -shared -Wl,--gc-sections -Wl,-z,defs -o "$folder/linux-$name.so" \
    "$tree/plug-$name.o" "$tree/lib.a"
}
cd "$tree"
ar rcs lib.a ./*.o
candidate genalloc genalloc "$@"
candidate genalloc-align genalloc -DGENALLOC_ALIGN "$@"
candidate genalloc-best genalloc -DGENALLOC_BEST_FIT "$@"
for mode in LOW HIGH BEST EVICT; do
  candidate "drm_mm-$(echo $mode | tr '[:upper:]' '[:lower:]')" drm_mm "-DDRM_MM_MODE=$mode" "$@"
done
# The kernel's own files, included, are compiled as the kernel has them.
candidate drm_buddy drm_buddy -w "$@"
candidate drm_buddy-trim drm_buddy -w -DDRM_BUDDY_TRIM "$@"
candidate iova iova -w "$@"
candidate iova-aligned iova -w -DIOVA_ALIGNED "$@"
candidate iova-fast iova -w -DIOVA_FAST "$@"
candidate maple maple -w "$@"
candidate maple-reverse maple -w -DMAPLE_REVERSE "$@"
candidate vmalloc vmalloc -w "$@"
