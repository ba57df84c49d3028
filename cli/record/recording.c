/* From the logs to a recording: read the chunks, keep what is allocated in a search
 * tree (malloc family) and a sorted array (mmap family), append operations. */
#define _GNU_SOURCE
#include "recording.h"

#include "../../trace/array.h"
#include "record.h"

#include <dirent.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OS_PAGE_BYTES UINT64_C(4096)

void recording_free(struct recording *r)
{
  free(r->ops);
  tdestroy(r->blocks, free);
  free(r->mappings);
}

/* ---- operations ---------------------------------------------------------- */

static uint64_t pages_of(uint64_t bytes)
{
  return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

static void op_append(struct recording *r, struct op op)
{
  if (ARRAY_ROOM(r->ops, r->nops, 1, &r->ops_room))
    r->ops[r->nops++] = op;
  else
    r->out_of_memory = true;
}

/* The name of a new allocation. */
static uint64_t op_alloc(struct recording *r, char kind, uint64_t pages, uint64_t align)
{
  op_append(r, (struct op){kind, r->names, pages, align});
  r->live_pages += pages;
  if (++r->live > r->peak) r->peak = r->live;
  if (r->live_pages > r->peak_pages) r->peak_pages = r->live_pages;
  return r->names++;
}

static void op_resize(struct recording *r, uint64_t name, uint64_t was_pages, uint64_t pages)
{
  op_append(r, (struct op){'r', name, pages, 0});
  r->live_pages += pages - was_pages;
  if (r->live_pages > r->peak_pages) r->peak_pages = r->live_pages;
}

static void op_free(struct recording *r, uint64_t name, uint64_t pages)
{
  op_append(r, (struct op){'f', name, 0, 0});
  r->live--;
  r->live_pages -= pages;
}

/* ---- the malloc family --------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
  uint64_t x = ((const struct block *)a)->address, y = ((const struct block *)b)->address;
  return (x > y) - (x < y);
}

/* NULL: it isn't known. */
static struct block *block_at(const struct recording *r, uint64_t address)
{
  struct block **found = tfind(&(struct block){.address = address}, &r->blocks, by_address);
  return found != NULL ? *found : NULL;
}

static void block_free(struct recording *r, uint64_t address)
{
  struct block *block = block_at(r, address);
  if (block == NULL) return;
  op_free(r, block->name, block->pages);
  tdelete(block, &r->blocks, by_address);
  free(block);
}

static void block_alloc(struct recording *r, uint64_t address, uint64_t bytes,
                        uint64_t align_bytes)
{
  if (block_at(r, address) != NULL) r->unseen_frees++;
  block_free(r, address);
  if (bytes < r->min_bytes) return;
  struct block *block = malloc(sizeof *block);
  uint64_t name = op_alloc(r, 'a', pages_of(bytes), align_bytes / PAGE_BYTES);
  if (block != NULL) *block = (struct block){address, name, pages_of(bytes)};
  if (block == NULL || tsearch(block, &r->blocks, by_address) == NULL) {
    free(block);
    r->out_of_memory = true;
  }
}

static void block_realloc(struct recording *r, uint64_t old, uint64_t address,
                          uint64_t bytes)
{
  struct block *block = block_at(r, old);
  if (old == address && block != NULL && bytes >= r->min_bytes) {
    if (block->pages != pages_of(bytes)) op_resize(r, block->name, block->pages, pages_of(bytes));
    block->pages = pages_of(bytes);
    return;
  }
  block_free(r, old);
  block_alloc(r, address, bytes, 0);
}

/* ---- the mmap family ----------------------------------------------------- */

/* The first mapping that ends above address. */
static size_t mapping_above(const struct recording *r, uint64_t address)
{
  size_t low = 0, high = r->nmappings;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (r->mappings[middle].end > address)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void mapping_insert(struct recording *r, size_t at, uint64_t start, uint64_t end)
{
  struct mapping m = {start, end, op_alloc(r, 'm', pages_of(end - start), 0)};
  if (!ARRAY_ROOM(r->mappings, r->nmappings, 1, &r->mappings_room)) {
    r->out_of_memory = true;
    return;
  }
  memmove(r->mappings + at + 1, r->mappings + at, (r->nmappings - at) * sizeof m);
  r->mappings[at] = m;
  r->nmappings++;
}

static void mapping_remove(struct recording *r, size_t at)
{
  r->nmappings--;
  memmove(r->mappings + at, r->mappings + at + 1,
          (r->nmappings - at) * sizeof *r->mappings);
}

/* Give the mapping at `at` other bounds: a new name, unless it stays where it is, or the
 * pages stay. */
static void mapping_resize(struct recording *r, size_t at, uint64_t start, uint64_t end)
{
  struct mapping *m = &r->mappings[at];
  uint64_t pages = pages_of(m->end - m->start);
  bool moves = m->start != start;
  m->start = start;
  m->end = end;
  if (pages_of(end - start) == pages) return;
  if (!moves) {
    op_resize(r, m->name, pages, pages_of(end - start));
    return;
  }
  op_free(r, m->name, pages);
  m->name = op_alloc(r, 'm', pages_of(end - start), 0);
}

static void range_unmap(struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  while (at < r->nmappings && r->mappings[at].start < end && !r->out_of_memory) {
    struct mapping m = r->mappings[at];
    bool left = m.start < start && start - m.start >= r->min_bytes;
    bool right = m.end > end && m.end - end >= r->min_bytes;
    if (left != right) {
      mapping_resize(r, at++, left ? m.start : end, left ? start : m.end);
      continue;
    }
    op_free(r, m.name, pages_of(m.end - m.start));
    mapping_remove(r, at);
    if (left) mapping_insert(r, at++, m.start, start);
    if (right) mapping_insert(r, at++, end, m.end);
  }
}

static void range_map(struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  if (at < r->nmappings && r->mappings[at].start < end) r->unseen_frees++;
  range_unmap(r, start, end);
  if (end - start >= r->min_bytes) mapping_insert(r, mapping_above(r, start), start, end);
}

static bool range_inside_one(const struct recording *r, uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, start);
  return at < r->nmappings && r->mappings[at].start <= start && end <= r->mappings[at].end;
}

static void range_remap(struct recording *r, uint64_t old, uint64_t old_end,
                        uint64_t start, uint64_t end)
{
  size_t at = mapping_above(r, old);
  if (at == r->nmappings || r->mappings[at].start > old) return; /* not known */
  if (start != old) {
    range_unmap(r, old, old_end);
    range_unmap(r, start, end); /* MREMAP_FIXED */
    range_map(r, start, end);
  } else if (end < old_end) {
    range_unmap(r, end, old_end);
  } else if (r->mappings[at].end == old_end) {
    mapping_resize(r, at, r->mappings[at].start, end);
  }
}

/* ---- from a log to a recording ------------------------------------------- */

static uint64_t whole_pages(uint64_t bytes)
{
  return (bytes + OS_PAGE_BYTES - 1) / OS_PAGE_BYTES * OS_PAGE_BYTES;
}

static void event_apply(struct recording *r, const struct record_event *e)
{
  uint64_t end = e->address + whole_pages(e->bytes);
  uint64_t old_end = e->old_address + whole_pages(e->old_bytes);
  switch (e->kind) {
  case RECORD_ALLOC: block_alloc(r, e->address, e->bytes, e->old_bytes); break;
  case RECORD_FREE: block_free(r, e->address); break;
  case RECORD_REALLOC: block_realloc(r, e->old_address, e->address, e->bytes); break;
  case RECORD_MAP: range_map(r, e->address, end); break;
  case RECORD_MAP_OVER:
    if (range_inside_one(r, e->address, end)) break;
    range_unmap(r, e->address, end);
    range_map(r, e->address, end);
    break;
  case RECORD_MAP_FILE_OVER:
    if (!range_inside_one(r, e->address, end)) range_unmap(r, e->address, end);
    break;
  case RECORD_UNMAP: range_unmap(r, e->address, end); break;
  case RECORD_REMAP: range_remap(r, e->old_address, old_end, e->address, end); break;
  case RECORD_LOST: r->lost = true; break;
  default: break;
  }
}

/* Read DIRECTORY/STEM.0, .1 ... */
static bool recording_read(struct recording *r, const char *directory, const char *stem)
{
  struct record_chunk *chunk = malloc(sizeof *chunk);
  bool good = chunk != NULL;
  for (unsigned number = 0; good; number++) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s.%u", directory, stem, number) >= PATH_MAX)
      break;
    FILE *file = fopen(path, "rb");
    if (file == NULL) break;
    /* A chunk that was cut off (a full disk, no fallocate) reads as RECORD_END. */
    memset(chunk, 0, sizeof *chunk);
    (void)!fread(chunk, 1, sizeof *chunk, file);
    fclose(file);
    if (number == 0) {
      r->started_ns = chunk->started_ns;
      memcpy(r->program, chunk->program, sizeof r->program - 1);
    }
    for (size_t i = 0; i < RECORD_CHUNK_EVENTS && chunk->events[i].kind != RECORD_END; i++)
      event_apply(r, &chunk->events[i]);
    good = !r->out_of_memory;
  }
  free(chunk);
  return good;
}

bool recording_best(struct recording *best, const char *directory, uint64_t min_bytes,
                    unsigned *logged)
{
  DIR *all = opendir(directory);
  struct dirent *entry;
  bool good = all != NULL;
  *logged = 0;
  while (good && (entry = readdir(all)) != NULL) {
    char *dot = strrchr(entry->d_name, '.');
    if (entry->d_name[0] == '.' || dot == NULL || strcmp(dot, ".0") != 0) continue;
    *dot = '\0';
    struct recording r = {.min_bytes = min_bytes};
    good = recording_read(&r, directory, entry->d_name);
    if (r.nops > 0) ++*logged;
    if (r.nops > best->nops ||
        (r.nops == best->nops && r.started_ns < best->started_ns)) {
      struct recording worse = *best;
      *best = r;
      r = worse;
    }
    recording_free(&r);
  }
  if (all != NULL) closedir(all);
  return good;
}
