/* A fuzz target that holds your page allocator against spanref's reference. mine.c exports the
 * table of spanref_candidate.h; the target is in libspanref-fuzz.a. fuzzing.md starts from nothing.
 *
 *   clang -g -fsanitize=fuzzer,address mine.c $(pkg-config --cflags --libs spanref-fuzz)
 *   afl-clang-fast -g -fsanitize=fuzzer mine.c $(pkg-config --cflags --libs spanref-fuzz)
 *   cc -g mine.c $(pkg-config --cflags --libs spanref-fuzz-replay)     (no engine: files only)
 *
 * The library isn't instrumented. So an engine's feedback comes from mine.c alone.
 *
 * Each input is a history (trace-format.md, "Bytes"). It runs on your allocator and on the
 * reference, in this process, with all levels that the table declares. After every operation
 * everything is compared. At the end all is freed. A departure is said on standard error, with the
 * sentence of semantics.md that is broken, and ends in abort(). At a normal exit the target says
 * how many operations were compared at each level.
 *
 * In the environment:
 *
 *   SPANREF_WAIVERS=FILE   the departures that you accept, as for "spanref check"
 *   SPANREF_TRACE=FILE     each history is written there as a trace before it runs. With a single
 *                          input this makes a trace of it, for "spanref shrink". (Fuzzing itself
 *                          would be slow.)
 *   SPANREF_COUNTERS=FILE  count executions and operations there
 *
 * Only the names below, and those of your table, are taken from your program's. */
#ifndef SPANREF_FUZZ_H
#define SPANREF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What every engine calls. Returns 0, or doesn't return. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* What engines call first, if it is there. Yours replaces the library's: then the first input
 * does what this would have done. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
/* Operations compared so far. */
uint64_t spanref_fuzz_compared(void);

#ifdef __cplusplus
}
#endif

#endif
