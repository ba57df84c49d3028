/* Numbers by file, or by directory where there are many files; and their sum. */
#ifndef SPANREF_TABLE_H
#define SPANREF_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_COLUMNS_MAX 8
#define TABLE_ROWS_MAX 32 /* more files than this: a row for each directory */

struct table_row {
  char *name;
  uint64_t files;
  uint64_t cells[TABLE_COLUMNS_MAX];
};

struct table {
  const char *const *columns; /* names, 11 letters at most; the first, "files", is added */
  size_t ncolumns;
  struct table_row *rows;
  size_t count, room;
};

/* false: out of memory. */
bool table_add(struct table *table, const char *path, const uint64_t *cells);
/* To standard output. */
void table_print(const struct table *table);
void table_free(struct table *table);

#endif
