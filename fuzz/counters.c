#include "counters.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

struct counters *counters_open(const char *path)
{
  void *mapped = MAP_FAILED;
  int file = open(path, O_RDWR | O_CREAT, 0666);
  if (file < 0) return NULL;
  if (ftruncate(file, (off_t)sizeof(struct counters)) == 0)
    mapped = mmap(NULL, sizeof(struct counters), PROT_READ | PROT_WRITE, MAP_SHARED,
                  file, 0);
  close(file);
  return mapped == MAP_FAILED ? NULL : mapped;
}

static void add(counter *count, uint64_t number)
{
  __atomic_fetch_add(count, number, __ATOMIC_RELAXED);
}

void counters_add(struct counters *counters, uint64_t operations, bool departed)
{
  if (counters == NULL) return;
  add(&counters->executions, 1);
  if (operations >= COUNTERS_LONG) add(&counters->long_executions, 1);
  add(&counters->operations, operations);
  if (departed) add(&counters->departures, 1);
}
