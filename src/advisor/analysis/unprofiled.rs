//! Visits that nothing may be stored of: what is known of them lives in memory and ends with us.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{id::SessionId, profile::Profile};

/// Visits without a profile that are kept in memory; the longest untouched go first.
const UNPROFILED: usize = 500;

/// What is known of visits that nothing may be stored of.
#[derive(Default)]
pub(in crate::advisor) struct Unprofiled(Mutex<HashMap<SessionId, (i64, Profile)>>);

impl Unprofiled {
    pub(in crate::advisor) fn profile(&self, id: SessionId) -> Profile {
        self.lock()
            .get(&id)
            .map(|(_, profile)| profile.clone())
            .unwrap_or_default()
    }

    pub(in crate::advisor) fn keep(&self, id: SessionId, at_ms: i64, profile: Profile) {
        let mut kept = self.lock();
        if kept.len() >= UNPROFILED
            && let Some(oldest) = kept
                .iter()
                .min_by_key(|(_, (at, _))| *at)
                .map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(id, (at_ms, profile));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, (i64, Profile)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
