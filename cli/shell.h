/* Commands that are shown are there to be copied. */
#ifndef SPANREF_SHELL_H
#define SPANREF_SHELL_H

#include <stdio.h>

/* The name of a file, or another word, as it is written in a shell: quoted where it has to be,
 * "./" before a name that begins like an option, "-" as it is. Whatever the name, this is text
 * without control characters. */
void shell_print(FILE *to, const char *word);
/* The same, to be freed. NULL: out of memory. */
char *shell_word(const char *word);

#endif
