#include "span_list.h"

#include <stdlib.h>
#include <string.h>

static bool grow(struct span_list *list)
{
  size_t room = list->room > 0 ? 2 * list->room : 256;
  struct span *spans = realloc(list->spans, room * sizeof *spans);
  if (spans == NULL) return false;
  list->spans = spans;
  list->room = room;
  return true;
}

static void take(void *context, struct span span)
{
  struct span_list *list = context;
  if (list->count == list->room && !grow(list))
    list->failed = true;
  else
    list->spans[list->count++] = span;
}

bool span_list_collect(struct span_list *list, const struct candidate *candidate,
                       void *heap)
{
  list->count = 0;
  list->failed = false;
  candidate->walk(heap, take, list);
  return !list->failed;
}

void span_list_load(const struct span_list *list, const struct span_stats *stats,
                    const struct span_geometry *geometry, struct span_heap *heap)
{
  size_t records = list->count < SPAN_HEAP_CAPACITY ? list->count : SPAN_HEAP_CAPACITY;
  heap->geometry = *geometry;
  heap->sys = stats->sys;
  heap->idle = stats->idle;
  heap->in_use = stats->in_use;
  heap->manual = stats->manual;
  heap->released = stats->released;
  heap->arena_base = stats->arena_base;
  heap->arena_end = stats->arena_end;
  heap->count = list->count;
  if (records > 0) memcpy(heap->spans, list->spans, records * sizeof *list->spans);
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
