#!/bin/sh
# Records a small program whose allocations are known and holds the trace against
# them, operation by operation.
#   SPANREF=build/spanref CC=cc cli/record/test_record.sh
# Prints "ok ..." or "not ok ..." per check; status 1 if any failed.
set -u
spanref=${SPANREF:-build/spanref}
case $spanref in
/*) ;;
*) spanref=$PWD/$spanref ;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

# check NAME STATUS: one line, and remember a failure.
check() {
  if [ "$2" -eq 0 ]; then
    echo "ok $1"
  else
    echo "not ok $1"
    failed=1
  fi
}

cat >program.c <<'C'
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 8192
#define OS 4096
#define ANON MAP_PRIVATE | MAP_ANONYMOUS

static void need(int holds) { if (!holds) _exit(99); }

static void family(void)
{
  void *p;
  p = malloc(PAGE);                             free(p);
  p = malloc(PAGE + 1);                         free(p);
  p = malloc(PAGE - 1);                         free(p); /* too small */
  p = calloc(3, PAGE); need(*(char *)p == 0);   free(p);
  need(posix_memalign(&p, 65536, 4 * PAGE) == 0); free(p);
  p = aligned_alloc(OS, 5 * PAGE);              free(p);
  p = memalign(OS, 6 * PAGE);                   free(p);
  p = valloc(7 * PAGE);                         free(p);
  p = pvalloc(8 * PAGE - 1);                    free(p); /* rounded up */
  p = reallocarray(NULL, 9, PAGE);              free(p);
  need(calloc((size_t)-1, 2) == NULL);
  need(reallocarray(NULL, (size_t)-1, 2) == NULL);
  free(NULL);
}

static void resize(void)
{
  void *p = realloc(NULL, 2 * PAGE);
  void *wall = malloc(100);
  p = realloc(p, 2 * PAGE - 1); /* same place, same pages: nothing */
  p = realloc(p, 2 * PAGE);     /* the same */
  p = realloc(p, 40 * PAGE);    /* moves or grows */
  p = realloc(p, 100);          /* too small now: freed */
  p = realloc(p, 3 * PAGE);     /* recorded again */
  need(realloc(p, (size_t)-1 / 2) == NULL); /* fails: p stays */
  p = realloc(p, 0);            /* freed */
  free(wall);
}

static void maps(void)
{
  char *p = mmap(NULL, 10 * PAGE, PROT_READ | PROT_WRITE, ANON, -1, 0);
  char *q, *r;
  munmap(p + 4 * PAGE, 2 * PAGE);  /* hole: 4 and 4 stay */
  munmap(p, PAGE);                 /* head: 3 stay */
  munmap(p + 9 * PAGE, PAGE);      /* tail: 3 stay */
  munmap(p + 9 * PAGE - OS, OS);   /* still 3 heap pages: nothing */
  munmap(p, 10 * PAGE);            /* everything, holes included */
  q = mmap64(NULL, PAGE + 1, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
  need(mmap(q, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == q); /* inside: nothing */
  munmap(q, PAGE + 1);
  munmap(p, 10 * PAGE);            /* not known: nothing */
  r = mmap(NULL, 64 * PAGE, PROT_NONE, ANON, -1, 0); /* room, then only its start */
  munmap(r + 16 * PAGE, 48 * PAGE);
  need(mremap(r, 16 * PAGE, 8 * PAGE, 0) == r);      /* shrinks */
  need(mremap(r, 8 * PAGE, 12 * PAGE, 0) == r);      /* grows */
  q = mremap(r, 12 * PAGE, 12 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, r + 32 * PAGE);
  need(q == r + 32 * PAGE);                          /* moves */
  need(mmap(q + 8 * PAGE, 8 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == q + 8 * PAGE);
  munmap(q, 16 * PAGE);
}

static void *thread_alloc(void *unused) { (void)unused; return malloc(11 * PAGE); }
static void *thread_free(void *block) { free(block); return malloc(12 * PAGE); }

static void threads(void)
{
  pthread_t thread;
  void *block;
  pthread_create(&thread, NULL, thread_alloc, NULL);
  pthread_join(thread, &block);
  pthread_create(&thread, NULL, thread_free, block); /* not the one that made it */
  pthread_join(thread, &block);
  free(block);
}

/* Many at once: every address may come back in any thread. */
static void *storm_thread(void *unused)
{
  (void)unused;
  for (int i = 0; i < 300; i++) {
    void *p = malloc(PAGE), *q;
    free(p);
    p = malloc(PAGE * (1 + i % 5));
    q = realloc(p, PAGE * (1 + i % 7));
    free(q);
    p = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);
    q = mremap(p, PAGE, PAGE * 3, MREMAP_MAYMOVE);
    munmap(q, PAGE * 3);
  }
  return NULL;
}

static void storm(void)
{
  pthread_t thread[4];
  mallopt(M_ARENA_MAX, 1);
  for (int i = 0; i < 4; i++) pthread_create(&thread[i], NULL, storm_thread, NULL);
  for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
}

/* Thousands alive, freed in another order than made. */
static void crowd(void)
{
  static void *block[3000];
  unsigned random = 1;
  for (int i = 0; i < 20000; i++) {
    random = random * 1103515245u + 12345u;
    void **p = &block[random / 65536 % 3000];
    if (*p != NULL) {
      free(*p);
      *p = NULL;
    } else {
      *p = malloc(PAGE * (1 + i % 3));
    }
  }
  for (int i = 0; i < 3000; i++) free(block[i]);
}

static void in_children(const char *self)
{
  void *parents = malloc(PAGE), *more;
  pid_t child = fork();
  if (child == 0) {
    free(parents);             /* not of this process: ignored */
    more = malloc(2 * PAGE);
    free(more);
    more = malloc(3 * PAGE);
    _exit(more == NULL);
  }
  waitpid(child, NULL, 0);
  child = vfork();
  if (child == 0) {
    execl(self, self, "one", (char *)NULL);
    _exit(98);
  }
  waitpid(child, NULL, 0);
  free(parents);
}

static void many(void)
{
  for (int i = 0; i < 30000; i++) free(malloc(PAGE));
}

void __libc_free(void *);

static void out_of_sight(void)
{
  void *p = malloc(PAGE);
  __libc_free(p);
  need(malloc(PAGE) == p);
  p = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);
  syscall(SYS_munmap, p, PAGE);
  need(mmap(p, PAGE, PROT_NONE, ANON, -1, 0) == p);
}

static void small(void)
{
  for (int i = 0; i < 100; i++) free(malloc(4000));
}

int main(int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";
  if (!strcmp(what, "family")) family();
  if (!strcmp(what, "resize")) resize();
  if (!strcmp(what, "maps")) maps();
  if (!strcmp(what, "threads")) threads();
  if (!strcmp(what, "storm")) storm();
  if (!strcmp(what, "nested")) need(valloc(2 * PAGE) != NULL);
  if (!strcmp(what, "crowd")) crowd();
  if (!strcmp(what, "children")) in_children(argv[0]);
  if (!strcmp(what, "many")) many();
  if (!strcmp(what, "sight")) out_of_sight();
  if (!strcmp(what, "small")) small();
  if (!strcmp(what, "one")) { need(malloc(4 * PAGE) != NULL); return 7; }
  if (!strcmp(what, "kill")) { need(malloc(5 * PAGE) != NULL); raise(SIGKILL); }
  if (!strcmp(what, "exec")) {
    need(malloc(6 * PAGE) != NULL);
    free(malloc(PAGE));
    execl(argv[0], argv[0], argv[2], (char *)NULL);
  }
  if (!strcmp(what, "print")) { need(malloc(PAGE) != NULL); need(write(1, "hello\n", 6) == 6); }
  return 0;
}
C
"${CC:-cc}" -O0 -fno-builtin -pthread -w -o program program.c || exit 1
# An allocator of another kind, which dawdles where an address is free again and the call not yet
# over: another thread gets it meanwhile.
cat >slow.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>

static void dawdle(void) { nanosleep(&(struct timespec){0, 20000}, NULL); }

void free(void *p)
{
  static void (*next)(void *);
  if (!next) next = (void (*)(void *))dlsym(RTLD_NEXT, "free");
  next(p);
  dawdle();
}

void *realloc(void *p, size_t bytes)
{
  static void *(*next)(void *, size_t);
  if (!next) next = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
  p = next(p, bytes);
  dawdle();
  return p;
}

int munmap(void *p, size_t bytes)
{
  static int (*next)(void *, size_t);
  if (!next) next = (int (*)(void *, size_t))dlsym(RTLD_NEXT, "munmap");
  int result = next(p, bytes);
  dawdle();
  return result;
}

/* As an allocator does that gets its memory with mmap. */
void *valloc(size_t bytes)
{
  return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *mremap(void *p, size_t old, size_t bytes, int flags, ...)
{
  static void *(*next)(void *, size_t, size_t, int, ...);
  if (!next) next = (void *(*)(void *, size_t, size_t, int, ...))dlsym(RTLD_NEXT, "mremap");
  p = next(p, old, bytes, flags);
  dawdle();
  return p;
}
C
"${CC:-cc}" -O0 -fno-builtin -fPIC -shared -w -o slow.so slow.c -ldl || exit 1
"${CC:-cc}" -O0 -fno-builtin -pthread -w -static -o program-static program.c 2>/dev/null

# record ARGS...: into t.trace; its status, and its messages in messages.
record() {
  rm -f t.trace
  "$spanref" record -o t.trace "$@" >output 2>messages
}

# operations: what follows the header, in one line.
operations() { sed -e '/^#/d' -e '1,/^region/d' t.trace | tr '\n' ';'; }

# expect NAME WANTED ARGS...: recorded, and these are the operations.
expect() {
  name=$1
  wanted=$2
  shift 2
  record "$@"
  status=$?
  got=$(operations)
  test "$status" -eq 0 && test "$got" = "$wanted"
  check "$name" $?
  if [ "$got" != "$wanted" ]; then
    echo "# status $status: $(cat messages)"
    echo "# wanted $wanted"
    echo "# got    $got"
  fi
}

# well_formed: header, every name once and in order, frees only of what is live,
# and the comments tell the truth.
well_formed() {
  tail -c 1 t.trace | od -An -c | grep -q '\\n' && awk '
    NR == 1 { if ($0 != "spanref-trace 1") bad = 1; next }
    /^# operations: / { operations = $3; next }
    /^# peak pages: / { peak_pages = $4; next }
    /^# peak allocations: / { peak = $4; next }
    /^#/ { next }
    header < 6 {
      header++
      split("page 8192,phys 4096,huge 2097152,arena 67108864,goal none,region 0x5000000000 up", want, ",")
      if ($0 != want[header]) bad = 1
      next
    }
    { n++ }
    /^[am] [0-9]+ [1-9][0-9]*( align=[1-9][0-9]*)?$/ {
      if ($2 != names++) bad = 1
      pages[$2] = $3
      live++
      total += $3
      if (live > most) most = live
      if (total > most_pages) most_pages = total
      next
    }
    /^r [0-9]+ [0-9]+$/ {
      if (!($2 in pages)) bad = 1
      total += $3 - pages[$2]
      pages[$2] = $3
      if (total > most_pages) most_pages = total
      next
    }
    /^f [0-9]+$/ {
      if (!($2 in pages)) bad = 1
      live--
      total -= pages[$2]
      delete pages[$2]
      next
    }
    { bad = 1 }
    END { exit bad || n == 0 || operations != n || peak != most || peak_pages != most_pages }
  ' t.trace
}

# fails NAME STATUS MESSAGE ARGS...: this status and message, and no file.
fails() {
  name=$1
  wanted=$2
  message=$3
  shift 3
  record "$@"
  status=$?
  test "$status" -eq "$wanted" && grep -q -- "$message" messages && ! test -e t.trace
  check "$name" $?
}

expect "the malloc family, each with its size" \
  'a 0 1;f 0;a 1 2;f 1;a 2 3;f 2;a 3 4 align=8;f 3;a 4 5;f 4;a 5 6;f 5;a 6 7;f 6;a 7 8;f 7;a 8 9;f 8;' \
  -- ./program family
well_formed
check "a well-formed trace" $?
grep -qx '# made by: spanref record -- ./program family' t.trace
check "the command is named" $?

expect "realloc: grown, shrunk below, failed, to nothing" \
  'a 0 2;f 0;a 1 40;f 1;a 2 3;f 2;' -- ./program resize
expect "mmap, munmap in parts, MAP_FIXED, mremap" \
  "$(printf %s 'm 0 10;f 0;m 1 4;m 2 4;f 1;m 3 3;r 2 3;f 3;f 2;m 4 2;f 4;' \
    'm 5 64;r 5 16;r 5 8;r 5 12;f 5;m 6 12;r 6 8;m 7 8;f 6;f 7;')" \
  -- ./program maps
expect "freed by another thread" 'a 0 11;f 0;a 1 12;f 1;' -- ./program threads

# count KIND: how many operations are of it.
count() { operations | tr ';' '\n' | grep -c "^$1"; }

LD_PRELOAD=$PWD/slow.so record -- ./program storm
test $? -eq 0 && well_formed && ! grep -q 'out of sight' messages t.trace &&
  test "$(count '[mr]')" -ge 2400 && test "$(count '[am]')" -eq "$(count f)"
check "four threads at once: nothing lost, no address twice" $?
LD_PRELOAD=$PWD/slow.so expect "an allocator's own mmap is not recorded twice" 'a 0 2;' \
  -- ./program nested
record -- ./program crowd && well_formed && ! grep -q 'out of sight' messages t.trace &&
  test "$(count a)" -gt 10000 && test "$(count a)" -eq "$(count f)"
check "thousands alive: every free finds its allocation" $?

expect "freed behind the library's back" 'a 0 1;f 0;a 1 1;m 2 1;f 2;m 3 1;' -- ./program sight
grep -qx '# freed out of sight: 2' t.trace && grep -q ' 2 allocations were freed out of sight' messages
check "... is told" $?

expect "the busiest process, and only its own" 'a 0 2;f 0;a 1 3;' -- ./program children
grep -qx '# process: program, the one of 3 with the most operations' t.trace
check "the process is named" $?
expect "exec starts a new log; the first is taken if longer" 'a 0 6;a 1 1;f 1;' \
  -- ./program exec one
expect "... and the second if that is longer" 'a 0 11;f 0;a 1 12;f 1;' -- ./program exec threads
expect "a status of its own is passed on as a message" 'a 0 4;' -- ./program one
grep -q 'exit status 7' messages
check "the program's exit status is told" $?
expect "killed: what happened is there" 'a 0 5;' -- ./program kill
grep -q 'signal 9' messages
check "the signal is told" $?

(trap '' PIPE && record -m 1 -- sh -c 'kill -s PIPE $$')
grep -q 'signal 13' messages
check "a broken pipe ends the program, as without spanref" $?

record -- ./program many && well_formed && test "$(count a) $(count f)" = "30000 30000"
check "more than one chunk of log" $?

record --min-bytes 4000 -- ./program small && well_formed &&
  test "$(count a) $(count f)" = "100 100" &&
  grep -qx '# made by: spanref record --min-bytes 4000 -- ./program small' t.trace
check "--min-bytes lowers the least size" $?
expect "-m raises it" 'a 0 8;f 0;a 1 9;f 1;' -m 65536 -- ./program family

"$spanref" record -o t.trace -- ./program print >output 2>messages
test "$(cat output)" = hello
check "the program's output is its own" $?
# shellcheck disable=SC2016
LD_PRELOAD=$PWD/slow.so "$spanref" record -m 1 -o t.trace -- sh -c 'echo "$LD_PRELOAD"' \
  >output 2>messages
grep -q '^/.*:/.*/slow.so$' output
check "other preloaded libraries stay" $?
"$spanref" record -o - -- ./program print >output 2>messages
grep -q '^a 0 1$' output && ! grep -q hello output && grep -q hello messages
check "-o -: the trace on standard output, nothing else" $?
expect "an argument is quoted" 'a 0 4;' -- ./program one "it's" 'a b' "$(printf 'tab\there')"
grep -qFx "# made by: spanref record -- ./program one 'it'\\''s' 'a b' \$'tab\\x09here'" t.trace
check "as a shell reads it" $?

fails "nothing large: nothing is written" 3 'nothing was recorded' -- ./program small
fails "a command that does not exist" 2 'no-such-command: No such file' -- no-such-command
fails "a command that can't be run" 2 'Permission denied' -- ./program.c
fails "no command" 2 'expected a command'
fails "not a number" 2 'expected a number' -m 12x -- ./program one
fails "zero is not a size" 2 'expected a number' -m 0 -- ./program one
fails "an unknown option" 2 'expected an option that' --frobnicate -- ./program one
if [ -x program-static ]; then
  fails "a static program" 3 'nothing was recorded' -- ./program-static family
fi
"$spanref" record -- ./program one 2>messages
test $? -eq 2 && grep -q 'expected -o TRACE' messages
check "-o is needed" $?
SPANREF_RECORD_LIBRARY=./none "$spanref" record -o t.trace -- ./program one 2>messages
test $? -eq 2 && grep -q 'none: No such file' messages
check "a library that isn't there" $?
"$spanref" record -o none/t.trace -- touch it-ran 2>messages
test $? -eq 2 && grep -q 'none/t.trace: No such file' messages && test ! -e it-ran
check "a trace that can't be written is said before the program runs" $?
"$spanref" record --help >output && grep -q '^Usage: spanref record' output
check "--help" $?
mkdir empty && TMPDIR=$PWD/empty "$spanref" record -o t.trace -- ./program many 2>messages
test $? -eq 0 && test -z "$(ls -A empty)"
check "the logs are removed" $?

exit $failed
