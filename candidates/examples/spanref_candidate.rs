//! spanref_candidate.h in Rust, field by field; what each means stands there. To be copied, and used
//! by `#[path = "spanref_candidate.rs"] mod spanref;`.
#![allow(dead_code)]
use std::os::raw::{c_char, c_int, c_void};

pub const VERSION: u32 = 2;
pub const LIMIT_PAGES: u64 = 1 << 40;
pub const UNKNOWN: u64 = u64::MAX;

// What functions return.
pub const OK: c_int = 0;
pub const NO_MEMORY: c_int = 1;
pub const BAD_SIZE: c_int = 2;
pub const NOT_IN_USE: c_int = 3;
pub const BAD_RANGE: c_int = 4;
pub const BAD_ANSWER: c_int = 5;

// levels
pub const SAFETY: u32 = 1;
pub const ACCOUNTING: u32 = 2;
pub const COALESCING: u32 = 4;
pub const PLACEMENT: u32 = 8;
pub const BACKING: u32 = 16;

// profile
pub const PAGES: u32 = 0;
pub const GO113: u32 = 1;

// memory
pub const NUMBERS: u32 = 0;
pub const BYTES: u32 = 1;

// can
pub const CAN_ALIGN: u32 = 1;
pub const CAN_ALIGN_ANY: u32 = 2;
pub const CAN_WINDOW: u32 = 4;
pub const CAN_LAST_FIT: u32 = 8;
pub const CAN_BEST_FIT: u32 = 16;

// fit
pub const FIRST_FIT: u32 = 0;
pub const LAST_FIT: u32 = 1;
pub const BEST_FIT: u32 = 2;
pub const BEST_FIT_ANY: u32 = 3;
pub const NEXT_FIT: u32 = 4;

// joins
pub const JOINS_AT_ONCE: u32 = 0;
pub const JOINS_BUDDIES: u32 = 1;
pub const JOINS_WHEN_PURGED: u32 = 2;
pub const JOINS_NEVER: u32 = 3;
pub const JOINS_IN_PIECES: u32 = 4;

// pool
pub const POOL_GROWS: u32 = 0;
pub const POOL_CLOSED: u32 = 1;

// clean
pub const CLEAN_NEVER_USED: u32 = 0;
pub const CLEAN_CLEARED: u32 = 1;

// promises
pub const REFUSES_SECOND: u32 = 1;
pub const REFUSES_INSIDE: u32 = 2;
pub const REFUSES_FOREIGN: u32 = 4;
pub const REFUSES_EMPTY: u32 = 8;
pub const REFUSES_PARTIAL: u32 = 16;
pub const MAY_GROW: u32 = 32;

// says
pub const SAYS_SYS: u32 = 1;
pub const SAYS_IDLE: u32 = 2;
pub const SAYS_IN_USE: u32 = 4;
pub const SAYS_MANUAL: u32 = 8;
pub const SAYS_RELEASED: u32 = 16;
pub const SAYS_HUGE_FREE: u32 = 32;
pub const SAYS_NFREE: u32 = 64;
pub const SAYS_ARENA: u32 = 128;
pub const SAYS_SPAN_MANUAL: u32 = 256;
pub const SAYS_SPAN_SCAVENGED: u32 = 512;
pub const SAYS_SPAN_NEEDZERO: u32 = 1024;
pub const SAYS_ALL: u32 = 2047;

#[repr(C)]
pub struct Request {
    pub npages: u64,
    pub align: u64,
    pub phase: u64,
    pub from: u64,
    pub below: u64,
    pub fit: u32,
    pub manual: bool,
}

#[repr(C)]
pub struct Geometry {
    pub page_bytes: u64,
    pub phys_pages: u64,
    pub huge_pages: u64,
    pub arena_pages: u64,
    pub has_goal: bool,
    pub goal_pages: u64,
    pub pool_pages: u64,
}

#[repr(C)]
pub struct Os {
    pub context: *mut c_void,
    pub reserve: unsafe extern "C" fn(*mut c_void, u64, *mut u64, *mut u64) -> bool,
    pub release: unsafe extern "C" fn(*mut c_void, u64, u64),
}

#[repr(C)]
pub struct Answer {
    pub base: u64,
    pub needzero: bool,
    pub released_pages: u64,
    pub advice: [u64; 2], // base, pages; and so are the next two
    pub ready: [u64; 2],
    pub below: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    pub base: u64,
    pub npages: u64,
    pub free: bool,
    pub manual: bool,
    pub scavenged: bool,
    pub needzero: bool,
}

#[repr(C)]
pub struct Stats {
    pub sys: u64,
    pub idle: u64,
    pub in_use: u64,
    pub manual: u64,
    pub released: u64,
    pub huge_free: u64,
    pub nfree: u64,
    pub arena: [u64; 2], // from, to
}

pub type Heap = *mut c_void;
pub type Visit = unsafe extern "C" fn(*mut c_void, *const Span);
type Pages = Option<unsafe extern "C" fn(Heap, u64) -> u64>;
type Call = Option<unsafe extern "C" fn(Heap) -> c_int>;

#[repr(C)]
pub struct Candidate {
    pub version: u32,
    pub size_bytes: u32,
    pub name: *const c_char,
    pub summary: *const c_char,
    pub levels: u32,
    pub profile: u32,
    pub memory: u32,
    pub create: Option<unsafe extern "C" fn(*const Geometry, *const Os) -> Heap>,
    pub destroy: Option<unsafe extern "C" fn(Heap)>,
    pub alloc: Option<unsafe extern "C" fn(Heap, u64, bool, *mut Answer) -> c_int>,
    pub free: Option<unsafe extern "C" fn(Heap, u64, *mut Answer) -> c_int>,
    pub scavenge: Option<unsafe extern "C" fn(Heap, u64, *mut Answer) -> c_int>,
    pub add: Option<unsafe extern "C" fn(Heap, u64, u64) -> c_int>,
    pub lookup: Option<unsafe extern "C" fn(Heap, u64, *mut Span) -> bool>,
    pub stats: Option<unsafe extern "C" fn(Heap, *mut Stats)>,
    pub walk: Option<unsafe extern "C" fn(Heap, Visit, *mut c_void)>,
    pub self_check: Option<unsafe extern "C" fn(Heap) -> *const c_char>,
    pub can: u32,
    pub fit: u32,
    pub alloc_request: Option<unsafe extern "C" fn(Heap, *const Request, *mut Answer) -> c_int>,
    pub claim: Option<unsafe extern "C" fn(Heap, u64, u64, bool, *mut Answer) -> c_int>,
    pub resize: Option<unsafe extern "C" fn(Heap, u64, u64, *mut Answer) -> c_int>,
    pub joins: u32,
    pub takes: Pages,
    pub needs: Pages,
    pub pool: u32,
    pub pool_min_pages: u64,
    pub pool_max_pages: u64,
    pub pool_unit_pages: u64,
    pub pool_pieces_max: u64,
    pub request_max_pages: u64,
    pub alive_max: u64,
    pub remainder_min_pages: u64,
    pub clean: u32,
    pub promises: u32,
    pub free_sized: Option<unsafe extern "C" fn(Heap, u64, u64, *mut Answer) -> c_int>,
    pub release: Call,
    pub says: u32,
    pub reload: Call,
    pub align_max_pages: u64,
}

// Raw pointers aren't Sync; these point to constants.
unsafe impl Sync for Candidate {}

/// Nothing is set but the version; name and summary end with \0.
pub const fn candidate(name: &'static str, summary: &'static str) -> Candidate {
    Candidate {
        version: VERSION,
        size_bytes: std::mem::size_of::<Candidate>() as u32,
        name: name.as_ptr() as *const c_char,
        summary: summary.as_ptr() as *const c_char,
        levels: 0,
        profile: 0,
        memory: 0,
        create: None,
        destroy: None,
        alloc: None,
        free: None,
        scavenge: None,
        add: None,
        lookup: None,
        stats: None,
        walk: None,
        self_check: None,
        can: 0,
        fit: 0,
        alloc_request: None,
        claim: None,
        resize: None,
        joins: 0,
        takes: None,
        needs: None,
        pool: 0,
        pool_min_pages: 0,
        pool_max_pages: 0,
        pool_unit_pages: 0,
        pool_pieces_max: 0,
        request_max_pages: 0,
        alive_max: 0,
        remainder_min_pages: 0,
        clean: 0,
        promises: 0,
        free_sized: None,
        release: None,
        says: 0,
        reload: None,
        align_max_pages: 0,
    }
}
