/* The trace: one text format for seeds, recordings, counterexamples and golden
 * answers. docs/trace-format.md describes the text; this is what it parses to.
 *
 * Allocations are named, so that deleting an operation never changes what
 * another one means. Addresses and statistics are kept in bytes, as written;
 * whoever runs the trace turns them into pages. */
#ifndef SPANREF_TRACE_H
#define SPANREF_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../spec/types.h"
#include "trace_op.h"

enum answer_kind {
  ANSWER_ADDRESS, /* number is the base address (a, m, l) */
  ANSWER_BYTES,   /* number is what was released (s) */
  ANSWER_OK,
  ANSWER_NOMEM,
  ANSWER_INVALID,
  ANSWER_FULL,    /* the reference's table is full */
  ANSWER_NONE,    /* l: no span holds the address */
  ANSWER_DUMP     /* d: the free spans are trace.free_spans[first ... + count) */
};

/* The keys of an expectation, in the order they are printed. */
enum stat_key {
  STAT_NEEDZERO,
  STAT_IDLE,
  STAT_RELEASED,
  STAT_SYS,
  STAT_MANUAL,
  STAT_IN_USE,
  STAT_HUGE_FREE,
  STAT_NFREE,
  STAT_ARENA,
  STAT_KEYS
};
extern const char *const trace_stat_names[STAT_KEYS];

extern const char *const trace_fit_words[SPAN_BEST_FIT + 1];

extern const char *const trace_answer_words[ANSWER_NONE + 1]; /* NULL: a number */

/* How an operation is written: its word; a name, an address and a number where it has them;
 * what else a request says, and a region's direction. */
struct op_form {
  const char *word;
  bool has_name, has_address;
  const char *number; /* what it counts, or NULL */
};
extern const struct op_form trace_op_forms[OP_KINDS];

/* What follows " = ". Statistics in bytes but for the counts. */
struct expectation {
  uint8_t kind;            /* enum answer_kind */
  uint64_t number;
  uint16_t has;            /* bit 1 << enum stat_key: to be compared. STAT_IN_USE
                              is there, as 0, wherever another statistic was
                              written and it was not */
  uint64_t stat[STAT_KEYS]; /* STAT_ARENA: the base */
  uint64_t arena_end;
  size_t first, count;     /* ANSWER_DUMP */
  uint8_t order[STAT_KEYS]; /* for the printer: enum stat_key + 1 as written, 0
                               ends; all 0 where it came from no text */
};

/* One "= free" line. base and npages are pages. */
struct free_span {
  uint64_t base_bytes;
  uint64_t npages;
  bool scavenged, needzero;
};

/* A comment or a blank line: after operation number `before - 1` and before
 * `before` (0 in the header, nops at the end), on a line of its own; or, with
 * `trailing`, at the end of a line. The text is kept as written, with the '#' and
 * the blanks before it; a blank line is a comment without text. */
struct trace_comment {
  size_t before;
  size_t lines;  /* how many lines precede it since then: "= free" lines of operation
                    before - 1, in the header its keys, page ... goal; or
                    TRACE_ALL_LINES, however many there will be */
  bool trailing; /* on the last of these lines */
  size_t text, text_bytes; /* in trace.comment_text */
};

#define TRACE_ALL_LINES SIZE_MAX

/* {0} is an empty one. Read the arrays; change them by the functions below. */
struct trace {
  /* The header, bytes as written. */
  uint64_t page_bytes, phys_bytes, huge_bytes, arena_bytes, goal_bytes;
  bool has_goal;
  struct span_geometry geometry; /* the same in pages: trace_fit */

  struct trace_op *ops;
  size_t nops;
  struct expectation *expects;
  size_t nexpects;
  struct free_span *free_spans;
  size_t nfree_spans;
  struct trace_comment *comments; /* for the printer alone */
  size_t ncomments;
  char *comment_text;
  size_t comment_text_bytes;

  /* How many fit before an array must grow. */
  size_t ops_room, expects_room, free_spans_room, comments_room;
  size_t comment_text_room;
};

/* For people: "FILE:line: text", where text says what was expected. line 0:
 * about the file, or about a trace that came from no text. */
struct trace_error {
  uint64_t line;
  char text[160];
};

#define TRACE_LINE_MAX 4096 /* bytes, newline not counted */
#define TRACE_REGIONS_MAX 64 /* in one trace */

/* Parse size_bytes of text. false: *error says where and what was expected, and
 * *out is empty. On success the caller owns *out: trace_free. What *out held
 * before is not looked at. */
bool trace_parse(const char *text, size_t size_bytes, struct trace *out,
                 struct trace_error *error);
/* The same for a file ("-": standard input). It is read in pieces and no further
 * than the first error. */
bool trace_read(const char *path, struct trace *out, struct trace_error *error);

/* Print back exactly what was parsed, comments and expectations included.
 * false: the stream failed. */
bool trace_print(FILE *to, const struct trace *trace);
/* One operation with its expectation, without comments, newline included. */
bool trace_print_op(FILE *to, const struct trace *trace, const struct trace_op *op);

void trace_free(struct trace *trace);
/* Empty it, and keep its arrays for the next one. */
void trace_clear(struct trace *trace);

/* Building one by hand: false where memory ran out; nothing is checked.
 * op.expect is ignored: a new operation has no expectation. */
bool trace_append(struct trace *trace, struct trace_op op);
/* Room for one operation more, to be filled in; NULL where memory ran out. */
struct trace_op *trace_add_op(struct trace *trace);
/* Give the last operation appended an expectation, instead of the one it has. */
bool trace_expect(struct trace *trace, struct expectation expect);
/* Append to the "= free" lines of the last operation, a dump; the first makes
 * its expectation. */
bool trace_append_free_span(struct trace *trace, struct free_span span);
/* A comment with its '#', or "" for a blank line: behind all lines of the last
 * operation; trailing: on the last line there is. */
bool trace_append_comment(struct trace *trace, const char *text, size_t text_bytes,
                          bool trailing);

/* Fit the sizes of the header together, as its geometry. Whoever changes a size calls
 * this; the parser and the byte decoder did. false: they don't fit, *error says which
 * one at the line on which it is printed, and the geometry is as it was. */
bool trace_fit(struct trace *trace, struct trace_error *error);
/* The operation appended last, or NULL. */
static inline struct trace_op *trace_last_op(const struct trace *trace)
{
  return trace->nops > 0 ? &trace->ops[trace->nops - 1] : NULL;
}

/* Do they ask the same? Line and expectation don't count. */
static inline bool trace_ops_ask_same(const struct trace_op *a, const struct trace_op *b)
{
  return a->kind == b->kind && a->down == b->down && a->name == b->name &&
         a->address == b->address && a->number == b->number && a->fit == b->fit &&
         a->has_align == b->has_align && a->align == b->align && a->phase == b->phase &&
         a->from == b->from && a->has_below == b->has_below && a->below == b->below;
}

/* The header of one becomes that of the other, and nothing else. */
void trace_set_header(struct trace *to, const struct trace *from);

#endif
