//! Choosing the next token: greedy, or drawn with a temperature from our own random numbers.
//!
//! Invariant: the choice depends on logits, mask, seed and position alone, so that a replay with
//! the same logits is exact, wherever it starts.

use toktrie::SimpleVob;

use super::Error;

/// How tokens are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampler {
    /// 0 is greedy.
    temperature: f32,
    seed: u64,
}

impl Sampler {
    /// Refuses a temperature that is negative or not finite.
    pub fn new(temperature: f32, seed: u64) -> Result<Self, Error> {
        if !temperature.is_finite() || temperature < 0.0 {
            return Err(Error::Refused(format!(
                "the temperature {temperature} is no number from 0 up"
            )));
        }
        Ok(Self { temperature, seed })
    }

    /// Picks the token at `position` of the answer among those allowed. Ties go to the lowest id.
    ///
    /// Fails if no token is allowed or a logit of an allowed one is not finite.
    pub fn pick(&self, logits: &[f32], allowed: &SimpleVob, position: u64) -> Result<u32, Error> {
        let best = best(logits, allowed)?;
        if self.temperature == 0.0 {
            return Ok(best as u32);
        }
        let weight =
            |id: usize| (f64::from(logits[id] - logits[best]) / f64::from(self.temperature)).exp();
        let mut total = 0.0;
        each(logits, allowed, |id| total += weight(id));
        let mut left = unit(self.seed, position) * total;
        let mut picked = None;
        each(logits, allowed, |id| {
            if picked.is_none() {
                left -= weight(id);
                if left < 0.0 {
                    picked = Some(id);
                }
            }
        });
        // Rounding may leave a crumb after the last token.
        Ok(picked.unwrap_or(best) as u32)
    }
}

fn each(logits: &[f32], allowed: &SimpleVob, mut f: impl FnMut(usize)) {
    allowed.iter_set_entries(|id| {
        if id < logits.len() {
            f(id);
        }
    });
}

fn best(logits: &[f32], allowed: &SimpleVob) -> Result<usize, Error> {
    let mut best = None;
    let mut finite = true;
    each(logits, allowed, |id| {
        finite &= logits[id].is_finite();
        if best.is_none_or(|b: usize| logits[id] > logits[b]) {
            best = Some(id);
        }
    });
    match best {
        Some(best) if finite => Ok(best),
        Some(_) => Err(candle_core::Error::msg("the logits are not finite").into()),
        None => Err(candle_core::Error::msg("no token is allowed").into()),
    }
}

/// The number at a position of a random sequence: uniform from 0 to below 1, with 53 bits.
///
/// SplitMix64 (Steele, Lea, Flood 2014), whose state is a counter, so any position costs the same.
pub fn unit(seed: u64, position: u64) -> f64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let state = mix(seed).wrapping_add(GOLDEN.wrapping_mul(position.wrapping_add(1)));
    (mix(state) >> 11) as f64 / (1u64 << 53) as f64
}

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(n: usize) -> SimpleVob {
        SimpleVob::alloc_ones(n)
    }

    fn only(n: usize, ids: &[u32]) -> SimpleVob {
        let mut set = SimpleVob::alloc(n);
        for id in ids {
            set.allow_token(*id);
        }
        set
    }

    #[test]
    fn greedy_takes_the_largest_allowed_and_the_first_of_equals() {
        let greedy = Sampler::new(0.0, 9).unwrap();
        let logits = [1.0, 5.0, 5.0, 7.0];
        assert_eq!(greedy.pick(&logits, &all(4), 0).unwrap(), 3);
        assert_eq!(greedy.pick(&logits, &only(4, &[0, 1, 2]), 0).unwrap(), 1);
    }

    #[test]
    fn what_cannot_be_sampled_is_an_error() {
        let sampler = Sampler::new(0.7, 1).unwrap();
        assert!(sampler.pick(&[1.0, f32::NAN], &all(2), 0).is_err());
        assert!(sampler.pick(&[f32::NAN, 1.0], &only(2, &[1]), 0).is_ok());
        assert!(sampler.pick(&[1.0, 2.0], &SimpleVob::alloc(2), 0).is_err());
        for temperature in [-1.0, f32::NAN, f32::INFINITY] {
            assert!(Sampler::new(temperature, 0).is_err());
        }
    }

    #[test]
    fn draws_follow_the_softmax() {
        let sampler = Sampler::new(2.0, 42).unwrap();
        let logits = [0.0, 2.0 * 2f32.ln(), 2.0 * 5f32.ln()];
        let mut counts = [0u32; 3];
        for position in 0..8_000 {
            counts[sampler.pick(&logits, &all(3), position).unwrap() as usize] += 1;
        }
        // Expected 1000, 2000, 5000; the standard deviation is at most 44.
        for (count, expected) in counts.iter().zip([1_000, 2_000, 5_000]) {
            assert!(count.abs_diff(expected) < 200, "{counts:?}");
        }
    }

    #[test]
    fn the_sequence_is_pinned() {
        let bits: Vec<u64> = (0..3)
            .map(|p| (unit(7, p) * (1u64 << 32) as f64) as u64)
            .collect();
        assert_eq!(bits, PINNED);
    }

    /// The same computed by a program of its own.
    const PINNED: [u64; 3] = [2_252_048_671, 1_297_677_266, 4_041_548_039];

    proptest! {
        #[test]
        fn the_pick_is_allowed_and_repeats(
            logits in prop::collection::vec(-50f32..50.0, 1..80),
            chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..10),
            temperature in prop_oneof![Just(0.0), 0.01f32..5.0],
            seed in any::<u64>(),
            position in any::<u64>(),
        ) {
            let n = logits.len();
            let ids: Vec<u32> = chosen.iter().map(|i| i.index(n) as u32).collect();
            let allowed = only(n, &ids);
            let sampler = Sampler::new(temperature, seed).unwrap();
            let pick = sampler.pick(&logits, &allowed, position).unwrap();
            prop_assert!(ids.contains(&pick));
            prop_assert_eq!(pick, sampler.pick(&logits, &allowed, position).unwrap());
        }

        #[test]
        fn units_stay_in_range(seed in any::<u64>(), position in any::<u64>()) {
            prop_assert!((0.0..1.0).contains(&unit(seed, position)));
        }
    }
}
