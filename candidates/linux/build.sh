#!/bin/sh
# The kernel's allocators as candidates: build.sh SOURCE FOLDER [CFLAG...]
# SOURCE as in tree.sh, FOLDER gets linux-*.so. A candidate that a version of the kernel doesn't have,
# or that doesn't compile with it, is skipped: it is named with the reason, and stands in
# FOLDER/linux.skipped.
set -eu
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
folder=$(realpath "$2")
tree=$folder/linux
"$here/tree.sh" "$1" "$tree"
shift 2

# NAME FILE [CFLAG...]
build() {
  name=$1 file=$2
  shift 2
  "$here/compile.sh" "$tree" "$here/$file.c" "$tree/plug-$name.o" -I"$here/.." "$@" &&
    ${CC:-cc} -shared -Wl,--gc-sections -Wl,-z,defs -o "$folder/linux-$name.so" \
      "$tree/plug-$name.o" "$tree/lib.a"
}

candidate() {
  rm -f "$folder/linux-$1.so"
  if build "$@" 2>"$tree/said"; then
    cat "$tree/said" >&2
  else
    why=$(sed -n 's/.*error: #error "\(.*\)"/\1/p; s/.*error: //p; s/.*\(undefined reference\)/\1/p' \
      "$tree/said" | head -n 1)
    echo "linux-$1: ${why:-it does not compile}" | tee -a "$folder/linux.skipped" | sed 's/^/skipped: /'
  fi
}

cd "$tree"
ar rcs lib.a ./*.o
: >"$folder/linux.skipped"
candidate genalloc genalloc "$@"
candidate genalloc-align genalloc -DGENALLOC_ALIGN "$@"
candidate genalloc-best genalloc -DGENALLOC_BEST_FIT "$@"
for mode in LOW HIGH BEST EVICT; do
  candidate "drm_mm-$(echo $mode | tr '[:upper:]' '[:lower:]')" drm_mm "-DDRM_MM_MODE=$mode" "$@"
done
candidate ida ida "$@"
candidate xarray xarray "$@"
candidate xarray-cyclic xarray -DXARRAY_CYCLIC "$@"
# The kernel's own files, included, are compiled as the kernel has them.
candidate drm_buddy drm_buddy -w "$@"
candidate drm_buddy-clear drm_buddy -w -DDRM_BUDDY_CLEAR "$@"
candidate drm_buddy-contiguous drm_buddy -w -DDRM_BUDDY_CONTIGUOUS "$@"
candidate drm_buddy-down drm_buddy -w -DDRM_BUDDY_DOWN "$@"
candidate drm_buddy-trim drm_buddy -w -DDRM_BUDDY_TRIM "$@"
candidate iova iova -w "$@"
candidate iova-aligned iova -w -DIOVA_ALIGNED "$@"
candidate iova-limits iova -w -DIOVA_LIMITS "$@"
candidate iova-border iova -w -DIOVA_BORDER "$@"
candidate iova-fast iova -w -DIOVA_FAST "$@"
candidate maple maple -w "$@"
candidate maple-reverse maple -w -DMAPLE_REVERSE "$@"
candidate memblock memblock -w "$@"
candidate memblock-down memblock -w -DMEMBLOCK_DOWN "$@"
candidate page_alloc page_alloc -w "$@"
candidate vmalloc vmalloc -w "$@"
echo "Linux $(cat version), $(wc -l <"$folder/linux.skipped") skipped"
