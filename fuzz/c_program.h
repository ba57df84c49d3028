/* A history as a C program of a few lines, against candidates/ours/candidate.h and the
 * calls of fuzz/trial.h: no trace, no parser, no oracle.
 *
 * It runs the history on the reference and on the candidate, prints every answer,
 * and in the end all statistics, spans and what lookup says of them; it exits 1
 * where the two differ, 0 where they don't. */
#ifndef SPANREF_C_PROGRAM_H
#define SPANREF_C_PROGRAM_H

#include <stdio.h>

#include "../judge/oracle.h"

/* why: a line for its first comment. false: the stream failed. */
bool c_program_print(FILE *to, const struct trace *trace, const char *candidate,
                     const char *why);

#endif
