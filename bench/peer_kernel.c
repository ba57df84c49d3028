/* The kernel's allocators, in a shared object beside the program (kernel/build.sh). */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "peer.h"

const struct peer *peer_kernel(const char *program, const char *name)
{
  const char *slash = strrchr(program, '/');
  int length = slash == NULL ? 0 : (int)(slash - program) + 1;
  char path[4096];
  if (snprintf(path, sizeof path, "%.*skernel.so", length, program) >= (int)sizeof path)
    return NULL;
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (object == NULL) return NULL;
  const struct peer *const *peers = dlsym(object, "kernel_peers");
  while (peers != NULL && *peers != NULL && strcmp((*peers)->name, name) != 0) peers++;
  return peers == NULL ? NULL : *peers;
}
