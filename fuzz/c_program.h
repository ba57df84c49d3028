/* A history as a C program of a few lines, to be compiled with the candidate, stepped
 * through and changed: each operation is a call (program.h), no trace, no parser. */
#ifndef SPANREF_C_PROGRAM_H
#define SPANREF_C_PROGRAM_H

#include <stdio.h>

#include "../judge/judge.h"

/* Of the history in which judge.departure was seen. false: the stream failed. */
bool c_program_print(FILE *to, const struct trace *trace, const struct judge *judge);

#endif
