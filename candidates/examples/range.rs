//! range.h in Rust: what stands between an allocator of fixed ranges and spanref. To be read and
//! copied. Memory is handed in once, before the first allocation; then the allocator is made, of all
//! pieces at once. A map remembers what is in use, since such allocators want the size or a handle
//! back when memory is freed. Give `candidate` a type with the trait `Allocator`.
#![allow(dead_code)]
use std::collections::BTreeMap;
use std::os::raw::{c_int, c_void};

#[path = "spanref_candidate.rs"]
pub mod spanref;
use spanref::*;

#[derive(Clone, Copy)]
pub struct Piece {
    pub base: u64,
    pub npages: u64,
}

#[derive(Clone, Copy)]
pub struct Place {
    pub base: u64,
    pub handle: usize, // the allocator's own; or 0
}

pub trait Allocator {
    const FIT: u32 = FIRST_FIT; // of an allocation that asks for nothing else
    fn new(pieces: &[Piece]) -> Self; // by address
    fn alloc(&mut self, request: &Request) -> Option<Place>;
    fn free(&mut self, place: Place, npages: u64);
    /// Each piece that is free, by address.
    fn holes(&self, hole: &mut dyn FnMut(Piece));
    /// Pages that are free.
    fn idle(&self) -> u64;
}

struct Use {
    place: Place,
    npages: u64,
    manual: bool,
}

struct Range<A> {
    pieces: Vec<Piece>, // by address
    allocator: Option<A>,
    used: BTreeMap<u64, Use>, // by base
}

impl<A: Allocator> Range<A> {
    fn made(&mut self) -> Option<&mut A> {
        if self.allocator.is_none() && !self.pieces.is_empty() {
            self.allocator = Some(A::new(&self.pieces));
        }
        self.allocator.as_mut()
    }

    fn alloc(&mut self, request: &Request) -> Result<u64, c_int> {
        if request.npages == 0 || request.npages > LIMIT_PAGES {
            return Err(BAD_SIZE);
        }
        let place = self.made().and_then(|made| made.alloc(request)).ok_or(NO_MEMORY)?;
        let used = Use { place, npages: request.npages, manual: request.manual };
        // Two at one page: the first one stays, and spanref says that they overlap.
        self.used.entry(place.base).or_insert(used);
        Ok(place.base)
    }

    /// What is in use by the map, what is free by the allocator.
    fn walk(&mut self, show: &mut dyn FnMut(Span)) {
        self.made();
        let span = |base, npages, free, manual| Span { base, npages, free, manual, scavenged: false, needzero: true };
        let mut used = self.used.iter().peekable();
        let mut show_used_below = |page, show: &mut dyn FnMut(Span)| {
            while let Some((base, one)) = used.next_if(|(base, _)| **base < page) {
                show(span(*base, one.npages, false, one.manual));
            }
        };
        if let Some(made) = &self.allocator {
            made.holes(&mut |hole| {
                show_used_below(hole.base, show);
                show(span(hole.base, hole.npages, true, false));
            });
        }
        show_used_below(u64::MAX, show);
    }
}

// --- The functions of the table

unsafe fn heap<'a, A>(heap: Heap) -> &'a mut Range<A> {
    &mut *(heap as *mut Range<A>)
}

unsafe extern "C" fn create<A>(_geometry: *const Geometry, _os: *const Os) -> Heap {
    let range = Range::<A> { pieces: Vec::new(), allocator: None, used: BTreeMap::new() };
    Box::into_raw(Box::new(range)) as Heap
}

unsafe extern "C" fn destroy<A>(of: Heap) {
    drop(Box::from_raw(of as *mut Range<A>));
}

unsafe extern "C" fn add<A>(of: Heap, base: u64, npages: u64) -> c_int {
    let range = heap::<A>(of);
    if range.allocator.is_some() {
        return BAD_RANGE;
    }
    let at = range.pieces.partition_point(|piece| piece.base < base);
    range.pieces.insert(at, Piece { base, npages });
    OK
}

unsafe extern "C" fn alloc_request<A: Allocator>(of: Heap, request: *const Request, to: *mut Answer) -> c_int {
    (*to).needzero = true;
    match heap::<A>(of).alloc(&*request) {
        Ok(base) => {
            (*to).base = base;
            OK
        }
        Err(status) => status,
    }
}

unsafe extern "C" fn alloc<A: Allocator>(of: Heap, npages: u64, manual: bool, to: *mut Answer) -> c_int {
    let request = Request { npages, align: 1, phase: 0, from: 0, below: LIMIT_PAGES, fit: A::FIT, manual };
    alloc_request::<A>(of, &request, to)
}

unsafe extern "C" fn free<A: Allocator>(of: Heap, base: u64, _to: *mut Answer) -> c_int {
    let range = heap::<A>(of);
    match (range.used.remove(&base), &mut range.allocator) {
        (Some(used), Some(allocator)) => {
            allocator.free(used.place, used.npages);
            OK
        }
        _ => NOT_IN_USE,
    }
}

unsafe extern "C" fn stats<A: Allocator>(of: Heap, to: *mut Stats) {
    let range = heap::<A>(of);
    (*to).idle = match &range.allocator {
        Some(allocator) => allocator.idle(),
        None => range.pieces.iter().map(|piece| piece.npages).sum(),
    };
}

unsafe extern "C" fn walk<A: Allocator>(of: Heap, visit: Visit, context: *mut c_void) {
    heap::<A>(of).walk(&mut |span| visit(context, &span));
}

/// A closed pool of page numbers; name and summary end with \0.
pub const fn candidate<A: Allocator>(name: &'static str, summary: &'static str) -> Candidate {
    Candidate {
        levels: SAFETY | ACCOUNTING | COALESCING,
        memory: NUMBERS,
        create: Some(create::<A>),
        destroy: Some(destroy::<A>),
        alloc: Some(alloc::<A>),
        free: Some(free::<A>),
        add: Some(add::<A>),
        stats: Some(stats::<A>),
        walk: Some(walk::<A>),
        pool: POOL_CLOSED,
        says: SAYS_IDLE | SAYS_SPAN_MANUAL,
        ..spanref::candidate(name, summary)
    }
}
