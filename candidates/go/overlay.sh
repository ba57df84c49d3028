#!/bin/sh
# What lays these files over the runtime of a go, for its -overlay: overlay.sh GO FILE.go...
set -eu
runtime=$("$1" env GOROOT)/src/runtime
shift
comma=""
printf '{"Replace": {'
for file; do
  printf '%s"%s/spanref_%s": "%s"' "$comma" "$runtime" "$(basename "$file")" "$(realpath "$file")"
  comma=", "
done
printf '}}\n'
