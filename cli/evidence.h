/* A verdict with its evidence for programs to read: JSON (docs/verdict-json.md) and
 * JUnit's XML, which CI systems show. */
#ifndef SPANREF_EVIDENCE_H
#define SPANREF_EVIDENCE_H

#include <stdio.h>

#include "../judge/judge.h"
#include "../judge/report.h"
#include "origin.h"

/* One history: a trace, or a random one. */
struct evidence_history {
  char *path;
  bool departed;
  bool unserved;
  uint64_t line;
  struct op_text operation; /* "": at the end */
  struct departure departure;
  const char *confirmed; /* that it shows again: how (again.h); NULL: that wasn't tried */
};

struct evidence { /* {0} is none */
  struct origin origin;
  uint64_t ran, unserved; /* histories, kept below or not */
  int interrupted;        /* by this signal, before all had run; 0: it wasn't */
  struct evidence_history *histories;
  size_t count, room;
};

/* One history more, which isn't kept. */
void evidence_count(struct evidence *evidence, enum judgement judgement);
/* The same, kept. op: NULL: at the end. false: out of memory. */
bool evidence_add(struct evidence *evidence, const char *path, enum judgement judgement,
                  const struct trace_op *op, const struct departure *departure);
/* How the departure of the history that was added last shows again. */
void evidence_confirmed(struct evidence *evidence, const char *confirmed);
void evidence_free(struct evidence *evidence);

/* verdict: "conforms", "departs", "nothing compared". false: not written, and that was
 * said. */
bool evidence_write_json(const struct evidence *evidence, const struct judge *judge,
                         const char *verdict, const char *path);
/* unused: waivers that should have been needed. */
bool evidence_write_junit(const struct evidence *evidence, const struct judge *judge,
                          uint64_t unused, const char *path);

/* "counts": [...], "waivers": [...], "departures": [...], as in docs/verdict-json.md. */
void evidence_lists(FILE *to, const struct evidence *evidence, const struct judge *judge,
                    const char *comma);

/* "a alloc"; what tables call an operation. */
const char *op_name(enum op_kind kind);

#endif
