// Laid over Go's runtime package, beside candidates/go/runtime/bridge.go: operations of
// a workload (bench/operations.h) on a pageAlloc. The loop is in here, so that an operation
// is one call, without the switch to the system stack and the lock that the runtime needs
// for each.

package runtime

import (
	"runtime/internal/sys"
	"unsafe"
)

type SpanrefOperation struct {
	Npages   uint32
	SlotKind uint32 // slot*4 + kind; 0 alloc, 1 free
}

// What is live: in bytes and in pages.
type SpanrefSlot struct {
	Address, Npages uintptr
}

func SpanrefNow() int64 { return nanotime() }

func spanrefOperate(p *pageAlloc, o SpanrefOperation, slots []SpanrefSlot,
	answers []uintptr, nanswers int) int {
	slot := &slots[o.SlotKind>>2]
	if o.SlotKind&3 == 0 {
		address, _ := p.alloc(uintptr(o.Npages))
		if address == 0 {
			throw("spanref: an allocation was refused")
		}
		*slot = SpanrefSlot{address, uintptr(o.Npages)}
		answers[nanswers] = address
		return nanswers + 1
	}
	p.free(slot.Address, slot.Npages, true)
	slot.Npages = 0
	return nanswers
}

// Slots are more than the caches hold: this one is asked for some operations ahead.
func spanrefFetchAhead(list []SpanrefOperation, slots []SpanrefSlot, i int) {
	const ahead = 8
	if i+ahead < len(list) {
		sys.Prefetch(uintptr(unsafe.Pointer(&slots[list[i+ahead].SlotKind>>2])))
	}
}

// Returns how many answers there are now. each, unless it is nil: ns of each operation.
func SpanrefRun(p *SpanrefPages, list []SpanrefOperation, slots []SpanrefSlot,
	answers []uintptr, nanswers int, each []uint32) int {
	systemstack(func() {
		lock(p.mheapLock)
		if each == nil {
			for i, o := range list {
				spanrefFetchAhead(list, slots, i)
				nanswers = spanrefOperate(p, o, slots, answers, nanswers)
			}
		} else {
			for i, o := range list {
				spanrefFetchAhead(list, slots, i)
				began := nanotime()
				nanswers = spanrefOperate(p, o, slots, answers, nanswers)
				each[i] = uint32(nanotime() - began)
			}
		}
		unlock(p.mheapLock)
	})
	return nanswers
}

// What is mapped of the summaries, and the chunks' bitmaps.
func SpanrefPagesBytes(p *SpanrefPages) uintptr {
	bytes := p.summaryMappedReady
	for i := range p.chunks {
		if p.chunks[i] != nil {
			bytes += unsafe.Sizeof(*p.chunks[0])
		}
	}
	return bytes
}
