//! The shape of a language model as its header declares it, and whether its tensors agree.
//!
//! Invariant: a [`Shape`] that was read from a header makes the decoder allocate no more than the
//! file and the context bound justify, and names every tensor of the file: one that the decoder
//! would not use is refused, since the numbers would be silently wrong without it.

mod keys;

use std::collections::HashSet;

use super::{
    Error,
    family::{Family, Presence},
    gguf::Header,
};

use keys::{Keys, within};

/// Tokens of context that a model gets at most, however many its file offers: the key and value
/// cache grows with it.
pub const MAX_CONTEXT: usize = 8_192;
const MAX_LAYERS: usize = 256;
const MAX_VOCABULARY: usize = 512 << 10;
const MAX_WIDTH: usize = 1 << 20;

/// Hyperparameters of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub family: Family,
    pub layers: usize,
    pub hidden: usize,
    pub feed_forward: usize,
    pub heads: usize,
    /// Divides `heads`.
    pub kv_heads: usize,
    /// Numbers of one head; `heads` of them need not make up `hidden`.
    pub head_width: usize,
    /// Tokens of prompt and answer together, at most [`MAX_CONTEXT`] and the window that the
    /// model attends to.
    pub context: usize,
    pub vocabulary: usize,
    pub rope: Rope,
    pub norm_epsilon: f32,
}

/// Rotary positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rope {
    /// The frequency of pair i is `base`^(−2i/`width`).
    pub base: f32,
    /// How many numbers of each head are rotated: even, at most the head's width.
    pub width: usize,
    /// Positions are divided by it (linear scaling); 1 where the file says nothing.
    pub stretch: f32,
}

/// A tensor that a decoder of some shape has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub name: String,
    /// As the file has them: the fastest varying first.
    pub dims: Vec<usize>,
    pub presence: Presence,
}

impl Shape {
    /// Reads and checks the hyperparameters, and every tensor of the file.
    pub fn read(header: &Header) -> Result<Self, Error> {
        let keys = Keys::of(header)?;
        let heads = keys.within("attention heads", "attention.head_count", MAX_WIDTH)?;
        let hidden = keys.within("hidden width", "embedding_length", MAX_WIDTH)?;
        let head_width = keys.head_width(hidden, heads)?;
        let vocabulary = header.texts("tokenizer.ggml.tokens")?.len();
        let shape = Self {
            family: keys.family,
            layers: keys.within("layers", "block_count", MAX_LAYERS)?,
            hidden,
            feed_forward: keys.within("feed-forward width", "feed_forward_length", MAX_WIDTH)?,
            heads,
            kv_heads: keys.within("key-value heads", "attention.head_count_kv", MAX_WIDTH)?,
            head_width,
            context: keys.context()?,
            vocabulary: within("vocabulary", vocabulary, MAX_VOCABULARY)?,
            rope: keys.rope(head_width)?,
            norm_epsilon: keys.required_float("attention.layer_norm_rms_epsilon")?,
        };
        shape.check_numbers()?;
        shape.check_tensors(header)?;
        Ok(shape)
    }

    /// Numbers of all heads' queries.
    pub const fn query_width(&self) -> usize {
        self.heads * self.head_width
    }

    /// Numbers of all heads' keys, and as many of values.
    pub const fn kv_width(&self) -> usize {
        self.kv_heads * self.head_width
    }

    /// Bytes of the f32 key and value cache when the context is full.
    pub const fn cache_bytes(&self) -> u64 {
        (2 * self.layers * self.context * self.kv_width() * 4) as u64
    }

    fn check_numbers(&self) -> Result<(), Error> {
        let (heads, kv_heads) = (self.heads, self.kv_heads);
        if !heads.is_multiple_of(kv_heads) {
            return Err(Error::Refused(format!(
                "{kv_heads} key-value heads do not divide {heads} attention heads"
            )));
        }
        if !(1.0..=1e12).contains(&self.rope.base) {
            return Err(Error::refused("the rotary base is out of range"));
        }
        if !(1.0..=1_024.0).contains(&self.rope.stretch) {
            return Err(Error::refused("the rotary scaling is out of range"));
        }
        if !(0.0..=0.1).contains(&self.norm_epsilon) {
            return Err(Error::refused("the epsilon of the norms is out of range"));
        }
        Ok(())
    }

    fn check_tensors(&self, header: &Header) -> Result<(), Error> {
        let expected = self.tensors();
        for tensor in &expected {
            let (name, dims) = (&tensor.name, &tensor.dims);
            match header.tensor(name) {
                Some(found) if found.dims == *dims => {}
                Some(found) => {
                    return Err(Error::Refused(format!(
                        "the tensor `{name}` has the dimensions {:?} instead of {dims:?}",
                        found.dims
                    )));
                }
                None if tensor.presence == Presence::Required => {
                    return Err(Error::Refused(format!("the tensor `{name}` is missing")));
                }
                None => {}
            }
        }
        let known: HashSet<_> = expected.iter().map(|tensor| &tensor.name).collect();
        match header.tensors.iter().find(|t| !known.contains(&t.name)) {
            None => Ok(()),
            Some(unknown) => Err(Error::Refused(format!(
                "the tensor `{}` is none of a \"{}\" decoder of {} layers: the model would be computed wrongly without it",
                unknown.name, self.family.name, self.layers
            ))),
        }
    }

    /// Every tensor that a file of this shape must or may have.
    pub fn tensors(&self) -> Vec<Expected> {
        let (hidden, vocabulary) = (self.hidden, self.vocabulary);
        let mut tensors = Vec::new();
        let mut add = |name: String, dims: &[usize], presence: Presence| {
            let dims = dims.to_vec();
            if presence != Presence::Absent {
                tensors.push(Expected {
                    name,
                    dims,
                    presence,
                });
            }
        };
        let always = Presence::Required;
        add("token_embd.weight".into(), &[hidden, vocabulary], always);
        add("output_norm.weight".into(), &[hidden], always);
        // Without a head of its own a model's logits come from the embedding.
        let head = [hidden, vocabulary];
        add("output.weight".into(), &head, Presence::Optional);
        let pairs = [self.rope.width / 2];
        add("rope_freqs.weight".into(), &pairs, self.family.rope_factors);
        for layer in 0..self.layers {
            for (part, dims, presence) in self.layer_tensors() {
                add(format!("blk.{layer}.{part}"), &dims, presence);
            }
        }
        tensors
    }

    fn layer_tensors(&self) -> Vec<(&'static str, Vec<usize>, Presence)> {
        let (hidden, wide) = (self.hidden, self.feed_forward);
        let (query, kv, head) = (self.query_width(), self.kv_width(), self.head_width);
        let always = Presence::Required;
        let norms = if self.family.head_norms {
            Presence::Required
        } else {
            Presence::Absent
        };
        let biases = self.family.biases;
        vec![
            ("attn_norm.weight", vec![hidden], always),
            ("attn_q.weight", vec![hidden, query], always),
            ("attn_q.bias", vec![query], biases),
            ("attn_q_norm.weight", vec![head], norms),
            ("attn_k.weight", vec![hidden, kv], always),
            ("attn_k.bias", vec![kv], biases),
            ("attn_k_norm.weight", vec![head], norms),
            ("attn_v.weight", vec![hidden, kv], always),
            ("attn_v.bias", vec![kv], biases),
            ("attn_output.weight", vec![query, hidden], always),
            ("ffn_norm.weight", vec![hidden], always),
            ("ffn_gate.weight", vec![hidden, wide], always),
            ("ffn_up.weight", vec![hidden, wide], always),
            ("ffn_down.weight", vec![wide, hidden], always),
        ]
    }
}
