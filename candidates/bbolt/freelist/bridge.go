// Laid over bbolt's package by "go build -overlay": doors to its free lists, which nothing outside
// the package can reach. None of its own files is changed.

package bbolt

import (
	"sort"
	"unsafe"
)

type SpanrefList struct {
	list *freelist
	tx   txid
	ids  []pgid // handed in, until the first use
}

func SpanrefNew(isArray bool) *SpanrefList {
	kind := FreelistMapType
	if isArray {
		kind = FreelistArrayType
	}
	return &SpanrefList{list: newFreelist(kind), tx: 10}
}

func (s *SpanrefList) Add(base, npages uint64) {
	for id := base; id < base+npages; id++ {
		s.ids = append(s.ids, pgid(id))
	}
	sort.Sort(pgids(s.ids))
	s.list.readIDs(append([]pgid(nil), s.ids...))
}

// 0: nothing fits.
func (s *SpanrefList) Alloc(npages uint64) uint64 {
	return uint64(s.list.allocate(s.tx, int(npages)))
}

// It is pending for this transaction.
func (s *SpanrefList) Free(base, npages uint64) {
	s.list.free(s.tx, &page{id: pgid(base), overflow: uint32(npages - 1)})
}

// The transaction ends, and nobody reads any more.
func (s *SpanrefList) Release() {
	s.list.release(s.tx)
	s.tx++
}

// Written to a page and read back, as where a transaction is rolled back.
func (s *SpanrefList) Reload() {
	buffer := make([]uint64, s.list.size()/8+4)
	p := (*page)(unsafe.Pointer(&buffer[0]))
	if s.list.write(p) != nil {
		panic("write")
	}
	s.list.reload(p)
}

func (s *SpanrefList) FreeCount() uint64 { return uint64(s.list.free_count()) }

// The free spans, by address: those of the map; of the array, its runs.
func (s *SpanrefList) Holes() (bases, lengths []uint64) {
	if s.list.freelistType == FreelistMapType {
		for base := range s.list.forwardMap {
			bases = append(bases, uint64(base))
		}
		sort.Slice(bases, func(i, j int) bool { return bases[i] < bases[j] })
		for _, base := range bases {
			lengths = append(lengths, s.list.forwardMap[pgid(base)])
		}
		return
	}
	for _, id := range s.list.ids {
		last := len(bases) - 1
		if last >= 0 && bases[last]+lengths[last] == uint64(id) {
			lengths[last]++
		} else {
			bases = append(bases, uint64(id))
			lengths = append(lengths, 1)
		}
	}
	return
}
