#!/bin/bash
# What stands beside a verdict, from outside: what a candidate wrote, which file it is, why it
# couldn't be loaded; commands to be copied, standard output as a file, and an interruption.
#
#   cli/test_evidence.sh [BUILD]
#
# BUILD: where spanref and candidates/*.so are (build). Prints "ok" or "not ok" lines, exits 1
# if one is not ok.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(realpath "${1:-build}")
tool=$build/spanref
plug=$build/candidates
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

# NAME FILE REGEX: a line of the file in $work is so.
shows() {
  grep -Eq -- "$3" "$work/$2" || head -n 30 "$work/$2" | sed 's/^/# /'
  grep -Eq -- "$3" "$work/$2"
  result $? "$1"
}

# NAME FILE REGEX: none is.
hides() {
  ! grep -Eq -- "$3" "$work/$2"
  result $? "$1"
}

# NAME PROGRAM: it prints nothing, or what is wrong. v: the JSON; x: the root of the JUnit.
reads() {
  python3 -c "
import json, sys, xml.etree.ElementTree as tree
v, x = json.load(open(sys.argv[1])), tree.parse(sys.argv[2]).getroot()
$2" "$work/v.json" "$work/v.xml" >"$work/said" 2>&1
  sed 's/^/# /' "$work/said"
  [ ! -s "$work/said" ]
  result $? "$1"
}

{
  printf 'spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 524288\ngoal none\n'
  printf 'region 0x10000000 up\n'
  for ((i = 0; i < 60; i++)); do
    echo "a $i $((i * 7 % 9 + 1))"
    [ $((i % 3)) -eq 0 ] || echo "f $((i / 2))"
  done
} >"$work/holes.trace"
mkdir "$work/two"
cp "$work/holes.trace" "$work/two/1.trace"
cp "$work/holes.trace" "$work/two/2.trace"

# --- What it wrote
run "a candidate that shouts and crashes" 1 "$tool" check -j "$work/v.json" -x "$work/v.xml" \
  -c "$plug/naughty-SHOUTS.so" "$work/two"
shows "its signal has a name" out 'its process was ended by signal 11 \(Segmentation fault\)$'
shows "its last words are introduced" out '^  its last words on standard error:$'
shows "and stand there" out '^    the last$'
shows "without what no terminal should see" out '^    [?]\[1m<b> \]\]> & [?][?]$'
hides "but only ten lines" out '^    line 3$'
shows "all of it is passed on" err '^line 1$'
[ "$(grep -c '^the last$' "$work/err")" -eq 2 ]
result $? "once for each trace, though each runs again"
reads "JSON and JUnit have it" '
wanted = "".join(f"line {i}\n" for i in range(4, 12)) + "?[1m<b> ]]> & ??\nthe last\n"
said = [d["stderr"] for d in v["departures"]] + [e.text for e in x.findall("testcase/system-err")]
if said != [wanted] * 4: print(said)'
run "it is muted while the history is shortened" 1 "$tool" fuzz -r 20 -o "$work/t" \
  -c "$plug/naughty-SHOUTS.so"
[ "$(grep -c '^the last$' "$work/err")" -eq 1 ]
result $? "so it is there once"
shows "and the short one has it too" out '^    the last$'
run "who writes more than a pipe holds conforms" 0 "$tool" check -j "$work/v.json" \
  -x "$work/v.xml" -c "$plug/naughty-FLOODS.so" "$work/holes.trace"
shows "and is heard" err '^a line that nobody asked for$'
reads "without a departure nothing is kept" '
if v["departures"] or x.find("testcase/system-err") is not None: print(v)'

# --- Why it couldn't be loaded
loads() { # C: what happens meanwhile
  printf '#include <stdio.h>\n#include <stdlib.h>\n%s\n' "$1" >"$work/loads.c"
  cc -fPIC -shared -o "$work/loads.so" "$work/loads.c"
  run "$2" 2 "$tool" check -c "$work/loads.so" "$work/holes.trace"
}
loads 'static void __attribute__((constructor)) begin(void) { *(volatile int *)0 = 1; }' \
  "a crash while it is loaded"
shows "is said, with its signal" err \
  'loads.so: its process was ended by signal 11 \(Segmentation fault\) while the file was being'
loads 'static void __attribute__((constructor)) begin(void) { puts("no licence"), exit(7); }' \
  "an exit while it is loaded"
shows "is said, with its status" err 'loads.so: its process exited with status 7 while the file'
shows "and what it said itself" err '^no licence$'
loads 'int nothing;' "a file without the table"
mv "$work/loads.so" "$work/libneeded.so"
cc -fPIC -shared -o "$work/loads.so" "$work/loads.c" -Wl,--no-as-needed -L"$work" -lneeded
rm "$work/libneeded.so"
run "a library that it needs and that is missing" 2 "$tool" check -c "$work/loads.so" \
  "$work/holes.trace"
shows "is named" err 'loads.so: libneeded.so: cannot open shared object file'

exit $failed
