//! The live channel of each session: who watches it is told that something changed, not what.
//!
//! Events carry ids and revisions; each subscriber then reads under its own scope and language.
//! Ids are `boot-sequence`: a client that reconnects with the last id it saw receives what it
//! missed from a ring of [`RING`] events, or `reset` if that id is unknown.

use std::{
    collections::{HashMap, VecDeque},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::broadcast;

use crate::domain::{
    id::{CardId, SessionId, StrategyId, UtteranceId},
    labels::Stage,
    strategy::{JobState, Key},
};

/// Events kept per session for a reconnecting client.
pub const RING: usize = 200;
/// Sessions whose ring is kept; the longest untouched one goes first.
const SESSIONS: usize = 500;

/// What happened in a session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Live {
    Analysis {
        utterance: UtteranceId,
        rev: u32,
    },
    Card {
        card: CardId,
        held: bool,
    },
    Corrected {
        rev: u32,
    },
    Section {
        strategy: StrategyId,
        key: Key,
    },
    Job {
        strategy: StrategyId,
        state: JobState,
    },
    Stage {
        stage: Stage,
    },
    Status,
    Reset,
    Shutdown,
}

/// `boot-sequence`: a restart begins a new boot, so that old ids are recognised as unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId {
    pub boot: u32,
    pub sequence: u64,
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.boot, self.sequence)
    }
}

impl FromStr for EventId {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (boot, sequence) = text.split_once('-').ok_or(())?;
        Ok(Self {
            boot: boot.parse().map_err(drop)?,
            sequence: sequence.parse().map_err(drop)?,
        })
    }
}

#[derive(Debug, Clone)]
pub struct LiveEvent {
    pub id: EventId,
    pub at_ms: i64,
    pub body: Live,
}

/// All live channels of the appliance.
#[derive(Debug)]
pub struct Hub {
    boot: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sequence: u64,
    sessions: HashMap<SessionId, Channel>,
    closed: bool,
}

#[derive(Debug)]
struct Channel {
    ring: VecDeque<Arc<LiveEvent>>,
    sender: broadcast::Sender<Arc<LiveEvent>>,
    /// Sequence at which this channel was made: older events may have been forgotten.
    born: u64,
    last_used: u64,
}

/// What a subscriber missed, then what comes.
pub struct Subscription {
    pub missed: Vec<Arc<LiveEvent>>,
    pub coming: broadcast::Receiver<Arc<LiveEvent>>,
}

impl Hub {
    pub fn new(boot: u32) -> Self {
        Self {
            boot,
            state: Mutex::default(),
        }
    }

    pub fn publish(&self, session: SessionId, at_ms: i64, body: Live) {
        let mut state = self.lock();
        state.sequence += 1;
        let sequence = state.sequence;
        let event = Arc::new(LiveEvent {
            id: EventId {
                boot: self.boot,
                sequence,
            },
            at_ms,
            body,
        });
        let channel = state.channel(session);
        if channel.ring.len() == RING {
            channel.ring.pop_front();
        }
        channel.ring.push_back(Arc::clone(&event));
        // An error only means that nobody is watching.
        let _ = channel.sender.send(event);
    }

    /// Watches a session from after the event `since`, or from now on.
    pub fn subscribe(
        &self,
        session: SessionId,
        since: Option<EventId>,
        at_ms: i64,
    ) -> Subscription {
        let mut state = self.lock();
        let sequence = state.sequence;
        let closed = state.closed;
        let boot = self.boot;
        let channel = state.channel(session);
        let notice = |body| {
            Arc::new(LiveEvent {
                id: EventId { boot, sequence },
                at_ms,
                body,
            })
        };
        let mut missed = match since {
            None => Vec::new(),
            Some(id) if knows(channel, id, boot, sequence) => channel
                .ring
                .iter()
                .filter(|event| event.id > id)
                .cloned()
                .collect(),
            Some(_) => vec![notice(Live::Reset)],
        };
        if closed {
            missed.push(notice(Live::Shutdown));
        }
        Subscription {
            missed,
            coming: channel.sender.subscribe(),
        }
    }

    /// Tells every watcher that the appliance stops, so that open streams end.
    pub fn close(&self, at_ms: i64) {
        let sessions: Vec<_> = {
            let mut state = self.lock();
            state.closed = true;
            state.sessions.keys().copied().collect()
        };
        for session in sessions {
            self.publish(session, at_ms, Live::Shutdown);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether everything after `id` is still in the ring.
fn knows(channel: &Channel, id: EventId, boot: u32, newest: u64) -> bool {
    let oldest = channel
        .ring
        .front()
        .map_or(newest, |event| event.id.sequence);
    let whole = channel.ring.len() < RING && id.sequence >= channel.born;
    id.boot == boot && id.sequence <= newest && (whole || id.sequence + 1 >= oldest)
}

impl State {
    fn channel(&mut self, session: SessionId) -> &mut Channel {
        if !self.sessions.contains_key(&session) && self.sessions.len() >= SESSIONS {
            let idle = self
                .sessions
                .iter()
                .filter(|(_, c)| c.sender.receiver_count() == 0);
            if let Some(oldest) = idle.min_by_key(|(_, c)| c.last_used).map(|(id, _)| *id) {
                self.sessions.remove(&oldest);
            }
        }
        let sequence = self.sequence;
        let channel = self.sessions.entry(session).or_insert_with(|| Channel {
            ring: VecDeque::new(),
            sender: broadcast::channel(RING).0,
            born: sequence,
            last_used: 0,
        });
        channel.last_used = sequence;
        channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(n: u128) -> SessionId {
        SessionId(uuid::Uuid::from_u128(n))
    }

    fn sequences(events: &[Arc<LiveEvent>]) -> Vec<u64> {
        events.iter().map(|event| event.id.sequence).collect()
    }

    #[test]
    fn a_reconnecting_client_receives_what_it_missed() {
        let hub = Hub::new(7);
        for _ in 0..3 {
            hub.publish(session(1), 0, Live::Status);
            hub.publish(session(2), 0, Live::Status);
        }
        let since = Some("7-1".parse().unwrap());
        assert_eq!(
            sequences(&hub.subscribe(session(1), since, 0).missed),
            [3, 5]
        );
        assert!(hub.subscribe(session(1), None, 0).missed.is_empty());
    }

    #[test]
    fn an_id_that_is_unknown_gets_reset() {
        let hub = Hub::new(7);
        for _ in 0..=RING {
            hub.publish(session(1), 0, Live::Status);
        }
        for unknown in ["6-5", "7-9999", "7-0"] {
            let missed = hub.subscribe(session(1), unknown.parse().ok(), 0).missed;
            assert_eq!(missed.len(), 1, "{unknown}");
            assert_eq!(missed[0].body, Live::Reset, "{unknown}");
        }
        assert_eq!(
            hub.subscribe(session(1), "7-1".parse().ok(), 0)
                .missed
                .len(),
            RING
        );
    }

    #[test]
    fn closing_ends_old_and_new_streams() {
        let hub = Hub::new(1);
        let mut watching = hub.subscribe(session(1), None, 0);
        hub.close(0);
        assert_eq!(watching.coming.try_recv().unwrap().body, Live::Shutdown);
        assert_eq!(
            hub.subscribe(session(2), None, 0).missed[0].body,
            Live::Shutdown
        );
    }
}
