/* A string of JSON, quotes included; without '<', so that it may stand in HTML. */
#ifndef SPANREF_JSON_H
#define SPANREF_JSON_H

#include <stdio.h>

/* before: what stands before it, as it is. text: NULL: null. */
void json_text(FILE *to, const char *before, const char *text);

#endif
