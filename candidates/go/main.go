// Go's own page allocator as a plug-in: runtime.pageAlloc behind the table of functions
// in candidate.c. It is never asked by more than one thread, for one heap at a time.
package main

/*
#include <stdint.h>
*/
import "C"

import "runtime"

const (
	pageBytes  = 8192 // the runtime's, whatever the trace's are: numbers are numbers
	chunkPages = 512
)

// statuses of spanref_candidate.h
const (
	ok        = 0
	noMemory  = 1
	badSize   = 2
	notInUse  = 3
	badRange  = 4
	limit     = 1 << 40
	limitHere = 1 << 35 // 48 bits of address
)

var (
	pages  *runtime.SpanrefPages
	length map[uint64]uint64 // of what is in use, by base
)

//export spanrefGoCreate
func spanrefGoCreate() {
	pages = runtime.SpanrefPagesNew()
	length = map[uint64]uint64{}
}

//export spanrefGoDestroy
func spanrefGoDestroy() {
	runtime.SpanrefPagesDelete(pages)
	pages = nil
}

//export spanrefGoAdd
func spanrefGoAdd(base, npages C.uint64_t) C.int {
	// Address 0 is its answer where nothing fits.
	if base == 0 || npages == 0 || base%chunkPages != 0 || npages%chunkPages != 0 || base+npages > limitHere {
		return badRange
	}
	runtime.SpanrefPagesGrow(pages, uintptr(base)*pageBytes, uintptr(npages)*pageBytes)
	return ok
}

//export spanrefGoAlloc
func spanrefGoAlloc(npages C.uint64_t, base *C.uint64_t) C.int {
	if npages == 0 || npages > limit {
		return badSize
	}
	if npages > limitHere {
		return noMemory
	}
	address := runtime.SpanrefPagesAlloc(pages, uintptr(npages))
	if address == 0 {
		return noMemory
	}
	*base = C.uint64_t(address / pageBytes)
	length[uint64(*base)] = uint64(npages)
	return ok
}

//export spanrefGoFree
func spanrefGoFree(base C.uint64_t) C.int {
	npages, isInUse := length[uint64(base)]
	if !isInUse {
		return notInUse
	}
	delete(length, uint64(base))
	runtime.SpanrefPagesFree(pages, uintptr(base)*pageBytes, uintptr(npages))
	return ok
}

func main() {}
