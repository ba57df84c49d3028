/* One line of a trace at a time: what trace_read.c feeds and trace_parse.c reads. */
#ifndef SPANREF_TRACE_PARSE_H
#define SPANREF_TRACE_PARSE_H

#include "names.h"
#include "trace.h"

struct trace_parser {
  struct trace *trace;
  struct trace_error *error;
  struct names names; /* given so far */
  uint64_t line;      /* number of the line being read */
  size_t header_lines; /* read so far: the version, then page ... goal */
  uint64_t regions;    /* the same */
};

/* Say what was expected on the line being read. Always false. */
bool trace_refuse(struct trace_parser *parser, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* The next line, without its newline. false: *error is set. */
bool trace_parse_line(struct trace_parser *parser, const char *line, size_t size);
/* After the last line: is anything missing? */
bool trace_parse_end(struct trace_parser *parser);

#endif
