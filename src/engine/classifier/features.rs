//! Features of an utterance, each tied to the words it came from.
//!
//! Two blocks, each scaled on its own: hashed words, pairs of neighbouring stems and character
//! n-grams (3–5, inside a word); and concepts of the lexicon with a few marks of punctuation.
//! Invariant: every unit of a feature's value belongs to a word, so that the sum over words of
//! value × weight is the logit less its bias. Attribution is exact, not an estimate.

use std::collections::BTreeMap;

use super::lexicon::Lexicon;
use super::words::{Word, words};

/// Rows of the weight table.
pub(crate) const ROWS: usize = 1 << 15;
/// The first rows belong to concepts, then to marks; hashed features share the rest.
pub(crate) const CONCEPT_ROWS: usize = 2032;
const MARK_ROWS: usize = 16;
const FIRST_HASHED: usize = CONCEPT_ROWS + MARK_ROWS;

/// Length of the concept block beside the hashed block's 1.
const CONCEPT_LENGTH: f32 = 0.7;
const WORD: f32 = 1.0;
const PAIR: f32 = 0.5;
const NGRAM: f32 = 0.5;
const NUMBER: f32 = 0.7;

/// Which features a model sees; the narrower sets are baselines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureSet {
    Characters,
    Words,
    Concepts,
    All,
}

/// A share of a feature's value in one word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    pub(crate) row: u32,
    pub(crate) word: u32,
    pub(crate) value: f32,
}

#[derive(Debug, Default)]
pub(crate) struct Features {
    pub(crate) words: Vec<Word>,
    pub(crate) shares: Vec<Share>,
}

impl Features {
    /// Value by row, summed over words.
    pub(crate) fn by_row(&self) -> BTreeMap<u32, f32> {
        let mut rows = BTreeMap::new();
        for share in &self.shares {
            *rows.entry(share.row).or_insert(0.0) += share.value;
        }
        rows
    }
}

/// The features of a text; empty when it has no words.
pub(crate) fn extract(text: &str, lexicon: &Lexicon, set: FeatureSet) -> Features {
    let words = words(text);
    let mut shares = Vec::new();
    if !words.is_empty() {
        if set != FeatureSet::Concepts {
            shares.extend(hashed(&words, set != FeatureSet::Characters).scaled(1.0));
        }
        if matches!(set, FeatureSet::Concepts | FeatureSet::All) {
            shares.extend(concepts(text, &words, lexicon).scaled(CONCEPT_LENGTH));
        }
    }
    Features { words, shares }
}

/// Occurrences of features, before counts become values.
#[derive(Default)]
struct Block {
    found: BTreeMap<u64, Found>,
}

struct Found {
    row: u32,
    /// Of one occurrence.
    weight: f32,
    /// First word and number of words of each occurrence.
    places: Vec<(u32, u32)>,
}

impl Found {
    fn value(&self) -> f32 {
        (self.weight * self.places.len() as f32).ln_1p()
    }
}

impl Block {
    /// One occurrence over the words `first..first + n`.
    fn add(&mut self, feature: u64, row: u32, weight: f32, first: usize, n: usize) {
        let found = self.found.entry(feature).or_insert_with(|| Found {
            row,
            weight,
            places: Vec::new(),
        });
        found.places.push((first as u32, n as u32));
    }

    /// Value = ln(1 + weight × count), the block scaled to `length`, shared equally by
    /// occurrence and, within one, by word.
    fn scaled(self, length: f32) -> impl Iterator<Item = Share> {
        let squares: f32 = self.found.values().map(|f| f.value().powi(2)).sum();
        let scale = if squares > 0.0 {
            length / squares.sqrt()
        } else {
            0.0
        };
        self.found.into_values().flat_map(move |found| {
            let each = scale * found.value() / found.places.len() as f32;
            let row = found.row;
            found.places.into_iter().flat_map(move |(first, n)| {
                (first..first + n).map(move |word| Share {
                    row,
                    word,
                    value: each / n as f32,
                })
            })
        })
    }
}

fn hashed(words: &[Word], with_words: bool) -> Block {
    let mut block = Block::default();
    let mut add = |feature: u64, weight, first, n| {
        let row = FIRST_HASHED as u64 + feature % (ROWS - FIRST_HASHED) as u64;
        block.add(feature, row as u32, weight, first, n);
    };
    let mut previous: Option<&str> = None;
    for (i, word) in words.iter().enumerate() {
        let token = token(&word.folded);
        if with_words {
            add(hash(&["w", &token]), WORD, i, 1);
            let stem = stem(&word.folded);
            if let Some(previous) = previous {
                add(hash(&["p", previous, stem]), PAIR, i - 1, 2);
            }
            previous = Some(stem);
        }
        let framed: Vec<char> = std::iter::once('<')
            .chain(token.chars())
            .chain(std::iter::once('>'))
            .collect();
        for n in 3..=5 {
            for gram in framed.windows(n) {
                let gram: String = gram.iter().collect();
                add(hash(&["c", &gram]), NGRAM, i, 1);
            }
        }
    }
    block
}

fn concepts(text: &str, words: &[Word], lexicon: &Lexicon) -> Block {
    let mut block = Block::default();
    for found in lexicon.matches(words) {
        let row = u32::from(found.concept);
        block.add(
            u64::from(row),
            row,
            1.0,
            found.words.start,
            found.words.len(),
        );
    }
    let mut mark = |kind: usize, weight, word| {
        let row = (CONCEPT_ROWS + kind) as u32;
        block.add(u64::from(row), row, weight, word, 1);
    };
    for (at, scalar) in text.chars().enumerate() {
        let kind = match scalar {
            '?' => 0,
            '!' => 1,
            '…' => 2,
            _ => continue,
        };
        let before = words.partition_point(|w| w.place.end as usize <= at);
        mark(kind, 1.0, before.saturating_sub(1));
    }
    for (i, word) in words.iter().enumerate() {
        if word.folded.contains(|c: char| c.is_ascii_digit()) {
            mark(3, NUMBER, i);
        }
    }
    block
}

/// A number counts by its length only.
pub(super) fn token(word: &str) -> String {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        "0".repeat(word.len().min(4))
    } else {
        word.to_owned()
    }
}

const SUFFIXES: [&str; 29] = [
    "ami", "ach", "owi", "ego", "emu", "ymi", "imi", "iem", "ych", "ich", "iej", "ing", "om", "ow",
    "em", "ie", "ej", "ym", "im", "am", "es", "ed", "a", "e", "i", "o", "u", "y", "s",
];

/// The word without its commonest inflection; never shorter than three letters.
pub(super) fn stem(word: &str) -> &str {
    SUFFIXES
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix).filter(|s| s.len() >= 3))
        .unwrap_or(word)
}

/// FNV-1a over the parts, each closed by a zero byte, then mixed (splitmix64's finaliser) so that
/// the low bits that pick a row depend on all of it.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain(std::iter::once(0)) {
            h = (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::classifier::lexicon::SHIPPED;

    fn features(text: &str) -> Features {
        extract(text, &Lexicon::parse(SHIPPED), FeatureSet::All)
    }

    #[test]
    fn diacritics_case_and_gender_leave_the_features_alone() {
        let rows = |text| features(text).by_row();
        assert_eq!(
            rows("Chciałbym ŻÓŁTY lakier"),
            rows("chcialbym zolty lakier")
        );
        assert_eq!(
            rows("Kupiłam i chciałabym zwrócić"),
            rows("Kupiłem i chciałbym zwrócić")
        );
        assert_ne!(rows("kupiłem"), rows("sprzedałem"));
    }

    #[test]
    fn each_block_has_its_length() {
        let features = features("Ile kosztuje wallbox i czy zmieści się wózek? 3 lata");
        let length = |hashed: bool| {
            let rows = features.by_row();
            let squares = rows
                .iter()
                .filter(|(row, _)| (**row as usize >= FIRST_HASHED) == hashed)
                .map(|(_, v)| v * v);
            squares.sum::<f32>().sqrt()
        };
        assert!((length(false) - CONCEPT_LENGTH).abs() < 1e-4);
        // Two features in one row add up, so the hashed block is only nearly of length one.
        assert!((length(true) - 1.0).abs() < 0.05);
    }

    #[test]
    fn every_share_belongs_to_a_word() {
        let features = features("?! …Co? 12");
        assert!(!features.shares.is_empty());
        let n = features.words.len() as u32;
        assert!(
            features
                .shares
                .iter()
                .all(|s| s.word < n && (s.row as usize) < ROWS)
        );
        assert!(self::features("?!… —").shares.is_empty());
    }

    #[test]
    fn stems_drop_inflection_but_keep_three_letters() {
        let stems = ["dziecku", "kota", "auto", "lasami", "cars"].map(stem);
        assert_eq!(stems, ["dzieck", "kot", "aut", "las", "car"]);
    }
}
