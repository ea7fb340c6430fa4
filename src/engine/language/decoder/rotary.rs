//! Rotary positions (Su and others 2021): each pair of a head's numbers is turned by an angle that
//! grows with the token's position.
//!
//! Invariant: angles are computed in f64 and their sines stored as f32, whatever type the weights
//! have.

use super::matrix::Matrix;
use crate::engine::language::{family::Rotation, shape::Rope};

/// The frequencies of one model.
pub(super) struct Rotary {
    rotation: Rotation,
    /// Radians that each pair turns from one position to the next.
    frequencies: Vec<f64>,
}

/// Cosine and sine of every pair's angle, a row for each token.
pub(super) struct Turns(Vec<(f32, f32)>);

impl Rotary {
    /// `factors` divide the frequencies, as Llama 3.1 and later have them: one for each pair.
    pub(super) fn new(rope: &Rope, rotation: Rotation, factors: Option<&[f32]>) -> Self {
        let frequency = |pair: usize| {
            let power = -2.0 * pair as f64 / rope.width as f64;
            let factor = factors.map_or(1.0, |factors| f64::from(factors[pair]));
            f64::from(rope.base).powf(power) / f64::from(rope.stretch) / factor
        };
        Self {
            rotation,
            frequencies: (0..rope.width / 2).map(frequency).collect(),
        }
    }

    /// The turns of tokens at some positions.
    pub(super) fn turns(&self, positions: impl Iterator<Item = usize>) -> Turns {
        let turn = |position: usize| {
            let angles = self.frequencies.iter().map(move |f| f * position as f64);
            angles.map(|angle| (angle.cos() as f32, angle.sin() as f32))
        };
        Turns(positions.flat_map(turn).collect())
    }

    /// Turns every head of every row.
    pub(super) fn apply(&self, turns: &Turns, heads: &mut Matrix, head_width: usize) {
        let (pairs, width) = (self.frequencies.len(), heads.width());
        let rows = heads.values_mut().chunks_exact_mut(width);
        for (row, turns) in rows.zip(turns.0.chunks_exact(pairs)) {
            for head in row.chunks_exact_mut(head_width) {
                let head = &mut head[..2 * pairs];
                match self.rotation {
                    Rotation::Pairs => {
                        let (numbers, _) = head.as_chunks_mut::<2>();
                        for ([a, b], turn) in numbers.iter_mut().zip(turns) {
                            (*a, *b) = turned(*a, *b, *turn);
                        }
                    }
                    Rotation::Halves => {
                        let (first, second) = head.split_at_mut(pairs);
                        for ((a, b), turn) in first.iter_mut().zip(second).zip(turns) {
                            (*a, *b) = turned(*a, *b, *turn);
                        }
                    }
                }
            }
        }
    }
}

fn turned(a: f32, b: f32, (cos, sin): (f32, f32)) -> (f32, f32) {
    (a * cos - b * sin, a * sin + b * cos)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROPE: Rope = Rope {
        base: 100.0,
        width: 4,
        stretch: 2.0,
    };

    fn turn(rotation: Rotation, factors: Option<&[f32]>, position: usize) -> Vec<f32> {
        let rotary = Rotary::new(&ROPE, rotation, factors);
        let mut heads = Matrix::new(1, 6, vec![1.0, 0.0, 1.0, 0.0, 7.0, 8.0]).unwrap();
        rotary.apply(&rotary.turns(std::iter::once(position)), &mut heads, 6);
        heads.into_values()
    }

    /// At position 6, stretched by 2, the two pairs turn by 3 and by 3/10.
    #[test]
    fn each_form_turns_its_own_pairs() {
        let (fast, slow) = (3.0f32, 0.3f32);
        let cases = [
            (
                Rotation::Pairs,
                [fast.cos(), fast.sin(), slow.cos(), slow.sin()],
            ),
            (
                Rotation::Halves,
                [fast.cos() - fast.sin(), 0.0, fast.cos() + fast.sin(), 0.0],
            ),
        ];
        for (rotation, expected) in cases {
            let turned = turn(rotation, None, 6);
            for (x, y) in turned.iter().zip(expected) {
                assert!((x - y).abs() < 1e-6, "{rotation:?}: {turned:?}");
            }
            assert_eq!(&turned[4..], &[7.0, 8.0][..], "beyond the rotary width");
        }
    }

    #[test]
    fn factors_slow_single_pairs() {
        let (plain, slowed) = (
            turn(Rotation::Pairs, None, 6),
            turn(Rotation::Pairs, Some(&[1.0, 3.0]), 18),
        );
        assert!((plain[2] - slowed[2]).abs() < 1e-6);
        assert!((plain[0] - slowed[0]).abs() > 1e-2);
    }
}
