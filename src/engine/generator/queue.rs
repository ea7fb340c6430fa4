//! Requests that wait for the one model: few, ordered by who waits, and refused beyond.
//!
//! Invariant: no more than [`WAITING`] requests wait. Among them the more urgent class goes first,
//! and within a class the earlier one.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use super::{Error, Item, Request};

/// Requests that may wait beside the one that runs.
pub(super) const WAITING: usize = 8;
/// Weight of the latest duration in the running mean, which starts at [`FIRST_GUESS_MS`].
const NEWEST: f64 = 0.25;
const FIRST_GUESS_MS: f64 = 3_000.0;

/// A request with the place to answer to.
pub(super) struct Job {
    pub request: Request,
    pub answer: mpsc::Sender<Item>,
    pub arrived: Instant,
}

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// In order of arrival.
    waiting: Vec<Job>,
    closed: bool,
    mean_ms: Option<f64>,
}

impl Queue {
    /// Adds a job, or says when to try again. A more urgent job takes the place of the least
    /// urgent one, which is told the same.
    pub(super) fn push(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(Error::Stopped);
        }
        state.waiting.retain(|job| !job.answer.is_closed());
        if state.waiting.len() >= WAITING {
            let busy = state.busy();
            let last = state
                .waiting
                .iter()
                .rposition(|other| other.request.class > job.request.class);
            let Some(last) = last else {
                return Err(busy);
            };
            answer(&state.waiting.remove(last), Err(busy));
        }
        state.waiting.push(job);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for the next job; `None` when the queue is closed.
    pub(super) fn pop(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            let next = (0..state.waiting.len()).min_by_key(|i| state.waiting[*i].request.class);
            if let Some(next) = next {
                return Some(state.waiting.remove(next));
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Learns how long a job took.
    pub(super) fn took(&self, duration: Duration) {
        let mut state = self.lock();
        let ms = duration.as_millis() as f64;
        let mean = state.mean_ms.map_or(ms, |mean| mean + NEWEST * (ms - mean));
        state.mean_ms = Some(mean);
    }

    /// Takes no more jobs, and tells those that wait.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for job in state.waiting.drain(..) {
            answer(&job, Err(Error::Stopped));
        }
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn busy(&self) -> Error {
        let each = self.mean_ms.unwrap_or(FIRST_GUESS_MS);
        let all = each * (self.waiting.len() as f64 + 1.0);
        Error::Busy {
            retry_after_ms: all.clamp(500.0, 60_000.0) as u32,
        }
    }
}

/// Sends the one item of a job that never ran: its channel has room, and nobody may be listening.
fn answer(job: &Job, item: Item) {
    let _ = job.answer.try_send(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::generator::Class;

    type Answers = mpsc::Receiver<Item>;

    fn job(class: Class, user: &str) -> (Job, Answers) {
        let (answer, receiver) = mpsc::channel(4);
        let request = Request {
            class,
            prefix: "".into(),
            user: user.to_owned(),
            schema: None,
            max_tokens: 1,
            seed: 0,
            temperature: 0.0,
            deadline_ms: 0,
        };
        let arrived = Instant::now();
        (
            Job {
                request,
                answer,
                arrived,
            },
            receiver,
        )
    }

    fn fill(queue: &Queue, class: Class) -> Vec<Answers> {
        let add = |i: usize| {
            let (job, receiver) = job(class, &i.to_string());
            queue.push(job).unwrap();
            receiver
        };
        (0..WAITING).map(add).collect()
    }

    #[test]
    fn urgent_goes_first_and_equals_in_order() {
        let queue = Queue::default();
        let mut kept = Vec::new();
        for (class, user) in [
            (Class::Background, "e"),
            (Class::Panel, "c"),
            (Class::Live, "a"),
            (Class::Panel, "d"),
            (Class::Live, "b"),
        ] {
            let (job, receiver) = job(class, user);
            queue.push(job).unwrap();
            kept.push(receiver);
        }
        let order: String = (0..5).map(|_| queue.pop().unwrap().request.user).collect();
        assert_eq!(order, "abcde");
    }

    #[test]
    fn a_full_queue_refuses_with_a_time() {
        let queue = Queue::default();
        let _kept = fill(&queue, Class::Panel);
        queue.took(Duration::from_secs(1));
        let refused = queue.push(job(Class::Panel, "late").0);
        assert_eq!(
            refused,
            Err(Error::Busy {
                retry_after_ms: 9_000
            })
        );
    }

    #[test]
    fn a_live_request_takes_the_place_of_the_last_background_one() {
        let queue = Queue::default();
        let mut kept = fill(&queue, Class::Background);
        queue.push(job(Class::Live, "now").0).unwrap();
        let last = kept.last_mut().unwrap();
        assert!(matches!(last.try_recv(), Ok(Err(Error::Busy { .. }))));
        assert!(kept[WAITING - 2].try_recv().is_err());
    }

    #[test]
    fn who_went_away_takes_no_place() {
        let queue = Queue::default();
        let mut kept = fill(&queue, Class::Panel);
        kept.remove(3);
        let (late, _late) = job(Class::Panel, "late");
        queue.push(late).unwrap();
        assert!(queue.push(job(Class::Panel, "later").0).is_err());
    }

    #[test]
    fn closing_tells_all() {
        let queue = Queue::default();
        let mut kept = fill(&queue, Class::Panel);
        queue.close();
        assert!(queue.pop().is_none());
        assert_eq!(kept[0].try_recv().unwrap(), Err(Error::Stopped));
        assert_eq!(queue.push(job(Class::Live, "").0), Err(Error::Stopped));
    }
}
