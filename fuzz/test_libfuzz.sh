#!/bin/bash
# The fuzz library as its users have it: installed, linked by pkg-config's flags with an allocator
# of theirs, for libFuzzer, for AFL++ and without an engine. What is right isn't said to be wrong,
# bugs are found in a given number of runs, and an input becomes a short trace.
#
#   fuzz/test_libfuzz.sh [BUILD]
#
# BUILD: where make builds (build). Prints "ok", "not ok" or "skip" lines, exits 1 if one is not
# ok.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${1:-build}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

# NAME STATUS REGEX COMMAND...: its exit status, and a line of its output (any, if it is "").
expect() {
  local name=$1 wanted=$2 pattern=$3 got
  shift 3
  "$@" >"$work/out" 2>&1 </dev/null
  got=$?
  if [ "$got" -eq "$wanted" ] && { [ -z "$pattern" ] || grep -Eqa -- "$pattern" "$work/out"; }; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    echo "# status $got, expected $wanted and /$pattern/"
    sed 's/^/# /' "$work/out" | head -n 20
    failed=1
  fi
}

make -s BUILD="$build" PREFIX="$work/there" install >"$work/out" 2>&1 || {
  echo "not ok - make install"
  sed 's/^/# /' "$work/out" | tail -n 20
  exit 1
}
export PKG_CONFIG_PATH=$work/there/lib/pkgconfig
read -r -a library <<<"$(pkg-config --cflags --libs spanref-fuzz)"
read -r -a replayer <<<"$(pkg-config --cflags --libs spanref-fuzz-replay)"
tool=$work/there/bin/spanref
list=$root/candidates/examples/list.c
pool=$root/candidates/examples/pool.cpp
cd "$work" || exit 2

# PROGRAM SOURCE FLAG...: as docs/fuzzing.md says.
libfuzzer() { clang -g -O1 -fsanitize=fuzzer,address "${@:2}" "${library[@]}" -o "$1"; }
without_engine() { cc -g "${@:2}" "${replayer[@]}" -o "$1"; }
# FILE SED: the list, with something changed.
changed_list() {
  sed "$2" "$list" >"$1"
  ! cmp -s "$list" "$1"
}

# --- libFuzzer
expect "mine.c is a target for libFuzzer" 0 '' libfuzzer good "$list"
expect "what is right stays so for 20,000 runs" 0 '^Done 20000 runs' ./good -seed=1 -runs=20000
cp out said
expect "how much was compared is said at each level" 0 \
  '^spanref: first_fit, 20[0-9]* histories; comparisons: safety [1-9][0-9]{4}.*, coalescing [1-9][0-9]{4}.*, placement [1-9][0-9]{4}' \
  cat said
: >empty
expect "nothing compared is said" 0 '^spanref: nothing was compared$' ./good empty
clang -O1 -fsanitize=fuzzer-no-link -c "$list" "${library[0]}" -o mine.o &&
  cc -c "$root/bench/empty_target.c" -o empty.o && clang -fsanitize=fuzzer mine.o empty.o -o alone &&
  clang -fsanitize=fuzzer mine.o "${library[@]}" -o both
counters() { "./$1" -runs=0 2>&1 | sed -n 's/.*modules *(\([0-9]* inline.*\)): .*/\1/p'; }
expect "the feedback is of mine.c alone" 0 '^[1-9][0-9]* inline' counters alone
[ "$(counters alone)" = "$(counters both)" ]
expect "and of nothing in the library" 0 '^0$' echo $?

expect "a bug in mine.c builds" 0 '' libfuzzer bug -DLIST_MERGE_BUG "$list"
for seed in 1 2 3; do
  expect "it is found in 20,000 runs, seed $seed" 77 \
    '^  coalescing, spans: span 0x[0-9a-f]+ \+[0-9]+ begins before the previous span ends$' \
    ./bug -seed=$seed -runs=20000 -artifact_prefix=seed$seed-
done
crash=$(find . -name 'seed1-crash-*')
expect "the input shows it again, with its history" 77 '^a 1 [0-9]+$' ./bug "$crash"
SPANREF_TRACE=crash.trace expect "and becomes a trace" 77 '^input: ' ./bug "$crash"
cc -O2 -fPIC -shared -DLIST_MERGE_BUG "${library[0]}" -o bug.so "$list"
expect "which is made short" 1 '^# [0-9]+ operations? became 3 in' "$tool" shrink -c ./bug.so -o short.trace crash.trace

changed_list elsewhere.c 's/^    .fit = FIT,/    .fit = SPANREF_FIRST_FIT,/' &&
  libfuzzer elsewhere -DLIST_LAST_FIT elsewhere.c
expect "pages elsewhere are found" 77 '^  placement, address: ' ./elsewhere -seed=1 -runs=5000
echo 'waive address: it is known' >known.waivers
SPANREF_WAIVERS=known.waivers expect "unless that is waived" 0 \
  '^spanref: waived address, [1-9][0-9]* times: it is known$' ./elsewhere -seed=1 -runs=5000
SPANREF_WAIVERS=none.waivers expect "waivers that aren't there are an error" 2 \
  '^none.waivers: expected a file that can be read$' ./elsewhere -seed=1 -runs=5
SPANREF_WAIVERS=crash.trace expect "and a file of something else" 2 \
  '^crash.trace:1: expected "waive KIND: WHY"$' ./elsewhere -seed=1 -runs=5

changed_list newer.c 's/= SPANREF_CANDIDATE_VERSION/= SPANREF_CANDIDATE_VERSION + 1/' &&
  libfuzzer newer newer.c
expect "another version of the interface is said" 2 \
  '^spanref: spanref_candidate: it is built for version 3 of spanref_candidate.h, this spanref knows 1 to 2$' ./newer -runs=5
changed_list outside.c 's/: 64;/: 4;/; s/list->count + 2 <= list->room/list->room > 0/' &&
  libfuzzer outside outside.c
expect "a write outside is AddressSanitizer's" 1 'AddressSanitizer: heap-buffer-overflow' \
  ./outside -seed=1 -runs=200000 -len_control=0 -max_len=1024
cat >names.c <<'C'
#include <stdlib.h>
#include "list.c"
/* As the library has them. */
int judge_create, shrink;
void trace_free(void) { abort(); }
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  return 0;
}
C
libfuzzer names "-I${list%/*}" names.c
expect "names of mine.c may be the library's" 0 '^Done 2000 runs' ./names -seed=1 -runs=2000

# --- Memory that is real
cat >mallocs.c <<'C'
#include <stdlib.h>
#include "spanref_candidate.h"
static uint64_t page_bytes;
static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)os;
  page_bytes = geometry->page_bytes;
  return (page_bytes & (page_bytes - 1)) == 0 ? &page_bytes : NULL;
}
static void destroy(void *heap) { (void)heap; }
static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  (void)heap, (void)manual;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  void *memory = aligned_alloc(page_bytes, npages * page_bytes);
  answer->base = (uintptr_t)memory / page_bytes;
  answer->needzero = true;
  return memory != NULL ? SPANREF_OK : SPANREF_NO_MEMORY;
}
static int release(void *heap, uint64_t base, struct spanref_answer *answer)
{
  (void)heap, (void)answer;
  free((void *)(uintptr_t)(base * page_bytes));
  return SPANREF_OK;
}
const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof spanref_candidate,
    .name = "mallocs", .summary = "aligned_alloc", .levels = SPANREF_SAFETY,
    .memory = SPANREF_BYTES, .create = create, .destroy = destroy, .alloc = alloc,
    .free = release};
C
libfuzzer mallocs mallocs.c
expect "no history asks for more memory than an engine lets it have" 0 '^Done 1000 runs' \
  ./mallocs -seed=1 -runs=1000 -len_control=0 -max_len=1024 -rss_limit_mb=1000 -malloc_limit_mb=20
expect "the example in C++ is a target" 0 '' \
  clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address "$pool" "${library[@]}" -o pool
expect "and stays right" 0 '^Done 2000 runs' ./pool -seed=1 -runs=2000
clang++ -std=c++20 -DPOOL_MERGE_BUG -g -O1 -fsanitize=fuzzer,address "$pool" "${library[@]}" -o pool_bug
expect "and its bug is found" 77 '^  coalescing, uncoalesced: ' ./pool_bug -seed=1 -runs=20000

# --- Without an engine
expect "mine.c is a program that runs inputs" 0 '' without_engine replay -DLIST_MERGE_BUG "$list"
mkdir made
expect "an input becomes a short trace" 1 '^ +made/.*\.trace, .*: [0-9]+ operations? became 3$' \
  ./replay -o made "$crash"
expect "with all that is needed to see it again" 1 'coalescing, spans: ' \
  "$tool" check -c ./bug.so "made/${crash##*/}.trace"
expect "and a program that compiles" 0 '' cc -std=c99 -D_POSIX_C_SOURCE=200809L -I"$root" \
  -I"$root/candidates" "made/${crash##*/}.c" -DLIST_MERGE_BUG "$list" "$root/$build/libspanref.a" \
  -ldl -lpthread -o made/program
expect "and departs" 1 '^It departs.$' made/program
without_engine newer_replay newer.c
expect "another version is said once" 2 \
  '^spanref: spanref_candidate: it is built for version 3 of' ./newer_replay "$root/corpus/regressions"
SPANREF_WAIVERS=none.waivers expect "waivers that aren't there are an error here, too" 2 \
  '^none.waivers: expected a file that can be read$' ./replay "$crash"
expect "inputs in which nothing is compared are no pass" 3 '^not compared +/dev/null$' ./replay /dev/null
changed_list crashes.c '/^static void merge/,/^}/s/^{$/&\n  if (list->count > 4) abort();/' &&
  without_engine crashes crashes.c
expect "what crashes becomes a trace" 1 '^ +made/.*\.trace: the whole history, for spanref shrink$' \
  ./crashes -o made "$root/corpus/regressions"
sed 's/abort()/exit(0)/' crashes.c >exits.c && without_engine exits exits.c
expect "what exits doesn't conform" 1 ' 0 departs, [1-9][0-9]* crashes, ' ./exits "$root/corpus/regressions"

expect "it builds with gcc -m32" 0 '' make -s -C "$root" BUILD="$work/b32" CC="gcc -m32" \
  CFLAGS="-O0 -Werror" fuzz-library
gcc -m32 -g -DLIST_MERGE_BUG "${replayer[0]}" "$list" b32/libspanref-fuzz-replay.a -ldl -lpthread \
  -o replay32
expect "and finds the same" 1 '1 departs, 0 crashes' ./replay32 "$crash"

# --- AFL++
if command -v afl-fuzz >/dev/null && command -v afl-clang-fast >/dev/null; then
  export AFL_QUIET=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
    AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
  mkdir in && printf '\0\0\0' >in/empty
  # PROGRAM FLAG...
  afl() { afl-clang-fast -g -O1 -fsanitize=fuzzer "${@:2}" "$list" "${library[@]}" -o "$1"; }
  # shellcheck disable=SC2317 # expect() runs it
  stats() { # PROGRAM KEY
    sed -n "s/^$2 *: //p" "out_$1/default/fuzzer_stats"
  }
  expect "mine.c is a target for AFL++" 0 '' afl afl_good
  expect "which runs" 0 '' afl-fuzz -i in -o out_afl_good -s 1 -E 5000 -- ./afl_good
  expect "5,000 times" 0 '^[5-9][0-9]{3}$' stats afl_good execs_done
  expect "stable" 0 '^100.00%$' stats afl_good stability
  expect "without a crash" 0 '^0$' stats afl_good saved_crashes
  afl afl_bug -DLIST_MERGE_BUG
  expect "with the bug it runs as well" 0 '' afl-fuzz -i in -o out_afl_bug -s 1 -E 20000 -- ./afl_bug
  expect "and that is found" 0 '^[1-9][0-9]*$' stats afl_bug saved_crashes
else
  echo "skip - AFL++ isn't there"
fi
exit $failed
