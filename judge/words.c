#include "words.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../trace/text.h"

/* Passed on at a time. Whoever writes without end is not read without end. */
#define PASSED_MAX (1 << 20)

void words_open(struct words *words)
{
  *words = (struct words){.file = tmpfile()};
  /* After the file was emptied, writing begins at its begin. */
  if (words->file != NULL) fcntl(fileno(words->file), F_SETFL, O_APPEND);
}

void words_close(struct words *words)
{
  if (words->file != NULL) fclose(words->file);
  words->file = NULL;
}

void words_begin(const struct words *words)
{
  int to = words->file != NULL ? fileno(words->file) : STDERR_FILENO;
  dup2(to, STDERR_FILENO);
  dup2(to, STDOUT_FILENO);
  if (to != STDERR_FILENO) close(to);
}

static void keep(struct words *words, const char *text, size_t size)
{
  if (size > WORDS_KEPT) {
    text += size - WORDS_KEPT;
    size = WORDS_KEPT;
  }
  size_t over = words->used + size > WORDS_KEPT ? words->used + size - WORDS_KEPT : 0;
  memmove(words->kept, words->kept + over, words->used - over);
  words->used -= over;
  memcpy(words->kept + words->used, text, size);
  words->used += size;
}

static void make_text(char *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (bytes[i] == '\0') bytes[i] = '?';
  bytes[size] = '\0';
  text_clean_lines(bytes);
}

void words_take(struct words *words)
{
  static char text[PASSED_MAX + 1];
  struct stat about;
  if (words->file == NULL || fstat(fileno(words->file), &about) != 0 || about.st_size == 0)
    return;
  off_t skipped = about.st_size > PASSED_MAX ? about.st_size - PASSED_MAX : 0;
  ssize_t size = pread(fileno(words->file), text, PASSED_MAX, skipped);
  if (ftruncate(fileno(words->file), 0) != 0 || size <= 0) return;
  make_text(text, (size_t)size);
  keep(words, text, (size_t)size);
  if (words->is_muted) return;
  if (skipped > 0)
    fprintf(stderr, "spanref: of what the candidate wrote %lld bytes are left out here\n",
            (long long)skipped);
  fwrite(text, 1, (size_t)size, stderr);
}

void words_forget(struct words *words)
{
  words_take(words);
  words->used = 0;
}

/* Behind the summary of a sanitizer's report come numbers of its own memory. */
static size_t end_of_interest(const char *text, size_t used)
{
  static const char summary[] = "\nSUMMARY: ";
  size_t length = sizeof summary - 1;
  for (size_t at = used; at-- > 0;) {
    if (used - at < length || memcmp(text + at, summary, length) != 0) continue;
    const char *end = memchr(text + at + 1, '\n', used - at - 1);
    return end != NULL ? (size_t)(end + 1 - text) : used;
  }
  return used;
}

struct words_text words_last(const struct words *words)
{
  struct words_text out = {""};
  const size_t room = sizeof out.text - 2; /* for an end of line, and the end */
  size_t end = end_of_interest(words->kept, words->used), begin = end;
  unsigned lines = 0;
  while (begin > 0 && end - begin < room) {
    if (begin < end && words->kept[begin - 1] == '\n' && ++lines == WORDS_LINES) break;
    begin--;
  }
  if (begin == end) return out;
  memcpy(out.text, words->kept + begin, end - begin);
  if (out.text[end - begin - 1] != '\n') out.text[end - begin] = '\n';
  text_clean_lines(out.text); /* a character may have been cut in two */
  return out;
}
