/* What dlmalloc.c reports to Emscripten's tracing: nobody listens. */
#define emscripten_trace_record_allocation(address, size_bytes) ((void)0)
#define emscripten_trace_record_reallocation(before, address, size_bytes) ((void)0)
#define emscripten_trace_record_free(address) ((void)0)
