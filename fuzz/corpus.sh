#!/bin/bash
# Make corpus/fuzz anew: the fewest inputs that cover what the golden traces, the
# recordings, the regressions, the corpus so far and the directories given cover.
#
#   fuzz/corpus.sh BUILD [DIR...]
#
# BUILD: where fuzz/seeds and fuzzers/libfuzzer/fuzz/fuzz_target are (make fuzz-corpus
# builds them). Every file is in canonical form (fuzz/seeds.c), named by its SHA-1. If the
# corpus would exceed its size limit, nothing changes and the exit status is 1.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
limit_bytes=4000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/all" "$work/merged"
"$build/fuzz/seeds" "$work/all" corpus/golden corpus/golden/gap corpus/requests \
  corpus/real corpus/real-requests corpus/regressions corpus/fuzz "$@"
"$build/fuzzers/libfuzzer/fuzz/fuzz_target" -merge=1 -max_len=4096 "$work/merged" "$work/all" \
  >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
bytes=$(cat "$work"/merged/* | wc -c)
if [ "$bytes" -gt "$limit_bytes" ]; then
  echo "corpus/fuzz would take $bytes bytes, more than $limit_bytes" >&2
  exit 1
fi
rm -rf corpus/fuzz
mv "$work/merged" corpus/fuzz
echo "corpus/fuzz: $(find corpus/fuzz -type f | wc -l) files, $bytes bytes"
