/* What is in use, as its owner sees it: whoever hands memory out twice is caught here,
 * whatever the allocator says of itself. */
#ifndef SPANREF_LIVE_H
#define SPANREF_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct live_span {
  uint64_t base, npages;
  uint64_t tag;
  bool manual, needzero;
};

struct live_set { /* {0} is nothing */
  struct live_span *spans; /* by address */
  size_t count, room;
  uint64_t pages[2]; /* [manual] */
  struct live_span *later; /* put off until live_settle */
  size_t nlater, later_room;
};

/* The one that begins at base, or NULL. */
const struct live_span *live_at(const struct live_set *live, uint64_t base);
/* One that shares a page with [base, end), or NULL. */
const struct live_span *live_meets(const struct live_set *live, uint64_t base, uint64_t end);
/* It must meet none. false: out of memory. */
bool live_add(struct live_set *live, struct live_span span);
/* The one at base, which there must be, has npages from now on; it must meet none. */
void live_resize(struct live_set *live, uint64_t base, uint64_t npages);
/* The one at base; there must be one. */
void live_remove(struct live_set *live, uint64_t base);
/* Room for a change that live_settle makes later. The caller fills in the span to be added,
 * or one of 0 pages, to remove the span at its base. Until live_settle nothing may be asked
 * of the set. This costs next to nothing, and most histories end without a question. NULL:
 * out of memory. */
struct live_span *live_later(struct live_set *live);
bool live_settle(struct live_set *live);
void live_clear(struct live_set *live);
void live_free(struct live_set *live);

#endif
