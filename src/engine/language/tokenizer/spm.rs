//! SentencePiece's BPE by scores, as Llama 2, Mistral and their descendants have it.
//!
//! The pair of neighbours whose joint token has the highest score is joined first, the leftmost
//! among equals (Kudo and Richardson 2018, as llama.cpp computes it); what has no token is spelled
//! byte by byte. Invariant: only text and byte tokens come out.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
};

use super::{refused, vocabulary::Vocabulary};
use crate::engine::language::{Error, gguf::Header};

/// Stands for a space.
pub(super) const SPACE: char = '\u{2581}';

pub(super) struct Spm {
    /// Id and score of each text token.
    tokens: HashMap<String, (u32, f32)>,
    bytes: [u32; 256],
    /// Whether a text begins with a space that it does not have.
    space_first: bool,
}

impl Spm {
    /// Reads the scores of a file; refuses a vocabulary without all byte tokens.
    pub(super) fn new(header: &Header, vocabulary: &Vocabulary) -> Result<Self, Error> {
        let scores = header.floats("tokenizer.ggml.scores")?;
        if scores.len() != vocabulary.len() {
            return Err(refused("it has not one score for each token"));
        }
        let scored = |(text, id): (&str, u32)| (text.to_owned(), (id, scores[id as usize]));
        let mut bytes = [0; 256];
        for (byte, id) in (0..=255u8).zip(&mut bytes) {
            *id = vocabulary
                .id(&byte_token(byte))
                .filter(|id| vocabulary.bytes(*id) == [byte])
                .ok_or_else(|| refused(format!("it has no token for the byte {byte}")))?;
        }
        Ok(Self {
            tokens: vocabulary.texts().map(scored).collect(),
            bytes,
            space_first: header
                .flag("tokenizer.ggml.add_space_prefix")?
                .unwrap_or(true),
        })
    }

    pub(super) const fn space_first(&self) -> bool {
        self.space_first
    }

    /// Ids of a text; `first` says whether it begins one or goes on.
    pub(super) fn encode(&self, text: &str, first: bool) -> Vec<u32> {
        if text.is_empty() {
            return Vec::new();
        }
        let mut escaped = String::with_capacity(text.len() + 8);
        if first && self.space_first {
            escaped.push(SPACE);
        }
        escaped.extend(text.chars().map(|c| if c == ' ' { SPACE } else { c }));
        let mut pieces = Pieces::new(self, &escaped);
        pieces.join();
        pieces.ids()
    }
}

/// How the vocabulary spells a byte.
pub(super) fn byte_token(byte: u8) -> String {
    format!("<0x{byte:02X}>")
}

/// A text in pieces, each with its neighbours.
struct Pieces<'a> {
    spm: &'a Spm,
    text: &'a str,
    parts: Vec<Piece>,
    pairs: BinaryHeap<Pair>,
}

/// Bytes of the text; empty once it was joined to the piece before.
struct Piece {
    start: usize,
    length: usize,
    before: Option<usize>,
    after: Option<usize>,
}

/// Two neighbours that have a joint token, `length` bytes together when they were seen.
struct Pair {
    score: f32,
    left: usize,
    right: usize,
    length: usize,
}

impl<'a> Pieces<'a> {
    fn new(spm: &'a Spm, text: &'a str) -> Self {
        let n = text.chars().count();
        let piece = |(index, (start, c)): (usize, (usize, char))| Piece {
            start,
            length: c.len_utf8(),
            before: index.checked_sub(1),
            after: Some(index + 1).filter(|after| *after < n),
        };
        let mut pieces = Self {
            spm,
            text,
            parts: text.char_indices().enumerate().map(piece).collect(),
            pairs: BinaryHeap::new(),
        };
        (1..n).for_each(|right| pieces.see(Some(right - 1), Some(right)));
        pieces
    }

    /// Notes two neighbours if they have a joint token.
    fn see(&mut self, left: Option<usize>, right: Option<usize>) {
        let Some((left, right)) = left.zip(right) else {
            return;
        };
        let length = self.parts[left].length + self.parts[right].length;
        let joint = &self.text[self.parts[left].start..][..length];
        if let Some((_, score)) = self.spm.tokens.get(joint) {
            self.pairs.push(Pair {
                score: *score,
                left,
                right,
                length,
            });
        }
    }

    fn join(&mut self) {
        while let Some(pair) = self.pairs.pop() {
            let (left, right) = (&self.parts[pair.left], &self.parts[pair.right]);
            let gone = left.length == 0 || right.length == 0;
            if gone || left.length + right.length != pair.length {
                continue;
            }
            let after = right.after;
            self.parts[pair.right].length = 0;
            let left = &mut self.parts[pair.left];
            (left.length, left.after) = (pair.length, after);
            let before = left.before;
            if let Some(after) = after {
                self.parts[after].before = Some(pair.left);
            }
            self.see(before, Some(pair.left));
            self.see(Some(pair.left), after);
        }
    }

    fn ids(&self) -> Vec<u32> {
        let mut ids = Vec::new();
        for piece in self.parts.iter().filter(|piece| piece.length > 0) {
            let text = &self.text[piece.start..][..piece.length];
            match self.spm.tokens.get(text) {
                Some((id, _)) => ids.push(*id),
                None => ids.extend(text.bytes().map(|b| self.spm.bytes[usize::from(b)])),
            }
        }
        ids
    }
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |pair: &Self| Reverse(pair.left);
        let by_score = self.score.total_cmp(&other.score);
        by_score.then_with(|| order(self).cmp(&order(other)))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

#[cfg(test)]
mod tests;
