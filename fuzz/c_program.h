/* A history as a C program of a few lines: compile it with the candidate, step through it,
 * change it. Each operation is a call (program.h); there is no trace and no parser. */
#ifndef SPANREF_C_PROGRAM_H
#define SPANREF_C_PROGRAM_H

#include <stdio.h>

#include "../judge/judge.h"

/* Prints the history that ends in judge.departure. Returns false if the stream failed. */
bool c_program_print(FILE *to, const struct trace *trace, const struct judge *judge);

#endif
