#!/bin/bash
# Candidates that plug in, from outside: each conforms where it should, and each that
# does one thing wrong is called by its name.
#
#   cli/test_plugin.sh [BUILD]
#
# BUILD: where spanref and candidates/*.so are (build). Prints "ok" or "not ok"
# lines, exits 1 if one is not ok.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:-build}
tool=$build/spanref
plug=$build/candidates
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0
# jemalloc, loaded late, needs more thread-local memory than glibc reserves for that.
export GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384

# NAME STATUS REGEX COMMAND...: its exit status, and a line of its output.
expect() {
  local name=$1 wanted=$2 pattern=$3 got
  shift 3
  "$@" >"$work/out" 2>&1 </dev/null
  got=$?
  if [ "$got" -eq "$wanted" ] && grep -Eq -- "$pattern" "$work/out"; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    echo "# status $got, expected $wanted and /$pattern/"
    sed 's/^/# /' "$work/out" | head -n 20
    failed=1
  fi
}

# Two hundred operations that leave holes.
trace() {
  printf 'spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 524288\ngoal none\n'
  printf 'region 0x10000000 up\n'
  for ((i = 0; i < 100; i++)); do
    echo "a $i $((i * 7 % 9 + 1))"
    [ $((i % 3)) -eq 0 ] || echo "f $((i / 2))"
  done
}
trace >"$work/holes.trace"
mkdir "$work/twelve"
for ((n = 0; n < 12; n++)); do cp "$work/holes.trace" "$work/twelve/$n.trace"; done

expect "opt, all levels, golden traces" 0 'conforms: opt .*placement \(go1.13\), backing, 15967 operations' \
  "$tool" check -c "$plug/opt.so" corpus/golden
expect "opt, random histories" 0 'conforms: opt' "$tool" fuzz -r 40 -c "$plug/opt.so"
expect "opt in plain C, golden traces" 0 'conforms: opt .*, 15967 operations' \
  "$tool" check -c "$plug/opt_scalar.so" corpus/golden
expect "and random histories" 0 'conforms: opt' "$tool" fuzz -r 40 -c "$plug/opt_scalar.so"
expect "ref, random histories" 0 'conforms: ref' "$tool" fuzz -r 20 -c "$plug/ref.so"
expect "first_fit is where the reference is" 0 'conforms: first_fit .*placement \(pages\)' \
  "$tool" fuzz -r 60 -c "$plug/first_fit.so"
expect "last_fit is where the reference's last fit is" 0 'conforms: last_fit .*placement \(pages\)' \
  "$tool" fuzz -r 60 -c "$plug/last_fit.so"
expect "best_fit is where the reference's best fit is" 0 'conforms: best_fit .*placement \(pages\)' \
  "$tool" fuzz -r 60 -c "$plug/best_fit.so"
# SED ARGUMENT...: the list, with one thing wrong.
wrong_list() {
  sed "$1" candidates/examples/list.c >"$work/wrong.c"
  shift
  rm -f "$work/wrong.so"
  cmp -s candidates/examples/list.c "$work/wrong.c" ||
    cc -O2 -fPIC -shared -Icandidates "$@" -o "$work/wrong.so" "$work/wrong.c"
}
wrong_list 's/npages >= spans\[found\]/npages > spans[found]/' -DLIST_BEST_FIT
expect "the highest of the shortest isn't best fit" 1 \
  'placement, address: the lowest address in the shortest span' \
  "$tool" fuzz -r 60 -o "$work/t" -j "$work/v.json" -x "$work/v.xml" -c "$work/wrong.so"
cp "$work/out" "$work/said"
expect "and where it would have fitted" 0 '^  a free span of the same length, lower, at 0x[0-9a-f]+, would have served$' cat "$work/said"
expect "in JSON" 0 '"explanation": "a free span of the same length, ' cat "$work/v.json"
expect "in JUnit" 0 ', the candidate says 0x[0-9a-f]+; a free span of the same length, ' cat "$work/v.xml"
echo 'waive address: the highest of the shortest' >"$work/wrong.waivers"
expect "unless that is waived" 0 'waived address, [1-9]' \
  "$tool" fuzz -r 60 -c "$work/wrong.so"
rm "$work/wrong.waivers"
placement_only='s/.levels = .*/.levels = SPANREF_PLACEMENT,/'
wrong_list 's/npages, 1, 0, base, base + npages,/npages, 1, 0, 0, SPANREF_LIMIT_PAGES,/'
expect "a claim that takes other pages" 1 'placement, address: 0x[0-9a-f]+ was claimed, it answered' \
  "$tool" fuzz -r 60 -o "$work/t" -c "$work/wrong.so"
expect "is one operation" 1 '^# [0-9]+ operations? became 1 in' \
  "$tool" shrink -o "$work/short" -c "$work/wrong.so" "$work/t"
wrong_list 's/npages - had_pages);/npages - had_pages + 1);/'
expect "a resize that takes a page too many, by its accounts" 1 'accounting, stats: (in_use|manual) is' \
  "$tool" fuzz -r 60 -o "$work/t" -c "$work/wrong.so"
wrong_list "s/npages - had_pages);/npages - had_pages + 1);/; $placement_only"
expect "and by its placements alone" 1 '(placement, address|answer: lookup|safety, refused)' \
  "$tool" fuzz -r 60 -o "$work/t" -c "$work/wrong.so"
expect "in a few operations" 1 '^# [0-9]+ operations became [23] in' \
  "$tool" shrink -o "$work/short" -c "$work/wrong.so" "$work/t"
expect "the bug in the list" 1 '(coalescing, spans|safety, overlap)' \
  "$tool" fuzz -r 60 -o "$work/t" -c "$plug/merge_bug.so"
expect "what it departs in is written as a trace" 1 'departs: merge_bug in 1 of 1 trace' \
  "$tool" check -c "$plug/merge_bug.so" "$work/t"
expect "and shortened" 1 '^# [0-9]+ operations became 4 in' \
  "$tool" fuzz -r 60 -o "$work/t" -c "$plug/merge_bug.so"
expect "what is short shows the same" 1 'coalescing, spans' \
  "$tool" check -c "$plug/merge_bug.so" "$work/t.short.trace"
expect "what check found is made short" 1 '^# [0-9]+ operations became 4 in [0-9]+ replays: .*/short.trace$' \
  "$tool" shrink -c "$plug/merge_bug.so" -o "$work/short" "$work/t"
cc -std=c99 -D_POSIX_C_SOURCE=200809L -I. -Icandidates -DLIST_MERGE_BUG -o "$work/program" \
  "$work/short.c" candidates/examples/list.c "$build/libspanref.a" -ldl -lpthread
expect "it is a program as well, with the candidate's sources" 1 '^  merge_bug: ok$' "$work/program"
expect "and a strip" 0 '^f 1 .*|[.]510 ' cat "$work/short.txt"
expect "and bytes" 0 'bytes' ls "$work/short.bytes"
expect "where it doesn't depart, nothing is" 0 "first_fit doesn't depart: there is nothing" \
  "$tool" shrink -c "$plug/first_fit.so" -o "$work/none" "$work/holes.trace"
expect "and nothing is written" 2 'none' ls "$work/none"
expect "where a picture can't be written it is said" 2 'no/such: No such file' \
  "$tool" check -p "$work/no/such" -c "$plug/first_fit.so" "$work/holes.trace"
expect "buddy, without a waiver" 0 'conforms: buddy' "$tool" fuzz -r 60 -c "$plug/buddy.so"
for name in glibc jemalloc mimalloc tcmalloc mmap; do
  expect "$name" 0 "conforms: $name at safety, 150 operations" \
    "$tool" check -c "$plug/$name.so" "$work/holes.trace"
  # Without a leak: what the C library keeps in its thread's cache isn't one.
  expect "$name, random histories" 0 "conforms: $name at safety" \
    "$tool" fuzz -r 60 -o "$work/t" -c "$plug/$name.so"
done

# One function of a malloc that lies, behind candidates/examples/malloc.c.
liar() {
  printf '#include <malloc.h>\n#include <string.h>\n%s\n' "$1" >"$work/liar.c"
  cc -O2 -fPIC -shared -fno-builtin -o "$work/libliar.so" "$work/liar.c"
  cc -O2 -fPIC -shared -Icandidates -DMALLOC_NAME='"liar"' \
    -DMALLOC_LIBRARY="\"$work/libliar.so\"" -o "$work/liar.so" candidates/examples/malloc.c
}
liar 'void *(*linked)(size_t) = malloc;'
expect "the C library behind another name" 0 'conforms: liar' \
  "$tool" check -c "$work/liar.so" "$work/holes.trace"
liar 'void *calloc(size_t n, size_t each)
{
  void *p = malloc(n * each);
  return p != NULL ? memset(p, 1, n * each) : NULL;
}'
expect "a calloc that doesn't zero" 1 "safety, dirty: page .* isn't zero" \
  "$tool" check -c "$work/liar.so" "$work/holes.trace"
liar 'void *realloc(void *old, size_t n)
{
  char *p = malloc(n);
  if (p == NULL) return NULL;
  memcpy(p, old, malloc_usable_size(old));
  p[17]++;
  free(old);
  return p;
}'
expect "a realloc that loses a byte" 1 'safety, unsound: .*: realloc lost byte 17 of' \
  "$tool" check -c "$work/liar.so" "$work/holes.trace"
liar 'void *aligned_alloc(size_t alignment, size_t n) { return malloc(n + alignment); }'
grep -v '^f' "$work/holes.trace" | head -n 80 >"$work/few.trace"
expect "an aligned_alloc that doesn't align" 1 "unsound: .* aligned_alloc's 0x.* isn't aligned" \
  "$tool" check -c "$work/liar.so" "$work/few.trace"

# By a page of 512 bytes and one allocation: microsoft/mimalloc issue 700, in 2.0.9.
printf 'spanref-trace 1\npage 512\nphys 512\nhuge 0\narena 32768\ngoal none\na 0 1\n' \
  >"$work/small.trace"
case $(dpkg-query -W -f '${Version}' libmimalloc2.0 2>/dev/null) in
2.0.9*)
  expect "mimalloc 2.0.9's alignment" 1 "unsound: .* aligned_alloc's 0x[0-9a-f]*80 isn't" \
    "$tool" check -c "$plug/mimalloc.so" "$work/small.trace" ;;
esac
expect "others align it" 0 'conforms: jemalloc' \
  "$tool" check -c "$plug/jemalloc.so" "$work/small.trace"
sed 's/512/64/' "$work/small.trace" >"$work/tiny.trace"
expect "pages whose numbers would be too big aren't served" 3 'not served: 1 trace' \
  "$tool" check -c "$plug/glibc.so" "$work/tiny.trace"

expect "one that does nothing wrong" 0 'conforms: naughty' \
  "$tool" check -c "$plug/naughty-NOTHING.so" "$work/holes.trace"
while read -r how words; do
  expect "$how is called by its name" 1 "$words" \
    "$tool" check -c "$plug/naughty-$how.so" "$work/twelve"
done <<'HOWS'
CRASHES safety, crashed: its process was ended by signal 11
EXITS safety, exited: its process exited with status 3
REFUSES safety, refused: [0-9]+ pages? refused with NO_MEMORY \(1\), though there is memory
SCRIBBLES safety, changed: page 0x[0-9a-f]+ doesn't hold what was written
LIES accounting, stats: in_use is [0-9]+ pages?, the candidate says
OVERLAPS safety, overlap: pages .* is in use
LEAKS safety, leak: more was left allocated after each of the last 8 histories
DIRTY safety, dirty: page .* isn't zero
HOWS
while read -r how status words; do
  expect "$how is called by its name, or conforms" "$status" "$words" \
    "$tool" fuzz -r 100 -o "$work/t" -c "$plug/naughty-$how.so"
done <<'HOWS'
NEVER 1 safety, refused: [0-9]+ pages? refused with NO_MEMORY \(1\), though there is memory
LOSES 1 coalescing, spans: pages 0x[0-9a-f]+ \+3 were obtained and aren't in use, but
LOSES_JOINED 1 coalescing, spans: pages 0x[0-9a-f]+ \+1 were obtained and aren't in use, but
LOSES_GRANT 1 coalescing, spans: pages 0x[0-9a-f]+ \+1 were obtained and aren't in use, but
LOSES_TAIL 1 coalescing, spans: pages 0x[0-9a-f]+ \+[0-9]+ were obtained and aren't in use, but
FORGETS 1 coalescing, spans: pages 0x[0-9a-f]+ \+[0-9]+ were obtained and aren't in use, but
UNDERFLOWS 1 accounting, stats: in_use is 0 pages, the candidate says 18446744073709551615
SILENT 0 ^conforms: naughty at safety, [0-9]+ operations
BLANK 1 coalescing, spans: 0x[0-9a-f]+ .* is in use, and it doesn't show that
NONSENSE 1 coalescing, spans: span 0xfffffffffffffffc \+[0-9]+ reaches past page 2\^40
BACKWARDS 1 coalescing, spans: span 0x[0-9a-f]+ .* begins before the previous span ends
FALLS 1 safety, crashed: its process was ended by signal 11
ROUNDS 1 accounting, stats: (in_use|manual) is [0-9]+ pages?, the candidate says
ROUNDS_SAID 0 ^conforms: naughty at safety, accounting, coalescing
SHRINKS 1 safety, unsound: [0-9]+ pages take up [0-9]+, it says
APART 1 coalescing, uncoalesced: .* are free, adjacent and of one kind, but two spans
APART_SAID 0 ^conforms: naughty at safety, accounting, coalescing
KEEPS 1 accounting, stats: (in_use|manual) is [0-9]+ pages?, the candidate says
BEYOND 1 safety, outside: pages 0x[0-9a-f]+ .* were never obtained
STRETCHES 1 accounting, stats: (in_use|manual) is [0-9]+ pages?, the candidate says
BOOLS 0 ^conforms: naughty at safety, accounting, coalescing
OLD 0 ^conforms: naughty at safety, accounting, coalescing
COMPLAINS 1 safety, unsound: its self_check says: it doesn't feel well
TURNS 1 coalescing, spans: it shows .* with manual = 0, but it is in use with manual = 1
LIMITED 0 ^conforms: naughty at safety, accounting, coalescing
LIMIT_LESS 1 safety, refused: 8 pages refused with NO_MEMORY
LIMIT_MORE 1 safety, accepted: it answered ok to 9 pages, though its greatest request is 8
ALIGNS 0 ^conforms: naughty at safety, accounting, coalescing
ALIGN_LESS 1 placement, address: .* is off its phase: page 0x[0-9a-f]+ is .* modulo 512, not 0
FEW 0 ^conforms: naughty at safety, accounting, coalescing
FEW_LESS 1 safety, refused: [0-9]+ pages? refused with NO_MEMORY
GREEDY 1 safety, grew: it asked the OS for [0-9]+ pages?, though it has a free run of
FREES_TWICE 1 safety, accepted: it answered ok to the free of page .*, which was freed just now
CLEANS 1 coalescing, spans: .*a free span with needzero=0 holds a page that was given out
POOL 0 ^conforms: naughty at safety, accounting, coalescing
PENDS 0 ^conforms: naughty at safety, accounting, coalescing
PENDS_LESS 1 coalescing, spans: pages 0x[0-9a-f]+ .* were obtained and aren.t in use
RELOADS 1 accounting, stats: idle|coalescing, spans: pages 0x[0-9a-f]+ .* were obtained and aren't in use
POOL_LOSES 1 safety, refused: the empty pool refuses [0-9]+ pages?, request number [0-9]+, which
POOL_ROVES 0 ^conforms: naughty at safety, accounting, coalescing, placement
HOWS
# --- Is what is said to show it again seen again?

# NAME ARGUMENT...: fuzzes it; what it said stays in $work/said, and t.* is what it wrote.
fuzz_naughty() {
  local name=$1
  shift
  rm -f "$work/starts"
  NAUGHTY_STARTS=$work/starts "$tool" fuzz -r 100 -o "$work/t.trace" -j "$work/v.json" \
    -c "$plug/naughty-$name.so" "$@" >"$work/said" 2>&1
}
touch "$work/t.short.trace" "$work/t.short.c"
fuzz_naughty FIRST
expect "what it takes another history for is said" 0 \
  "to see it again: spanref check -c .*-FIRST.so $work/t.before-[*].trace $work/t.trace$" cat "$work/said"
expect "and why" 0 '^it departs only after 1 other history in one process' cat "$work/said"
expect "and that it isn't short" 0 "^it couldn't be shortened: alone the history doesn't depart" cat "$work/said"
expect "an older short one is removed" 2 'No such file' ls "$work/t.short.trace"
expect "in all its forms" 2 'No such file' ls "$work/t.short.c"
expect "in JSON" 0 '"confirmed": "after others"' cat "$work/v.json"
expect "so it departs" 1 'departs: naughty in 1 of 2 traces' \
  "$tool" check -c "$plug/naughty-FIRST.so" "$work"/t.before-*.trace "$work/t.trace"
cp "$work/out" "$work/said"
expect "check says it as well" 0 "^to see it again: spanref check .* $work/t.before-01.trace $work/t.trace$" \
  cat "$work/said"
expect "and not without" 0 'conforms: naughty' "$tool" check -c "$plug/naughty-FIRST.so" "$work/t.trace"
fuzz_naughty THIRD
expect "older histories before it are removed" 2 'No such file' ls "$work/t.before-01.trace"
expect "what shows in the third history is run three times" 0 \
  "to see it again: spanref check -c .*-THIRD.so( $work/t.trace){3}$" cat "$work/said"
expect "the short one, too" 0 "to see it again: spanref check -c .*-THIRD.so( $work/t.short.trace){3}$" \
  cat "$work/said"
expect "it is short" 0 '^# [0-9]+ operations became 3 in' cat "$work/said"
expect "three times it departs" 1 'departs: naughty in 1 of 3 traces' "$tool" check \
  -c "$plug/naughty-THIRD.so" "$work/t.short.trace" "$work/t.short.trace" "$work/t.short.trace"
expect "once it doesn't" 0 'conforms: naughty' "$tool" check -c "$plug/naughty-THIRD.so" \
  "$work/t.short.trace"
expect "shrink finds out how often" 1 "spanref check -c .*-THIRD.so( $work/short.trace){3}$" \
  "$tool" shrink -c "$plug/naughty-THIRD.so" -o "$work/short.trace" "$work/t.trace"
expect "where each history needs a new process to be made short it has one" 1 '^# [0-9]+ operations became 4 in' \
  "$tool" fuzz -r 100 -o "$work/t" -c "$plug/naughty-ADDS_UP.so"
fuzz_naughty SOMETIMES
expect "what shows now and then is called so" 0 \
  '^it departs in 1 of 3 new processes: it answers differently from run to run' cat "$work/said"
expect "in JSON, too" 0 '"confirmed": "by chance"' cat "$work/v.json"
fuzz_naughty ONCE
expect "what never shows again, too" 0 "^it didn't depart again, not in 16 runs in one process either" cat "$work/said"
expect "without a command" 0 "^written to $work/t.trace$" cat "$work/said"
expect "a leak takes eight histories" 1 '^it departs only where that history runs 8 times' \
  "$tool" check -c "$plug/naughty-LEAKS.so" "$work/twelve"
fuzz_naughty FALLS_LATER
expect "a crash in destroy is at the end" 0 '/t.trace: the end$' cat "$work/said"
expect "and is made short" 0 '^# [0-9]+ operations became 2 in' cat "$work/said"
expect "and shows again" 1 'short.trace: the end$' "$tool" check -c "$plug/naughty-FALLS_LATER.so" \
  "$work/t.short.trace"
expect "a crash in destroy is no departure of the next history" 1 '^# [0-9]+ operations became 3 in' \
  "$tool" fuzz -r 100 -o "$work/t" -c "$plug/naughty-FALLS_AND_LOSES.so"
fuzz_naughty FAULT_BY_FAULT -s 27
expect "another departure on the way doesn't stop it" 0 '^# 420 operations became 5 in' cat "$work/said"
expect "and is said" 0 '^on the way it departs otherwise, .*: coalescing, uncoalesced: ' cat "$work/said"
cp "$plug/naughty-FAULT_BY_FAULT.so" "$work/late.so"
echo 'waive uncoalesced: late' >"$work/late.waivers"
expect "with a waiver of that it shows" 1 'accounting, stats: in_use is' \
  "$tool" check -c "$work/late.so" "$work/t.short.trace"
{
  printf 'spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 8388608\ngoal none\nregion 0x0 up\n'
  for i in {1..100}; do echo "a $i 2"; done
  printf 'a 101 1\na 102 7\na 103 1\na 104 1\nf 101\nf 103\nf 102\n'
} >"$work/two.trace"
expect "where it can do without, it does" 1 '^# 108 operations became 4 in' \
  "$tool" shrink -o "$work/t.short.trace" -c "$plug/naughty-TWO_FAULTS.so" "$work/two.trace"
expect "so that check shows it" 1 'accounting, stats: in_use is' \
  "$tool" check -c "$plug/naughty-TWO_FAULTS.so" "$work/t.short.trace"
wrong_list 's/^    return SPANREF_NO_MEMORY;$/    abort();/' -DCAN=0
expect "what little memory shows fuzz shows again" 1 'to see it again: spanref fuzz -s 3 -r [0-9]+ -c' \
  "$tool" fuzz -s 3 -r 60 -o "$work/t" -c "$work/wrong.so"

expect "a crash is seen where SIGCHLD is ignored, as some shells leave it" 1 'signal 11' \
  bash -c 'trap "" CHLD; exec timeout 60 "$@"' - "$tool" check -c "$plug/naughty-CRASHES.so" \
  "$work/holes.trace"
expect "a scribble is seen where the memory is freed" 1 '[.]trace:[0-9]+: f [0-9]+$' \
  "$tool" check -c "$plug/naughty-SCRIBBLES.so" "$work/twelve"
grep -v '^f' "$work/holes.trace" >"$work/kept.trace"
expect "and at the end, where it isn't" 1 'kept.trace: the end$' \
  "$tool" check -c "$plug/naughty-SCRIBBLES.so" "$work/kept.trace"
expect "HANGS is called by its name" 1 'safety, hung: no answer within' \
  "$tool" check -c "$plug/naughty-HANGS.so" "$work/holes.trace"
for how in GROWS SWELLS; do
  expect "$how is called by its name" 1 'safety, outgrew: its process has more than 2048 MiB' \
    "$tool" check -c "$plug/naughty-$how.so" "$work/holes.trace"
done
for how in CRASHES OVERLAPS SCRIBBLES; do cp "$plug/naughty-$how.so" "$work"; done
echo 'waive crashed: known' >"$work/naughty-CRASHES.waivers"
echo 'waive overlap: known' >"$work/naughty-OVERLAPS.waivers"
echo 'waive changed: known' >"$work/naughty-SCRIBBLES.waivers"
expect "a waived crash ends each history once" 0 '^waived crashed, 12 times' \
  "$tool" check -c "$work/naughty-CRASHES.so" "$work/twelve"
expect "and so does a waived overlap" 0 '^waived overlap, 12 times' \
  "$tool" check -c "$work/naughty-OVERLAPS.so" "$work/twelve"
expect "after a waived scribble all is freed all the same" 0 '^conforms: naughty' \
  "$tool" check -c "$work/naughty-SCRIBBLES.so" "$work/twelve"
expect "the others go on after a crash" 1 'departs: naughty in 12 of 12 traces' \
  "$tool" check -c "$plug/naughty-CRASHES.so" "$work/twelve"

"$tool" check -j "$work/v.json" -x "$work/v.xml" -c "$plug/naughty-LIES.so" "$work/twelve" \
  >/dev/null 2>&1
# Numbers from the OS, one after the other, of which none is ever used again; and what it
# says of itself.
hoard() { # NAME NEEDZERO FIELDS
  cat >"$work/$1.c" <<C
#include <stdlib.h>
#include "spanref_candidate.h"
static struct { const struct spanref_os *os; uint64_t next, end, last; } heap;
static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)geometry;
  heap.os = os;
  heap.next = heap.end = heap.last = 0;
  return &heap;
}
static void destroy(void *of) { (void)of; }
static int alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  uint64_t base, granted;
  (void)of, (void)manual;
  if (npages == 0 || npages > 4) return SPANREF_BAD_SIZE;
  if (heap.end - heap.next < npages) {
    if (!heap.os->reserve(heap.os->context, 64, &base, &granted)) return SPANREF_NO_MEMORY;
    heap.next = base, heap.end = base + granted;
  }
  answer->base = heap.next;
  answer->needzero = $2;
  heap.next += npages;
  return SPANREF_OK;
}
static int release(void *of, uint64_t base, struct spanref_answer *answer)
{
  (void)of, (void)answer;
  if (!$2) heap.next = base; /* the last is used again */
  return SPANREF_OK;
}
const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof spanref_candidate,
    .name = "hoard", .summary = "keeps it all", .create = create, .destroy = destroy,
    .alloc = alloc, .free = release, $3};
C
  cc -O2 -fPIC -shared -Icandidates -o "$work/$1.so" "$work/$1.c"
}
head -n 7 "$work/holes.trace" >"$work/reuse.trace"
{
  for ((i = 0; i < 16; i++)); do echo "a $i 4"; done
  for ((i = 0; i < 16; i++)); do echo "f $i"; done
  printf 'refuse 9\na 16 4\n'
} >>"$work/reuse.trace"
hoard hoard true ''
expect "free memory has to be given again where there is none else" 1 \
  'safety, refused: 4 pages refused with NO_MEMORY \(1\), though it holds a free run that is long enough' \
  "$tool" check -c "$work/hoard.so" "$work/reuse.trace"
hoard zeroes false ''
printf 'a 0 4\nf 0\na 1 4\n' | cat <(head -n 7 "$work/holes.trace") - >"$work/again.trace"
expect "numbers that need no zeroing weren't given out before" 1 \
  'safety, dirty: pages 0x[0-9a-f]+ \+4 are said to need no zeroing, but were given out' \
  "$tool" check -c "$work/zeroes.so" "$work/again.trace"
# The third process that spanref starts is one too many.
cat >"$work/nofork.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>
pid_t fork(void)
{
  static int forks;
  pid_t (*real)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
  if (++forks < 3) return real();
  errno = EAGAIN;
  return -1;
}
C
cc -O2 -fPIC -shared -o "$work/nofork.so" "$work/nofork.c" -ldl
expect "a process that can't be started is no departure" 2 \
  'spanref: no process could be started for it: Resource temporarily unavailable' \
  env LD_PRELOAD="$work/nofork.so" "$tool" check -c "$plug/naughty-CRASHES.so" "$work/twelve"

while read -r fields words; do
  hoard misdeclared true "$fields"
  expect "what is misdeclared isn't run: $fields" 2 "$words" \
    "$tool" check -c "$work/misdeclared.so" "$work/again.trace"
done <<'DECLARED'
.version=77 it is built for version 77 of spanref_candidate.h, this spanref knows 1 to [0-9]$
.version=1 its size_bytes is [0-9]+, expected [0-9]+$
.size_bytes=8 its size_bytes is 8, expected [0-9]+, [0-9, ]+ or [0-9]+$
.memory=2 its memory is neither SPANREF_NUMBERS nor SPANREF_BYTES
.levels=32 its levels have a bit that no level has
.profile=2 its profile is neither SPANREF_PAGES nor SPANREF_GO113
.memory=1,.levels=8 it declares placement, which needs SPANREF_NUMBERS
.levels=SPANREF_PLACEMENT it declares placement as in SPANREF_PAGES, which needs the function add
.levels=SPANREF_BACKING it declares backing, which needs placement as in SPANREF_GO113
.profile=SPANREF_PAGES,.levels=SPANREF_PLACEMENT|SPANREF_BACKING it declares backing, which needs placement as in SPANREF_GO113
DECLARED
while read -r fields; do
  hoard older true "$fields"
  expect "an older table is read: $fields" 0 'conforms: hoard' \
    "$tool" check -c "$work/older.so" "$work/again.trace"
done <<'OLDER'
.version=1,.size_bytes=__builtin_offsetof(struct spanref_candidate,can)
.size_bytes=__builtin_offsetof(struct spanref_candidate,can)
.size_bytes=__builtin_offsetof(struct spanref_candidate,joins)
OLDER

expect "the verdict as JSON" 0 '^departs 12 12 stats /twelve/0.trace' python3 -c '
import json, sys
v = json.load(open(sys.argv[1]))
d = v["departures"]
print(v["verdict"], v["histories"], len(d), d[0]["kind"], d[0]["history"][-15:])' "$work/v.json"
expect "and as JUnit" 0 '^12 12 stats' python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(root.get("tests"), root.get("failures"), root.find("testcase/failure").get("type"))' "$work/v.xml"
expect "and of what is built in" 0 '^conforms 166 placement$' sh -c \
  "$tool check -j $work/o.json $work/holes.trace >$work/o.txt && python3 -c '
import json, sys
v = json.load(open(sys.argv[1]))
print(v[\"verdict\"], v[\"operations_compared\"], v[\"candidate\"][\"levels\"][3])' $work/o.json"

make -s BUILD="$build" DESTDIR="$work/there" PREFIX=/usr install >/dev/null
there=$work/there/usr
cc -O2 -fPIC -shared -I"$there/include" -DLIST_MERGE_BUG -o "$work/mine.so" \
  "$there/share/doc/spanref/list.c"
expect "the tutorial, with what is installed alone" 1 '# [0-9]+ operations became 4' \
  "$there/bin/spanref" fuzz -o "$work/t" -c "$work/mine.so"
expect "the installed recorder is found" 0 '^spanref-trace 1$' \
  "$there/bin/spanref" record -m 1 -o - -- sort /dev/null
expect "pkg-config's file" 0 '^Cflags: -I[$][{]includedir[}]$' cat "$there/lib/pkgconfig/spanref.pc"
cc -O2 -fPIC -shared -I"$there/include" -DMALLOC_NAME='"libc"' -o "$work/libc.so" \
  "$there/share/doc/spanref/malloc.c"
expect "the installed recordings, by an installed example" 0 'conforms: libc at safety' \
  "$there/bin/spanref" check -c "$work/libc.so" "$there/share/spanref/corpus/golden/gap"
expect "they are listed" 0 '^buddy +safety,accounting,coalescing +a binary buddy' \
  "$tool" list "$plug/opt.so" "$plug/buddy.so"
expect "what can't be loaded isn't listed" 2 'none.so' "$tool" list ./none.so
[ ! -e "$plug/go.so" ] ||
  expect "Go's own page allocator" 0 'conforms: go at safety, placement' \
    "$tool" fuzz -r 40 -c "$plug/go.so"

cp "$plug/first_fit.so" "$work/plain.so"
echo 'waive leak: there is none' >"$work/plain.waivers"
expect "a waiver that isn't needed is an error" 1 "line 1 of the waivers isn't needed" \
  "$tool" check -c "$work/plain.so" "$work/holes.trace"
expect "and the last line says so" 1 "^departs: first_fit has 1 waiver that is not needed$" \
  "$tool" check -x "$work/w.xml" -c "$work/plain.so" "$work/holes.trace"
expect "and JUnit" 0 '^2 1 waivers$' python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(root.get("tests"), root.get("failures"), root.find("testcase/failure").get("type"))' "$work/w.xml"
expect "but not where the time decides what is run" 0 "line 1 of the waivers wasn't needed in this time" \
  "$tool" fuzz -t 1 -c "$work/plain.so"
echo 'waive nonsense: x' >"$work/plain.waivers"
expect "a waiver that says nothing known" 2 'plain.waivers:1: expected a kind of departure' \
  "$tool" check -c "$work/plain.so" "$work/holes.trace"
printf 'spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 524288\ngoal none\n' >"$work/none.trace"
expect "nothing compared is not a pass" 3 'nothing was compared' \
  "$tool" check -c "$plug/glibc.so" "$work/none.trace"
expect "no such file" 2 'spanref: ./none.so: .*cannot open' \
  "$tool" check -c ./none.so "$work/holes.trace"
expect "no such symbol" 2 'spanref_candidate' \
  "$tool" check -c "$build/libspanref-record.so" "$work/holes.trace"
exit $failed
