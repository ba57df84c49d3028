// A pool of real memory in C++, first fit: a map of spans by address. All its memory is there
// from the start. -DPOOL_MERGE_BUG: it forgets to merge with the free span before.
//
//   c++ -std=c++20 -O2 -fPIC -shared -Icandidates -o pool.so candidates/examples/pool.cpp
//
// No exception may leave a function of the table. Here all are noexcept: where memory runs out,
// the process ends.
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>

#include "spanref_candidate.h"

namespace {

constexpr std::uint64_t usual_bytes = std::uint64_t{1} << 20;
constexpr std::uint64_t page_bytes_min = 64;

class Pool {
 public:
  Pool(void *memory, std::uint64_t base, std::uint64_t npages) : memory_{memory}
  {
    spans_[base] = {npages, true, false};
  }
  ~Pool() { std::free(memory_); }
  Pool(const Pool &) = delete;
  Pool &operator=(const Pool &) = delete;

  int alloc(std::uint64_t npages, bool manual, std::uint64_t &base)
  {
    if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
    for (auto &[at, span] : spans_) {
      if (!span.free || span.npages < npages) continue;
      if (span.npages > npages) spans_[at + npages] = {span.npages - npages, true, false};
      span = {npages, false, manual};
      base = at;
      return SPANREF_OK;
    }
    return SPANREF_NO_MEMORY;
  }

  int free(std::uint64_t base)
  {
    auto at = spans_.find(base);
    if (at == spans_.end() || at->second.free) return SPANREF_NOT_IN_USE;
    at->second.free = true;
    at->second.manual = false;
#ifndef POOL_MERGE_BUG
    if (at != spans_.begin() && std::prev(at)->second.free) at = join(std::prev(at));
#endif
    if (std::next(at) != spans_.end() && std::next(at)->second.free) join(at);
    return SPANREF_OK;
  }

  void stats(spanref_stats &stats) const
  {
    stats.idle = stats.in_use = stats.manual = stats.nfree = 0;
    for (const auto &[base, span] : spans_) {
      (span.free ? stats.idle : span.manual ? stats.manual : stats.in_use) += span.npages;
      stats.nfree += span.free;
    }
    stats.sys = stats.idle + stats.in_use;
  }

  void walk(spanref_visit *visit, void *context) const
  {
    for (const auto &[base, span] : spans_) {
      const spanref_span shown{base, span.npages, span.free, span.manual, false, true};
      visit(context, &shown);
    }
  }

 private:
  struct Span {
    std::uint64_t npages;
    bool free, manual;
  };
  using Spans = std::map<std::uint64_t, Span>; // by base: no gap between two

  // The span and the one after it become one.
  Spans::iterator join(Spans::iterator at)
  {
    at->second.npages += std::next(at)->second.npages;
    spans_.erase(std::next(at));
    return at;
  }

  void *memory_;
  Spans spans_;
};

void *create(const spanref_geometry *geometry, const spanref_os *) noexcept
{
  const std::uint64_t page_bytes = geometry->page_bytes, wanted = geometry->pool_pages;
  if (page_bytes < page_bytes_min || page_bytes > usual_bytes) return nullptr;
  const std::uint64_t npages = wanted > 0 ? wanted : usual_bytes / page_bytes;
  if (npages > SIZE_MAX / page_bytes) return nullptr;
  void *memory = std::aligned_alloc(page_bytes, npages * page_bytes);
  if (memory == nullptr) return nullptr;
  return new Pool{memory, reinterpret_cast<std::uintptr_t>(memory) / page_bytes, npages};
}

void destroy(void *heap) noexcept { delete static_cast<Pool *>(heap); }

int alloc(void *heap, std::uint64_t npages, bool manual, spanref_answer *answer) noexcept
{
  answer->needzero = true;
  return static_cast<Pool *>(heap)->alloc(npages, manual, answer->base);
}

int free_span(void *heap, std::uint64_t base, spanref_answer *) noexcept
{
  return static_cast<Pool *>(heap)->free(base);
}

void stats(void *heap, spanref_stats *stats) noexcept { static_cast<Pool *>(heap)->stats(*stats); }

void walk(void *heap, spanref_visit *visit, void *context) noexcept
{
  static_cast<Pool *>(heap)->walk(visit, context);
}

} // namespace

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "pool_cpp",
    .summary = "a pool of real memory in C++, first fit",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .stats = stats,
    .walk = walk,
    .pool = SPANREF_POOL_CLOSED,
};
