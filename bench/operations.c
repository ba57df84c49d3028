#include "operations.h"

#include <stdlib.h>

static void append(struct operations *operations, uint64_t slot, uint64_t npages,
                   enum operation_kind kind)
{
  if (operations->count == operations->room) {
    operations->room = operations->room > 0 ? 2 * operations->room : 4096;
    operations->list =
        realloc(operations->list, operations->room * sizeof *operations->list);
    if (operations->list == NULL) abort();
  }
  operations->list[operations->count++] =
      (struct operation){(uint32_t)npages, (uint32_t)(slot << 2 | kind)};
}

void operations_begin_timed(struct operations *operations)
{
  operations->workload.nsetup = operations->count;
}

void operations_alloc(struct operations *operations, uint64_t slot, uint64_t npages)
{
  if (slot >= operations->workload.nslots) operations->workload.nslots = slot + 1;
  append(operations, slot, npages, OPERATION_ALLOC);
}

void operations_free(struct operations *operations, uint64_t slot)
{
  append(operations, slot, 0, OPERATION_FREE);
}

void operations_scavenge(struct operations *operations, uint64_t npages)
{
  append(operations, 0, npages, OPERATION_SCAVENGE);
}

bool operations_write(struct operations *operations, FILE *to)
{
  struct workload *workload = &operations->workload;
  workload->magic = WORKLOAD_MAGIC;
  workload->ntimed = operations->count - workload->nsetup;
  return fwrite(workload, sizeof *workload, 1, to) == 1 &&
         fwrite(operations->list, sizeof *operations->list, operations->count, to) ==
             operations->count &&
         fflush(to) == 0;
}

bool operations_read(struct operations *operations, FILE *from)
{
  struct workload *workload = &operations->workload;
  if (fread(workload, sizeof *workload, 1, from) != 1 || workload->magic != WORKLOAD_MAGIC)
    return false;
  operations->count = operations->room = workload->nsetup + workload->ntimed;
  operations->list = malloc(operations->count * sizeof *operations->list);
  return operations->list != NULL &&
         fread(operations->list, sizeof *operations->list, operations->count, from) ==
             operations->count;
}
