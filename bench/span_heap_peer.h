/* The optimised heap or the reference as a peer: the body of peer_spans.c for each, which
 * says before it includes this
 *
 *   HEAP, CALL(what)   the type of the heap, and its function for that
 *   NAME(what)         what this file's own function is called
 *   NEW, DELETE(heap)  how a heap comes and goes */
struct NAME(user) {
  HEAP *heap;
  struct span_os os;
};

static void *NAME(create)(const struct workload *workload)
{
  struct NAME(user) *user = malloc(sizeof *user);
  if (user == NULL || (user->heap = NEW) == NULL) return NULL;
  must(CALL(reset)(user->heap, geometry_of(workload)));
  fake_os_reset(&user->os.fake);
  fake_os_add_region(&user->os.fake, workload->region_base, false);
  if (workload->region_pages == 0) return user;
  must(CALL(add)(user->heap, workload->region_base, workload->region_pages));
  must(CALL(alloc)(user->heap, &user->os, workload->region_pages, false).status);
  must(CALL(free)(user->heap, workload->region_base).status);
  return user;
}

static void NAME(destroy)(void *heap)
{
  struct NAME(user) *user = heap;
  DELETE(user->heap);
  free(user);
}

static uint64_t NAME(alloc)(void *heap, uint64_t npages)
{
  struct NAME(user) *user = heap;
  struct span_alloc_result result = CALL(alloc)(user->heap, &user->os, npages, false);
  return result.status == SPAN_OK ? result.base : PEER_NO_MEMORY;
}

static void NAME(free)(void *heap, uint64_t base, uint64_t npages)
{
  struct NAME(user) *user = heap;
  (void)npages;
  must(CALL(free)(user->heap, base).status);
}

static uint64_t NAME(alloc_request)(void *heap, uint64_t slot,
                                    const struct span_request *request)
{
  struct NAME(user) *user = heap;
  (void)slot;
  struct span_alloc_result result = CALL(alloc_request)(user->heap, &user->os, *request);
  return result.status == SPAN_OK ? result.base : PEER_NO_MEMORY;
}

static void NAME(free_request)(void *heap, uint64_t slot, uint64_t base, uint64_t npages)
{
  struct NAME(user) *user = heap;
  (void)slot, (void)npages;
  must(CALL(free)(user->heap, base).status);
}

static void NAME(scavenge)(void *heap, uint64_t npages)
{
  struct NAME(user) *user = heap;
  must(CALL(scavenge)(user->heap, npages).status);
}

static size_t NAME(metadata_bytes)(void *heap)
{
  struct NAME(user) *user = heap;
  return CALL(metadata_bytes)(user->heap);
}

#undef HEAP
#undef CALL
#undef NAME
#undef NEW
#undef DELETE
