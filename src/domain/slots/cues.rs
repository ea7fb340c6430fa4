//! Where in a sentence the words stand that give a number its meaning.

use std::ops::Range;

use crate::domain::{
    phrase::{Phrases, Words},
    text::Folded,
};

/// The cues of one sentence.
pub(super) struct Cues<C> {
    hits: Vec<(Range<usize>, C)>,
    clauses: Clauses,
}

/// How many clauses have ended before each token of a sentence.
struct Clauses {
    from: usize,
    ended: Vec<u32>,
}

impl Clauses {
    fn new(folded: &Folded, tokens: &Range<usize>) -> Self {
        let mut ended = vec![0];
        let mut count = 0;
        for token in tokens.clone() {
            count += u32::from(breaks(folded, &(token..token + 1)));
            ended.push(count);
        }
        Self {
            from: tokens.start,
            ended,
        }
    }

    /// Whether a clause ends within these tokens.
    fn part(&self, tokens: &Range<usize>) -> bool {
        let ended = |token: usize| {
            let place = token.saturating_sub(self.from).min(self.ended.len() - 1);
            self.ended[place]
        };
        ended(tokens.start) < ended(tokens.end)
    }
}

impl<C: Copy + PartialEq> Cues<C> {
    pub(super) fn new(phrases: &Phrases<C>, words: &Words<'_>, folded: &Folded) -> Self {
        let hits = phrases.find(words);
        let first = words.token(0).unwrap_or(0);
        let last = words.len().checked_sub(1).and_then(|w| words.token(w));
        Self {
            clauses: Clauses::new(folded, &(first..last.map_or(first, |w| w + 1))),
            hits: hits.into_iter().map(|h| (h.tokens, h.value)).collect(),
        }
    }

    /// Drops what stands inside a cue that takes its meaning away.
    pub(super) fn without(mut self, cue: C, shield: C) -> Self {
        let shields: Vec<_> = self.all(shield).cloned().collect();
        let shielded = |at: &Range<usize>| {
            shields
                .iter()
                .any(|s| s.start <= at.start && at.end <= s.end)
        };
        self.hits.retain(|(at, c)| *c != cue || !shielded(at));
        self
    }

    /// Where a cue stands, in the order of the words.
    pub(super) fn all(&self, cue: C) -> impl Iterator<Item = &Range<usize>> {
        self.hits
            .iter()
            .filter(move |(_, c)| *c == cue)
            .map(|(at, _)| at)
    }

    pub(super) fn has(&self, cue: C) -> bool {
        self.all(cue).next().is_some()
    }

    /// The cue that ends at most so many tokens before `at`.
    pub(super) fn before(&self, cue: C, at: &Range<usize>, tokens: usize) -> bool {
        self.hits
            .iter()
            .any(|(hit, c)| *c == cue && hit.end <= at.start && at.start - hit.end <= tokens)
    }

    /// The cue that begins at most so many tokens after `at`.
    pub(super) fn after(&self, cue: C, at: &Range<usize>, tokens: usize) -> bool {
        self.hits
            .iter()
            .any(|(hit, c)| *c == cue && hit.start >= at.end && hit.start - at.end <= tokens)
    }

    /// Whether the cue stands within some tokens of `at`.
    pub(super) fn near(&self, cue: C, at: &Range<usize>, tokens: usize) -> bool {
        self.distance(cue, at, false).is_some_and(|d| d <= tokens)
    }

    /// As [`near`](Self::near), within the same clause.
    pub(super) fn beside(&self, cue: C, at: &Range<usize>, tokens: usize) -> bool {
        self.distance(cue, at, true).is_some_and(|d| d <= tokens)
    }

    /// Whether one cue of the clause is nearer than another, if that is there at all.
    pub(super) fn nearer(&self, cue: C, other: C, at: &Range<usize>) -> bool {
        let of = |cue| self.distance(cue, at, true);
        of(cue).is_some_and(|d| of(other).is_none_or(|o| d < o))
    }

    /// Tokens between `at` and the nearest such cue.
    fn distance(&self, cue: C, at: &Range<usize>, clause: bool) -> Option<usize> {
        let gap = |hit: &Range<usize>| {
            if hit.end <= at.start {
                hit.end..at.start
            } else {
                at.end..hit.start.max(at.end)
            }
        };
        self.hits
            .iter()
            .filter(|(_, c)| *c == cue)
            .map(|(hit, _)| gap(hit))
            .filter(|gap| !clause || !self.clauses.part(gap))
            .map(|gap| gap.len())
            .min()
    }
}

/// Whether a clause ends within these tokens.
pub(super) fn breaks(folded: &Folded, tokens: &Range<usize>) -> bool {
    tokens.clone().any(|i| match folded.get(i) {
        "," => !(folded.glued(i) && folded.glued(i + 1)),
        ";" | ":" | "ale" | "but" | "natomiast" => true,
        "-" => !folded.glued(i),
        _ => false,
    })
}
