/* The grammar of docs/trace-format.md, one line at a time. */
#include "trace_parse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "trace_geometry.h"

bool trace_refuse(struct trace_parser *parser, const char *format, ...)
{
  va_list arguments;
  parser->error->line = parser->line;
  va_start(arguments, format);
  vsnprintf(parser->error->text, sizeof parser->error->text, format, arguments);
  va_end(arguments);
  return false;
}

static bool refuse_memory(struct trace_parser *parser)
{
  return trace_refuse(parser, "expected a smaller trace: memory ran out");
}

/* --- Words ---------------------------------------------------------------- */

/* Part of a line: a word, or `rest`, what is left of the line. at is NULL in the word after
 * the last. */
struct word {
  const char *at;
  size_t size;
};

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static struct word next_word(struct word *rest)
{
  struct word word = {NULL, 0};
  size_t begin = 0;
  while (begin < rest->size && is_blank(rest->at[begin])) begin++;
  size_t end = begin;
  while (end < rest->size && !is_blank(rest->at[end])) end++;
  if (end > begin) word = (struct word){rest->at + begin, end - begin};
  rest->at += end;
  rest->size -= end;
  return word;
}

static bool word_is(struct word word, const char *text)
{
  return word.at != NULL && word.size == strlen(text) &&
         memcmp(word.at, text, word.size) == 0;
}

/* Characters that nobody sees: a byte-order mark, a space that doesn't break, and the
 * marks and spaces from U+2000 to U+206F. */
static bool is_unseen(const char *character)
{
  const unsigned char *c = (const unsigned char *)character;
  return (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf) || (c[0] == 0xc2 && c[1] == 0xa0) ||
         (c[0] == 0xe2 && (c[1] == 0x80 || (c[1] == 0x81 && c[2] < 0xb0)));
}

/* A word as it stands in a message: quoted, cut between characters, and with the bytes of
 * what nobody would see as numbers. */
struct quoted {
  char text[56];
};

static struct quoted quote(struct word word)
{
  struct quoted quoted = {"the end of the line"};
  char *to = quoted.text;
  if (word.size == 0) return quoted;
  *to++ = '"';
  for (size_t i = 0, bytes; i < word.size; i += bytes) {
    const char *from = word.at + i;
    for (bytes = 1; i + bytes < word.size && (from[bytes] & 0xc0) == 0x80;) bytes++;
    bool unseen = bytes > 1 && is_unseen(from);
    if (to + (unseen ? 4 : 1) * bytes > quoted.text + 1 + 36) {
      to += sprintf(to, "...");
      break;
    }
    for (size_t b = 0; b < bytes; b++)
      to += sprintf(to, unseen ? "\\x%02x" : "%c", (unsigned)(unsigned char)from[b]);
  }
  *to++ = '"';
  *to = '\0';
  return quoted;
}

static bool refuse_word(struct trace_parser *parser, const char *expected, struct word got)
{
  return trace_refuse(parser, "expected %s, got %s", expected, quote(got).text);
}

static int digit_value(char c)
{
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  return 16;
}

/* All of the word is one number below 2^64, without leading zeros. */
static bool number_of(struct word word, uint64_t base, uint64_t *number)
{
  *number = 0;
  if (word.size == 0 || (word.at[0] == '0' && word.size > 1)) return false;
  for (size_t at = 0; at < word.size; at++) {
    uint64_t digit = (uint64_t)digit_value(word.at[at]);
    if (digit >= base || *number > (UINT64_MAX - digit) / base) return false;
    *number = *number * base + digit;
  }
  return true;
}

static bool hex_of(struct word word, uint64_t *number)
{
  return word.size > 2 && word.at[0] == '0' && word.at[1] == 'x' &&
         number_of((struct word){word.at + 2, word.size - 2}, 16, number);
}

static bool read_end(struct trace_parser *parser, struct word *rest)
{
  struct word word = next_word(rest);
  return word.at == NULL || refuse_word(parser, "the end of the line", word);
}

static bool read_decimal(struct trace_parser *parser, struct word *rest,
                         const char *what, uint64_t *number)
{
  struct word word = next_word(rest);
  return number_of(word, 10, number) ||
         trace_refuse(parser,
                      "expected %s, a decimal number below 2^64 without leading "
                      "zeros, got %s",
                      what, quote(word).text);
}

static bool on_page(struct trace_parser *parser, struct word word, uint64_t address)
{
  return address % parser->trace->page_bytes == 0 ||
         trace_refuse(parser,
                      "expected an address that is a multiple of the page, %" PRIu64
                      " bytes, got %s",
                      parser->trace->page_bytes, quote(word).text);
}

/* paged: a multiple of the page. */
static bool read_address(struct trace_parser *parser, struct word *rest, bool paged,
                         uint64_t *address)
{
  struct word word = next_word(rest);
  if (!hex_of(word, address))
    return refuse_word(parser, "an address such as 0x5000000000, lower case, below 2^64, "
                               "without leading zeros", word);
  return !paged || on_page(parser, word, *address);
}

/* --- The header ----------------------------------------------------------- */

static const char *const header_lines[HEADER_KEYS] = {
    "\"page BYTES\"", "\"phys BYTES\"", "\"huge BYTES\"", "\"arena BYTES\"",
    "\"goal BYTES\" or \"goal none\""};

static bool parse_version(struct trace_parser *parser, const char *line, size_t size)
{
  struct word all = {line, size};
  if (!word_is(all, "spanref-trace 1"))
    return refuse_word(parser, "\"spanref-trace 1\" as the first line", all);
  parser->header_lines = 1;
  return true;
}

static enum header_key header_key_next(const struct trace_parser *parser)
{
  return (enum header_key)(parser->header_lines - 1);
}

static bool read_header_value(struct trace_parser *parser, struct word *rest,
                              enum header_key key)
{
  struct trace *trace = parser->trace;
  uint64_t *const values[] = {&trace->page_bytes, &trace->phys_bytes, &trace->huge_bytes,
                              &trace->arena_bytes, &trace->goal_bytes};
  struct word ahead = *rest;
  if (key < HEADER_GOAL) return read_decimal(parser, rest, "BYTES", values[key]);
  trace->has_goal = !word_is(next_word(&ahead), "none");
  if (trace->has_goal) return read_decimal(parser, rest, "BYTES or none", values[key]);
  *rest = ahead;
  return true;
}

static bool parse_header(struct trace_parser *parser, struct word first, struct word *rest)
{
  enum header_key key = header_key_next(parser);
  if (!word_is(first, trace_header_names[key]))
    return refuse_word(parser, header_lines[key], first);
  if (!read_header_value(parser, rest, key) || !read_end(parser, rest)) return false;
  parser->error->line = parser->line;
  if (!trace_header_fits(parser->trace, key, parser->error)) return false;
  parser->error->line = 0;
  return ++parser->header_lines <= HEADER_KEYS || trace_fit(parser->trace, parser->error);
}

/* --- Expectations --------------------------------------------------------- */

/* What an operation may be answered with: a bit 1 << enum answer_kind each. */
struct answers {
  unsigned kinds;
  const char *text;
};

#define REFUSALS (1 << ANSWER_NOMEM | 1 << ANSWER_INVALID | 1 << ANSWER_FULL)
static const struct answers answers_of[OP_KINDS] = {
    [OP_HEAP] = {1 << ANSWER_ADDRESS | REFUSALS, "0xADDRESS, nomem, invalid or full"},
    [OP_MANUAL] = {1 << ANSWER_ADDRESS | REFUSALS, "0xADDRESS, nomem, invalid or full"},
    [OP_CLAIM] = {1 << ANSWER_ADDRESS | REFUSALS, "0xADDRESS, nomem, invalid or full"},
    [OP_RESIZE] = {1 << ANSWER_OK | REFUSALS, "ok, nomem, invalid or full"},
    [OP_FREE] = {1 << ANSWER_OK | 1 << ANSWER_INVALID, "ok or invalid"},
    [OP_FREE_AT] = {1 << ANSWER_OK | 1 << ANSWER_INVALID, "ok or invalid"},
    [OP_SCAVENGE] = {1 << ANSWER_BYTES | 1 << ANSWER_FULL,
                     "BYTES, a decimal number below 2^64, or full"},
    [OP_ADD] = {1 << ANSWER_OK | 1 << ANSWER_INVALID | 1 << ANSWER_FULL,
                "ok, invalid or full"},
    [OP_LOOKUP] = {1 << ANSWER_ADDRESS | 1 << ANSWER_NONE, "0xADDRESS or none"},
};

static bool parse_answer(struct trace_parser *parser, struct word word,
                         struct answers may, struct expectation *expect)
{
  if (may.kinds >> ANSWER_ADDRESS & 1 && hex_of(word, &expect->number)) {
    expect->kind = ANSWER_ADDRESS;
    return on_page(parser, word, expect->number);
  }
  expect->kind = ANSWER_BYTES;
  if (may.kinds >> ANSWER_BYTES & 1 && number_of(word, 10, &expect->number)) return true;
  expect->number = 0;
  for (expect->kind = ANSWER_OK; expect->kind <= ANSWER_NONE; expect->kind++)
    if (may.kinds >> expect->kind & 1 && word_is(word, trace_answer_words[expect->kind]))
      return true;
  return refuse_word(parser, may.text, word);
}

/* "KEY=VALUE": the key, and the value without '='. STAT_KEYS: unknown. */
static enum stat_key stat_split(struct word word, struct word *value)
{
  const char *equals = memchr(word.at, '=', word.size);
  struct word name = {word.at, equals != NULL ? (size_t)(equals - word.at) : 0};
  int key = 0;
  if (equals == NULL) return STAT_KEYS;
  *value = (struct word){equals + 1, word.size - name.size - 1};
  while (key < STAT_KEYS && !word_is(name, trace_stat_names[key])) key++;
  return (enum stat_key)key;
}

static bool needzero_of(struct word value, uint64_t *number)
{
  return number_of(value, 10, number) && *number <= 1;
}

/* 0xA-0xB */
static bool parse_arena(struct trace_parser *parser, struct word word,
                        struct word value, struct expectation *expect)
{
  const char *dash = value.size > 0 ? memchr(value.at, '-', value.size) : NULL;
  struct word base = {value.at, dash != NULL ? (size_t)(dash - value.at) : 0};
  struct word end = {dash, 0};
  if (dash != NULL) end = (struct word){dash + 1, value.size - base.size - 1};
  if (!hex_of(base, &expect->stat[STAT_ARENA]) || !hex_of(end, &expect->arena_end))
    return refuse_word(parser, "arena=0xBASE-0xEND, lower case, below 2^64, without "
                               "leading zeros", word);
  return on_page(parser, base, expect->stat[STAT_ARENA]) &&
         on_page(parser, end, expect->arena_end);
}

static bool parse_stat_value(struct trace_parser *parser, enum stat_key key,
                             struct word word, struct word value,
                             struct expectation *expect)
{
  if (key == STAT_ARENA) return parse_arena(parser, word, value, expect);
  if (key == STAT_NEEDZERO)
    return needzero_of(value, &expect->stat[key]) ||
           refuse_word(parser, "needzero=0 or needzero=1", word);
  return number_of(value, 10, &expect->stat[key]) ||
         refuse_word(parser, "a decimal number below 2^64 without leading zeros "
                             "after '='", word);
}

/* One statistic, the written-th of its line. */
static bool parse_stat(struct trace_parser *parser, struct word word,
                       bool gives, size_t written, struct expectation *expect)
{
  struct word value = {NULL, 0};
  enum stat_key key = stat_split(word, &value);
  if (key == STAT_KEYS)
    return refuse_word(parser, "KEY=VALUE with one of needzero idle released sys "
                               "manual in_use huge_free nfree arena", word);
  if (expect->has >> key & 1)
    return trace_refuse(parser, "expected %s= once, got it twice", trace_stat_names[key]);
  if (key == STAT_NEEDZERO &&
      !(gives && (expect->kind == ANSWER_ADDRESS || expect->kind == ANSWER_OK)))
    return trace_refuse(parser, "expected needzero= only where a, m or c is answered with "
                                "an address, or r with ok");
  if (!parse_stat_value(parser, key, word, value, expect)) return false;
  expect->has = (uint16_t)(expect->has | 1U << key);
  expect->order[written] = (uint8_t)(key + 1);
  return true;
}

static bool parse_expectation(struct trace_parser *parser, enum op_kind kind,
                              struct word *rest)
{
  struct expectation expect = {0};
  bool gives = kind == OP_HEAP || kind == OP_MANUAL || kind == OP_CLAIM || kind == OP_RESIZE;
  size_t written = 0;
  struct word word = next_word(rest);
  if (!parse_answer(parser, word, answers_of[kind], &expect)) return false;
  for (word = next_word(rest); word.at != NULL; word = next_word(rest))
    if (!parse_stat(parser, word, gives, written++, &expect)) return false;
  /* in_use is 0 where another statistic stands without it. */
  if (expect.has & ~(1U << STAT_NEEDZERO))
    expect.has = (uint16_t)(expect.has | 1U << STAT_IN_USE);
  return trace_expect(parser->trace, expect) || refuse_memory(parser);
}

/* Another line of the dump follows: the comments behind it now stand inside. */
static void settle_comments(struct trace *trace)
{
  uint32_t expect = trace_last_op(trace)->expect;
  size_t lines = expect == TRACE_NO_EXPECTATION ? 0 : trace->expects[expect].count;
  for (size_t number = trace->ncomments; number > 0; number--) {
    struct trace_comment *comment = &trace->comments[number - 1];
    if (comment->before < trace->nops || comment->lines != TRACE_ALL_LINES) break;
    comment->lines = lines;
  }
}

/* "free 0xBASE NPAGES retained|scavenged needzero=0|1", after "=". */
static bool parse_free_span(struct trace_parser *parser, struct word *rest)
{
  const struct trace *trace = parser->trace;
  struct free_span span = {0};
  struct word word = next_word(rest), value = {NULL, 0};
  uint64_t needzero = 0;
  if (!word_is(word, "free")) return refuse_word(parser, "\"free\" after '='", word);
  if (trace->nops == 0 || trace_last_op(trace)->kind != OP_DUMP)
    return trace_refuse(parser, "expected d before \"= free\"");
  if (!read_address(parser, rest, true, &span.base_bytes) ||
      !read_decimal(parser, rest, "NPAGES", &span.npages))
    return false;
  word = next_word(rest);
  span.scavenged = word_is(word, "scavenged");
  if (!span.scavenged && !word_is(word, "retained"))
    return refuse_word(parser, "retained or scavenged", word);
  word = next_word(rest);
  if (word.at == NULL || stat_split(word, &value) != STAT_NEEDZERO ||
      !needzero_of(value, &needzero))
    return refuse_word(parser, "needzero=0 or needzero=1", word);
  span.needzero = needzero == 1;
  if (!read_end(parser, rest)) return false;
  settle_comments(parser->trace);
  return trace_append_free_span(parser->trace, span) || refuse_memory(parser);
}

/* --- Operations ----------------------------------------------------------- */

static enum op_kind op_kind_of(struct word word)
{
  int kind = 0;
  while (kind < OP_KINDS && !word_is(word, trace_op_forms[kind].word)) kind++;
  return (enum op_kind)kind;
}

/* A new name, or the name of what is freed. */
static bool read_name(struct trace_parser *parser, struct word *rest, enum op_kind kind,
                      uint64_t *name)
{
  bool is_old = kind == OP_FREE || kind == OP_RESIZE;
  if (!read_decimal(parser, rest, kind == OP_FREE ? "NAME or 0xADDRESS" : "NAME", name))
    return false;
  bool known = names_find(&parser->names, *name) != NAME_UNKNOWN;
  if (is_old && !known)
    return trace_refuse(parser,
                        "expected a name that was allocated before, got %" PRIu64, *name);
  if (!is_old && known)
    return trace_refuse(parser, "expected a new name, got %" PRIu64 " again", *name);
  return is_old || names_add(&parser->names, *name) || refuse_memory(parser);
}

/* KEY=VALUE: what follows "KEY=", if the word begins so. */
static bool value_of(struct word word, const char *key, struct word *value)
{
  size_t size = strlen(key);
  if (word.at == NULL || word.size <= size || memcmp(word.at, key, size) != 0 ||
      word.at[size] != '=')
    return false;
  *value = (struct word){word.at + size + 1, word.size - size - 1};
  return true;
}

static bool fit_of(struct word value, uint8_t *fit)
{
  for (*fit = SPAN_LAST_FIT; *fit <= SPAN_BEST_FIT; (*fit)++)
    if (word_is(value, trace_fit_words[*fit])) return true;
  return false;
}

/* The words of a request, in this order. What is written isn't what goes without saying. */
enum request_word { WORD_NONE, WORD_ALIGN, WORD_PHASE, WORD_FROM, WORD_BELOW, WORD_FIT };

static enum request_word request_word_of(struct word word, struct word *value)
{
  static const char *const names[] = {"align", "phase", "from", "below", "fit"};
  for (int which = WORD_ALIGN; which <= WORD_FIT; which++)
    if (value_of(word, names[which - 1], value)) return (enum request_word)which;
  return WORD_NONE;
}

static bool read_request_value(struct trace_parser *parser, enum request_word which,
                               struct word word, struct word value, struct trace_op *op)
{
  switch (which) {
  case WORD_ALIGN:
    op->has_align = true;
    return (number_of(value, 10, &op->align) && op->align != 1) ||
           refuse_word(parser, "align=PAGES, a decimal below 2^64 other than 1", word);
  case WORD_PHASE:
    return (number_of(value, 10, &op->phase) && op->phase != 0) ||
           refuse_word(parser, "phase=PAGES, a decimal below 2^64 other than 0", word);
  case WORD_FROM:
    if (!hex_of(value, &op->from) || op->from == 0)
      return refuse_word(parser, "from=0xADDRESS, other than 0x0", word);
    return on_page(parser, word, op->from);
  case WORD_BELOW:
    op->has_below = true;
    if (!hex_of(value, &op->below) ||
        op->below == SPAN_LIMIT_PAGES * parser->trace->page_bytes)
      return refuse_word(parser, "below=0xADDRESS, other than 2^40 pages", word);
    return on_page(parser, word, op->below);
  default: return fit_of(value, &op->fit) || refuse_word(parser, "fit=last or fit=best", word);
  }
}

/* What stands behind the pages of an allocation. */
static bool read_request(struct trace_parser *parser, struct word *rest, struct trace_op *op)
{
  enum request_word last = WORD_NONE;
  for (;;) {
    struct word ahead = *rest, value = {NULL, 0}, word = next_word(&ahead);
    enum request_word which = request_word_of(word, &value);
    if (which == WORD_NONE) return true;
    if (which <= last)
      return trace_refuse(parser, "expected align, phase, from, below and fit in this order, "
                                  "each once at most");
    if (!read_request_value(parser, which, word, value, op)) return false;
    last = which;
    *rest = ahead;
  }
}

static bool read_direction(struct trace_parser *parser, struct word *rest, bool *down)
{
  struct word word = next_word(rest);
  *down = word_is(word, "down");
  return *down || word_is(word, "up") || refuse_word(parser, "up or down", word);
}

static bool read_arguments(struct trace_parser *parser, struct word *rest,
                           struct trace_op *op)
{
  struct word ahead = *rest;
  struct word word = next_word(&ahead);
  if (op->kind == OP_FREE && word.size >= 2 && word.at[0] == '0' && word.at[1] == 'x')
    op->kind = OP_FREE_AT;
  const struct op_form *form = &trace_op_forms[op->kind];
  if (op->kind == OP_REGION && ++parser->regions > TRACE_REGIONS_MAX)
    return trace_refuse(parser, "expected %d regions at most", TRACE_REGIONS_MAX);
  enum op_kind kind = (enum op_kind)op->kind;
  bool has_request = kind == OP_HEAP || kind == OP_MANUAL;
  return (!form->has_name || read_name(parser, rest, kind, &op->name)) &&
         (!form->has_address ||
          read_address(parser, rest, op->kind != OP_LOOKUP, &op->address)) &&
         (form->number == NULL || read_decimal(parser, rest, form->number, &op->number)) &&
         (!has_request || read_request(parser, rest, op)) &&
         (op->kind != OP_REGION || read_direction(parser, rest, &op->down));
}

static bool parse_op(struct trace_parser *parser, struct word first, struct word *rest)
{
  struct trace_op op = {.kind = (uint8_t)op_kind_of(first)};
  if (op.kind == OP_KINDS)
    return refuse_word(parser, "an operation (a m c r f s refuse g l d region release "
                               "reload) or \"= free\"", first);
  op.line = parser->line < UINT32_MAX ? (uint32_t)parser->line : UINT32_MAX;
  if (!read_arguments(parser, rest, &op)) return false;
  if (!trace_append(parser->trace, op)) return refuse_memory(parser);
  struct word word = next_word(rest);
  if (word.at == NULL) return true;
  if (op.kind == OP_DUMP)
    return refuse_word(parser, "the end of the line (the free spans follow d on "
                               "lines of their own)", word);
  if (answers_of[op.kind].text == NULL)
    return refuse_word(parser, "the end of the line", word);
  if (!word_is(word, "="))
    return refuse_word(parser, "the end of the line or \"= ANSWER\"", word);
  return parse_expectation(parser, (enum op_kind)op.kind, rest);
}

/* --- Lines ---------------------------------------------------------------- */

static bool parse_body(struct trace_parser *parser, struct word body)
{
  if (is_blank(body.at[0]))
    return trace_refuse(parser, "expected no blanks before the first word");
  struct word first = next_word(&body);
  if (parser->header_lines <= HEADER_KEYS) return parse_header(parser, first, &body);
  if (word_is(first, "=")) return parse_free_span(parser, &body);
  return parse_op(parser, first, &body);
}

static bool keep_comment(struct trace_parser *parser, const char *text, size_t size,
                         bool trailing)
{
  struct trace *trace = parser->trace;
  if (!trace_append_comment(trace, text, size, trailing)) return refuse_memory(parser);
  if (trace->nops == 0)
    trace->comments[trace->ncomments - 1].lines = parser->header_lines - 1;
  return true;
}

bool trace_parse_line(struct trace_parser *parser, const char *line, size_t size)
{
  const char *hash = size > 0 ? memchr(line, '#', size) : NULL;
  size_t body = hash != NULL ? (size_t)(hash - line) : size;
  if (parser->header_lines == 0) return parse_version(parser, line, size);
  while (body > 0 && is_blank(line[body - 1])) body--;
  if (body > 0 && !parse_body(parser, (struct word){line, body})) return false;
  if (hash != NULL) return keep_comment(parser, line + body, size - body, body > 0);
  return body > 0 || keep_comment(parser, line, 0, false);
}

bool trace_parse_end(struct trace_parser *parser)
{
  if (parser->header_lines == 0)
    return trace_refuse(parser, "expected \"spanref-trace 1\" as the first line, got "
                                "an empty file");
  if (parser->header_lines <= HEADER_KEYS)
    return trace_refuse(parser, "expected %s, got the end of the file",
                        header_lines[header_key_next(parser)]);
  return true;
}
