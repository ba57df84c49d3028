/* Text of strangers: what a candidate says, what a file is called, what a trace has. */
#ifndef SPANREF_TEXT_H
#define SPANREF_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* Bytes of the character that text begins with; 0: it is a control character but a tab, or it
 * isn't UTF-8 (overlong, surrogate, past U+10FFFF, cut off). size: at least 1. */
size_t text_character(const char *text, size_t size);

/* Makes of it what may stand in JSON, XML, HTML and on a terminal, as long as it was. Tabs and
 * the ends of lines become spaces; every other byte that isn't part of a character becomes a
 * question mark. */
void text_clean(char *text);
/* The same, but tabs and the ends of lines are kept. */
void text_clean_lines(char *text);

/* A word as a shell would read it back, on one line of ASCII: quoted where it has to be. */
void text_print_word(FILE *to, const char *word);

#endif
