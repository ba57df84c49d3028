/* What files of the Linux kernel need to be compiled for a program. It is included before
 * each of them. The headers that they name are the kernel's own where tree.sh has taken
 * them from the source package, and empty where this file does in their stead.
 *
 * One thread runs: locks, barriers and RCU do nothing, and atomic operations are plain
 * ones. So only the data structures cost time. A BUG ends the program. */
#ifndef SPANREF_LINUX_SHIM_H
#define SPANREF_LINUX_SHIM_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define __KERNEL__
#define CONFIG_64BIT 1
#define CONFIG_BASE_SMALL 0
#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define U8_MAX UINT8_MAX
#define U64_MAX UINT64_MAX

/* Types. */
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef u64 phys_addr_t, dma_addr_t, resource_size_t;
typedef unsigned int gfp_t;
typedef unsigned long pte_t;
typedef struct {
  unsigned long unused;
} pgprot_t;
typedef struct {
  int unused;
} spinlock_t, local_lock_t;
typedef struct {
  int counter;
} atomic_t;
typedef struct {
  long counter;
} atomic_long_t;
struct list_head {
  struct list_head *next, *prev;
};
struct hlist_node {
  struct hlist_node *next, **pprev;
};
struct hlist_head {
  struct hlist_node *first;
};
struct rcu_head {
  struct rcu_head *next;
  void (*func)(struct rcu_head *head);
};
struct work_struct {
  void *func;
};
struct delayed_work {
  struct work_struct work;
};
struct drm_printer;

/* The compiler's words. */
#define __rcu
#define __force
#define __bitwise
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)
#define __init
#define __percpu
#define __pure
#define __alloc_size(...)
#define __realloc_size(...)
#define __no_context_analysis
#define __counted_by(count)
#define __cleanup(function) __attribute__((cleanup(function)))
#define __must_check
#define __user
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __maybe_unused __attribute__((unused))
#define __read_mostly
#define __weak __attribute__((weak))
#define noinline __attribute__((noinline))
#define fallthrough __attribute__((fallthrough))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define typecheck(type, x) 1
#define __must_be_array(a) 0
#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define static_assert(...) _Static_assert(__VA_ARGS__)
#define BUILD_BUG_ON(x) _Static_assert(!(x), #x)
#define BUILD_BUG_ON_ZERO(x) 0
#define BUILD_BUG_ON_INVALID(x) ((void)sizeof(x))
#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define __UNIQUE_ID(name) UNIQUE_ID_(name, __LINE__)
#define UNIQUE_ID_(name, line) UNIQUE_ID__(name, line)
#define UNIQUE_ID__(name, line) name##line
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, value) ((x) = (value))
#define data_race(x) (x)
#define IS_ENABLED(option) 0
#define IS_REACHABLE(option) 1
#define EXPORT_SYMBOL(name)
#define MODULE_DESCRIPTION(text)
#define MODULE_AUTHOR(text)
#define MODULE_LICENSE(text)
#define module_init(function)
#define module_exit(function)
#define __exit
#define SZ_4K 0x1000
#define SZ_1M 0x100000
#define kmemleak_update_trace(p) ((void)0)
#define kmemleak_transient_leak(p) ((void)0)
#define EXPORT_SYMBOL_GPL(name)
#define __stringify(x) #x

/* Where something is wrong. */
#define BUG()                                                       \
  do {                                                              \
    fprintf(stderr, "kernel: BUG at %s:%d\n", __FILE__, __LINE__); \
    abort();                                                        \
  } while (0)
#define panic(...) BUG()
#define BUG_ON(x) ((x) ? ({ BUG(); }) : (void)0)
#define WARN_ON(x)                                  \
  ({                                                \
    bool is_wrong = (x);                            \
    if (is_wrong) BUG();                            \
    is_wrong;                                       \
  })
#define WARN_ON_ONCE(x) WARN_ON(x)
#define WARN(x, ...) WARN_ON(x)
#define WARN_ONCE(x, ...) WARN_ON(x)
#define printk(...) ((void)0)
#define pr_err(...) ((void)0)
#define pr_info(...) ((void)0)
#define pr_emerg(...) ((void)0)
#define pr_warn(...) ((void)0)
#define DRM_ERROR(...) ((void)0)
#define drm_printf(...) ((void)0)
#define dump_stack() ((void)0)
#define tracepoint_string(text) (text)
#define trace_ma_op(...) ((void)0)
#define trace_ma_read(...) ((void)0)
#define trace_ma_write(...) ((void)0)

/* One thread. */
#define DEFINE_SPINLOCK(name) spinlock_t name
#define __SPIN_LOCK_UNLOCKED(name) {0}
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define spin_lock_irq(lock) ((void)(lock))
#define spin_unlock_irq(lock) ((void)(lock))
#define spin_lock_bh(lock) ((void)(lock))
#define spin_unlock_bh(lock) ((void)(lock))
#define spin_lock_irqsave(lock, flags) ((void)(lock), (flags) = 0)
#define spin_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))
#define assert_spin_locked(lock) ((void)(lock))
#define DEFINE_MUTEX(name) int name
#define mutex_lock(mutex) ((void)(mutex))
#define mutex_unlock(mutex) ((void)(mutex))
#define lock_is_held(map) 1
#define SINGLE_DEPTH_NESTING 1
#define lockdep_is_held(lock) 1
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define for_each_possible_cpu(cpu) for (cpu = 0; cpu < 1; cpu++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define __alloc_percpu(bytes, align) calloc(1, bytes)
#define free_percpu(p) free(p)
#define per_cpu_ptr(p, cpu) ((void)(cpu), (p))
#define raw_cpu_ptr(p) (p)
#define cache_line_size() 64
#define CPUHP_IOMMU_IOVA_DEAD 0
#define cpuhp_setup_state_multi(state, name, up, down) ((void)(down), 0)
#define cpuhp_remove_multi_state(state) ((void)0)
#define cpuhp_state_add_instance_nocalls(state, node) ((void)(node), 0)
#define cpuhp_state_remove_instance_nocalls(state, node) ((void)(node))
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define rcu_dereference(p) (p)
#define rcu_dereference_raw(p) (p)
#define rcu_dereference_check(p, c) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_assign_pointer(p, value) ((p) = (value))
#define RCU_INIT_POINTER(p, value) ((p) = (value))
#define call_rcu(head, function) ((function)(head))
#define smp_rmb() ((void)0)
#define smp_wmb() ((void)0)
#define smp_mb() ((void)0)
#define smp_store_release(p, value) (*(p) = (value))
#define smp_load_acquire(p) (*(p))
#define cpu_relax() ((void)0)
#define cond_resched() ((void)0)
#define in_nmi() 0
#define might_sleep() ((void)0)
/* A work is never done. */
#define INIT_DELAYED_WORK(work, function) ((void)(function))
#define schedule_delayed_work(work, delay) ((void)0)
#define cancel_delayed_work_sync(work) ((void)0)
#define msecs_to_jiffies(ms) (ms)
#define num_online_cpus() 1
#define might_alloc(flags) ((void)0)
#define gfpflags_allow_blocking(flags) true
#define cmpxchg(p, old, new)                          \
  ({                                                  \
    __typeof__(*(p)) was = *(p);                      \
    if (was == (old)) *(p) = (new);                   \
    was;                                              \
  })
#define try_cmpxchg(p, old, new)                      \
  ({                                                  \
    __typeof__(*(p)) is = *(p);                       \
    bool is_as_old = is == *(old);                    \
    if (is_as_old) *(p) = (new);                      \
    *(old) = is;                                      \
    is_as_old;                                        \
  })
#define xchg(p, new)                                  \
  ({                                                  \
    __typeof__(*(p)) was = *(p);                      \
    *(p) = (new);                                     \
    was;                                              \
  })
#define atomic_read(a) ((a)->counter)
#define atomic_set(a, n) ((a)->counter = (n))
#define atomic_inc(a) (++(a)->counter)
#define atomic_long_read(a) ((a)->counter)
#define atomic_long_set(a, n) ((a)->counter = (n))
#define atomic_long_add(n, a) ((a)->counter += (long)(n))
#define atomic_long_sub(n, a) ((a)->counter -= (long)(n))

/* Bits. */
#define BIT(n) (1UL << (n))
#define BIT_WORD(n) ((n) / BITS_PER_LONG)
#define BITS_PER_BYTE 8
#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define GENMASK_ULL(high, low) ((~0ULL >> (63 - (high))) & (~0ULL << (low)))
#define GENMASK(high, low) ((~0UL >> (BITS_PER_LONG - 1 - (high))) & (~0UL << (low)))
#define DECLARE_BITMAP(name, n) unsigned long name[BITS_TO_LONGS(n)]
#define __ffs64(x) __ffs(x)
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define ffz(x) __ffs(~(x))
#define __fls(x) (63ul - (unsigned long)__builtin_clzl(x))
/* A function, since what doesn't fit into its argument is cut off. */
static inline int fls(unsigned int x) { return x != 0 ? 32 - __builtin_clz(x) : 0; }
#define fls64(x) ((x) ? 64 - __builtin_clzl(x) : 0)
#define fls_long(x) fls64(x)
#define ilog2(x) ((int)__fls(x))
#define hweight64(x) ((unsigned long)__builtin_popcountll(x))
#define hweight_long(x) ((unsigned long)__builtin_popcountl(x))
#define is_power_of_2(x) ((x) != 0 && ((x) & ((x)-1)) == 0)
#define order_base_2(x) ((unsigned)fls64((unsigned long)(x)-1))
#define roundup_pow_of_two(x) ((x) < 2 ? 1UL : 1UL << fls64((unsigned long)(x)-1))
#define rounddown_pow_of_two(x) (1UL << __fls(x))
#define swab(x) __builtin_bswap64(x)
#define small_const_nbits(n) (__builtin_constant_p(n) && (n) <= BITS_PER_LONG && (n) > 0)
#define test_bit(n, p) ((bool)((p)[BIT_WORD(n)] >> ((n) % BITS_PER_LONG) & 1))
#define __set_bit(n, p) ((void)((p)[BIT_WORD(n)] |= BIT((n) % BITS_PER_LONG)))
#define set_bit(n, p) __set_bit(n, p)
#define __clear_bit(n, p) ((void)((p)[BIT_WORD(n)] &= ~BIT((n) % BITS_PER_LONG)))
#define clear_bit(n, p) __clear_bit(n, p)
#define clear_bit_unlock(n, p) __clear_bit(n, p)
#define __test_and_set_bit(n, p) ({ bool was_set = test_bit(n, p); __set_bit(n, p); was_set; })
#define __test_and_clear_bit(n, p) ({ bool was_set = test_bit(n, p); __clear_bit(n, p); was_set; })

/* Numbers. */
#define min(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(x, low, high) min(max(x, low), high)
#define swap(a, b) do { __typeof__(a) a_ = (a); (a) = (b); (b) = a_; } while (0)
#define __ALIGN_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ALIGN(x, a) __ALIGN_MASK(x, (__typeof__(x))(a)-1)
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define round_up(x, a) ((((x)-1) | ((__typeof__(x))(a)-1)) + 1)
#define round_down(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define div64_u64_rem(n, d, rem) (*(rem) = (n) % (d), (n) / (d))

/* Memory (memory.c). A cache keeps what is freed and gives it out again, the last one
 * first. */
enum {
  GFP_KERNEL = 1, GFP_NOWAIT = 2, GFP_ATOMIC = 4, __GFP_ZERO = 8, __GFP_NOWARN = 16,
  __GFP_ACCOUNT = 0, __GFP_BITS_SHIFT = 5, SLAB_PANIC = 1, SLAB_HWCACHE_ALIGN = 2, NUMA_NO_NODE = -1
};
struct kmem_cache {
  size_t bytes, align;
  bool is_single; /* kfree may get its objects, so each is on its own */
  void *spare; /* its first word leads on */
};
struct kmem_cache_args {
  size_t align;
  unsigned sheaf_capacity;
};
/* The kernel has two of that name, of five arguments and of four. */
#define kmem_cache_create(...) \
  KMEM_CACHE_CREATE(__VA_ARGS__, kmem_cache_create_5, kmem_cache_create_4)(__VA_ARGS__)
#define KMEM_CACHE_CREATE(a, b, c, d, e, create, ...) create
struct kmem_cache *kmem_cache_create_5(const char *name, size_t bytes, size_t align,
                                       unsigned flags, void (*make)(void *));
struct kmem_cache *kmem_cache_create_4(const char *name, size_t bytes,
                                       struct kmem_cache_args *args, unsigned flags);
void *kmem_cache_refill(struct kmem_cache *cache);

static inline void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
  void *object = cache->spare;
  if (object == NULL) object = kmem_cache_refill(cache);
  cache->spare = *(void **)object;
  if (flags & __GFP_ZERO) memset(object, 0, cache->bytes);
  return object;
}

static inline void kmem_cache_free(struct kmem_cache *cache, void *object)
{
  *(void **)object = cache->spare;
  cache->spare = object;
}

static inline int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t flags, size_t count,
                                        void **objects)
{
  for (size_t i = 0; i < count; i++) objects[i] = kmem_cache_alloc(cache, flags);
  return (int)count;
}

static inline void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects)
{
  for (size_t i = 0; i < count; i++) kmem_cache_free(cache, objects[i]);
}

/* Objects in store, for where none can be got. */
struct slab_sheaf;
struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *cache, gfp_t flags, unsigned count);
int kmem_cache_refill_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf **sheaf,
                            unsigned count);
void *kmem_cache_alloc_from_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf *sheaf);
void kmem_cache_return_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf *sheaf);
unsigned kmem_cache_sheaf_size(struct slab_sheaf *sheaf);

#define KMEM_CACHE(type, flags) kmem_cache_create(#type, sizeof(struct type), 1, flags, NULL)
void *kmem_cache_alloc_lru(struct kmem_cache *cache, void *lru, gfp_t flags);
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)
#define kmem_cache_destroy(cache) ((void)(cache))
#define kmem_cache_alloc_node(cache, flags, node) kmem_cache_alloc(cache, flags)
#define kmalloc(bytes, flags) malloc(bytes)
#define kzalloc(bytes, flags) calloc(1, bytes)
#define kzalloc_obj(object, ...) calloc(1, sizeof(object))
#define kzalloc_objs(object, n, ...) calloc(n, sizeof(object))
#define kmalloc_obj(object, ...) malloc(sizeof(object))
#define kmalloc_objs(object, n, ...) reallocarray(NULL, n, sizeof(object))
#define kmalloc_array(n, bytes, flags) reallocarray(NULL, n, bytes)
#define kcalloc(n, bytes, flags) calloc(n, bytes)
#define kmalloc_node(bytes, flags, node) malloc(bytes)
#define kzalloc_node(bytes, flags, node) calloc(1, bytes)
static inline void kfree(const void *p) { free((void *)p); }
#define kfree_rcu(p, head) kfree(p)
#define alloc_hooks(call) (call)
#define kfree_const(p) kfree(p)

#include <linux/container_of.h>
#include <linux/err.h>
#if __has_include(<linux/cleanup.h>)
#include <linux/cleanup.h>
#undef guard
#undef scoped_cond_guard
#define guard(name) (void)
#define scoped_cond_guard(name, fail, ...) if (true)
#endif

#endif
