//! The prefix cache: keys and values of the fixed parts of prompts that were read before, by their
//! tokens.
//!
//! Must not know texts or weights; it belongs to one loaded model and dies with it. Invariants: it
//! holds nothing of what follows the fixed part of a prompt, which is a client's words; it never
//! holds more than its bound; what it gives back was computed in the same passes as a fresh
//! run would compute it ([`Plan`]), so an answer does not depend on what was asked before, bit for
//! bit.

use std::collections::HashMap;

use super::decoder::Sequence;

/// Tokens computed in one pass while a prompt is read; between passes a request can be cancelled.
pub const CHUNK: usize = 64;
/// Prompts that are kept at most, however short they are.
const MAX_ENTRIES: usize = 64;

/// How a prompt is cut into passes: whole chunks up to the end of its fixed part, and whole chunks
/// from there.
///
/// The rounding of a product depends on how many rows are computed together, so the cuts must not
/// depend on what happens to be cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Tokens at the start that every prompt of a kind begins with.
    pub fixed: usize,
}

impl Plan {
    /// How many of `waiting` tokens go into the pass that begins at `position`, which is a cut.
    pub fn pass(self, position: usize, waiting: usize) -> usize {
        let end = match self.fixed.checked_sub(position) {
            None | Some(0) => CHUNK,
            Some(left) => left.min(CHUNK),
        };
        end.min(waiting)
    }

    /// The last cut at or before a position.
    pub const fn cut(self, position: usize) -> usize {
        let from = if position < self.fixed { 0 } else { self.fixed };
        from + (position - from) / CHUNK * CHUNK
    }

    /// The last cut at or before a position that another prompt's plan has too.
    fn common_cut(self, other: Self, position: usize) -> usize {
        if self == other {
            return self.cut(position);
        }
        // Up to where the shorter fixed part ends both count chunks from the start.
        let alike = position.min(self.fixed).min(other.fixed);
        alike / CHUNK * CHUNK
    }
}

/// Fixed parts with their keys and values, least recently used first.
pub struct PrefixCache {
    entries: Vec<Entry>,
    /// Bytes of all blocks together, each counted once.
    limit: usize,
}

struct Entry {
    tokens: Vec<u32>,
    plan: Plan,
    sequence: Sequence,
}

impl PrefixCache {
    /// A cache of at most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self {
            entries: Vec::new(),
            limit,
        }
    }

    /// The longest start of `tokens` that is known and ends at a cut of their plan, leaving at
    /// least one token to feed; `None` where nothing is known.
    pub fn find(&mut self, tokens: &[u32], plan: Plan) -> Option<Sequence> {
        let most = tokens.len().saturating_sub(1);
        let usable = |entry: &Entry| {
            let alike = entry.tokens.iter().zip(tokens).take_while(|(a, b)| a == b);
            plan.common_cut(entry.plan, alike.count().min(most))
        };
        // Among equals the last, so that the older one may go.
        let (index, length) = self
            .entries
            .iter()
            .map(usable)
            .enumerate()
            .max_by_key(|x| x.1)?;
        if length == 0 {
            return None;
        }
        let entry = self.entries.remove(index);
        let mut sequence = entry.sequence.snapshot();
        self.entries.push(entry);
        sequence.truncate(length);
        Some(sequence)
    }

    /// Keeps what was computed for `tokens`, and forgets the least recently used beyond the bound.
    /// What is larger than the bound by itself is not kept, and nothing is forgotten for it. Nor is
    /// what goes beyond the fixed part: truncating it would leave numbers of a client's words in
    /// its last block.
    pub fn keep(&mut self, tokens: &[u32], plan: Plan, sequence: &Sequence) {
        debug_assert_eq!(tokens.len(), sequence.len());
        let bytes = sequence.blocks().count() * sequence.geometry().block_bytes();
        if bytes > self.limit || tokens.len().max(sequence.len()) > plan.fixed {
            return;
        }
        self.entries
            .retain(|entry| entry.tokens != tokens || entry.plan != plan);
        self.entries.push(Entry {
            tokens: tokens.to_vec(),
            plan,
            sequence: sequence.snapshot(),
        });
        while self.bytes() > self.limit || self.entries.len() > MAX_ENTRIES {
            self.entries.remove(0);
        }
    }

    /// The tokens of each entry.
    #[cfg(test)]
    pub fn held(&self) -> impl Iterator<Item = &[u32]> {
        self.entries.iter().map(|entry| {
            assert_eq!(entry.tokens.len(), entry.sequence.len());
            &entry.tokens[..]
        })
    }

    /// Bytes that the entries hold together; blocks that they share count once.
    pub fn bytes(&self) -> usize {
        let blocks = self.entries.iter().flat_map(|entry| {
            let bytes = entry.sequence.geometry().block_bytes();
            entry.sequence.blocks().map(move |block| (block, bytes))
        });
        blocks.collect::<HashMap<_, _>>().values().sum()
    }
}

#[cfg(test)]
mod tests;
