//! A circuit breaker: a provider that keeps failing rests, then is tried once.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// This many failures …
const FAILURES: usize = 5;
/// … within this time open the breaker …
const WITHIN_MS: i64 = 30_000;
/// … for this long; then one request probes.
const OPEN_MS: i64 = 30_000;

#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: VecDeque<i64>,
    /// When the breaker opened.
    open_since: Option<i64>,
    probing: bool,
}

/// The right to ask the provider once. Dropped without a verdict, it leaves the breaker as it was,
/// and another may probe.
pub(super) struct Permit<'b> {
    breaker: &'b Breaker,
    probe: bool,
}

impl Breaker {
    /// Leave to ask at a time, or `None` while the provider rests or is being probed.
    pub(super) fn permit(&self, now_ms: i64) -> Option<Permit<'_>> {
        let mut state = self.lock();
        let probe = match state.open_since {
            None => false,
            Some(since) if now_ms - since >= OPEN_MS && !state.probing => true,
            Some(_) => return None,
        };
        state.probing |= probe;
        Some(Permit {
            breaker: self,
            probe,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    pub(super) fn succeeded(self) {
        let mut state = self.breaker.lock();
        state.failures.clear();
        state.open_since = None;
    }

    pub(super) fn failed(self, now_ms: i64) {
        let mut state = self.breaker.lock();
        state.failures.push_back(now_ms);
        state
            .failures
            .retain(|failure| now_ms - failure <= WITHIN_MS);
        if self.probe || state.failures.len() >= FAILURES {
            state.open_since = Some(now_ms);
            state.failures.clear();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.lock().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(breaker: &Breaker, now_ms: i64) {
        breaker.permit(now_ms).unwrap().failed(now_ms);
    }

    fn opened() -> Breaker {
        let breaker = Breaker::default();
        (0..5).for_each(|i| fail(&breaker, i * 1_000));
        breaker
    }

    #[test]
    fn five_failures_in_half_a_minute_open_it() {
        let breaker = opened();
        assert!(breaker.permit(4_001).is_none());
        let slow = Breaker::default();
        (0..20).for_each(|i| fail(&slow, i * 7_600));
        assert!(slow.permit(150_000).is_some());
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let breaker = Breaker::default();
        (0..4).for_each(|i| fail(&breaker, i));
        breaker.permit(5).unwrap().succeeded();
        (6..10).for_each(|i| fail(&breaker, i));
        assert!(breaker.permit(11).is_some());
    }

    #[test]
    fn one_probe_decides() {
        let breaker = opened();
        assert!(breaker.permit(33_999).is_none());
        let probe = breaker.permit(34_000).unwrap();
        assert!(
            breaker.permit(34_000).is_none(),
            "a second probe beside the first"
        );
        probe.failed(35_000);
        assert!(breaker.permit(64_999).is_none());
        breaker.permit(65_000).unwrap().succeeded();
        assert!(breaker.permit(65_001).is_some());
        assert!(breaker.permit(65_001).is_some());
    }

    #[test]
    fn a_probe_that_was_dropped_frees_the_next() {
        let breaker = opened();
        drop(breaker.permit(40_000));
        assert!(breaker.permit(40_000).is_some());
    }
}
