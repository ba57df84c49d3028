//! A pool of page numbers in Rust, first fit, without crates: a vector of spans by address. All
//! its memory is handed in by `add`.
//!
//!   rustc --edition 2021 --crate-type cdylib -O -C panic=abort -o pool.so candidates/examples/pool.rs
//!
//! No panic may leave a function of the table. With panic=abort it ends the process, and spanref
//! says so. With `--cfg merge_bug` the pool forgets to merge with the free span before.
#![allow(unknown_lints, unexpected_cfgs)]
use std::os::raw::{c_char, c_int, c_void};

// --- spanref_candidate.h, as far as it is needed; a field that isn't needed has any pointer's type.

const VERSION: u32 = 2;
const LIMIT_PAGES: u64 = 1 << 40;
const SAFETY: u32 = 1;
const ACCOUNTING: u32 = 2;
const COALESCING: u32 = 4;
const PLACEMENT: u32 = 8;

const OK: c_int = 0;
const NO_MEMORY: c_int = 1;
const BAD_SIZE: c_int = 2;
const NOT_IN_USE: c_int = 3;
const BAD_RANGE: c_int = 4;

#[repr(C)]
pub struct Answer {
    base: u64,
    needzero: bool,
    released_pages: u64,
    advice: [u64; 2],
    ready: [u64; 2],
    below: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    base: u64,
    npages: u64,
    free: bool,
    manual: bool,
    scavenged: bool,
    needzero: bool,
}

#[repr(C)]
pub struct Stats {
    sys: u64,
    idle: u64,
    in_use: u64,
    manual: u64,
    released: u64,
    huge_free: u64,
    nfree: u64,
    arena: [u64; 2],
}

type Unused = Option<unsafe extern "C" fn()>;
type Visit = unsafe extern "C" fn(*mut c_void, *const Span);

#[repr(C)]
pub struct Candidate {
    version: u32,
    size_bytes: u32,
    name: *const c_char,
    summary: *const c_char,
    levels: u32,
    profile: u32,
    memory: u32,
    create: unsafe extern "C" fn(*const c_void, *const c_void) -> *mut Pool,
    destroy: unsafe extern "C" fn(*mut Pool),
    alloc: unsafe extern "C" fn(*mut Pool, u64, bool, *mut Answer) -> c_int,
    free: unsafe extern "C" fn(*mut Pool, u64, *mut Answer) -> c_int,
    scavenge: Unused,
    add: unsafe extern "C" fn(*mut Pool, u64, u64) -> c_int,
    lookup: unsafe extern "C" fn(*mut Pool, u64, *mut Span) -> bool,
    stats: unsafe extern "C" fn(*mut Pool, *mut Stats),
    walk: unsafe extern "C" fn(*mut Pool, Visit, *mut c_void),
    self_check: Unused,
    can: u32,
    fit: u32,
    alloc_request: Unused,
    claim: Unused,
    resize: Unused,
    joins: u32,
    takes: Unused,
    needs: Unused,
    pool: u32,
}

// Raw pointers aren't Sync; these point to constants.
unsafe impl Sync for Candidate {}

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

unsafe extern "C" fn create(_geometry: *const c_void, _os: *const c_void) -> *mut Pool {
    Box::into_raw(Box::new(Pool { spans: Vec::new() }))
}

unsafe extern "C" fn destroy(pool: *mut Pool) {
    drop(Box::from_raw(pool));
}

unsafe extern "C" fn alloc(pool: *mut Pool, npages: u64, manual: bool, to: *mut Answer) -> c_int {
    match (*pool).alloc(npages, manual) {
        Ok(base) => {
            (*to).base = base;
            (*to).needzero = true;
            OK
        }
        Err(status) => status,
    }
}

unsafe extern "C" fn free(pool: *mut Pool, base: u64, _to: *mut Answer) -> c_int {
    (*pool).free(base)
}

unsafe extern "C" fn add(pool: *mut Pool, base: u64, npages: u64) -> c_int {
    (*pool).add(base, npages)
}

unsafe extern "C" fn lookup(pool: *mut Pool, page: u64, to: *mut Span) -> bool {
    let pool = &*pool;
    match pool.spans.get(pool.place_of(page)) {
        Some(span) if span.base <= page => {
            *to = *span;
            true
        }
        _ => false,
    }
}

unsafe extern "C" fn stats(pool: *mut Pool, to: *mut Stats) {
    let (pool, to) = (&*pool, &mut *to);
    to.idle = pool.pages(|span| span.free);
    to.manual = pool.pages(|span| !span.free && span.manual);
    to.in_use = pool.pages(|span| !span.free && !span.manual);
    to.sys = to.idle + to.in_use;
    to.nfree = pool.spans.iter().filter(|span| span.free).count() as u64;
}

unsafe extern "C" fn walk(pool: *mut Pool, visit: Visit, context: *mut c_void) {
    for span in &(*pool).spans {
        visit(context, span);
    }
}

#[allow(non_upper_case_globals)]
#[no_mangle]
pub static spanref_candidate: Candidate = Candidate {
    version: VERSION,
    size_bytes: std::mem::size_of::<Candidate>() as u32,
    name: b"pool_rs\0".as_ptr() as *const c_char,
    summary: b"a pool of page numbers in Rust, first fit\0".as_ptr() as *const c_char,
    levels: SAFETY | ACCOUNTING | COALESCING | PLACEMENT,
    profile: 0, // SPANREF_PAGES
    memory: 0,  // SPANREF_NUMBERS
    create,
    destroy,
    alloc,
    free,
    scavenge: None,
    add,
    lookup,
    stats,
    walk,
    self_check: None,
    can: 0,
    fit: 0, // SPANREF_FIRST_FIT
    alloc_request: None,
    claim: None,
    resize: None,
    joins: 0, // SPANREF_JOINS_AT_ONCE
    takes: None,
    needs: None,
    pool: 0, // SPANREF_POOL_GROWS
};
