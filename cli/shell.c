#include "shell.h"

#include <stdbool.h>
#include <string.h>

#include "../trace/text.h"

static bool is_plain(const char *word)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "_./:=@%+,-";
  return *word != '\0' && word[strspn(word, plain)] == '\0';
}

static bool is_text(const char *word)
{
  size_t size = strlen(word);
  for (size_t at = 0, bytes; at < size; at += bytes) {
    bytes = text_character(word + at, size - at);
    if (bytes == 0) return false;
  }
  return true;
}

/* $'...', in which every byte can be written. */
static void print_bytes(FILE *to, const char *word)
{
  fputs("$'", to);
  for (const unsigned char *c = (const unsigned char *)word; *c != '\0'; c++)
    if (*c < 0x20 || *c >= 0x7f || *c == '\'' || *c == '\\')
      fprintf(to, "\\%03o", *c);
    else
      fputc(*c, to);
  fputc('\'', to);
}

static void print_text(FILE *to, const char *word)
{
  fputc('\'', to);
  for (; *word != '\0'; word++)
    if (*word == '\'')
      fputs("'\\''", to);
    else
      fputc(*word, to);
  fputc('\'', to);
}

void shell_print(FILE *to, const char *word)
{
  if (word[0] == '-' && word[1] != '\0') fputs("./", to);
  if (is_plain(word))
    fputs(word, to);
  else if (is_text(word))
    print_text(to, word);
  else
    print_bytes(to, word);
}

char *shell_word(const char *word)
{
  char *text = NULL;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  if (to == NULL) return NULL;
  shell_print(to, word);
  return fclose(to) == 0 ? text : NULL;
}
