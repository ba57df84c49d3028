/* What drm_buddy is asked for, variant by variant. */
#ifndef SPANREF_LINUX_DRM_BUDDY_VARIANTS_H
#define SPANREF_LINUX_DRM_BUDDY_VARIANTS_H

#if defined(DRM_BUDDY_TRIM)
#define NAME "drm_buddy_trim"
#define SUMMARY LINUX_VERSION ", drm_buddy: trimmed"
#define FLAGS 0
#elif defined(DRM_BUDDY_CONTIGUOUS)
#define NAME "drm_buddy_contiguous"
#define SUMMARY LINUX_VERSION ", drm_buddy: contiguous"
#define FLAGS GPU_BUDDY_CONTIGUOUS_ALLOCATION
#elif defined(DRM_BUDDY_CLEAR)
#define NAME "drm_buddy_clear"
#define SUMMARY LINUX_VERSION ", drm_buddy: with cleared blocks"
#define FLAGS (request->manual ? GPU_BUDDY_CLEAR_ALLOCATION : 0)
#elif defined(DRM_BUDDY_DOWN)
#define NAME "drm_buddy_down"
#define SUMMARY LINUX_VERSION ", drm_buddy: top-down"
#define FLAGS GPU_BUDDY_TOPDOWN_ALLOCATION
#else
#define NAME "drm_buddy"
#define SUMMARY LINUX_VERSION ", drm_buddy: blocks of one piece"
#define FLAGS 0
#endif
#if defined(DRM_BUDDY_TRIM) || defined(DRM_BUDDY_CONTIGUOUS)
#define IS_CUT
#endif

#if defined(DRM_BUDDY_CONTIGUOUS) && !defined(GPU_BUDDY_CONTIGUOUS_ALLOCATION)
#error "this version has no contiguous allocation"
#endif
#if defined(DRM_BUDDY_CLEAR) && !defined(GPU_BUDDY_CLEARED)
#error "this version has no cleared blocks"
#endif

#endif
