#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../trace/array.h"

bool table_add(struct table *table, const char *path, const uint64_t *cells)
{
  if (!ARRAY_ROOM(table->rows, table->count, 1, &table->room)) return false;
  struct table_row *row = &table->rows[table->count];
  *row = (struct table_row){.name = strdup(path), .files = 1};
  if (row->name == NULL) return false;
  memcpy(row->cells, cells, table->ncolumns * sizeof *cells);
  table->count++;
  return true;
}

static void row_sum(const struct table *table, struct table_row *sum,
                    const struct table_row *row)
{
  sum->files += row->files;
  for (size_t i = 0; i < table->ncolumns; i++) sum->cells[i] += row->cells[i];
}

static void row_print(const struct table *table, const struct table_row *row,
                      int name_length, const char *name)
{
  printf("%7" PRIu64, row->files);
  for (size_t i = 0; i < table->ncolumns; i++) printf(" %11" PRIu64, row->cells[i]);
  printf("  %.*s\n", name_length, name);
}

static int directory_length(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? (int)(slash - path) : 0;
}

static bool same_directory(const char *a, const char *b)
{
  int length = directory_length(a);
  return length == directory_length(b) && strncmp(a, b, (size_t)length) == 0;
}

/* Files come sorted, but a directory's own files may be parted by those of one
 * inside it: each directory is summed where it first appears. */
static void print_directories(const struct table *table)
{
  for (size_t i = 0; i < table->count; i++) {
    const char *path = table->rows[i].name;
    struct table_row sum = {0};
    bool seen = false;
    for (size_t j = 0; !seen && j < i; j++)
      seen = same_directory(table->rows[j].name, path);
    if (seen) continue;
    for (size_t j = i; j < table->count; j++)
      if (same_directory(table->rows[j].name, path)) row_sum(table, &sum, &table->rows[j]);
    int length = directory_length(path);
    row_print(table, &sum, length > 0 ? length : 1, length > 0 ? path : ".");
  }
}

void table_print(const struct table *table)
{
  struct table_row sum = {0};
  printf("%7s", "files");
  for (size_t i = 0; i < table->ncolumns; i++) printf(" %11s", table->columns[i]);
  putchar('\n');
  if (table->count > TABLE_ROWS_MAX) print_directories(table);
  for (size_t i = 0; i < table->count; i++) {
    const struct table_row *row = &table->rows[i];
    row_sum(table, &sum, row);
    if (table->count <= TABLE_ROWS_MAX)
      row_print(table, row, (int)strlen(row->name), row->name);
  }
  if (table->count != 1) row_print(table, &sum, 5, "total");
}

void table_free(struct table *table)
{
  for (size_t i = 0; i < table->count; i++) free(table->rows[i].name);
  free(table->rows);
}
