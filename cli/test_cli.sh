#!/bin/bash
# The tool from outside: output and exit status of every verb.
#
#   cli/test_cli.sh [BUILD [GOLDEN]]
#
# BUILD: where build/spanref and build/libspanref.a are (build). GOLDEN: a
# directory of traces with the reference's answers; without it that part is
# skipped. Prints "ok" or "not ok" lines, exits 1 if one is not ok.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:-build}
golden=${2:-}
tool=$PWD/$build/spanref
case $build in /*) tool=$build/spanref ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

result() { # 0|1 NAME
  if [ "$1" -eq 0 ]; then echo "ok - $2"; else
    echo "not ok - $2"
    failed=1
  fi
}

# NAME STATUS COMMAND...: run it, keep its output in $work/out and $work/err.
run() {
  local name=$1 wanted=$2 got
  shift 2
  "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  [ "$got" -eq "$wanted" ] || echo "# status $got, expected $wanted"
  [ "$got" -eq "$wanted" ]
  result $? "$name"
}

# NAME out|err REGEX: it is there.
shows() {
  grep -Eq -- "$3" "$work/$2" || sed 's/^/# /' "$work/$2"
  grep -Eq -- "$3" "$work/$2"
  result $? "$1"
}

# NAME: nothing on standard output, one line on standard error.
one_line() {
  [ "$(wc -l <"$work/err")" -eq 1 ] && [ ! -s "$work/out" ]
  result $? "$1"
}

header() {
  printf 'spanref-trace 1\npage 8192\nphys 4096\nhuge 0\narena 524288\ngoal none\n'
}

good() {
  header
  cat <<'TRACE'
region 0x100000 up
# a comment
m 0 8
a 1 60
f 0
s 8192
refuse 1
a 2 4000
f 2
g 0x8000000 16
l 0x100000
d
TRACE
}
good >"$work/good.trace"

# --- Usage
run "help" 0 "$tool" --help
shows "help names the verbs" out '^  check '
shows "help tells the exit statuses" out '3  nothing was compared'
run "version" 0 "$tool" --version
shows "version names the interface of candidates" out \
  "candidates $(sed -n 's/^#define SPANREF_CANDIDATE_VERSION //p' candidates/spanref_candidate.h)\$"
for verb in replay check fuzz shrink show list record; do
  run "$verb --help" 0 "$tool" "$verb" --help
  shows "$verb --help tells its usage" out '^[Uu]sage: spanref '"$verb"
done
run "no verb" 2 "$tool"
one_line "no verb: one line"
run "unknown verb" 2 "$tool" frobnicate
one_line "unknown verb: one line"
run "unknown option" 2 "$tool" check --frobnicate "$work/good.trace"
one_line "unknown option: one line"
run "an option of another verb" 2 "$tool" show --seed 1 "$work/good.trace"
one_line "an option of another verb: one line"
run "no value" 2 "$tool" fuzz --seed
one_line "no value: one line"
run "no number" 2 "$tool" fuzz --seed 1x
one_line "no number: one line"
run "no such candidate" 2 "$tool" check -c nobody "$work/good.trace"
one_line "no such candidate: one line"
run "no trace" 2 "$tool" replay
one_line "no trace: one line"
run "fuzz takes no traces" 2 "$tool" fuzz "$work/good.trace"
one_line "fuzz takes no traces: one line"

# --- Happy paths
run "check" 0 "$tool" check "$work/good.trace"
shows "check ends with its verdict" out '^conforms: opt at safety, .*, 7 operations compared in 1 trace$'
run "check of the reference" 0 "$tool" check --candidate ref "$work/good.trace"
run "show" 0 "$tool" show "$work/good.trace"
shows "show tells the sizes" out 'min 8, median 60, max 4000 pages'
run "annotate" 0 "$tool" replay --annotate "$work/good.trace"
cp "$work/out" "$work/golden.trace"
shows "annotate keeps comments" out '^# a comment$'
shows "annotate fills in the dump" out '^= free 0x8000000 16 scavenged needzero=0$'
run "replay of its own annotation" 0 "$tool" replay "$work/golden.trace"
shows "replay compares answers" out '^conforms: 8 answers compared'
run "opt replays the same" 0 "$tool" replay --heap opt "$work/golden.trace"
run "annotate again" 0 "$tool" replay -a "$work/golden.trace"
cmp -s "$work/out" "$work/golden.trace"
result $? "annotate is the identity on its output"
"$tool" check - <"$work/good.trace" >"$work/out"
result $? "standard input"

mkdir -p "$work/many/b" "$work/many/a"
cp "$work/good.trace" "$work/many/b/1.trace"
cp "$work/good.trace" "$work/many/a/2.trace"
cp "$work/good.trace" "$work/many/a/ignored.txt"
run "a directory" 0 "$tool" show "$work/many"
grep -n '^/' "$work/out" | cut -d/ -f2- | tr '\n' ' ' |
  grep -q 'many/a/2.trace .*many/b/1.trace $'
result $? "a directory's traces come sorted"
run "several arguments" 0 "$tool" check "$work/many/b" "$work/good.trace"
shows "several arguments are counted" out 'in 2 traces$'

# --- Differences
sed 's/^f 0 = ok \(.*\) nfree=1/f 0 = ok \1 nfree=5/' "$work/golden.trace" >"$work/wrong.trace"
run "replay finds a wrong statistic" 1 "$tool" replay "$work/wrong.trace"
shows "replay names line, operation and key" out \
  'wrong.trace:11: f 0: the trace says ok nfree=5, the heap says ok nfree=1$'
sed 's/^= free 0x8000000 16/= free 0x8000000 17/' "$work/golden.trace" >"$work/wrong.trace"
run "replay finds a wrong free span" 1 "$tool" replay "$work/wrong.trace"
shows "replay shows both spans" out 'says free 0x8000000 17 .* says free 0x8000000 16 '
sed '/^= free 0x8000000/d' "$work/golden.trace" >"$work/wrong.trace"
run "replay finds a missing free span" 1 "$tool" replay "$work/wrong.trace"
shows "replay says that it is missing" out 'the trace says no more free spans, the heap'
sed 's/^f 2$/f 2 = ok/' "$work/golden.trace" >"$work/wrong.trace"
run "an expectation on a skipped line is a difference" 1 "$tool" replay "$work/wrong.trace"
shows "replay says that it is skipped" out ':15: f 2: .* so it is skipped$'
run "the next trace runs all the same" 1 "$tool" replay "$work/wrong.trace" "$work/golden.trace"
shows "the next trace is counted" out '^differs: 1 of 2 traces$'

# --- Nothing compared
run "replay of a trace that expects nothing" 3 "$tool" replay "$work/good.trace"
header >"$work/empty-history.trace"
run "check of a trace without operations" 3 "$tool" check "$work/empty-history.trace"
run "fuzz without runs" 3 "$tool" fuzz --runs 0

# --- Malformed input: one line, status 2
malformed() { # NAME PATH
  for verb in replay check show; do
    run "$verb: $1" 2 "$tool" "$verb" "$2"
    [ "$(wc -l <"$work/err")" -eq 1 ]
    result $? "$verb: $1: one line"
    shows "$verb: $1: names the file" err "^$2:([0-9]+:)? "
  done
}
: >"$work/bad-empty.trace"
head -c 5000 /dev/urandom >"$work/bad-binary.trace"
{ header; printf 'a 0 %05000d\n' 1; } >"$work/bad-long.trace"
{ header; echo "a 0"; } >"$work/bad-short.trace"
{ header; echo "f 17"; } >"$work/bad-name.trace"
{ header; echo "z 1"; } >"$work/bad-word.trace"
{ header; echo "a 0 1 = maybe"; } >"$work/bad-answer.trace"
{ header; echo "g 0x1 1"; } >"$work/bad-address.trace"
{ header; echo "a 0 99999999999999999999"; } >"$work/bad-number.trace"
sed 's/^phys 4096/phys 5000/' "$work/good.trace" >"$work/bad-geometry.trace"
sed 1d "$work/good.trace" >"$work/bad-version.trace"
{ header; for i in $(seq 65); do echo "region 0x${i}00000 up"; done; } >"$work/bad-regions.trace"
for bad in "$work"/bad-*.trace; do malformed "$(basename "$bad")" "$bad"; done
malformed "no such file" "$work/missing.trace"
mkdir "$work/no-traces"
malformed "a directory without traces" "$work/no-traces"
run "a malformed file among others" 2 "$tool" check "$work/bad-word.trace" "$work/good.trace"
shows "the others still run" out '^conforms: opt at safety, .*, 7 operations compared in 1 trace$'
shows "the malformed one is named" err 'bad-word.trace:7: '

# --- Output that can't be written
for verb in --help "show $work/good.trace" "check $work/good.trace" "fuzz -r 5" \
  "replay -a $work/good.trace"; do
  # shellcheck disable=SC2086
  "$tool" $verb >/dev/full 2>"$work/err" </dev/null
  [ $? -eq 2 ] && grep -q 'standard output' "$work/err"
  result $? "full disk: ${verb%% *}"
  # shellcheck disable=SC2086
  { sleep 0.2; "$tool" $verb 2>"$work/err" </dev/null; echo $? >"$work/status"; } | true
  [ "$(cat "$work/status")" -eq 2 ] && grep -q 'standard output' "$work/err"
  result $? "closed pipe: ${verb%% *}"
done
grep -q "$(printf '\033')" "$work/out"
[ $? -eq 1 ]
result $? "no escape codes into a file"

# --- Fuzzing
run "fuzz" 0 "$tool" fuzz --runs 200 --seed 7
grep -v '^speed' "$work/out" >"$work/first"
run "fuzz again" 0 "$tool" fuzz -r 200 -s 0x7
grep -v '^speed' "$work/out" | cmp -s - "$work/first"
result $? "same seed, same run"
run "fuzz with another seed" 0 "$tool" fuzz -r 200 -s 8
grep -v '^speed\|^seed' "$work/out" | cmp -s - <(grep -v ^seed "$work/first")
[ $? -eq 1 ]
result $? "another seed, another run"
run "fuzz for a second" 0 "$tool" fuzz -t 1

# --- A candidate that lies (numbers: enum lie in judge/test_liar.h)
read -r -a compiler <<<"${CC:-cc} ${CFLAGS:-}"
"${compiler[@]}" -std=c99 -D_POSIX_C_SOURCE=200809L -o "$work/liar" \
  cli/test_liar.c cli/main.c "${tool%/spanref}/libspanref.a"
result $? "the lying candidate builds"
catches() { # NAME LIE WHEN REGEX [SEED]
  local seed=${5:-5}
  export SPANREF_TEST_LIE=$2 SPANREF_TEST_WHEN=$3
  (cd "$work" && ./liar fuzz -s "$seed" -r 50 >out 2>err)
  [ $? -eq 1 ]
  result $? "fuzz catches $1"
  shows "fuzz says what differs: $1" out "$4"
  run "check shows the departure again: $1" 1 "$work/liar" check "$work/departure-$seed.trace"
  shows "check says the same: $1" out "$4"
  shows "the verdict: $1" out '^departs: opt in 1 of 1 trace, [0-9]+ operations? compared$'
  grep -q '^# spanref fuzz --seed '"$seed"', history' "$work/departure-$seed.trace"
  result $? "the trace says where it is from: $1"
  line=$(grep -Eo "departure-$seed.trace:[0-9]+" "$work/out" | head -n 1 | cut -d: -f2)
  [ "$(wc -l <"$work/departure-$seed.trace")" -eq "$line" ]
  result $? "the trace ends there: $1"
  unset SPANREF_TEST_LIE SPANREF_TEST_WHEN
}
catches "a wrong base" 2 5 '\[find\]: First fit takes the least placement' 1
shows "what would have fitted: a wrong base" out '^  lower, at 0x51db024000, would have fitted$'
catches "a wrong needzero" 3 7 '^  placement, answer: needzero: the reference says [01], the candidate says [01]$'
catches "a wrong statistic" 12 20 '^  placement, answer: idle: the reference says [0-9]+, the candidate says [0-9]+$'
catches "a wrong span" 19 30 '\[(inv.map|spans)\]'
catches "a lookup that fails" 10 0 '\[inv.map\]'
SPANREF_TEST_LIE=2 SPANREF_TEST_WHEN=1 run "check of a good trace on a liar" 1 \
  "$work/liar" check "$work/good.trace"
shows "the place and the operation" out 'good.trace:9: m 0 8$'
SPANREF_TEST_LIE=2 SPANREF_TEST_WHEN=1 run "unreadable outranks departing" 2 \
  "$work/liar" check "$work/good.trace" "$work/missing.trace"
SPANREF_TEST_LIE=2 SPANREF_TEST_WHEN=1 run "where the history can't be written" 1 \
  "$work/liar" fuzz -o "$work/no/such/place"
shows "it is printed instead" out '^spanref-trace 1$'
shows "and the place named" err 'no/such/place: No such file'
SPANREF_TEST_LIE=2 SPANREF_TEST_WHEN=1 run "a history is written" 1 \
  "$work/liar" fuzz -o "$work/departure.trace"
shows "and the user told so" out '^written to .*departure.trace; to see it again: spanref check .*departure.trace$'

# --- A departure made short, in its four forms
library=${tool%/spanref}/libspanref.a
"${compiler[@]}" -std=c99 -D_POSIX_C_SOURCE=200809L -o "$work/replay" cli/test_liar.c \
  fuzz/replay.c fuzz/fuzz_target.c "$library"
result $? "fuzz/replay with the lying candidate builds"
reproduces() { # NAME LIE WHEN
  export SPANREF_TEST_LIE=$2 SPANREF_TEST_WHEN=$3
  rm -f "$work"/departure-5.*
  (cd "$work" && ./liar fuzz -s 5 -r 50 >out 2>err)
  sentence=$(grep -o 'semantics.md \[.*\]' "$work/out" | tail -n 1)
  shows "fuzz makes it short: $1" out '^# [0-9]+ operations? became [0-9]+ in [0-9]+ replays: departure-5.short.trace$'
  run "shrink: $1" 1 "$work/liar" shrink -o "$work/s.trace" "$work/departure-5.trace"
  shows "shrink keeps the sentence: $1" out "$(printf '%s' "$sentence" | sed 's/[][]/\\&/g')"
  cmp -s "$work/s.trace" "$work/departure-5.short.trace"
  result $? "shrink and fuzz give the same: $1"
  run "the trace shows it: $1" 1 "$work/liar" check "$work/s.trace"
  run "the bytes show it: $1" 1 "$work/replay" "$work/s.bytes"
  shows "the table says so: $1" out '^1 input: 0 same, 1 departs, 0 crashes'
  "${compiler[@]}" -std=c99 -D_POSIX_C_SOURCE=200809L -I. -Icandidates -Wall -Wextra -Werror \
    -o "$work/program" "$work/s.c" cli/test_liar.c "$library" -ldl -lpthread
  result $? "the program compiles: $1"
  run "the program shows it: $1" 1 "$work/program"
  grep -q "$(tail -n 1 "$work/s.trace")" "$work/s.txt"
  result $? "the strip shows the last operation: $1"
  unset SPANREF_TEST_LIE SPANREF_TEST_WHEN
  run "no lie, no difference, trace: $1" 0 "$work/liar" check "$work/s.trace"
  run "no lie, no difference, bytes: $1" 0 "$work/replay" "$work/s.bytes"
  run "no lie, no difference, program: $1" 0 "$work/program"
}
reproduces "a lookup that fails" 10 0
reproduces "a needzero that is wrong" 20 0
SPANREF_TEST_LIE=10 run "replay shrinks what departs" 1 \
  "$work/replay" -o "$work" "$work/s.bytes" "$work/good.trace"
shows "and says where" out "s.bytes.trace, .bytes, .c, .txt: [0-9]+ operations? became"
shows "and goes on" out '^2 inputs: '
run "replay without input" 2 "$work/replay"
mkdir "$work/none"
run "replay of an empty directory" 3 "$work/replay" "$work/none"
run "replay of what isn't there" 2 "$work/replay" "$work/missing"
run "shrink: nothing to shrink" 0 "$tool" shrink -o "$work/none.trace" "$work/good.trace"
shows "it says so" out "opt doesn't depart: there is nothing to shrink"
[ ! -e "$work/none.trace" ]
result $? "and writes nothing"
printf 'x\n' >"$work/malformed.trace"
run "shrink: malformed" 2 "$tool" shrink "$work/malformed.trace"
one_line "shrink: malformed: one line"
run "shrink: two traces" 2 "$tool" shrink "$work/good.trace" "$work/good.trace"
one_line "shrink: two traces: one line"
SPANREF_TEST_LIE=20 run "shrink: not written" 2 \
  "$work/liar" shrink -o "$work/no/such.trace" "$work/s.trace"
shows "shrink: the place is named" err 'no/such.trace: No such file'
run "a directory can't be annotated" 2 "$tool" replay -a "$work"
one_line "a directory to annotate: one line"

# --- Golden answers
if [ -n "$golden" ]; then
  run "the golden answers" 0 "$tool" replay "$golden"
  run "the golden answers, of opt" 0 "$tool" replay --heap opt "$golden"
  different=0
  while IFS= read -r -d '' trace; do
    "$tool" replay -a "$trace" | cmp -s - "$trace" || different=1
  done < <(find "$golden" -name '*.trace' -print0)
  result $different "annotate is the identity on golden answers"
else
  echo "# golden answers: skipped, no directory given"
fi
exit $failed
