#!/bin/bash
# Does fuzzing find bugs? Each bug of fuzz/seeded_bugs.txt is one wrong line in opt/. Each
# must be found within ten seconds, and the history that is written must show it again.
#
#   fuzz/test_seeded_bugs.sh [BUILD [NAME...]]
#
# BUILD: where build/libspanref.a and build/cli/main.o are (build). NAME: only
# these bugs. SEED=N in the environment: another seed than 1. Prints "ok" or
# "not ok" lines, exits 1 if one is not ok. The histories stay in
# BUILD/seeded_bugs/NAME.trace.
#
# Variants are built without asserts: an assert would stop the program before
# the comparison sees anything, and it is the comparison that is tested here.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:-build}
[ $# -eq 0 ] || shift
case $build in /*) ;; *) build=$PWD/$build ;; esac
table=fuzz/seeded_bugs.txt
work=$build/seeded_bugs
tool=$build/spanref
read -r -a compiler <<<"${CC:-cc} ${CFLAGS:--O1} -std=c99 -D_POSIX_C_SOURCE=200809L -DNDEBUG -include $PWD/fuzz/bug.h"
read -r -a link_flags <<<"${LDFLAGS:-}"
seed=${SEED:-1}
failed=0
found=0

for needed in "$tool" "$build/libspanref.a" "$build/cli/main.o"; do
  [ -e "$needed" ] && continue
  echo "$needed: not there, run make first" >&2
  exit 2
done
rm -rf "$work"
mkdir -p "$work" || exit 2

result() { # 0|1 NAME
  if [ "$1" -eq 0 ]; then echo "ok - $2"; else
    echo "not ok - $2"
    failed=1
  fi
}

# NAME: a copy of opt/ and of the headers it needs, with the control's objects.
copy_opt() {
  local from=$work/control/opt
  [ "$1" != control ] || from=opt
  mkdir -p "$work/$1" && cp -R spec "$from" "$work/$1" && rm -f "$work/$1"/opt/test_*
}

# NAME FILE OLD NEW: change that line in the copy; it must be there just once.
change_line() {
  [ "$(grep -Fxc -- "$3" "$2")" = 1 ] || return 1
  OLD=$3 NEW=$4 awk '{ print $0 == ENVIRON["OLD"] ? ENVIRON["NEW"] : $0 }' \
    "$2" >"$work/$1/$2"
}

# NAME FILE: compile FILE, all of opt/ where it is a header, and link with all
# else as it was built. What comes before the library replaces the library's own.
build_variant() {
  local source
  case $2 in *.c) rm -f "$work/$1/${2%.c}.o" ;; *) rm -f "$work/$1"/opt/*.o ;; esac
  for source in "$work/$1"/opt/*.c; do
    [ -e "${source%.c}.o" ] && continue
    "${compiler[@]}" -c -o "${source%.c}.o" "$source" 2>"$work/$1/err" || return 1
  done
  "${compiler[@]}" -o "$work/$1/spanref" "$work/$1"/opt/*.o "$build/cli/main.o" \
    "$build/libspanref.a" ${link_flags[@]+"${link_flags[@]}"} 2>"$work/$1/err"
}

microseconds() { echo "${EPOCHREALTIME/[.,]/}"; }

# NAME STATUS COMMAND...: that exit status, or a line that says which.
expect() {
  local name=$1 wanted=$2 got
  shift 2
  timeout 60 "$@" >"$work/$name/out" 2>"$work/$name/err" </dev/null
  got=$?
  [ "$got" -eq "$wanted" ] && return
  echo "# $name: $(basename "$1") $2: status $got, expected $wanted"
  return 1
}

length() { grep -Evc '^(#|spanref-trace |page |phys |huge |arena |goal )' "$1"; }

# What docs/semantics.md says is violated, by the last report.
clause() { sed -n 's/^  docs.semantics.md \[\(.*\)\]: .*/\1/p' "$work/$1/out"; }

# NAME TRACE, after a check of it: the short one shows the same, on this heap alone.
shrinks() {
  local name=$1 variant=$work/$1/spanref short=${2%.trace}.short.trace clause
  expect "$name" 1 "$variant" check "$2" && clause=$(clause "$name") &&
    expect "$name" 1 "$variant" shrink -o "$short" "$2" &&
    sed -n 's/^\(# [0-9]* operation.* replays*\): .*/\1/p' "$work/$name/out" &&
    expect "$name" 1 "$variant" check "$short" && [ "$(clause "$name")" = "$clause" ] &&
    expect "$name" 0 "$tool" check "$short"
}

# NAME FILE OPERATION OLD NEW
test_bug() {
  local name=$1 file=$2 operation=$3 trace=$work/$1.trace variant=$work/$1/spanref
  local began took result operations
  copy_opt "$name" || exit 2
  if ! change_line "$name" "$file" "$4" "$5"; then
    result 1 "$name: $file has the line to change $(grep -Fxc -- "$4" "$file") times"
    return
  fi
  if ! build_variant "$name" "$file"; then
    sed 's/^/# /' "$work/$name/err"
    result 1 "$name: it builds"
    return
  fi
  began=$(microseconds)
  expect "$name" 1 "$variant" fuzz --seconds 10 --seed "$seed" -o "$trace"
  result=$?
  took=$(($(microseconds) - began))
  operations=$(sed -n 's/^departs: .*, \([0-9]*\) operations* compared$/\1/p' "$work/$name/out")
  if [ $result -ne 0 ] || [ -z "$operations" ]; then
    result 1 "$name ($operation): found"
    return
  fi
  if ! expect "$name" 1 "$variant" check "$trace"; then
    result 1 "$name ($operation): the history shows it again"
  elif ! expect "$name" 0 "$tool" check "$trace"; then
    result 1 "$name ($operation): the unchanged heap conforms on the history"
  elif ! shrinks "$name" "$trace"; then
    result 1 "$name ($operation): it shrinks to the same departure"
  else
    found=$((found + 1))
    result 0 "$name ($operation): found in $(printf '%d.%02d' $((took / 1000000)) \
      $((took / 10000 % 100))) s after $operations operations, history of $(
      length "$trace"), shrunk to $(length "${trace%.trace}.short.trace")"
    rm -rf "${work:?}/$name"
  fi
}

is_wanted() { # NAME WANTED...
  local name=$1
  shift
  [ $# -eq 0 ] && return
  for wanted; do [ "$wanted" = "$name" ] && return; done
  return 1
}

# --- The control: without a bug nothing is found.
copy_opt control || exit 2
build_variant control all
result $? "control: it builds"
expect control 0 "$work/control/spanref" fuzz --seconds 3 --seed "$seed" -o "$work/control.trace"
result $? "control: the unchanged heap: $(tail -n 1 "$work/control/out")"

# --- The bugs
names=" "
name='' file='' operation='' old=''
while IFS= read -r line; do
  case $line in
  '' | '#'* | 'shortest '*) ;;
  'bug '*) name=${line#bug } file='' old='' ;;
  'in '*', '*) file=${line#in } operation=${file#*, } file=${file%%, *} ;;
  -*) old=${line#-} ;;
  +*)
    case $names in *" $name "*) result 1 "$name: the name is there once" ;; esac
    names="$names$name "
    if is_wanted "$name" "$@"; then test_bug "$name" "$file" "$operation" "$old" "${line#+}"; fi
    ;;
  *) result 1 "$table: \"$line\" means nothing" ;;
  esac
done <"$table"
for wanted; do
  case $names in *" $wanted "*) ;; *) result 1 "$wanted: no such bug in $table" ;; esac
done
missing=''
for name in $names; do
  [ -e "corpus/regressions/$name" ] || missing="$missing $name"
done
[ -z "$missing" ]
result $? "each has a history in corpus/regressions${missing:+, but not$missing}"
[ "$found" -gt 0 ]
result $? "found $found bugs"
exit $failed
