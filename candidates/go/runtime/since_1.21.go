//go:build go1.21 && !go1.26

package runtime

import "unsafe"

func spanrefInit(p *pageAlloc, lock *mutex) { p.init(lock, &memstats.other_sys, true) }

func spanrefFree(p *pageAlloc, address, npages uintptr) { p.free(address, npages) }

func spanrefUnmap(memory unsafe.Pointer, size uintptr) { sysFreeOS(memory, size) }
