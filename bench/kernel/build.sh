#!/bin/sh
# The kernel's allocators as peers in one shared object: build.sh SOURCE OUT.so [CFLAG...]
# SOURCE as in candidates/linux/tree.sh. The kernel's files stay beside OUT.
set -eu
source=$(realpath "$1")
out=$(realpath -m "$2")
shift 2
here=$(dirname "$(realpath "$0")")
linux=$here/../../candidates/linux
tree=$(dirname "$out")/linux
"$linux/tree.sh" "$source" "$tree"
cd "$tree"
for file in "$here"/*.c; do
  "$linux/compile.sh" "$tree" "$file" "$(basename "$file" .c).o" "$@"
done
${CC:-cc} -shared -Wl,--gc-sections -Wl,-z,defs -o "$out" ./*.o
