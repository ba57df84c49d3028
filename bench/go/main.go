// Runs one workload on Go's own page allocator, and prints the line of figures of
// bench/bench.c.
//
//	bench-go WORKLOAD REPEATS [each]
//
// What Go keeps of spans, their lengths and who holds a page, is not in pageAlloc and is not
// measured: lengths come from the slots.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"syscall"
	"unsafe"
)

const pageBytes = 8192

// struct workload of bench/operations.h
type workload struct {
	magic, nslots, nsetup, ntimed, per, regionBase, regionPages, goalPages, nrequests uint64
}

type figures struct {
	ns                           float64
	each                         []uint32
	metadata, extent, live, hash uint64
}

func read(path string) (workload, []runtime.SpanrefOperation) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	head := *(*workload)(unsafe.Pointer(&bytes[0]))
	first := unsafe.Pointer(&bytes[unsafe.Sizeof(head)])
	return head, unsafe.Slice((*runtime.SpanrefOperation)(first), head.nsetup+head.ntimed)
}

func lookAtTheEnd(w workload, slots []runtime.SpanrefSlot, answers []uintptr, f *figures) {
	low, high := ^uint64(0), uint64(0)
	f.live, f.extent = 0, 0
	for _, slot := range slots {
		if slot.Npages == 0 {
			continue
		}
		base, npages := uint64(slot.Address/pageBytes), uint64(slot.Npages)
		if base < low {
			low = base
		}
		if base+npages > high {
			high = base + npages
		}
		f.live += npages
	}
	if f.live > 0 {
		f.extent = high - low
	}
	f.hash = 14695981039346656037
	for _, answer := range answers {
		f.hash = (f.hash ^ (uint64(answer/pageBytes) - w.regionBase)) * 1099511628211
	}
}

// Of this thread, ns.
func processorTime() int64 {
	const threadCPUTime = 3
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

func repeat(w workload, list []runtime.SpanrefOperation, slots []runtime.SpanrefSlot,
	answers []uintptr, f *figures) {
	for i := range slots {
		slots[i] = runtime.SpanrefSlot{}
	}
	pages := runtime.SpanrefPagesNew()
	runtime.SpanrefPagesGrow(pages, uintptr(w.regionBase*pageBytes),
		uintptr(w.regionPages*pageBytes))
	n := runtime.SpanrefRun(pages, list[:w.nsetup], slots, answers, 0, nil)
	began := processorTime()
	n = runtime.SpanrefRun(pages, list[w.nsetup:], slots, answers, n, f.each)
	if f.each == nil {
		f.ns = float64(processorTime()-began) * float64(w.per) / float64(w.ntimed)
	}
	lookAtTheEnd(w, slots, answers[:n], f)
	f.metadata = uint64(runtime.SpanrefPagesBytes(pages))
	runtime.SpanrefPagesDelete(pages)
}

func sorted(each []uint32) []uint32 {
	sort.Slice(each, func(i, j int) bool { return each[i] < each[j] })
	return each
}

// What an interval is found to take that has nothing in it.
func clockCost() uint32 {
	took := make([]uint32, 10001)
	for i := range took {
		began := runtime.SpanrefNow()
		took[i] = uint32(runtime.SpanrefNow() - began)
	}
	return sorted(took)[len(took)/2]
}

func quantile(each []uint32, part float64) uint32 {
	if each == nil {
		return 0
	}
	cost, took := clockCost(), each[int(float64(len(each)-1)*part)]
	if took < cost {
		return 0
	}
	return took - cost
}

func main() {
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	w, list := read(os.Args[1])
	repeats, _ := strconv.Atoi(os.Args[2])
	slots := make([]runtime.SpanrefSlot, w.nslots)
	answers := make([]uintptr, len(list))
	for i := range answers { // met before the clock runs
		answers[i] = 1
	}
	f := figures{}
	if len(os.Args) > 3 {
		f.each = make([]uint32, w.ntimed)
		for i := range f.each {
			f.each[i] = 1
		}
	}
	ns := make([]float64, repeats)
	for i := range ns {
		repeat(w, list, slots, answers, &f)
		ns[i] = f.ns
	}
	sort.Float64s(ns)
	sorted(f.each)
	fmt.Printf("heap=go ns=%.2f p50=%d p99=%d max=%d metadata=%d extent=%d live=%d hash=%016x\n",
		ns[repeats/2], quantile(f.each, .5), quantile(f.each, .99), quantile(f.each, 1),
		f.metadata, f.extent, f.live, f.hash)
}
