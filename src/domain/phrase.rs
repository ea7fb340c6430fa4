//! Phrases: patterns of word stems with gaps, matched against folded tokens.
//!
//! Must not know what a phrase means; whoever owns a lexicon brings its rows. Signs between words
//! are passed over, so that "won't" reads as the words `won t`.
//!
//! A pattern is elements parted by spaces. An element is alternatives parted by `|`; in it `*` ends
//! a stem, `_` joins words that follow each other, `@name` stands for a class, a leading `?` makes it
//! optional. `..n` between two elements lets up to n other words stand there.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
};

use super::text::{Folded, Kind};

#[derive(Debug, Clone)]
struct Stem {
    text: Box<str>,
    prefix: bool,
}

impl Stem {
    fn fits(&self, word: &str) -> bool {
        if self.prefix {
            word.starts_with(&*self.text)
        } else {
            word == &*self.text
        }
    }
}

/// Words that follow each other.
type Alternative = Box<[Stem]>;

/// A step of a pattern: an element, and how it may stand after the step before.
#[derive(Debug)]
struct Step {
    element: u16,
    /// How many other words may stand before it.
    gap: usize,
    optional: bool,
}

/// A stem that begins an alternative of an element, with the words that have to follow.
#[derive(Debug)]
struct Lead {
    element: u16,
    rest: Box<[Stem]>,
}

/// A set of patterns, each carrying a value.
///
/// Equal elements of different patterns are one; a word is looked up once, and only patterns whose
/// first element it begins are walked.
#[derive(Debug)]
pub struct Phrases<T> {
    patterns: Vec<(Vec<Step>, T)>,
    /// By element: the patterns that begin with it.
    starts: Vec<Vec<u16>>,
    whole: Leads,
    prefixes: Leads,
    /// By first letter: which lengths prefixes have, one bit each.
    lengths: [u32; 256],
}

type Leads = HashMap<Box<str>, Vec<Lead>, BuildHasherDefault<Fnv>>;

/// FNV-1a: short words hash in few steps, and nobody feeds the table.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Where a pattern matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// Tokens of the folded text.
    pub tokens: Range<usize>,
    pub value: T,
}

/// The tokens of a folded text that are words or digits.
#[derive(Debug, Clone)]
pub struct Words<'t> {
    folded: &'t Folded,
    at: Vec<usize>,
}

impl<'t> Words<'t> {
    pub fn new(folded: &'t Folded, tokens: Range<usize>) -> Self {
        let at = tokens
            .filter(|&i| folded.kind(i).is_some_and(|k| k != Kind::Mark))
            .collect();
        Self { folded, at }
    }

    pub fn len(&self) -> usize {
        self.at.len()
    }

    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The word at a place among words; empty beyond the last.
    pub fn get(&self, place: usize) -> &'t str {
        self.at.get(place).map_or("", |&i| self.folded.get(i))
    }

    /// The token of a word.
    pub fn token(&self, place: usize) -> Option<usize> {
        self.at.get(place).copied()
    }

    /// Whether a comma stands between this word and the next.
    pub fn comma_after(&self, place: usize) -> bool {
        self.token(place)
            .is_some_and(|token| self.folded.get(token + 1) == ",")
    }

    /// The place of the first word at or after a token.
    pub fn place(&self, token: usize) -> usize {
        self.at.partition_point(|&i| i < token)
    }
}

/// By place: the elements that a word begins, with the words they take.
type Begun = Vec<Vec<(u16, u16)>>;

impl<T: Copy> Phrases<T> {
    /// Compiles the rows.
    ///
    /// # Panics
    ///
    /// On an unknown class or an empty pattern: rows are constants of the program.
    pub fn new(classes: &[(&str, &str)], rows: &[(&str, T)]) -> Self {
        let mut phrases = Self {
            patterns: Vec::with_capacity(rows.len()),
            starts: Vec::new(),
            whole: Leads::default(),
            prefixes: Leads::default(),
            lengths: [0; 256],
        };
        let mut known = HashMap::new();
        for (pattern, value) in rows {
            assert!(pattern.is_ascii(), "{pattern:?} is not folded");
            let mut steps = Vec::new();
            for (source, gap, optional) in elements(pattern) {
                let element = *known
                    .entry(source)
                    .or_insert_with(|| phrases.add(classes, source));
                steps.push(Step {
                    element,
                    gap,
                    optional,
                });
            }
            assert!(
                steps.first().is_some_and(|s| !s.optional),
                "pattern {pattern:?}"
            );
            let id = phrases.patterns.len() as u16;
            phrases.starts[usize::from(steps[0].element)].push(id);
            phrases.patterns.push((steps, *value));
        }
        phrases
    }

    fn add(&mut self, classes: &[(&str, &str)], source: &str) -> u16 {
        let element = self.starts.len() as u16;
        self.starts.push(Vec::new());
        let mut any_of = Vec::new();
        for alternative in source.split('|') {
            expand(classes, alternative, &mut any_of);
        }
        for alternative in any_of {
            let first = &alternative[0];
            let lead = Lead {
                element,
                rest: alternative[1..].into(),
            };
            let table = if first.prefix {
                let initial = first.text.as_bytes().first().copied().unwrap_or(0);
                self.lengths[usize::from(initial)] |= 1 << first.text.len().min(31);
                &mut self.prefixes
            } else {
                &mut self.whole
            };
            table.entry(first.text.clone()).or_default().push(lead);
        }
        element
    }

    /// Every match, in the order of its first word; a pattern matches once from a given word.
    pub fn find(&self, words: &Words<'_>) -> Vec<Hit<T>> {
        let begun: Begun = (0..words.len())
            .map(|place| self.begun(words, place))
            .collect();
        let mut hits = Vec::new();
        for place in 0..words.len() {
            for &(element, length) in &begun[place] {
                for &id in &self.starts[usize::from(element)] {
                    let (steps, value) = &self.patterns[usize::from(id)];
                    let after = place + usize::from(length);
                    if let Some(end) = walk(&steps[1..], &begun, after) {
                        let tokens = words.at[place]..words.at[end - 1] + 1;
                        hits.push(Hit {
                            tokens,
                            value: *value,
                        });
                    }
                }
            }
        }
        hits
    }

    /// Whether any pattern matches.
    pub fn any(&self, words: &Words<'_>) -> bool {
        !self.find(words).is_empty()
    }

    fn begun(&self, words: &Words<'_>, place: usize) -> Vec<(u16, u16)> {
        let word = words.get(place);
        let mut begun = Vec::new();
        let mut take = |leads: Option<&Vec<Lead>>| {
            for lead in leads.into_iter().flatten() {
                let follows = |(i, stem): (usize, &Stem)| {
                    place + 1 + i < words.len() && stem.fits(words.get(place + 1 + i))
                };
                if lead.rest.iter().enumerate().all(follows) {
                    begun.push((lead.element, 1 + lead.rest.len() as u16));
                }
            }
        };
        take(self.whole.get(word));
        let mut lengths = self.lengths[usize::from(word.as_bytes()[0])];
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            if let Some(stem) = word.get(..length) {
                take(self.prefixes.get(stem));
            }
        }
        begun
    }
}

/// The place after the last word of the steps, of which the first may begin at `place`.
fn walk(steps: &[Step], begun: &Begun, place: usize) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(place);
    };
    let here = place..(place + step.gap + 1).min(begun.len());
    for at in here {
        let fitting = begun[at]
            .iter()
            .filter(|(element, _)| *element == step.element);
        for &(_, length) in fitting {
            if let Some(end) = walk(rest, begun, at + usize::from(length)) {
                return Some(end);
            }
        }
    }
    if step.optional {
        walk(rest, begun, place)
    } else {
        None
    }
}

/// The elements of a pattern: alternatives, the gap before, whether it may be absent.
fn elements(pattern: &str) -> Vec<(&str, usize, bool)> {
    let mut elements = Vec::new();
    let mut gap = 0;
    for part in pattern.split_whitespace() {
        if let Some(n) = part.strip_prefix("..") {
            gap = n.parse().expect("a gap is a number of words");
        } else {
            elements.push((part.trim_start_matches('?'), gap, part.starts_with('?')));
            gap = 0;
        }
    }
    elements
}

fn expand(classes: &[(&str, &str)], alternative: &str, into: &mut Vec<Alternative>) {
    if let Some(name) = alternative.strip_prefix('@') {
        let (_, members) = classes
            .iter()
            .find(|(class, _)| *class == name)
            .unwrap_or_else(|| panic!("no class @{name}"));
        for member in members.split_whitespace() {
            expand(classes, member, into);
        }
        return;
    }
    let stems = alternative.split('_').map(|stem| Stem {
        text: stem.trim_end_matches('*').into(),
        prefix: stem.ends_with('*'),
    });
    into.push(stems.collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let folded = Folded::new(text);
        let words = Words::new(&folded, 0..folded.len());
        let phrases = Phrases::new(
            &[("stock", "sztuk* egzemplarz* last_one")],
            &[(pattern, ())],
        );
        let hit = phrases.find(&words).into_iter().next()?;
        Some(super::super::text::slice(text, &folded.span(&hit.tokens)).to_owned())
    }

    #[test]
    fn patterns_match_stems_gaps_classes_and_options() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            (
                "ostatni* @stock",
                "To ostatnie sztuki!",
                Some("ostatnie sztuki"),
            ),
            ("ostatni* @stock", "To ostatnie dwie sztuki", None),
            (
                "ostatni* ..2 @stock",
                "To ostatnie już dwie sztuki",
                Some("ostatnie już dwie sztuki"),
            ),
            ("ostatni* ..1 @stock", "To ostatnie już dwie sztuki", None),
            ("very @stock", "the very last one", Some("very last one")),
            (
                "won_t ..1 call",
                "I won't even call",
                Some("won't even call"),
            ),
            ("no ?more rush", "no rush", Some("no rush")),
            ("no ?more rush", "no more rush", Some("no more rush")),
            ("a|b* c", "bcd c", Some("bcd c")),
            ("call", "recall", None),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                found(pattern, text).as_deref(),
                *expected,
                "{pattern} in {text}"
            );
        }
    }
}
