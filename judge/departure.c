#include "departure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../trace/text.h"

/* Contents aren't part of the contract, nor is what a process does beside its answers. */
static const struct {
  const char *name;
  enum level level;
  enum clause clause;
} all[DEPARTURES] = {
    [DEPARTS_CRASHED] = {"crashed", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_HUNG] = {"hung", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_EXITED] = {"exited", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_OUTGREW] = {"outgrew", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_OVERLAP] = {"overlap", LEVEL_SAFETY, CLAUSE_INV_ORDER},
    [DEPARTS_OUTSIDE] = {"outside", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_REFUSED] = {"refused", LEVEL_SAFETY, CLAUSE_ALLOC_NOMEM},
    [DEPARTS_GREW] = {"grew", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_ACCEPTED] = {"accepted", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_NOT_FREED] = {"not-freed", LEVEL_SAFETY, CLAUSE_FREE_BASE},
    [DEPARTS_CHANGED] = {"changed", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_DIRTY] = {"dirty", LEVEL_SAFETY, CLAUSE_INV_NEEDZERO},
    [DEPARTS_UNSOUND] = {"unsound", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_LEAK] = {"leak", LEVEL_SAFETY, NO_CLAUSE},
    [DEPARTS_STATS] = {"stats", LEVEL_ACCOUNTING, NO_CLAUSE},
    [DEPARTS_SPANS] = {"spans", LEVEL_COALESCING, CLAUSE_SPANS},
    [DEPARTS_UNCOALESCED] = {"uncoalesced", LEVEL_COALESCING, CLAUSE_INV_COALESCED},
    [DEPARTS_ADDRESS] = {"address", LEVEL_PLACEMENT, NO_CLAUSE},
    [DEPARTS_ANSWER] = {"answer", LEVEL_PLACEMENT, NO_CLAUSE},
    [DEPARTS_STATE] = {"state", LEVEL_PLACEMENT, CLAUSE_SPANS},
    [DEPARTS_MEMORY] = {"memory", LEVEL_BACKING, NO_CLAUSE},
};

const char *departs_name(enum departs what) { return all[what].name; }
enum level departs_level(enum departs what) { return all[what].level; }
enum clause departs_clause(enum departs what) { return all[what].clause; }

/* What stands for an operation and its variants. */
static enum op_kind plain_kind(enum op_kind kind)
{
  return kind == OP_MANUAL ? OP_HEAP : kind == OP_FREE_AT ? OP_FREE : kind;
}

bool departures_are_alike(const struct departure *a, const struct departure *b)
{
  return a->what == b->what && a->has_clause == b->has_clause &&
         (!a->has_clause || a->clause == b->clause) &&
         plain_kind(a->kind) == plain_kind(b->kind);
}

/* --- Waivers ------------------------------------------------------------------------------- */

struct waiver_name waiver_name(const struct waiver *waiver)
{
  struct waiver_name out;
  snprintf(out.text, sizeof out.text, "%s%s%s", departs_name(waiver->what),
           waiver->is_of_field ? "." : "", waiver->is_of_field ? field_name(waiver->field) : "");
  for (char *c = out.text; *c != '\0'; c++)
    if (*c == ' ') *c = '_';
  return out;
}

/* Can a departure of this kind be about the field? */
static bool may_be_of(enum departs what, enum field field)
{
  bool is_number = field >= FIELD_SYS && field <= FIELD_ARENA;
  bool is_of_backing = field_in(FIELDS_OF_BACKING, field);
  switch (what) {
  case DEPARTS_STATS: return is_number;
  case DEPARTS_MEMORY: return is_of_backing;
  case DEPARTS_ANSWER: return !is_of_backing && field != FIELD_BASE && field != FIELD_SPANS;
  default: return false;
  }
}

/* KIND or KIND.FIELD. false: neither. */
static bool kind_take(struct waiver *waiver, const char *text)
{
  for (unsigned what = 0; what < DEPARTURES; what++) {
    waiver->what = (enum departs)what;
    waiver->is_of_field = false;
    if (strcmp(waiver_name(waiver).text, text) == 0) return true;
    waiver->is_of_field = true;
    for (unsigned field = 0; field < FIELDS; field++) {
      waiver->field = (enum field)field;
      if (may_be_of(waiver->what, waiver->field) && strcmp(waiver_name(waiver).text, text) == 0)
        return true;
    }
  }
  return false;
}

/* The verb behind " in " is cut off, and returned; NULL: there is none. */
static char *verb_take(char *text)
{
  char *in = strstr(text, " in ");
  if (in == NULL) return NULL;
  *in = '\0';
  return in + 4;
}

/* NULL, or what was expected. */
static const char *line_take(struct waivers *waivers, char *text, uint64_t line, const char *verb)
{
  struct waiver *waiver = &waivers->list[waivers->count];
  char *end = text + strcspn(text, "\r\n");
  *end = '\0';
  if (*text == '\0' || *text == '#') return NULL;
  if (strncmp(text, "waive ", 6) != 0) return "\"waive KIND: WHY\"";
  char *colon = strchr(text, ':');
  if (colon == NULL || colon[1] != ' ' || colon[2] == '\0')
    return "\": \" after the kind, and a reason";
  *colon = '\0';
  if (waivers->count == WAIVERS_MAX) return "no more than 32 waivers";
  *waiver = (struct waiver){.line = line};
  const char *in = verb_take(text);
  if (!kind_take(waiver, text + 6)) return "a kind of departure, or KIND.FIELD";
  if (in != NULL && strcmp(in, "check") != 0 && strcmp(in, "fuzz") != 0)
    return "\"in check\" or \"in fuzz\" after the kind";
  snprintf(waiver->why, sizeof waiver->why, "%.*s", (int)sizeof waiver->why - 1, colon + 2);
  text_clean(waiver->why);
  if (in == NULL || verb == NULL || strcmp(in, verb) == 0) waivers->count++;
  return NULL;
}

bool waivers_read(struct waivers *waivers, const char *path, const char *verb, uint64_t *line,
                  const char **expected)
{
  char text[512];
  FILE *from = fopen(path, "r");
  *waivers = (struct waivers){.count = 0};
  *line = 0;
  *expected = NULL;
  if (from == NULL) {
    if (errno != ENOENT) *expected = "a file that can be read";
    return *expected == NULL;
  }
  while (*expected == NULL && fgets(text, sizeof text, from) != NULL)
    *expected = line_take(waivers, text, ++*line, verb);
  fclose(from);
  return *expected == NULL;
}

struct waiver *waivers_use(struct waivers *waivers, enum departs what, enum field field)
{
  for (size_t i = 0; i < waivers->count; i++) {
    struct waiver *waiver = &waivers->list[i];
    if (waiver->what != what || (waiver->is_of_field && waiver->field != field)) continue;
    waiver->used++;
    return waiver;
  }
  return NULL;
}
