//! Text to token ids and back, from GGUF metadata: byte-level BPE or SentencePiece.
//!
//! Invariant: [`Tokenizer::encode`] never makes a control token, whatever the text says; only
//! [`Tokenizer::encode_with_controls`] reads them. So nothing that a client says can end a turn of
//! the prompt. Incremental decoding never splits a UTF-8 character.

mod bpe;
mod bytes;
mod spm;
mod stream;
mod vocabulary;

use super::{Error, gguf::Header};

use bpe::Cut;
use spm::Spm;
use vocabulary::{Spelling, Vocabulary};

pub use bytes::to_char;
pub use stream::TextStream;

/// Text to token ids and back.
pub struct Tokenizer {
    algorithm: Algorithm,
    vocabulary: Vocabulary,
    /// Control tokens by text, the longest first.
    controls: Vec<(String, u32)>,
    ends: Vec<u32>,
    begin: Option<u32>,
}

enum Algorithm {
    Bpe(Box<tokenizers::Tokenizer>),
    Spm(Box<Spm>),
}

impl Tokenizer {
    /// Builds the tokenizer of a file; refuses kinds that would be computed wrongly.
    pub fn from_header(header: &Header) -> Result<Self, Error> {
        let (algorithm, vocabulary, begins) = match header.text("tokenizer.ggml.model")? {
            "gpt2" => {
                let cut = Cut::named(header.text("tokenizer.ggml.pre")?)?;
                let vocabulary = Vocabulary::read(header, Spelling::ByteLevel)?;
                let bpe = bpe::tokenizer(header, &vocabulary, cut)?;
                let begins = cut == Cut::Llama3;
                (Algorithm::Bpe(Box::new(bpe)), vocabulary, begins)
            }
            "llama" => {
                let vocabulary = Vocabulary::read(header, Spelling::SentencePiece)?;
                let spm = Spm::new(header, &vocabulary)?;
                (Algorithm::Spm(Box::new(spm)), vocabulary, true)
            }
            other => {
                return Err(Error::Refused(format!(
                    "tokenizers of the kind \"{other}\" are not supported; byte-level BPE (\"gpt2\") and SentencePiece (\"llama\") are"
                )));
            }
        };
        Ok(Self {
            algorithm,
            controls: vocabulary.controls(),
            ends: ends(header, &vocabulary)?,
            begin: begin(header, &vocabulary, begins)?,
            vocabulary,
        })
    }

    /// Number of token ids.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Token ids of a text in which control tokens are just text. Qwen2 composes accents (NFC);
    /// SentencePiece begins it with a space where its family does.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode_part(text, true)
    }

    /// Token ids of a text that goes on after other text, not after a control token.
    pub fn encode_more(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode_part(text, false)
    }

    fn encode_part(&self, text: &str, first: bool) -> Result<Vec<u32>, Error> {
        match &self.algorithm {
            Algorithm::Bpe(bpe) => {
                let encoding = bpe.encode_fast(text, false).map_err(refused)?;
                Ok(encoding.get_ids().to_vec())
            }
            Algorithm::Spm(spm) => Ok(spm.encode(text, first)),
        }
    }

    /// Token ids of a text in which control tokens are read as such. For our own templates only.
    pub fn encode_with_controls(&self, text: &str) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        let mut rest = text;
        while let Some((at, control, id)) = self.first_control(rest) {
            ids.extend(self.encode(&rest[..at])?);
            ids.push(id);
            rest = &rest[at + control..];
        }
        ids.extend(self.encode(rest)?);
        Ok(ids)
    }

    /// Byte offset, byte length and id of the first control token in a text.
    fn first_control(&self, text: &str) -> Option<(usize, usize, u32)> {
        let found = self.controls.iter().filter_map(|(control, id)| {
            let at = text.find(control.as_str())?;
            Some((at, control.len(), *id))
        });
        // At the same place the longest wins, which is the order of `controls`.
        found.min_by_key(|(at, ..)| *at)
    }

    /// The text of token ids; control tokens are left out, and so is the space that
    /// [`Self::encode`] puts first.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut stream = TextStream::default();
        let mut text: String = ids.iter().map(|id| stream.push(self.bytes(*id))).collect();
        text.push_str(&stream.finish());
        match &self.algorithm {
            Algorithm::Spm(spm) if spm.space_first() && text.starts_with(' ') => text.split_off(1),
            _ => text,
        }
    }

    /// The bytes of one token: empty for a control token or an id beyond the vocabulary.
    pub fn bytes(&self, id: u32) -> &[u8] {
        self.vocabulary.bytes(id)
    }

    /// The id of a token by its text in the vocabulary.
    pub fn id(&self, name: &str) -> Option<u32> {
        self.vocabulary.id(name)
    }

    /// Tokens that end an answer.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The token that begins every prompt, where the model wants one.
    pub const fn begin(&self) -> Option<u32> {
        self.begin
    }
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Refused(format!("the tokenizer of the file cannot be used: {error}"))
}

/// The declared end token, and the ends of turn that the families use beside it.
fn ends(header: &Header, vocabulary: &Vocabulary) -> Result<Vec<u32>, Error> {
    let declared = header.count("tokenizer.ggml.eos_token_id")?;
    if declared as usize >= vocabulary.len() {
        return Err(refused("its end token does not exist"));
    }
    let mut ends = vec![declared];
    for name in [
        "<|im_end|>",
        "<|endoftext|>",
        "<|eot_id|>",
        "<|end_of_text|>",
    ] {
        ends.extend(vocabulary.id(name).filter(|id| *id != declared));
    }
    Ok(ends)
}

/// `begins` is what the family does where the file does not say.
fn begin(header: &Header, vocabulary: &Vocabulary, begins: bool) -> Result<Option<u32>, Error> {
    let says = header.flag("tokenizer.ggml.add_bos_token")?;
    if !says.unwrap_or(begins) {
        return Ok(None);
    }
    match header.count("tokenizer.ggml.bos_token_id")? {
        id if (id as usize) < vocabulary.len() => Ok(Some(id)),
        _ => Err(refused("its begin token does not exist")),
    }
}

#[cfg(test)]
mod tests;
