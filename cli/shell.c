#include "shell.h"

#include "../trace/text.h"

void shell_print(FILE *to, const char *file)
{
  if (file[0] == '-' && file[1] != '\0') fputs("./", to);
  text_print_word(to, file);
}

char *shell_word(const char *file)
{
  char *text = NULL;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  if (to == NULL) return NULL;
  shell_print(to, file);
  return fclose(to) == 0 ? text : NULL;
}
