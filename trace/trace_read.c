/* From bytes to lines: bounded, UTF-8, each ended by a newline. */
#include <errno.h>
#include <string.h>

#include "text.h"
#include "trace_parse.h"

static bool line_is_text(struct trace_parser *parser, const char *line, size_t size)
{
  for (size_t at = 0, bytes; at < size; at += bytes) {
    bytes = text_character(line + at, size - at);
    if (bytes == 0)
      return trace_refuse(parser,
                          "expected UTF-8 text without control characters, got the "
                          "byte 0x%02x at byte %zu of the line",
                          (unsigned)(unsigned char)line[at], at + 1);
  }
  return true;
}

static bool refuse_long(struct trace_parser *parser)
{
  parser->line++;
  return trace_refuse(parser, "expected a line of at most %d bytes", TRACE_LINE_MAX);
}

/* Read the whole lines of text; *used is how much that was. false: refused, also
 * where the unfinished rest is already too long for a line. */
static bool read_lines(struct trace_parser *parser, const char *text, size_t size,
                       size_t *used)
{
  *used = 0;
  for (;;) {
    const char *line = text + *used;
    size_t rest = size - *used;
    size_t window = rest <= TRACE_LINE_MAX ? rest : TRACE_LINE_MAX + 1;
    const char *end = window > 0 ? memchr(line, '\n', window) : NULL;
    if (end == NULL) return window <= TRACE_LINE_MAX || refuse_long(parser);
    size_t length = (size_t)(end - line);
    parser->line++;
    if (!line_is_text(parser, line, length) || !trace_parse_line(parser, line, length))
      return false;
    *used += length + 1;
  }
}

static bool read_end(struct trace_parser *parser, size_t unfinished)
{
  parser->line++;
  if (unfinished > 0)
    return trace_refuse(parser, "expected a newline at the end of the last line: is "
                                "the trace cut off?");
  return trace_parse_end(parser);
}

static struct trace_parser begin(struct trace *out, struct trace_error *error)
{
  *out = (struct trace){0};
  *error = (struct trace_error){0};
  return (struct trace_parser){.trace = out, .error = error};
}

static bool finish(struct trace_parser *parser, bool parsed)
{
  names_free(&parser->names);
  if (!parsed) trace_free(parser->trace);
  return parsed;
}

bool trace_parse(const char *text, size_t size_bytes, struct trace *out,
                 struct trace_error *error)
{
  struct trace_parser parser = begin(out, error);
  size_t used = 0;
  bool parsed = read_lines(&parser, text, size_bytes, &used) &&
                read_end(&parser, size_bytes - used);
  return finish(&parser, parsed);
}

static bool refuse_file(struct trace_parser *parser, const char *verb)
{
  int reason = errno;
  parser->line = 0;
  return trace_refuse(parser, "can't %s it: %s", verb,
                      reason != 0 ? strerror(reason) : "unknown reason");
}

static bool read_stream(struct trace_parser *parser, FILE *from)
{
  char text[16 * (TRACE_LINE_MAX + 1)];
  size_t held = 0, used = 0;
  for (;;) {
    size_t got = fread(text + held, 1, sizeof text - held, from);
    held += got;
    if (!read_lines(parser, text, held, &used)) return false;
    held -= used;
    if (ferror(from)) return refuse_file(parser, "read");
    if (got == 0) return read_end(parser, held);
    memmove(text, text + used, held);
  }
}

bool trace_read(const char *path, struct trace *out, struct trace_error *error)
{
  struct trace_parser parser = begin(out, error);
  bool parsed = false;
  errno = 0;
  if (strcmp(path, "-") == 0) {
    parsed = read_stream(&parser, stdin);
  } else {
    FILE *from = fopen(path, "rb");
    parsed = from != NULL ? read_stream(&parser, from) : refuse_file(&parser, "open");
    if (from != NULL) fclose(from);
  }
  return finish(&parser, parsed);
}
