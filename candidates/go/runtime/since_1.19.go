//go:build !go1.21

package runtime

import "unsafe"

func spanrefInit(p *pageAlloc, lock *mutex) {
	p.init(lock, &memstats.other_sys)
	p.test = true
}

func spanrefFree(p *pageAlloc, address, npages uintptr) { p.free(address, npages, true) }

func spanrefUnmap(memory unsafe.Pointer, size uintptr) { sysFreeOS(memory, size) }
