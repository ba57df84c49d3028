// Laid over bbolt's package by "go build -overlay": doors to its free lists, which nothing outside
// the package can reach. None of its own files is changed.

package bbolt

import (
	"sort"
	"unsafe"
)

type SpanrefList struct {
	list *freelist
	db   DB   // has the transactions that read, so that bbolt says what may be released
	tx   txid // the next that writes
	ids  []pgid
}

func SpanrefNew(isArray bool) *SpanrefList {
	kind := FreelistMapType
	if isArray {
		kind = FreelistArrayType
	}
	s := &SpanrefList{list: newFreelist(kind), tx: 10}
	s.db.freelist = s.list
	s.read()
	return s
}

// A transaction that reads begins, after the last one that wrote.
func (s *SpanrefList) read() {
	s.db.txs = append(s.db.txs, &Tx{meta: &meta{txid: s.tx - 1}})
}

// A transaction that writes begins and ends. While not many read, bbolt is asked to release
// what it may: nothing, since somebody reads since before the first such transaction, and since each
// one that allocated.
func (s *SpanrefList) write() txid {
	if len(s.db.txs) < 64 {
		s.db.freePages()
	}
	s.tx++
	return s.tx - 1
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
	id := s.list.allocate(s.write(), int(npages))
	s.read()
	return uint64(id)
}

// It is pending while somebody reads.
func (s *SpanrefList) Free(base, npages uint64) {
	s.list.free(s.write(), &page{id: pgid(base), overflow: uint32(npages - 1)})
}

// Nobody reads any more.
func (s *SpanrefList) Release() {
	s.db.txs = nil
	s.db.freePages()
	s.read()
}

// Written to a page and read back, as where a transaction is rolled back. A word behind what it
// says that it needs must stay as it is.
func (s *SpanrefList) Reload() {
	const guard = 0x5afe
	need := (s.list.size() + 7) / 8
	buffer := make([]uint64, need+1)
	buffer[need] = guard
	p := (*page)(unsafe.Pointer(&buffer[0]))
	if s.list.write(p) != nil || buffer[need] != guard {
		panic("written beyond its size")
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
