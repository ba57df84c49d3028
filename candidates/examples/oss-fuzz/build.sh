#!/bin/bash
# Builds a fuzz target that holds your page allocator against spanref's reference. OSS-Fuzz and
# ClusterFuzzLite run this; they set SRC, WORK, OUT, CC, CXX, CFLAGS, CXXFLAGS, SANITIZER and
# LIB_FUZZING_ENGINE. Change the first two lines.
set -eu
name=mine_fuzzer
sources="$SRC/mine/mine.c" # one of them exports the table of spanref_candidate.h

spanref=$SRC/spanref
build=$WORK/spanref-build

# spanref gets none of CFLAGS, so that feedback and coverage are of your allocator alone. But
# MemorySanitizer must see all that writes memory. And OSS-Fuzz refuses a program that has few
# checks of UndefinedBehaviorSanitizer, as a short allocator alone has.
flags="-O2 -g"
case ${SANITIZER:-address} in
memory) flags="$flags -fsanitize=memory" ;;
undefined) flags="$flags -fsanitize=undefined -fno-sanitize-recover=undefined" ;;
esac
case $CFLAGS in *-m32*) flags="$flags -m32" ;; esac
make -C "$spanref" -j"$(nproc)" BUILD="$build" CC=clang CFLAGS="$flags" fuzz-library

objects=""
for source in $sources; do
  object=$WORK/$(basename "$source").o
  # shellcheck disable=SC2086 # flags are words
  $CC $CFLAGS -I"$spanref/candidates" -c -o "$object" "$source"
  objects="$objects $object"
done
# shellcheck disable=SC2086 # flags and objects are words
$CXX $CXXFLAGS -o "$OUT/$name" $objects -Wl,-u,LLVMFuzzerTestOneInput \
  "$build/libspanref-fuzz.a" $LIB_FUZZING_ENGINE -ldl -lpthread

rm -f "$OUT/${name}_seed_corpus.zip"
find "$spanref/corpus/fuzz" -type f | zip -q -j -@ "$OUT/${name}_seed_corpus.zip"
cp "$spanref/fuzz/spanref.dict" "$OUT/$name.dict"
printf '[libfuzzer]\nmax_len = 1024\n' >"$OUT/$name.options"
