#include "json.h"

void json_text(FILE *to, const char *before, const char *text)
{
  fputs(before, to);
  if (text == NULL) {
    fputs("null", to);
    return;
  }
  fputc('"', to);
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      fprintf(to, "\\%c", *c);
    else if (*c < 0x20 || *c == '<')
      fprintf(to, "\\u%04x", *c);
    else
      fputc(*c, to);
  }
  fputc('"', to);
}
