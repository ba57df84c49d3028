/* What the kernel's vmalloc.c names besides shim.h: page tables, pages, processors, lists of
 * works. None of that is ever run. So types are as small as they can be, constants are
 * numbers, and functions are left undeclared: the linker drops whoever calls them. */
#ifndef SPANREF_LINUX_PAGES_H
#define SPANREF_LINUX_PAGES_H

#define CONFIG_MMU 1

/* memory.c has these for the others. */
#define vfree vmalloc_vfree
#define vzalloc_node vmalloc_vzalloc_node
#define vzalloc_node_noprof vmalloc_vzalloc_node_noprof

typedef unsigned long pgd_t, p4d_t, pud_t, pmd_t, pgtbl_mod_mask;
typedef int kasan_vmalloc_flags_t;
enum {
  VMALLOC_START, VMALLOC_END, ARCH_PAGE_TABLE_SYNC_MASK, PGTBL_PGD_MODIFIED, PGTBL_P4D_MODIFIED,
  PGTBL_PUD_MODIFIED, PGTBL_PMD_MODIFIED, PGTBL_PTE_MODIFIED, P4D_MASK, PUD_MASK, PMD_MASK,
  P4D_SHIFT, PUD_SHIFT, PMD_SHIFT, P4D_SIZE, PUD_SIZE, PMD_SIZE, SHMLBA, NR_CPUS = 1,
  GFP_RECLAIM_MASK, GFP_DMA, GFP_DMA32, __GFP_NOFAIL, __GFP_IO, __GFP_FS, __GFP_HIGHMEM,
  __GFP_SKIP_ZERO, __GFP_SKIP_KASAN_UNPOISON, MEMCG_VMALLOC, VM_DONTEXPAND,
  VM_DONTDUMP, KASAN_VMALLOC_NONE, KASAN_VMALLOC_INIT, KASAN_VMALLOC_VM_ALLOC,
  KASAN_VMALLOC_PROT_NORMAL, KASAN_VMALLOC_PAGE_RANGE, KASAN_VMALLOC_TLB_FLUSH, __GFP_SKIP_KASAN,
  __GFP_NORETRY, __GFP_RETRY_MAYFAIL, __GFP_NOLOCKDEP, __GFP_DIRECT_RECLAIM, __GFP_THISNODE, GFP_NOFS,
  GFP_NOIO, GFP_USER, GFP_KERNEL_ACCOUNT, NR_VMALLOC, MAX_PAGE_ORDER, SHRINK_EMPTY, SHRINK_STOP,
  nr_cpu_ids, cpu_possible_mask, cpu_online_mask
};
#define PAGE_KERNEL ((pgprot_t){0})
#define pgprot_nx(protection) (protection)

struct shrinker {
  void *count_objects, *scan_objects;
};
typedef struct {
  int unused;
} cpumask_t;
#define CPU_MASK_NONE ((cpumask_t){0})
struct page {
  int unused;
};
struct vm_area_struct {
  unsigned long vm_start, vm_end, vm_flags;
};
extern struct mm_struct init_mm;
extern struct task_struct *current;
int set_direct_map_invalid_noflush(struct page *page);
int set_direct_map_default_noflush(struct page *page);

#include <linux/rculist.h>

#define __initdata
#define clamp_t(type, x, low, high) clamp((type)(x), (type)(low), (type)(high))
#define kmemleak_scan_area(p, bytes, flags) ((void)0)
#define __ref
#define __cacheline_aligned_in_smp
#define for_each_cpu(cpu, mask) for (cpu = 0; cpu < 1; cpu++)
#define DEFINE_PER_CPU(type, name) __typeof__(type) name
#define DECLARE_WORK(name, function) struct work_struct name
#define BLOCKING_NOTIFIER_HEAD(name) int name
#define ATOMIC_LONG_INIT(n) {n}
#define per_cpu(name, cpu) (name)
#define this_cpu_ptr(p) (p)
#define this_cpu_read(name) (name)
#define __this_cpu_xchg(name, new) xchg(&(name), new)
#define __this_cpu_cmpxchg(name, old, new) cmpxchg(&(name), old, new)
#define kasan_reset_tag(p) (p)

#endif
