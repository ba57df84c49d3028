#!/bin/bash
# Make corpus/fuzz anew: what the golden and the recorded traces, the regressions, the
# corpus so far and the directories given cover, and no more.
#
#   fuzz/corpus.sh BUILD [DIR...]
#
# BUILD: where fuzz/seeds and fuzzers/libfuzzer/fuzz/fuzz_target are (make fuzz-corpus
# builds them). Every file is in its one form (fuzz/seeds.c), named by its SHA-1.
# Exits 1 where the corpus would grow beyond its limit; then nothing is changed.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
limit_bytes=4000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/all" "$work/merged"
"$build/fuzz/seeds" "$work/all" corpus/golden corpus/golden/gap corpus/real \
  corpus/regressions corpus/fuzz "$@"
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
