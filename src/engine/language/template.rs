//! The prompt format of each model family. The template inside a model file is never read.
//!
//! Invariant: what marks a turn is a control token, and texts are encoded as plain text, so nothing
//! that a client says can end a turn or begin one.

use super::{Error, tokenizer::Tokenizer};

/// A prompt up to where the answer begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub tokens: Vec<u32>,
    /// Tokens at the start that follow from the system text alone.
    pub fixed: usize,
}

/// How turns are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// `<|im_start|>role … <|im_end|>`: Qwen2, Qwen2.5, Qwen3 and the Bielik models.
    ChatMl {
        start: u32,
        end: u32,
        /// `<think>` and `</think>`: an empty thought lets Qwen3 answer at once.
        thought: Option<(u32, u32)>,
    },
    /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`: Llama 3.
    Headers { start: u32, end: u32, turn: u32 },
    /// `[INST] … [/INST]` as control tokens, the system text before the user's: Mistral.
    Instruction { start: u32, end: u32 },
}

impl Template {
    /// The format whose control tokens the tokenizer has.
    pub fn of(tokenizer: &Tokenizer) -> Result<Self, Error> {
        let control = |name: &str| {
            let id = tokenizer.id(name)?;
            tokenizer.bytes(id).is_empty().then_some(id)
        };
        if let Some((start, end)) = control("<|im_start|>").zip(control("<|im_end|>")) {
            let thought = control("<think>").zip(control("</think>"));
            return Ok(Self::ChatMl {
                start,
                end,
                thought,
            });
        }
        let header = control("<|start_header_id|>").zip(control("<|end_header_id|>"));
        if let Some(((start, end), turn)) = header.zip(control("<|eot_id|>")) {
            return Ok(Self::Headers { start, end, turn });
        }
        if let Some((start, end)) = control("[INST]").zip(control("[/INST]")) {
            return Ok(Self::Instruction { start, end });
        }
        Err(Error::refused(
            "the model has none of the control tokens of a known prompt format: <|im_start|> and <|im_end|>, <|start_header_id|>, <|end_header_id|> and <|eot_id|>, or [INST] and [/INST]",
        ))
    }

    /// The prompt for an answer. Both texts are encoded as plain text.
    pub fn render(self, tokenizer: &Tokenizer, system: &str, user: &str) -> Result<Prompt, Error> {
        let mut prompt = Builder {
            tokenizer,
            tokens: Vec::from_iter(tokenizer.begin()),
        };
        let fixed;
        match self {
            Self::ChatMl {
                start,
                end,
                thought,
            } => {
                prompt.control(start).text(&format!("system\n{system}"))?;
                prompt.control(end).text("\n")?;
                prompt.control(start);
                fixed = prompt.tokens.len();
                prompt.text(&format!("user\n{user}"))?;
                prompt.control(end).text("\n")?;
                prompt.control(start).text("assistant\n")?;
                if let Some((open, close)) = thought {
                    prompt.control(open).text("\n\n")?;
                    prompt.control(close).text("\n\n")?;
                }
            }
            Self::Headers { start, end, turn } => {
                prompt.control(start).text("system")?;
                prompt.control(end).text(&format!("\n\n{system}"))?;
                prompt.control(turn).control(start).text("user")?;
                prompt.control(end);
                fixed = prompt.tokens.len();
                prompt.text(&format!("\n\n{user}"))?;
                prompt.control(turn).control(start).text("assistant")?;
                prompt.control(end).text("\n\n")?;
            }
            Self::Instruction { start, end } => {
                prompt.control(start).text(&format!("{system}\n\n"))?;
                fixed = prompt.tokens.len();
                prompt.more(user)?.control(end);
            }
        }
        Ok(Prompt {
            tokens: prompt.tokens,
            fixed,
        })
    }
}

struct Builder<'a> {
    tokenizer: &'a Tokenizer,
    tokens: Vec<u32>,
}

impl Builder<'_> {
    fn control(&mut self, id: u32) -> &mut Self {
        self.tokens.push(id);
        self
    }

    /// Text after a control token.
    fn text(&mut self, text: &str) -> Result<&mut Self, Error> {
        self.tokens.extend(self.tokenizer.encode(text)?);
        Ok(self)
    }

    /// Text that goes on.
    fn more(&mut self, text: &str) -> Result<&mut Self, Error> {
        self.tokens.extend(self.tokenizer.encode_more(text)?);
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
