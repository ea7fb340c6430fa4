//! Who may fold a change into a session: one at a time, so that of several screens none is refused
//! because another was faster.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::id::SessionId;

/// Sessions whose changes may be folded at the same time.
const TURNS: usize = 64;

pub(in crate::advisor) struct Turns(Box<[Mutex<()>]>);

impl Default for Turns {
    fn default() -> Self {
        let turns = std::iter::repeat_with(Mutex::default);
        Self(turns.take(TURNS).collect())
    }
}

impl Turns {
    /// Waits for the session's turn, which lasts until what is returned is dropped.
    pub(super) async fn of(&self, id: SessionId) -> MutexGuard<'_, ()> {
        self.0[(id.0.as_u128() % TURNS as u128) as usize]
            .lock()
            .await
    }
}
