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
mkdir "$work/two" "$work/many"
for ((i = 0; i < 200; i++)); do ln -s ../holes.trace "$work/many/$i.trace"; done
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
iconv -f UTF-8 -t UTF-8 "$work/err" >/dev/null && ! grep -q $'\x1b' "$work/err"
result $? "as text"
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

cat cli/test_naughty.c - >"$work/greets.c" <<'C'
static void __attribute__((constructor)) begin(void) { fputs("hello\n", stderr); }
C
cc -DNAUGHTY=LIES -fPIC -shared -Icandidates -o "$work/greets.so" "$work/greets.c"
run "who wrote before the history began" 1 "$tool" check -c "$work/greets.so" "$work/holes.trace"
shows "is heard" err '^hello$'
hides "but these aren't its last words" out 'last words'
asan=$(gcc -print-file-name=libasan.so 2>/dev/null)
if [ -e "$asan" ]; then
  {
    echo '#include <stdlib.h>'
    sed 's/^static int free_span(.*/static char *volatile mine;\n&/
      s/^  map->length\[at\] = 0;/  mine = malloc(9), free(mine), mine[3] = 1;\n&/' cli/test_naughty.c
  } >"$work/uaf.c"
  gcc -g -fsanitize=address -DNAUGHTY=NOTHING -fPIC -shared -Icandidates -o "$work/uaf.so" "$work/uaf.c"
  run "a candidate with AddressSanitizer" 1 env LD_PRELOAD="$asan" ASAN_OPTIONS=detect_leaks=0 \
    "$tool" check -c "$work/uaf.so" "$work/holes.trace"
  shows "exits, by its report" out 'safety, exited: its process exited with status 1'
  shows "of which the begin is kept" out '^    ==[0-9]+==ERROR: AddressSanitizer: heap-use-after-free'
  shows "and the place" out '^    .* #0 .* in free_span'
  shows "and the summary" out '^    SUMMARY: AddressSanitizer: heap-use-after-free .*free_span$'
  hides "and not what follows" out 'Shadow bytes'
  shows "all of it is passed on" err 'Shadow bytes'
fi

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
[ "$(head -n 1 "$work/err")" = "no licence" ]
result $? "after what it said itself"
loads 'int nothing;' "a file without the table"
mv "$work/loads.so" "$work/libneeded.so"
cc -fPIC -shared -o "$work/loads.so" "$work/loads.c" -Wl,--no-as-needed -L"$work" -lneeded
rm "$work/libneeded.so"
run "a library that it needs and that is missing" 2 "$tool" check -c "$work/loads.so" \
  "$work/holes.trace"
shows "is named" err 'loads.so: libneeded.so: cannot open shared object file'

# --- Which file, which libraries, which seed
cp "$plug/first_fit.so" "$work/mine.so"
run "a verdict" 0 "$tool" check -j "$work/v.json" -x "$work/v.xml" -p "$work/v.html" \
  -c "$work/mine.so" "$work/holes.trace"
sum=$(sha256sum "$work/mine.so" | cut -d' ' -f1)
shows "names the file by its hash" out "^file $work/mine.so, SHA-256 $sum\$"
shows "the tool" out "^$("$tool" --version)\$"
shows "and the C library" out "^libraries (.*, )?(glibc [0-9.]+)?\$"
shows "the picture does too" v.html "SHA-256 $sum"
reads "so do JSON and JUnit" "
sum, candidate = '$sum', v['candidate']
said = {p.get('name'): p.get('value') for p in x.findall('properties/property')}
if candidate['sha256'] != sum or said['sha256'] != sum or candidate['file'] != said['file']: print(v, said)
if ', '.join(candidate['libraries']) != said['libraries']: print(candidate, said)
if v['seed'] is not None or v['interrupted'] or 'interrupted' in said or v['tool']['version'] != said['spanref']: print(v, said)"
printf 'int spanref_test_dep(void) { return 1; }\n' >"$work/dep.c"
cc -fPIC -shared -o "$work/libdep.so.1.7" "$work/dep.c"
ln -s libdep.so.1.7 "$work/libdep.so"
cc -fPIC -shared -Icandidates -o "$work/mine.so" candidates/examples/list.c \
  -Wl,--no-as-needed -L"$work" -l:libdep.so -Wl,-rpath,"$work"
run "a candidate with a library of its own" 0 "$tool" check -c "$work/mine.so" "$work/holes.trace"
shows "the library is named as the file it is" out '^libraries libdep.so.1.7'
case $(dpkg-query -W -f '${Version}' libmimalloc2.0 2>/dev/null) in 2.0*)
  run "a library that is loaded later" 0 "$tool" check -c "$plug/mimalloc.so" "$work/holes.trace"
  shows "is named too" out '^libraries .*libmimalloc.so.2.0' ;;
esac
run "what is built in" 0 "$tool" fuzz -r 2 -s 77 -j "$work/v.json" -x "$work/v.xml"
shows "is said to be" out '^built in$'
shows "with the seed" out '^spanref .*, seed 77$'
reads "in JSON and JUnit too" "
said = {p.get('name'): p.get('value') for p in x.findall('properties/property')}
c = v['candidate']
if v['seed'] != 77 or said['seed'] != '77' or said['file'] != 'built in': print(v, said)
if c['file'] is not None or c['sha256'] is not None or c['libraries'] != []: print(c)"

# --- Strangers' names
bad=$'bad \xff\x1b[1m <name>'
sed 's/\.summary = .*/.summary = "a\\x1b[1m \\xff]]>\\n<b>",/
  s/\.name = .*/.name = "odd*\/",/' candidates/examples/list.c >"$work/odd.c"
cc -fPIC -shared -Icandidates -DLIST_MERGE_BUG -o "$work/$bad.so" "$work/odd.c"
cp "$work/holes.trace" "$work/$bad.trace"
echo $'waive leak: \xfe' >"$work/$bad.waivers"
run "names that aren't text" 1 "$tool" fuzz -r 60 -o "$work/$bad.trace" -j "$work/v.json" \
  -x "$work/v.xml" -p "$work/v.html" -c "$work/$bad.so"
reads "are in JSON and JUnit, as text" '
if v["candidate"]["summary"] != "a?[1m ?]]> <b>": print(v["candidate"])
if not v["candidate"]["file"].endswith("/bad ??[1m <name>.so"): print(v["candidate"])
if not v["departures"][0]["history"].endswith("/bad ??[1m <name>.trace"): print(v["departures"])
if v["waivers"][0]["why"] != "?": print(v["waivers"])'
iconv -f UTF-8 -t UTF-8 "$work/v.html" >/dev/null && ! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f]' "$work/v.html"
result $? "the picture is UTF-8 without control characters"
cc -std=c99 -D_POSIX_C_SOURCE=200809L -fsyntax-only -Werror -Wall -I. "$work/$bad.short.c" 2>"$work/err"
result $? "the C program compiles"
command=$(LC_ALL=C sed -n 's/^written to .*; to see it again: spanref //p' "$work/out")
run "the command that is shown works in a shell" 1 bash -c "'$tool' $command"
shows "and shows it" out '^departs: '
cp "$plug/merge_bug.so" "$work/-m 2.so"
(cd "$work" && "$tool" fuzz -r 60 -o -d.trace -c "-m 2.so" >out 2>err </dev/null)
command=$(sed -n 's/^written to .*; to see it again: spanref //p' "$work/out")
(cd "$work" && bash -c "'$tool' $command" >out 2>err </dev/null)
shows "names like options are told from them" out '^departs: merge_bug'

# --- Standard output as a file
bug=$plug/merge_bug.so
run "a short history on standard output" 1 "$tool" fuzz -r 60 -o - -c "$bug"
cp "$work/out" "$work/short.trace"
shows "the rest is on standard error" err '^departs: merge_bug'
run "it is a trace that departs" 1 "$tool" check -c "$bug" "$work/short.trace"
shows "and is short" out '4 operations compared$'
"$tool" fuzz -r 60 -o "$work/b.trace" -c "$bug" >/dev/null 2>&1 </dev/null
"$tool" shrink -o - -c "$bug" - <"$work/b.trace" 2>/dev/null | cmp -s - "$work/short.trace"
result $? "shrink writes it there too"
run "no replay" 1 "$tool" shrink -n 0 -o "$work/long.trace" -c "$bug" "$work/b.trace"
shows "nothing is left out before the departure" out '^# ([0-9]+) operations became \1 in '
for option in --json --junit --ktap --html; do
  run "$option -" 1 "$tool" check $option - -c "$bug" "$work/short.trace"
  cp "$work/out" "$work/machine$option"
  shows "$option -: the rest is on standard error" err '^departs: merge_bug'
done
python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/machine--json"
result $? "it is nothing but JSON"
python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' "$work/machine--junit"
result $? "nothing but JUnit"
# A plan of as many results as there are, and before the one that fails what was seen.
printf '%s\n' 'KTAP version 1' '# spanref 1: merge_bug' 1..1 '# line 10: f 1' '# coalescing, spans' \
  "$(grep -m 1 '^# span ' "$work/machine--ktap")" "not ok 1 $work/short.trace" |
  cmp -s - "$work/machine--ktap"
result $? "nothing but KTAP"
run "KTAP of random histories" 0 "$tool" fuzz -r 5 -s 7 -k "$work/f.ktap"
printf '%s\n' 'KTAP version 1' '# spanref 1: opt, seed 7' 1..1 'ok 1 random histories' |
  cmp -s - "$work/f.ktap"
result $? "is one line"
printf '%s\n' 'spanref-trace 1' 'page 64' 'phys 64' 'huge 0' 'arena 4096' 'goal none' 'a 0 1' \
  >"$work/small.trace"
run "KTAP of a geometry that isn't served" 3 "$tool" check -k - -c "$plug/glibc.so" "$work/small.trace"
shows "says that it was skipped" out '^ok 1 .* # SKIP not its geometry$'
head -n 1 "$work/machine--html" | grep -qx '<!DOCTYPE html>'
result $? "nothing but a page"
run "two files on standard output" 2 "$tool" check -j - -x - "$work/short.trace"
shows "are one too many" err 'expected one file on standard output'
"$tool" check -j - "$work/short.trace" >/dev/full 2>"$work/err" </dev/null
[ $? -eq 2 ] && grep -q '^spanref: standard output: ' "$work/err"
result $? "a full disk is said"
"$tool" check -j - "$work/short.trace" >&- 2>"$work/err" </dev/null
[ $? -eq 2 ] && grep -q '^spanref: standard output: ' "$work/err"
result $? "and that it is closed"
"$tool" check -j - -c "$plug/naughty-SHOUTS.so" "$work/holes.trace" 2>&- </dev/null |
  python3 -c 'import json, sys; json.load(sys.stdin)'
result $? "where standard error is closed it is nothing but JSON, too"

# --- An interruption
cat >"$work/interrupt.py" <<'PY'
"""spanref fuzz, told to end as soon as its candidate works: by each of the signals named."""
import signal, subprocess, sys
names, command = sys.argv[1].split(','), sys.argv[2:]
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it
run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
run.stderr.readline()
if len(names) > 1:
    run.send_signal(signal.SIGSTOP)
for name in names:
    run.send_signal(getattr(signal, name))
run.send_signal(signal.SIGCONT)
said, _ = run.communicate()
print(said.decode(), end='')
print('status', run.returncode)
PY
for signal in INT TERM; do
  run "SIG$signal" 0 python3 "$work/interrupt.py" SIG$signal "$tool" fuzz -r 200 \
    -j "$work/v.json" -x "$work/v.xml" -c "$plug/naughty-FLOODS.so"
  shows "the verdict is of what ran" out '^conforms: naughty at .*, [1-9][0-9]* operations compared in 1?[0-9]{1,2} random histor.*; interrupted$'
  shows "and no pass" out "^status $((128 + $(kill -l $signal)))\$"
  reads "JSON and JUnit say so" '
if not v["interrupted"] or v["verdict"] != "conforms": print(v)
if x.find("properties/property[@name=\"interrupted\"]") is None: print("JUnit")'
done
run "check" 0 python3 "$work/interrupt.py" SIGINT "$tool" check -c "$plug/naughty-FLOODS.so" \
  "$work/many"
shows "ends after a trace, before the last" out '^conforms: .* in 1?[0-9]{1,2} traces?; interrupted$'
run "a departure" 0 python3 "$work/interrupt.py" SIGINT "$tool" check -c "$plug/naughty-SHOUTS.so" \
  "$work/many"
shows "stays one" out '^departs: .*; interrupted$'
shows "by the status" out '^status 1$'
run "two signals" 0 python3 "$work/interrupt.py" SIGINT,SIGTERM "$tool" fuzz -r 200 \
  -c "$plug/naughty-FLOODS.so"
shows "end it at once" out '^status -15$'
hides "without a verdict" out 'naughty'

exit $failed
