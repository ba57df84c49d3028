#include "words.h"

#include <fcntl.h>
#include <stdint.h>
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

/* --- The last of it ------------------------------------------------------------------- */

#define NOWHERE SIZE_MAX
#define REPORT_MAX 1536 /* bytes, so that there is room for its summary */

/* Where the last line that has the word begins, before end. */
static size_t last_line_with(const char *text, size_t end, const char *word)
{
  size_t length = strlen(word), at = end;
  while (at > 0 && (end - at < length || memcmp(text + at, word, length) != 0)) at--;
  if (end - at < length || memcmp(text + at, word, length) != 0) return NOWHERE;
  while (at > 0 && text[at - 1] != '\n') at--;
  return at;
}

/* Where so many lines end that begin there, or end. */
static size_t lines_on(const char *text, size_t begin, size_t end, unsigned lines)
{
  while (begin < end && lines > 0) lines -= text[begin++] == '\n';
  return begin;
}

/* Where the last so many lines before end begin. */
static size_t lines_back(const char *text, size_t end, unsigned lines)
{
  size_t begin = end > 0 ? end - 1 : 0; /* the end of the last line is no other line's */
  while (begin > 0 && (text[begin - 1] != '\n' || --lines > 0)) begin--;
  return begin;
}

/* The end of it, if that is more than there is room for. */
static void add_lines(struct words_text *out, const char *text, size_t size)
{
  size_t used = strlen(out->text), room = sizeof out->text - used - 2; /* for an end of line */
  if (size == 0) return;
  if (size > room) {
    text += size - room;
    size = room;
  }
  memcpy(out->text + used, text, size);
  out->text[used + size] = '\0';
  if (text[size - 1] != '\n') strcat(out->text, "\n");
  text_clean_lines(out->text); /* a character may have been cut in two */
}

/* Where a panic's message begins, of Rust or of Go: the stack that follows may be long. */
static size_t panic_in(const struct words *words)
{
  static const char *const marks[] = {" panicked at ", "panic: ", "fatal error: "};
  size_t at = NOWHERE;
  for (size_t i = 0; i < sizeof marks / sizeof *marks && at == NOWHERE; i++)
    at = last_line_with(words->kept, words->used, marks[i]);
  return at;
}

/* The last lines; or the first ones of a panic that is longer. */
static void add_last_lines(struct words_text *out, const struct words *words)
{
  size_t begin = lines_back(words->kept, words->used, WORDS_LINES), end = words->used;
  size_t panic = panic_in(words);
  if (panic < begin) {
    begin = panic;
    end = lines_on(words->kept, begin, end, WORDS_LINES);
    if (end > begin + REPORT_MAX) end = begin + REPORT_MAX;
  }
  add_lines(out, words->kept + begin, end - begin);
}

struct words_text words_last(const struct words *words)
{
  struct words_text out = {""};
  const char *text = words->kept;
  size_t summary = last_line_with(text, words->used, "SUMMARY: ");
  size_t report = summary != NOWHERE ? last_line_with(text, summary, "Sanitizer: ") : NOWHERE;
  if (report == NOWHERE) {
    add_last_lines(&out, words);
  } else {
    size_t end = lines_on(text, report, summary, WORDS_LINES - 1);
    if (end > report + REPORT_MAX) end = report + REPORT_MAX;
    add_lines(&out, text + report, end - report);
    add_lines(&out, text + summary, lines_on(text, summary, words->used, 1) - summary);
  }
  return out;
}
