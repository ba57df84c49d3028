# spanref: see `make help`. Knobs: CC, CFLAGS, BUILD, SECONDS.
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
SECONDS ?= 30

WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CSTD     = -std=c99 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
COMPILE  = $(CC) $(CSTD) $(WARN) $(CFLAGS) -MMD -MP

ROOMS    = ref opt trace candidates/ours judge fuzz cli cli/record cli/picture
MAINS    = cli/main.c cli/record/recorder.c fuzz/fuzz_target.c fuzz/replay.c \
             fuzz/seeds.c
# Not in the library: locked.c needs threads, subject_plugged.c a candidate.
APART    = opt/locked.c fuzz/subject_plugged.c
SOURCES  = $(filter-out $(ROOMS:%=%/test_%) $(MAINS) $(APART),\
             $(foreach r,$(ROOMS),$(wildcard $(r)/*.c)))
OBJECTS  = $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY  = $(BUILD)/libspanref.a
TOOL     = $(BUILD)/spanref
RECORDER = $(BUILD)/libspanref-record.so
FUZZ_LIBRARIES = $(BUILD)/libspanref-fuzz.a $(BUILD)/libspanref-fuzz-replay.a
TESTS    = $(addprefix $(BUILD)/,ref/test_ref opt/test_opt opt/test_memory opt/test_locked \
             opt/example/test_os_mmap trace/test_trace trace/test_bytes judge/test_expect judge/test_wellformed \
             judge/test_clauses judge/test_judge judge/test_levels judge/test_follow \
             judge/test_contract judge/test_frees judge/test_pool judge/test_words \
             judge/test_cell fuzz/test_shrink fuzz/test_confirm cli/test_sha256)

EXAMPLE  = $(BUILD)/opt/example/page_heap

# Candidates that plug in: shared objects, one symbol each (candidates/).
PLUG    = $(BUILD)/candidates
MALLOCS = glibc jemalloc mimalloc tcmalloc
PLUGINS = opt opt_scalar ref first_fit last_fit best_fit merge_bug buddy mmap $(MALLOCS)
NAUGHTY = NOTHING CRASHES HANGS EXITS REFUSES SCRIBBLES LIES OVERLAPS LEAKS DIRTY \
            GROWS SWELLS SHOUTS FLOODS
# The same with a list of numbers.
NAUGHTY_LIST = NEVER LOSES LOSES_JOINED LOSES_GRANT LOSES_TAIL FORGETS UNDERFLOWS SILENT BLANK \
            NONSENSE BACKWARDS FALLS ROUNDS ROUNDS_SAID SHRINKS APART APART_SAID KEEPS BEYOND \
            STRETCHES BOOLS OLD COMPLAINS TURNS \
            LIMITED LIMIT_LESS LIMIT_MORE ALIGNS ALIGN_LESS FEW FEW_LESS GREEDY FREES_TWICE CLEANS POOL PENDS \
            PENDS_LESS RELOADS POOL_LOSES POOL_ROVES
# The same, as it is now and then, or in two ways.
NAUGHTY_TWICE = THIRD ADDS_UP FIRST SOMETIMES ONCE FALLS_LATER FALLS_AND_LOSES TWO_FAULTS \
            FAULT_BY_FAULT

all: $(TOOL) $(RECORDER)  ## build the tool and the recorder

validate: all  ## replay the corpus, fuzz for SECONDS, print the verdict
	@.ci/validate $(BUILD) $(SECONDS)

test: deps  ## run every check, the proofs from the cache; print how many passed
	@.ci/test

prove: deps  ## run all proofs from scratch; then prove-smoke and prove-words
	proofs/prove.py
	proofs/prove.py --smoke
	@$(MAKE) --no-print-directory prove-words

prove-words: deps  ## prove what opt/ does with one word, for all words; refute wrong lines
	proofs/test_words.py
	proofs/words.py --all

prove-replay: deps  ## replay all proofs from the cache; no prover runs
	proofs/prove.py --replay

prove-update: deps  ## run the provers on what the cache lacks; write cache, pins, tables
	proofs/prove.py --update

prove-smoke: deps  ## look for contradictory preconditions and dead code
	proofs/prove.py --smoke

mutants: deps  ## break code and contracts on purpose, and see a proof fail each time
	proofs/mutants.py

candidates: deps all plugins $(PLUG)/go.so  ## compare all candidates with the reference; write README.md's table
	candidates/verdicts.py $(BUILD)

GALLERY = $(BUILD)/gallery
KSRC   ?= $(LINUX_SOURCE)
# README.md's table and the historic bugs are of Debian's own versions.
IS_OURS = $(if $(BBOLT),,$(filter $(LINUX_SOURCE),$(KSRC)))

gallery:  ## build allocators that people run from Debian's packages, hold each to its contract (KSRC, BBOLT)
	@.ci/deps gallery
	@$(MAKE) --no-print-directory all
	rm -f $(GALLERY)/*.so $(GALLERY)/*.skipped
	candidates/linux/build.sh $(KSRC) $(GALLERY)
	candidates/bbolt/build.sh $(GALLERY)
	candidates/mallocs/build.sh $(GALLERY)
	for go in /usr/lib/go-1.*; do candidates/go/build.sh $(GALLERY)/$${go##*/}.so $$go/bin/go || exit 1; done
	candidates/gallery.py $(TOOL) $(GALLERY) --ktap $(GALLERY)/gallery.ktap \
	  --pictures $(GALLERY)/pictures $(if $(IS_OURS),--readme,--other)
	$(if $(IS_OURS),candidates/test_historic.py $(TOOL) $(GALLERY))

BENCH   = $(BUILD)/bench

bench: deps bench-programs  ## measure opt beside its peers, in one run; write docs/bench.md
	bench/bench.py $(BUILD) --readme

bench-plot:  ## draw docs/bench.svg from what `make bench` measured
	bench/plot.py $(BENCH)/results.json docs/bench.svg

# The kernel's allocators are built where Debian's linux-source-6.1 is installed.
LINUX_SOURCE ?= /usr/src/linux-source-6.1.tar.xz

bench-programs: $(BENCH)/bench $(BENCH)/generate $(BENCH)/bench-go \
  $(if $(wildcard $(LINUX_SOURCE)),$(BENCH)/kernel.so)

bench-fuzz: fuzzers  ## count libFuzzer's executions a second, beside a target that does nothing
	bench/fuzz_speed.py $(BUILD)

corpus: all  ## record the real programs of the corpus anew
	corpus/record.sh

PREFIX ?= /usr/local
install: TO = $(DESTDIR)$(PREFIX)
install: DOCS = writing-a-candidate judge semantics trace-format verdict-json findings fuzzing gallery
install: all $(FUZZ_LIBRARIES)  ## install the tool, the libraries, documents and traces (DESTDIR, PREFIX)
	install -d $(addprefix $(TO)/,bin include lib/spanref lib/pkgconfig share/man/man1 \
	  share/doc/spanref share/doc/spanref/oss-fuzz \
	  $(addprefix share/spanref/corpus/,real real-requests requests golden/gap findings))
	install $(TOOL) $(TO)/bin
	install $(RECORDER) $(TO)/lib/spanref
	install -m 644 $(FUZZ_LIBRARIES) $(TO)/lib
	install -m 644 candidates/spanref_candidate.h fuzz/spanref_fuzz.h $(TO)/include
	install -m 644 cli/spanref.1 $(TO)/share/man/man1
	install -m 644 $(DOCS:%=docs/%.md) docs/picture.png \
	  $(addprefix candidates/examples/,list.c malloc.c pool.cpp pool.rs range.h \
	    range.hpp range.rs bins.cpp bins.rs spanref_candidate.rs) LICENSE $(TO)/share/doc/spanref
	install -m 644 candidates/examples/oss-fuzz/* $(TO)/share/doc/spanref/oss-fuzz
	for d in real real-requests requests golden golden/gap findings; do \
	  install -m 644 corpus/$$d/*.trace $(TO)/share/spanref/corpus/$$d || exit; done
	install -m 644 corpus/README.md $(TO)/share/spanref/corpus
	install -m 644 fuzz/spanref.dict $(TO)/share/spanref
	sed -i -e 's|](\.\./corpus/|](../../spanref/corpus/|' -e 's|](\.\./candidates/examples/|](|g' \
	  -e 's|](\.\./fuzz/spanref_fuzz|](../../../include/spanref_fuzz|' $(TO)/share/doc/spanref/*.md
	sed -i 's|](\.\./docs/|](../../doc/spanref/|' $(TO)/share/spanref/corpus/README.md
	printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include' \
	  'docdir=$${prefix}/share/doc/spanref' 'corpusdir=$${prefix}/share/spanref/corpus' '' \
	  'Name: spanref' "Version: $$(sed -n 's/^#define SPANREF_VERSION "\(.*\)"/\1/p' cli/version.h)" 'Cflags: -I$${includedir}' \
	  'Description: the interface of a page allocator to be held against the reference' \
	  >$(TO)/lib/pkgconfig/spanref.pc
	for l in spanref-fuzz spanref-fuzz-replay; do \
	  printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' \
	    'dictionary=$${prefix}/share/spanref/spanref.dict' '' \
	    "Name: $$l" 'Version: 1' 'Requires: spanref' \
	    "Libs: -L\$${libdir} -Wl,-u,LLVMFuzzerTestOneInput -Wl,-u,spanref_candidate -l$$l -ldl -lpthread" \
	    'Description: a fuzz target that holds a page allocator against the reference' \
	    >$(TO)/lib/pkgconfig/$$l.pc || exit; done

deps:  ## install the Debian packages that `make test` needs
	@.ci/deps

$(TOOL): $(BUILD)/cli/main.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ldl -lpthread

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(RECORDER): cli/record/recorder.c cli/record/record.h
	@mkdir -p $(@D)
	$(CC) -std=c99 $(WARN) -O2 -g -fPIC -shared -o $@ $< -ldl -lpthread

# The picture's HTML page, as lines of C.
$(BUILD)/cli/picture/picture.o: $(BUILD)/cli/picture/picture_html.inc
$(BUILD)/cli/picture/picture.o: CPPFLAGS = -I$(BUILD)/cli/picture
$(BUILD)/cli/picture/picture_html.inc: cli/picture/picture.html
	@mkdir -p $(@D)
	sed 's/\\/&&/g; s/"/\\"/g; s/.*/"&\\n",/' $< >$@

# The sentences of docs/semantics.md and the ACSL that states each, as lines of C.
CLAUSES = judge/clauses.txt docs/semantics.md $(wildcard spec/*.h) ref/span_heap.h
$(BUILD)/judge/clauses.o: $(BUILD)/judge/clauses.inc
$(BUILD)/judge/clauses.o: CPPFLAGS = -I$(BUILD)/judge
$(BUILD)/judge/clauses.inc: judge/clauses.awk $(CLAUSES)
	@mkdir -p $(@D)
	awk -f judge/clauses.awk $(CLAUSES) >$@.new && mv $@.new $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) $(CPPFLAGS) -c -o $@ $<

tests: $(TESTS) $(EXAMPLE)
list-tests:
	@printf '%s\n' $(TESTS)

plugins: $(PLUGINS:%=$(PLUG)/%.so)  ## build the candidates that plug in
ALL_NAUGHTY = $(NAUGHTY) $(NAUGHTY_LIST) $(NAUGHTY_TWICE)
naughty: $(ALL_NAUGHTY:%=$(PLUG)/naughty-%.so)

# Ours, as plug-ins: the same table under the name that is looked for.
OURS    = candidates/ours/door.c $(wildcard candidates/ours/*.h)
$(PLUG)/opt.so $(PLUG)/opt_scalar.so: candidates/ours/opt.c $(OURS) \
  $(filter-out opt/test_% $(APART),$(wildcard opt/*.[ch] opt/*.inc))
$(PLUG)/ref.so: candidates/ours/ref.c $(OURS) $(filter-out ref/test_%,$(wildcard ref/*.[ch]))
$(PLUG)/opt.so: DEFINE = -Dcandidate_opt=spanref_candidate -DCANDIDATE_SELF_CHECK
$(PLUG)/opt_scalar.so: DEFINE = -Dcandidate_opt=spanref_candidate -DCANDIDATE_SELF_CHECK -DSPANREF_SCALAR
$(PLUG)/ref.so: DEFINE = -Dcandidate_ref=spanref_candidate
$(addprefix $(PLUG)/,first_fit.so last_fit.so best_fit.so merge_bug.so): candidates/examples/list.c
$(PLUG)/last_fit.so: DEFINE = -DLIST_LAST_FIT
$(PLUG)/best_fit.so: DEFINE = -DLIST_BEST_FIT
$(PLUG)/merge_bug.so: DEFINE = -DLIST_MERGE_BUG
$(PLUG)/buddy.so: candidates/examples/buddy.c
$(PLUG)/mmap.so: candidates/examples/mmap.c
$(MALLOCS:%=$(PLUG)/%.so): candidates/examples/malloc.c
$(MALLOCS:%=$(PLUG)/%.so): DEFINE = -DMALLOC_NAME='"$(@:$(PLUG)/%.so=%)"' $(LIBRARY_OF_$(@:$(PLUG)/%.so=%))
LIBRARY_OF_jemalloc = -DMALLOC_LIBRARY='"libjemalloc.so.2"'
LIBRARY_OF_mimalloc = -DMALLOC_LIBRARY='"libmimalloc.so.2"'
LIBRARY_OF_tcmalloc = -DMALLOC_LIBRARY='"libtcmalloc_minimal.so.4"'
$(PLUG)/go.so: $(wildcard candidates/go/* candidates/go/*/*) candidates/spanref_candidate.h
	candidates/go/build.sh $@
$(NAUGHTY:%=$(PLUG)/naughty-%.so): cli/test_naughty.c
$(NAUGHTY_LIST:%=$(PLUG)/naughty-%.so): cli/test_naughty_list.c
$(NAUGHTY_TWICE:%=$(PLUG)/naughty-%.so): cli/test_naughty_twice.c
$(ALL_NAUGHTY:%=$(PLUG)/naughty-%.so): \
  DEFINE = -DNAUGHTY=$(@:$(PLUG)/naughty-%.so=%)

$(PLUG)/%.so: candidates/spanref_candidate.h
	@mkdir -p $(@D)
	$(CC) -std=c99 $(WARN) $(CFLAGS) -fPIC -shared -Icandidates $(DEFINE) -o $@ $(filter %.c,$^)
	@rm -f $(@:.so=.waivers)
	@for w in $(wildcard candidates/examples/$*.waivers); do cp $$w $(@D); done

# The heaps are measured as they would be used: opt's asserts are off.
BENCH_CFLAGS ?= -O2 -g -DNDEBUG
$(BENCH)/bench: $(filter-out bench/generate.c bench/empty_target.c,$(wildcard bench/*.c)) \
  $(filter opt/% ref/%,$(SOURCES)) trace/fake_os.c
$(BENCH)/generate: bench/generate.c bench/operations.c \
  $(filter trace/%,$(SOURCES))
$(BENCH)/bench $(BENCH)/generate: $(wildcard bench/*.h opt/*.h opt/*.inc ref/*.h spec/*.h trace/*.h)
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(BENCH_CFLAGS) -o $@ $(filter %.c,$^) -ldl
$(BENCH)/bench-go: $(wildcard bench/go/*.* bench/go/runtime/*) $(wildcard candidates/go/runtime/*)
	bench/go/build.sh $@

$(BENCH)/kernel.so: $(LINUX_SOURCE) $(wildcard bench/kernel/* candidates/linux/*) bench/peer.h bench/operations.h spec/types.h
	bench/kernel/build.sh $(LINUX_SOURCE) $@ -Wall -Wextra $(filter -Werror,$(BENCH_CFLAGS))

fuzz-tools: $(addprefix $(BUILD)/fuzz/,replay seeds)

$(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(if $(findstring /test_,$@),-lcmocka) \
	  $(if $(findstring /test_locked,$@),-lpthread)

$(BUILD)/opt/test_locked: $(BUILD)/opt/locked.o
$(patsubst %,$(BUILD)/judge/test_%.o,levels follow contract frees pool cell): CPPFLAGS = -Icandidates

# What its cell loads.
$(BUILD)/judge/test_cell: | $(BUILD)/judge/test_cell_heap.so
$(BUILD)/judge/test_cell_heap.so: judge/test_cell_heap.c judge/test_cell.h candidates/spanref_candidate.h
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CFLAGS) -fPIC -shared -Icandidates -o $@ $<

# A program has one body of span_os_reserve (spec/os.h). The library's isn't taken where
# one comes before it.
$(BUILD)/opt/example/%: $(BUILD)/opt/example/%.o $(BUILD)/opt/example/os_mmap.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(if $(findstring /test_,$@),-lcmocka)

# The fuzz target: an engine's main, or that of fuzz/replay.c.
$(BUILD)/fuzz/fuzz_target: $(BUILD)/fuzz/fuzz_target.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_FUZZING_ENGINE)

$(BUILD)/fuzz/replay: $(BUILD)/fuzz/replay.o $(BUILD)/fuzz/fuzz_target.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# The fuzz target for other people's allocators, and the same with the main of fuzz/replay.c.
# Each library is one object, in which only the names of spanref_fuzz.h are left. Otherwise an
# allocator's own names could replace ours. (__x86.*: what gcc -m32 needs, each program once.)
PIC      = $(BUILD)/pic
OBJCOPY ?= objcopy
PLUGGED  = $(patsubst %.c,$(PIC)/%.o,fuzz/fuzz_target.c fuzz/subject_plugged.c \
             $(filter-out fuzz/subject_ours.c candidates/ours/opt.c candidates/ours/ours.c,\
             $(filter ref/% trace/% judge/% fuzz/% candidates/%,$(SOURCES))))

fuzz-library: $(FUZZ_LIBRARIES)  ## build the fuzz target for your own allocator (docs/fuzzing.md)

$(PIC)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) $(CPPFLAGS) -fPIC -c -o $@ $<
$(PIC)/judge/clauses.o: $(BUILD)/judge/clauses.inc
$(PIC)/judge/clauses.o: CPPFLAGS = -I$(BUILD)/judge

$(PIC)/spanref-fuzz-replay.o: $(PIC)/fuzz/replay.o
$(PIC)/spanref-fuzz-replay.o: MAIN = -G main
$(PIC)/spanref-fuzz.o $(PIC)/spanref-fuzz-replay.o: $(PLUGGED)
	$(CC) -r -nostdlib $(filter -m%,$(CFLAGS)) -o $@.whole $^
	$(OBJCOPY) -w -G '__x86.*' $(MAIN) -G LLVMFuzzerInitialize -G LLVMFuzzerTestOneInput \
	  -G spanref_fuzz_compared $@.whole $@
	@rm -f $@.whole
$(FUZZ_LIBRARIES): $(BUILD)/lib%.a: $(PIC)/%.o
	@rm -f $@
	$(AR) rcs $@ $^

# A build for each engine. The operands of comparisons aren't traced (no trace-cmp): that
# would halve the speed, and AFL++ with CMPLOG does it.
FUZZERS  = libfuzzer libfuzzer-asan afl afl-asan afl-cmplog
COVER    = -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp \
             -fsanitize-coverage-ignorelist=fuzz/uninstrumented.txt
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -DOPT_CHECK
AFL      = AFL_QUIET=1 AFL_LLVM_DENYLIST=$(CURDIR)/fuzz/uninstrumented.txt

fuzzers: $(FUZZERS:%=fuzzer-%)  ## build the fuzz target for libFuzzer and AFL++

fuzzer-libfuzzer: FUZZER = CC=clang CFLAGS="-O2 -g $(COVER)"
fuzzer-libfuzzer-asan: FUZZER = CC=clang CFLAGS="-O2 -g $(COVER) $(SANITIZE)"
fuzzer-afl: FUZZER = CC=afl-clang-fast CFLAGS="-O2 -g"
fuzzer-afl-asan: FUZZER = CC=afl-clang-fast CFLAGS="-O2 -g $(SANITIZE)"
fuzzer-afl-cmplog: FUZZER = CC=afl-clang-fast CFLAGS="-O2 -g"
fuzzer-afl-cmplog: export AFL_LLVM_CMPLOG = 1

$(FUZZERS:%=fuzzer-%): fuzzer-%:
	+@$(AFL) $(MAKE) --no-print-directory BUILD=$(BUILD)/fuzzers/$* $(FUZZER) \
	  LIB_FUZZING_ENGINE=-fsanitize=fuzzer $(BUILD)/fuzzers/$*/fuzz/fuzz_target

HOURS   ?= 1
JOBS    ?= $(shell nproc)

fuzz-campaign: fuzzers $(BUILD)/fuzz/replay  ## fuzz with all engines on one corpus (HOURS=1 JOBS=2); resumable
	@fuzz/campaign.py $(BUILD) --hours $(HOURS) --jobs $(JOBS)

bug-board: fuzzers all fuzz-tools  ## measure how fast each engine finds each seeded bug; write docs/bug-board.md
	fuzz/bug_board.py $(BUILD)

fuzz-corpus: $(BUILD)/fuzz/seeds fuzzer-libfuzzer  ## make corpus/fuzz anew, from traces and FOUND=DIR...
	fuzz/corpus.sh $(BUILD) $(FOUND)

coverage:  ## report what the corpus runs of ref/ and opt/; fail if that is too little
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage CC=clang \
	  CFLAGS="-O1 -g -DNDEBUG -fprofile-instr-generate -fcoverage-mapping" \
	  $(BUILD)/coverage/fuzz/replay
	fuzz/coverage.py $(BUILD)

# The reference, with a table so small that it fills up.
$(BUILD)/ref/test_ref: ref/test_ref.c $(filter ref/%,$(SOURCES)) $(wildcard ref/*.h spec/*.h)
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CFLAGS) -DSPAN_HEAP_CAPACITY=16 -o $@ $(filter %.c,$^) -lcmocka

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

clean:  ## remove what was built
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(PLUGGED:.o=.d) $(PIC)/fuzz/replay.d $(APART:%.c=$(BUILD)/%.d) $(MAINS:%.c=$(BUILD)/%.d) $(TESTS:=.d) \
  $(EXAMPLE).d $(BUILD)/opt/example/os_mmap.d

.PHONY: fuzzers fuzz-library fuzz-tools fuzz-campaign bug-board bench-fuzz fuzz-corpus coverage $(FUZZERS:%=fuzzer-%)
.PHONY: plugins naughty candidates install
.PHONY: all validate test prove prove-replay prove-update prove-smoke mutants bench bench-plot bench-programs corpus deps tests help clean
.SECONDARY:
