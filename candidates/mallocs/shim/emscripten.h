/* What emmalloc.c needs of Emscripten: what it would print isn't printed. */
#define MAIN_THREAD_ASYNC_EM_ASM(...) ((void)0)
#define EM_ASM(...) ((void)0)
