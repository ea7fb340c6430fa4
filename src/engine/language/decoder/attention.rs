//! Causal attention of new tokens over the keys and values of their sequence.
//!
//! Grouped queries read their common keys where they lie: nothing is repeated or copied. The
//! softmax is computed block by block with a running maximum (Milakov and Gimelshein 2018), so no
//! row of scores longer than a block exists. Invariant: the result of a row depends on its query
//! and its sequence up to its position alone, bit for bit.

use super::{
    arithmetic::exp_minus,
    matrix::Matrix,
    parallel,
    sequence::{BLOCK, Sequence},
};

/// Queries that one unit of work takes against each block.
const QUERIES: usize = 32;

/// Consecutive rows of queries that belong to one sequence.
pub(super) struct Span<'a> {
    pub sequence: &'a Sequence,
    /// The position of each row: it attends to itself and everything before.
    pub positions: &'a [usize],
}

/// For each row of `queries` (all heads side by side) the attended values, in the same shape.
pub(super) fn attend(queries: &Matrix, spans: &[Span], layer: usize) -> Matrix {
    let mut output = Matrix::zeros(queries.rows(), queries.width());
    let Some(first) = spans.first() else {
        return output;
    };
    let geometry = first.sequence.geometry();
    let kv_heads = geometry.kv_heads;
    let group_width = queries.width() / kv_heads;
    let rows_at_once = (QUERIES * geometry.head_width / group_width).max(1);

    // A piece is what one row gets from one group of heads.
    let mut pieces = output.values_mut().chunks_exact_mut(group_width);
    let mut units = Vec::new();
    let (mut row, mut cost) = (0, 0);
    for span in spans {
        cost += 2 * queries.width() * span.positions.iter().sum::<usize>();
        for positions in span.positions.chunks(rows_at_once) {
            let mut of_heads: Vec<_> = (0..kv_heads).map(|_| Vec::new()).collect();
            for _ in positions {
                for of in &mut of_heads {
                    of.extend(pieces.next());
                }
            }
            for (kv_head, pieces) in of_heads.into_iter().enumerate() {
                units.push(Unit {
                    sequence: span.sequence,
                    positions,
                    row,
                    kv_head,
                    pieces,
                });
            }
            row += positions.len();
        }
    }
    parallel::each(units, cost, |_, unit| unit.attend(queries, layer));
    output
}

/// Some rows of one sequence and the heads that share their keys.
struct Unit<'a> {
    sequence: &'a Sequence,
    positions: &'a [usize],
    /// The first of the rows.
    row: usize,
    kv_head: usize,
    pieces: Vec<&'a mut [f32]>,
}

/// The softmax of one query so far.
struct Running {
    top: f32,
    sum: f32,
}

impl Unit<'_> {
    fn attend(&mut self, queries: &Matrix, layer: usize) {
        let width = self.sequence.geometry().head_width;
        let group_width = queries.width() / self.sequence.geometry().kv_heads;
        let scale = 1.0 / (width as f32).sqrt();
        let mut running = Vec::new();
        running.resize_with(self.positions.len() * group_width / width, || Running {
            top: f32::NEG_INFINITY,
            sum: 0.0,
        });
        let last = self.positions.iter().copied().max().unwrap_or_default();
        for block in 0..=last / BLOCK {
            let (keys, values) = self.sequence.block(block, layer, self.kv_head);
            let mut running = running.iter_mut();
            for (i, position) in self.positions.iter().enumerate() {
                let visible = (position + 1).saturating_sub(block * BLOCK).min(BLOCK);
                let query = &queries.row(self.row + i)[self.kv_head * group_width..][..group_width];
                let outputs = self.pieces[i].chunks_exact_mut(width);
                for (query, output) in query.chunks_exact(width).zip(outputs) {
                    let running = running.next().expect("there is one for each row and head");
                    if visible > 0 {
                        let scores = scores(query, keys, scale);
                        running.take(&mut { scores }[..visible], values, output);
                    }
                }
            }
        }
        let outputs = self
            .pieces
            .iter_mut()
            .flat_map(|p| p.chunks_exact_mut(width));
        for (output, running) in outputs.zip(running) {
            for x in output {
                *x /= running.sum;
            }
        }
    }
}

impl Running {
    /// Adds a block's values, weighted by its scores, to what is there.
    fn take(&mut self, scores: &mut [f32], values: &[f32], output: &mut [f32]) {
        let top = scores.iter().copied().fold(self.top, f32::max);
        if top > self.top {
            let shrink = (self.top - top).exp();
            self.sum *= shrink;
            for x in output.iter_mut() {
                *x *= shrink;
            }
            self.top = top;
        }
        self.sum += exp_minus(scores, top);
        add_weighted(output, scores, values);
    }
}

/// The scaled products of a query with every key of a block.
///
/// Here and below the innermost loop counts an index up: of the ways to write it this is the one
/// that builds without optimisation run fast enough for the tests.
fn scores(query: &[f32], keys: &[f32], scale: f32) -> [f32; BLOCK] {
    let mut scores = [0.0; BLOCK];
    let (keys, _) = keys.as_chunks::<BLOCK>();
    for (x, keys) in query.iter().zip(keys) {
        let x = x * scale;
        let mut token = 0;
        while token < BLOCK {
            scores[token] += x * keys[token];
            token += 1;
        }
    }
    scores
}

/// Adds the first rows of `values`, each times its weight: four at a time, so that the sum is
/// loaded and stored a quarter as often.
fn add_weighted(sum: &mut [f32], weights: &[f32], values: &[f32]) {
    let width = sum.len();
    let (fours, rest) = weights.as_chunks::<4>();
    let (in_fours, after) = values.split_at(fours.len() * 4 * width);
    for ([a, b, c, d], rows) in fours.iter().zip(in_fours.chunks_exact(4 * width)) {
        let (first, second) = rows.split_at(2 * width);
        let ((va, vb), (vc, vd)) = (first.split_at(width), second.split_at(width));
        let mut place = 0;
        while place < width {
            sum[place] += (a * va[place] + b * vb[place]) + (c * vc[place] + d * vd[place]);
            place += 1;
        }
    }
    for (weight, row) in rest.iter().zip(after.chunks_exact(width)) {
        let mut place = 0;
        while place < width {
            sum[place] += weight * row[place];
            place += 1;
        }
    }
}
