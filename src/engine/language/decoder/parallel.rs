//! Work split over candle's own threads: the ones that its kernels keep warm.
//!
//! Invariant: the pieces do not depend on the number of threads, so neither do the results.

use std::sync::{Mutex, PoisonError};

use candle_core::utils::barrier_pool;

/// Multiplications below which waking the other threads costs more than they save.
const WORTH_SHARING: usize = 1 << 18;

/// Runs `work` once for every piece of `length` numbers (the last may be shorter), with its index.
/// `cost` is about how many multiplications there are in all.
pub(super) fn pieces(
    values: &mut [f32],
    length: usize,
    cost: usize,
    work: impl Fn(usize, &mut [f32]) + Sync,
) {
    let units: Vec<_> = values.chunks_mut(length.max(1)).collect();
    each(units, cost, |index, piece| work(index, piece));
}

/// Runs `work` once for every unit, with its index. `cost` is about how many multiplications there
/// are in all.
pub(super) fn each<T: Send>(mut units: Vec<T>, cost: usize, work: impl Fn(usize, &mut T) + Sync) {
    if cost < WORTH_SHARING {
        units
            .iter_mut()
            .enumerate()
            .for_each(|(index, unit)| work(index, unit));
        return;
    }
    // A unit is locked once, by the thread that got its index: the lock is what says so to the
    // compiler, and is never waited for.
    let units: Vec<Mutex<T>> = units.into_iter().map(Mutex::new).collect();
    barrier_pool().execute_chunked(units.len(), |range| {
        for index in range {
            let mut unit = units[index].lock().unwrap_or_else(PoisonError::into_inner);
            work(index, &mut unit);
        }
    });
}
