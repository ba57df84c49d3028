/* drm_buddy by the names that it has since others than DRM have use of it: gpu_buddy. To be included
 * behind its file. */
#ifndef SPANREF_LINUX_BUDDY_NAMES_H
#define SPANREF_LINUX_BUDDY_NAMES_H

#ifndef GPU_BUDDY_RANGE_ALLOCATION
#define gpu_buddy drm_buddy
#define gpu_buddy_block drm_buddy_block
#define gpu_buddy_init drm_buddy_init
#define gpu_buddy_fini drm_buddy_fini
#define gpu_buddy_alloc_blocks drm_buddy_alloc_blocks
#define gpu_buddy_block_trim drm_buddy_block_trim
#define gpu_buddy_free_list drm_buddy_free_list
#define gpu_buddy_block_offset drm_buddy_block_offset
#define gpu_buddy_block_size drm_buddy_block_size
#define gpu_buddy_block_is_allocated drm_buddy_block_is_allocated
#define gpu_buddy_block_is_free drm_buddy_block_is_free
#define gpu_buddy_block_is_split drm_buddy_block_is_split
#define gpu_buddy_module_init drm_buddy_module_init
#define GPU_BUDDY_RANGE_ALLOCATION DRM_BUDDY_RANGE_ALLOCATION
#define GPU_BUDDY_TOPDOWN_ALLOCATION DRM_BUDDY_TOPDOWN_ALLOCATION
#ifdef DRM_BUDDY_CONTIGUOUS_ALLOCATION
#define GPU_BUDDY_CONTIGUOUS_ALLOCATION DRM_BUDDY_CONTIGUOUS_ALLOCATION
#endif
#ifdef DRM_BUDDY_CLEARED
#define GPU_BUDDY_CLEARED DRM_BUDDY_CLEARED
#define GPU_BUDDY_CLEAR_ALLOCATION DRM_BUDDY_CLEAR_ALLOCATION
#define gpu_buddy_block_is_clear drm_buddy_block_is_clear
#endif
#ifdef DRM_BUDDY_TRIM_DISABLE
#define GPU_BUDDY_TRIM_DISABLE DRM_BUDDY_TRIM_DISABLE
#endif
#endif

/* Newer functions are told whether what is freed was cleared, and where to trim. */
#ifdef GPU_BUDDY_CLEARED
#define FREE_BLOCKS(mm, blocks, is_cleared) \
  gpu_buddy_free_list(mm, blocks, (is_cleared) ? GPU_BUDDY_CLEARED : 0)
#else
#define FREE_BLOCKS(mm, blocks, is_cleared) gpu_buddy_free_list(mm, blocks)
#endif
#ifdef GPU_BUDDY_TRIM_DISABLE
#define TRIM(mm, bytes, blocks) gpu_buddy_block_trim(mm, NULL, bytes, blocks)
#else
#define TRIM(mm, bytes, blocks) gpu_buddy_block_trim(mm, bytes, blocks)
#endif

#endif
