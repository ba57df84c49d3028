#include "span_list.h"

#include <stdlib.h>

static bool grow(struct span_list *list)
{
  size_t room = list->room > 0 ? 2 * list->room : 256;
  struct span *spans = realloc(list->spans, room * sizeof *spans);
  if (spans == NULL) return false;
  list->spans = spans;
  list->room = room;
  return true;
}

static void take(void *context, const struct span *span)
{
  struct span_list *list = context;
  if (list->count == list->room && !grow(list))
    list->failed = true;
  else
    list->spans[list->count++] = *span;
}

bool span_list_collect(struct span_list *list, const struct candidate *candidate,
                       void *heap)
{
  list->count = 0;
  list->failed = false;
  candidate->walk(heap, take, list);
  return !list->failed;
}

static void show(void *context, const struct span *span)
{
  struct span_heap *shown = context;
  if (shown->count < SPAN_HEAP_CAPACITY) shown->spans[shown->count] = *span;
  shown->count++;
}

void span_heap_show(const struct candidate *candidate, void *heap,
                    const struct span_stats *stats, const struct span_geometry *geometry,
                    struct span_heap *shown)
{
  shown->geometry = *geometry;
  shown->sys = stats->sys;
  shown->idle = stats->idle;
  shown->in_use = stats->in_use;
  shown->manual = stats->manual;
  shown->released = stats->released;
  shown->arena_base = stats->arena_base;
  shown->arena_end = stats->arena_end;
  shown->count = 0;
  candidate->walk(heap, show, shown);
}

bool spans_are_equal(const struct span *a, const struct span *b)
{
  return a->base == b->base && a->npages == b->npages && a->free == b->free &&
         a->manual == b->manual && a->scavenged == b->scavenged &&
         a->needzero == b->needzero;
}

void span_list_free(struct span_list *list)
{
  free(list->spans);
  *list = (struct span_list){0};
}
