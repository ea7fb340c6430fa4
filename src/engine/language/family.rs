//! The model families: what one decoder must know to compute each of them.
//!
//! Must not know tensors or files. Invariant: a family is data; the decoder never asks for a name.

/// Which two numbers of a head are turned together by the rotary embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Numbers 2i and 2i+1. Llama's GGUF files hold the rows of queries and keys in the order that
    /// this form wants.
    Pairs,
    /// Numbers i and i + width/2, as GPT-NeoX has it.
    Halves,
}

/// Whether a family has a kind of tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Required,
    /// Used where the file has it.
    Optional,
    Absent,
}

/// A family of decoders: norms before attention and feed-forward, SiLU-gated feed-forward, rotary
/// positions, grouped-query attention. The families differ in what stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// `general.architecture` of its files, and the prefix of its keys.
    pub name: &'static str,
    pub rotation: Rotation,
    /// Biases of queries, keys and values.
    pub biases: Presence,
    /// A norm of each head's queries and keys before they are rotated.
    pub head_norms: bool,
    /// Divisors of the rotary frequencies, as Llama 3.1 and later have them.
    pub rope_factors: Presence,
}

/// Every family that is computed here.
pub const FAMILIES: [Family; 3] = [
    // Mistral's files name this architecture too.
    Family {
        name: "llama",
        rotation: Rotation::Pairs,
        biases: Presence::Optional,
        head_norms: false,
        rope_factors: Presence::Optional,
    },
    // Qwen2 and Qwen2.5.
    Family {
        name: "qwen2",
        rotation: Rotation::Halves,
        biases: Presence::Required,
        head_norms: false,
        rope_factors: Presence::Absent,
    },
    Family {
        name: "qwen3",
        rotation: Rotation::Halves,
        biases: Presence::Absent,
        head_norms: true,
        rope_factors: Presence::Absent,
    },
];

impl Family {
    /// The family of a `general.architecture`.
    pub fn named(name: &str) -> Option<Self> {
        FAMILIES.into_iter().find(|family| family.name == name)
    }
}
