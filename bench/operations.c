#include "operations.h"

#include <stdlib.h>

/* With room for one more than count. */
static void *with_room(void *array, uint64_t count, uint64_t *room, size_t bytes)
{
  if (count < *room) return array;
  *room = *room > 0 ? 2 * *room : 4096;
  array = realloc(array, *room * bytes);
  if (array == NULL) abort();
  return array;
}

static void append(struct operations *operations, uint64_t slot, uint64_t npages,
                   enum operation_kind kind)
{
  operations->list = with_room(operations->list, operations->count, &operations->room,
                               sizeof *operations->list);
  operations->list[operations->count++] =
      (struct operation){(uint32_t)npages, (uint32_t)(slot << 2 | kind)};
}

void operations_begin_timed(struct operations *operations)
{
  operations->workload.nsetup = operations->count;
}

static void append_allocation(struct operations *operations, uint64_t slot, uint64_t npages,
                              enum operation_kind kind)
{
  if (slot >= operations->workload.nslots) operations->workload.nslots = slot + 1;
  append(operations, slot, npages, kind);
}

void operations_alloc(struct operations *operations, uint64_t slot, uint64_t npages)
{
  append_allocation(operations, slot, npages, OPERATION_ALLOC);
}

void operations_request(struct operations *operations, uint64_t slot,
                        const struct span_request *request)
{
  uint64_t number = operations->workload.nrequests++;
  operations->requests = with_room(operations->requests, number,
                                   &operations->requests_room, sizeof *request);
  operations->requests[number] = *request;
  append_allocation(operations, slot, number, OPERATION_REQUEST);
}

void operations_free(struct operations *operations, uint64_t slot)
{
  append(operations, slot, 0, OPERATION_FREE);
}

void operations_scavenge(struct operations *operations, uint64_t npages)
{
  append(operations, 0, npages, OPERATION_SCAVENGE);
}

static bool write_array(const void *array, size_t bytes, uint64_t count, FILE *to)
{
  return fwrite(array, bytes, count, to) == count;
}

bool operations_write(struct operations *operations, FILE *to)
{
  struct workload *workload = &operations->workload;
  workload->magic = WORKLOAD_MAGIC;
  workload->ntimed = operations->count - workload->nsetup;
  return write_array(workload, sizeof *workload, 1, to) &&
         write_array(operations->list, sizeof *operations->list, operations->count, to) &&
         write_array(operations->requests, sizeof *operations->requests,
                     workload->nrequests, to) &&
         fflush(to) == 0;
}

/* NULL: there are no such elements, or no memory. */
static void *read_array(size_t bytes, uint64_t count, FILE *from)
{
  void *array = malloc(count * bytes + 1);
  if (array != NULL && fread(array, bytes, count, from) == count) return array;
  free(array);
  return NULL;
}

bool operations_read(struct operations *operations, FILE *from)
{
  struct workload *workload = &operations->workload;
  if (fread(workload, sizeof *workload, 1, from) != 1 || workload->magic != WORKLOAD_MAGIC)
    return false;
  operations->count = operations->room = workload->nsetup + workload->ntimed;
  operations->requests_room = workload->nrequests;
  operations->list = read_array(sizeof *operations->list, operations->count, from);
  operations->requests = read_array(sizeof *operations->requests, workload->nrequests, from);
  return operations->list != NULL && operations->requests != NULL;
}

void operations_delete(struct operations *operations)
{
  free(operations->list);
  free(operations->requests);
}
