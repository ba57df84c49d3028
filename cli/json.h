/* A string of JSON, quotes included; without '<', so that it may stand in HTML. */
#ifndef SPANREF_JSON_H
#define SPANREF_JSON_H

#include <stdio.h>

void json_text(FILE *to, const char *text);

#endif
