#!/bin/sh
# Make the recordings in corpus/real/ and corpus/real-requests/ again, with the tool itself:
#   corpus/record.sh [NAME...]      all of them, or those named
# SPANREF=build/spanref is the tool. Each program works on data made here, in a
# temporary directory; each trace's comments say which command it was.
#
# A recording isn't the same twice: versions, threads, hash seeds and addresses
# that happen to be free all show. The ones here were made on Debian 12
# (gcc 12, clang 14, binutils 2.40, git 2.39, sqlite 3.40, perl 5.36, python 3.11,
# node 20, xz 5.4, coreutils 9.1, mawk 1.3, bc 1.07, tcl 8.6, gdb 13, vim 9.0,
# stockfish 15.1).
#
# What is in corpus/real/ was recorded before there were requests: a span that grew was
# freed and allocated anew. Whoever makes these anew gets lines "r" in them, which a program
# that knows allocations and frees alone can't play.
#
# Not here: Go programs (`go build` itself is 23 operations: its heap asks for
# whole arenas, by raw system calls or, with cgo, by mmap; the compiler is static),
# and gzip and tar, which allocate next to nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
spanref=${SPANREF:-build/spanref}
case $spanref in
/*) ;;
*) spanref=$root/$spanref ;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# The system's own programs first: a version manager's wrapper is a shell script.
export PATH="/usr/bin:/bin:/usr/games:$PATH" HOME="$work" LC_ALL=C
chosen=" $* "
into=corpus/real
failed=0

# trace NAME ARGS...: record into $into/NAME.trace, unless another was asked for. The
# program's own output isn't wanted.
trace() {
  name=$1
  shift
  case $chosen in
  "  " | *" $name "*) ;;
  *) return ;;
  esac
  if "$spanref" record -o trace.new "$@" >/dev/null 2>messages </dev/null && ! grep -q 'exit status\|signal' messages; then
    mv trace.new "$root/$into/$name.trace"
    echo "$name: $(sed -n 's/^spanref record: trace.new: //p' messages)"
  else
    echo "$name: $(cat messages)" >&2
    failed=1
  fi
}

# ---- the data ---------------------------------------------------------------

# 20000 numbered lines of 3 to 12 words, small word numbers often.
awk 'BEGIN {
  srand(1)
  for (i = 0; i < 20000; i++) {
    printf "%d", i
    words = 3 + int(rand() * 10)
    for (j = 0; j < words; j++) printf " w%d", int(exp(rand() * 9))
    print ""
  }
}' >words.txt
head -n 1500 words.txt >some.txt
mkdir parts && (cd parts && split -l 67 -a 3 ../words.txt part. && ls part.* >../names)
sed 's/^/parts\//' names >parts.txt
sed 's/$/.xz/' parts.txt >parts-xz.txt

cp "$root"/cli/record/record.[ch] "$root"/cli/record/recording*.h .
cat >count.cc <<'C'
#include <iostream>
#include <map>
#include <regex>
#include <string>

int main()
{
  std::map<std::string, int> count;
  std::regex word("[a-z]+[0-9]*");
  for (std::string line; std::getline(std::cin, line);)
    for (std::sregex_iterator at(line.begin(), line.end(), word), end; at != end; ++at)
      count[at->str()]++;
  for (auto &each : count) std::cout << each.first << ' ' << each.second << '\n';
}
C

cat >tables.sql <<'S'
pragma cache_size = -32000;
create table item(id integer primary key, name text, size integer, body text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 80000)
insert into item select i, 'item' || (i * 7919 % 80021), i * i % 997, hex(i * i) || hex(i) from n;
create index by_name on item(name);
create index by_size on item(size, name);
update item set body = body || name where size % 3 = 0;
delete from item where id % 5 = 0;
select size, count(*), max(length(body)) from item group by size order by 2 desc limit 5;
select count(*) from item a join item b on a.name = b.body;
vacuum;
S

cat >json_round.py <<'P'
import json, random

random.seed(1)
rows = [{"key": i, "values": [random.random() for _ in range(20)]} for i in range(20000)]
text = json.dumps(rows)
assert json.loads(text) == rows
P
cat >page_cache.py <<'P'
import collections, hashlib, re, sys

# An index of the words of a text, and a bounded cache of pages cut from it.
index = collections.defaultdict(list)
lines = open(sys.argv[1]).read().splitlines()
for number, line in enumerate(lines):
    for word in re.findall(r"w\d+", line):
        index[word].append(number)
cache = collections.OrderedDict()
digest = hashlib.sha256()
for turn in range(12000):
    start = turn * turn * 31 % len(lines)
    key = start // 5
    if key in cache:
        cache.move_to_end(key)
    else:
        cache[key] = "\n".join(lines[start : start + 200 + turn % 300]).encode()
        if len(cache) > 3000:
            cache.popitem(last=False)
    digest.update(cache[key])
print(len(index), len(cache), digest.hexdigest())
P
cat >sort_rows.js <<'J'
const rows = [];
for (let i = 0; i < 200000; i++) rows.push({ i, name: "row" + ((i * 7919) % 200003) });
rows.sort((a, b) => (a.name < b.name ? -1 : 1));
const byTail = new Map();
for (const row of rows) {
  const tail = row.name.slice(-3);
  if (!byTail.has(tail)) byTail.set(tail, []);
  byTail.get(tail).push(row.i);
}
console.log(JSON.stringify(rows).length, byTail.size);
J
cat >postings.awk <<'A'
{ for (i = 2; i <= NF; i++) lines[$i] = lines[$i] " " $1 }
END { for (word in lines) print word, length(lines[word]) }
A
cat >postings.pl <<'P'
while (<>) {
  my ($line, @words) = split;
  $lines{$_} .= " $line" for @words;
}
print "$_ ", length $lines{$_}, "\n" for sort keys %lines;
P
# Tables of other sizes, as whoever looks for the best size tries them; each begins at a
# multiple of 2 MiB. More threads, each with tables of its own.
{
  for mib in 1 4 2 16 8 32 1 64 3 12 48 6 24 7 20 5; do
    printf 'setoption name Hash value %d\nucinewgame\nposition startpos\ngo depth 5\n' $mib
  done
  for threads in 4 1 3; do
    printf 'setoption name Threads value %d\ngo depth 5\n' $threads
  done
  echo quit
} >tables.uci
printf 'scale = 600\n4 * a(1)\nquit\n' >pi.bc
cat >pages.tcl <<'T'
set file [open words.txt]
set page {}
while {[gets $file line] >= 0} {
  append page $line \n
  if {[string length $page] > 4000 + [array size pages]} {
    set pages([array size pages]) $page
    set page {}
  }
}
foreach number [array names pages] {
  set pages($number) [string toupper $pages($number)]
  append pages($number) [string repeat . $number]
}
puts [array size pages]
T

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a
export GIT_COMMITTER_EMAIL=a@example.org GIT_AUTHOR_DATE='1700000000 +0000'
export GIT_COMMITTER_DATE='1700000000 +0000'
git init -q repository
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 \
  31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60; do
  awk -v i="$i" 'BEGIN { srand(i) } { if (rand() < 0.01) $2 = "w" i; print }' some.txt \
    >"repository/file$((i % 5)).txt"
  git -C repository add . && git -C repository commit -q -m "change $i"
done

# ---- the recordings ---------------------------------------------------------

trace cc1 -- gcc -O2 -c record.c
trace cc1plus -- g++ -O2 -c count.cc
trace clang -- clang -O2 -c record.c
g++ -O2 -g -c count.cc
trace ld --min-bytes 1024 -- g++ -static -o count count.o # thousands alive
g++ -g -o count count.o
trace gdb --min-bytes 1024 -- gdb -batch -nx -ex 'info functions main' -ex 'info types map' count
trace git-log -- git -C repository log -p --stat
trace git-blame --min-bytes 4096 -- git -C repository blame file1.txt
trace git-gc -- git -C repository gc -q # last: it changes the repository
trace sqlite --min-bytes 4096 -- sqlite3 tables.db '.read tables.sql' # thousands alive
trace python-json -- python3 json_round.py
trace python-cache -- python3 page_cache.py words.txt # over a thousand alive
trace node -- node sort_rows.js
trace xz -- xz -k -9 --files=parts.txt
xz -k -f -T 4 --files=parts.txt
trace xz-decompress -- xz -d -k -f -T 4 --files=parts-xz.txt
trace sort --min-bytes 1024 -- sort -S 40K --batch-size=4 --parallel=1 -o sorted.txt words.txt
trace mawk --min-bytes 1024 -- mawk -f postings.awk some.txt
trace perl --min-bytes 1024 -- perl postings.pl words.txt
trace bc --min-bytes 1024 -- bc -l pi.bc
trace tcl --min-bytes 4096 -- tclsh pages.tcl
trace vim --min-bytes 4096 -- vim -u NONE -es -c 'g/w1/s/w2/changed/g' -c 'wq! changed.txt' words.txt

into=corpus/real-requests
trace python-json-resized -- python3 json_round.py
trace stockfish -- sh -c 'exec stockfish <tables.uci'

exit $failed
