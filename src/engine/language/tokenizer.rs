//! Byte-level BPE from GGUF metadata: text to token ids and back.
//!
//! Invariant: [`Tokenizer::encode`] never makes a control token, whatever the text says; only
//! [`Tokenizer::encode_with_controls`] reads them. So nothing that a client says can end a turn of
//! the prompt. Incremental decoding never splits a UTF-8 character.

mod bytes;
mod stream;

use std::collections::HashMap;

use tokenizers::{
    PreTokenizerWrapper, SplitDelimiterBehavior,
    models::bpe::BPE,
    normalizers::unicode::NFC,
    pre_tokenizers::{
        byte_level::ByteLevel,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::{Error, gguf::Header};

pub use bytes::to_char;
pub use stream::TextStream;

/// Bytes of one token and of all together: the limits of the trie behind constrained decoding.
const MAX_TOKEN_BYTES: usize = 1_000;
const MAX_VOCABULARY_BYTES: usize = 4_000_000;

/// How text is cut before merging, as each family does (their `tokenizer.json`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Gpt2,
    Llama3,
    Qwen2,
}

const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

impl Family {
    fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "gpt-2" | "gpt2" => Ok(Self::Gpt2),
            "llama-bpe" | "llama3" | "llama-v3" => Ok(Self::Llama3),
            "qwen2" => Ok(Self::Qwen2),
            other => Err(Error::Refused(format!(
                "the pre-tokenizer \"{other}\" is unknown; qwen2, llama-bpe and gpt-2 are known"
            ))),
        }
    }

    fn pre_tokenizer(self) -> Result<PreTokenizerWrapper, Error> {
        let pattern = match self {
            Self::Gpt2 => return Ok(ByteLevel::new(false, false, true).into()),
            Self::Llama3 => LLAMA3,
            Self::Qwen2 => QWEN2,
        };
        let pattern = SplitPattern::Regex(pattern.to_owned());
        let split =
            Split::new(pattern, SplitDelimiterBehavior::Isolated, false).map_err(refused)?;
        let bytes = ByteLevel::new(false, false, false);
        Ok(Sequence::new(vec![split.into(), bytes.into()]).into())
    }
}

/// Text to token ids and back.
pub struct Tokenizer {
    bpe: tokenizers::Tokenizer,
    /// Bytes of each token; empty for control and unused tokens.
    bytes: Vec<Box<[u8]>>,
    /// Control tokens by text, the longest first.
    controls: Vec<(String, u32)>,
    names: HashMap<String, u32>,
    ends: Vec<u32>,
    begin: Option<u32>,
}

impl Tokenizer {
    /// Builds the tokenizer of a file; refuses kinds that would be computed wrongly.
    pub fn from_header(header: &Header) -> Result<Self, Error> {
        let model = header.text("tokenizer.ggml.model")?;
        if model != "gpt2" {
            return Err(Error::Refused(format!(
                "tokenizers of the kind \"{model}\" are not supported; byte-level BPE (\"gpt2\") is"
            )));
        }
        let family = Family::from_name(header.text("tokenizer.ggml.pre")?)?;
        let tokens = header.texts("tokenizer.ggml.tokens")?;
        let kinds = kinds(header, tokens.len())?;
        let names = names(tokens)?;
        let is_text = |id: u32| kinds[id as usize] == Kind::Text;
        // Control tokens stay out of the merging vocabulary, so that no text can become one.
        let vocabulary: HashMap<String, u32> = names
            .iter()
            .filter(|(_, id)| is_text(**id))
            .map(|(t, id)| (t.clone(), *id))
            .collect();
        let bpe = BPE::builder()
            .vocab_and_merges(
                vocabulary
                    .into_iter()
                    .collect::<tokenizers::models::bpe::Vocab>(),
                merges(header)?,
            )
            .ignore_merges(family == Family::Llama3)
            .build()
            .map_err(refused)?;
        let mut bpe = tokenizers::Tokenizer::new(bpe);
        bpe.with_pre_tokenizer(Some(family.pre_tokenizer()?));
        if family == Family::Qwen2 {
            bpe.with_normalizer(Some(NFC)).map_err(refused)?;
        }
        Ok(Self {
            bpe,
            bytes: token_bytes(tokens, &kinds)?,
            controls: controls(tokens, &kinds),
            ends: ends(header, &names)?,
            begin: begin(header, tokens.len())?,
            names,
        })
    }

    /// Number of token ids.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Token ids of a text in which control tokens are just text. Qwen2 composes accents (NFC).
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = self.bpe.encode_fast(text, false).map_err(refused)?;
        Ok(encoding.get_ids().to_vec())
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

    /// The text of token ids; control tokens are left out.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut stream = TextStream::default();
        let mut text: String = ids.iter().map(|id| stream.push(self.bytes(*id))).collect();
        text.push_str(&stream.finish());
        text
    }

    /// The bytes of one token: empty for a control token or an id beyond the vocabulary.
    pub fn bytes(&self, id: u32) -> &[u8] {
        self.bytes.get(id as usize).map_or(&[], |bytes| bytes)
    }

    /// The id of a token by its text in the vocabulary.
    pub fn id(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Control,
    Unused,
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Refused(format!("the tokenizer of the file cannot be used: {error}"))
}

/// `tokenizer.ggml.token_type`: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
fn kinds(header: &Header, n_tokens: usize) -> Result<Vec<Kind>, Error> {
    let Some(types) = header.integers("tokenizer.ggml.token_type")? else {
        return Err(refused("it does not say which tokens are control tokens"));
    };
    if types.len() != n_tokens {
        return Err(refused(format!(
            "{n_tokens} tokens have {} types",
            types.len()
        )));
    }
    let kind = |n: &i64| match n {
        1 => Ok(Kind::Text),
        2..=4 => Ok(Kind::Control),
        5 => Ok(Kind::Unused),
        other => Err(refused(format!("the token type {other} is unknown"))),
    };
    types.iter().map(kind).collect()
}

fn names(tokens: &[String]) -> Result<HashMap<String, u32>, Error> {
    let mut names = HashMap::with_capacity(tokens.len());
    for (id, token) in tokens.iter().enumerate() {
        if token.is_empty() || token.len() > MAX_TOKEN_BYTES {
            return Err(refused(format!(
                "token {id} is empty or longer than {MAX_TOKEN_BYTES} bytes"
            )));
        }
        if names.insert(token.clone(), id as u32).is_some() {
            return Err(refused(format!("token {id} occurs twice")));
        }
    }
    if tokens.iter().map(String::len).sum::<usize>() > MAX_VOCABULARY_BYTES {
        return Err(refused(format!(
            "its tokens are larger than {MAX_VOCABULARY_BYTES} bytes"
        )));
    }
    Ok(names)
}

fn merges(header: &Header) -> Result<Vec<(String, String)>, Error> {
    let pair = |merge: &String| match merge.split_once(' ') {
        Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
        None => Err(refused("a merge has no two parts")),
    };
    header
        .texts("tokenizer.ggml.merges")?
        .iter()
        .map(pair)
        .collect()
}

fn token_bytes(tokens: &[String], kinds: &[Kind]) -> Result<Vec<Box<[u8]>>, Error> {
    let bytes = |(id, token): (usize, &String)| match kinds[id] {
        Kind::Text => bytes::of_token(token)
            .ok_or_else(|| refused(format!("token {id} is not written byte by byte"))),
        Kind::Control | Kind::Unused => Ok(Box::default()),
    };
    tokens.iter().enumerate().map(bytes).collect()
}

fn controls(tokens: &[String], kinds: &[Kind]) -> Vec<(String, u32)> {
    let is_control = |(id, _): &(usize, &String)| kinds[*id] == Kind::Control;
    let entry = |(id, token): (usize, &String)| (token.clone(), id as u32);
    let mut controls: Vec<_> = tokens
        .iter()
        .enumerate()
        .filter(is_control)
        .map(entry)
        .collect();
    controls.sort_by_key(|(token, _)| std::cmp::Reverse(token.len()));
    controls
}

/// The declared end token, and the ends of turn that the families use beside it.
fn ends(header: &Header, names: &HashMap<String, u32>) -> Result<Vec<u32>, Error> {
    let declared = header.count("tokenizer.ggml.eos_token_id")?;
    if declared as usize >= names.len() {
        return Err(refused("its end token does not exist"));
    }
    let mut ends = vec![declared];
    for name in [
        "<|im_end|>",
        "<|endoftext|>",
        "<|eot_id|>",
        "<|end_of_text|>",
    ] {
        ends.extend(names.get(name).filter(|id| **id != declared));
    }
    Ok(ends)
}

fn begin(header: &Header, n_tokens: usize) -> Result<Option<u32>, Error> {
    if header.flag("tokenizer.ggml.add_bos_token")? != Some(true) {
        return Ok(None);
    }
    match header.count("tokenizer.ggml.bos_token_id")? {
        id if (id as usize) < n_tokens => Ok(Some(id)),
        _ => Err(refused("its begin token does not exist")),
    }
}

#[cfg(test)]
mod tests;
