/* The optimised heap behind the interface. Its self_check looks at all of its tree, so
 * that only who wants that, -DCANDIDATE_SELF_CHECK, gets it. */
#include "../../opt/opt_heap.h"

#define HEAP struct opt_heap
#define CALL(what) opt_heap_##what
#define ADAPTER_REQUESTS

static HEAP *adapter_create(void) { return opt_heap_create(NULL); }

static void adapter_destroy(HEAP *heap) { opt_heap_destroy(heap); }

static void adapter_tell(HEAP *heap, opt_release *release, void *context)
{
  opt_heap_tell(heap, release, context);
}

static void adapter_walk(HEAP *heap, opt_visit *visit, void *context)
{
  opt_heap_walk(heap, visit, context);
}

#include "adapter.h"

#ifdef CANDIDATE_SELF_CHECK
static const char *self_check(void *context)
{
  struct adapter *adapter = context;
  return opt_heap_why_invalid(adapter->heap);
}
#define SELF_CHECK self_check
#else
#define SELF_CHECK NULL
#endif

const struct spanref_candidate candidate_opt = {ADAPTER("opt", "the optimised heap"),
                                                .self_check = SELF_CHECK};
