//! The keys and values of one sequence of tokens: the KV cache.
//!
//! They lie in blocks of [`BLOCK`] tokens, allocated as the sequence grows. A block holds all
//! layers, so a sequence is a list of blocks; a snapshot shares them, and a shared block is copied
//! when it is next written to. Invariant: what stands before [`Sequence::len`] never changes.

use std::sync::Arc;

use super::matrix::Matrix;

/// Tokens of one block. Attention goes from block to block.
pub const BLOCK: usize = 64;

/// What a sequence holds for every token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    pub layers: usize,
    pub kv_heads: usize,
    pub head_width: usize,
}

impl Geometry {
    /// Numbers of one layer and head in a block: keys, and as many of values.
    const fn part(self) -> usize {
        BLOCK * self.head_width
    }

    const fn block(self) -> usize {
        2 * self.layers * self.kv_heads * self.part()
    }

    /// Bytes of one block.
    pub const fn block_bytes(self) -> usize {
        self.block() * size_of::<f32>()
    }

    /// Where the keys of a layer and head begin in a block; the values follow them.
    const fn start(self, layer: usize, kv_head: usize) -> usize {
        2 * (layer * self.kv_heads + kv_head) * self.part()
    }
}

/// Keys and values of the tokens fed so far.
#[derive(Clone)]
pub struct Sequence {
    geometry: Geometry,
    blocks: Vec<Arc<Vec<f32>>>,
    length: usize,
}

impl Sequence {
    pub const fn new(geometry: Geometry) -> Self {
        Self {
            geometry,
            blocks: Vec::new(),
            length: 0,
        }
    }

    /// A sequence of some length whose keys and values are all zero.
    #[cfg(test)]
    pub fn of_length(geometry: Geometry, tokens: usize) -> Self {
        let mut sequence = Self::new(geometry);
        sequence.reserve(tokens);
        sequence.advance(tokens);
        sequence
    }

    /// Tokens fed so far: the position of the next one.
    pub const fn len(&self) -> usize {
        self.length
    }

    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub const fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Forgets everything from a position on; later positions are no error.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        self.blocks.truncate(self.length.div_ceil(BLOCK));
    }

    /// The same tokens as a sequence of its own, without copying what they share.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        self.clone()
    }

    /// An identity for each block, the same for blocks that sequences share.
    pub fn blocks(&self) -> impl Iterator<Item = usize> {
        self.blocks.iter().map(|block| Arc::as_ptr(block).addr())
    }

    /// Makes room for tokens that [`Self::write`] then fills, layer by layer.
    pub(super) fn reserve(&mut self, tokens: usize) {
        let block = self.geometry.block();
        self.blocks
            .resize_with((self.length + tokens).div_ceil(BLOCK), || {
                Arc::new(vec![0.0; block])
            });
    }

    /// Writes one layer's keys and values (a row for each token) behind the tokens fed so far.
    ///
    /// `first` is the row of the first token, `tokens` how many rows belong to this sequence.
    pub(super) fn write(
        &mut self,
        layer: usize,
        (keys, values): (&Matrix, &Matrix),
        first: usize,
        tokens: usize,
    ) {
        let (geometry, width) = (self.geometry, self.geometry.head_width);
        for token in 0..tokens {
            let (index, place) = ((self.length + token) / BLOCK, (self.length + token) % BLOCK);
            let block = Arc::make_mut(&mut self.blocks[index]);
            let keys = keys.row(first + token).chunks_exact(width);
            let values = values.row(first + token).chunks_exact(width);
            for (head, (key, value)) in keys.zip(values).enumerate() {
                let start = geometry.start(layer, head);
                let part = &mut block[start..start + 2 * geometry.part()];
                let (all_keys, all_values) = part.split_at_mut(geometry.part());
                // Keys stand number by number, so that a query meets a whole block at once.
                for (number, x) in key.iter().enumerate() {
                    all_keys[number * BLOCK + place] = *x;
                }
                all_values[place * width..(place + 1) * width].copy_from_slice(value);
            }
        }
    }

    /// Counts tokens as fed, once every layer has been written.
    pub(super) const fn advance(&mut self, tokens: usize) {
        self.length += tokens;
    }

    /// Keys (`head_width` rows of [`BLOCK`] tokens) and values ([`BLOCK`] rows of `head_width`
    /// numbers) of a block.
    pub(super) fn block(&self, index: usize, layer: usize, kv_head: usize) -> (&[f32], &[f32]) {
        let (start, part) = (self.geometry.start(layer, kv_head), self.geometry.part());
        self.blocks[index][start..start + 2 * part].split_at(part)
    }
}
