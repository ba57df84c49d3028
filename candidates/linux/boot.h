/* What the kernel's memblock.c names besides shim.h: zones, pages, what a boot is told. None of it is
 * ever run. So types are as small as they can be, and functions are left undeclared: the linker drops
 * whoever calls them. */
#ifndef SPANREF_LINUX_BOOT_H
#define SPANREF_LINUX_BOOT_H

#define CONFIG_ARCH_KEEP_MEMBLOCK 1
#define PHYS_ADDR_MAX (~(phys_addr_t)0)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES 64
#define _RET_IP_ 0UL
enum { MAX_NUMNODES = 1, MAX_NR_ZONES = 1, MAX_ORDER = 11, MAX_PAGE_ORDER = 10 };

struct zone {
  atomic_long_t managed_pages;
};
typedef struct pglist_data {
  struct zone node_zones[MAX_NR_ZONES];
} pg_data_t;
struct page {
  int unused;
};
enum { mirrored_kernelcore };

#define __refdata
#define __initdata
#define early_param(name, function)
#define __setup(name, function)
#define for_each_valid_pfn(pfn, start, end) for (pfn = start; pfn < end; pfn++)
enum migratetype { MIGRATE_UNMOVABLE };
#define __va(address) ((void *)(address))
#define __pa(p) ((phys_addr_t)(p))
#define slab_is_available() false
#define numa_valid_node(node) ((node) >= 0 && (node) < MAX_NUMNODES)
#define accept_memory(address, bytes) ((void)0)
#define movable_node_is_enabled() false
#define kmemleak_alloc_phys(address, bytes, flags) ((void)0)
#define kmemleak_free_part_phys(address, bytes) ((void)0)
#define for_each_online_pgdat(node) for (node = NULL; node != NULL;)

#endif
