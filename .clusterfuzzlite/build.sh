#!/bin/bash
# Builds the fuzz target for OSS-Fuzz and ClusterFuzzLite, which set CC, CXX, CFLAGS,
# CXXFLAGS, LIB_FUZZING_ENGINE, SANITIZER and OUT. (fuzz/test_oss_fuzz.sh sets them itself.)
# opt_fuzzer (the optimised heap beside the reference), its seed corpus, dictionary and
# options go to OUT.
set -eu
cd "$(dirname "$0")/.."
[ -e Makefile ] || cd "$SRC/spanref" # they copy this file
build=${WORK:-$OUT}/spanref-build
name=opt_fuzzer

# Feedback comes from the heaps, not from what compares them (fuzz/uninstrumented.txt).
case "$CC ${SANITIZER:-address}" in
*afl*) export AFL_LLVM_DENYLIST=$PWD/fuzz/uninstrumented.txt ;;
*coverage) ;;
*) CFLAGS="$CFLAGS -fsanitize-coverage-ignorelist=$PWD/fuzz/uninstrumented.txt" ;;
esac

# The heap looks at what each operation changed.
case ${SANITIZER:-address} in
address | undefined) CFLAGS="$CFLAGS -DOPT_CHECK" ;;
esac

make -j"$(nproc)" BUILD="$build" CC="$CC" CFLAGS="$CFLAGS" \
  "$build/libspanref.a" "$build/fuzz/fuzz_target.o"
# shellcheck disable=SC2086 # flags are words
$CXX $CXXFLAGS -o "$OUT/$name" "$build/fuzz/fuzz_target.o" "$build/libspanref.a" \
  $LIB_FUZZING_ENGINE

rm -f "$OUT/${name}_seed_corpus.zip"
find "$PWD/corpus/fuzz" "$PWD/corpus/regressions" -type f |
  zip -q -j -@ "$OUT/${name}_seed_corpus.zip"
cp fuzz/spanref.dict "$OUT/$name.dict"
printf '[libfuzzer]\nmax_len = 1024\n' >"$OUT/$name.options"
