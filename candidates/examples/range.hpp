// range.h in C++: what stands between an allocator of fixed ranges and spanref. To be read and
// copied. Memory is handed in once, before the first allocation; then the allocator is made, of all
// pieces at once. A map remembers what is in use, since such allocators want the size or a handle
// back when memory is freed. Give spanref::range a class with
//
//   explicit Allocator(const std::vector<spanref::piece> &pieces);      by address
//   std::optional<spanref::place> alloc(const spanref_request &request);
//   void free(const spanref::place &place, std::uint64_t npages);
//   void holes(auto hole) const;     hole(base, npages) for each that is free, by address: for walk
//   std::uint64_t idle() const;      pages that are free: for stats
//
// and name its functions in the table. Those that aren't named aren't needed of the class either.
// No exception may leave a function of the table. Here all are noexcept: an exception ends the
// process, and spanref says so.
#ifndef SPANREF_RANGE_HPP
#define SPANREF_RANGE_HPP

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "spanref_candidate.h"

namespace spanref {

struct piece {
  std::uint64_t base, npages;
};

struct place {
  std::uint64_t base;
  std::uintptr_t handle; // the allocator's own: a node, a pointer; or 0
};

// FIT: enum spanref_fit, of an allocation that asks for nothing else.
template <class Allocator, std::uint32_t FIT = SPANREF_FIRST_FIT> class range {
 public:
  static void *create(const spanref_geometry *, const spanref_os *) noexcept { return new range; }
  static void destroy(void *heap) noexcept { delete &self(heap); }

  static int add(void *heap, std::uint64_t base, std::uint64_t npages) noexcept
  {
    range &my = self(heap);
    if (my.allocator_) return SPANREF_BAD_RANGE;
    const auto above = [](const piece &one, const piece &other) { return one.base < other.base; };
    const piece added{base, npages};
    my.pieces_.insert(std::upper_bound(my.pieces_.begin(), my.pieces_.end(), added, above), added);
    return SPANREF_OK;
  }

  static int alloc_request(void *heap, const spanref_request *request, spanref_answer *answer) noexcept
  {
    range &my = self(heap);
    answer->needzero = true;
    if (request->npages == 0 || request->npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
    if (!my.make()) return SPANREF_NO_MEMORY;
    const std::optional<place> found = my.allocator_->alloc(*request);
    if (!found) return SPANREF_NO_MEMORY;
    answer->base = found->base;
    // Two at one page: the first one stays, and spanref says that they overlap.
    my.used_.emplace(found->base, use{*found, request->npages, request->manual});
    return SPANREF_OK;
  }

  static int alloc(void *heap, std::uint64_t npages, bool manual, spanref_answer *answer) noexcept
  {
    const spanref_request request{npages, 1, 0, 0, SPANREF_LIMIT_PAGES, FIT, manual};
    return alloc_request(heap, &request, answer);
  }

  static int free(void *heap, std::uint64_t base, spanref_answer *) noexcept
  {
    range &my = self(heap);
    const auto at = my.used_.find(base);
    if (at == my.used_.end()) return SPANREF_NOT_IN_USE;
    const use freed = at->second;
    my.used_.erase(at);
    my.allocator_->free(freed.where, freed.npages);
    return SPANREF_OK;
  }

  // What is in use by the map, what is free by the allocator.
  static void walk(void *heap, spanref_visit *visit, void *context) noexcept
  {
    range &my = self(heap);
    auto next = my.used_.begin();
    const auto show_used_below = [&](std::uint64_t page) {
      for (; next != my.used_.end() && next->first < page; ++next) {
        const spanref_span span{next->first, next->second.npages, false, next->second.manual, false, true};
        visit(context, &span);
      }
    };
    if (my.make())
      my.allocator_->holes([&](std::uint64_t base, std::uint64_t npages) {
        const spanref_span span{base, npages, true, false, false, true};
        show_used_below(base);
        visit(context, &span);
      });
    show_used_below(UINT64_MAX);
  }

  static void stats(void *heap, spanref_stats *said) noexcept
  {
    range &my = self(heap);
    said->idle = 0;
    if (my.allocator_) said->idle = my.allocator_->idle();
    else
      for (const piece &piece : my.pieces_) said->idle += piece.npages;
  }

 private:
  struct use {
    place where;
    std::uint64_t npages;
    bool manual;
  };

  static range &self(void *heap) { return *static_cast<range *>(heap); }

  bool make()
  {
    if (!allocator_ && !pieces_.empty()) allocator_.emplace(pieces_);
    return allocator_.has_value();
  }

  std::vector<piece> pieces_; // by address
  std::optional<Allocator> allocator_;
  std::map<std::uint64_t, use> used_; // by base
};

} // namespace spanref

#endif
