/* What the kernel's page_alloc.c names besides shim.h, for one zone of one node. Its own headers of
 * pages and zones are taken (tree.sh: zone/). What is named only by what never runs is as small as it
 * can be, and functions are left undeclared: the linker drops whoever calls them. */
#ifndef SPANREF_LINUX_ZONE_H
#define SPANREF_LINUX_ZONE_H

#define CONFIG_FLATMEM 1
#define CONFIG_ARCH_FORCE_MAX_ORDER 15
#define CONFIG_PCP_BATCH_SCALE_MAX 5
#define NR_PAGEFLAGS 24
#define MAX_NR_ZONES 2
#define NR_CPUS 1
#define NR_CPUS_BITS 1
#define LRU_GEN_WIDTH 0
#define __LRU_REFS_WIDTH 0
#define SPINLOCK_SIZE 4
#define AT_VECTOR_SIZE_ARCH 0
#define AT_VECTOR_SIZE_BASE 1
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES 64
#define HZ 100
#define SZ_4G (1UL << 32)

/* Attributes, and what the boot is told. */
#define ____cacheline_internodealigned_in_smp
#define ____cacheline_aligned_in_smp
#define ____cacheline_aligned
#define CACHELINE_PADDING(name)
#define __initdata
#define __meminit
#define __meminitdata
#define __refdata
#define __ref
#define __section(name)
#define __no_sanitize_memory
#define __randomize_layout
#define __private
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define DEFINE_PER_CPU(type, name) __typeof__(type) name
#define DEFINE_STATIC_KEY_MAYBE(on, name) int name
#define DEFINE_STATIC_KEY_FALSE(name) int name
#define DECLARE_STATIC_KEY_MAYBE(on, name) static const int name = 1 /* it checks pages */
#define static_branch_unlikely(key) (*(key))
#define DEFINE_RATELIMIT_STATE(name, interval, burst) int name
#define DEFINE_SEQLOCK(name) int name
#define DEFINE_READAHEAD(name, file, ra, mapping, index) int name
#undef BUILD_BUG_ON /* of what only an optimiser knows */
#define BUILD_BUG_ON(x) ((void)0)
#define ACCESS_PRIVATE(p, member) ((p)->member)
#define pgprot_decrypted(protection) (protection)
#define core_param(...)
#define early_param(...)
#define postcore_initcall(function)
#define per_cpu(name, cpu) (name)
#define this_cpu_ptr(p) (p)
#define for_each_cpu(cpu, mask) for (cpu = 0; cpu < 1; cpu++)
#define clamp_t(type, x, low, high) clamp((type)(x), (type)(low), (type)(high))
#define alloc_percpu(type) calloc(1, sizeof(type))
#undef gfpflags_allow_blocking /* gfp.h has it */

/* Types. */
typedef unsigned long pgoff_t, pmd_t, pud_t, p4d_t, pgd_t, pgtable_t, vm_flags_t;
typedef int8_t s8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef int wait_queue_head_t, seqlock_t, seqcount_t, raw_spinlock_t, mm_context_t;
typedef atomic_long_t atomic64_t;
typedef struct {
  int unused;
} cpumask_t;
#define UNUSED(type) \
  struct type {      \
    int unused;      \
  }
UNUSED(mutex);
UNUSED(rw_semaphore);
UNUSED(completion);
UNUSED(kref);
UNUSED(uprobes_state);
UNUSED(percpu_counter);
UNUSED(mm_rss_stat);
UNUSED(zswap_lruvec_state);
UNUSED(mm_mm_cid);
UNUSED(futex_mm_data);
struct file {
  int f_ra;
  void *f_mapping;
};
struct sysinfo {
  unsigned long totalram, sharedram, freeram, bufferram, totalhigh, freehigh, mem_unit;
};
struct task_struct {
  int flags;
  const char *comm;
  void *reclaim_state;
};
struct trace_print_flags {
  unsigned long mask;
  const char *name;
};
struct oom_control {
  void *zonelist, *nodemask, *memcg;
  gfp_t gfp_mask;
  int order;
};
struct va_format {
  const char *fmt;
  void *va;
};
struct folio_batch {
  unsigned nr;
  struct folio *folios[1];
};
struct cpu_cacheinfo {
  unsigned per_cpu_data_slice_size;
};
struct ctl_table {
  const char *procname;
  void *data, *proc_handler, *extra1, *extra2;
  int maxlen, mode;
};
struct vm_operations_struct {
  void (*close)(void *vma);
};
struct vm_fault {
  unsigned flags;
  void *vma;
};
struct page;
enum migrate_reason { MR_UNUSED };
enum compact_priority { INIT_COMPACT_PRIORITY, DEF_COMPACT_PRIORITY, MIN_COMPACT_PRIORITY };
enum compact_result { COMPACT_SKIPPED, COMPACT_DEFERRED };
enum compound_dtor_id { NULL_COMPOUND_DTOR, COMPOUND_PAGE_DTOR, NR_COMPOUND_DTORS };
typedef void compound_page_dtor(struct page *page);
void free_compound_page(struct page *page);
enum {
  VM_EXEC, VM_WRITE, VM_SHARED, VM_STACK, VM_SOFTDIRTY, PF_MEMALLOC, PF_EXITING, PF_DUMPCORE,
  PF_WQ_WORKER, SWAP_CLUSTER_MAX, SHOW_MEM_FILTER_NODES,
  system_state, SYSTEM_BOOTING, TIF_MEMDIE, TAINT_BAD_PAGE, LOCKDEP_NOW_UNRELIABLE, CPUHP_PAGE_ALLOC,
  jiffies, PGALLOC, PGFREE, UNEVICTABLE_PGCLEARED, RECLAIM_ZONE, RECLAIM_WRITE, RECLAIM_UNMAP,
  KASAN_TAG_KERNEL, MTHP_STAT_NR_ANON, INITIAL_JIFFIES, HPAGE_PMD_ORDER, NR_MM_COUNTERS = 1
};
#define current ((struct task_struct *)NULL)
extern int oom_lock;
extern unsigned long totalreserve_pages;
extern const struct vm_operations_struct vma_dummy_vm_ops;
#define SYSCTL_ZERO NULL
#define SYSCTL_ONE NULL
#define SYSCTL_THREE_THOUSAND NULL
int proc_dointvec_minmax();
extern char _stext[], _etext[], _sinittext[], _einittext[], _sdata[], _edata[], __start_rodata[],
    __end_rodata[], __init_begin[], __init_end[], __bss_start[], __bss_stop[];

#include <linux/llist.h>
#include <linux/mmzone.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/gfp.h>

/* Small blocks of pages with one migrate type each, so that small pools have several. */
#undef pageblock_order
#define pageblock_order 5

/* One node, whose pages are numbered from 0. */
extern nodemask_t cpuset_current_mems_allowed;
extern struct pglist_data contig_page_data;
extern struct page *mem_map;
#define page_to_pfn(page) ((unsigned long)((page) - mem_map))
#define pfn_to_page(pfn) (mem_map + (pfn))
#define nth_page(page, n) ((page) + (n))
#define page_zone(page) (&contig_page_data.node_zones[0])
#define page_zone_id(page) 0
#define page_is_guard(page) false
#define page_ref_count(page) atomic_read(&(page)->_refcount)
#define page_mapcount_reset(page) atomic_set(&(page)->_mapcount, -1)
#define mult_frac(x, n, d) ((x) * (n) / (d))
#define __mod_zone_page_state(zone, item, n) atomic_long_add(n, &(zone)->vm_stat[item])
#define __mod_zone_freepage_state(zone, n, type) __mod_zone_page_state(zone, NR_FREE_PAGES, n)
#ifdef MAX_PAGE_ORDER /* older files have it themselves */
#define set_page_guard(...) false
#endif
#define page_pool_page_is_pp(page) false
#define is_kdump_kernel() false
#define lockdep_assert_held(lock) ((void)0)
#define __count_vm_events(event, n) ((void)0)
#define spin_trylock_irqsave(lock, flags) ((flags) = 0, true)
#define __count_zid_vm_events(event, zone, n) ((void)0)
#define ASSERT_EXCLUSIVE_BITS(word, bits) ((void)0)
#define time_before(a, b) false
#define pr_alert(...) BUG() /* a page isn't as it must be */
#define dump_page(page, why) ((void)0)
#define print_modules() ((void)0)
#define add_taint(...) ((void)0)
#define trace_mm_page_alloc_zone_locked(...) ((void)0)
#define trace_mm_page_alloc_extfrag(...) ((void)0)

#endif
