use proptest::prelude::*;

use super::*;
use crate::engine::language::decoder::{BLOCK, Geometry};

const GEOMETRY: Geometry = Geometry {
    layers: 1,
    kv_heads: 1,
    head_width: 2,
};

fn known(cache: &mut PrefixCache, tokens: &[u32], plan: Plan) -> usize {
    cache
        .find(tokens, plan)
        .map_or(0, |sequence| sequence.len())
}

/// A sequence as long as the tokens; what it holds is not looked at here.
fn sequence(tokens: &[u32]) -> Sequence {
    Sequence::of_length(GEOMETRY, tokens.len())
}

fn keep(cache: &mut PrefixCache, tokens: &[u32], plan: Plan) {
    cache.keep(tokens, plan, &sequence(tokens));
}

/// Tokens from `from` on, so that different starts have nothing in common.
fn tokens(from: u32, n: u32) -> Vec<u32> {
    (from..from + n).collect()
}

#[test]
fn the_longest_known_start_at_a_cut_is_found() {
    let plan = Plan { fixed: 300 };
    let mut cache = PrefixCache::new(1 << 30);
    assert_eq!(known(&mut cache, &tokens(0, 300), plan), 0);
    keep(&mut cache, &tokens(0, 100), Plan { fixed: 100 });
    keep(&mut cache, &tokens(0, 300), plan);
    for (length, expected) in [
        (400, 300),
        (301, 300),
        (300, 256),
        (257, 256),
        (256, 192),
        (65, 64),
        (64, 0),
        (1, 0),
    ] {
        assert_eq!(
            known(&mut cache, &tokens(0, length), plan),
            expected,
            "{length}"
        );
    }
    let mut other = tokens(0, 301);
    other[170] = 9_999;
    assert_eq!(known(&mut cache, &other, plan), 128);
    assert_eq!(known(&mut cache, &other, Plan { fixed: 100 }), 100);
    other[70] = 9_999;
    assert_eq!(known(&mut cache, &other, plan), 64);
    other[0] = 9_999;
    assert_eq!(known(&mut cache, &other, plan), 0);
    assert_eq!(known(&mut cache, &[], plan), 0);
}

#[test]
fn prompts_of_other_kinds_share_whole_chunks_of_both() {
    let mut cache = PrefixCache::new(1 << 30);
    let at = |fixed| Plan { fixed };
    keep(&mut cache, &tokens(0, 200), at(200));
    assert_eq!(known(&mut cache, &tokens(0, 300), at(250)), 192);
    assert_eq!(known(&mut cache, &tokens(0, 300), at(130)), 128);
    assert_eq!(known(&mut cache, &tokens(0, 300), at(0)), 0);
}

/// What follows the fixed part are a client's words.
#[test]
fn what_goes_beyond_the_fixed_part_is_not_kept() {
    let mut cache = PrefixCache::new(1 << 30);
    let plan = Plan { fixed: 100 };
    for length in [101, 128, 300] {
        keep(&mut cache, &tokens(0, length), plan);
        assert_eq!((cache.held().count(), cache.bytes()), (0, 0), "{length}");
    }
    keep(&mut cache, &tokens(0, 100), plan);
    assert!(cache.held().eq([&tokens(0, 100)[..]]));
}

#[test]
fn the_bound_holds_and_the_least_used_goes_first() {
    let plan = Plan { fixed: 5 * BLOCK };
    let block = GEOMETRY.block_bytes();
    let mut cache = PrefixCache::new(4 * block);
    let length = 2 * BLOCK as u32;
    for from in [0, 1_000] {
        keep(&mut cache, &tokens(from, length), plan);
    }
    assert_eq!(cache.bytes(), 4 * block);
    assert_ne!(known(&mut cache, &tokens(0, length), plan), 0);
    keep(&mut cache, &tokens(2_000, length), plan);
    assert_eq!(cache.bytes(), 4 * block);
    assert_eq!(known(&mut cache, &tokens(1_000, length), plan), 0);
    assert_ne!(known(&mut cache, &tokens(0, length), plan), 0);
}

#[test]
fn what_is_larger_than_the_bound_drives_nothing_out() {
    let plan = Plan { fixed: 5 * BLOCK };
    let block = GEOMETRY.block_bytes();
    let mut cache = PrefixCache::new(4 * block);
    let length = 2 * BLOCK as u32;
    for from in [0, 1_000] {
        keep(&mut cache, &tokens(from, length), plan);
    }
    let large = tokens(3_000, 5 * BLOCK as u32);
    keep(&mut cache, &large, plan);
    assert_eq!(known(&mut cache, &large, plan), 0);
    assert_eq!(cache.bytes(), 4 * block);
    for from in [0, 1_000] {
        assert_ne!(known(&mut cache, &tokens(from, length), plan), 0, "{from}");
    }
}

#[test]
fn shared_blocks_count_once() {
    let plan = Plan { fixed: 192 };
    let mut cache = PrefixCache::new(1 << 30);
    let all = sequence(&tokens(0, 192));
    for length in [64, 128, 192] {
        let mut part = all.snapshot();
        part.truncate(length as usize);
        cache.keep(&tokens(0, length), plan, &part);
    }
    assert_eq!(cache.bytes(), 3 * GEOMETRY.block_bytes());
}

proptest! {
    /// Wherever one resumes at a cut, the passes from there are those of a run from the start.
    #[test]
    fn passes_do_not_depend_on_where_one_resumes(
        fixed in 0usize..300, length in 1usize..600, resume in 0usize..600,
    ) {
        let plan = Plan { fixed };
        let ends = |mut position: usize| {
            let mut ends = Vec::new();
            while position < length {
                let n = plan.pass(position, length - position);
                prop_assert!((1..=CHUNK).contains(&n));
                position += n;
                ends.push(position);
            }
            prop_assert_eq!(position, length);
            Ok(ends)
        };
        let all = ends(0)?;
        let cut = plan.cut(resume.min(length - 1));
        prop_assert!(cut == 0 || all.contains(&cut) || cut == fixed);
        let rest = ends(cut)?;
        prop_assert_eq!(&all[all.len() - rest.len()..], &rest[..]);
    }
}
