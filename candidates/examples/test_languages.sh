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

# spanref_candidate.rs says what the header does: the same numbers, and a table of the same fields.
same_as_header() {
  local header=candidates/spanref_candidate.h rust=candidates/examples/spanref_candidate.rs
  sed -nE 's/^pub const (\w+): \w+ = ([0-9]+|1 << 40|u64::MAX);/SPANREF_\1 \2/p' "$rust" |
    sed 's/SPANREF_VERSION/SPANREF_CANDIDATE_VERSION/; s/1 << 40/1ULL << 40/; s/u64::MAX/UINT64_MAX/' |
    sed -E 's/(\w+) (.*)/_Static_assert(\1 == (\2), "\1");/' >"$work/numbers"
  [ "$(wc -l <"$work/numbers")" -gt 50 ] || return 1
  (echo '#include "spanref_candidate.h"' && cat "$work/numbers") |
    cc -Icandidates -x c -fsyntax-only - || return 1
  # A line a field: its name, and u32, u64 or pointer.
  sed '1,/^struct spanref_candidate {/d; /^};/,$d' "$header" | tr '\n' ' ' |
    sed -E 's#/\*([^*]|\*+[^*/])*\*+/##g' | tr ';' '\n' |
    sed -E 's/.*\(\*(\w+)\).*/\1 pointer/; s/^ *const char \*(\w+)/\1 pointer/
      s/^ *uint([0-9]+)_t /u\1 /; /^ *$/d' |
    awk '$1 ~ /^u[0-9]+$/ { for (i = 2; i <= NF; i++) { sub(",", "", $i); print $i, $1 } next } { print }' \
      >"$work/fields"
  sed -n '/^pub struct Candidate/,/^}/s/^    pub \(\w*\): /\1 /p' "$rust" |
    sed -E 's/,$//; s/ (Option|Pages|Call|\*const).*/ pointer/' | diff "$work/fields" -
}

language() { # COMPILER FILE NAME LEVELS DEPARTURE FLAG...
  local compiler=$1 file=$2 name=$3 levels=$4 departure=$5
  shift 5
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
  expect "$file departs with its bug" 1 "^  $departure: " \
    "$tool" fuzz -r 200 -o "$work/departure.trace" -c "$work/pool.so"
}

language c++ pool.cpp pool_cpp 'safety, accounting, coalescing' 'coalescing, uncoalesced' -DPOOL_MERGE_BUG
language c++ bins.cpp bins_cpp 'safety, accounting, coalescing' 'safety, refused' -DBINS_BUG
language rustc pool.rs pool_rs 'safety, accounting, coalescing, placement \(pages\)' 'coalescing, uncoalesced' --cfg merge_bug
language rustc bins.rs bins_rs 'safety, accounting, coalescing' 'safety, refused' --cfg bins_bug
expect 'spanref_candidate.rs is the header' 0 '' same_as_header
exit $failed
