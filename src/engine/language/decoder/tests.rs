//! Ours against the reference, against stock candle where that is right, and against itself: the
//! same tokens fed in every way.

mod reference;
mod stock;

use candle_core::quantized::GgmlDType;
use rstest::rstest;

use super::*;
use crate::engine::language::{
    family::{FAMILIES, Family},
    tiny::{self, Recipe},
};
use reference::Reference;

/// A model whose widths all quantisations allow.
fn wide(family: Family, dtype: GgmlDType) -> Recipe {
    let mut recipe = Recipe::of(family);
    recipe.dtype = dtype;
    recipe.shape.hidden = 256;
    recipe.shape.feed_forward = 512;
    (recipe.shape.heads, recipe.shape.kv_heads) = (8, 2);
    recipe.shape.head_width = 32;
    recipe.shape.rope.width = 32;
    recipe.shape.context = 256;
    recipe
}

fn decoder(file: &[u8]) -> Decoder {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), file).unwrap();
    let file = ModelFile::open(path.path()).unwrap();
    Decoder::read(&file, |_| {}).unwrap().0
}

fn made(recipe: &Recipe) -> (Decoder, Vec<u8>) {
    let file = tiny::bytes(recipe, 3).unwrap();
    (decoder(&file), file)
}

fn tokens(n: u32) -> Vec<u32> {
    (0..n).map(|i| (i * i + 7 * i) % 256).collect()
}

/// The logits after every token, fed in pieces of some lengths, the last one over and over.
fn logits(decoder: &Decoder, sequence: &mut Sequence, tokens: &[u32], pieces: &[usize]) -> Matrix {
    let mut all = Vec::new();
    let (mut rest, mut pieces) = (tokens, pieces.iter());
    let mut length = tokens.len();
    while !rest.is_empty() {
        length = pieces.next().copied().unwrap_or(length).min(rest.len());
        let wanted: Vec<usize> = (0..length).collect();
        let part = decoder.forward(&mut [Step {
            sequence,
            tokens: &rest[..length],
            wanted: &wanted,
        }]);
        all.extend(part.unwrap().into_values());
        rest = &rest[length..];
    }
    Matrix::new(tokens.len(), decoder.shape().vocabulary, all).unwrap()
}

fn whole(decoder: &Decoder, tokens: &[u32]) -> Matrix {
    logits(decoder, &mut decoder.sequence(), tokens, &[])
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    // `max` would pass over what is not a number.
    let finite = differences.inspect(|x| assert!(x.is_finite(), "{x} is no distance"));
    finite.fold(0.0, f32::max)
}

/// Root of the mean square of the error, as a share of that of the numbers.
fn relative_error(numbers: &[f32], exact: &[f32]) -> f64 {
    let square = |x: f32| f64::from(x) * f64::from(x);
    let error: f64 = numbers.iter().zip(exact).map(|(a, b)| square(a - b)).sum();
    (error / exact.iter().map(|x| square(*x)).sum::<f64>()).sqrt()
}

#[test]
#[should_panic(expected = "is no distance")]
fn no_number_is_no_small_distance() {
    distance(&[1.0, f32::NAN, 1.0], &[1.0; 3]);
}

#[test]
fn f32_weights_agree_with_the_reference() {
    for family in FAMILIES {
        for (optional, own_head) in [(false, false), (true, true)] {
            let mut recipe = wide(family, GgmlDType::F32);
            (recipe.optional, recipe.own_head) = (optional, own_head);
            let (decoder, file) = made(&recipe);
            let tokens = tokens(150);
            let exact = Reference::new(&recipe.shape, &file)
                .logits(&tokens)
                .concat();
            let error = distance(whole(&decoder, &tokens).values(), &exact);
            assert!(error < 1e-3, "{} {optional}: {error}", family.name);
        }
    }
}

/// Weights of two bytes are widened, so nothing is lost; the others meet activations of 8 bits.
#[rstest]
#[case(GgmlDType::F16, 1e-5)]
#[case(GgmlDType::BF16, 1e-5)]
#[case(GgmlDType::Q8_0, 0.05)]
#[case(GgmlDType::Q6K, 0.05)]
#[case(GgmlDType::Q5K, 0.05)]
#[case(GgmlDType::Q4K, 0.05)]
#[case(GgmlDType::Q5_0, 0.05)]
#[case(GgmlDType::Q4_0, 0.05)]
fn stored_types_agree_with_the_reference(#[case] dtype: GgmlDType, #[case] bound: f64) {
    for family in FAMILIES {
        let recipe = wide(family, dtype);
        let (decoder, file) = made(&recipe);
        let tokens = tokens(70);
        let exact = Reference::new(&recipe.shape, &file)
            .logits(&tokens)
            .concat();
        let error = relative_error(whole(&decoder, &tokens).values(), &exact);
        assert!(error < bound, "{} {dtype:?}: {error}", family.name);
    }
}

/// f32 products round a little differently for one row and for many. So do those of quantised
/// weights, and where that moves an activation over the edge between two of its 255 steps the
/// difference is a step of one number.
#[rstest]
#[case(GgmlDType::F32, 1e-5)]
#[case(GgmlDType::Q8_0, 0.01)]
#[case(GgmlDType::Q6K, 0.03)]
fn every_way_to_feed_gives_the_same_logits(#[case] dtype: GgmlDType, #[case] bound: f64) {
    for family in FAMILIES {
        let (decoder, _) = made(&wide(family, dtype));
        let tokens = tokens(150);
        let at_once = whole(&decoder, &tokens);
        for pieces in [
            &[64, 64, 22][..],
            &[1; 150],
            &[7, 100, 43],
            &[149, 1],
            &[63, 2, 1, 1, 1, 1, 81],
        ] {
            assert_eq!(pieces.iter().sum::<usize>(), tokens.len());
            let fed = logits(&decoder, &mut decoder.sequence(), &tokens, pieces);
            let error = relative_error(fed.values(), at_once.values());
            assert!(error < bound, "{} {pieces:?}: {error}", family.name);
        }
    }
}

#[test]
fn snapshots_and_truncated_sequences_go_on_alike() {
    for family in FAMILIES {
        let (decoder, _) = made(&wide(family, GgmlDType::Q8_0));
        let tokens = tokens(135);
        for cut in [1, 64, 65, 128] {
            let plain = logits(&decoder, &mut decoder.sequence(), &tokens, &[cut]);
            let mut sequence = decoder.sequence();
            logits(&decoder, &mut sequence, &tokens[..cut], &[]);
            let mut snapshot = sequence.snapshot();
            // What the original writes afterwards must not reach the snapshot, nor come back.
            logits(&decoder, &mut sequence, &[5; 70], &[]);
            sequence.truncate(cut);
            for sequence in [&mut snapshot, &mut sequence] {
                assert_eq!(sequence.len(), cut);
                let rest = logits(&decoder, sequence, &tokens[cut..], &[]);
                let n = rest.values().len();
                let expected = &plain.values()[plain.values().len() - n..];
                assert_eq!(rest.values(), expected, "{} {cut}", family.name);
            }
        }
    }
}

#[test]
fn a_batch_of_four_equals_four_singles() {
    for family in FAMILIES {
        let (decoder, _) = made(&wide(family, GgmlDType::Q8_0));
        let all = tokens(150);
        let parts = [&all[..1], &all[1..71], &all[3..68], &all[100..101]];
        let mut sequences: Vec<_> = (0..4).map(|_| decoder.sequence()).collect();
        logits(&decoder, &mut sequences[3], &all[..100], &[]);
        let mut alone = sequences.clone();
        let lasts = parts.map(|part| [part.len() - 1]);
        let zipped = sequences.iter_mut().zip(&parts).zip(&lasts);
        let mut steps: Vec<_> = zipped
            .map(|((sequence, tokens), wanted)| Step {
                sequence,
                tokens,
                wanted,
            })
            .collect();
        let together = decoder.forward(&mut steps).unwrap();
        assert_eq!(together.rows(), 4);
        for (i, part) in parts.iter().enumerate() {
            let single = logits(&decoder, &mut alone[i], part, &[]);
            let error = distance(together.row(i), single.row(part.len() - 1));
            assert!(error < 1e-3, "{} {i}: {error}", family.name);
            assert_eq!(alone[i].len(), sequences[i].len());
        }
    }
}

#[test]
fn only_wanted_rows_come_back() {
    let (decoder, _) = made(&wide(FAMILIES[1], GgmlDType::F32));
    let tokens = tokens(70);
    let all = whole(&decoder, &tokens);
    for wanted in [&[][..], &[69], &[0, 68], &[3, 4, 5, 66]] {
        let mut sequence = decoder.sequence();
        let mut steps = [Step {
            sequence: &mut sequence,
            tokens: &tokens,
            wanted,
        }];
        let rows = decoder.forward(&mut steps).unwrap();
        assert_eq!((rows.rows(), sequence.len()), (wanted.len(), 70));
        assert!(distance(rows.values(), all.pick(wanted).values()) < 1e-4);
    }
}

#[test]
fn what_does_not_fit_is_an_error_and_changes_nothing() {
    let (decoder, _) = made(&wide(FAMILIES[0], GgmlDType::Q8_0));
    let mut sequence = decoder.sequence();
    logits(&decoder, &mut sequence, &[1; 200], &[]);
    let cases: [(&[u32], &[usize]); 4] =
        [(&[1; 57], &[]), (&[], &[]), (&[1], &[1]), (&[9_999], &[0])];
    for (tokens, wanted) in cases {
        let mut steps = [Step {
            sequence: &mut sequence,
            tokens,
            wanted,
        }];
        assert!(decoder.forward(&mut steps).is_err());
        assert_eq!(sequence.len(), 200);
    }
    logits(&decoder, &mut sequence, &[1; 56], &[]);
}
