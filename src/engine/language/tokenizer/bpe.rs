//! Byte-level BPE with the pre-tokenizers that the families use.

use tokenizers::{
    PreTokenizerWrapper, SplitDelimiterBehavior,
    models::bpe::{BPE, Vocab},
    normalizers::unicode::NFC,
    pre_tokenizers::{
        byte_level::ByteLevel,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::{refused, vocabulary::Vocabulary};
use crate::engine::language::{Error, gguf::Header};

/// How text is cut before merging, as each family does (their `tokenizer.json`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Gpt2,
    Llama3,
    Qwen2,
}

const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

impl Cut {
    /// The cut of a `tokenizer.ggml.pre`; an unknown one is refused, since it would be wrong.
    pub(super) fn named(name: &str) -> Result<Self, Error> {
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

/// The merging of a file. Control tokens stay out of it, so that no text can become one.
pub(super) fn tokenizer(
    header: &Header,
    vocabulary: &Vocabulary,
    cut: Cut,
) -> Result<tokenizers::Tokenizer, Error> {
    let texts = vocabulary.texts().map(|(text, id)| (text.to_owned(), id));
    let bpe = BPE::builder()
        .vocab_and_merges(texts.collect::<Vocab>(), merges(header)?)
        .ignore_merges(cut == Cut::Llama3)
        // No words kept from one request to the next: they are a client's.
        .cache_capacity(0)
        .build()
        .map_err(refused)?;
    let mut bpe = tokenizers::Tokenizer::new(bpe);
    bpe.with_pre_tokenizer(Some(cut.pre_tokenizer()?));
    if cut == Cut::Qwen2 {
        bpe.with_normalizer(Some(NFC)).map_err(refused)?;
    }
    Ok(bpe)
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
