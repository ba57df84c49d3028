/* Standard output may be a full disk or a pipe nobody reads: then there is no
 * verdict to be trusted, and the tool says so. */
#ifndef SPANREF_OUTPUT_H
#define SPANREF_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* Where standard input, output or error is closed, no other file must take its place. */
void output_begin(void);
/* The status to exit with: `status`, or "unusable" where output was lost. */
int output_finish(int status);
/* Was output lost already? Then there is no use in going on. */
bool output_is_lost(void);

/* "-", as the name of a file to be written, is standard output. */
bool output_is_stdout(const char *path);
/* One such file is wanted: from now on standard output is for that, and all that is printed to
 * stdout goes to standard error. */
void output_divert(void);

/* A file to be written, NULL or false where it can't be, and that was said. */
FILE *file_create(const char *path);
bool file_close(FILE *to, const char *path);

/* Says it. Always false. */
bool say_no_memory(void);

#endif
