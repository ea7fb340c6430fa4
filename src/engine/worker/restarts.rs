//! When a worker that died is started again, and when no more.

use std::{collections::VecDeque, time::Duration};

/// How often and how soon.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Pause before the first restart; it doubles with each crash.
    pub first: Duration,
    pub longest: Duration,
    /// This many crashes …
    pub crashes: usize,
    /// … within this time, and the model is quarantined. A worker that lived longer than this
    /// begins again with the first pause.
    pub within: Duration,
    /// How long after a request's own deadline a silent worker counts as hung and is ended.
    pub grace: Duration,
}

impl Default for Policy {
    /// 1, 2, 4 … 30 s; five crashes in ten minutes.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            crashes: 5,
            within: Duration::from_mins(10),
            // A prefill chunk of a large model takes seconds.
            grace: Duration::from_secs(15),
        }
    }
}

/// What to do after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Restart(Duration),
    Quarantine,
}

/// The crashes so far. Times are since any fixed moment.
#[derive(Debug)]
pub(super) struct Restarts {
    policy: Policy,
    recent: VecDeque<Duration>,
    in_a_row: u32,
}

impl Restarts {
    pub(super) const fn new(policy: Policy) -> Self {
        Self {
            policy,
            recent: VecDeque::new(),
            in_a_row: 0,
        }
    }

    pub(super) fn crashed(&mut self, now: Duration) -> Next {
        let Policy {
            first,
            longest,
            crashes,
            within,
            grace: _,
        } = self.policy;
        if self
            .recent
            .back()
            .is_some_and(|last| now.saturating_sub(*last) > within)
        {
            self.in_a_row = 0;
        }
        self.recent
            .retain(|crash| now.saturating_sub(*crash) <= within);
        self.recent.push_back(now);
        if self.recent.len() >= crashes {
            return Next::Quarantine;
        }
        let pause = first
            .saturating_mul(1 << self.in_a_row.min(20))
            .min(longest);
        self.in_a_row += 1;
        Next::Restart(pause)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Crashes at these seconds lead to these pauses; 0 is quarantine.
    #[rstest]
    #[case(&[0, 10, 20, 30, 40], &[1, 2, 4, 8, 0])]
    #[case(&[0, 150, 300, 450, 600], &[1, 2, 4, 8, 0])]
    #[case(&[0, 200, 400, 601, 802, 1003, 1204, 1405], &[1, 2, 4, 8, 16, 30, 30, 30])]
    #[case(&[0, 10, 700, 710], &[1, 2, 1, 2])]
    fn pauses_grow_and_end(#[case] crashes: &[u64], #[case] pauses: &[u64]) {
        let mut restarts = Restarts::new(Policy::default());
        let mut pause = |at: &u64| match restarts.crashed(Duration::from_secs(*at)) {
            Next::Restart(pause) => pause.as_secs(),
            Next::Quarantine => 0,
        };
        assert_eq!(crashes.iter().map(&mut pause).collect::<Vec<_>>(), pauses);
    }
}
