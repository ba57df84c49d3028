/* drm_buddy's blocks that were cleared, to be included by drm_buddy.c: every second allocation is
 * cleared when it is freed, and manual ones ask for cleared blocks. */
#ifndef SPANREF_LINUX_DRM_BUDDY_CLEAR_H
#define SPANREF_LINUX_DRM_BUDDY_CLEAR_H

static int clear_answer(struct range_heap *range, int status, struct spanref_answer *answer)
{
  if (status != SPANREF_OK) return status;
  struct list_head *blocks = range->used[range_place(range, answer->base)].node;
  struct gpu_buddy_block *block;
  answer->needzero = false;
  list_for_each_entry(block, blocks, link) answer->needzero |= !gpu_buddy_block_is_clear(block);
  return status;
}

static int clear_alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return clear_answer(of, range_heap_alloc(of, npages, manual, answer), answer);
}

static int clear_alloc_request(void *of, const struct spanref_request *request,
                               struct spanref_answer *answer)
{
  return clear_answer(of, range_heap_alloc_request(of, request, answer), answer);
}

static int clear_free(void *of, uint64_t base, struct spanref_answer *answer)
{
  struct range_heap *range = of;
  struct heap *heap = range->heap;
  bool is_cleared = heap != NULL && (heap->is_cleared = !heap->is_cleared);
  int status = range_heap_free(of, base, answer);
  answer->needzero = !is_cleared;
  return status;
}

#endif
