//! The fit of the session's pool: how much each utterance counts, on training sessions.
//!
//! First the weights: coordinate search over a grid for the likeliest archetypes at the ends of the
//! sessions, so that a posterior means what it says. Then, on that scale, from where an archetype
//! is shown: the most answers of which at most [`WRONG`] are wrong, and from where it is called
//! sure.

use std::path::Path;

use uuid::Uuid;

use super::Error;
use super::corpus::{Apart, jsonl_files};
use crate::domain::classification::Classification;
use crate::domain::id::UtteranceId;
use crate::domain::labels::{Archetype, Speaker};
use crate::domain::profile::{Event, Heard, Pool, Profile};
use crate::engine::classifier::Classifier;
use crate::engine::classifier::corpus::{self, Session};

/// Share of the answers that may be wrong, or given where nothing was told.
const WRONG: f64 = 0.1;
/// Share of the answers called sure that must be right on the training sessions.
const SURE: f64 = 0.97;

/// A session with its labels read once.
pub(super) struct Labelled {
    events: Vec<Event>,
    /// Acceptable archetypes; empty means that the right answer is to abstain.
    gold: Vec<Archetype>,
}

/// What a pool makes of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Outcome {
    pub right: usize,
    pub wrong: usize,
    /// Answered where nothing was told.
    pub unasked: usize,
    pub silent: usize,
}

/// Sessions of every file in `dir` that is not named in the lists of what is kept apart.
pub(super) fn sessions(dir: &Path) -> Result<Vec<Session>, Error> {
    let apart = Apart::read(dir)?;
    let mut sessions = Vec::new();
    for path in jsonl_files(&dir.join("sessions"))? {
        if apart.held_out.contains(&path) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })?;
        let read = corpus::sessions(&text);
        sessions.extend(read.map_err(|source| Error::Corpus { path, source })?);
    }
    Ok(sessions)
}

pub(super) fn label(classifier: &dyn Classifier, session: &Session) -> Option<Labelled> {
    let events = (0..)
        .zip(&session.utterances)
        .map(|(i, (speaker, text))| heard(i, *speaker, text, classifier.classify(*speaker, text)));
    Some(Labelled {
        gold: session.archetype.clone()?,
        events: events.collect(),
    })
}

fn heard(i: u32, speaker: Speaker, text: &str, labels: Classification) -> Event {
    Event::Heard(Box::new(Heard {
        utterance: UtteranceId(Uuid::from_u128(u128::from(i) + 1)),
        at_ms: i64::from(i),
        speaker,
        words: u16::try_from(text.split_whitespace().count()).unwrap_or(u16::MAX),
        labels,
        slots: Vec::new(),
    }))
}

pub(super) fn outcome(sessions: &[Labelled], pool: &Pool) -> Outcome {
    let mut outcome = Outcome::default();
    for session in sessions {
        let profile = Profile::replay(&session.events, pool);
        let counted = match profile.archetype() {
            None => &mut outcome.silent,
            Some(_) if session.gold.is_empty() => &mut outcome.unasked,
            Some(top) if session.gold.contains(&top) => &mut outcome.right,
            Some(_) => &mut outcome.wrong,
        };
        *counted += 1;
    }
    outcome
}

/// One number of the pool and the values that are tried for it.
type Knob = (fn(&mut Pool, f64), &'static [f64]);

const KNOBS: [Knob; 5] = [
    (
        |p, v| p.client = v,
        &[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
    ),
    (
        |p, v| p.observation = v,
        &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0],
    ),
    (|p, v| p.below_budget = v, &[0.0, 0.25, 0.5, 0.75, 1.0]),
    (|p, v| p.recency = v, &[0.6, 0.7, 0.8, 0.9, 1.0]),
    (|p, v| p.again = v, &[0.25, 0.5, 0.75, 1.0]),
];

/// The fitted pool; a number moves only for a gain.
pub(super) fn fit(sessions: &[Labelled]) -> (Pool, Outcome) {
    let mut pool = Pool::default();
    let mut best = surprise(sessions, &pool);
    loop {
        let before = best;
        for (set, values) in KNOBS {
            for &value in values {
                let mut tried = pool.clone();
                set(&mut tried, value);
                let found = surprise(sessions, &tried);
                if found < best {
                    (pool, best) = (tried, found);
                }
            }
        }
        if best >= before {
            break;
        }
    }
    let answers = answers(sessions, &pool);
    pool.answer_at = least(&answers, 1.0 - WRONG, 0.3);
    let floor = pool.answer_at + 0.01;
    pool.sure_at = least(&answers, SURE, floor);
    (pool.clone(), outcome(sessions, &pool))
}

/// Mean of −ln of the posterior of the acceptable archetypes, over sessions that have one.
fn surprise(sessions: &[Labelled], pool: &Pool) -> f64 {
    let of = |session: &Labelled| {
        let profile = Profile::replay(&session.events, pool);
        let p: f32 = session
            .gold
            .iter()
            .map(|a| profile.posterior[a.index()])
            .sum();
        -f64::from(p.max(f32::MIN_POSITIVE)).ln()
    };
    let told = sessions.iter().filter(|session| !session.gold.is_empty());
    let surprises: Vec<f64> = told.map(of).collect();
    surprises.iter().sum::<f64>() / surprises.len().max(1) as f64
}

/// Every answer that the evidence allows, whatever its posterior: that, and whether it is right;
/// the surest first.
fn answers(sessions: &[Labelled], pool: &Pool) -> Vec<(f32, bool)> {
    let open = Pool {
        answer_at: 0.0,
        ..pool.clone()
    };
    let mut answers: Vec<(f32, bool)> = sessions
        .iter()
        .filter_map(|session| {
            let profile = Profile::replay(&session.events, &open);
            let top = profile.archetype()?;
            Some((profile.confidence(), session.gold.contains(&top)))
        })
        .collect();
    answers.sort_by(|a, b| b.0.total_cmp(&a.0));
    answers
}

/// The least posterior from which the answers above it are right as often as asked.
fn least(answers: &[(f32, bool)], share: f64, floor: f32) -> f32 {
    const HIGHEST: f32 = 0.99;
    let (mut right, mut least) = (0_u32, HIGHEST);
    for (n, (p, hit)) in (1_u32..).zip(answers) {
        right += u32::from(*hit);
        if f64::from(right) >= share * f64::from(n) {
            least = *p;
        }
    }
    least.clamp(floor, HIGHEST)
}
