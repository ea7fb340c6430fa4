//! A loaded model with one sequence at a time: prompts are read, tokens fed, logits returned.
//!
//! Invariant: the same tokens give the same logits, bit for bit, whatever was fed before them and
//! whatever the prefix cache holds. Between prompts it holds the fixed parts of prompts only, once
//! [`Model::forget`] was called: of a client's words nothing.

use super::{
    Error,
    decoder::{Decoder, Sequence, Step},
    file::ModelFile,
    prefix::{Plan, PrefixCache},
    template::Prompt,
};

/// Bytes that the prefix cache may hold; also at most as many as a full context takes.
pub const PREFIX_BYTES: u64 = 512 << 20;

/// Loaded weights, the sequence that is being written, and the fixed parts of prompts read before.
pub struct Model {
    decoder: Decoder,
    sequence: Sequence,
    plan: Plan,
    /// The tokens of the prompt that is being read.
    prompt: Vec<u32>,
    prefixes: PrefixCache,
}

impl Model {
    /// Reads the weights, and returns the file's SHA-256 (hex) beside them; `progress` is told per
    /// cent of the file.
    pub fn load(file: &ModelFile, progress: impl FnMut(u8)) -> Result<(Self, String), Error> {
        let (decoder, sha256) = Decoder::read(file, progress)?;
        let limit = decoder.shape().cache_bytes().min(PREFIX_BYTES);
        let model = Self {
            sequence: decoder.sequence(),
            decoder,
            plan: Plan { fixed: 0 },
            prompt: Vec::new(),
            prefixes: PrefixCache::new(limit as usize),
        };
        model.smoke()?;
        Ok((model, sha256))
    }

    /// Tokens of prompt and answer together.
    pub const fn context(&self) -> usize {
        self.decoder.shape().context
    }

    /// Tokens of the sequence so far.
    pub const fn position(&self) -> usize {
        self.sequence.len()
    }

    /// Begins a prompt of at least one token; [`Self::read`] reads it. Returns how many of its
    /// tokens are known from earlier prompts.
    pub fn start(&mut self, prompt: Prompt) -> usize {
        self.plan = Plan {
            fixed: prompt.fixed,
        };
        self.prompt = prompt.tokens;
        let known = self.prefixes.find(&self.prompt, self.plan);
        self.sequence = known.unwrap_or_else(|| self.decoder.sequence());
        self.sequence.len()
    }

    /// Reads the next chunk of the prompt; with its last token come the logits after it (one
    /// number per token of the vocabulary).
    pub fn read(&mut self) -> Result<Option<Vec<f32>>, Error> {
        let prompt = std::mem::take(&mut self.prompt);
        let waiting = &prompt[self.sequence.len().min(prompt.len())..];
        let fed = self.feed(waiting);
        self.prompt = prompt;
        let (_, logits) = fed?;
        self.keep_prefix();
        Ok(logits)
    }

    /// Feeds some of the tokens of an answer, at least one, and returns how many; with the last of
    /// them come the logits after it.
    pub fn feed(&mut self, tokens: &[u32]) -> Result<(usize, Option<Vec<f32>>), Error> {
        let n = self.plan.pass(self.sequence.len(), tokens.len());
        let last = [n.saturating_sub(1)];
        let wanted = if n == tokens.len() { &last[..] } else { &[] };
        let logits = self.decoder.forward(&mut [Step {
            sequence: &mut self.sequence,
            tokens: &tokens[..n],
            wanted,
        }])?;
        let logits = (!wanted.is_empty()).then(|| logits.into_values());
        Ok((n, logits))
    }

    /// Drops the prompt and what was computed for it and its answer; fixed parts stay known.
    pub fn forget(&mut self) {
        self.plan = Plan { fixed: 0 };
        self.prompt = Vec::new();
        self.sequence = self.decoder.sequence();
    }

    /// Keeps the fixed part of a prompt at the moment when just that was read.
    fn keep_prefix(&mut self) {
        let position = self.sequence.len();
        if position > 0 && position == self.plan.fixed {
            let tokens = &self.prompt[..position];
            self.prefixes.keep(tokens, self.plan, &self.sequence);
        }
    }

    /// One pass over a few tokens: packs the weights, and shows that the numbers are numbers.
    fn smoke(&self) -> Result<(), Error> {
        let vocabulary = self.decoder.shape().vocabulary;
        let tokens: Vec<u32> = (0..16.min(vocabulary.min(self.context()) as u32)).collect();
        let mut sequence = self.decoder.sequence();
        let logits = self.decoder.forward(&mut [Step {
            sequence: &mut sequence,
            tokens: &tokens,
            wanted: &[0, tokens.len() - 1],
        }])?;
        if logits.values().iter().all(|x| x.is_finite()) {
            return Ok(());
        }
        Err(Error::refused(
            "the model computes numbers that are not finite",
        ))
    }
}

#[cfg(test)]
mod tests;
