// As bridge_1.3.go, since bbolt has its free lists in a package of their own (1.4). Laid over that
// package.

package freelist

import (
	"sort"
	"unsafe"

	"go.etcd.io/bbolt/internal/common"
)

type SpanrefList struct {
	list    Interface
	tx      common.Txid // the next that writes
	readers []common.Txid
	ids     common.Pgids
}

func SpanrefNew(isArray bool) *SpanrefList {
	s := &SpanrefList{list: NewHashMapFreelist(), tx: 10}
	if isArray {
		s.list = NewArrayFreelist()
	}
	s.read()
	return s
}

// A transaction that reads begins, after the last one that wrote.
func (s *SpanrefList) read() {
	s.readers = append(s.readers, s.tx-1)
	s.list.AddReadonlyTXID(s.tx - 1)
}

// A transaction that writes begins and ends. While not many read, bbolt is asked to release
// what it may: nothing, since somebody reads since before the first such transaction, and since each
// one that allocated.
func (s *SpanrefList) write() common.Txid {
	if len(s.readers) < 64 {
		s.list.ReleasePendingPages()
	}
	s.tx++
	return s.tx - 1
}

func (s *SpanrefList) Add(base, npages uint64) {
	for id := base; id < base+npages; id++ {
		s.ids = append(s.ids, common.Pgid(id))
	}
	sort.Sort(s.ids)
	s.list.Init(append(common.Pgids(nil), s.ids...))
}

// 0: nothing fits.
func (s *SpanrefList) Alloc(npages uint64) uint64 {
	id := s.list.Allocate(s.write(), int(npages))
	s.read()
	return uint64(id)
}

// It is pending while somebody reads.
func (s *SpanrefList) Free(base, npages uint64) {
	s.list.Free(s.write(), common.NewPage(common.Pgid(base), 0, 0, uint32(npages-1)))
}

// Nobody reads any more.
func (s *SpanrefList) Release() {
	for _, tx := range s.readers {
		s.list.RemoveReadonlyTXID(tx)
	}
	s.readers = nil
	s.list.ReleasePendingPages()
	s.read()
}

// Written to a page and read back, as where a transaction is rolled back. A word behind what it
// says that it needs must stay as it is.
func (s *SpanrefList) Reload() {
	const guard = 0x5afe
	need := (s.list.EstimatedWritePageSize() + 7) / 8
	buffer := make([]uint64, need+1)
	buffer[need] = guard
	p := (*common.Page)(unsafe.Pointer(&buffer[0]))
	s.list.Write(p)
	if buffer[need] != guard {
		panic("written beyond its size")
	}
	s.list.Reload(p)
}

func (s *SpanrefList) FreeCount() uint64 { return uint64(s.list.FreeCount()) }

// The free spans, by address: those of the map; of the array, its runs.
func (s *SpanrefList) Holes() (bases, lengths []uint64) {
	if spans, isMap := s.list.(*hashMap); isMap {
		for base := range spans.forwardMap {
			bases = append(bases, uint64(base))
		}
		sort.Slice(bases, func(i, j int) bool { return bases[i] < bases[j] })
		for _, base := range bases {
			lengths = append(lengths, spans.forwardMap[common.Pgid(base)])
		}
		return
	}
	for _, id := range s.list.freePageIds() {
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
