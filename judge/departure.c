#include "departure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* NULL, or what was expected. */
static const char *line_take(struct waivers *waivers, char *text, uint64_t line)
{
  struct waiver *waiver = &waivers->list[waivers->count];
  unsigned what = 0;
  char *end = text + strcspn(text, "\r\n");
  *end = '\0';
  if (*text == '\0' || *text == '#') return NULL;
  if (strncmp(text, "waive ", 6) != 0) return "\"waive KIND: WHY\"";
  char *colon = strchr(text, ':');
  if (colon == NULL || colon[1] != ' ' || colon[2] == '\0')
    return "\": \" after the kind, and a reason";
  *colon = '\0';
  if (waivers->count == WAIVERS_MAX) return "no more than 32 waivers";
  while (what < DEPARTURES && strcmp(all[what].name, text + 6) != 0) what++;
  if (what == DEPARTURES) return "a kind of departure";
  *waiver = (struct waiver){.what = what, .line = line};
  snprintf(waiver->why, sizeof waiver->why, "%.*s", (int)sizeof waiver->why - 1, colon + 2);
  waivers->count++;
  return NULL;
}

bool waivers_read(struct waivers *waivers, const char *path, uint64_t *line,
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
    *expected = line_take(waivers, text, ++*line);
  fclose(from);
  return *expected == NULL;
}

struct waiver *waivers_use(struct waivers *waivers, enum departs what)
{
  for (size_t i = 0; i < waivers->count; i++) {
    if (waivers->list[i].what != what) continue;
    waivers->list[i].used++;
    return &waivers->list[i];
  }
  return NULL;
}
