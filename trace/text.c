#include "text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

size_t text_character(const char *text, size_t size)
{
  const unsigned char *c = (const unsigned char *)text;
  unsigned char lead = c[0];
  size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0x80) return lead == '\t' || (lead >= 0x20 && lead != 0x7f);
  if (lead < 0xc2 || lead > 0xf4 || bytes > size) return 0;
  for (size_t at = 1; at < bytes; at++)
    if ((c[at] & 0xc0) != 0x80) return 0;
  if (lead == 0xc2 && c[1] < 0xa0) return 0; /* control characters of C1 */
  if (lead == 0xe0 && c[1] < 0xa0) return 0;
  if (lead == 0xed && c[1] > 0x9f) return 0;
  if (lead == 0xf0 && c[1] < 0x90) return 0;
  if (lead == 0xf4 && c[1] > 0x8f) return 0;
  return bytes;
}

static void clean(char *text, bool keeps_lines)
{
  size_t size = strlen(text), bytes;
  for (size_t at = 0; at < size; at += bytes) {
    char *c = text + at;
    bytes = text_character(c, size - at);
    /* XML can't have these two, whatever they are. */
    bool is_barred = bytes == 3 && memcmp(c, "\xef\xbf", 2) == 0 && (unsigned char)c[2] >= 0xbe;
    bool is_space = *c == '\t' || *c == '\n' || *c == '\r';
    if (is_barred) memset(c, '?', bytes);
    if (bytes == 0 && !is_space) *c = '?';
    if (is_space && (!keeps_lines || *c == '\r')) *c = ' ';
    if (bytes == 0) bytes = 1;
  }
}

void text_clean(char *text) { clean(text, false); }
void text_clean_lines(char *text) { clean(text, true); }

void text_print_word(FILE *to, const char *word)
{
  bool plain = *word != '\0', odd = false;
  for (const char *c = word; *c != '\0'; c++) {
    if (!isalnum((unsigned char)*c) && strchr("%+,-./:=@_", *c) == NULL) plain = false;
    if (*c < ' ' || *c > '~') odd = true;
  }
  if (plain) {
    fputs(word, to);
    return;
  }
  fputs(odd ? "$'" : "'", to);
  for (const char *c = word; *c != '\0'; c++) {
    if (odd && (*c < ' ' || *c > '~'))
      fprintf(to, "\\x%02x", (unsigned)(unsigned char)*c);
    else if (odd && (*c == '\'' || *c == '\\'))
      fprintf(to, "\\%c", *c);
    else if (*c == '\'')
      fputs("'\\''", to);
    else
      fputc(*c, to);
  }
  fputc('\'', to);
}
