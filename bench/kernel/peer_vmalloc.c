/* vmalloc's tree of free areas: a red-black tree by address, with the longest area of each
 * subtree. Its functions are static, so its file is included here. What else it does, page
 * tables above all, is compiled and left out by the linker. */
#include "../../candidates/linux/pages.h"

#include <mm/vmalloc.c>

#include "peers.h"

struct user {
  struct rb_root root;
  struct list_head list;
  struct vmap_area *areas[]; /* of each slot: as in the kernel, whoever frees brings it */
};

static void *create(const struct workload *workload)
{
  struct user *user = calloc(1, sizeof *user + workload->nslots * sizeof user->areas[0]);
  if (user == NULL) return NULL;
  if (vmap_area_cachep == NULL)
    vmap_area_cachep = kmem_cache_create("", sizeof(struct vmap_area), 1, 0, NULL);
  struct vmap_area *all = kmem_cache_alloc(vmap_area_cachep, __GFP_ZERO);
  all->va_start = workload->region_base << PAGE_SHIFT;
  all->va_end = (workload->region_base + workload->region_pages) << PAGE_SHIFT;
  INIT_LIST_HEAD(&user->list);
  insert_vmap_area_augment(all, NULL, &user->root, &user->list);
  return user;
}

/* The areas themselves stay in their cache. */
static void destroy(void *heap)
{
  struct user *user = heap;
  struct vmap_area *area, *next;
  list_for_each_entry_safe(area, next, &user->list, list)
    kmem_cache_free(vmap_area_cachep, area);
  free(user);
}

/* With an alignment, areas shorter than npages + align - 1 are mostly passed over. */
static uint64_t alloc(void *heap, uint64_t slot, const struct span_request *request)
{
  struct user *user = heap;
  uint64_t below = request->below << PAGE_SHIFT;
  if (request->fit != SPAN_FIRST_FIT) return PEER_NO_MEMORY;
  uint64_t base = __alloc_vmap_area(&user->root, &user->list, request->npages << PAGE_SHIFT,
                                    request->align << PAGE_SHIFT,
                                    request->from << PAGE_SHIFT, below);
  if (base == below) return PEER_NO_MEMORY;
  struct vmap_area *area = kmem_cache_alloc(vmap_area_cachep, GFP_KERNEL);
  area->va_start = base;
  area->va_end = base + (request->npages << PAGE_SHIFT);
  user->areas[slot] = area;
  return base >> PAGE_SHIFT;
}

static void free_area(void *heap, uint64_t slot, uint64_t base, uint64_t npages)
{
  struct user *user = heap;
  (void)base, (void)npages;
  merge_or_add_vmap_area_augment(user->areas[slot], &user->root, &user->list);
}

const struct peer peer_vmalloc = {.name = "vmalloc",
                                  .create = create,
                                  .destroy = destroy,
                                  .alloc_request = alloc,
                                  .free_request = free_area};
