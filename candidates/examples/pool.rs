//! A pool of page numbers in Rust, first fit, without crates: a vector of spans by address. All
//! its memory is handed in by `add`.
//!
//!   rustc --edition 2021 --crate-type cdylib -O -C panic=abort -o pool.so candidates/examples/pool.rs
//!
//! No panic may leave a function of the table. With panic=abort it ends the process, and spanref
//! says so. With `--cfg merge_bug` the pool forgets to merge with the free span before.
#![allow(unknown_lints, unexpected_cfgs)]
use std::os::raw::{c_int, c_void};

#[path = "spanref_candidate.rs"]
mod spanref;
use spanref::*;

// --- The pool

pub struct Pool {
    spans: Vec<Span>, // by address
}

impl Pool {
    /// The first span that ends after this page.
    fn place_of(&self, page: u64) -> usize {
        self.spans.partition_point(|span| span.base + span.npages <= page)
    }

    /// The free span at this place and the one after it become one, if they can.
    fn join(&mut self, at: usize) {
        if at + 1 >= self.spans.len() {
            return;
        }
        let (span, next) = (self.spans[at], self.spans[at + 1]);
        if span.free && next.free && span.base + span.npages == next.base {
            self.spans[at].npages += next.npages;
            self.spans.remove(at + 1);
        }
    }

    fn merge(&mut self, at: usize) {
        self.join(at);
        if at > 0 && !cfg!(merge_bug) {
            self.join(at - 1);
        }
    }

    fn add(&mut self, base: u64, npages: u64) -> c_int {
        if npages == 0 || npages > LIMIT_PAGES || base > LIMIT_PAGES - npages {
            return BAD_RANGE;
        }
        let at = self.place_of(base);
        if at < self.spans.len() && self.spans[at].base < base + npages {
            return BAD_RANGE;
        }
        let span = Span { base, npages, free: true, manual: false, scavenged: false, needzero: true };
        self.spans.insert(at, span);
        self.merge(at);
        OK
    }

    fn alloc(&mut self, npages: u64, manual: bool) -> Result<u64, c_int> {
        if npages == 0 || npages > LIMIT_PAGES {
            return Err(BAD_SIZE);
        }
        let fits = |span: &Span| span.free && span.npages >= npages;
        let at = self.spans.iter().position(fits).ok_or(NO_MEMORY)?;
        let found = self.spans[at];
        self.spans[at] = Span { npages, free: false, manual, ..found };
        if found.npages > npages {
            let rest = Span { base: found.base + npages, npages: found.npages - npages, ..found };
            self.spans.insert(at + 1, rest);
        }
        Ok(found.base)
    }

    fn free(&mut self, base: u64) -> c_int {
        let at = self.place_of(base);
        match self.spans.get_mut(at) {
            Some(span) if span.base == base && !span.free => {
                span.free = true;
                span.manual = false;
            }
            _ => return NOT_IN_USE,
        }
        self.merge(at);
        OK
    }

    fn pages(&self, counts: impl Fn(&Span) -> bool) -> u64 {
        self.spans.iter().filter(|span| counts(span)).map(|span| span.npages).sum()
    }
}

// --- The functions of the table

unsafe fn pool<'a>(heap: Heap) -> &'a mut Pool {
    &mut *(heap as *mut Pool)
}

unsafe extern "C" fn create(_geometry: *const Geometry, _os: *const Os) -> Heap {
    Box::into_raw(Box::new(Pool { spans: Vec::new() })) as Heap
}

unsafe extern "C" fn destroy(heap: Heap) {
    drop(Box::from_raw(heap as *mut Pool));
}

unsafe extern "C" fn alloc(heap: Heap, npages: u64, manual: bool, to: *mut Answer) -> c_int {
    match pool(heap).alloc(npages, manual) {
        Ok(base) => {
            (*to).base = base;
            (*to).needzero = true;
            OK
        }
        Err(status) => status,
    }
}

unsafe extern "C" fn free(heap: Heap, base: u64, _to: *mut Answer) -> c_int {
    pool(heap).free(base)
}

unsafe extern "C" fn add(heap: Heap, base: u64, npages: u64) -> c_int {
    pool(heap).add(base, npages)
}

unsafe extern "C" fn lookup(heap: Heap, page: u64, to: *mut Span) -> bool {
    let pool = pool(heap);
    match pool.spans.get(pool.place_of(page)) {
        Some(span) if span.base <= page => {
            *to = *span;
            true
        }
        _ => false,
    }
}

unsafe extern "C" fn stats(heap: Heap, to: *mut Stats) {
    let (pool, to) = (pool(heap), &mut *to);
    to.idle = pool.pages(|span| span.free);
    to.manual = pool.pages(|span| !span.free && span.manual);
    to.in_use = pool.pages(|span| !span.free && !span.manual);
    to.sys = to.idle + to.in_use;
    to.nfree = pool.spans.iter().filter(|span| span.free).count() as u64;
}

unsafe extern "C" fn walk(heap: Heap, visit: Visit, context: *mut c_void) {
    for span in &pool(heap).spans {
        visit(context, span);
    }
}

#[allow(non_upper_case_globals)]
#[no_mangle]
pub static spanref_candidate: Candidate = Candidate {
    levels: SAFETY | ACCOUNTING | COALESCING | PLACEMENT,
    profile: PAGES,
    memory: NUMBERS,
    create: Some(create),
    destroy: Some(destroy),
    alloc: Some(alloc),
    free: Some(free),
    add: Some(add),
    lookup: Some(lookup),
    stats: Some(stats),
    walk: Some(walk),
    ..candidate("pool_rs\0", "a pool of page numbers in Rust, first fit\0")
};
