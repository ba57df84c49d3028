/* The picture: one HTML file that needs nothing else. What a heap departed in, drawn as a
 * map of pages, an operation below the other, the reference above the candidate; the
 * sentence it violates, and how to see it again. The page itself is cli/picture/picture.html. */
#ifndef SPANREF_PICTURE_H
#define SPANREF_PICTURE_H

#include "../evidence.h"
#include "film.h"

struct picture { /* {0}: there is nothing to draw */
  struct film film;
  char *report;     /* what differs, as it is printed */
  char *history;    /* the file that it is of, as in a shell */
  char *reproducer; /* the history as a trace; NULL: it is too long to be shown */
  struct departure departure;
};

/* Of a history in which the candidate departs after operation number at; nops: after the
 * last, or at its end. judge.departure becomes that of another run. path: where the history is. false:
 * out of memory. */
bool picture_of(struct picture *picture, struct judge *judge, const struct trace *trace,
                size_t at, const char *path);
void picture_free(struct picture *picture);

/* What stands around it. */
struct picture_words {
  const char *argument; /* of --candidate, as in a shell */
  const char *verdict;  /* as it is printed, a line or more */
  bool conforms;
  const struct judge *judge; /* for its candidate, and its counts */
  const struct evidence *evidence;
};

/* false: not written, and that was said. */
bool picture_write(const struct picture *picture, const struct picture_words *words,
                   const char *path);

#endif
