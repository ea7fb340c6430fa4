//! A loaded model that writes one text at a time.
//!
//! Invariants: between any two prefill chunks and any two tokens it asks whether to go on; when a
//! text ends, in whatever way, its prompt and its tokens are dropped.

use std::{path::Path, sync::Arc, time::Instant};

use toktrie::SimpleVob;

use super::{
    Error,
    file::ModelFile,
    model::Model,
    sampler::Sampler,
    schema::{Constraint, Grammars},
    template::Template,
    tokenizer::{TextStream, Tokenizer},
};
use crate::{
    domain::classification::ModelRef,
    engine::generator::{Request, Stop},
};

/// A model with all that it takes to write.
pub struct Writer {
    model: Model,
    tokenizer: Arc<Tokenizer>,
    template: Template,
    grammars: Grammars,
    /// What may come next without a schema: text and ends.
    words: SimpleVob,
    reference: ModelRef,
}

/// Why to stop before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    Cancelled,
    Deadline,
}

/// A text that was written, to its end or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub stop: Stop,
    /// All tokens of the text, without the one that ended it.
    pub tokens: Vec<u32>,
    pub prefill_ms: u32,
    pub decode_ms: u32,
}

impl Writer {
    /// Checks and loads a file; `progress` is told per cent of it.
    pub fn load(path: &Path, progress: impl FnMut(u8)) -> Result<Self, Error> {
        let file = ModelFile::open(path)?;
        let tokenizer = Arc::new(Tokenizer::from_header(&file.header)?);
        let template = Template::of(&tokenizer)?;
        let grammars = Grammars::new(Arc::clone(&tokenizer))?;
        let (model, sha256) = Model::load(&file, progress)?;
        Ok(Self {
            model,
            template,
            grammars,
            words: words(&tokenizer),
            tokenizer,
            reference: ModelRef {
                id: id(&file, path),
                sha256,
                head: 0,
            },
        })
    }

    pub const fn reference(&self) -> &ModelRef {
        &self.reference
    }

    /// Writes a text and hands on each piece of it; `None` if it was cancelled.
    ///
    /// Refuses a prompt that leaves no room for an answer, and a schema that cannot be enforced.
    pub fn write(
        &mut self,
        request: &Request,
        interrupt: impl Fn() -> Option<Interrupt>,
        on_text: impl FnMut(String),
    ) -> Result<Option<Written>, Error> {
        let written = self.write_and_remember(request, interrupt, on_text);
        self.model.forget();
        written
    }

    fn write_and_remember(
        &mut self,
        request: &Request,
        interrupt: impl Fn() -> Option<Interrupt>,
        mut on_text: impl FnMut(String),
    ) -> Result<Option<Written>, Error> {
        let sampler = Sampler::new(request.temperature, request.seed)?;
        let constraint = match &request.schema {
            Some(schema) => Some(self.grammars.start(schema)?),
            None => None,
        };
        let prompt = self
            .template
            .render(&self.tokenizer, &request.prefix, &request.user)?;
        let room = self.model.context().saturating_sub(prompt.tokens.len());
        if room == 0 {
            return Err(Error::Refused(format!(
                "the prompt has {} tokens, and the model holds {}",
                prompt.tokens.len(),
                self.model.context()
            )));
        }
        let started = Instant::now();
        self.model.start(prompt);
        let logits = match self.read(&interrupt)? {
            Ok(logits) => logits,
            Err(Interrupt::Cancelled) => return Ok(None),
            Err(Interrupt::Deadline) => {
                return Ok(Some(Written {
                    stop: Stop::Deadline,
                    tokens: Vec::new(),
                    prefill_ms: since(started),
                    decode_ms: 0,
                }));
            }
        };
        let prefill_ms = since(started);
        let started = Instant::now();
        let mut answer = Answer {
            sampler,
            constraint,
            stream: TextStream::default(),
            tokens: Vec::new(),
            most: room.min(request.max_tokens.into()),
            cut: false,
        };
        let Some(stop) = self.decode(&mut answer, logits, &interrupt, &mut on_text)? else {
            return Ok(None);
        };
        if stop == Stop::End {
            // A text that was cut off keeps no half of a character.
            on_text(answer.stream.finish());
        }
        Ok(Some(Written {
            stop,
            tokens: answer.tokens,
            prefill_ms,
            decode_ms: since(started),
        }))
    }

    fn decode(
        &mut self,
        answer: &mut Answer,
        mut logits: Vec<f32>,
        interrupt: &impl Fn() -> Option<Interrupt>,
        on_text: &mut impl FnMut(String),
    ) -> Result<Option<Stop>, Error> {
        loop {
            if answer.tokens.len() >= answer.most {
                return Ok(Some(Stop::Length));
            }
            let from = answer.tokens.len();
            if !answer.extend(&logits, &self.words, self.tokenizer.ends())? {
                return Ok(Some(Stop::End));
            }
            let new = &answer.tokens[from..];
            let text = new
                .iter()
                .map(|id| answer.stream.push(self.tokenizer.bytes(*id)));
            let text: String = text.collect();
            let new = new.to_vec();
            if !text.is_empty() {
                on_text(text);
            }
            if let Some(stop) = answer.stop() {
                return Ok(Some(stop));
            }
            logits = match self.feed(&new, interrupt)? {
                Ok(logits) => logits,
                Err(Interrupt::Cancelled) => return Ok(None),
                Err(Interrupt::Deadline) => return Ok(Some(Stop::Deadline)),
            };
        }
    }

    /// Reads the prompt chunk by chunk, and asks before each whether to go on.
    fn read(
        &mut self,
        interrupt: &impl Fn() -> Option<Interrupt>,
    ) -> Result<Result<Vec<f32>, Interrupt>, Error> {
        loop {
            if let Some(why) = interrupt() {
                return Ok(Err(why));
            }
            if let Some(logits) = self.model.read()? {
                return Ok(Ok(logits));
            }
        }
    }

    /// Feeds tokens (at least one) chunk by chunk, and asks before each whether to go on.
    fn feed(
        &mut self,
        mut tokens: &[u32],
        interrupt: &impl Fn() -> Option<Interrupt>,
    ) -> Result<Result<Vec<f32>, Interrupt>, Error> {
        loop {
            if let Some(why) = interrupt() {
                return Ok(Err(why));
            }
            let (n, logits) = self.model.feed(tokens)?;
            if let Some(logits) = logits {
                return Ok(Ok(logits));
            }
            tokens = &tokens[n..];
        }
    }
}

/// The answer so far.
struct Answer {
    sampler: Sampler,
    constraint: Option<Constraint>,
    stream: TextStream,
    tokens: Vec<u32>,
    /// How many tokens it may have.
    most: usize,
    /// Whether tokens that must follow found no room.
    cut: bool,
}

impl Answer {
    /// Adds the next token, and those that must follow it; `false` if the text ends instead.
    fn extend(&mut self, logits: &[f32], words: &SimpleVob, ends: &[u32]) -> Result<bool, Error> {
        let position = self.tokens.len() as u64;
        let allowed = self
            .constraint
            .as_mut()
            .map(Constraint::allowed)
            .transpose()?;
        let token = self
            .sampler
            .pick(logits, allowed.as_ref().unwrap_or(words), position)?;
        if ends.contains(&token) {
            return Ok(false);
        }
        self.tokens.push(token);
        if let Some(constraint) = &mut self.constraint {
            constraint.take(token)?;
            self.tokens.extend(constraint.forced()?);
            self.cut = self.tokens.len() > self.most;
            self.tokens.truncate(self.most);
        }
        Ok(true)
    }

    /// Why nothing may follow, if so. The constraint has also taken the tokens that found no room,
    /// so that it may be finished where the text is not.
    fn stop(&self) -> Option<Stop> {
        if self.cut {
            return Some(Stop::Length);
        }
        let constraint = self.constraint.as_ref()?;
        constraint.is_finished().then_some(Stop::End)
    }
}

fn words(tokenizer: &Tokenizer) -> SimpleVob {
    let mut words = SimpleVob::alloc(tokenizer.len());
    let is_word = |id: &u32| !tokenizer.bytes(*id).is_empty();
    let ids = (0..tokenizer.len() as u32).filter(is_word);
    ids.chain(tokenizer.ends().iter().copied())
        .for_each(|id| words.allow_token(id));
    words
}

/// The name that the file gives itself, else its file name.
fn id(file: &ModelFile, path: &Path) -> String {
    let name = file.header.text("general.name").unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    match path.file_stem() {
        Some(stem) if name.trim().is_empty() => stem.to_string_lossy().into_owned(),
        _ => name,
    }
}

fn since(started: Instant) -> u32 {
    started.elapsed().as_millis().try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
