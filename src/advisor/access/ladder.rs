//! The waiting time after wrong passwords, per account name, in memory.
//!
//! Steps after Kanidm's soft lock: it slows a guesser without ever locking a person out for good.

use std::{collections::HashMap, sync::Mutex};

/// Failures from which a waiting time holds, and that time in milliseconds.
const STEPS: &[(u32, i64)] = &[
    (3, 1_000),
    (5, 3_000),
    (9, 5_000),
    (25, 10_000),
    (100, 60_000),
];
/// Failures older than this are forgotten.
const MEMORY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Names kept; an attacker with many names pushes out the oldest, whose ladder was short anyway.
const NAMES: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Ladder(Mutex<HashMap<String, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_ms: i64,
}

impl Ladder {
    /// Seconds to wait before this name may try again, or `None`.
    pub(super) fn wait_s(&self, name: &str, now_ms: i64) -> Option<u32> {
        let failures = *self.lock().get(name)?;
        let (_, wait_ms) = STEPS
            .iter()
            .rev()
            .find(|(from, _)| failures.count >= *from)?;
        let left_ms = failures.last_ms + wait_ms - now_ms;
        (left_ms > 0).then(|| u32::try_from(left_ms.unsigned_abs().div_ceil(1_000)).unwrap_or(60))
    }

    pub(super) fn failed(&self, name: &str, now_ms: i64) {
        let mut names = self.lock();
        names.retain(|_, failures| now_ms - failures.last_ms < MEMORY_MS);
        if names.len() >= NAMES
            && let Some(oldest) = names
                .iter()
                .min_by_key(|(_, f)| f.last_ms)
                .map(|(n, _)| n.clone())
        {
            names.remove(&oldest);
        }
        let failures = names.entry(name.to_owned()).or_insert(Failures {
            count: 0,
            last_ms: now_ms,
        });
        failures.count += 1;
        failures.last_ms = now_ms;
    }

    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Failures>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_with_failures_and_ends() {
        let ladder = Ladder::default();
        let fail = |times| (0..times).for_each(|_| ladder.failed("ola", 1_000));
        fail(2);
        assert_eq!(ladder.wait_s("ola", 1_000), None);
        fail(1);
        assert_eq!(ladder.wait_s("ola", 1_000), Some(1));
        assert_eq!(ladder.wait_s("ola", 2_000), None);
        fail(97);
        assert_eq!(ladder.wait_s("ola", 1_000), Some(60));
        assert_eq!(ladder.wait_s("ala", 1_000), None);
        ladder.forget("ola");
        assert_eq!(ladder.wait_s("ola", 1_000), None);
    }
}
