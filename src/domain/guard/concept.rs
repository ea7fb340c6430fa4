//! What a dishonest sentence is made of: a loss and a date, rivals and a wish, other people and their
//! verdict, a refusal and a push, a weakness and a lever.
//!
//! Where [`lexicon`](super::lexicon) knows whole claims, this knows their parts; a rule asks for parts
//! near each other, in any order and wording.

use std::{ops::Range, sync::LazyLock};

use super::lexicon::Claim;
use crate::domain::phrase::{Phrases, Words};

mod parts;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concept {
    /// "dziś", "right now".
    Now,
    /// "jutro", "after Sunday".
    Later,
    /// The car or the price will be gone.
    Loss,
    /// Someone else who is after the car …
    Rival,
    /// … and what they do about it.
    Reach,
    /// Other clients, neighbours, professions.
    Others,
    /// What they are said to do or feel.
    Acclaim,
    /// A "no" that nobody can mistake.
    Refusal,
    /// Reluctance: pressed only where a turn follows.
    Reluctance,
    /// "ale", "all the same".
    Yet,
    /// Signing, calling again, not letting go.
    Push,
    /// "only if you like": the "no" is kept.
    Respect,
    /// Age, illness, grief, loneliness, debt, fear for the job.
    Frail,
    /// Why that should make one buy.
    Lever,
    Child,
    /// Guilt about what may happen.
    Blame,
}

use Concept::{
    Acclaim, Blame, Child, Frail, Later, Lever, Loss, Now, Others, Push, Reach, Refusal,
    Reluctance, Respect, Rival, Yet,
};

/// Parts that together make a claim, the words they may spread over, and the claim.
const RULES: &[(&[Concept], usize, Claim)] = &[
    (&[Now, Loss], 16, Claim::Deadline),
    (&[Later, Loss], 16, Claim::Deadline),
    (&[Rival, Reach], 9, Claim::Rush),
    (&[Others, Acclaim], 14, Claim::Proof),
    (&[Frail, Lever], 16, Claim::Vulnerable),
    (&[Child, Blame], 14, Claim::Vulnerable),
];

static CONCEPTS: LazyLock<Phrases<Concept>> =
    LazyLock::new(|| Phrases::new(super::lexicon::CLASSES, parts::PARTS));

/// A part found in a sentence.
#[derive(Debug, Clone)]
struct Found {
    tokens: Range<usize>,
    /// First word and the one after the last, among words.
    places: Range<usize>,
    concept: Concept,
}

/// Other people named as those a car is for, and choices that we or the client make, claim nothing.
fn is_void(words: &Words<'_>, places: &Range<usize>, concept: Concept) -> bool {
    let before = places
        .start
        .checked_sub(1)
        .map_or("", |place| words.get(place));
    match concept {
        Others => matches!(
            before,
            "dla" | "for" | "invite" | "zaprosic" | "zapytac" | "ask" | "zapytaj" | "bez"
        ),
        // "powiedział, że nie lubi" is no refusal of the offer.
        Refusal
            if matches!(words.get(places.end - 1), "nie" | "no")
                && speaks(words.get(places.start)) =>
        {
            let after = words.get(places.end);
            let closed = words.token(places.end).is_none_or(|next| {
                words
                    .token(places.end - 1)
                    .is_some_and(|last| next > last + 1)
            });
            !closed
                && !matches!(
                    after,
                    "ale"
                        | "a"
                        | "mimo"
                        | "i"
                        | "but"
                        | "and"
                        | "twice"
                        | "already"
                        | "to"
                        | "at"
                        | "again"
                        | "jednak"
                        | "dwa"
                        | "trzy"
                )
        }
        Acclaim => matches!(
            before,
            "us" | "we" | "i" | "you" | "prosze" | "pan" | "pani"
        ),
        _ => false,
    }
}

fn speaks(word: &str) -> bool {
    [
        "powiedzial",
        "mowi",
        "rozumiem",
        "wiem",
        "know",
        "hear",
        "see",
        "understand",
        "get",
        "slysz",
        "uslyszal",
        "odpowiedzial",
        "rzekl",
        "said",
        "say",
        "told",
    ]
    .iter()
    .any(|stem| word.starts_with(stem))
}

/// The parts of one sentence.
pub(super) struct Parts {
    found: Vec<Found>,
}

impl Parts {
    pub(super) fn new(words: &Words<'_>) -> Self {
        let place = |tokens: &Range<usize>| words.place(tokens.start)..words.place(tokens.end);
        let found = CONCEPTS
            .find(words)
            .into_iter()
            .filter(|hit| !is_void(words, &place(&hit.tokens), hit.value))
            .map(|hit| Found {
                places: place(&hit.tokens),
                tokens: hit.tokens,
                concept: hit.value,
            });
        Self {
            found: found.collect(),
        }
    }

    pub(super) fn has(&self, concept: Concept) -> bool {
        self.found.iter().any(|f| f.concept == concept)
    }

    /// Every rule whose parts stand near each other, with the tokens from the first to the last.
    pub(super) fn claims(&self) -> Vec<(Claim, Range<usize>)> {
        RULES
            .iter()
            .filter_map(|(parts, within, claim)| {
                Some((*claim, self.near(parts[0], parts[1], *within)?))
            })
            .collect()
    }

    fn near(&self, one: Concept, other: Concept, within: usize) -> Option<Range<usize>> {
        let of = |concept| self.found.iter().filter(move |f| f.concept == concept);
        of(one)
            .flat_map(|a| of(other).map(move |b| (a, b)))
            .find_map(|(a, b)| {
                let apart = a.places.end <= b.places.start || b.places.end <= a.places.start;
                let spread = a.places.end.max(b.places.end) - a.places.start.min(b.places.start);
                (apart && spread <= within)
                    .then(|| a.tokens.start.min(b.tokens.start)..a.tokens.end.max(b.tokens.end))
            })
    }

    /// A push after a refusal, here or in the sentence before; a reluctance needs a turn as well.
    ///
    /// `denied` tells whether a push is itself taken back ("won't call").
    pub(super) fn pushed(
        &self,
        refused: bool,
        reluctant: bool,
        denied: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Range<usize>> {
        if self.has(Respect) {
            return None;
        }
        let pushes = || {
            self.found
                .iter()
                .filter(|f| f.concept == Push && !denied(&f.tokens))
        };
        let yets = || self.found.iter().filter(|f| f.concept == Yet);
        let after = |from: usize| pushes().find(|p| p.tokens.start >= from);
        let mut refusals = self.found.iter().filter(|f| f.concept == Refusal);
        if let Some(pushed) = refusals.find_map(|r| {
            after(r.tokens.start + 1).map(|p| r.tokens.start..p.tokens.end.max(r.tokens.end))
        }) {
            return Some(pushed);
        }
        let turned = |from: usize| {
            yets()
                .find(|y| y.tokens.start >= from)
                .and_then(|y| after(y.tokens.start))
        };
        if let Some(doubt) = self.found.iter().find(|f| f.concept == Reluctance)
            && let Some(push) = turned(doubt.tokens.end)
        {
            return Some(doubt.tokens.start..push.tokens.end);
        }
        if refused && let Some(push) = pushes().next() {
            return Some(push.tokens.clone());
        }
        let push = reluctant.then(|| turned(0)).flatten()?;
        Some(push.tokens.clone())
    }

    pub(super) fn refuses(&self) -> bool {
        self.has(Refusal)
    }

    pub(super) fn hesitates(&self) -> bool {
        self.has(Reluctance)
    }
}
