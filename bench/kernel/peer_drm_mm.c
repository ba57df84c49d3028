/* drm_mm, the range manager of graphics drivers: red-black trees of holes by address and by
 * size. Whoever allocates brings the node, so each slot has one. */
#include <drm/drm_mm.h>

#include "peers.h"

struct user {
  struct drm_mm mm;
  struct drm_mm_node nodes[];
};

static void *create(const struct workload *workload)
{
  struct user *user = calloc(1, sizeof *user + workload->nslots * sizeof user->nodes[0]);
  if (user != NULL) drm_mm_init(&user->mm, workload->region_base, workload->region_pages);
  return user;
}

static uint64_t alloc(void *heap, uint64_t slot, const struct span_request *request)
{
  static const enum drm_mm_insert_mode mode[] = {[SPAN_FIRST_FIT] = DRM_MM_INSERT_LOW,
                                                 [SPAN_LAST_FIT] = DRM_MM_INSERT_HIGH,
                                                 [SPAN_BEST_FIT] = DRM_MM_INSERT_BEST};
  struct user *user = heap;
  struct drm_mm_node *node = &user->nodes[slot];
  int refused =
      drm_mm_insert_node_in_range(&user->mm, node, request->npages, request->align, 0,
                                  request->from, request->below, mode[request->fit]);
  return refused ? PEER_NO_MEMORY : node->start;
}

static void free_slot(void *heap, uint64_t slot, uint64_t base, uint64_t npages)
{
  struct user *user = heap;
  (void)base, (void)npages;
  drm_mm_remove_node(&user->nodes[slot]);
}

const struct peer peer_drm_mm = {.name = "drm_mm",
                                 .create = create,
                                 .destroy = free,
                                 .alloc_request = alloc,
                                 .free_request = free_slot};
