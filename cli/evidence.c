#include "evidence.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../trace/array.h"
#include "../trace/text.h"
#include "json.h"
#include "output.h"
#include "version.h"

const char *op_name(enum op_kind kind)
{
  static const char *const names[OP_KINDS] = {
      [OP_HEAP] = "a alloc",      [OP_MANUAL] = "m alloc",      [OP_FREE] = "f free",
      [OP_CLAIM] = "c claim",     [OP_RESIZE] = "r resize",
      [OP_FREE_AT] = "f free at", [OP_SCAVENGE] = "s scavenge", [OP_REFUSE] = "refuse",
      [OP_ADD] = "g add",         [OP_LOOKUP] = "l lookup",     [OP_DUMP] = "d spans",
      [OP_REGION] = "region",
      [OP_RELEASE] = "release",     [OP_RELOAD] = "reload"};
  return names[kind];
}

void evidence_count(struct evidence *evidence, enum judgement judgement)
{
  evidence->ran++;
  evidence->unserved += judgement == JUDGED_SKIPPED;
}

bool evidence_add(struct evidence *evidence, const char *path, enum judgement judgement,
                  const struct trace_op *op, const struct departure *departure)
{
  if (!ARRAY_ROOM(evidence->histories, evidence->count, 1, &evidence->room)) return false;
  struct evidence_history *history = &evidence->histories[evidence->count];
  *history = (struct evidence_history){.departed = judgement == JUDGED_DEPARTED,
                                       .unserved = judgement == JUDGED_SKIPPED,
                                       .line = op != NULL ? op->line : 0,
                                       .operation = op_print(op),
                                       .departure = *departure};
  history->path = strdup(path);
  if (history->path == NULL) return false;
  text_clean(history->path);
  evidence->count++;
  evidence_count(evidence, judgement);
  return true;
}

void evidence_confirmed(struct evidence *evidence, const char *confirmed)
{
  evidence->histories[evidence->count - 1].confirmed = confirmed;
}

void evidence_free(struct evidence *evidence)
{
  for (size_t i = 0; i < evidence->count; i++) free(evidence->histories[i].path);
  free(evidence->histories);
}

/* --- JSON ------------------------------------------------------------------------------ */

static const char *text_or_null(const char *text) { return *text != '\0' ? text : NULL; }

static void json_tool(FILE *to, const struct origin *origin)
{
  fprintf(to, "  \"tool\": {\"version\": \"%s\", \"interface\": %d},\n  \"seed\": ", SPANREF_VERSION,
          SPANREF_CANDIDATE_VERSION);
  if (origin->has_seed)
    fprintf(to, "%" PRIu64 ",\n", origin->seed);
  else
    fputs("null,\n", to);
}

static void json_libraries(FILE *to, const struct libraries *libraries)
{
  struct libraries list = *libraries;
  const char *comma = "";
  fputs(", \"libraries\": [", to);
  for (char *name = strtok(list.text, ","); name != NULL; name = strtok(NULL, ",")) {
    json_text(to, comma, name + strspn(name, " "));
    comma = ", ";
  }
  fputc(']', to);
}

static void json_candidate(FILE *to, const struct judge *judge, const struct origin *origin)
{
  const struct about *about = judge_about(judge);
  const char *comma = "";
  json_text(to, "  \"candidate\": {\"name\": ", about->name);
  json_text(to, ", \"summary\": ", about->summary);
  fputs(", \"levels\": [", to);
  for (int level = 0; level < LEVELS; level++) {
    if (!about_declares(about, (enum level)level)) continue;
    fprintf(to, "%s\"%s\"", comma, level_name((enum level)level));
    comma = ", ";
  }
  fprintf(to, "], \"profile\": %s,\n    ",
          judge->is_exact ? "\"go1.13\"" : judge->is_pages ? "\"pages\"" : "null");
  json_text(to, "\"file\": ", text_or_null(origin->file));
  json_text(to, ", \"sha256\": ", text_or_null(origin->sha256.text));
  json_libraries(to, &origin->libraries);
  fputs("},\n", to);
}

static void json_counts(FILE *to, const struct judge *judge)
{
  const char *comma = "";
  fputs("\"counts\": [", to);
  for (int level = 0; level < LEVELS; level++) {
    for (int kind = 0; kind < OP_KINDS; kind++) {
      const struct judge_counts *counts = &judge->tally.counts[level][kind];
      if (judge_counts_none(judge, (enum level)level, (enum op_kind)kind)) continue;
      fprintf(to,
              "%s\n    {\"level\": \"%s\", \"operation\": \"%s\", \"exercised\": %" PRIu64
              ", \"compared\": %" PRIu64 ", \"skipped\": %" PRIu64 ", \"differed\": %" PRIu64
              "}",
              comma, level_name((enum level)level), op_name((enum op_kind)kind),
              judge->tally.exercised[kind], counts->compared, counts->skipped, counts->differed);
      comma = ",";
    }
  }
  fputc(']', to);
}

static void json_waivers(FILE *to, const struct waivers *waivers)
{
  fputs("\"waivers\": [", to);
  for (size_t i = 0; i < waivers->count; i++) {
    const struct waiver *waiver = &waivers->list[i];
    fprintf(to, "%s\n    {\"kind\": \"%s\", \"used\": %" PRIu64, i > 0 ? "," : "",
            waiver_name(waiver).text, waiver->used);
    json_text(to, ", \"why\": ", waiver->why);
    fputc('}', to);
  }
  fputc(']', to);
}

static void json_departures(FILE *to, const struct evidence *evidence)
{
  const char *comma = "";
  fputs("\"departures\": [", to);
  for (size_t i = 0; i < evidence->count; i++) {
    const struct evidence_history *history = &evidence->histories[i];
    const struct departure *departure = &history->departure;
    if (!history->departed) continue;
    fputs(comma, to);
    json_text(to, "\n    {\"history\": ", history->path);
    fprintf(to, ", \"line\": %" PRIu64, history->line);
    json_text(to, ", \"operation\": ", history->operation.text);
    json_text(to, ", \"level\": ", level_name(departs_level(departure->what)));
    json_text(to, ", \"kind\": ", departs_name(departure->what));
    json_text(to, ", \"text\": ", departure->text);
    json_text(to, ", \"explanation\": ", text_or_null(departure->explanation));
    json_text(to, ", \"sentence\": ",
              departure->has_clause ? clause_label(departure->clause) : NULL);
    json_text(to, ", \"stderr\": ", text_or_null(departure->last_words.text));
    json_text(to, ", \"confirmed\": ", history->confirmed);
    fputc('}', to);
    comma = ",";
  }
  fputc(']', to);
}

void evidence_lists(FILE *to, const struct evidence *evidence, const struct judge *judge,
                    const char *comma)
{
  json_counts(to, judge);
  fputs(comma, to);
  json_waivers(to, &judge->tally.waivers);
  fputs(comma, to);
  json_departures(to, evidence);
}

bool evidence_write_json(const struct evidence *evidence, const struct judge *judge,
                         const char *verdict, const char *path)
{
  FILE *to = file_create(path);
  if (to == NULL) return false;
  fputs("{\n  \"spanref_verdict\": 1,\n", to);
  json_tool(to, &evidence->origin);
  json_candidate(to, judge, &evidence->origin);
  fprintf(to,
          "  \"verdict\": \"%s\",\n  \"interrupted\": %s,\n  \"histories\": %" PRIu64 ",\n  \"unserved\": %" PRIu64
          ",\n  \"followed_unproved\": %" PRIu64 ",\n  \"operations_compared\": %" PRIu64
          ",\n  ",
          verdict, evidence->interrupted != 0 ? "true" : "false", evidence->ran, evidence->unserved, judge->tally.many, judge->tally.compared);
  evidence_lists(to, evidence, judge, ",\n  ");
  fputs("\n}\n", to);
  return file_close(to, path);
}

/* --- JUnit ------------------------------------------------------------------------------- */

static void xml_text(FILE *to, const char *text)
{
  static const char *const names[UCHAR_MAX + 1] = {
      ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
    if (names[*c] != NULL)
      fputs(names[*c], to);
    else
      fputc(*c, to);
}

static void junit_case(FILE *to, const struct evidence_history *history)
{
  const struct departure *departure = &history->departure;
  fputs("  <testcase classname=\"spanref\" name=\"", to);
  xml_text(to, history->path);
  fputs("\">", to);
  if (history->unserved) fputs("<skipped/>", to);
  if (history->departed) {
    fprintf(to, "<failure type=\"%s\" message=\"", departs_name(departure->what));
    xml_text(to, departure->text);
    if (departure->explanation[0] != '\0') fputs("; ", to);
    xml_text(to, departure->explanation);
    fprintf(to, "\">line %" PRIu64 ": ", history->line);
    xml_text(to, history->operation.text);
    fputs("</failure>", to);
    if (departure->last_words.text[0] != '\0') fputs("<system-err>", to);
    xml_text(to, departure->last_words.text);
    if (departure->last_words.text[0] != '\0') fputs("</system-err>", to);
  }
  fputs("</testcase>\n", to);
}

static void junit_property(FILE *to, const char *name, const char *value)
{
  fprintf(to, "    <property name=\"%s\" value=\"", name);
  xml_text(to, value);
  fputs("\"/>\n", to);
}

static void junit_properties(FILE *to, const struct evidence *evidence)
{
  char seed[24];
  const struct origin *origin = &evidence->origin;
  snprintf(seed, sizeof seed, "%" PRIu64, origin->seed);
  fputs("  <properties>\n", to);
  junit_property(to, "spanref", SPANREF_VERSION);
  if (origin->has_seed) junit_property(to, "seed", seed);
  bool is_built_in = origin->file[0] == '\0';
  junit_property(to, "file", is_built_in ? "built in" : origin->file);
  if (!is_built_in) junit_property(to, "sha256", origin->sha256.text);
  if (!is_built_in) junit_property(to, "libraries", origin->libraries.text);
  if (evidence->interrupted != 0)
    junit_property(to, "interrupted", strsignal(evidence->interrupted));
  fputs("  </properties>\n", to);
}

/* What has no history of its own: random histories that conform, and the waivers. */
static void junit_plain(FILE *to, const char *name, bool compared, uint64_t unused)
{
  fprintf(to, "  <testcase classname=\"spanref\" name=\"%s\">", name);
  if (!compared) fputs("<skipped message=\"nothing was compared\"/>", to);
  if (unused > 0)
    fprintf(to, "<failure type=\"waivers\" message=\"waivers not needed: %" PRIu64 "\"/>", unused);
  fputs("</testcase>\n", to);
}

bool evidence_write_junit(const struct evidence *evidence, const struct judge *judge,
                          uint64_t unused, const char *path)
{
  bool plain = evidence->count == 0, compared = judge->tally.compared > 0;
  uint64_t failed = unused > 0, skipped = plain && !compared;
  FILE *to = file_create(path);
  if (to == NULL) return false;
  for (size_t i = 0; i < evidence->count; i++) {
    failed += evidence->histories[i].departed;
    skipped += evidence->histories[i].unserved;
  }
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"", to);
  xml_text(to, judge_about(judge)->name);
  fprintf(to, "\" tests=\"%zu\" failures=\"%" PRIu64 "\" skipped=\"%" PRIu64 "\">\n",
          evidence->count + plain + (unused > 0), failed, skipped);
  junit_properties(to, evidence);
  for (size_t i = 0; i < evidence->count; i++) junit_case(to, &evidence->histories[i]);
  if (plain) junit_plain(to, "random histories", compared, 0);
  if (unused > 0) junit_plain(to, "waivers", true, unused);
  fputs("</testsuite>\n", to);
  return file_close(to, path);
}
