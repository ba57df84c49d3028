#!/bin/bash
# The examples in C++ and in Rust, built as their first lines say: each conforms, and with its bug
# it is caught.
#
#   candidates/examples/test_languages.sh [BUILD]
#
# BUILD: where spanref is (build). Prints "ok", "not ok" or "skip" lines, exits 1 if one is not ok.
#
# shellcheck disable=SC2317 # expect() runs build()
set -u
cd "$(dirname "$0")/../.." || exit 2
tool=${1:-build}/spanref
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

# NAME STATUS REGEX COMMAND...: its exit status, and a line of its output (any, if it is "").
expect() {
  local name=$1 wanted=$2 pattern=$3 got
  shift 3
  "$@" >"$work/out" 2>&1 </dev/null
  got=$?
  if [ "$got" -eq "$wanted" ] && { [ -z "$pattern" ] || grep -Eq -- "$pattern" "$work/out"; }; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    echo "# status $got, expected $wanted and /$pattern/"
    sed 's/^/# /' "$work/out" | head -n 20
    failed=1
  fi
}

# FILE WORD...: by the command that its first lines give, with these words at the end.
build() {
  local words
  read -r -a words <<<"$(sed -nE 's/^\/\/!?   (c\+\+|rustc) /\1 /p' "candidates/examples/$1")"
  "${words[@]//pool.so/$work/pool.so}" "${@:2}"
}

language() { # COMPILER FILE NAME LEVELS FLAG...
  local compiler=$1 file=$2 name=$3 levels=$4
  shift 4
  if ! command -v "$compiler" >/dev/null; then
    echo "skip - $file: $compiler isn't there"
    return
  fi
  expect "$file builds" 0 '' build "$file"
  expect "$file conforms on random histories" 0 "^conforms: $name at $levels, [1-9]" \
    "$tool" fuzz -r 200 -c "$work/pool.so"
  expect "$file conforms on golden traces" 0 "^conforms: $name at $levels, [1-9]" \
    "$tool" check -c "$work/pool.so" corpus/golden
  expect "$file builds with its bug" 0 '' build "$file" "$@"
  expect "$file departs with its bug" 1 '^  coalescing, uncoalesced: ' \
    "$tool" fuzz -r 200 -o "$work/departure.trace" -c "$work/pool.so"
}

language c++ pool.cpp pool_cpp 'safety, accounting, coalescing' -DPOOL_MERGE_BUG
language rustc pool.rs pool_rs 'safety, accounting, coalescing, placement \(pages\)' --cfg merge_bug
exit $failed
