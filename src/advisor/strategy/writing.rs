//! Which strategies are being written now. One that is stored as running and is not among them was
//! cut short, also when its end could not be stored.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
};

use crate::{
    advisor::Advisor,
    domain::{id::StrategyId, strategy::JobState},
    store::strategies::StrategyRow,
};

/// A strategy that somebody writes, until this is dropped.
pub(super) struct Writing(Advisor, StrategyId);

impl Writing {
    pub(super) fn begin(advisor: &Advisor, id: StrategyId) -> Self {
        advisor.writing().insert(id);
        Self(advisor.clone(), id)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.writing().remove(&self.1);
    }
}

impl Advisor {
    fn writing(&self) -> MutexGuard<'_, HashSet<StrategyId>> {
        let writing = &self.0.writing;
        writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is being written, to be asked before a row is read: a job may end in between.
    pub(super) fn written_now(&self) -> HashSet<StrategyId> {
        self.writing().clone()
    }

    /// The state of a row that was read after `before` was asked.
    pub(super) fn state_of(&self, row: &StrategyRow, before: &HashSet<StrategyId>) -> JobState {
        let written = |id| before.contains(id) || self.writing().contains(id);
        match row.state {
            JobState::Queued | JobState::Running if !written(&row.id) => JobState::Partial,
            state => state,
        }
    }
}
