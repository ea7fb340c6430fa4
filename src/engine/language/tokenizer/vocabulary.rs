//! The tokens of a file: their texts, bytes and kinds.

use std::collections::HashMap;

use super::{bytes, refused, spm};
use crate::engine::language::{Error, gguf::Header};

/// Bytes of one token and of all together: the limits of the trie behind constrained decoding.
const MAX_TOKEN_BYTES: usize = 1_000;
const MAX_VOCABULARY_BYTES: usize = 4_000_000;

/// How text tokens are written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// A printable character for each byte.
    ByteLevel,
    /// As they are, with a mark for spaces, and byte tokens beside them.
    SentencePiece,
}

pub(super) struct Vocabulary {
    /// Bytes of each token; empty for control and unused tokens.
    bytes: Vec<Box<[u8]>>,
    kinds: Vec<Kind>,
    ids: HashMap<String, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Control,
    Unused,
    Byte,
}

impl Vocabulary {
    pub(super) fn read(header: &Header, spelling: Spelling) -> Result<Self, Error> {
        let tokens = header.texts("tokenizer.ggml.tokens")?;
        let kinds = kinds(header, tokens.len())?;
        let ids = ids(tokens)?;
        let token_bytes = |(id, token): (usize, &String)| {
            let bytes = match (kinds[id], spelling) {
                (Kind::Control | Kind::Unused, _) => Some(Box::default()),
                (Kind::Text, Spelling::ByteLevel) => bytes::of_token(token),
                (Kind::Text, Spelling::SentencePiece) => {
                    Some(token.replace(spm::SPACE, " ").into_bytes().into())
                }
                (Kind::Byte, Spelling::SentencePiece) => byte(token),
                (Kind::Byte, Spelling::ByteLevel) => None,
            };
            bytes.ok_or_else(|| refused(format!("token {id} is not written byte by byte")))
        };
        let bytes = tokens.iter().enumerate().map(token_bytes);
        Ok(Self {
            bytes: bytes.collect::<Result<_, _>>()?,
            kinds,
            ids,
        })
    }

    /// Number of token ids.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of one token: empty for a control token or an id beyond the vocabulary.
    pub(super) fn bytes(&self, id: u32) -> &[u8] {
        self.bytes.get(id as usize).map_or(&[], |bytes| bytes)
    }

    /// The id of a token by its text.
    pub(super) fn id(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    /// Tokens that texts are made of, as the file spells them, with their ids.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.of_kind(Kind::Text)
    }

    /// Control tokens by text, the longest first.
    pub(super) fn controls(&self) -> Vec<(String, u32)> {
        let controls = self.of_kind(Kind::Control);
        let mut controls: Vec<_> = controls.map(|(text, id)| (text.to_owned(), id)).collect();
        controls.sort_by_key(|(text, id)| (std::cmp::Reverse(text.len()), *id));
        controls
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&str, u32)> {
        let ids = self.ids.iter().map(|(text, id)| (text.as_str(), *id));
        ids.filter(move |(_, id)| self.kinds[*id as usize] == kind)
    }
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
        6 => Ok(Kind::Byte),
        other => Err(refused(format!("the token type {other} is unknown"))),
    };
    types.iter().map(kind).collect()
}

fn ids(tokens: &[String]) -> Result<HashMap<String, u32>, Error> {
    let mut ids = HashMap::with_capacity(tokens.len());
    for (id, token) in tokens.iter().enumerate() {
        if token.is_empty() || token.len() > MAX_TOKEN_BYTES {
            return Err(refused(format!(
                "token {id} is empty or longer than {MAX_TOKEN_BYTES} bytes"
            )));
        }
        if ids.insert(token.clone(), id as u32).is_some() {
            return Err(refused(format!("token {id} occurs twice")));
        }
    }
    if tokens.iter().map(String::len).sum::<usize>() > MAX_VOCABULARY_BYTES {
        return Err(refused(format!(
            "its tokens are larger than {MAX_VOCABULARY_BYTES} bytes"
        )));
    }
    Ok(ids)
}

/// The byte that `<0x0A>` and its like stand for.
fn byte(token: &str) -> Option<Box<[u8]>> {
    let hex = token.strip_prefix("<0x")?.strip_suffix('>')?;
    let byte = u8::from_str_radix(hex, 16).ok()?;
    (spm::byte_token(byte) == token).then(|| Box::from([byte]))
}
