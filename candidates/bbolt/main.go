// bbolt's free lists, for candidate.c. The heap is a number, since Go's memory may move.

package main

// #include <stdint.h>
import "C"
import "go.etcd.io/bbolt"

var (
	lists = map[uint64]*bbolt.SpanrefList{}
	next  uint64

	bases, lengths []uint64 // of the list asked last
)

//export spanrefBoltNew
func spanrefBoltNew(isArray C.int) C.uint64_t {
	next++
	lists[next] = bbolt.SpanrefNew(isArray != 0)
	return C.uint64_t(next)
}

//export spanrefBoltDelete
func spanrefBoltDelete(list C.uint64_t) { delete(lists, uint64(list)) }

//export spanrefBoltAdd
func spanrefBoltAdd(list, base, npages C.uint64_t) {
	lists[uint64(list)].Add(uint64(base), uint64(npages))
}

//export spanrefBoltAlloc
func spanrefBoltAlloc(list, npages C.uint64_t) C.uint64_t {
	return C.uint64_t(lists[uint64(list)].Alloc(uint64(npages)))
}

//export spanrefBoltFree
func spanrefBoltFree(list, base, npages C.uint64_t) {
	lists[uint64(list)].Free(uint64(base), uint64(npages))
}

//export spanrefBoltRelease
func spanrefBoltRelease(list C.uint64_t) { lists[uint64(list)].Release() }

//export spanrefBoltReload
func spanrefBoltReload(list C.uint64_t) { lists[uint64(list)].Reload() }

//export spanrefBoltFreeCount
func spanrefBoltFreeCount(list C.uint64_t) C.uint64_t {
	return C.uint64_t(lists[uint64(list)].FreeCount())
}

// How many holes there are; spanrefBoltHole has them.
//
//export spanrefBoltHoles
func spanrefBoltHoles(list C.uint64_t) C.uint64_t {
	bases, lengths = lists[uint64(list)].Holes()
	return C.uint64_t(len(bases))
}

//export spanrefBoltHole
func spanrefBoltHole(i C.uint64_t, npages *C.uint64_t) C.uint64_t {
	*npages = C.uint64_t(lengths[i])
	return C.uint64_t(bases[i])
}

func main() {}
