#include "picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../trace/text.h"
#include "../json.h"
#include "../output.h"
#include "../shell.h"

/* Longer histories aren't shown as text, */
#define REPRODUCER_MAX (64 * 1024)
/* and of a heap with many spans those around the difference are. */
#define SPANS_MAX 64

/* The page, a line a string; made of cli/picture/picture.html. */
static const char *const html[] = {
#include "picture_html.inc"
};
#define HTML_DATA "@DATA@\n"

/* --- What there is to draw ------------------------------------------------------------- */

/* Its first nops operations, without answers and comments. */
static char *reproducer_of(const struct trace *trace, size_t nops)
{
  char *text = NULL;
  size_t size = 0;
  struct trace bare = {0};
  if (nops > trace->nops) nops = trace->nops;
  if (nops > REPRODUCER_MAX / 4) return NULL;
  FILE *to = open_memstream(&text, &size);
  bool ok = to != NULL;
  trace_set_header(&bare, trace);
  for (size_t i = 0; ok && i < nops; i++) ok = trace_append(&bare, trace->ops[i]);
  if (ok) trace_print(to, &bare);
  if (to != NULL) fclose(to);
  trace_free(&bare);
  if (ok && size <= REPRODUCER_MAX) return text;
  free(text);
  return NULL;
}

bool picture_of(struct picture *picture, struct judge *judge, const struct trace *trace,
                size_t at, const char *path)
{
  const struct departure before = judge->departure;
  size_t size = 0;
  *picture = (struct picture){.report = NULL};
  enum judgement judgement = film_judge(&picture->film, judge, trace, &at);
  bool again = judgement == JUDGED_DEPARTED;
  if (!again) judge->departure = before;
  picture->reproducer = reproducer_of(trace, at + 1);
  picture->departure = judge->departure;
  picture->history = shell_word(path);
  FILE *to = open_memstream(&picture->report, &size);
  if (to == NULL || picture->history == NULL) return false;
  report_departure(to, path, at < trace->nops ? &trace->ops[at] : NULL, &judge->departure);
  if (!again)
    fputs("  The history did not depart again when it was run once more for this picture.\n",
          to);
  bool ok = fclose(to) == 0;
  if (ok) text_clean_lines(picture->report); /* paths */
  return ok && judgement != JUDGED_FAILED;
}

void picture_free(struct picture *picture)
{
  film_free(&picture->film);
  free(picture->report);
  free(picture->history);
  free(picture->reproducer);
  *picture = (struct picture){0};
}

/* --- Which pages are shown ---------------------------------------------------------------- */

struct window {
  uint64_t base, end;
};

/* Where the two sides' last spans are not the same, or 0. */
static uint64_t differing_base(const struct film_frame *frame)
{
  const struct film_side *a = &frame->sides[SIDE_REFERENCE],
                         *b = &frame->sides[SIDE_CANDIDATE];
  size_t i = 0;
  while (i < a->count && i < b->count && spans_are_equal(&a->spans[i], &b->spans[i])) i++;
  if (i < b->count) return b->spans[i].base;
  return i < a->count ? a->spans[i].base : 0;
}

/* What the last operation is about. */
static uint64_t page_of_interest(const struct picture *picture, int side)
{
  const struct film_frame *last = &picture->film.frames[picture->film.count - 1];
  const struct departure *departure = &picture->departure;
  bool shared = picture->film.one_axis;
  if (departure->npages > 0 && (shared || (int)departure->side == side))
    return departure->base;
  if (last->sides[side].got_pages > 0) return last->sides[side].got_base;
  return shared && picture->film.shows_free ? differing_base(last) : 0;
}

/* So many spans below and above it as may be shown. */
static struct window window_of(const struct film_side *side, uint64_t page)
{
  struct window window = {0, UINT64_MAX};
  size_t at = 0, half = SPANS_MAX / 2;
  while (at < side->count && side->spans[at].base < page) at++;
  if (side->count <= SPANS_MAX) return window;
  if (at > half) window.base = side->spans[at - half].base;
  if (at + half < side->count) window.end = side->spans[at + half].base;
  return window;
}

/* The windows of both sides; one, where a page number is the same page to both. */
static void choose_windows(const struct picture *picture, struct window *windows)
{
  const struct film_frame *last = &picture->film.frames[picture->film.count - 1];
  for (int side = 0; side < SIDES; side++)
    windows[side] = window_of(&last->sides[side], page_of_interest(picture, side));
  if (!picture->film.one_axis) return;
  struct window *a = &windows[SIDE_REFERENCE], *b = &windows[SIDE_CANDIDATE];
  if (a->base < b->base) a->base = b->base;
  if (a->end > b->end) a->end = b->end;
  *b = *a;
}

/* --- As JSON -------------------------------------------------------------------------------- */

/* As a number where a program that reads JSON keeps it, else as text. */
static void print_number(FILE *to, uint64_t number)
{
  if (number == SPANREF_UNKNOWN)
    fputs("null", to);
  else
    fprintf(to, number >> 53 == 0 ? "%" PRIu64 : "\"%" PRIu64 "\"", number);
}

static void print_numbers(FILE *to, const uint64_t *numbers, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    fputc(i == 0 ? '[' : ',', to);
    print_number(to, numbers[i]);
  }
  fputc(']', to);
}

static void print_stats(FILE *to, const struct spanref_stats *stats)
{
  const uint64_t numbers[] = {stats->sys,      stats->idle,      stats->in_use,
                              stats->manual,   stats->released,  stats->huge_free,
                              stats->nfree,    stats->arena_base, stats->arena_end};
  fputs("\"stats\":", to);
  print_numbers(to, numbers, sizeof numbers / sizeof *numbers);
}

static void print_spans(FILE *to, const struct film_side *side, struct window window)
{
  uint64_t below = 0, above = 0, shown = 0;
  fputs("\"spans\":[", to);
  for (size_t i = 0; i < side->count; i++) {
    const struct span *span = &side->spans[i];
    bool is_below = span->base < window.base;
    bool is_above = !is_below && (span->base >= window.end || shown >= 2 * SPANS_MAX);
    below += is_below;
    above += is_above;
    if (is_below || is_above) continue;
    const uint64_t numbers[] = {
        span->base, span->npages,
        (uint64_t)(span->free | span->manual << 1 | span->scavenged << 2 | span->needzero << 3),
        side->born[i]};
    if (shown++ > 0) fputc(',', to);
    print_numbers(to, numbers, sizeof numbers / sizeof *numbers);
  }
  fprintf(to, "],\"below\":%" PRIu64 ",\"above\":%" PRIu64, below, above);
}

/* Those of the ranges that begin in the window. */
static void print_ranges(FILE *to, const char *name, const struct span_range *ranges,
                         uint64_t count, struct window window)
{
  bool some = false;
  fprintf(to, "\"%s\":[", name);
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t numbers[] = {ranges[i].base, ranges[i].npages};
    if (ranges[i].base < window.base || ranges[i].base >= window.end) continue;
    if (some) fputc(',', to);
    print_numbers(to, numbers, 2);
    some = true;
  }
  fputs("],", to);
}

static void print_side(FILE *to, const struct film_side *side, struct window window)
{
  const struct gone *back = &side->back;
  const uint64_t got[] = {side->got_base, side->got_pages};
  json_text(to, "{\"answer\":", side->answer);
  fprintf(to, ",\"gone\":%d,\"got\":", side->gone);
  print_numbers(to, got, 2);
  fputc(',', to);
  print_ranges(to, "ready", &side->ready, side->ready.npages > 0, window);
  print_ranges(to, "back", back->shown, back->ranges < GONE_SHOWN ? back->ranges : GONE_SHOWN,
               window);
  print_stats(to, &side->stats);
  fputc(',', to);
  print_spans(to, side, window);
  fputc('}', to);
}

/* The placements in the free spans of the window, and how many there are in all. */
static void print_placements(FILE *to, const struct asked *asked,
                             const struct film_side *before, struct window window)
{
  const struct span_request *q = &asked->request;
  uint64_t spans = 0, many = 0, shown = 0;
  struct placements found;
  fputs("\"runs\":[", to);
  for (size_t i = 0; i < before->count; i++) {
    const struct span *span = &before->spans[i];
    if (!asked_placements(asked, span, &found)) continue;
    const uint64_t numbers[] = {found.low, found.high};
    spans++;
    many += (found.high - found.low) / q->align + 1;
    if (span->base < window.base || span->base >= window.end) continue;
    if (shown++ > 0) fputc(',', to);
    print_numbers(to, numbers, 2);
  }
  fprintf(to, "],\"placements\":%" PRIu64 ",\"spans\":%" PRIu64, many, spans);
}

/* What frame i asks for, before the reference's spans changed; null: nothing is drawn. A plain
 * allocation is, where its address is what is wrong. */
static void print_asked(FILE *to, const struct picture *picture, size_t i, struct window window)
{
  const struct film *film = &picture->film;
  const struct asked *asked = &film->frames[i].asked;
  const struct span_request *q = &asked->request;
  bool is_wrong = i + 1 == film->count && picture->departure.what == DEPARTS_ADDRESS;
  if (i == 0 || asked->what == ASKS_NOTHING || (asked->is_plain && !is_wrong)) {
    fputs(",\"asks\":null", to);
    return;
  }
  json_text(to, ",\"asks\":{\"words\":", asked_words(asked, film->page_bytes).text);
  const uint64_t numbers[] = {asked->what,        q->npages, q->align,
                              q->from,            q->below,  asked->held.base,
                              asked->held.npages, asked->npages};
  fputs(",\"is\":", to);
  print_numbers(to, numbers, sizeof numbers / sizeof *numbers);
  fputc(',', to);
  print_placements(to, asked, &film->frames[i - 1].sides[SIDE_REFERENCE], window);
  fputc('}', to);
}

static void print_film(FILE *to, const struct picture *picture)
{
  const struct film *film = &picture->film;
  struct window windows[SIDES];
  const uint64_t place[] = {picture->departure.base, picture->departure.npages};
  if (film->count > 0) choose_windows(picture, windows);
  fprintf(to, "\"page_bytes\":%" PRIu64
          ",\"one_axis\":%d,\"shows_free\":%d,\"side\":%d,\"place\":",
          film->page_bytes, film->one_axis, film->shows_free, (int)picture->departure.side);
  print_numbers(to, place, 2);
  fputs(",\n\"frames\":[", to);
  for (size_t i = 0; i < film->count; i++) {
    const struct film_frame *frame = &film->frames[i];
    fprintf(to, "%s\n{\"number\":%" PRIu64, i > 0 ? "," : "", frame->number);
    json_text(to, ",\"operation\":", frame->operation.text);
    print_asked(to, picture, i, windows[SIDE_REFERENCE]);
    fputs(",\"sides\":[", to);
    for (int side = 0; side < SIDES; side++) {
      if (side > 0) fputs(",\n", to);
      print_side(to, &frame->sides[side], windows[side]);
    }
    fputs("]}", to);
  }
  fputs("]", to);
}

static void print_pair(FILE *to, const char *name, const char *text)
{
  fprintf(to, "\"%s\"", name);
  json_text(to, ":", text);
  fputs(",\n", to);
}

static void print_sentence(FILE *to, enum clause clause)
{
  struct clause_acsl acsl = clause_acsl(clause);
  print_pair(to, "label", clause_label(clause));
  print_pair(to, "sentence", clause_sentence(clause));
  print_pair(to, "acsl_file", acsl.file);
  print_pair(to, "acsl", acsl.text);
}

static bool print_origin(FILE *to, const struct origin *origin)
{
  char *text = NULL;
  size_t size;
  FILE *lines = open_memstream(&text, &size);
  if (lines == NULL) return false;
  origin_print(lines, origin);
  bool ok = fclose(lines) == 0;
  if (ok) print_pair(to, "origin", text);
  free(text);
  return ok;
}

static bool print_data(FILE *to, const struct picture *picture,
                       const struct picture_words *words)
{
  fputs("{", to);
  print_pair(to, "candidate", judge_about(words->judge)->name);
  print_pair(to, "summary", judge_about(words->judge)->summary);
  print_pair(to, "argument", words->argument);
  print_pair(to, "verdict", words->verdict);
  print_pair(to, "kind", picture->report ? departs_name(picture->departure.what) : NULL);
  print_pair(to, "report", picture->report);
  print_pair(to, "history", picture->history);
  print_pair(to, "explanation", picture->departure.explanation);
  print_pair(to, "reproducer", picture->reproducer);
  if (picture->departure.has_clause) print_sentence(to, picture->departure.clause);
  bool ok = print_origin(to, &words->evidence->origin) || say_no_memory();
  evidence_lists(to, words->evidence, words->judge, ",\n");
  fprintf(to, ",\n\"conforms\":%d,\"placed\":%d,\"exact\":%d,\n", words->conforms,
          about_declares(judge_about(words->judge), LEVEL_PLACEMENT),
          words->judge->is_exact);
  print_film(to, picture);
  fputs("}\n", to);
  return ok;
}

bool picture_write(const struct picture *picture, const struct picture_words *words,
                   const char *path)
{
  FILE *to = file_create(path);
  bool ok = to != NULL;
  if (!ok) return false;
  for (size_t i = 0; i < sizeof html / sizeof *html; i++) {
    if (strcmp(html[i], HTML_DATA) == 0)
      ok = print_data(to, picture, words);
    else
      fputs(html[i], to);
  }
  return file_close(to, path) && ok;
}
