//! The shape of a language model as its header declares it, and whether its tensors agree.
//!
//! Invariant: a [`Shape`] that was read from a header makes candle allocate no more than the file
//! and the context bound justify.

use super::{Error, gguf::Header};

/// Tokens of context that a model gets at most, however many its file offers: key and value cache
/// and rotary tables grow with it.
pub const MAX_CONTEXT: usize = 8_192;
/// Architectures that are computed here.
const ARCHITECTURES: &[&str] = &["qwen2"];
const MAX_LAYERS: usize = 256;
const MAX_VOCABULARY: usize = 512 << 10;
const MAX_WIDTH: usize = 1 << 20;

/// Hyperparameters of a Qwen2-shaped decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub layers: usize,
    pub hidden: usize,
    pub feed_forward: usize,
    pub heads: usize,
    /// Divides `heads`.
    pub kv_heads: usize,
    /// Tokens of prompt and answer together, at most [`MAX_CONTEXT`].
    pub context: usize,
    pub vocabulary: usize,
    pub rope_base: f32,
    pub norm_epsilon: f32,
}

impl Shape {
    /// Reads and checks the hyperparameters, and every tensor that the decoder will ask for.
    pub fn read(header: &Header) -> Result<Self, Error> {
        let architecture = header.text("general.architecture")?;
        if !ARCHITECTURES.contains(&architecture) {
            return Err(Error::Refused(format!(
                "models of the architecture \"{architecture}\" are not computed here; {} are",
                ARCHITECTURES.join(", ")
            )));
        }
        let count = |key: &str| header.count(&format!("{architecture}.{key}"));
        let float = |key: &str| header.float(&format!("{architecture}.{key}"));
        let shape = Self {
            layers: within("layers", count("block_count")?, MAX_LAYERS)?,
            hidden: within("hidden width", count("embedding_length")?, MAX_WIDTH)?,
            feed_forward: within(
                "feed-forward width",
                count("feed_forward_length")?,
                MAX_WIDTH,
            )?,
            heads: within("attention heads", count("attention.head_count")?, MAX_WIDTH)?,
            kv_heads: within(
                "key-value heads",
                count("attention.head_count_kv")?,
                MAX_WIDTH,
            )?,
            context: within("context", count("context_length")?, 1 << 24)?.min(MAX_CONTEXT),
            vocabulary: within(
                "vocabulary",
                header.texts("tokenizer.ggml.tokens")?.len() as u32,
                MAX_VOCABULARY,
            )?,
            rope_base: float("rope.freq_base")?.unwrap_or(10_000.0) as f32,
            norm_epsilon: float("attention.layer_norm_rms_epsilon")?.unwrap_or(1e-6) as f32,
        };
        if let Ok(kind) = header.text(&format!("{architecture}.rope.scaling.type"))
            && kind != "none"
        {
            return Err(Error::Refused(format!(
                "the model stretches its context (\"{kind}\" scaling), which is not computed here"
            )));
        }
        shape.check_heads()?;
        shape.check_numbers()?;
        shape.check_tensors(header)?;
        Ok(shape)
    }

    pub const fn head_width(&self) -> usize {
        self.hidden / self.heads
    }

    pub const fn kv_width(&self) -> usize {
        self.kv_heads * self.head_width()
    }

    /// Bytes of the f32 key and value cache when the context is full.
    pub const fn cache_bytes(&self) -> u64 {
        (2 * self.layers * self.context * self.kv_width() * 4) as u64
    }

    fn check_heads(&self) -> Result<(), Error> {
        let (heads, kv_heads) = (self.heads, self.kv_heads);
        if !heads.is_multiple_of(kv_heads) {
            return Err(Error::Refused(format!(
                "{kv_heads} key-value heads do not divide {heads} attention heads"
            )));
        }
        if !self.hidden.is_multiple_of(heads) || !self.head_width().is_multiple_of(2) {
            return Err(Error::Refused(format!(
                "a hidden width of {} cannot be split into {heads} heads of even width",
                self.hidden
            )));
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<(), Error> {
        if !(1.0..=1e12).contains(&self.rope_base) {
            return Err(Error::refused("the rotary base is out of range"));
        }
        if !(0.0..=0.1).contains(&self.norm_epsilon) {
            return Err(Error::refused("the epsilon of the norms is out of range"));
        }
        Ok(())
    }

    fn check_tensors(&self, header: &Header) -> Result<(), Error> {
        let (hidden, wide) = (self.hidden, self.feed_forward);
        let check = |name: &str, dims: &[usize]| match header.tensor(name) {
            Some(tensor) if tensor.dims == dims => Ok(()),
            Some(tensor) => Err(Error::Refused(format!(
                "the tensor `{name}` has the dimensions {:?} instead of {dims:?}",
                tensor.dims
            ))),
            None => Err(Error::Refused(format!("the tensor `{name}` is missing"))),
        };
        check("token_embd.weight", &[hidden, self.vocabulary])?;
        check("output_norm.weight", &[hidden])?;
        if header.tensor("output.weight").is_some() {
            check("output.weight", &[hidden, self.vocabulary])?;
        }
        for layer in 0..self.layers {
            let parts: [(&str, &[usize]); 12] = [
                ("attn_norm.weight", &[hidden]),
                ("attn_q.weight", &[hidden, hidden]),
                ("attn_q.bias", &[hidden]),
                ("attn_k.weight", &[hidden, self.kv_width()]),
                ("attn_k.bias", &[self.kv_width()]),
                ("attn_v.weight", &[hidden, self.kv_width()]),
                ("attn_v.bias", &[self.kv_width()]),
                ("attn_output.weight", &[hidden, hidden]),
                ("ffn_norm.weight", &[hidden]),
                ("ffn_gate.weight", &[hidden, wide]),
                ("ffn_up.weight", &[hidden, wide]),
                ("ffn_down.weight", &[wide, hidden]),
            ];
            for (part, dims) in parts {
                check(&format!("blk.{layer}.{part}"), dims)?;
            }
        }
        Ok(())
    }
}

fn within(what: &str, n: u32, max: usize) -> Result<usize, Error> {
    match n as usize {
        n if (1..=max).contains(&n) => Ok(n),
        n => Err(Error::Refused(format!(
            "{what}: {n} is not from 1 to {max}"
        ))),
    }
}
