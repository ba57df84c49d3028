#!/bin/bash
# .clusterfuzzlite/build.sh, run with the variables of OSS-Fuzz, passes what its
# bad_build_check asks: each sanitizer and no other, coverage, a start on nothing, a
# seed corpus that is found and doesn't crash, no library that the runner lacks, no
# need of a folder that can be written. So does candidates/examples/oss-fuzz/build.sh, the one
# to be copied, with an example as the allocator; and with a bug in that, its target finds it.
#
#   fuzz/test_oss_fuzz.sh OUT [SANITIZER...]
#
# shellcheck disable=SC2317 # check() runs them
set -u
cd "$(dirname "$0")/.." || exit 2
export LLVM_PROFILE_FILE=/dev/null # what the coverage build would write where it runs
root=$PWD
out_all=$(mkdir -p "$1" && cd "$1" && pwd) || exit 2
shift
[ $# -gt 0 ] || set -- address undefined memory coverage
failed=0

check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$out_all/last.log" 2>&1; then echo "ok - $what"; else
    echo "not ok - $what"
    tail -n 5 "$out_all/last.log" | sed 's/^/# /'
    failed=1
  fi
}

flags_of() {
  case $1 in
  address) echo "-fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link" ;;
  undefined) echo "-fsanitize=undefined -fno-sanitize-recover=undefined -fsanitize=fuzzer-no-link" ;;
  memory) echo "-fsanitize=memory -fsanitize-memory-track-origins -fsanitize=fuzzer-no-link" ;;
  coverage) echo "-fprofile-instr-generate -fcoverage-mapping" ;;
  esac
}

# With a flag: again, where it was built before.
build() { # SANITIZER OUT BUILD.SH [FLAG]
  local flags
  flags="-O1 -fno-omit-frame-pointer -gline-tables-only $(flags_of "$1") ${4:-}"
  [ $# -eq 4 ] || rm -rf "$2" "$2.work"
  mkdir -p "$2" "$2.work"
  env -i PATH="$PATH" CC=clang CXX=clang++ CFLAGS="$flags" CXXFLAGS="$flags" \
    LIB_FUZZING_ENGINE=-fsanitize=fuzzer SANITIZER="$1" FUZZING_ENGINE=libfuzzer \
    SRC="$out_all/src" OUT="$2" WORK="$2.work" "$3"
}

# Calls of the runtime of one sanitizer in a program: what bad_build_check counts.
calls() { objdump -d "$1" | grep -cE "call.*<__$2"; }

sanitizers_are() { # SANITIZER PROGRAM, with the thresholds of bad_build_check
  local asan msan ubsan
  asan=$(calls "$2" asan) msan=$(calls "$2" msan) ubsan=$(calls "$2" ubsan)
  echo "asan $asan, msan $msan, ubsan $ubsan"
  case $1 in
  address) [ "$asan" -ge 1000 ] && [ "$msan" -le 3 ] && [ "$ubsan" -le 200 ] ;;
  undefined) [ "$asan" -eq 0 ] && [ "$msan" -le 3 ] && [ "$ubsan" -ge 168 ] ;;
  memory) [ "$asan" -eq 0 ] && [ "$msan" -ge 1000 ] && [ "$ubsan" -le 200 ] ;;
  coverage) [ "$asan" -eq 0 ] && [ "$msan" -le 3 ] && [ "$ubsan" -le 200 ] ;;
  esac
}

edges_are_enough() { # PROGRAM
  local edges
  edges=$("$1" -seed=1337 -runs=4 2>&1 |
    sed -n 's/^INFO: Loaded .*(.*counters): \([0-9]*\).*/\1/p' | cut -d' ' -f1)
  echo "edges: $edges"
  [ "${edges:-0}" -ge 100 ]
}

starts() { "$1" -seed=1337 -runs=4 2>&1 | grep 'Done 4 runs'; }

starts_on_empty_input() { # PROGRAM
  : >"$out_all/empty"
  "$1" "$out_all/empty"
}

# The zip's inputs, from another folder, none of the files writable.
runs_corpus_read_only() { # OUT NAME
  local seeds=$1.seeds name=$2
  rm -rf "$seeds"
  mkdir "$seeds"
  python3 -m zipfile -e "$1/${name}_seed_corpus.zip" "$seeds" || return 1
  [ "$(find "$seeds" -type f | wc -l)" -ge 100 ] || return 1
  chmod -R a-w "$1"
  (cd / && env -u HOME "$1/$name" -runs=0 -dict="$1/$name.dict" "$seeds")
  local status=$?
  chmod -R u+w "$1"
  return "$status"
}

# libc and what comes with it, and libstdc++ where OSS-Fuzz has a static libc++.
libraries_are_there() { # PROGRAM
  ! ldd "$1" | grep -vE 'linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|resolv)\.so'
}

# The folder to be copied, in a project that has a page allocator.
project() {
  rm -rf "$out_all/src"
  mkdir -p "$out_all/src/mine" && cp candidates/examples/list.c "$out_all/src/mine/mine.c" &&
    cp candidates/examples/oss-fuzz/build.sh "$out_all/src" && ln -s "$root" "$out_all/src/spanref"
}

runs() { "$1" -seed=1 -runs=1000 2>&1 | grep 'Done 1000 runs'; }

finds() { # OUT
  local found
  found=$(cd "$1.work" && "$1/mine_fuzzer" -seed=1 -runs=20000 2>&1) && return 1
  grep '^  coalescing, spans: ' <<<"$found"
}

project || exit 2
for sanitizer; do
  for name in opt_fuzzer mine_fuzzer; do
    out=$out_all/$sanitizer/$name
    script=$root/.clusterfuzzlite/build.sh
    [ "$name" = opt_fuzzer ] || script=$out_all/src/build.sh
    what="$sanitizer, $name"
    check "$what: build.sh" build "$sanitizer" "$out" "$script"
    check "$what: it and no other sanitizer" sanitizers_are "$sanitizer" "$out/$name"
    [ "$sanitizer" = coverage ] || check "$what: instrumented" edges_are_enough "$out/$name"
    [ "$sanitizer" = coverage ] || check "$what: starts" starts "$out/$name"
    check "$what: an empty input" starts_on_empty_input "$out/$name"
    check "$what: seed corpus and dictionary, read-only, from /" runs_corpus_read_only "$out" "$name"
    check "$what: no library that the runner lacks" libraries_are_there "$out/$name"
  done
  [ "$sanitizer" = address ] || continue
  check "$sanitizer: the example runs" runs "$out/mine_fuzzer"
  check "$sanitizer: with a bug it builds" build "$sanitizer" "$out" "$script" -DLIST_MERGE_BUG
  check "$sanitizer: and that is found" finds "$out"
done
exit $failed
