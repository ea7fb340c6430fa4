//! A language model from a GGUF file: checked, loaded, and made to write under a schema.
//!
//! Must not know processes, frames or who asks. Invariants: no byte of a file reaches candle before
//! [`gguf`] has accepted its header; the file's own chat template is never read; the same file,
//! request and seed give the same tokens on the same machine.

pub mod file;
pub mod gguf;

pub mod family;
pub mod memory;
pub mod shape;

pub mod decoder;
pub mod model;
pub mod prefix;

pub mod sampler;
pub mod schema;
pub mod template;
pub mod tokenizer;

pub mod writer;

pub mod tiny;

/// Why a model cannot be used. The sentences are for the person who brought the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or the request breaks a rule; trying again will not help.
    #[error("{0}")]
    Refused(String),
    #[error("cannot read the model file: {0}")]
    Read(#[from] std::io::Error),
    #[error("the model cannot be computed: {0}")]
    Compute(#[from] candle_core::Error),
}

impl Error {
    fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}
