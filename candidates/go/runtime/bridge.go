// Laid over Go's runtime package by "go build -overlay": doors to the unmodified
// pageAlloc (mpagealloc.go), which nothing outside the package can reach. Life and death
// as in the runtime's own export_test.go. What differs between Go's versions is in since_1.*.go.

package runtime

import "unsafe"

type SpanrefPages = pageAlloc

func SpanrefPagesNew() *SpanrefPages {
	p := new(pageAlloc)
	spanrefInit(p, new(mutex))
	lockInit(p.mheapLock, lockRankMheap)
	return p
}

// Both in bytes, multiples of pallocChunkBytes.
func SpanrefPagesGrow(p *SpanrefPages, base, size uintptr) {
	systemstack(func() {
		lock(p.mheapLock)
		p.grow(base, size)
		unlock(p.mheapLock)
	})
}

// 0: nothing fits.
func SpanrefPagesAlloc(p *SpanrefPages, npages uintptr) (address uintptr) {
	systemstack(func() {
		lock(p.mheapLock)
		address, _ = p.alloc(npages)
		unlock(p.mheapLock)
	})
	return address
}

func SpanrefPagesFree(p *SpanrefPages, address, npages uintptr) {
	systemstack(func() {
		lock(p.mheapLock)
		spanrefFree(p, address, npages)
		unlock(p.mheapLock)
	})
}

func SpanrefPagesDelete(p *SpanrefPages) {
	for l := 0; l < summaryLevels; l++ {
		spanrefUnmap(unsafe.Pointer(&p.summary[l][0]), uintptr(cap(p.summary[l]))*pallocSumBytes)
	}
	if len(p.scav.index.chunks) > 0 {
		spanrefUnmap(unsafe.Pointer(&p.scav.index.chunks[0]),
			uintptr(cap(p.scav.index.chunks))*unsafe.Sizeof(p.scav.index.chunks[0]))
	}
	gcController.mappedReady.Add(-int64(p.summaryMappedReady))
	memstats.other_sys.add(-int64(p.summaryMappedReady))
	for i := range p.chunks {
		if x := p.chunks[i]; x != nil {
			p.chunks[i] = nil
			sysFree(unsafe.Pointer(x), unsafe.Sizeof(*p.chunks[0]), &memstats.other_sys)
		}
	}
}
