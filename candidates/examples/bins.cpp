// A sub-allocator in C++ as graphics programs have them: offsets into a buffer, free spans in bins
// by powers of two, the last one freed first. It takes no longer where much is free, and so misses
// some that would do: `needs` says which surely do. -DBINS_BUG: it looks one bin too high for a power
// of two.
//
//   c++ -std=c++20 -O2 -fPIC -shared -Icandidates -o pool.so candidates/examples/bins.cpp
#include "range.hpp"

#include <array>
#include <bit>

namespace {

class Bins {
 public:
  explicit Bins(const std::vector<spanref::piece> &pieces)
  {
    for (const auto &[base, npages] : pieces) give(base, npages);
  }

  std::optional<spanref::place> alloc(const spanref_request &request)
  {
    const std::uint64_t npages = request.npages;
#ifdef BINS_BUG
    const int first = std::bit_width(npages);
#else
    const int first = std::bit_width(npages - 1);
#endif
    for (auto i = static_cast<std::size_t>(first); i < bins_.size(); i++) {
      if (bins_[i].empty()) continue;
      const std::uint64_t base = bins_[i].back(), all = take(base);
      if (all > npages) give(base + npages, all - npages);
      return spanref::place{base, 0};
    }
    return std::nullopt;
  }

  void free(const spanref::place &place, std::uint64_t npages) { give(place.base, npages); }

  void holes(auto hole) const
  {
    for (const auto &[base, npages] : free_) hole(base, npages);
  }

  std::uint64_t idle() const
  {
    std::uint64_t sum = 0;
    holes([&](std::uint64_t, std::uint64_t npages) { sum += npages; });
    return sum;
  }

 private:
  // Spans of 2^i pages or more, and fewer than twice as many.
  std::vector<std::uint64_t> &bin_of(std::uint64_t npages)
  {
    return bins_[static_cast<std::size_t>(std::bit_width(npages)) - 1];
  }

  std::uint64_t take(std::uint64_t base)
  {
    const std::uint64_t npages = free_.at(base);
    std::erase(bin_of(npages), base);
    free_.erase(base);
    return npages;
  }

  void give(std::uint64_t base, std::uint64_t npages)
  {
    const auto above = free_.upper_bound(base);
    if (above != free_.end() && above->first == base + npages) npages += take(above->first);
    const auto below = free_.lower_bound(base);
    if (below != free_.begin()) {
      const auto [first, length] = *std::prev(below);
      if (first + length == base) {
        take(first);
        base = first;
        npages += length;
      }
    }
    free_[base] = npages;
    bin_of(npages).push_back(base);
  }

  std::map<std::uint64_t, std::uint64_t> free_; // pages, by base
  std::array<std::vector<std::uint64_t>, 41> bins_; // bases
};

// A span of so many is in a bin all of which are long enough.
std::uint64_t needs(void *, std::uint64_t npages) noexcept { return std::bit_ceil(npages); }

using range = spanref::range<Bins>;

} // namespace

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "bins_cpp",
    .summary = "bins by powers of two in C++",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = range::create,
    .destroy = range::destroy,
    .alloc = range::alloc,
    .free = range::free,
    .add = range::add,
    .stats = range::stats,
    .walk = range::walk,
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
