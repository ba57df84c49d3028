/* Commands that are shown are there to be copied. */
#ifndef SPANREF_SHELL_H
#define SPANREF_SHELL_H

#include <stdio.h>

/* The name of a file as an argument in a shell: quoted where it has to be, with "./" before what
 * would be taken for an option. "-" stays. */
void shell_print(FILE *to, const char *file);
/* The same, to be freed. NULL: out of memory. */
char *shell_word(const char *file);

#endif
