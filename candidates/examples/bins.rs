//! A sub-allocator in Rust as graphics programs have them: bins.cpp once more. It takes no longer
//! where much is free, and so misses some that would do: `needs` says which surely do. With
//! `--cfg bins_bug` it looks one bin too high for a power of two.
//!
//!   rustc --edition 2021 --crate-type cdylib -O -C panic=abort -o pool.so candidates/examples/bins.rs
//!
//! No panic may leave a function of the table. With panic=abort it ends the process, and spanref
//! says so.
#![allow(unknown_lints, unexpected_cfgs)]
use std::collections::BTreeMap;

mod range;
use range::spanref::{Candidate, Heap, Request};
use range::{Allocator, Piece, Place};

const BINS: usize = 41;

struct Bins {
    free: BTreeMap<u64, u64>, // pages, by base
    bins: Vec<Vec<u64>>,      // bases; in bin i are spans of 2^i pages or more, and fewer than twice as many
}

fn bit_width(x: u64) -> usize {
    (u64::BITS - x.leading_zeros()) as usize
}

impl Bins {
    fn take(&mut self, base: u64) -> u64 {
        let npages = self.free.remove(&base).expect("a free span begins here");
        self.bins[bit_width(npages) - 1].retain(|&at| at != base);
        npages
    }

    fn give(&mut self, mut base: u64, mut npages: u64) {
        if self.free.contains_key(&(base + npages)) {
            npages += self.take(base + npages);
        }
        if let Some((&below, &length)) = self.free.range(..base).next_back() {
            if below + length == base {
                self.take(below);
                base = below;
                npages += length;
            }
        }
        self.free.insert(base, npages);
        self.bins[bit_width(npages) - 1].push(base);
    }
}

impl Allocator for Bins {
    fn new(pieces: &[Piece]) -> Self {
        let mut made = Bins { free: BTreeMap::new(), bins: vec![Vec::new(); BINS] };
        for piece in pieces {
            made.give(piece.base, piece.npages);
        }
        made
    }

    fn alloc(&mut self, request: &Request) -> Option<Place> {
        let first = bit_width(if cfg!(bins_bug) { request.npages } else { request.npages - 1 });
        let base = *self.bins.iter().skip(first).find_map(|bin| bin.last())?;
        let all = self.take(base);
        if all > request.npages {
            self.give(base + request.npages, all - request.npages);
        }
        Some(Place { base, handle: 0 })
    }

    fn free(&mut self, place: Place, npages: u64) {
        self.give(place.base, npages);
    }

    fn holes(&self, hole: &mut dyn FnMut(Piece)) {
        for (&base, &npages) in &self.free {
            hole(Piece { base, npages });
        }
    }

    fn idle(&self) -> u64 {
        self.free.values().sum()
    }
}

/// A span of so many is in a bin all of which are long enough.
unsafe extern "C" fn needs(_heap: Heap, npages: u64) -> u64 {
    npages.next_power_of_two()
}

#[allow(non_upper_case_globals)]
#[no_mangle]
pub static spanref_candidate: Candidate = Candidate {
    needs: Some(needs),
    ..range::candidate::<Bins>("bins_rs\0", "bins by powers of two in Rust\0")
};
